"""Trying a parked conference again, and what is printed of how it ended."""

import pytest

from local.conferences.faults import Fault
from tests.cli.house import BUSY, House
from tests.support.rig import OWNER, conference_data, usual


def _parked(house: House) -> str:
    """A conference that its system has refused to change."""
    room = house.room()
    house.people().add(room, summary="Planning")
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.run("sync", OWNER)
    return room


def test_it_is_in_step_again(enrolled: House) -> None:
    """What was refused is sent once more, and then the conference is in step."""
    room = _parked(enrolled)
    assert enrolled.run("status", "--check").code == 1
    ran = enrolled.run("retry", room)
    assert (ran.code, ran.out) == (0, f"{room} (webhook) is in step\n")
    found = enrolled.conferences.rooms.find(room)
    assert found is not None
    assert found["title"] == "Planning"
    assert enrolled.run("status", "--check").code == 0


def test_it_is_refused_again(enrolled: House) -> None:
    """Refused once more it is parked again with the reason, and the command fails."""
    room = _parked(enrolled)
    enrolled.conferences.faults.add(Fault(kind="status", status=422))
    ran = enrolled.run("retry", room)
    assert (ran.code, f"{room} (webhook) is parked again: " in ran.out, "422" in ran.out) == (1, True, True)


def test_it_fails_for_a_passing_reason(enrolled: House) -> None:
    """When it will be tried again by itself, the exit code says later."""
    room = _parked(enrolled)
    enrolled.conferences.faults.add(BUSY)
    ran = enrolled.run("retry", room, "--json")
    assert ran.code == 5
    assert [(one["parked"], one["provider"], bool(one["retry_at"])) for one in ran.json["records"]] == [
        (True, "webhook", True)
    ]


def test_its_event_still_cannot_be_read(enrolled: House) -> None:
    """It is parked again for the same reason, and the exit code says that it did not work."""
    room = enrolled.room()
    odd = {**usual(), "id": "odd1", "conferenceData": conference_data(room), "start": {"dateTime": "soon"}}
    enrolled.calendar.control("POST", "events", {"calendarId": OWNER, "event": odd})
    enrolled.run("sync", OWNER)
    ran = enrolled.run("retry", room)
    assert (ran.code, "parked again: start is neither a time nor a date" in ran.out) == (1, True)


@pytest.mark.parametrize(("grace", "said"), [("0", "is deleted"), ("300", "carried by no event")])
def test_no_event_carries_it(enrolled: House, monkeypatch: pytest.MonkeyPatch, grace: str, said: str) -> None:
    """A retry deletes what is due, and nothing early."""
    monkeypatch.setenv("DELETE_GRACE_SECONDS", grace)
    room = enrolled.room()
    event = enrolled.people().add(room)
    enrolled.run("sync", OWNER)
    enrolled.people().delete(event)
    enrolled.run("sync", OWNER)
    assert said in enrolled.run("retry", room).out


def test_it_is_not_known(house: House) -> None:
    """A conference that no calendar brought in has an exit code of its own."""
    ran = house.run("retry", "nothing")
    assert (ran.code, "no conference nothing is known" in ran.err) == (3, True)
