"""The house keeps its rooms apart: what is planted is seen."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINES_MOST = 300
PLANTED = {
    "adapters/providers/webex/recurrence.py": (
        "functions.adapters.providers.zoom.rule",
        "vendors do not know each other",
    ),
    "adapters/providers/janus.py": (
        "functions.adapters.stores.records",
        "rooms of adapters do not know each other",
    ),
    "adapters/web/guard.py": (
        "functions.adapters.providers.links",
        "rooms of adapters do not know each other",
    ),
    "core/times.py": ("functions.core.conference", "no circles"),
    "core/decide.py": ("functions.flow.apply", "core is pure"),
    "flow/sync.py": ("functions.adapters.calendar.google", "flows tell the story through ports"),
}


@pytest.mark.parametrize(("file", "planted"), PLANTED.items())
def test_an_import_that_does_not_belong_there(tmp_path: Path, file: str, planted: tuple[str, str]) -> None:
    """A vendor that uses another's module, and what else the contracts are about."""
    module, broken = planted
    for name in ("functions", "local", "gcal_standin"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "functions" / file).open("a") as source:
        source.write(f"\nimport {module}\n")
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert [line for line in ran.stdout.splitlines() if broken in line and line.endswith("BROKEN")]


@pytest.mark.parametrize("module", sorted((ROOT / "functions").rglob("*.py")), ids=lambda each: each.name)
def test_a_long_module_says_why(module: Path) -> None:
    """In its docstring."""
    text = module.read_text()
    assert len(text.splitlines()) <= LINES_MOST or "It is long because" in text.split('"""')[1]
