"""Reading events: what is ours, whose copy it is, of which series. What is pushed of it: `test_mapping`."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from functions.adapters.calendar.event import read
from functions.core.hold import missing
from functions.core.model import ConferenceKey, Event, EventRef, Instance, Unreadable
from tests.core.raw import CALENDAR, NAMED, SOLUTIONS, conference, raw


def event(**change: Any) -> Event:
    found = read(raw(**change), CALENDAR, SOLUTIONS)
    assert isinstance(found, Event), found
    return found


def test_a_live_event_of_ours_has_all_that_is_told() -> None:
    """Each field of the meeting comes from its field of the event."""
    found = event(
        description="<p>Bring<br>cake &amp; tea</p>",
        location="Room 5",
        recurrence=["RRULE:FREQ=DAILY"],
        attendees=[
            {"email": "z@example.com", "responseStatus": "accepted"},
            {"email": "a@example.com", "optional": True},
            {"email": "room@example.com", "resource": True},
        ],
    )
    meeting = found.meeting
    assert meeting is not None
    assert (found.carries, found.solution) == (ConferenceKey("webhook", "r1"), "My Web Conference")
    assert (meeting.title, meeting.description) == ("Planning", "Bring\ncake & tea")
    assert (meeting.location, meeting.organizer) == ("Room 5", "o@example.com")
    assert meeting.start == datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=1)))
    assert (meeting.time_zone, meeting.all_day) == ("Europe/Berlin", False)
    assert meeting.recurrence == ("RRULE:FREQ=DAILY",)
    people = [(person.email, person.response, person.optional) for person in meeting.attendees]
    assert people == [("a@example.com", "needsAction", True), ("z@example.com", "accepted", False)]
    assert meeting.updated == datetime(2026, 1, 2, 8, tzinfo=UTC)


def test_an_all_day_event_without_title_is_read() -> None:
    """Days instead of times, no title, no organizer: mapped, not refused."""
    found = event(summary=None, organizer=None, start={"date": "2026-03-02"}, end={"date": "2026-03-05"})
    assert found.meeting is not None
    assert found.organizers_copy
    assert (found.meeting.title, found.meeting.all_day) == ("", True)
    assert (found.meeting.start, found.meeting.end) == (date(2026, 3, 2), date(2026, 3, 5))
    assert (found.meeting.time_zone, found.meeting.organizer) == (None, None)


@pytest.mark.parametrize(
    ("name", "uri", "provider"),
    [
        ("My Web Conference", "https://meet.example.com/x", "webhook"),
        ("Other", "https://meet.example.com/x", "janus"),
        ("My Web Conference 2", "https://meet.example.com.evil.example/x", None),
        ("my web conference", "https://x.example/https://meet.example.com/", None),
        ("", "https://meet.example.com", None),
    ],
)
def test_matching_is_exact(name: str, uri: str, provider: str | None) -> None:
    """A solution's whole name, or the beginning of an entry point; never a part of either."""
    found = event(conferenceData=conference(name, uri))
    assert (found.carries and found.carries.provider) == provider
    assert found.conference_id == "r1"


@pytest.mark.parametrize(
    "change",
    [
        {"conferenceData": None, "description": "My Web Conference https://meet.example.com/r1"},
        {"conferenceData": {"createRequest": {"requestId": "1"}}},
        {"conferenceData": {"conferenceId": "", "conferenceSolution": {"name": "My Web Conference"}}},
    ],
)
def test_without_a_conference_id_nothing_is_ours(change: dict[str, Any]) -> None:
    """Links in texts and unfinished requests do not count."""
    assert event(**change).carries is None


@pytest.mark.parametrize("change", [{"eventType": "focusTime"}, {"organizer": {"email": "x", "self": False}}])
@pytest.mark.parametrize("odd", [{"start": {"dateTime": "soon"}}, {"created": "then"}, {"updated": 7}])
def test_what_is_not_decided_on_is_not_read_further(change: dict[str, Any], odd: dict[str, Any]) -> None:
    """Of other kinds of event and of guests' copies, nothing odd can matter."""
    assert event(**odd, **change).meeting is None


@pytest.mark.parametrize("kind", [{}, {"eventType": None}, {"eventType": "default"}])
def test_an_event_without_a_type_is_an_ordinary_one(kind: dict[str, Any]) -> None:
    """A field that is null says as little as one that is missing."""
    bare = {name: value for name, value in raw().items() if name != "eventType"}
    found = read(bare | kind, CALENDAR, SOLUTIONS)
    assert isinstance(found, Event)
    assert found.ordinary


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"start": None}, "start"),
        ({"start": {"dateTime": "2026-03-02T10:00:00"}}, "start.dateTime has no offset"),
        ({"start": {"dateTime": 5}}, "start.dateTime"),
        ({"start": {"dateTime": "0001-01-01T00:00:00+14:00"}}, "start"),
        ({"end": {"date": "2026-03-05"}}, "start and end"),
        ({"end": []}, "end is not an object"),
        ({"updated": "yesterday"}, "updated"),
        ({"created": "0001-01-01T00:00:00+14:00"}, "created"),
        ({"summary": 7}, "summary"),
        ({"summary": "\ud800"}, "summary"),
        ({"recurrence": "RRULE"}, "recurrence"),
        ({"recurrence": [7]}, "recurrence"),
        ({"attendees": {}}, "attendees"),
        ({"attendees": [{"email": 1}]}, "attendees[].email"),
        ({"organizer": "me"}, "organizer"),
        ({"conferenceData": "zoom"}, "conferenceData"),
        ({"conferenceData": {"conferenceId": 1}}, "conferenceData.conferenceId"),
        ({"recurringEventId": 3}, "recurringEventId"),
        ({"recurringEventId": "s", "originalStartTime": {"date": "no"}}, "originalStartTime"),
    ],
)
def test_an_odd_field_is_named(change: dict[str, Any], names: str) -> None:
    """What cannot be read says which field, and keeps what was clear before it."""
    found = read(raw(**change), CALENDAR, (NAMED,))
    assert isinstance(found, Unreadable)
    assert names in found.reason
    assert found.ref == EventRef(CALENDAR, "e1")


def test_what_cannot_be_read_still_says_whose_conference_it_carries() -> None:
    """A conference that is held by it all the same will be pushed under its solution's name."""
    found = read(raw(summary=7), CALENDAR, SOLUTIONS)
    assert isinstance(found, Unreadable)
    assert (found.carries, found.solution) == (ConferenceKey("webhook", "r1"), "My Web Conference")


@pytest.mark.parametrize(
    "thing", [None, 7, "x", [], {}, {"id": None}, {"id": ""}, {"id": 3}, {"id": "\ud800"}]
)
def test_a_thing_without_an_id_is_unreadable(thing: object) -> None:
    """There is nothing to hold on to, and the reason says so."""
    found = read(thing, CALENDAR, (NAMED,))
    assert isinstance(found, Unreadable)
    assert found.ref.event_id == ""


def named(series_id: str, start: str) -> Instance:
    return Instance(series_id=series_id, original_start=start, sure=False)


@pytest.mark.parametrize(
    ("tombstone", "instance"),
    [
        ({"id": "abc"}, None),
        ({"id": "abc_20260113T090000Z"}, named("abc", "2026-01-13T09:00:00Z")),
        ({"id": "abc_20260113"}, named("abc", "2026-01-13")),
        ({"id": "a_R20260106T100000_20260113T090000Z"},
         named("a_R20260106T100000", "2026-01-13T09:00:00Z")),
        ({"id": "abc_20269913T090000Z"}, None),
        ({"id": "abc_20269913"}, None),
        ({"id": "xyz", "recurringEventId": "abc",
          "originalStartTime": {"dateTime": "2026-01-13T10:00:00+01:00"}},
         Instance(series_id="abc", original_start="2026-01-13T09:00:00Z")),
        ({"id": "abc_20260113T090000Z", "recurringEventId": "other"},
         Instance(series_id="other", original_start="2026-01-13T09:00:00Z")),
        ({"id": "plain", "recurringEventId": "other"}, Instance(series_id="other", original_start="plain")),
    ],
)  # fmt: skip
def test_an_instance_is_known_by_its_fields_else_by_its_id(
    tombstone: dict[str, Any], instance: Instance | None
) -> None:
    """Sparse tombstones have only the id; where a field says it, the field counts."""
    found = read({"status": "cancelled", **tombstone}, CALENDAR, (NAMED,))
    assert isinstance(found, Event)
    assert (found.cancelled, found.instance) == (True, instance)


def test_a_live_event_is_no_instance_by_its_id() -> None:
    """Somebody may choose an id that looks like one."""
    assert event(id="abc_20260113").instance is None


def test_a_vanished_event_is_taken_for_cancelled() -> None:
    """An instance's id still says of which series."""
    assert missing(EventRef(CALENDAR, "abc_20260113")).instance is not None
    assert missing(EventRef(CALENDAR, "abc")).cancelled
