"""The last date of a series."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from itertools import islice

from functions.core import recurrence

DATES_MAX = 2_000  # at most so many are made to find the last one
# With these parts dateutil soon finds the next date, or that there is none; with others it may take seconds.
_QUICK: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset(),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}),
}
_ALWAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})


@lru_cache(maxsize=1_000)
def last_date(lines: tuple[str, ...], start: date, time_zone: str) -> date | None:
    """A date after which the series has none: its last, if that can be counted. A time if it has times.

    None if that is unknown: no end, several rules, dates added to them, or lines that cannot be read.
    """
    zone: tzinfo = recurrence.zone(time_zone) or UTC
    if isinstance(start, datetime):
        return _last(lines, start, zone)
    last = _last(lines, datetime.combine(start, time(), UTC), UTC)
    return last.date() if last else None


def _last(lines: tuple[str, ...], start: datetime, zone: tzinfo) -> datetime | None:
    named = recurrence.lines(lines)
    if named.keys() - {"EXDATE"} != {"RRULE"} or len(named["RRULE"]) > 1:
        return None
    try:
        parts = recurrence.parts(named["RRULE"][0].value)
        every = recurrence.Occurrences(parts, start, zone)
        return _last_made(parts, every) or every.until
    except (ValueError, OverflowError):
        return None


def _last_made(parts: Mapping[str, str], every: recurrence.Occurrences) -> datetime | None:
    quick = parts.keys() <= _ALWAYS | _QUICK.get(parts.get("FREQ", ""), frozenset())
    moves = int(parts.get("INTERVAL", "1")) > 0
    if not (quick and moves) or (every.until is None and every.count is None):
        return None
    dates = [when for _, when in islice(every, DATES_MAX + 1)]
    return dates[-1] if dates and len(dates) <= DATES_MAX else None
