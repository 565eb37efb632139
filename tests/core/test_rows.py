"""The rows of the table stand where they are looked for: in the decision, the docs, and in plain words."""

import ast
import re
from pathlib import Path

from functions.core.rows import ROWS

ROOT = Path(__file__).parents[2]
HOME = [ROOT / f"functions/core/{name}.py" for name in ("decide", "dates", "owning")]
ROW = re.compile(r"E\d\d")
DESIGNED = {f"E{number:02}" for number in range(1, 30)}


def _literals(path: Path) -> set[str]:
    found = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    return {text for text in found if isinstance(text, str) and ROW.fullmatch(text)}


def test_every_row_that_is_decided_has_its_words() -> None:
    """And no words are left of a row that nothing decides."""
    assert set().union(*map(_literals, HOME)) == set(ROWS)


def test_every_row_is_found_in_the_one_home_of_the_decision() -> None:
    """By its id; of E25, which is a matter of reading, it says where."""
    text = "".join(path.read_text() for path in HOME)
    assert set(ROW.findall(text)) == DESIGNED


def test_every_row_is_in_the_docs() -> None:
    """A line for each, or one for several."""
    table = (ROOT / "docs/changes.md").read_text()
    assert set(ROW.findall(table)) == DESIGNED
