"""The export of what is stored of a person, as a command."""

import pytest

from tests.cli.house import House
from tests.support.rig import OWNER


def test_one_document(enrolled: House) -> None:
    """JSON, whether or not it is asked for."""
    enrolled.people().add(enrolled.room(), summary="Planning")
    enrolled.run("sync", OWNER)
    ran = enrolled.run("export", OWNER.upper())
    assert (ran.code, ran.json) == (0, enrolled.run("export", OWNER, "--json").json)
    assert (ran.json["user"], len(ran.json["enrolments"]), len(ran.json["conferences"])) == (OWNER, 1, 1)
    assert "Planning" not in ran.out


def test_how_far_it_is(enrolled: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record is read."""
    monkeypatch.setattr("functions.cli.progress.SAID_EVERY", 1)
    monkeypatch.setattr("functions.cli.progress.LINE_EVERY_S", -1)
    enrolled.people().add(enrolled.room())
    enrolled.run("sync", OWNER)
    assert enrolled.run("export", OWNER).err == "1 record searched\n"


def test_nobody(enrolled: House) -> None:
    """Of whom nothing is stored is not known."""
    ran = enrolled.run("export", "nobody@example.com")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("nothing is stored of nobody@example.com")
