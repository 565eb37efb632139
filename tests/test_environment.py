"""The first minute: `make demo` says what it does, installs what it needs alone, and leaves no half of it.

Python, pip and uv are played by one script, which writes down what it is asked; Makefile and bin/environment
are ours.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from fnmatch import fnmatchcase
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from local.__main__ import COMMANDS
from tests.support import linked

ROOT = Path(__file__).parent.parent
FILES = sorted(path.name for path in ROOT.glob("requirements*.txt"))
# FAILS is a pattern of what fails, HANGS of what never ends.
PLAYED = r"""#!/bin/sh
asked="${0##*/} $*"
echo "$asked" >>"$ASKED"
case $asked in $FAILS) echo "no such luck" >&2; exit 1 ;; esac
case $asked in $HANGS) exec sleep 30 ;; esac
case $asked in
*'version_info[:3]'*) echo "$VERSION" ;;
*"-m venv"*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
*install*/.uv) cp "$0" .venv/bin/uv ;;
uv*install*) printf 'Installed 2 packages\n + one==1\n + two==2\n' ;;
*install*) printf 'Collecting one==1 (from -r a.txt (line 1))\n  Downloading one.whl\n' ;;
esac
"""
INSTALLS = re.compile(r"install.* -r (\S+)")
TOOLS = ["make", "sh", "awk", "sed", "grep", "cmp", "cat", "cp", "mkdir", "rm", "dirname", "sleep"]
PATIENCE_S = 30.0
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make: from the distribution")


@dataclass(frozen=True, kw_only=True)
class Clone:
    """What make needs of the repository, on a machine with a python3 that is played."""

    folder: Path

    def make(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *words],
            cwd=self.folder,
            env=self.environ(**environ),
            capture_output=True,
            text=True,
            check=False,
        )

    def environ(self, **environ: str) -> dict[str, str]:
        path = f"{self.folder / 'played'}:{self.folder / 'tools'}"
        usual = {"VERSION": "3.12.1", "FAILS": "", "HANGS": ""}
        return {"PATH": path, "ASKED": str(self.folder / "asked"), **usual, **environ}

    def play(self, name: str) -> None:
        played = self.folder / "played" / name
        played.write_text(PLAYED)
        played.chmod(0o755)

    def asking(self) -> list[str]:
        """What python, pip and uv were asked since they were last looked at by `asked`."""
        file = self.folder / "asked"
        return file.read_text().splitlines() if file.exists() else []

    def asked(self) -> list[str]:
        found = self.asking()
        (self.folder / "asked").unlink(missing_ok=True)
        return found

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"

    def stamps(self) -> list[str]:
        return sorted(path.name for path in self.venv.glob("requirements*"))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    (tmp_path / "bin").mkdir()
    for name in ("Makefile", "bin/environment", *FILES):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "local" / "page", tmp_path / "local" / "page")
    page = tmp_path / ".cache" / "page"  # as npm has left it
    page.mkdir(parents=True)
    (page / ".ready").touch()
    (tmp_path / "tools").mkdir()  # and no other python or uv of this machine
    for tool in TOOLS:
        (tmp_path / "tools" / tool).symlink_to(str(shutil.which(tool)))
    (tmp_path / "played").mkdir()
    clone = Clone(folder=tmp_path)
    clone.play("python3")
    return clone


def pins(name: str) -> set[str]:
    return set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_make_alone_tells_what_can_be_made(clone: Clone) -> None:
    """Each target with a sentence of its own; nothing is installed for it."""
    told = clone.make().stdout
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"^make (\w+) +\S.*$", told, re.MULTILINE)) == set(phony.split())
    assert clone.make("help").stdout == told
    assert clone.asked() == []


def test_what_there_is_to_come_is_told_before_it_begins(clone: Clone) -> None:
    """What the demo does, how long it takes, and what is done once before; progress, but no lists."""
    clone.play("uv")
    told = clone.make("demo").stdout.splitlines()
    assert "story of ten seconds" in told[0]
    assert told[1].startswith(f"Once: {len(pins('requirements-local.txt'))} packages go into .venv")
    assert told[2:] == ["Installed 2 packages"]


def test_the_demo_takes_what_it_runs_on_alone(clone: Clone) -> None:
    """By uv, if it is there, which needs no pip; a second time nothing at all is asked but the story."""
    clone.play("uv")
    clone.make("demo")
    *before, installed, story = clone.asked()
    assert installed == "uv pip install --python .venv/bin/python -r requirements-local.txt"
    assert story == "python -m local demo"
    assert "python3 -m venv --without-pip .venv" in before
    assert not any("-m pip" in asked or "ensurepip" in asked for asked in before)
    clone.make("demo")
    clone.make("local")
    clone.make("demo", "SLOW=1")
    clone.make("demo", "SLOW=9")
    begun = [f"python -m local {command}" for command in ("demo", "up", "demo --slow", "demo --slow 9")]
    assert clone.asked() == begun


def test_development_adds_to_it(clone: Clone) -> None:
    """The environment stays, and what it got for development holds for the demo."""
    clone.play("uv")
    clone.make("demo")
    (clone.venv / "kept").touch()
    clone.make("dev")
    clone.make("demo")
    installed = [found[1] for asked in clone.asked() if (found := INSTALLS.search(asked))]
    assert installed == ["requirements-local.txt", "requirements-dev.txt"]
    assert clone.stamps() == ["requirements-dev.txt", "requirements-local.txt"]
    assert (clone.venv / "kept").exists()


def test_one_file_of_pins_is_part_of_the_next() -> None:
    """What is installed for one holds for the other; none says where packages come from, each has hashes."""
    assert pins("requirements.txt") < pins("requirements-local.txt") < pins("requirements-dev.txt")
    for name in FILES:
        text = (ROOT / name).read_text()
        assert not re.search("^--|://", text, re.MULTILINE)
        each = re.findall(r"^\S+==\S+ \\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE)
        assert len(each) == len(pins(name)) > 0


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_what_is_deployed_is_listed_whole(version: str, system: str) -> None:
    """For every Python that is taken: among hashes pip installs nothing that is not listed with its own."""
    where = {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": system,
        "extra": "",
    }
    listed = {canonicalize_name(re.split(r"[\[=]", pin)[0]) for pin in pins("requirements-local.txt")}
    needed = (Requirement(need) for name in listed for need in distribution(name).requires or ())
    taken = {
        canonicalize_name(need.name) for need in needed if not need.marker or need.marker.evaluate(where)
    }
    assert taken <= listed


def test_the_local_system_imports_nothing_else(tmp_path: Path) -> None:
    """Nor do the functions that it serves."""
    python = linked.python(ROOT / "requirements-local.txt", tmp_path)
    loads = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    commands = list(COMMANDS.values())
    subprocess.run([python, "-c", loads, "main", *commands], cwd=ROOT, env={}, check=True)


@pytest.mark.parametrize(
    ("fails", "by"),
    [("", "python3 -m pip "), ("python3 -m pip*", "python -m pip ")],
    ids=["its own", "no pip yet"],
)
def test_pip_gets_uv(clone: Clone, fails: str, by: str) -> None:
    """The version that is pinned, and only as it is built already; then uv does the rest."""
    clone.make("demo", FAILS=fails)
    *_, got, installed, _ = clone.asked()
    assert got.startswith(by)
    assert got.endswith("--only-binary :all: -r .venv/.uv")
    first, *hashes = (clone.venv / ".uv").read_text().splitlines()
    assert first.removesuffix(" \\") in pins("requirements-dev.txt")
    assert all(line.lstrip().startswith("--hash=sha256:") for line in hashes)
    assert hashes[-1].endswith("\\") is False
    assert installed.startswith("uv pip install")
    clone.make("dev")
    assert not any("-m pip" in asked for asked in clone.asked())


@pytest.mark.parametrize(
    ("fails", "there"), [("*install*/.uv", False), ("uv*", True)], ids=["none", "broken"]
)
def test_pip_does_what_uv_cannot(clone: Clone, fails: str, *, there: bool) -> None:
    """Where uv is not built for this machine, or does not find packages: pip tells package by package."""
    if there:
        clone.play("uv")
    ran = clone.make("demo", FAILS=fails)
    assert ran.returncode == 0
    assert "Collecting one==1" in ran.stdout.splitlines()
    assert "Downloading" not in ran.stdout
    assert clone.asked()[-2:] == [
        "python -m pip --disable-pip-version-check install --progress-bar off -r requirements-local.txt",
        "python -m local demo",
    ]
    assert clone.stamps() == ["requirements-local.txt"]


@pytest.mark.parametrize("version", ["2.7.18", "3.6.15", "3.9.18", "3.10.13"])
def test_an_old_python_is_refused(clone: Clone, version: str) -> None:
    """In one sentence that says which would do, and nothing is left of it."""
    ran = clone.make("demo", VERSION=version)
    said, *by_make = ran.stderr.splitlines()
    assert ran.returncode != 0
    assert said.startswith(f"python3 is Python {version}, and 3.11 or newer is needed")
    assert "PYTHON=" in said
    assert [line.startswith("make: ***") for line in by_make] == [True]
    assert not clone.venv.exists()


@pytest.mark.parametrize("version", ["3.11.0", "3.14.1", "3.20.0"])
def test_a_newer_python_is_taken(clone: Clone, version: str) -> None:
    assert clone.make("demo", VERSION=version).returncode == 0


def test_another_python_is_named(clone: Clone) -> None:
    """By PYTHON=; one that is not there is said."""
    (clone.folder / "my python").mkdir()
    shutil.move(clone.folder / "played" / "python3", clone.folder / "my python" / "py")
    refused = clone.make("demo")
    assert refused.stderr.startswith("python3 does not run: name a Python of 3.11 or newer")
    assert not clone.venv.exists()
    assert clone.make("demo", f"PYTHON={clone.folder / 'my python' / 'py'}").returncode == 0


@pytest.mark.parametrize("fails", ["*import ensurepip*", "*-m venv*"])
def test_what_debian_lacks_is_said(clone: Clone, fails: str) -> None:
    """Environments are in a package of their own there; nothing is left behind."""
    ran = clone.make("demo", FAILS=fails)
    assert ran.returncode != 0
    assert "apt install python3-venv (or python3.12-venv)" in ran.stderr
    assert not clone.venv.exists()


def test_uv_needs_no_such_package(clone: Clone) -> None:
    clone.play("uv")
    assert clone.make("demo", FAILS="*ensurepip*").returncode == 0


def test_no_network(clone: Clone) -> None:
    """It is said; nothing is taken for installed, and the same command goes on when there is one."""
    ran = clone.make("demo", FAILS="*install*")
    assert ran.returncode != 0
    assert ran.stderr.splitlines()[-2].startswith("The packages did not come")
    assert clone.stamps() == []
    (clone.venv / "kept").touch()
    assert clone.make("demo").returncode == 0
    assert (clone.venv / "kept").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("hangs", ["*-m venv*", "*install*/.uv", "uv*", "*pip*install*-r*"])
def test_what_was_interrupted_is_not_taken_for_done(clone: Clone, number: int, hangs: str) -> None:
    """Whether by Ctrl-C or killed, and at whatever: the next run begins anew."""
    fails = "*install*/.uv" if hangs.startswith("*pip") else ""
    _interrupted(clone, number, hangs, FAILS=fails)
    assert clone.stamps() == []
    (clone.venv / "half").touch()
    assert clone.make("demo").returncode == 0
    assert not (clone.venv / "half").exists()
    assert clone.stamps() == ["requirements-local.txt"]


def _interrupted(clone: Clone, number: int, hangs: str, **environ: str) -> None:
    """As a terminal does it, which tells the whole group; over when none of it holds the output."""
    with subprocess.Popen(
        ["make", "demo"],
        cwd=clone.folder,
        env=clone.environ(HANGS=hangs, **environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            _until_it_hangs(clone, process, hangs)
        finally:
            os.killpg(process.pid, number)
            process.communicate()
    assert process.returncode != 0


def _until_it_hangs(clone: Clone, process: subprocess.Popen[bytes], hangs: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not any(fnmatchcase(asked, hangs) for asked in clone.asking()):
        assert process.poll() is None, clone.asking()
        assert time.monotonic() < deadline, clone.asking()
        time.sleep(0.02)
    time.sleep(0.3)  # it has written down what it was asked, and is about to hang


def test_of_two_at_once_one_waits(clone: Clone) -> None:
    """The other's half environment is not thrown away under its feet."""
    clone.play("uv")
    clone.venv.mkdir()
    (clone.venv / ".begun").write_text(str(os.getpid()))
    ran = clone.make("demo")
    assert ran.returncode != 0
    assert ran.stderr.startswith(f"Process {os.getpid()} seems to install into .venv")
    assert [path.name for path in clone.venv.iterdir()] == [".begun"]


def test_an_environment_of_an_older_python_is_made_anew(clone: Clone) -> None:
    """Such as one that was left half made when this was not refused yet."""
    clone.play("uv")
    (clone.venv / "bin").mkdir(parents=True)
    (clone.venv / "bin" / "python").symlink_to("/nowhere/python3.9")
    (clone.venv / "half").touch()
    assert clone.make("demo").returncode == 0
    assert not (clone.venv / "half").exists()


def test_new_pins_are_installed(clone: Clone) -> None:
    """Into the same environment; if they do not come, what is there is not taken for the old ones."""
    clone.play("uv")
    clone.make("dev")
    before = (clone.folder / "requirements-local.txt").read_text()
    (clone.folder / "requirements-local.txt").write_text(f"{before}new==1\n")
    assert clone.make("demo", FAILS="*install*").returncode != 0
    assert clone.stamps() == []
    assert clone.make("demo").returncode == 0
    assert (clone.venv / "requirements-local.txt").read_text().endswith("new==1\n")
    assert clone.stamps() == ["requirements-local.txt"]


def test_what_pip_installs_is_the_command_line(tmp_path: Path) -> None:
    """`pip install .` brings the package and the pins that are deployed, and nothing else from here."""
    source = tmp_path / "source"
    shutil.copytree(ROOT / "functions", source / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    for other in ("tests", "bench", "local"):
        (source / other).mkdir()
        (source / other / "__init__.py").touch()
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE", "requirements.txt"):
        shutil.copy(ROOT / name, source)
    builds = "from setuptools import build_meta; build_meta.build_wheel('built')"
    subprocess.run([sys.executable, "-c", builds], cwd=source, check=True, capture_output=True)
    (wheel,) = (source / "built").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    folders = {path.name for path in (tmp_path / "installed").iterdir()}
    assert folders == {"functions", "calendar_conference_sync-0.2.0.dist-info"}
    metadata = (tmp_path / "installed" / "calendar_conference_sync-0.2.0.dist-info" / "METADATA").read_text()
    assert set(Parser().parsestr(metadata).get_all("Requires-Dist", [])) == pins("requirements.txt")
    told = subprocess.run(
        [sys.executable, "-m", "functions", "--help"],
        cwd=tmp_path / "installed",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Operate the conference sync" in told.stdout
