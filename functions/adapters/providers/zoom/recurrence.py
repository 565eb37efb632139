"""A series of events as Zoom's meeting type 8, "recurring with fixed time", or the reason why it cannot be.

Zoom ignores a start in the past, so that a series that has begun is told from its next occurrence on: its
phase is kept, and its count is what is left. Times are wall-clock times in the event's own zone, and so keep
their hour when clocks change. What the object can say: https://developers.zoom.us/docs/api/meetings/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from functions.adapters.providers.series import ahead, at_clock_change, makes_start, start_apart
from functions.adapters.providers.zoom.rule import Beyond, Why, pattern
from functions.core import recurrence, zones
from functions.core.hold import stamp
from functions.core.model import Meeting
from functions.core.recurrence import Series, Unreadable, utc

AHEAD_MAX = 60  # occurrences of a series that exist on Zoom at a time, and the highest `end_times`
EXCLUDED_MAX = 20  # each is a call of its own, and all must end within a lease

_BESIDE: Mapping[str, Why] = {"RRULE": Why.SEVERAL_RULES, "RDATE": Why.RDATE, "EXRULE": Why.EXRULE}
_DAY_ENDS = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """`start`: the next occurrence, as wall-clock time in the event's zone, without one. `recurrence`: as
    Zoom's API takes it. `excluded`: starts in UTC of occurrences that it makes and the event does not have.
    `later`: some are excluded further ahead than Zoom's occurrences go, where none can be deleted yet.
    `apart`: the event's start is ahead, and one that its rule leaves out, as Zoom will. `cut`: it has an end,
    and occurrences before that beyond those that Zoom makes.
    """

    start: datetime
    recurrence: dict[str, object]
    excluded: tuple[datetime, ...] = ()
    later: bool = False
    apart: bool = False
    cut: bool = False


def fixed(meeting: Meeting, now: datetime) -> Fixed | Why:
    """What to tell of a series; only occurrences that start after `now` count. Or why its times cannot be
    told: where it is over Zoom's may stay as they are, and what has no rule is no series.
    """
    try:
        return _fixed(_series(meeting), now)
    except Beyond as beyond:
        return beyond.why
    except Unreadable as error:
        return _BESIDE.get(error.line, Why.UNREADABLE)
    except OverflowError:
        return Why.RANGE


def _series(meeting: Meeting) -> Series:
    if not isinstance(meeting.start, datetime):
        raise Beyond(Why.ALL_DAY)
    zone = zones.named(meeting.time_zone or "")
    series = recurrence.read(meeting.recurrence, meeting.start, zone or UTC)
    if series is None:
        raise Beyond(Why.NO_RULE)
    if zone is None:
        raise Beyond(Why.ZONE)
    if series.beside:
        raise Beyond(_BESIDE.get(min(series.beside), Why.UNREADABLE))
    if series.unread:
        raise Beyond(Why.EXDATE)
    return series


def _fixed(series: Series, now: datetime) -> Fixed:
    said = pattern(series.rule, series.start)
    if series.rule.count is not None and not makes_start(series):
        raise Beyond(Why.START)
    told = _ahead(series, now)
    every = (when for _, when in told.made())
    starts = list(islice(every, AHEAD_MAX))
    more = next(every, None) is not None
    gone = tuple(when for when in starts if when in series.excluded)
    if len(gone) > EXCLUDED_MAX:
        raise Beyond(Why.EXDATE)
    return Fixed(
        start=told.wall,
        recurrence={**said, **_end(told)},
        excluded=gone,
        later=more and any(when > starts[-1] for when in series.excluded),
        apart=start_apart(series, now),
        cut=more and told.rule.until is not None,
    )


def _ahead(series: Series, now: datetime) -> Series:
    """From the next that is not excluded."""
    told = ahead(series, now, series.excluded)
    if told is None:
        raise Beyond(Why.START if start_apart(series, now) else Why.OVER)
    if at_clock_change(told):
        raise Beyond(Why.CLOCK_CHANGE)
    return told


def _end(told: Series) -> dict[str, object]:
    """The end of Zoom's object; it takes one occurrence for all where none is named."""
    if told.rule.until is not None:
        return {"end_date_time": stamp(_last_day_ends(told.rule.until, told))}
    if (told.rule.count or 0) > AHEAD_MAX:
        raise Beyond(Why.COUNT)
    return {"end_times": told.rule.count or 0}


def _last_day_ends(until: datetime, told: Series) -> datetime:
    """Zoom's end is meant as a day: the last on which an occurrence may still begin, to its end."""
    day = until.astimezone(told.zone).date()
    if utc(datetime.combine(day, told.wall.time()), told.zone) > until:
        day -= timedelta(days=1)
    return utc(datetime.combine(day, _DAY_ENDS), told.zone)
