"""What cannot be seen, is no meeting, cannot be read, or looks odd and is sound."""

from typing import Any

import pytest

from functions.core.aside import set_aside
from tests.host.service import Service, held
from tests.support.rig import OWNER, conference_data, usual

UPDATED = "conference.updated"


@pytest.mark.parametrize("role", ["reader", "freeBusyReader", "writerWithoutPrivateAccess"])
def test_e22_hidden_details(service: Service, role: str) -> None:
    """A conference that we may not see is not removed; the calendar is marked until we may see it again."""
    room, event = held(service, visibility="private")
    service.people().change(event, summary="Hidden")
    service.control("role", calendarId=OWNER, role=role)
    with service.silence():
        service.settle()
    service.sweep_later()
    assert service.told() == []
    assert service.enrolment().details_hidden
    service.control("role", calendarId=OWNER, role=None)
    service.people().change(event, location="Room 7")
    service.settle()
    assert service.state(room) == ("live", "Hidden", 1)
    assert not service.enrolment().details_hidden


def test_e22_deleted_while_details_are_hidden(service: Service) -> None:
    """A tombstone hides nothing: what was deleted is deleted."""
    room, event = held(service, visibility="private")
    service.people().delete(event)
    service.control("role", calendarId=OWNER, role="reader")
    service.settle()
    service.sweep()
    assert service.state(room)[0] == "deleted"


@pytest.mark.parametrize("kind", ["focusTime", "outOfOffice", "workingLocation", "birthday", "fromGmail"])
def test_e23_other_kinds_of_event(service: Service, kind: str) -> None:
    """Even with our conference in it, such an event is not a meeting, live or deleted."""
    event = {**usual(), "id": "other1", "eventType": kind, "conferenceData": conference_data(service.room())}
    for status in ("confirmed", "cancelled"):
        service.control("events", calendarId=OWNER, event={**event, "status": status})
        service.control("notifications/send", calendarId=OWNER)
        with service.silence():
            service.settle()


@pytest.mark.parametrize("odd_first", [True, False])
def test_e24_an_event_that_cannot_be_read(service: Service, *, odd_first: bool) -> None:
    """It alone is parked, with the field's name, whichever is read first; mended, it is pushed."""
    odd, good = service.room("Odd"), service.room("Good")
    broken = {**usual(), "conferenceData": conference_data(odd), "start": {"dateTime": "soon"}}
    wishes = [{**broken, "id": "broken1"}, {**usual(), "conferenceData": conference_data(good)}]
    for wish in wishes if odd_first else reversed(wishes):
        service.control("events", calendarId=OWNER, event=wish)
    service.settle()
    service.sweep()
    assert service.told() == [(UPDATED, good, None)]
    refused = service.record(odd).refused
    assert refused is not None
    assert refused.reason == "start is neither a time nor a date"
    service.people().change("broken1", start=usual()["start"], end=usual()["end"])
    service.settle()
    assert service.told() == [(UPDATED, odd, None)]
    assert not set_aside(service.record(odd))


def test_e24_a_held_event_broken_and_mended(service: Service) -> None:
    """Parked while it could not be read; read again and unchanged, it is in step without a word."""
    room, event = held(service)
    good = service.people().get(event)
    service.control("events", calendarId=OWNER, event={**good, "start": {}})
    service.control("notifications/send", calendarId=OWNER)
    service.settle()
    assert set_aside(service.record(room))
    service.control("events", calendarId=OWNER, event=good)
    service.control("notifications/send", calendarId=OWNER)
    service.settle()
    assert not set_aside(service.record(room))
    assert service.told() == []


def test_e24_an_unreadable_event_of_no_conference(service: Service) -> None:
    """Nothing tells whose conference it carries, so the calendar's record says what is wrong with it."""
    event = {**usual(), "id": "broken2", "conferenceData": {"conferenceId": 7}}
    service.control("events", calendarId=OWNER, event=event)
    service.control("notifications/send", calendarId=OWNER)
    service.settle()
    assert service.enrolment().unreadable == {"broken2": "conferenceData.conferenceId is not a text"}
    service.people().change("broken2", conferenceData=None)
    service.settle()
    assert service.enrolment().unreadable == {}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"start": {"date": "2031-03-01"}, "end": {"date": "2031-03-04"}},
            {"start": "2031-03-01", "end": "2031-03-04", "all_day": True},
        ),
        (
            {"start": {"dateTime": "2031-03-01T22:00:00Z"}, "end": {"dateTime": "2031-03-03T02:00:00Z"}},
            {"start": "2031-03-01T22:00:00+00:00", "end": "2031-03-03T02:00:00+00:00", "all_day": False},
        ),
        ({"summary": None}, {"title": ""}),
        ({"visibility": "private", "summary": "Secret"}, {"title": "Secret"}),
        (
            {"start": {"dateTime": "2001-03-01T10:00:00Z"}, "end": {"dateTime": "2001-03-01T11:00:00Z"}},
            {"start": "2001-03-01T10:00:00+00:00"},
        ),
    ],
    ids=["all-day", "multi-day", "without title", "private", "past"],
)
def test_e25_odd_but_sound(service: Service, fields: dict[str, Any], told: dict[str, Any]) -> None:
    """All-day, multi-day, without title, private or past: pushed as it is."""
    room = service.room()
    service.people().add(room, **fields)
    service.settle()
    event = service.seen(room)["event"]
    assert {name: event[name] for name in told} == told
