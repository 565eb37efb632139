"""Trying a parked conference again, and what is told of how it ended."""

from local.conferences.faults import Fault
from tests.cli.house import BUSY, House
from tests.rig import OWNER, conference_data, usual


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


def test_nothing_carries_it(enrolled: House) -> None:
    """A conference whose only event could not be read is not said to be in step."""
    room = enrolled.room()
    odd = {**usual(), "id": "odd1", "conferenceData": conference_data(room), "start": {"dateTime": "soon"}}
    enrolled.calendar.control("POST", "events", {"calendarId": OWNER, "event": odd})
    enrolled.run("sync", OWNER)
    ran = enrolled.run("retry", room)
    assert (ran.code, "in step" in ran.out, "no event that can be read carries it" in ran.out) == (
        0,
        False,
        True,
    )


def test_it_is_not_known(house: House) -> None:
    """A conference that no calendar brought in has an exit code of its own."""
    ran = house.run("retry", "nothing")
    assert (ran.code, "no conference nothing is known" in ran.err) == (3, True)
