"""When a series begins and ends, as far as that is known, and what follows what."""

import time
from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.core.hold import SINGLE, Span, span_of
from tests.core.samples import meeting

START = datetime(2031, 1, 6, 9, tzinfo=UTC)


def span(*lines: str, start: Any = START, zone: str | None = "Europe/Berlin") -> Span:
    whole = not isinstance(start, datetime)
    return span_of(meeting(start=start, recurrence=lines, time_zone=zone, all_day=whole))


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        ("FREQ=WEEKLY", ""),
        ("FREQ=WEEKLY;COUNT=3", "2031-01-20T09:00:00Z"),
        ("FREQ=WEEKLY;COUNT=1", "2031-01-06T09:00:00Z"),
        ("FREQ=DAILY;INTERVAL=2;COUNT=3", "2031-01-10T09:00:00Z"),
        ("FREQ=WEEKLY;UNTIL=20310119T225959Z", "2031-01-13T09:00:00Z"),
        ("FREQ=WEEKLY;UNTIL=20310120T090000Z", "2031-01-20T09:00:00Z"),
        ("FREQ=WEEKLY;UNTIL=20310120", "2031-01-20T09:00:00Z"),
        ("FREQ=WEEKLY;COUNT=13", "2031-03-31T08:00:00Z"),  # an hour earlier: the clocks have changed
        ("FREQ=MONTHLY;BYDAY=1MO;COUNT=2", "2031-02-03T09:00:00Z"),
        ("FREQ=WEEKLY;UNTIL=20200101T000000Z", "2031-01-06T09:00:00Z"),
        ("FREQ=WEEKLY;COUNT=2;X-OWN=1", "2031-01-13T09:00:00Z"),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=1", "2031-01-07T09:00:00Z"),
        ("FREQ=HOURLY;UNTIL=20310107T000000Z", "2031-01-07T00:00:00Z"),
        ("FREQ=DAILY;COUNT=2001", ""),
        ("FREQ=HOURLY;COUNT=3", "2031-01-06T11:00:00Z"),
        ("FREQ=HOURLY;BYDAY=MO;COUNT=3", ""),
        ("FREQ=WEEKLY;COUNT=x", ""),
        ("FREQ=NEVER;COUNT=3", ""),
        ("FREQ=WEEKLY;INTERVAL=0;COUNT=3", ""),
        ("COUNT=3", ""),
        ("", ""),
    ],
)
def test_an_end(rule: str, ends: str) -> None:
    """The last date where it can be counted, else the UNTIL, else none."""
    assert span(f"RRULE:{rule}") == Span(begins="2031-01-06T09:00:00Z", ends=ends)


@pytest.mark.parametrize("more", ["RRULE:FREQ=DAILY;COUNT=2", "RDATE:20320106T090000Z", "EXRULE:FREQ=DAILY"])
def test_no_end_is_known_of_several_rules(more: str) -> None:
    """Nor where dates are added to one."""
    assert span("RRULE:FREQ=WEEKLY;COUNT=3", more).ends == ""


def test_left_out_dates_change_no_end() -> None:
    """No date comes after it, that is enough."""
    assert span("RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20310120T090000Z").ends == "2031-01-20T09:00:00Z"


def test_an_all_day_series_has_days() -> None:
    """In whatever zone."""
    found = span("RRULE:FREQ=WEEKLY;COUNT=3", start=date(2031, 1, 6), zone=None)
    assert found == Span(begins="2031-01-06", ends="2031-01-20")
    assert span("RRULE:FREQ=WEEKLY;UNTIL=20310119", start=date(2031, 1, 6)).ends == "2031-01-13"


def test_a_single_event_has_no_dates_to_remember() -> None:
    """So moving it costs nothing."""
    assert span() == SINGLE == span(start=date(2031, 1, 6))


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=2",
     "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "FREQ=WEEKLY;INTERVAL=0;BYDAY=TU;COUNT=2"],
)  # fmt: skip
def test_no_rule_takes_long(rule: str) -> None:
    """One that never comes about is not followed through all centuries."""
    began = time.process_time()
    assert span(f"RRULE:{rule}").ends == ""
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("later", "earlier", "continues"),
    [
        (Span(begins="2", ends=""), Span(begins="0", ends="1"), True),
        (Span(begins="1", ends=""), Span(begins="0", ends="1"), False),
        (Span(begins="2", ends=""), Span(begins="0", ends=""), False),
        (SINGLE, Span(begins="0", ends="1"), False),
        (Span(begins="2", ends=""), SINGLE, False),
    ],
)
def test_what_continues_what(later: Span, earlier: Span, *, continues: bool) -> None:
    """A series that begins when the other is over."""
    assert later.continues(earlier) is continues
