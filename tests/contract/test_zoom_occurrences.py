"""A series as Zoom's recurrence object, drawn at random: what Zoom makes of it is what the event has."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import event, given
from hypothesis import strategies as st

from functions.adapters.providers.zoom.recurrence import Fixed, fixed
from functions.adapters.providers.zoom.rule import Why
from functions.core.model import Meeting
from tests.contract.series_drawn import meetings
from tests.contract.zoom_reading import after, calendar_makes, utc, zoom_makes
from tests.contract.zoom_rows import BEFORE, Recurrence, at, series

INTERVALS_MAX = {1: 99, 2: 50, 3: 10}
AT_ONCE = 60


@given(meetings())
def test_zoom_makes_the_occurrences_that_the_event_has(drawn: tuple[Meeting, ZoneInfo, datetime]) -> None:
    """From now on, as many as Zoom makes at a time, to the second, over changes of clocks; and no others.
    Of all that the event has, only a start that its rule leaves out may be missing.
    """
    meeting, zone, now = drawn
    rule, *exdates = [line.partition(":")[2] for line in meeting.recurrence]
    assert isinstance(meeting.start, datetime)
    gone = {at(text) for text in exdates}
    ahead = (when for when in calendar_makes(rule, meeting.start, zone) if when not in gone)
    own = after(ahead, now, AT_ONCE + 1)
    found = fixed(meeting, now)
    event(found if isinstance(found, Why) else str(found.recurrence["type"]))
    if isinstance(found, Why):
        assert (found is Why.OVER) <= (own == [])
        return
    if found.apart:
        assert own.pop(0) == meeting.start
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
        assert isinstance(fixed(one, BEFORE), Fixed | Why)
