"""An event's recurrence as RFC 5545 and Calendar have it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.adapters.providers.series import start_apart
from functions.core import recurrence, zones
from functions.core.ends import last_date
from functions.core.recurrence import Rule, Series, Unreadable

MONDAY, BERLIN = datetime(2026, 3, 2, 9, tzinfo=UTC), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "key", "hours"),
    [
        ("GMT+02:00", "Etc/GMT-2", 2),
        ("GMT-03:00", "Etc/GMT+3", -3),
        ("GMT+2", "Etc/GMT-2", 2),
        ("GMT+0200", "Etc/GMT-2", 2),
        ("UTC-5", "Etc/GMT+5", -5),
        ("UTC+14:00", "Etc/GMT-14", 14),
        ("UTC-12", "Etc/GMT+12", -12),
        ("GMT+00:00", "Etc/GMT", 0),
        ("UTC-0", "Etc/GMT", 0),
        ("Etc/GMT+5", "Etc/GMT+5", -5),
        ("Asia/Kolkata", "Asia/Kolkata", 5.5),
    ],
)
def test_a_zone_is_one_of_the_tz_database(name: str, key: str, hours: float) -> None:
    """A name that says its offset eastward is the zone whose name counts it westward."""
    found = zones.named(name)
    assert found is not None
    assert found.key == key
    assert MONDAY.astimezone(found).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name",
    [
        "", "America", "Nowhere/None", "../etc/localtime", "A\0", "W. Europe Standard Time", "GMT+05:30",
        "GMT+15", "UTC-13", "GMT+2:0", "GMT+", "UTC 5", "+02:00", "GMT+\u0662",
    ],
)  # fmt: skip
def test_what_is_no_zone_is_none(name: str) -> None:
    """No zone is guessed: an offset that the tz database has no zone for, or another system's name."""
    assert zones.named(name) is None


def daily(**more: Any) -> Rule:
    return Rule(frequency="DAILY", **more)


def rule(text: str) -> Rule:
    return recurrence.rule(text, BERLIN)


@pytest.mark.parametrize(
    "text",
    ["FREQ=WEEKLY;X-FOO=1", "X-FOO=1;FREQ=WEEKLY;X-FOO=2", "freq=weekly;x-2nd.thing=", "FREQ=WEEKLY;X-"],
)
def test_a_vendors_own_part_of_a_rule_says_nothing(text: str) -> None:
    """It is read as if it were not there, whatever its form; the rest keeps its meaning."""
    assert rule(text) == Rule(frequency="WEEKLY")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("FREQ=DAILY;INTERVAL=02;COUNT=010", daily(interval=2, count=10)),
        ("FREQ=MONTHLY;BYMONTHDAY=+06,-1,6", Rule(frequency="MONTHLY", month_days=(-1, 6))),
        ("FREQ=MONTHLY;BYDAY=TU,+1MO,-01SU", Rule(frequency="MONTHLY", days=((-1, 6), (0, 1), (1, 0)))),
        ("FREQ=YEARLY;BYMONTH=12,01;WKST=SU", Rule(frequency="YEARLY", months=(1, 12), week_start=6)),
        ("FREQ=DAILY;BYHOUR=9", daily(others={"BYHOUR": "9"})),
        ("FREQ=DAILY;UNTIL=20260302", daily(until=datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC))),
        ("FREQ=DAILY;UNTIL=20260302T090000", daily(until=datetime(2026, 3, 2, 8, tzinfo=UTC))),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", daily()),
    ],
)  # fmt: skip
def test_a_rule_is_one_value(text: str, read: Rule) -> None:
    """Numbers may have signs and zeros before them as RFC 5545 3.3.10 lets them; what is in a list twice is
    there once; an end is in UTC, and the last year that there is ends nothing.
    """
    assert rule(text) == read
    assert rule(read.text) == read


@pytest.mark.parametrize(
    "text",
    [
        "", "INTERVAL=2", "COUNT=3", "FREQ=WEEKLY;FOO", "FREQ=WEEKLY;2=1", "FREQ=DAILY;FREQ=WEEKLY", "=1",
        "FREQ=NEVER", "FREQ=DAILY;COUNT=2;UNTIL=20260301", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=+1",
        "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=MONTHLY;BYDAY=54MO",
        "FREQ=MONTHLY;BYDAY=1",
        "FREQ=YEARLY;BYMONTH=-1", "FREQ=WEEKLY;BYDAY=MO,", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=DAILY;WKST=1MO",
        "FREQ=DAILY;UNTIL=20260230", "FREQ=DAILY;UNTIL=00010101T000000",
    ],
)  # fmt: skip
def test_what_is_no_rule_cannot_be_read(text: str) -> None:
    """Each part has a name and a value that RFC 5545 knows, once."""
    with pytest.raises(Unreadable):
        rule(text)


def series(*lines: str, begin: datetime = MONDAY) -> Series:
    found = recurrence.read(lines, begin, BERLIN)
    assert found is not None
    return found


def test_lines_go_by_their_names() -> None:
    """But for vendors' own, which say nothing; what stands beside a rule is known by name."""
    found = series("EXDATE:20260303T080000Z", "RRULE:FREQ=DAILY", "X-THING;A=B:c", "rdate:x", "odd")
    assert found.excluded == {datetime(2026, 3, 3, 8, tzinfo=UTC)}
    assert not found.unread
    assert found.beside == {"RDATE", "ODD"}


def test_dates_excluded_that_cannot_be_read() -> None:
    """Are said, and take out nothing; nor does a day without a time, which is another kind of value."""
    found = series("RRULE:FREQ=DAILY", "EXDATE:tomorrow,20260303T080000Z", "EXDATE;VALUE=DATE:20260304")
    assert found.excluded == {datetime(2026, 3, 3, 8, tzinfo=UTC)}
    assert found.unread
    assert not series("RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20260304").unread


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "RRULE"),
        (("RDATE:20260303T080000Z",), "RDATE"),
        (("EXRULE:FREQ=WEEKLY",), ""),
        (("nonsense",), ""),
    ],
)
def test_what_is_not_one_rule(lines: tuple[str, ...], line: str) -> None:
    """Says what there is instead."""
    with pytest.raises(Unreadable) as refused:
        recurrence.read(lines, MONDAY, BERLIN)
    assert refused.value.line == line


@pytest.mark.parametrize("lines", [(), ("EXDATE:20260303T080000Z",), ("X-A:1",)])
def test_an_event_without_rule_or_dates_happens_once(lines: tuple[str, ...]) -> None:
    """Dates left out do not make a series (RFC 5545 3.8.5)."""
    assert recurrence.read(lines, MONDAY, BERLIN) is None


@pytest.mark.parametrize(
    "rule", ["COUNT=3", "UNTIL=20260401T080000Z", "INTERVAL=2;COUNT=3", "FREQ=DAILY;COUNT="]
)
def test_the_last_date_of_what_cannot_be_read_is_not_known(rule: str) -> None:
    """Calendar keeps odd rules that others make; none stops a calendar."""
    assert last_date((f"RRULE:{rule}",), MONDAY, "Europe/Berlin") is None


def test_a_start_that_its_rule_leaves_out_is_an_occurrence() -> None:
    """Calendar shows it as the first one, so it is ahead until it is past, or excluded."""
    every = series("RRULE:FREQ=WEEKLY;BYDAY=TU")
    before, after = MONDAY - timedelta(days=1), MONDAY + timedelta(minutes=1)
    assert start_apart(every, before)
    assert not start_apart(every, after)
    assert not start_apart(replace(every, excluded=frozenset({MONDAY})), before)


def test_a_start_that_its_rule_makes_is_not_apart() -> None:
    """Whether the rule ends or not, unless it ends before."""
    assert start_apart(series("RRULE:FREQ=DAILY;UNTIL=20260302T085959Z"), MONDAY - timedelta(days=1))
    for text in ("FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;COUNT=1", "FREQ=MONTHLY"):
        assert not start_apart(series(f"RRULE:{text}"), MONDAY - timedelta(days=1))
