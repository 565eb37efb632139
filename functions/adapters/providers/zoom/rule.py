"""One RRULE: what it says (RFC 5545 3.3.10), and what Zoom's recurrence object has for it.

Zoom knows fewer rules than Calendar. What it cannot say is `Beyond` it, for a reason that holds nothing of
the event; nothing is rounded to the next best rule.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DAY_CODES = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")  # Zoom counts them so, from 1
INTERVALS_MAX = {"DAILY": 99, "WEEKLY": 50, "MONTHLY": 10}
WEEKS_OF_MONTH = frozenset({-1, 1, 2, 3, 4})
MONTH_DAY_MAX = 28  # every month has it: a rule leaves the shorter months out, and what Zoom does is not said

_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY"})
_FREQUENCIES = frozenset({"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_NUMBER = re.compile(r"[0-9]{1,6}")
_DAY = re.compile(r"(?P<week>[+-]?[0-9]{1,2})?(?P<day>SU|MO|TU|WE|TH|FR|SA)")
_MONTH_DAY = re.compile(r"[+-]?[0-9]{1,2}")


class Why(StrEnum):
    """Why a series cannot be told to Zoom as one of fixed times."""

    OVER = "over"
    ALL_DAY = "all-day"
    ZONE = "time zone"
    NO_RULE = "no rule"
    SEVERAL_RULES = "several rules"
    EXRULE = "excluding rule"
    RDATE = "added dates"
    EXDATE = "excluded dates"
    UNREADABLE = "unreadable"
    PART = "part of the rule"
    FREQUENCY = "frequency"
    INTERVAL = "interval"
    COUNT = "count"
    WEEKDAY = "weekday"
    MONTH_DAY = "day of the month"
    WEEK_START = "start of the week"
    START = "start outside the rule"
    CLOCK_CHANGE = "clock change"
    RANGE = "range of time"


class Beyond(Exception):
    """Zoom has no way to say it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`days` are pairs of a week in the month, 0 for each, and a day of the week, Sunday being 0; so is
    `week_start`.
    """

    frequency: str
    interval: int
    days: tuple[tuple[int, int], ...]
    month_day: int | None
    week_start: int
    count: int | None


def weekday(day: date) -> int:
    return day.isoweekday() % 7


def read(parts: Mapping[str, str], start: date) -> Rule:
    """The rule of a series that begins on `start`, its own zone's day: one that names no day means that."""
    if not parts.keys() <= _PARTS:
        raise Beyond(Why.PART)
    frequency, days = _frequency(parts), _days(parts)
    month_day = _month_day(parts)
    if frequency == "WEEKLY" and not days:
        days = ((0, weekday(start)),)
    if frequency == "MONTHLY" and not days and month_day is None:
        month_day = start.day
    return Rule(
        frequency=frequency,
        interval=_number(parts.get("INTERVAL", "1")),
        days=days,
        month_day=month_day,
        week_start=_week_start(parts),
        count=_number(parts["COUNT"]) if "COUNT" in parts else None,
    )


def pattern(rule: Rule) -> dict[str, object]:
    """Zoom's object but for its end."""
    if rule.interval > INTERVALS_MAX[rule.frequency]:
        raise Beyond(Why.INTERVAL)
    said = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly}[rule.frequency](rule)
    return {**said, "repeat_interval": rule.interval}


def _frequency(parts: Mapping[str, str]) -> str:
    frequency = parts.get("FREQ")
    if frequency not in _FREQUENCIES:
        raise Beyond(Why.UNREADABLE)
    if frequency not in INTERVALS_MAX:
        raise Beyond(Why.FREQUENCY)
    return frequency


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or not int(text):
        raise Beyond(Why.UNREADABLE)
    return int(text)


def _days(parts: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
    if "BYDAY" not in parts:
        return ()
    found = [_DAY.fullmatch(day) for day in parts["BYDAY"].split(",")]
    days = {(int(one["week"] or 0), DAY_CODES.index(one["day"])) for one in found if one}
    if not all(found) or any(one and one["week"] and not int(one["week"]) for one in found):
        raise Beyond(Why.UNREADABLE)
    return tuple(sorted(days))


def _month_day(parts: Mapping[str, str]) -> int | None:
    if "BYMONTHDAY" not in parts:
        return None
    found = set(parts["BYMONTHDAY"].split(","))
    if not all(_MONTH_DAY.fullmatch(day) for day in found):
        raise Beyond(Why.UNREADABLE)
    if len(found) > 1:
        raise Beyond(Why.MONTH_DAY)
    return int(found.pop())


def _week_start(parts: Mapping[str, str]) -> int:
    code = parts.get("WKST", "MO")
    if code not in DAY_CODES:
        raise Beyond(Why.UNREADABLE)
    return DAY_CODES.index(code)


def _daily(rule: Rule) -> dict[str, object]:
    """Every day but for some days of the week is what Zoom calls weekly."""
    if rule.month_day is not None:
        raise Beyond(Why.MONTH_DAY)
    if not rule.days:
        return {"type": 1}
    if rule.interval > 1:
        raise Beyond(Why.WEEKDAY)
    return _weekly(rule)


def _weekly(rule: Rule) -> dict[str, object]:
    if rule.month_day is not None:
        raise Beyond(Why.MONTH_DAY)
    if any(week for week, _ in rule.days):
        raise Beyond(Why.WEEKDAY)
    # Zoom's week begins on Sunday. Where the rule's own begins elsewhere, its days may lie in two of Zoom's,
    # and of every second week or rarer the wrong ones would meet.
    sunday = -rule.week_start % 7
    in_second = {(day - rule.week_start) % 7 >= sunday for _, day in rule.days}
    if rule.interval > 1 and len(in_second) > 1:
        raise Beyond(Why.WEEK_START)
    return {"type": 2, "weekly_days": ",".join(str(day + 1) for _, day in rule.days)}


def _monthly(rule: Rule) -> dict[str, object]:
    if not rule.days:
        if rule.month_day is None or not 1 <= rule.month_day <= MONTH_DAY_MAX:
            raise Beyond(Why.MONTH_DAY)
        return {"type": 3, "monthly_day": rule.month_day}
    (week, day), *more = rule.days
    if more or rule.month_day is not None or week not in WEEKS_OF_MONTH:
        raise Beyond(Why.WEEKDAY)
    return {"type": 3, "monthly_week": week, "monthly_week_day": day + 1}
