"""Calendar and conference are compared as the table of docs/changes.md would have them."""

from typing import Any

import pytest

from local.page.drift import Difference, drift
from local.page.view import carriers
from tests.local.page.conftest import BOB, Outside


def pushed(outside: Outside, event_id: str) -> dict[str, Any]:
    """What the service tells of this event."""
    event = outside.event(event_id)
    return {
        "id": event["id"],
        "title": event["summary"],
        "start": event["start"]["dateTime"],
        "end": event["end"]["dateTime"],
        "recurrence": event.get("recurrence", []),
        "attendees": [
            {"email": one["email"], "response": one["responseStatus"]} for one in event.get("attendees", [])
        ],
    }


def update(outside: Outside, event_id: str) -> None:
    conference_id = outside.event(event_id)["conferenceData"]["conferenceId"]
    tell(outside, "conference.updated", conference_id=conference_id, event=pushed(outside, event_id))


def tell(outside: Outside, kind: str, **data: Any) -> None:
    number = len(outside.conferences.rooms.log())
    outside.conferences.rooms.note(id=f"{number}")
    outside.conferences.rooms.take(f"{number}", {"type": kind, "data": data})


def found(outside: Outside) -> list[Difference]:
    told = drift(carriers(outside.calendar.world), outside.conferences.rooms.all())
    return [each for differences in told.values() for each in differences]


def test_what_was_pushed_is_in_step(outside: Outside) -> None:
    event = outside.make(guests=BOB, repeats="weekly")
    assert {one.what for one in found(outside)} >= {"title", "starts", "guests", "repeats"}
    update(outside, event)
    assert found(outside) == []


@pytest.mark.parametrize(
    ("change", "what", "calendar", "conference"),
    [
        ({"title": "Budget"}, "title", "Budget", "Planning"),
        (
            {"start": "2030-05-02T10:30", "end": "2030-05-02T11:00"},
            "starts",
            "Thu 2 May 10:30",
            "Thu 2 May 10:00",
        ),
        (
            {"start": "2030-05-02T10:00", "end": "2030-05-02T12:00"},
            "ends",
            "Thu 2 May 12:00",
            "Thu 2 May 11:00",
        ),
    ],
)
def test_what_changed_and_was_not_pushed(
    outside: Outside, change: dict[str, str], what: str, calendar: str, conference: str
) -> None:
    """Both sides are told."""
    event = outside.make()
    update(outside, event)
    outside.do("change", event=event, **change)
    assert found(outside) == [Difference(what, calendar, conference)]
    update(outside, event)
    assert found(outside) == []


def test_an_event_that_is_gone(outside: Outside) -> None:
    """Its conference is too much, until it is deleted; and one too few, if the event comes back then."""
    event = outside.make()
    [room] = outside.conferences.rooms.all()
    update(outside, event)
    outside.do("delete", event=event)
    assert found(outside) == [Difference("event", "gone", "still there")]
    tell(outside, "conference.deleted", conference_id=room["id"])
    assert found(outside) == []
    outside.do("restore", event=event)
    assert found(outside) == [Difference("conference", "“Planning” wants it", "deleted")]


def test_a_conference_that_no_event_had(outside: Outside) -> None:
    """An add-on has just made it: nothing differs."""
    outside.conferences.rooms.create("New meeting")
    assert found(outside) == []


def test_a_copy_asks_for_nothing(outside: Outside) -> None:
    """Until the original is gone: then it leads."""
    event = outside.make()
    update(outside, event)
    copy = outside.do("copy", event=event)
    for _ in range(9):
        outside.do("copy", event=event)
        assert found(outside) == []
    outside.do("delete", event=event)
    assert {one.what for one in found(outside)} == {"title", "starts", "ends"}
    update(outside, copy)
    assert found(outside) == []


def test_a_guests_copy_asks_for_nothing(outside: Outside) -> None:
    outside.deeds.add_user(BOB)
    event = outside.make(guests=BOB)
    update(outside, event)
    assert found(outside) == []


@pytest.mark.parametrize("hour", [10, 15], ids=["same hour", "another hour"])
def test_the_last_part_of_a_series_leads(outside: Outside, hour: int) -> None:
    series = outside.make(repeats="daily")
    update(outside, series)
    third = outside.dates()[2]["id"]
    change = {"start": f"2030-05-04T{hour}:00", "end": f"2030-05-04T{hour + 1}:00", "title": "Later"}
    later = outside.do("change", event=third, scope="following", **change)
    assert "title" in {one.what for one in found(outside)}
    update(outside, later)
    assert found(outside) == []


def test_dates_of_a_series(outside: Outside) -> None:
    """One cancelled and one moved differ until each was told."""
    series = outside.make(repeats="daily")
    update(outside, series)
    [room] = outside.conferences.rooms.all()
    second, third = (one["id"] for one in outside.dates()[1:3])
    outside.do("delete", event=second)
    assert found(outside) == [Difference("on Fri 3 May 10:00", "cancelled", "as its series")]
    occurrence = {"conference_id": room["id"], "occurrence": "2030-05-03T10:00:00+00:00", "event": None}
    tell(outside, "occurrence.cancelled", **occurrence)
    assert found(outside) == []
    outside.do("change", event=third, start="2030-05-04T15:00", end="2030-05-04T16:00")
    assert [one.what for one in found(outside)] == ["on Sat 4 May 10:00"]
    moved = {**occurrence, "occurrence": "2030-05-04T10:00:00+00:00", "event": pushed(outside, third)}
    tell(outside, "occurrence.updated", **moved)
    assert found(outside) == []
