"""What was done to a conference, for whoever names it, its event, or a link to it."""

import pytest

from functions.core.conference import Conference, Entry, Published
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef, Link
from functions.core.rows import ROWS
from tests.cli.house import House
from tests.core.samples import NOW
from tests.support.rig import OWNER

TEAM = "team"


def planned(house: House) -> tuple[str, str]:
    room = house.room()
    event = house.people().add(room, summary="Planning")
    house.run("sync", OWNER)
    return room, event


def plant(house: House, name: str, calendar_id: str = OWNER, event: str = "same", link: str = "") -> None:
    ref = EventRef(calendar_id, event)
    entry = Entry(at=NOW, row="E02", what="conference.updated", event=ref, why="words", times=2)
    record = Conference(
        key=ConferenceKey("webhook", name),
        holds=(Hold(ref=ref),),
        history=(entry,),
        published=Published(link=Link(link) if link else None),
    )
    assert house.store().save(record, None)


def ids(house: House, *argv: str) -> list[str]:
    return [one["conference_id"] for one in house.run("history", *argv, "--json").json["records"]]


def test_for_people_and_programs(enrolled: House) -> None:
    """Each thing with its time, row and reason."""
    room, event = planned(enrolled)
    enrolled.people().delete(event)
    enrolled.run("sync", OWNER)
    ran = enrolled.run("history", room)
    whose, _, *lines = ran.out.splitlines()
    assert (ran.code, whose) == (0, f"{room} of webhook")
    assert [line.split("  ")[1].strip() for line in lines] == [
        "held",
        "conference.updated",
        "link changed",
        "released",
        "conference.deleted",
    ]
    assert ROWS["E05"] in ran.out
    (record,) = enrolled.run("history", room, "--json").json["records"]
    assert [one["row"] for one in record["history"]] == ["E01", "E01", "E28", "E05", "E05"]
    assert record["history"][0]["event_id"] == event


def test_to_the_second_with_the_calendar(enrolled: House) -> None:
    """Two things of one minute are told apart, and so are events of the same id."""
    plant(enrolled, "r")
    line = enrolled.run("history", "r").out.splitlines()[-1]
    assert [cell.strip() for cell in line.split("  ") if cell.strip()] == [
        "2026-06-01 12:00:00 UTC",
        "conference.updated (2 times)",
        "E02",
        f"{ROWS['E02']}: words",
        OWNER,
        "same",
    ]


def test_by_event_by_link_and_as_people_spell_an_id(enrolled: House) -> None:
    """Whichever somebody has at hand."""
    plant(enrolled, "12345", event="planning", link="https://meet.example/a?pwd=1")
    assert ids(enrolled, "planning") == ["12345"]
    assert ids(enrolled, "planning", "--calendar", OWNER) == ["12345"]
    assert ids(enrolled, "https://meet.example/a") == ["12345"]
    assert ids(enrolled, "https://other.example/j/12345?pwd=1") == ["12345"]
    assert ids(enrolled, "123-45") == ["12345"]


def test_several_match(enrolled: House) -> None:
    """A copy of an event in another calendar has its id: all are shown, one calendar's alone if asked for."""
    plant(enrolled, "r1")
    plant(enrolled, "r2", TEAM)
    ran = enrolled.run("history", "same")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "2 conferences match same: name one by its id")
    assert sorted(ids(enrolled, "same")) == ["r1", "r2"]
    assert ids(enrolled, "same", "--calendar", TEAM) == ["r2"]


def test_nothing_is_known(enrolled: House) -> None:
    """It is said how many records were searched, and of which calendar."""
    plant(enrolled, "r1")
    ran = enrolled.run("history", "no-such-room")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(
        "nothing is known of no-such-room: it is no conference's id, "
        "and no event or link in 1 record searched. "
    )
    assert "0 records searched of team. " in enrolled.run("history", "r1", "--calendar", TEAM).err


def test_a_long_search_says_how_far_it_is(enrolled: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only an id is looked up; for the rest all records may have to be read."""
    monkeypatch.setattr("functions.cli.progress.SAID_EVERY", 1)
    monkeypatch.setattr("functions.cli.progress.LINE_EVERY_S", -1)
    plant(enrolled, "r1")
    assert enrolled.run("history", "same").err == "1 record searched\n"
    assert enrolled.run("history", "r1").err == ""
