"""`python -m tests.mutants`: plants each fault in a copy of the tree, and says which test found it."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.planted import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
COPIED = (
    "functions",
    "conformance",
    "examples",
    "gcal_standin",
    "local",
    "bench",
    "tests",
    "docs",
    "infra",
    "cloudbuild.yaml",
    "Makefile",
    "main.py",
    "pyproject.toml",
)
SEEDS = 100
PATIENCE_S = 600
QUICK = (
    "tests/core",
    "tests/flow",
    "tests/host/test_handlers.py",
    "tests/simulation/test_stories.py",
    "tests/simulation/test_oracle.py",
)
FAST = "not slow and not emulators and not janus and not node"
FAILED = re.compile(r"^(?:FAILED|ERROR) \S*?([^/\s]+\.py(?:::.+?)?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`by` is the test that found it; `seed` the history that did, empty if none of the first so many did."""

    mutant: Mutant
    by: str
    seed: str


def survey() -> list[str]:
    """Faults that cannot be planted any more."""
    return [each.name for each in MUTANTS if (ROOT / each.file).read_text().count(each.old) != 1]


@contextmanager
def tree() -> Iterator[Path]:
    """A copy of the project to plant faults in, with the same environment."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        made = Path(folder)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, made / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, made / name)
        yield made


@contextmanager
def planted(made: Path, mutant: Mutant) -> Iterator[None]:
    file = made / mutant.file
    before = file.read_text()
    file.write_text(before.replace(mutant.old, mutant.new))
    try:
        yield
    finally:
        file.write_text(before)


def examine(made: Path, mutant: Mutant, histories: int) -> Found:
    """The likely tests first, then histories, then all that is quick."""
    with planted(made, mutant):
        by = _tested(made, mutant.tests)
        seed = _simulated(made, histories or SEEDS) if histories or not by else ""
        if not (by or seed):
            by = _tested(made, QUICK)
    return Found(mutant=mutant, by=by, seed=seed)


def _tested(made: Path, tests: Sequence[str]) -> str:
    said = _run(made, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", FAST, *tests)
    if said is None:
        return "never ended"
    failed = FAILED.search(said.stdout)
    return failed[1] if failed else "" if said.returncode == 0 else "did not even begin"


def _simulated(made: Path, histories: int) -> str:
    said = _run(made, "-m", "tests.simulation", "--until-wrong", "--seeds", str(histories))
    if said is None:
        return "never ended"
    return "" if said.returncode == 0 else said.stdout.partition("\n")[0] or "broke"


def _run(made: Path, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    """None if it took too long."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(made)}
    try:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=made,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None


def examined(chosen: Sequence[Mutant], histories: int) -> Iterator[Found]:
    """Two at a time, each in a tree of its own."""
    with tree() as one, tree() as other, ThreadPoolExecutor(max_workers=2) as pool:
        free: SimpleQueue[Path] = SimpleQueue()
        free.put(one)
        free.put(other)

        def work(mutant: Mutant) -> Found:
            made = free.get()
            try:
                return examine(made, mutant, histories)
            finally:
                free.put(made)

        yield from pool.map(work, chosen)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="those whose name has this in it")
    parser.add_argument("--histories", type=int, default=0, help="which of so many finds each, too")
    asked = parser.parse_args()
    if stale := survey():
        print("cannot be planted any more:", *stale, sep="\n  ")
        return 1
    likely = dict.fromkeys(test for each in MUTANTS for test in each.tests)
    with tree() as made:
        if wrong := _tested(made, [*likely]):
            print(f"{wrong} fails with nothing planted")
            return 1
    survived: list[str] = []
    print("| planted | found by the test | and in history |\n| --- | --- | --- |")
    for found in examined([each for each in MUTANTS if asked.only in each.name], asked.histories):
        print(f"| {found.mutant.name} | {found.by or '-'} | {found.seed or '-'} |", flush=True)
        survived += [] if found.by or found.seed else [found.mutant.name]
    if survived:
        print("\nsurvived:", *survived, sep="\n  ")
    return 1 if survived else 0


if __name__ == "__main__":
    raise SystemExit(main())
