"""One rule as Zoom's recurrence object has it.

Zoom knows fewer rules than Calendar. What it cannot say is `Beyond` it, for a reason that holds nothing of
the event; nothing is rounded to the next best rule.
"""

from datetime import date
from enum import StrEnum

from functions.core.recurrence import Rule

INTERVALS_MAX = {"DAILY": 99, "WEEKLY": 50, "MONTHLY": 10}
WEEKS_OF_MONTH = frozenset({-1, 1, 2, 3, 4})
MONTH_DAY_MAX = 28  # every month has it: a rule leaves the shorter months out, and what Zoom does is not said

_PICKS = frozenset({"BYDAY", "BYMONTHDAY"})
_SUNDAY = 6


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


def pattern(rule: Rule, start: date) -> dict[str, object]:
    """Zoom's object but for its end. A rule that names no day means that of `start`, its own zone's day."""
    if not rule.picks <= _PICKS:
        raise Beyond(Why.PART)
    if rule.frequency not in INTERVALS_MAX:
        raise Beyond(Why.FREQUENCY)
    if rule.interval > INTERVALS_MAX[rule.frequency]:
        raise Beyond(Why.INTERVAL)
    said = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly}[rule.frequency](rule, start)
    return {**said, "repeat_interval": rule.interval}


def _daily(rule: Rule, start: date) -> dict[str, object]:
    """Every day but for some days of the week is what Zoom calls weekly."""
    if rule.days and rule.interval > 1:
        raise Beyond(Why.WEEKDAY)
    if rule.days or rule.month_days:
        return _weekly(rule, start)
    return {"type": 1}


def _weekly(rule: Rule, start: date) -> dict[str, object]:
    if rule.month_days:
        raise Beyond(Why.MONTH_DAY)
    days = [day for _, day in rule.days] or [start.weekday()]
    # Zoom's week begins on Sunday. Where the rule's own begins elsewhere, its days may lie in two of Zoom's,
    # and of every second week or rarer the wrong ones would meet.
    sunday = (_SUNDAY - rule.week_start) % 7
    in_second = {(day - rule.week_start) % 7 >= sunday for day in days}
    if rule.interval > 1 and len(in_second) > 1:
        raise Beyond(Why.WEEK_START)
    return {"type": 2, "weekly_days": ",".join(map(str, sorted(map(_day_number, days))))}


def _monthly(rule: Rule, start: date) -> dict[str, object]:
    if not rule.days:
        day, *more = rule.month_days or (start.day,)
        if more or not 1 <= day <= MONTH_DAY_MAX:
            raise Beyond(Why.MONTH_DAY)
        return {"type": 3, "monthly_day": day}
    (week, day), *others = rule.days
    if others or rule.month_days or week not in WEEKS_OF_MONTH:
        raise Beyond(Why.WEEKDAY)
    return {"type": 3, "monthly_week": week, "monthly_week_day": _day_number(day)}


def _day_number(day: int) -> int:
    """Zoom counts from Sunday, which is 1."""
    return (day + 1) % 7 + 1
