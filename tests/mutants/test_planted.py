"""The planted faults follow the code."""

from tests.mutants.__main__ import survey


def test_each_can_be_planted() -> None:
    """The line that it changes is there, once."""
    assert survey() == []
