"""The calendar itself stays apart from HTTP, files and threads."""

import ast
from pathlib import Path

import pytest

CALENDAR = Path(__file__).parents[2] / "gcal_standin"
FOREIGN = {
    "flask", "functions", "gcal_standin.seed", "gcal_standin.web", "http", "os", "pathlib", "requests",
    "socket", "sqlite3", "werkzeug",
}  # fmt: skip


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return named | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("room", ["consent", "model"])
def test_the_model_is_apart_from_what_is_around_it(room: str) -> None:
    """No module of calendar or consent imports HTTP, files, sockets, or anything of `web`."""
    found = {
        (path.name, name)
        for path in (CALENDAR / room).glob("*.py")
        for name in imports(path)
        if any(name == foreign or name.startswith(f"{foreign}.") for foreign in FOREIGN)
    }

    assert list((CALENDAR / room).glob("*.py"))
    assert found == set()
