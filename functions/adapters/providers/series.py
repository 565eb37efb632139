"""A series as conference systems are told it: from its next start on, as none takes one in the past. Pure."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from functions.core.recurrence import Series, utc

PASSED_MAX = 20_000  # occurrences gone by: every day for half a century

START_APART = "the first date of a series whose rule leaves it out"
CLOCK_CHANGE = "the times of a series that begins where clocks change"


def ahead(series: Series, now: datetime, excluded: frozenset[datetime] = frozenset()) -> Series | None:
    """From its first start after `now` that is not excluded, with so many fewer to come; None if none is
    left. OverflowError if too many have gone by to count them.
    """
    if series.start.fold and series.start.astimezone(UTC) > now:
        return series
    every = series.made()
    for passed, (wall, when) in enumerate(islice(every, PASSED_MAX)):
        if when > now and when not in excluded:
            left = series.rule.count and series.rule.count - passed
            start = wall.replace(tzinfo=series.zone)
            return replace(series, start=start, rule=replace(series.rule, count=left))
    if next(every, None) is not None:
        raise OverflowError
    return None


def at_clock_change(series: Series) -> bool:
    """Whether clocks leave its start out, or it is in the second of two like hours, where no rule can begin:
    told from there, its others would be at another hour.
    """
    shown = utc(series.wall, series.zone).astimezone(series.zone).replace(tzinfo=None, fold=0)
    return shown != series.wall or bool(series.start.fold)


def makes_start(series: Series) -> bool:
    """Whether the rule makes the start itself. If not, it is an occurrence all the same: Calendar was
    recorded to show it as the first. Whether COUNT counts it then is not known.
    """
    return next((wall for wall, _ in series.made()), None) == series.wall


def start_apart(series: Series, now: datetime) -> bool:
    """Whether the start is an occurrence ahead, not excluded, that the rule does not make."""
    start = series.start.astimezone(UTC)
    return start > now and start not in series.excluded and not makes_start(series)
