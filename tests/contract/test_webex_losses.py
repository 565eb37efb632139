"""What Webex would silently lose or shift of a series: each is pushed otherwise, or noted."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.adapters.providers.webex import meeting as webex_meeting
from tests.support.webex import HOUR, MONDAY, Site, series

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_series_whose_dates_are_all_left_out(plain: Site) -> None:
    """Without its last instance Webex might have no meeting any more: it keeps what it has."""
    name = plain.make()
    outcome = plain.apply(
        name, recurrence=("RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20310106T090000Z,20310107T090000Z")
    )
    assert outcome.unsupported == ("a series of which all dates are left out",)
    assert plain.asked("DELETE") == []


APART = "the first date of a series whose rule leaves it out"
COUNTED = "how many dates a series has that are counted and whose first its rule leaves out"


@pytest.mark.parametrize(
    ("lines", "unsupported"),
    [
        (("RRULE:FREQ=WEEKLY;BYDAY=TU",), (APART,)),
        (("RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4",), (COUNTED, APART)),
        (("RRULE:FREQ=WEEKLY;BYDAY=TU", "EXDATE:20310106T090000Z"), ()),
        (("RRULE:FREQ=MONTHLY;BYMONTHDAY=7,9",), ("several days in a monthly or yearly rule", APART)),
    ],
)
def test_a_start_that_its_rule_leaves_out(plain: Site, lines: tuple[str, ...], unsupported: Any) -> None:
    """The rest is pushed, from the first date that the rule makes, as many as it counts, and what lacks is
    said, unless the start is excluded.
    """
    name = plain.make()
    assert plain.apply(name, recurrence=lines).unsupported == unsupported
    assert plain.of(name)["start"] == "2031-01-07T10:00:00+01:00"
    assert ("COUNT=4" in lines[0]) is ("COUNT=4" in plain.of(name)["recurrence"])


def test_a_start_outside_its_rule_that_is_past() -> None:
    """Nothing is missing any more, but for a count that may or may not have counted it."""
    told, later = series(recurrence=("RRULE:FREQ=WEEKLY;BYDAY=TU",)), MONDAY + HOUR
    assert webex_meeting.whole(told, {}, later).unsupported == ()
    counted = series(recurrence=("RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4",))
    assert webex_meeting.whole(counted, {}, later).unsupported == (COUNTED,)


def test_a_series_of_nothing_but_a_start_outside_its_rule() -> None:
    """Its rule makes no date: Webex keeps what it has."""
    told = series(recurrence=("RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20310107T120000Z",))
    wish = webex_meeting.whole(told, {}, NOW)
    assert wish.unsupported == (APART,)
    assert wish.fields.keys() == {"title", "agenda"}


@pytest.mark.parametrize(
    ("rule", "until"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=6,20;COUNT=5", "20310306T090000Z"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=6;COUNT=4", "20320706T080000Z"),
    ],
)
def test_a_count_of_several_days(plain: Site, rule: str, until: str) -> None:
    """Counted on one of its days the series would go on for twice as long: it ends when all its days do."""
    name = plain.make()
    plain.apply(name, recurrence=(f"RRULE:{rule}",))
    held = plain.of(name)["recurrence"]
    assert f"UNTIL={until}" in held
    assert "COUNT" not in held


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("20310301", "20310301T225959Z"),
        ("20310301T120000", "20310301T110000Z"),
        ("20310701", "20310701T215959Z"),
    ],
)
def test_an_end_is_told_in_utc(until: str, told: str) -> None:
    """As RFC 5545 has it for a series with a zone, so that the last date is not one of interpretation."""
    wish = webex_meeting.whole(series(recurrence=(f"RRULE:FREQ=DAILY;UNTIL={until}",)), {}, NOW)
    assert wish.fields["recurrence"] == f"FREQ=DAILY;UNTIL={told}"


@pytest.mark.parametrize(
    ("zone", "told"), [("GMT+02:00", "Etc/GMT-2"), ("UTC-5", "Etc/GMT+5"), ("GMT+00:00", "Etc/GMT")]
)
def test_a_zone_named_by_its_offset(site: Site, zone: str, told: str) -> None:
    """It is pushed by its name in the tz database, and the series keeps its hour the year round."""
    name = site.make()
    outcome = site.apply(name, time_zone=zone, recurrence=("RRULE:FREQ=MONTHLY;COUNT=9",))
    assert (outcome.unsupported, site.of(name)["timezone"]) == ((), told)
    assert {each[-7:] for each in site.server.meetings.instances(name)} == {"090000Z"}


@pytest.mark.parametrize("zone", ["W. Europe Standard Time", "GMT+05:30", "Nowhere/None"])
def test_a_zone_that_cannot_be_told(plain: Site, zone: str) -> None:
    """One event is at the right time all the same; a series would not be when clocks change, and keeps the
    schedule that it has.
    """
    name = plain.make(timezone="Asia/Tokyo")
    before = plain.of(name)
    lack = "a time zone that the tz database does not have"
    assert plain.apply(name, time_zone=zone, recurrence=("RRULE:FREQ=DAILY",)).unsupported == (
        f"the times of a series in {lack}",
    )
    assert plain.of(name)["start"] == before["start"]
    assert plain.apply(name, time_zone=zone).unsupported == (lack,)
    assert (plain.of(name)["start"], plain.of(name)["timezone"]) == (
        "2031-01-06T09:00:00+00:00",
        "Asia/Tokyo",
    )


def test_what_is_a_vendors_own_says_nothing(plain: Site) -> None:
    """Neither a part of a rule nor a line drops anything."""
    name = plain.make()
    lines = ("RRULE;X-A=B:FREQ=WEEKLY;X-FOO=1", "X-B:1")
    assert plain.apply(name, recurrence=lines).unsupported == ()
    assert plain.of(name)["recurrence"] == "FREQ=WEEKLY;INTERVAL=1"


@pytest.mark.parametrize(
    ("lines", "lack"),
    [
        (("RRULE:FREQ=WEEKLY", "DTSTART:20310106T090000Z"), "lines of a recurrence that cannot be read"),
        (("RRULE:FREQ=WEEKLY", "nonsense"), "lines of a recurrence that cannot be read"),
        (("nonsense",), "a recurrence that Webex does not know"),
        (("EXRULE:FREQ=WEEKLY",), "a recurrence that Webex does not know"),
    ],
)
def test_a_line_that_cannot_be_read(plain: Site, lines: tuple[str, ...], lack: str) -> None:
    """It is not dropped without a word."""
    assert plain.apply(plain.make(), recurrence=lines).unsupported == (lack,)


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("FREQ=WEEKLY;BYDAY=WE,MO;WKST=SU", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE"),
        ("FREQ=MONTHLY;BYDAY=+1MO;COUNT=03", "BYDAY=1MO;COUNT=3;FREQ=MONTHLY"),
    ],
)
def test_a_rule_in_other_words_is_not_told_again(asked: str, held: str) -> None:
    """Webex gives rules back in its own words, and one that is told anew ends the exceptions of a series."""
    has = {
        "recurrence": held,
        "timezone": "Europe/Berlin",
        "start": "2031-01-06T10:00:00+01:00",
        "end": "2031-01-06T11:00:00+01:00",
    }
    told = series(recurrence=(f"RRULE:{asked}",))
    assert webex_meeting.whole(told, has, NOW).fields.keys() == {"title", "agenda"}
