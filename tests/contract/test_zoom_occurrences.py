"""A series as Zoom's recurrence object, drawn at random: what Zoom makes of it is what the event has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import event, given
from hypothesis import strategies as st

from functions.adapters.zoom_recurrence import Fixed, Inexpressible, fixed
from functions.adapters.zoom_rule import Why
from functions.core.model import Meeting
from tests.contract.zoom_reading import after, calendar_makes, utc, zoom_makes
from tests.contract.zoom_rows import BEFORE, Recurrence, at, series

INTERVALS_MAX = {1: 99, 2: 50, 3: 10}
ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Chatham",
    "America/Sao_Paulo", "Africa/Casablanca", "Europe/Dublin", "Pacific/Kiritimati", "America/St_Johns",
    "Asia/Beirut", "UTC",
)  # fmt: skip
CODES = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
# Midnight, hours around changes of clocks, the last second of a day.
TIMES = (0, 30, 105, 120, 125, 150, 165, 180, 540, 1_380, 1_410)
AT_ONCE = 60


@st.composite
def begins(draw: st.DrawFn) -> tuple[datetime, ZoneInfo]:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    day = datetime(2023, 1, 1) + timedelta(days=draw(st.integers(0, 1_800)))  # noqa: DTZ001 - a wall-clock time
    wall = day + timedelta(minutes=draw(st.sampled_from(TIMES)))
    return wall.replace(tzinfo=zone, fold=draw(st.sampled_from((0, 0, 0, 1)))).astimezone(UTC), zone


@st.composite
def rules(draw: st.DrawFn, begin: datetime) -> str:
    """Mostly such as Zoom can say, and each with the start in it, or nearly each."""
    own = CODES[begin.isoweekday() % 7]
    week = draw(st.sampled_from((f"{(begin.day - 1) // 7 + 1}", "-1", "2")))
    several = draw(st.sets(st.sampled_from(CODES), max_size=4)) | draw(st.sampled_from(({own}, {own}, set())))
    days = f"BYDAY={','.join(sorted(several) or [own])}"
    parts = draw(
        st.sampled_from(
            (
                ("DAILY",), ("DAILY", days), ("WEEKLY",), ("WEEKLY", days), ("WEEKLY", days), ("MONTHLY",),
                ("MONTHLY", f"BYMONTHDAY={begin.day}"), ("MONTHLY", f"BYDAY={week}{own}"),
            )
        )
    )  # fmt: skip
    interval = draw(st.sampled_from((None, None, 1, 2, 2, 3, 4, 7, 10, 11, 50, 99)))
    week_start = draw(st.sampled_from((None, None, *CODES)))
    return ";".join(
        [
            f"FREQ={parts[0]}",
            *parts[1:],
            *([f"INTERVAL={interval}"] if interval else []),
            *([f"WKST={week_start}"] if week_start else []),
            *draw(ends(begin)),
        ]
    )


@st.composite
def ends(draw: st.DrawFn, begin: datetime) -> list[str]:
    until = begin + timedelta(
        days=draw(st.integers(0, 900)), seconds=draw(st.sampled_from((0, -1, 1, 7_200)))
    )
    how = draw(st.sampled_from(("", "", "COUNT={}", "UNTIL={:%Y%m%d}", "UNTIL={:%Y%m%dT%H%M%S}", "UTC")))
    if how == "UTC":
        return [f"UNTIL={until.astimezone(UTC):%Y%m%dT%H%M%SZ}"]
    return [how.format(draw(st.integers(1, 90)) if "COUNT" in how else until)] if how else []


@st.composite
def meetings(draw: st.DrawFn) -> tuple[Meeting, ZoneInfo, datetime]:
    """A series, its zone, and a time around one of its occurrences, or before all of them."""
    begin, zone = draw(begins())
    rule = draw(rules(begin.astimezone(zone)))
    every = after(calendar_makes(rule, begin, zone), begin - timedelta(days=1), 1 + draw(st.integers(0, 200)))
    now = draw(st.sampled_from((begin - timedelta(days=300), *every[-1:], *every[-3:-2])))
    now += timedelta(seconds=draw(st.sampled_from((-1, 0, 1, 1_800, 86_400))))
    near = after(calendar_makes(rule, begin, zone), now - timedelta(days=9), 70) or [begin]
    gone = draw(st.lists(st.sampled_from(near), max_size=5))
    lines = [f"EXDATE:{when:%Y%m%dT%H%M%SZ}" for when in gone]
    return series(f"RRULE:{rule}", *lines, start=begin.isoformat(), zone=zone.key), zone, now


@given(meetings())
def test_zoom_makes_the_occurrences_that_the_event_has(drawn: tuple[Meeting, ZoneInfo, datetime]) -> None:
    """From now on, as many as Zoom makes at a time, to the second, over changes of clocks; and no others."""
    meeting, zone, now = drawn
    rule, *exdates = [line.partition(":")[2] for line in meeting.recurrence]
    assert isinstance(meeting.start, datetime)
    gone = {at(text) for text in exdates}
    ahead = (when for when in calendar_makes(rule, meeting.start, zone) if when not in gone)
    own = after(ahead, now, AT_ONCE)
    found = fixed(meeting, now)
    event(found.reason if isinstance(found, Inexpressible) else str(found.recurrence["type"]))
    if isinstance(found, Inexpressible):
        assert (found.reason is Why.OVER) <= (own == [])
        return
    made = zoom_makes(found.recurrence, found.start, zone, AT_ONCE)
    assert made[0] == own[0] == utc(found.start, zone)
    left = [when for when in made if when not in found.excluded]
    assert left == (own[: len(left)] if len(made) == AT_ONCE else own)
    assert len(made) - len(left) == len(found.excluded) == len({*made} & gone)
    _keeps_limits(found.recurrence)


def _keeps_limits(said: Recurrence) -> None:
    """Those that Zoom's description names in words."""
    kind, interval, times = said["type"], said["repeat_interval"], said.get("end_times", 1)
    assert isinstance(kind, int)
    assert isinstance(interval, int)
    assert isinstance(times, int)
    assert 1 <= interval <= INTERVALS_MAX[kind]
    assert 0 <= times <= AT_ONCE
    assert ("end_times" in said) != ("end_date_time" in said)
    assert ("weekly_days" in said) == (kind == 2)
    assert (("monthly_day" in said) != ("monthly_week" in said)) == (kind == 3)
    assert ("monthly_week" in said) == ("monthly_week_day" in said)


WORDS = st.sampled_from(
    ("RRULE:", "EXDATE", "RDATE", "FREQ=", "DAILY", "WEEKLY", "MONTHLY", "BYDAY=", "BYMONTHDAY=", "INTERVAL=",
     "COUNT=", "UNTIL=", "WKST=", "TZID=", "20260302", "T090000", "Z", "MO", "-1", "0", "1", "99991231", ";",
     ",", ":", "=", '"', " ", "\n")
)  # fmt: skip


@given(st.lists(st.lists(WORDS | st.text(max_size=3), max_size=12).map("".join), max_size=3), st.data())
def test_no_text_is_too_odd(lines: list[str], data: st.DataObject) -> None:
    """Calendar keeps what it is given; whatever that is, there is an answer."""
    start = data.draw(st.datetimes(timezones=st.timezones()), "start").astimezone(UTC)
    meeting = replace(series("RRULE:FREQ=DAILY", *lines), start=start, end=start)
    for one in (meeting, replace(meeting, recurrence=tuple(lines))):
        assert isinstance(fixed(one, BEFORE), Fixed | Inexpressible)
