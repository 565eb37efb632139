"""What SECURITY.md names as shown by is there, and shows that much."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "SECURITY.md").read_text()
PLACE = re.compile(r"`((?:functions|tests|infra|local)/[\w/.-]+)(?:::(\w+))?`")
CONNECTING = "**Somebody who comes to connect a calendar**"


@pytest.mark.parametrize(("path", "name"), sorted(set(PLACE.findall(TEXT))))
def test_what_is_named_is_there(path: str, name: str) -> None:
    """Files, and in them the test or Terraform's run of this name."""
    assert (ROOT / path).exists()
    if name:
        assert re.search(rf'^(def {name}\(|run "{name}")', (ROOT / path).read_text(), re.MULTILINE)


def test_each_threat_of_connecting_has_its_test() -> None:
    """A module alone shows nothing."""
    table = TEXT.partition(CONNECTING)[2].partition("\nNot stopped")[0]
    _, _, *rows = [line for line in table.splitlines() if line.startswith("|")]
    assert len(rows) > 8
    for row in rows:
        assert any(name for _, name in PLACE.findall(row.split(" | ")[-1])), row
