"""When a store may let the record of a conference go."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from functions.core.conference import Conference, Intent, Parked
from functions.core.expiry import DELETED_KEPT, PAST_KEPT, expires_at
from functions.core.hold import Hold, Span, hold_of
from functions.core.holding import seen
from functions.core.model import ConferenceKey, Event, EventRef, Kind
from tests.core.samples import meeting

KEY = ConferenceKey("p", "1")
REF = EventRef("c", "e")
NOW = datetime(2031, 1, 6, 9, tzinfo=UTC)
DAY = datetime(2031, 1, 6, tzinfo=UTC)
WEEKLY = "RRULE:FREQ=WEEKLY"
CALL = Intent(kind=Kind.UPDATED, fingerprint="f", occurrence=None, source=REF, owner="me", until=NOW)


def event(**fields: Any) -> Event:
    shown = {"start": NOW, "end": NOW + timedelta(hours=1), "recurrence": (), **fields}
    return Event(ref=REF, carries=KEY, meeting=meeting(**shown))


def held(*holds: Hold, **fields: Any) -> Conference:
    return Conference(key=KEY, holds=holds, applied="f", **fields)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({}, DAY),
        ({"end": NOW + timedelta(days=2)}, DAY + timedelta(days=2)),
        ({"start": date(2031, 1, 6), "end": date(2031, 1, 8), "all_day": True}, DAY + timedelta(days=2)),
        ({"recurrence": (f"{WEEKLY};COUNT=3",)}, DAY + timedelta(days=14)),
        ({"recurrence": (WEEKLY,)}, None),
        ({"recurrence": (f"{WEEKLY};COUNT=3", "RDATE:20320106T090000Z")}, None),
        ({"end": datetime(9999, 12, 31, tzinfo=UTC)}, None),
    ],
)
def test_half_a_year_after_its_event_is_over(fields: dict[str, Any], day: datetime | None) -> None:
    """Of a single event, and of a series whose end is known; never of an endless one."""
    assert expires_at(held(hold_of(event(**fields)))) == (day and day + PAST_KEPT)


def test_the_last_of_several_events_counts() -> None:
    """Those of others too, who borrow it; one without a known end keeps it for good."""
    single = hold_of(event())
    later = replace(single, ref=EventRef("c", "f"), over_on="2031-03-01")
    endless = replace(single, span=Span(begins="2031-01-06T09:00:00Z", ends=""), over_on="")
    until = datetime(2031, 3, 1, tzinfo=UTC) + PAST_KEPT
    assert expires_at(held(single, later)) == until
    assert expires_at(held(single, borrowed=(later,))) == until
    assert expires_at(held(borrowed=(later,))) == until
    for unknown in (endless, replace(single, span=None, over_on="")):
        assert expires_at(held(single, unknown)) is None


def test_an_event_that_is_moved_takes_its_end_along() -> None:
    """What it shows now is what counts."""
    before = held(hold_of(event()))
    after = seen(before, event(end=NOW + timedelta(days=400)))
    assert expires_at(after) == DAY + timedelta(days=400) + PAST_KEPT


def test_nothing_that_is_due_or_under_way_expires() -> None:
    """However long ago its event was."""
    single = hold_of(event())
    for waits in (
        held(single, push_at=NOW),
        held(single, parked=Parked(reason="no", since=NOW, retry_at=NOW)),
        held(single, intent=CALL),
        held(single, in_flight=(CALL,)),
        Conference(key=KEY, released=(single,), delete_at=NOW),
        Conference(key=KEY),
    ):
        assert expires_at(waits) is None


def test_a_deleted_one_expires_sooner() -> None:
    """Unless an event carries it again."""
    deleted = Conference(key=KEY, deleted_at=NOW)
    assert expires_at(deleted) == NOW + DELETED_KEPT
    assert expires_at(replace(deleted, holds=(hold_of(event(recurrence=(WEEKLY,))),))) is None
