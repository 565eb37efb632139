"""A series of events as Zoom's meeting type 8, "recurring with fixed time", or the reason why it cannot be.

Zoom ignores a start in the past, so that a series that has begun is told from its next occurrence on: its
phase is kept, and its count is what is left. Times are wall-clock times in the event's own zone, and so keep
their hour when clocks change. What the object can say: https://developers.zoom.us/docs/api/meetings/.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from functions.adapters.zoom_rule import Beyond, Why, pattern, read
from functions.adapters.zoom_series import AHEAD_MAX, Series, instant
from functions.core.model import Meeting

EXCLUDED_MAX = 20  # each is a call of its own, and all must end within a lease

_DAY = re.compile("[0-9]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """`start`: the next occurrence, as wall-clock time in the event's zone, without one. `recurrence`: as
    Zoom's API takes it. `excluded`: starts in UTC of occurrences that it makes and the event does not have.
    `later`: some are excluded further ahead than Zoom's occurrences go, where none can be deleted yet.
    """

    start: datetime
    recurrence: dict[str, object]
    excluded: tuple[datetime, ...] = ()
    later: bool = False


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
    except OverflowError:
        return Inexpressible(Why.RANGE)


def _fixed(meeting: Meeting, now: datetime) -> Fixed:
    if not isinstance(meeting.start, datetime):
        raise Beyond(Why.ALL_DAY)
    zone = _zone(meeting.time_zone or "")
    begin = meeting.start.astimezone(zone).replace(microsecond=0)
    text, exdates = _lines(meeting.recurrence)
    rule = read(text, begin)
    said = pattern(rule)
    series = Series(rule, begin, zone)
    series.check(now)
    excluded = frozenset(when for line in exdates for when in _excluded(line, zone))
    at, start, ahead = series.ahead(now, excluded)
    gone = tuple(when for when in ahead if when in excluded)
    if len(gone) > EXCLUDED_MAX:
        raise Beyond(Why.EXDATE)
    return Fixed(
        start=start,
        recurrence={**said, **series.end(at)},
        excluded=gone,
        later=len(ahead) == AHEAD_MAX and any(when > ahead[-1] for when in excluded),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Beyond(Why.ZONE) from None


def _lines(lines: tuple[str, ...]) -> tuple[str, list[str]]:
    """The text of the only rule, and the lines of excluded dates."""
    named: dict[str, list[str]] = {"RRULE": [], "EXRULE": [], "RDATE": [], "EXDATE": []}
    for line in lines:
        name = re.split("[:;]", line, maxsplit=1)[0].strip().upper()
        if name not in named:
            raise Beyond(Why.UNREADABLE)
        named[name].append(line.strip())
    if named["EXRULE"]:
        raise Beyond(Why.EXRULE)
    if named["RDATE"]:
        raise Beyond(Why.RDATE)
    if len(named["RRULE"]) != 1:
        raise Beyond(Why.SEVERAL_RULES if named["RRULE"] else Why.NO_RULE)
    head, _, rule = named["RRULE"][0].partition(":")
    if head.upper() != "RRULE":
        raise Beyond(Why.UNREADABLE)
    return rule, named["EXDATE"]


def _excluded(line: str, zone: ZoneInfo) -> Iterator[datetime]:
    """A day without a time is not said to exclude anything from a series of times, nor not to."""
    head, _, values = line.partition(":")
    pairs = [option.partition("=") for option in head.split(";")[1:]]
    named = {name.upper(): value.strip('"') for name, _, value in pairs}
    zone = _zone(named["TZID"]) if "TZID" in named else zone
    for value in values.upper().split(","):
        if _DAY.fullmatch(value):
            raise Beyond(Why.EXDATE)
        yield instant(value, zone)
