"""An event's recurrence as RFC 5545 and Calendar have it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from functions.core import recurrence
from functions.core.recurrence import Occurrences, Unreadable

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


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
    found = recurrence.zone(name)
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
    assert recurrence.zone(name) is None


@pytest.mark.parametrize(
    "text",
    ["FREQ=WEEKLY;X-FOO=1", "X-FOO=1;FREQ=WEEKLY;X-FOO=2", "freq=weekly;x-2nd.thing=", "FREQ=WEEKLY;X-"],
)
def test_a_vendors_own_part_of_a_rule_says_nothing(text: str) -> None:
    """It is read as if it were not there, whatever its form; the rest keeps its meaning."""
    assert recurrence.parts(text) == {"FREQ": "WEEKLY"}


@pytest.mark.parametrize("text", ["FREQ=WEEKLY;FOO", "FREQ=WEEKLY;2=1", "FREQ=DAILY;FREQ=WEEKLY", "=1"])
def test_a_part_that_is_no_vendors_own_must_be_sound(text: str) -> None:
    """A name and a value, once each."""
    with pytest.raises(Unreadable):
        recurrence.parts(text)


def test_lines_go_by_their_names() -> None:
    """But for vendors' own, which say nothing."""
    found = recurrence.lines(["RRULE:FREQ=DAILY", "X-THING;A=B:c", "exdate:20260303", "EXDATE:20260304"])
    assert {name: [line.value for line in each] for name, each in found.items()} == {
        "RRULE": ["FREQ=DAILY"],
        "EXDATE": ["20260303", "20260304"],
    }


def occurrences(rule: str, begin: datetime = MONDAY) -> Occurrences:
    return Occurrences(recurrence.parts(rule), begin, ZoneInfo("Europe/Berlin"))


def test_a_start_that_its_rule_leaves_out_is_an_occurrence() -> None:
    """Calendar shows it as the first one, so it is ahead until it is past, or excluded."""
    every = occurrences("FREQ=WEEKLY;BYDAY=TU")
    before, after = MONDAY - timedelta(days=1), MONDAY + timedelta(minutes=1)
    assert every.start_apart(before)
    assert not every.start_apart(after)
    assert not every.start_apart(before, frozenset({MONDAY}))


def test_a_start_that_its_rule_makes_is_not_apart() -> None:
    """Whether the rule ends or not, unless it ends before."""
    assert occurrences("FREQ=DAILY;UNTIL=20260302T085959Z").start_apart(MONDAY - timedelta(days=1))
    for rule in ("FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;COUNT=1", "FREQ=MONTHLY"):
        assert not occurrences(rule).start_apart(MONDAY - timedelta(days=1))
