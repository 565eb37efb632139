"""Which times and rules are pushed to Webex, and what is noted of those that it cannot keep."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.changes import change, meeting
from functions.adapters.providers.webex import meeting as webex_meeting
from tests.support.webex import HOUR, MONDAY, TUESDAY, Site, series


@pytest.mark.parametrize(
    ("fields", "unsupported"),
    [
        pytest.param({"title": "x" * 129}, "a title beyond 128 characters", id="title"),
        pytest.param({"title": "\N{PARTY POPPER}" * 65}, "a title beyond 128 characters", id="astral title"),
        pytest.param({"description": "x" * 1_301}, "a description beyond 1,300 characters", id="agenda"),
        pytest.param({"end": MONDAY + HOUR / 60}, "a length under 10 minutes", id="a minute"),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=DAILY;COUNT=2000",)}, "what a series has beyond", id="count"
        ),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=WEEKLY;UNTIL=20501231",)}, "what a series has beyond", id="until"
        ),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=DAILY", "RDATE:20310201T090000Z")}, "dates added", id="rdate"
        ),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY")}, "a rule for what", id="exrule"
        ),
        pytest.param({"recurrence": ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,6",)}, "several days", id="days"),
    ],
)
def test_what_is_told_with_something_left_out(site: Site, fields: Any, unsupported: str) -> None:
    """The rest arrives, the times too, and it is said what did not."""
    name = site.make()
    outcome = site.apply(name, **fields)
    held = site.of(name)
    assert len(outcome.unsupported) == 1
    assert outcome.unsupported[0].startswith(unsupported)
    assert held["start"] == "2031-01-06T10:00:00+01:00"
    assert fields.get("title", held["title"]).startswith(held["title"])


@pytest.mark.parametrize(
    ("fields", "unsupported"),
    [
        pytest.param(
            {"start": date(2031, 1, 6), "end": date(2031, 1, 7), "all_day": True, "time_zone": None},
            "the time of an all-day event",
            id="all-day",
        ),
        pytest.param({"end": MONDAY + 24 * HOUR}, "the time of an event of 24 hours or more", id="24 h"),
        pytest.param(
            {"start": datetime(2020, 1, 6, 9, tzinfo=UTC), "end": datetime(2020, 1, 6, 10, tzinfo=UTC)},
            "a time in the past",
            id="past",
        ),
        pytest.param(
            {
                "start": datetime(2020, 1, 6, 9, tzinfo=UTC),
                "end": datetime(2020, 1, 6, 10, tzinfo=UTC),
                "recurrence": ("RRULE:FREQ=WEEKLY;COUNT=6",),
            },
            "a time in the past",
            id="a series that is over",
        ),
        pytest.param(
            {"recurrence": ("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY")}, "several recurrence", id="two rules"
        ),
        pytest.param({"recurrence": ("RDATE:20310201T090000Z",)}, "dates added to a series", id="dates only"),
        pytest.param(
            {
                "start": datetime(2031, 10, 26, 1, 30, tzinfo=UTC),
                "end": datetime(2031, 10, 26, 2, 30, tzinfo=UTC),
                "recurrence": ("RRULE:FREQ=WEEKLY",),
            },
            "the times of a series that begins where clocks change",
            id="the second half past two",
        ),
        *(
            pytest.param({"recurrence": (f"RRULE:{rule}",)}, "a recurrence that Webex does not know", id=rule)
            for rule in (
                "FREQ=HOURLY",
                "FREQ=MONTHLY;BYDAY=MO,FR",
                "FREQ=MONTHLY;BYDAY=5MO",
                "FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1",
                "FREQ=MONTHLY;BYMONTHDAY=-1",
                "FREQ=YEARLY;BYWEEKNO=20",
                "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
                "FREQ=DAILY;INTERVAL=0",
                "FREQ=DAILY;FREQ=WEEKLY",
                "FREQ=YEARLY;BYMONTHDAY=6",
                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,31;COUNT=2",
                "FREQ=MONTHLY;BYMONTHDAY=6,32;COUNT=2",
                "COUNT=3",
                "",
            )
        ),
    ],
)
def test_times_that_cannot_be_told(site: Site, fields: Any, unsupported: str) -> None:
    """Webex keeps its own schedule, as a whole; the title arrives, and it is said what did not."""
    name = site.make()
    before = site.of(name)
    outcome = site.apply(name, **fields)
    held = site.of(name)
    assert held == {**before, "title": "Planning", "agenda": "What to do next"}
    assert len(outcome.unsupported) == 1
    assert outcome.unsupported[0].startswith(unsupported)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("FREQ=DAILY;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=MO,TU;INTERVAL=1"),
        ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO;WKST=SU;INTERVAL=2"),
        ("FREQ=MONTHLY;BYDAY=2TU,1MO", "FREQ=MONTHLY;BYDAY=1MO;INTERVAL=1"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,6", "FREQ=MONTHLY;BYMONTHDAY=6;INTERVAL=1"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=1"),
        ("FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=6", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6;INTERVAL=1"),
        ("FREQ=MONTHLY;BYMONTHDAY=+06;COUNT=03", "FREQ=MONTHLY;BYMONTHDAY=6;COUNT=3;INTERVAL=1"),
        ("FREQ=MONTHLY;BYMONTHDAY=6,6", "FREQ=MONTHLY;BYMONTHDAY=6;INTERVAL=1"),
        ("FREQ=YEARLY;BYDAY=01MO;BYMONTH=01", "FREQ=YEARLY;BYMONTH=1;BYDAY=1MO;INTERVAL=1"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", "FREQ=DAILY;INTERVAL=1"),
        ("FREQ=DAILY;UNTIL=20310110T090000Z", "FREQ=DAILY;UNTIL=20310110T090000Z;INTERVAL=1"),
    ],
)
def test_rules_as_webex_keeps_them(plain: Site, asked: str, kept: str) -> None:
    """One day where Webex takes one, that on which the event starts."""
    name = plain.make()
    plain.apply(name, recurrence=(f"RRULE:{asked}",))
    assert plain.of(name)["recurrence"] == kept


NOW = datetime(2026, 1, 1, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY",
        "FREQ=YEARLY",
        "FREQ=",
        "INTERVAL=2",
        "INTERVAL=12",
        "COUNT=3",
        "COUNT=999999999",
        "UNTIL=20310301",
        "UNTIL=99991231T235959Z",
        "UNTIL=00010101",
        "UNTIL=20310301T090000Z",
        "BYDAY=MO",
        "BYDAY=2MO",
        "BYDAY=-1FR",
        "BYDAY=MO,2TU,",
        "BYMONTHDAY=31",
        "BYMONTHDAY=30,31",
        "BYMONTH=2",
        "BYMONTH=2,4",
        "WKST=SU",
        "BYHOUR=9",
        "X-FOO=1",
        "=",
        "X",
    ]
)
LINES = st.one_of(
    st.lists(PIECES, max_size=5).map(lambda pieces: f"RRULE:{';'.join(pieces)}"),
    st.sampled_from(
        ["EXDATE:", "EXDATE;TZID=Nowhere:20310113T090000", "EXDATE:00010101,99991231T235959", "RDATE:x"]
    ),
    st.text(max_size=20),
)
TIMES = st.datetimes(timezones=st.just(UTC))


@given(
    lines=st.lists(LINES, max_size=3),
    start=st.one_of(st.just(MONDAY), st.just(datetime.max.replace(tzinfo=UTC)), TIMES),
    length=st.timedeltas(timedelta(0), timedelta(days=2)),
    zone=st.sampled_from(
        ["Europe/Berlin", "Pacific/Kiritimati", "GMT+02:00", "Nowhere/None", "America", "", None]
    ),
    title=st.text(max_size=200),
)
@settings(max_examples=400, deadline=None)
def test_whatever_an_event_holds(
    lines: Any, start: datetime, length: timedelta, zone: Any, title: str
) -> None:
    """Something can always be pushed, the times are within Webex's limits, and the rest is noted."""
    end = min(start, datetime.max.replace(tzinfo=UTC) - length) + length
    told = meeting(recurrence=tuple(lines), start=start, end=end, time_zone=zone, title=title)
    for wish in (webex_meeting.whole(told, {}, NOW), webex_meeting.occurrence(told, NOW)):
        body: Any = wish.fields
        json.dumps(body).encode()
        assert 1 <= len(body["title"].encode("utf-16-le")) / 2 <= 128
        assert ("start" in body) is ("end" in body)
        assert "start" in body or wish.unsupported
        if "start" in body:
            first, last = (datetime.fromisoformat(body[name]) for name in ("start", "end"))
            assert first > NOW
            assert timedelta(minutes=10) <= last - first <= timedelta(hours=23, minutes=59)


def test_a_series_that_has_begun(site: Site) -> None:
    """It is pushed from its next instance on, with so many fewer to come, at the same local hour."""
    name = site.make()
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    weekly = series(start=start, end=start + HOUR, recurrence=("RRULE:FREQ=WEEKLY;COUNT=500",))
    now = datetime.now(UTC)
    site.provider().apply(change(name, meeting=weekly))
    held = site.of(name)
    first = datetime.fromisoformat(held["start"])
    passed = (first - start + HOUR).days // 7
    assert now < first <= now + timedelta(days=7, hours=1)
    assert (first.weekday(), first.hour, held["timezone"]) == (0, 10, "Europe/Berlin")
    assert held["recurrence"] == f"FREQ=WEEKLY;COUNT={500 - passed};INTERVAL=1"


def test_a_series_from_an_hour_that_clocks_leave_out() -> None:
    """It is not pushed from there, where the rest would keep another hour, but from the day after."""
    start = datetime(2031, 3, 1, 1, 30, tzinfo=UTC)
    told = meeting(start=start, end=start + HOUR, recurrence=("RRULE:FREQ=DAILY",))
    before = webex_meeting.whole(told, {}, datetime(2031, 3, 29, 12, tzinfo=UTC))
    assert "start" not in before.fields
    assert before.unsupported == ("the times of a series that begins where clocks change",)
    after = webex_meeting.whole(told, {}, datetime(2031, 3, 30, 12, tzinfo=UTC))
    assert (after.fields["start"], after.unsupported) == ("2031-03-31T02:30:00+02:00", ())


@pytest.mark.parametrize(
    "line",
    [
        *(f"EXDATE;TZID={zone}:20310107T100000" for zone in ("Nowhere/None", "America", "", "../x")),
        "EXDATE:nonsense",
        "EXDATE:20310231",
        "EXDATE:",
    ],
)
def test_a_date_that_cannot_be_read_takes_nothing_out(line: str) -> None:
    """An instance that is deleted by mistake cannot be brought back. `America` is a folder of zones."""
    wish = webex_meeting.whole(series(recurrence=("RRULE:FREQ=DAILY;COUNT=6", line)), {}, MONDAY - HOUR)
    assert (wish.fields["recurrence"], wish.without) == ("FREQ=DAILY;COUNT=6", ())
    assert wish.unsupported == ("dates left out of a series that cannot be read",)


def test_a_day_without_a_time_takes_nothing_out() -> None:
    """RFC 5545 3.8.5.1 wants the type of the start, and Calendar shows such a date all the same."""
    lines = ("RRULE:FREQ=DAILY;COUNT=6", "EXDATE;VALUE=DATE:20310107")
    wish = webex_meeting.whole(series(recurrence=lines), {}, MONDAY - HOUR)
    assert (wish.without, wish.unsupported) == ((), ())


def test_the_first_of_two_like_hours() -> None:
    """Where clocks go back a series may begin in the first: of one that comes twice that one is meant."""
    start = datetime(2031, 10, 26, 0, 30, tzinfo=UTC)
    told = meeting(start=start, end=start + HOUR, recurrence=("RRULE:FREQ=WEEKLY",))
    assert webex_meeting.whole(told, {}, NOW).fields["start"] == "2031-10-26T02:30:00+02:00"


def test_dates_left_out_of_a_series(site: Site) -> None:
    """EXDATE, in any of its forms, takes instances out, again if it must; past ones do no harm."""
    name, told = site.make(), site.provider()
    lines = (
        "RRULE:FREQ=WEEKLY;COUNT=6",
        "EXDATE;TZID=Europe/Berlin:20310113T100000,20310120T100000",
        "EXDATE:20310127T090000Z,20200101T090000Z,20310128T090000Z",
        "EXDATE:20310203T090000Z",
    )
    for _ in range(2):
        assert told.apply(change(name, meeting=series(recurrence=lines))).unsupported == ()
        assert [each[-16:-8] for each in site.server.meetings.instances(name)] == ["20310106", "20310210"]


def test_a_date_that_webex_does_not_let_go(plain: Site) -> None:
    """Refused, it is said, once, and the others go all the same."""
    name = plain.make()
    plain.order("DELETE", status=400, count=2)
    dates = "20310113T090000Z,20310120T090000Z,20310127T090000Z"
    outcome = plain.apply(name, recurrence=("RRULE:FREQ=WEEKLY;COUNT=6", f"EXDATE:{dates}"))
    assert outcome.unsupported == ("a date left out of a series",)
    assert len(plain.server.meetings.instances(name)) == 5


def test_no_more_than_25_dates_are_left_out(plain: Site) -> None:
    """The next 25 are, and it is said that others are not."""
    name = plain.make()
    days = [f"{TUESDAY + timedelta(days=number):%Y%m%dT%H%M%SZ}" for number in range(30)]
    lines = ("RRULE:FREQ=DAILY;COUNT=60", f"EXDATE:{','.join(days)}")
    outcome = plain.apply(name, recurrence=lines)
    assert outcome.unsupported == ("more than 25 dates left out of a series",)
    assert len(plain.server.meetings.instances(name)) == 60 - 25
