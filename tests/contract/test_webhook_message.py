"""What a webhook message says of an event, and how large it gets."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from conformance.changes import change, deletion, meeting
from functions.adapters.providers.webhook import BODY_MAX_BYTES, message
from functions.core.errors import Rejected
from functions.core.model import Attendee, Meeting, Parties

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_updated_conference() -> None:
    """The message of an update says everything that is known of the event."""
    at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    said = json.loads(message(change("c1", meeting=meeting(updated=at)), NOW))
    assert said == {
        "type": "conference.updated",
        "timestamp": "2026-03-01T08:00:00+00:00",
        "data": {
            "conference_id": "c1",
            "solution": "My Web Conference",
            "calendar_id": "owner@example.com",
            "user": None,
            "organizer": None,
            "creator": None,
            "occurrence": None,
            "event": {
                "id": "event1",
                "title": "Planning",
                "description": "What to do next",
                "location": "Room 5",
                "start": "2026-03-02T09:00:00+00:00",
                "end": "2026-03-02T10:00:00+00:00",
                "time_zone": "Europe/Berlin",
                "all_day": False,
                "recurrence": ["RRULE:FREQ=WEEKLY"],
                "organizer": "owner@example.com",
                "attendees": [{"email": "guest@example.com", "response": "accepted", "optional": False}],
                "updated": "2026-03-01T08:00:00+00:00",
            },
        },
    }


def test_the_same_change_has_the_same_bytes() -> None:
    """A change that is delivered again later, by another process, is the same message."""
    later = NOW + timedelta(hours=5)
    update = change("c1")
    assert message(update, NOW) == message(update, later)


def test_a_deleted_conference() -> None:
    """The message of a deletion has no event, and the time at which it is pushed."""
    said = json.loads(message(deletion("c1"), NOW))
    assert (said["type"], said["data"]["event"]) == ("conference.deleted", None)
    assert said["timestamp"] == NOW.isoformat()


def test_who_is_behind_an_event_is_said_in_deletions_too() -> None:
    """So that a receiver can refuse what is not of its conference's people."""
    its = Parties("owner@example.com", "team@group.calendar.example.com", "ada@example.com")
    for make in (change, deletion):
        data = json.loads(message(make("c1", parties=its), NOW))["data"]
        assert (data["user"], data["organizer"], data["creator"]) == its


def test_an_all_day_event() -> None:
    """Days are dates, without a time."""
    whole_day = meeting(all_day=True, start=date(2026, 3, 2), end=date(2026, 3, 3), updated=None)
    event = json.loads(message(change("c1", meeting=whole_day), NOW))["data"]["event"]
    assert (event["start"], event["end"], event["updated"]) == ("2026-03-02", "2026-03-03", None)


def _guests(number: int, name: str = "guest") -> tuple[Attendee, ...]:
    return tuple(
        Attendee(
            email=f"{name}{each}@a-rather-long-company-name.example.com", response="accepted", optional=True
        )
        for each in range(number)
    )


@pytest.mark.parametrize(
    "large",
    [
        pytest.param(meeting(description="a" * 50_000), id="description"),
        pytest.param(meeting(description="\N{PARTY POPPER}" * 8_192), id="wide description"),
        pytest.param(meeting(description="\x01" * 8_192), id="escaped description"),
        pytest.param(meeting(attendees=_guests(2_000)), id="attendees"),
        pytest.param(meeting(attendees=_guests(20, "x" * 3_000)), id="long attendees"),
        pytest.param(meeting(attendees=_guests(200), description="\x01" * 8_192), id="both"),
        pytest.param(meeting(attendees=_guests(120), title="ü" * 1_024, location="ü" * 1_024), id="all"),
    ],
)
def test_large_events_are_cut(large: Meeting) -> None:
    """A message stays below its limit, says what was left out, and is cut alike each time."""
    body = message(change("c1", meeting=large, id="x"), NOW)
    event = json.loads(body)["data"]["event"]
    assert len(body) < BODY_MAX_BYTES
    assert len(event["attendees"]) + event.get("attendees_omitted", 0) == len(large.attendees)
    assert event.get("description_truncated", False) == (event["description"] != large.description)
    assert large.description.startswith(event["description"])
    assert body == message(change("c1", meeting=large, id="x"), NOW)


@pytest.mark.parametrize(
    ("description", "guests", "left"),
    [
        pytest.param(15_000, 20, (15_000, 20), id="whole"),
        pytest.param(21_000, 20, (4_000, 20), id="description"),
        pytest.param(10, 500, (10, 100), id="attendees"),
        pytest.param(21_000, 200, (4_000, 100), id="both"),
    ],
)
def test_no_more_is_cut_than_must_be(description: int, guests: int, left: tuple[int, int]) -> None:
    """First the description, then attendees; of an event that fits nothing, and nothing is remarked."""
    large = meeting(description="a" * description, attendees=_guests(guests))
    event = json.loads(message(change("c1", meeting=large), NOW))["data"]["event"]
    assert (len(event["description"]), len(event["attendees"])) == left
    remarks = {"description_truncated": left[0] < description, "attendees_omitted": left[1] < guests}
    assert {name for name, made in remarks.items() if made} == set(remarks) & set(event)


def test_what_names_the_event_is_never_cut() -> None:
    """Title, location and recurrence are pushed whole, even if the body grows beyond its limit."""
    long = {"title": "a" * BODY_MAX_BYTES, "location": "b" * 9_000, "recurrence": ("EXDATE:20260302",) * 900}
    event = json.loads(message(change("c1", meeting=meeting(**long)), NOW))["data"]["event"]
    assert {name: event[name] for name in long} == long | {"recurrence": list(long["recurrence"])}


@pytest.mark.parametrize("long", [{"title": "a" * 10_000_000}, {"recurrence": ("EXDATE:20260302",) * 9_000}])
def test_what_cannot_be_cut_may_be_refused(long: dict[str, Any]) -> None:
    """Far more of it than Calendar takes is not sent at all, and the reason does not repeat it."""
    with pytest.raises(Rejected, match=r"would make a message of [0-9]+ bytes$"):
        message(change("c1", meeting=meeting(**long)), NOW)
