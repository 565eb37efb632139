"""What is pushed of an event: docs/mapping.md, statement by statement."""

import json
import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from functions.adapters.calendar.event import read
from functions.adapters.providers.janus import JanusProvider
from functions.adapters.providers.webhook import WebhookProvider, message
from functions.core.actions import Action, Keep, Push, Release, Standing
from functions.core.actions import Hold as Take
from functions.core.conference import Conference
from functions.core.decide import decide, fingerprint_of
from functions.core.hold import Hold
from functions.core.model import Attendee, Change, ConferenceKey, Event, EventRef, Kind, Meeting
from tests.core.raw import CALENDAR, SOLUTIONS, raw

PAGE = Path(__file__).parents[2] / "docs" / "mapping.md"
KEY = ConferenceKey("webhook", "r1")
WEBHOOK, JANUS = Standing(abilities=WebhookProvider.abilities), Standing(abilities=JanusProvider.abilities)
BERLIN = timezone(timedelta(hours=1))
BLOCK = "~~ Join the conference ~~<br>https://m.example.com/1<br>~~ kept up to date automatically ~~"


def event(**change: Any) -> Event:
    found = read(raw(**change), CALENDAR, SOLUTIONS)
    assert isinstance(found, Event), found
    return found


def told(**change: Any) -> Meeting:
    meeting = event(**change).meeting
    assert meeting is not None
    return meeting


def test_the_page_names_every_field() -> None:
    """What can be pushed of an event is what the page's first table lists, in that order."""
    listed = re.findall(r"^\| `(\w+)`(?:, `(\w+)`)? \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for row in listed for name in row if name] == [field.name for field in fields(Meeting)]


FIELDS: list[tuple[str, dict[str, Any], str, object]] = [
    ("id", {}, "id", "e1"),
    ("title", {"summary": " R&D: <Planning> "}, "title", " R&D: <Planning> "),
    ("title-missing", {"summary": None}, "title", ""),
    ("description", {"description": "<b>Bring</b><br>cake"}, "description", "Bring\ncake"),
    ("description-missing", {}, "description", ""),
    ("description-without-our-link", {"description": f"Cake<br><br>{BLOCK}<br>Tea"},
     "description", "Cake\nTea"),
    ("location", {"location": "Room <5>"}, "location", "Room <5>"),
    ("location-missing", {}, "location", ""),
    ("location-without-our-link",
     {"location": "Room 5; https://m.example.com/1",
      "extendedProperties": {"private": {"conferenceSyncLink": "https://m.example.com/1"}}},
     "location", "Room 5"),
    ("start", {}, "start", datetime(2026, 3, 2, 10, tzinfo=BERLIN)),
    ("end", {}, "end", datetime(2026, 3, 2, 11, tzinfo=BERLIN)),
    ("time-zone", {}, "time_zone", "Europe/Berlin"),
    ("time-zone-absent",
     {"start": {"dateTime": "2026-03-02T10:00:00+01:00"},
      "end": {"dateTime": "2026-03-02T11:00:00+01:00", "timeZone": "Europe/Rome"}}, "time_zone", None),
    ("time-zone-of-days",
     {"start": {"date": "2026-03-02", "timeZone": "Europe/Berlin"}, "end": {"date": "2026-03-03"}},
     "time_zone", None),
    ("all-day-not", {}, "all_day", False),
    ("all-day", {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}, "all_day", True),
    ("recurrence",
     {"recurrence": ["RDATE:20260401T080000Z", "EXDATE;TZID=Europe/Berlin:20260309T100000,20260302T100000",
                     "RRULE:FREQ=WEEKLY", "EXRULE:FREQ=MONTHLY", "RRULE:FREQ=WEEKLY"]},
     "recurrence",
     ("RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Berlin:20260309T100000,20260302T100000", "EXRULE:FREQ=MONTHLY",
      "RDATE:20260401T080000Z")),
    ("recurrence-missing", {}, "recurrence", ()),
    ("organizer", {}, "organizer", "o@example.com"),
    ("organizer-missing", {"organizer": None}, "organizer", None),
    ("organizer-without-address", {"organizer": {"self": True}}, "organizer", None),
    ("attendees-missing", {}, "attendees", ()),
    ("updated", {"updated": "2026-01-02T09:00:00.123+01:00"}, "updated",
     datetime(2026, 1, 2, 8, 0, 0, 123_000, tzinfo=UTC)),
    ("updated-missing", {"updated": None}, "updated", None),
]  # fmt: skip


@pytest.mark.parametrize(("change", "name", "value"), [row[1:] for row in FIELDS],
                         ids=[row[0] for row in FIELDS])  # fmt: skip
def test_field(change: dict[str, Any], name: str, value: object) -> None:
    """Each field is read as the page's first table says."""
    assert getattr(told(**change), name) == value


ATTENDEES: list[tuple[str, list[dict[str, Any]], list[tuple[str, str, bool]]]] = [
    ("sorted", [{"email": "z@example.com"}, {"email": "A@example.com"}, {"email": "b@example.com"}],
     [("A@example.com", "needsAction", False), ("b@example.com", "needsAction", False),
      ("z@example.com", "needsAction", False)]),
    ("answers", [{"email": "a@example.com", "responseStatus": "declined", "optional": True},
                 {"email": "b@example.com", "responseStatus": "accepted", "optional": False}],
     [("a@example.com", "declined", True), ("b@example.com", "accepted", False)]),
    ("rooms", [{"email": "r@example.com", "resource": True}, {"email": "a@example.com", "resource": False}],
     [("a@example.com", "needsAction", False)]),
    ("no-address", [{"displayName": "Ada"}, {"email": ""}], []),
    ("twice", [{"email": "a@example.com"}, {"email": "A@example.com", "responseStatus": "accepted"}],
     [("A@example.com", "accepted", False)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "people"), [row[1:] for row in ATTENDEES], ids=[row[0] for row in ATTENDEES]
)
def test_attendees(sent: list[dict[str, Any]], people: list[tuple[str, str, bool]]) -> None:
    """People with an address, each once and sorted by it, in whatever order Calendar sends them."""
    expected = tuple(Attendee(email=email, response=said, optional=may) for email, said, may in people)
    assert told(attendees=sent).attendees == expected
    assert told(attendees=sent[::-1]).attendees == expected


# What changes in an event, and whether the webhook and Janus are called for it.
CHANGES: list[tuple[str, dict[str, Any], bool, bool]] = [
    ("title", {"summary": "Renamed"}, True, True),
    ("description", {"description": "Agenda"}, True, False),
    ("location", {"location": "Room 5"}, True, False),
    ("start", {"start": {"dateTime": "2026-03-02T09:30:00+01:00", "timeZone": "Europe/Berlin"}}, True, False),
    ("end", {"end": {"dateTime": "2026-03-02T11:30:00+01:00", "timeZone": "Europe/Berlin"}}, True, False),
    ("zone", {"start": {"dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Europe/Rome"}}, True, False),
    ("days", {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}, True, False),
    ("recurrence", {"recurrence": ["RRULE:FREQ=DAILY"]}, True, False),
    ("organizer", {"organizer": {"email": "p@example.com", "self": True}}, True, False),
    ("attendee", {"attendees": [{"email": "a@example.com"}]}, True, False),
    ("updated", {"updated": "2026-01-03T08:00:00Z"}, False, False),
    ("same-instant", {"end": {"dateTime": "2026-03-02T10:00:00Z"}}, False, False),
    ("zone-of-the-end", {"end": {"dateTime": "2026-03-02T11:00:00+01:00", "timeZone": "Europe/Rome"}},
     False, False),
    ("same-text", {"summary": "Planning", "description": "<p> </p>"}, False, False),
    ("our-link", {"description": BLOCK}, False, False),
    ("colour", {"colorId": "5"}, False, False),
    ("reminders", {"reminders": {"useDefault": False}}, False, False),
    ("visibility", {"visibility": "private"}, False, False),
    ("busy", {"transparency": "transparent"}, False, False),
    ("guests-may", {"guestsCanModify": True}, False, False),
    ("entry-point", {"hangoutLink": "https://meet.google.com/x"}, False, False),
    ("tentative", {"status": "tentative"}, False, False),
    ("created", {"created": "2025-01-01T08:00:00Z"}, False, False),
]  # fmt: skip


@pytest.mark.parametrize("mapped", [True, False], ids=["webhook", "janus"])
@pytest.mark.parametrize(("change", "by_webhook", "by_janus"), [row[1:] for row in CHANGES],
                         ids=[row[0] for row in CHANGES])  # fmt: skip
def test_only_what_a_provider_carries_costs_a_call(
    change: dict[str, Any], *, by_webhook: bool, by_janus: bool, mapped: bool
) -> None:
    """One update for what is mapped, and nothing for the rest."""
    standing, called = (WEBHOOK, by_webhook) if mapped else (JANUS, by_janus)
    action = decide(event(**change), in_step(event(), standing), standing)
    assert (type(action), action.row) == ((Push, "E02") if called else (Keep, "E03"))


def in_step(known: Event, standing: Standing) -> Conference:
    """Its conference, whose system was told of it as it is."""
    assert known.meeting is not None
    fingerprint = fingerprint_of(known.meeting, standing.abilities.fields)
    return Conference(key=KEY, holds=(Hold(ref=known.ref),), applied=fingerprint)


def test_an_answer_costs_a_call_where_answers_are_carried() -> None:
    """The webhook carries each attendee's response, Janus none."""
    invited, accepted = (
        event(attendees=[{"email": "a@example.com", "responseStatus": said}])
        for said in ("tentative", "accepted")
    )
    assert isinstance(decide(accepted, in_step(invited, WEBHOOK), WEBHOOK), Push)
    assert decide(accepted, in_step(invited, JANUS), JANUS) == Keep("E03")


def test_the_order_of_lists_costs_nothing() -> None:
    """Calendar may send attendees and recurrence lines in any order."""
    people, lines = (
        [{"email": "a@example.com"}, {"email": "b@example.com"}],
        ["RRULE:FREQ=DAILY", "EXDATE:20260303"],
    )
    one = event(attendees=people, recurrence=lines)
    other = event(attendees=people[::-1], recurrence=lines[::-1])
    assert decide(other, in_step(one, WEBHOOK), WEBHOOK) == Keep("E03")


WEEKLY = ["RRULE:FREQ=WEEKLY"]
ODD_BUT_SOUND: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("all-day", {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}},
     {"start": "2026-03-02", "end": "2026-03-03", "all_day": True, "time_zone": None}),
    ("several-days", {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-05"}},
     {"start": "2026-03-02", "end": "2026-03-05", "all_day": True}),
    ("across-midnights",
     {"start": {"dateTime": "2026-03-02T22:00:00+01:00"}, "end": {"dateTime": "2026-03-05T06:00:00+01:00"}},
     {"start": "2026-03-02T22:00:00+01:00", "end": "2026-03-05T06:00:00+01:00", "all_day": False}),
    ("no-length", {"end": {"dateTime": "2026-03-02T10:00:00+01:00"}},
     {"start": "2026-03-02T10:00:00+01:00", "end": "2026-03-02T10:00:00+01:00"}),
    ("without-title", {"summary": None}, {"title": ""}),
    ("private", {"visibility": "private"}, {"title": "Planning", "start": "2026-03-02T10:00:00+01:00"}),
    ("past", {"start": {"dateTime": "1999-12-31T23:00:00Z"}, "end": {"dateTime": "2000-01-01T01:00:00Z"}},
     {"start": "1999-12-31T23:00:00+00:00", "end": "2000-01-01T01:00:00+00:00"}),
    ("weekly-across-the-change-of-clocks", {"recurrence": WEEKLY},
     {"start": "2026-03-02T10:00:00+01:00", "time_zone": "Europe/Berlin", "recurrence": WEEKLY}),
    ("between-zones",
     {"start": {"dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Europe/Berlin"},
      "end": {"dateTime": "2026-03-02T12:00:00-05:00", "timeZone": "America/New_York"}},
     {"start": "2026-03-02T10:00:00+01:00", "end": "2026-03-02T12:00:00-05:00",
      "time_zone": "Europe/Berlin"}),
    ("first-and-last-year", {"start": {"date": "0001-01-01"}, "end": {"date": "9999-12-31"}},
     {"start": "0001-01-01", "end": "9999-12-31"}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "says"), [row[1:] for row in ODD_BUT_SOUND],
                         ids=[f"E25-{row[0]}" for row in ODD_BUT_SOUND])  # fmt: skip
def test_odd_but_sound_events_are_events_like_any_other(change: dict[str, Any], says: dict[str, Any]) -> None:
    """Pushed when first seen and when changed, not without a change, and released when deleted."""
    first, known = event(**change), in_step(event(**change), WEBHOOK)
    assert first.meeting is not None
    body = json.loads(message(_change(first.meeting), first.meeting.updated or datetime.now(UTC)))
    assert body["data"]["event"] | says == body["data"]["event"]
    assert _rows(first, Conference(key=KEY)) == (Take, "E01")
    assert _rows(first, known) == (Keep, "E03")
    assert _rows(event(**change | {"location": "Room 5"}), known) == (Push, "E02")
    tombstone = read({"id": "e1", "status": "cancelled"}, CALENDAR, SOLUTIONS)
    assert decide(tombstone, known, WEBHOOK) == Release("E05")


def _rows(found: Event, conference: Conference) -> tuple[type[Action], str]:
    action = decide(found, conference, WEBHOOK)
    assert not isinstance(action, Take) or action.push
    return type(action), action.row


def _change(meeting: Meeting) -> Change:
    return Change(
        id="x", kind=Kind.UPDATED, key=KEY, solution="s", calendar_id="c", occurrence=None, meeting=meeting
    )


def test_a_private_event_whose_details_are_hidden_is_not_let_go() -> None:
    """Without its details it looks as if the conference had been removed, which it was not."""
    hidden = event(summary=None, conferenceData=None, visibility="private")
    assert decide(hidden, in_step(event(), WEBHOOK), replace(WEBHOOK, hidden=True)) == Keep("E22")


@pytest.mark.parametrize(
    "written", ["2026-03-02T09:00:00Z", "2026-03-02T11:00:00+02:00", "2026-03-02T05:00:00.000-04:00"]
)
def test_a_weekly_series_written_with_another_offset_is_unchanged(written: str) -> None:
    """The instant is compared, not how it is written: the change of clocks costs nothing."""
    series = event(recurrence=WEEKLY)
    again = event(recurrence=WEEKLY, start={"dateTime": written, "timeZone": "Europe/Berlin"})
    assert decide(again, in_step(series, WEBHOOK), WEBHOOK) == Keep("E03")


def test_an_instance_is_told_with_its_own_times_and_its_original_start() -> None:
    """A moved instance has no recurrence; the original start names it, in UTC."""
    moved = event(
        id="e1_20260309T090000Z",
        recurringEventId="e1",
        originalStartTime={"dateTime": "2026-03-09T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        start={"dateTime": "2026-03-10T10:00:00+01:00"},
        end={"dateTime": "2026-03-10T11:00:00+01:00"},
    )
    action = decide(moved, in_step(event(recurrence=WEEKLY), WEBHOOK), WEBHOOK)
    assert isinstance(action, Push)
    assert (action.row, action.kind, action.occurrence) == (
        "E13",
        Kind.OCCURRENCE_UPDATED,
        "2026-03-09T09:00:00Z",
    )
    assert moved.meeting is not None
    assert (moved.meeting.start.day, moved.meeting.recurrence) == (10, ())


def test_original_starts_have_four_digits_of_year() -> None:
    """As RFC 3339 wants it."""
    early = event(recurringEventId="s", originalStartTime={"dateTime": "0001-01-01T10:00:00+01:00"})
    assert early.instance is not None
    assert early.instance.original_start == "0001-01-01T09:00:00Z"


def test_a_change_behind_the_cut_is_told() -> None:
    """What is compared is the event, not the message."""
    long = "d" * 30_000
    action = decide(event(description=f"{long}2"), in_step(event(description=f"{long}1"), WEBHOOK), WEBHOOK)
    assert isinstance(action, Push)


UNREADABLE: list[tuple[str, dict[str, Any], str]] = [
    ("wrong-type", {"summary": 7}, "summary is not a text"),
    ("half-a-character", {"location": "\ud800"}, "location is not a text"),
    ("no-offset", {"start": {"dateTime": "2026-03-02T10:00:00"}}, "start.dateTime has no offset"),
    ("no-such-day", {"end": {"date": "2026-02-30"}}, "end is neither a time nor a date"),
    ("no-year-of-utc", {"end": {"dateTime": "9999-12-31T23:59:59-01:00"}},
     "end is neither a time nor a date"),
    ("time-and-day", {"end": {"date": "2026-03-05"}},
     "start and end: one has a time of day, the other has none"),
    ("no-list", {"attendees": {"email": "a@example.com"}}, "attendees is not a list of objects"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE]
)
def test_what_cannot_be_mapped_is_named(change: dict[str, Any], reason: str) -> None:
    """The event is parked with the field's name, not with what stood there."""
    found = read(raw(**change), CALENDAR, SOLUTIONS)
    action = decide(found, in_step(event(), WEBHOOK), WEBHOOK)
    assert (action.row, getattr(action, "reason", "")) == ("E24", reason)
    assert found.ref == EventRef(CALENDAR, "e1")
