"""A series of events as Zoom's meeting type 8, "recurring with fixed time", or the reason why it cannot be.

Zoom ignores a start in the past, so that a series that has begun is told from its next occurrence on: its
phase is kept, and its count is what is left. Times are wall-clock times in the event's own zone, and so keep
their hour when clocks change. What the object can say: https://developers.zoom.us/docs/api/meetings/.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from functions.adapters.providers.zoom.rule import Beyond, Why, pattern, read
from functions.adapters.providers.zoom.series import ahead, check, end
from functions.core import recurrence
from functions.core.model import Meeting
from functions.core.recurrence import Line, Occurrences, Unreadable

EXCLUDED_MAX = 20  # each is a call of its own, and all must end within a lease


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


@dataclass(frozen=True, slots=True)
class Inexpressible:
    """Of a series that is `Why.OVER` Zoom's times may stay as they are; of any other none can be told."""

    reason: Why


def fixed(meeting: Meeting, now: datetime) -> Fixed | Inexpressible:
    """What to tell of a series; only occurrences that start after `now` count."""
    try:
        return _fixed(meeting, now)
    except Beyond as beyond:
        return Inexpressible(beyond.why)
    except Unreadable:
        return Inexpressible(Why.UNREADABLE)
    except OverflowError:
        return Inexpressible(Why.RANGE)


def _fixed(meeting: Meeting, now: datetime) -> Fixed:
    if not isinstance(meeting.start, datetime):
        raise Beyond(Why.ALL_DAY)
    zone = _known(recurrence.zone(meeting.time_zone or ""))
    text, exdates = _lines(meeting.recurrence)
    parts = recurrence.parts(text)
    rule = read(parts, meeting.start.astimezone(zone))
    said = pattern(rule)
    every = Occurrences(parts, meeting.start, zone)
    check(every, now)
    excluded = frozenset(when for line in exdates for when in _excluded(line, zone))
    made = ahead(every, now, excluded)
    gone = tuple(when for when in made.starts if when in excluded)
    if len(gone) > EXCLUDED_MAX:
        raise Beyond(Why.EXDATE)
    return Fixed(
        start=made.first.wall,
        recurrence={**said, **end(every, made.first.passed, zone)},
        excluded=gone,
        later=made.more and any(when > made.starts[-1] for when in excluded),
        apart=every.start_apart(now, excluded),
        cut=made.more and every.until is not None,
    )


def _known(zone: tzinfo | None) -> tzinfo:
    if zone is None:
        raise Beyond(Why.ZONE)
    return zone


def _lines(lines: tuple[str, ...]) -> tuple[str, list[Line]]:
    """The text of the only rule, and the lines of excluded dates."""
    named = recurrence.lines(lines)
    rules = named.get("RRULE", [])
    if named.keys() - recurrence.LINES:
        raise Unreadable
    if "EXRULE" in named:
        raise Beyond(Why.EXRULE)
    if "RDATE" in named:
        raise Beyond(Why.RDATE)
    if len(rules) != 1:
        raise Beyond(Why.SEVERAL_RULES if rules else Why.NO_RULE)
    return rules[0].value, named.get("EXDATE", [])


def _excluded(line: Line, zone: tzinfo) -> Iterator[datetime]:
    """A day without a time is not said to exclude anything from a series of times, nor not to."""
    zone = _known(line.zone(zone))
    for value in line.value.upper().split(","):
        if recurrence.is_day(value):
            raise Beyond(Why.EXDATE)
        yield recurrence.moment(value, zone)
