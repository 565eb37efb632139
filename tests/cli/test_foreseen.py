"""plan and confirm: what people and programs are shown, and how each command ends."""

import os
import pty
from collections.abc import Iterator
from dataclasses import replace

import pytest

from functions.core.rows import ROWS
from tests.cli.house import House
from tests.support.rig import OWNER, conference_data, usual

COUNT = 22


def _room(house: House) -> tuple[str, str]:
    room = house.room()
    event = house.people().add(room, summary="Planning")
    house.run("sync", OWNER)
    return room, event


def test_a_plan_for_people(enrolled: House) -> None:
    """A line for each step: the conference, what, the row and its meaning, the event; then when it ends."""
    enrolled.set(DELETE_GRACE_SECONDS="300")
    room, event = _room(enrolled)
    enrolled.people().delete(event)
    ran = enrolled.run("plan", OWNER)
    assert ran.code == 0
    cells = [cell.strip() for cell in ran.out.splitlines()[1].split("  ") if cell.strip()]
    assert cells == [room, "released", "E05", ROWS["E05"], event]
    assert "DELETED FROM THEN ON" in ran.out
    assert "Planning" not in ran.out
    assert "changes made" not in ran.err
    found = enrolled.conferences.rooms.find(room)
    assert found is not None
    assert found["status"] == "live"


def test_a_plan_for_programs(enrolled: House) -> None:
    """The same as JSON, and nothing when there is nothing."""
    room, event = _room(enrolled)
    enrolled.people().change(event, summary="Renamed")
    ran = enrolled.run("plan", OWNER, "--json")
    (step,) = ran.json["steps"]
    assert (step["conference_id"], step["row"], step["what"], step["event_id"]) == (
        room,
        "E02",
        "conference.updated",
        event,
    )
    enrolled.run("sync", OWNER)
    assert enrolled.run("plan", OWNER).out == "nothing is to be done\n"
    assert enrolled.run("plan", "nobody@example.com").code == 3


def test_a_plan_of_a_calendar_that_cannot_be_read(enrolled: House) -> None:
    """Fails, and says so."""
    enrolled.fault("events.list", 403, "forbidden")
    ran = enrolled.run("plan", OWNER)
    assert (ran.code, ran.out) == (1, f"{OWNER} cannot be read\n")


@pytest.fixture
def withheld(enrolled: House) -> House:
    """All of its events were deleted unseen, and the guard has stopped their release."""
    for number in range(COUNT):
        event = {**usual(), "id": f"event{number:02}", "conferenceData": conference_data(enrolled.room())}
        enrolled.calendar.control("POST", "events", {"calendarId": OWNER, "event": event})
    enrolled.run("sync", OWNER)
    for number in range(COUNT):
        enrolled.people().delete(f"event{number:02}")
    enrolled.calendar.control("POST", "expire")
    enrolled.run("sync", OWNER)
    return enrolled


def deleted(house: House) -> int:
    return sum(room["status"] == "deleted" for room in house.conferences.rooms.all())


def asks_for_confirmation(house: House, why: str) -> None:
    ran = house.run("status", "--check")
    assert ran.code == 1
    assert why in ran.out
    assert f"python -m functions confirm {OWNER}" in ran.out


def test_withheld_deletions_are_a_fault_with_a_remedy(withheld: House) -> None:
    """Status --check fails and names the command."""
    asks_for_confirmation(withheld, f"{COUNT} of {COUNT} holds gone")
    assert withheld.run("status", OWNER, "--json").json["withheld"]["releases"] == COUNT
    assert deleted(withheld) == 0


def test_plan_shows_what_is_withheld(withheld: House) -> None:
    """Nothing by a plain plan, all of it by a full one."""
    assert withheld.run("plan", OWNER).out.startswith("nothing is to be done\n\nwithheld: 22 of 22")
    steps = withheld.run("plan", OWNER, "--full", "--json").json["steps"]
    assert [step["what"] for step in steps].count("released") == COUNT
    assert deleted(withheld) == 0


def test_confirmed_by_a_script_they_go(withheld: House) -> None:
    """Shown first, then released; afterwards nothing is withheld."""
    ran = withheld.run("confirm", OWNER)
    assert ran.code == 0
    assert ran.out.count("released") == COUNT
    assert deleted(withheld) == COUNT
    assert withheld.run("status", "--check").code == 0
    again = withheld.run("confirm", OWNER, "--json")
    assert (again.code, again.json["outcome"]) == (0, "nothing_withheld")


def test_what_could_not_be_shown_is_not_confirmed(withheld: House) -> None:
    """The calendar cannot be read at the moment: nothing goes on the word of an older count."""
    withheld.fault("events.list", 403, "forbidden")
    ran = withheld.run("confirm", OWNER)
    assert (ran.code, ran.out, deleted(withheld)) == (1, f"{OWNER} cannot be read\n", 0)
    assert withheld.run("status", OWNER, "--json").json["withheld"]["releases"] == COUNT


@pytest.fixture
def braked(enrolled: House) -> House:
    """All of its events were deleted within a day, told by the token; the brake holds the deletions back."""
    enrolled.set(DELETE_GRACE_SECONDS="300")
    for number in range(COUNT):
        event = {**usual(), "id": f"event{number:02}", "conferenceData": conference_data(enrolled.room())}
        enrolled.calendar.control("POST", "events", {"calendarId": OWNER, "event": event})
    enrolled.run("sync", OWNER)
    for number in range(COUNT):
        enrolled.people().delete(f"event{number:02}")
    enrolled.run("sync", OWNER)
    return enrolled


def test_deletions_told_one_by_one_are_shown_as_withheld(braked: House) -> None:
    """By status with the remedy, by plan with each conference and when it ends, as JSON with their number."""
    asks_for_confirmation(braked, f"{COUNT} of {COUNT} conferences were let go within a day")
    assert braked.run("status", OWNER, "--json").json["braked"]["releases"] == COUNT
    told = braked.run("plan", OWNER).out
    assert told.count("when an operator confirms") == COUNT
    assert f"{COUNT} of them are not deleted, which an operator has to confirm" in told
    made = braked.run("plan", OWNER, "--json").json
    assert (made["braked"], [end["withheld"] for end in made["endings"]]) == (COUNT, [True] * COUNT)


def test_confirmed_they_are_due_when_their_grace_is_over(braked: House) -> None:
    """Shown first; afterwards nothing is withheld, and nothing was deleted too early."""
    ran = braked.run("confirm", OWNER)
    assert (ran.code, ran.out.count("when an operator confirms")) == (0, COUNT)
    assert braked.run("status", "--check").code == 0
    assert deleted(braked) == 0
    for kept in braked.store().conferences():
        released = kept.value.released[0]
        braked.store().save(replace(kept.value, delete_at=released.let_go_at), kept.version)
    braked.run("sweep")
    assert deleted(braked) == COUNT
    assert braked.run("confirm", OWNER, "--json").json["outcome"] == "nothing_withheld"


@pytest.mark.parametrize(("typed", "code", "left"), [("y", 0, 0), ("n", 1, COUNT)])
def test_on_a_terminal_it_is_asked_how_many_end(
    braked: House, terminal: int, typed: str, code: int, left: int
) -> None:
    """With no hold to release and all of them to delete."""
    os.write(terminal, f"{typed}\n".encode())
    ran = braked.run("confirm", OWNER)
    assert f"Release 0 holds and delete {COUNT} conferences? [y/N]" in ran.err
    withheld = braked.run("status", OWNER, "--json").json["braked"]
    assert (ran.code, withheld["releases"] if withheld else 0) == (code, left)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of a terminal that is our standard input."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as keyboard:
        monkeypatch.setattr("sys.stdin", keyboard)
        yield ours
    os.close(ours)


@pytest.mark.parametrize(("typed", "code", "gone"), [("y", 0, COUNT), ("n", 1, 0), ("", 1, 0)])
def test_on_a_terminal_it_is_asked(withheld: House, terminal: int, typed: str, code: int, gone: int) -> None:
    """Only a yes is a yes."""
    os.write(terminal, f"{typed}\n".encode())
    ran = withheld.run("confirm", OWNER)
    assert f"Release {COUNT} holds? [y/N]" in ran.err
    assert (ran.code, deleted(withheld)) == (code, gone)


def test_yes_is_not_asked(withheld: House, terminal: int) -> None:
    """--yes has said it."""
    ran = withheld.run("confirm", OWNER, "--yes")
    assert (ran.code, "[y/N]" in ran.err, deleted(withheld)) == (0, False, COUNT)


def test_what_is_not_carried_is_counted_in_the_status(enrolled: House) -> None:
    """By calendar: how many conferences lack what."""
    _room(enrolled)
    store = enrolled.store()
    (kept,) = store.conferences()
    store.save(replace(kept.value, unsupported=("recurrence", "time")), kept.version)
    ran = enrolled.run("status", OWNER)
    assert "recurrence (1), time (1)" in ran.out
