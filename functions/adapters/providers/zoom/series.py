"""How much of a series is told to Zoom at a time, and how its recurrence object says the end."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from itertools import islice

from functions.adapters.providers.zoom.rule import Beyond, Why
from functions.core.hold import stamp
from functions.core.recurrence import Next, Occurrences, utc

AHEAD_MAX = 60  # occurrences of a series that exist on Zoom at a time, and the highest `end_times`

_DAY_ENDS = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What Zoom will make of a series: the `first` occurrence, all `starts` in UTC, and whether the event has
    `more` after them.
    """

    first: Next
    starts: list[datetime]
    more: bool


def check(every: Occurrences, now: datetime) -> None:
    """Of a start that its own rule leaves out it is not known whether COUNT counts it."""
    if every.count is not None and not every.keep_start():
        raise Beyond(Why.START)
    if every.begin_in_fold(now):
        raise Beyond(Why.CLOCK_CHANGE)


def ahead(every: Occurrences, now: datetime, excluded: frozenset[datetime]) -> Made:
    """The first is the next that is not excluded."""
    found = every.ahead(now, excluded)
    if found is None:
        raise Beyond(Why.START if every.start_apart(now, excluded) else Why.OVER)
    if found.shifted:
        raise Beyond(Why.CLOCK_CHANGE)
    starts = [found.when, *islice(found.later, AHEAD_MAX - 1)]
    return Made(first=found, starts=starts, more=next(found.later, None) is not None)


def end(every: Occurrences, passed: int, zone: tzinfo) -> dict[str, object]:
    """The end of Zoom's object; it takes one occurrence for all where none is named."""
    if every.until is not None:
        return {"end_date_time": stamp(_last_day_ends(every.until, every.first.time(), zone))}
    if every.count is None:
        return {"end_times": 0}
    if every.count - passed > AHEAD_MAX:
        raise Beyond(Why.COUNT)
    return {"end_times": every.count - passed}


def _last_day_ends(until: datetime, begins: time, zone: tzinfo) -> datetime:
    """Zoom's end is meant as a day: the last on which an occurrence may still begin, to its end."""
    day = until.astimezone(zone).date()
    if utc(datetime.combine(day, begins), zone) > until:
        day -= timedelta(days=1)
    return utc(datetime.combine(day, _DAY_ENDS), zone)
