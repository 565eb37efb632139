"""The last date of a series."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from itertools import islice

from functions.core import recurrence, zones
from functions.core.recurrence import Series

DATES_MAX = 2_000  # at most so many are made to find the last one
# With these parts dateutil soon finds the next date, or that there is none; with others it may take seconds.
_QUICK: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset(),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}),
}


@lru_cache(maxsize=1_000)
def last_date(lines: tuple[str, ...], start: date, time_zone: str) -> date | None:
    """A date after which the series has none: its last, if that can be counted. A time if it has times.

    None if that is unknown: no end, several rules, dates added to them, or lines that cannot be read.
    """
    zone: tzinfo = zones.named(time_zone) or UTC
    if isinstance(start, datetime):
        return _last(lines, start, zone)
    last = _last(lines, datetime.combine(start, time(), UTC), UTC)
    return last.date() if last else None


def _last(lines: tuple[str, ...], start: datetime, zone: tzinfo) -> datetime | None:
    try:
        found = recurrence.read(lines, start, zone)
        if found is None or found.beside:
            return None
        return _last_made(found) or found.rule.until
    except (ValueError, OverflowError):
        return None


def _last_made(series: Series) -> datetime | None:
    rule = series.rule
    quick = rule.picks <= _QUICK.get(rule.frequency, frozenset())
    if not quick or (rule.until is None and rule.count is None):
        return None
    dates = [when for _, when in islice(series.made(), DATES_MAX + 1)]
    return dates[-1] if dates and len(dates) <= DATES_MAX else None
