"""gcsa, a client for people who script their calendar."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from gcsa.event import Event
from gcsa.google_calendar import GoogleCalendar
from gcsa.recurrence import WEEKLY, Recurrence
from google.oauth2.credentials import Credentials

from gcal_standin.server import Server
from tests.standin import google

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
YEAR = {"time_min": datetime(2026, 1, 1, tzinfo=UTC), "time_max": datetime(2027, 1, 1, tzinfo=UTC)}


@pytest.fixture
def calendar(standin: Server) -> Iterator[Any]:
    token = Credentials(token="any")  # type: ignore[no-untyped-call]
    found = GoogleCalendar(credentials=token)
    with google.service(standin.url) as service:
        found.service = service
        yield found


def test_create_list_update_delete(calendar: Any) -> None:
    """Events are added, found, changed and deleted."""
    made = calendar.add_event(Event("Meeting", start=START, location="Room"))
    assert [event.summary for event in calendar.get_events(**YEAR)] == ["Meeting"]

    made.summary = "Renamed"
    made.end = START + timedelta(hours=2)
    calendar.update_event(made)
    found = calendar.get_event(made.event_id)
    assert (found.summary, found.end, found.location) == ("Renamed", START + timedelta(hours=2), "Room")

    calendar.delete_event(made)
    assert list(calendar.get_events(**YEAR)) == []


def test_move(standin: Server, calendar: Any) -> None:
    """An event is moved to another calendar and found there."""
    standin.control("POST", "calendars", {"id": "team@group.calendar.google.com"})
    made = calendar.add_event(Event("Meeting", start=START))

    calendar.move_event(made, destination_calendar_id="team@group.calendar.google.com")

    assert list(calendar.get_events(**YEAR)) == []
    there = calendar.get_events(calendar_id="team@group.calendar.google.com", **YEAR)
    assert [event.event_id for event in there] == [made.event_id]


def test_recurring_instances(calendar: Any) -> None:
    """A series is added, its instances read, one changed and one deleted."""
    weekly = Event(
        "Weekly", start=START, timezone="Europe/Berlin", recurrence=Recurrence.rule(freq=WEEKLY, count=4)
    )
    made = calendar.add_event(weekly)
    instances = list(calendar.get_instances(made, **YEAR))
    assert [event.start for event in instances] == [START + timedelta(weeks=week) for week in range(4)]

    instances[1].summary = "Special"
    calendar.update_event(instances[1])
    calendar.delete_event(instances[2])

    shown = list(calendar.get_events(single_events=True, order_by="startTime", **YEAR))
    assert [event.summary for event in shown] == ["Weekly", "Special", "Weekly"]
    assert {event.recurring_event_id for event in shown} == {made.event_id}


def test_calendars_and_lists(calendar: Any) -> None:
    """The user's calendar and list of calendars are read."""
    assert calendar.get_calendar().calendar_id == "owner@example.com"
    assert [entry.calendar_id for entry in calendar.get_calendar_list()] == ["owner@example.com"]
