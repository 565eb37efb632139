"""When an event's dates begin and end: what tells a later part of a series from a copy of it.

A date is an original start as `fields.stamp` writes it, so that dates of one event compare as texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from functools import lru_cache
from itertools import islice

from functions.core import recurrence
from functions.core.fields import stamp
from functions.core.model import Meeting

DATES_MAX = 2_000  # looked at for the last one
_LAST = "9999"
# Of these dateutil finds the next date at once, or soon that there is none; of others it may take seconds.
_QUICK: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset(),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}),
}
_ALWAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first date, and one that none comes after; `ends` is empty where no end is known.

    Of a single event, which is no `series`, neither matters, so that it may be moved without a trace.
    """

    begins: str
    ends: str
    series: bool = True

    def has_room_for(self, date: str) -> bool:
        return self.begins <= date <= (self.ends or _LAST)

    def continues(self, earlier: "Span") -> bool:
        """Whether this is a series that begins when another one is over (DESIGN.md 5, E12)."""
        return self.series and earlier.series and bool(earlier.ends) and self.begins > earlier.ends


SINGLE = Span(begins="", ends="", series=False)


def span_of(meeting: Meeting) -> Span:
    if not meeting.recurrence:
        return SINGLE
    begins = stamp(meeting.start)
    zone, start = recurrence.zone(meeting.time_zone or "") or UTC, meeting.start
    if not isinstance(start, datetime):
        zone, start = UTC, datetime.combine(start, time(), UTC)
    last = _last(meeting.recurrence, start, zone)
    if last is None:
        return Span(begins=begins, ends="")
    # The start is a date even where the rule leaves it out (RECORDED.md B.5).
    return Span(begins=begins, ends=max(begins, stamp(last.date() if meeting.all_day else last)))


@lru_cache(maxsize=1_000)
def _last(lines: tuple[str, ...], start: datetime, zone: tzinfo) -> datetime | None:
    """None where it cannot be told: no end, several rules, dates added to them, or what nobody can read."""
    found = [line for line in map(recurrence.line, lines) if line.name != "EXDATE"]
    if [line.name for line in found] != ["RRULE"]:
        return None
    try:
        parts = recurrence.parts(found[0].value)
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
