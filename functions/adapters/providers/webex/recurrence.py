"""What a series on Webex can keep of an event's: one RFC 2445 rule, with one day in a month or year, from one
first start.

Webex drops silently what it does not know, so that is recognised and said here. Pure.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import TypeVar

from functions.adapters.providers.series import PASSED_MAX, START_APART, ahead, makes_start, start_apart
from functions.adapters.providers.wish import if_so
from functions.core import recurrence
from functions.core.recurrence import Rule, Series, Unreadable

# Of a rule that ends Webex makes no more than these (PATCH /meetings/{meetingId}), and none after five years.
OCCURRENCES_MAX: Mapping[str, int] = {"DAILY": 1_826, "WEEKLY": 261, "MONTHLY": 60, "YEARLY": 5}
HORIZON = timedelta(days=5 * 365)
INTERVAL_MAX = 999
WEEKS_OF_MONTH = frozenset({-1, 0, 1, 2, 3, 4})

NO_RULE = "a recurrence that Webex does not know"
SEVERAL_DAYS = "several days in a monthly or yearly rule"
SEVERAL_RULES = "several recurrence rules"
ADDED_DATES = "dates added to a series"
LEFT_OUT_RULE = "a rule for what is left out of a series"
UNREAD = "lines of a recurrence that cannot be read"
COUNTED_APART = "how many dates a series has that are counted and whose first its rule leaves out"
TOO_FAR = "what a series has beyond Webex's limits"

_INSTEAD = {"RRULE": SEVERAL_RULES, "RDATE": ADDED_DATES}
_BESIDE = {"RDATE": ADDED_DATES, "EXRULE": LEFT_OUT_RULE}
_PICKS: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset(),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH"}),
}

T = TypeVar("T")


class Unkept(Exception):
    """The recurrence as a whole cannot be told; the text says what is unsupported."""


def read(lines: Sequence[str], start: datetime, zone: tzinfo) -> tuple[Series | None, tuple[str, ...]]:
    """An event's series as Webex can keep it, None if it does not recur; what that leaves out. Unkept."""
    try:
        series = recurrence.read(lines, start, zone)
    except Unreadable as error:
        raise Unkept(_INSTEAD.get(error.line, NO_RULE)) from None
    if series is None:
        return None, ()
    kept, unsupported = _kept(series)
    if series.rule.count is not None and not makes_start(kept):
        unsupported = (*unsupported, COUNTED_APART)
    return kept, (*unsupported, *dict.fromkeys(_BESIDE.get(name, UNREAD) for name in sorted(series.beside)))


def _kept(series: Series) -> tuple[Series, tuple[str, ...]]:
    rule = series.rule
    if rule.frequency == "DAILY" and rule.days and rule.interval == 1:
        rule = replace(rule, frequency="WEEKLY")  # each of these days is the same
    if not _has_form(rule):
        raise Unkept(NO_RULE)
    one = _one_day(rule, series.start) if rule.frequency in {"MONTHLY", "YEARLY"} else rule
    several = one != rule
    if several and rule.count is not None:
        one = replace(one, count=None, until=_last(replace(series, rule=rule)))
    return replace(series, rule=one), (SEVERAL_DAYS,) if several else ()


def _has_form(rule: Rule) -> bool:
    """Whether it is one that Webex knows, but for several days in one."""
    if rule.frequency not in _PICKS or not rule.picks <= _PICKS[rule.frequency]:
        return False
    of_month = rule.picks & {"BYDAY", "BYMONTHDAY"}
    if rule.frequency in {"MONTHLY", "YEARLY"} and any(week == 0 for week, _ in rule.days):
        return False
    if len(of_month) > 1 or (rule.frequency == "YEARLY" and of_month and not rule.months):
        return False
    weeks = all(week in WEEKS_OF_MONTH for week, _ in rule.days)
    return weeks and all(day > 0 for day in rule.month_days) and rule.interval <= INTERVAL_MAX


def _last(series: Series) -> datetime:
    """Of a rule of several days, which a count of one of them would not end: its last occurrence. Unkept."""
    for _, when in deque(islice(series.made(), PASSED_MAX), maxlen=1):
        return when
    raise Unkept(NO_RULE)


def _one_day(rule: Rule, start: datetime) -> Rule:
    """Of several days the one that the event starts on: Webex takes the first and says nothing."""
    week, is_last = (start.day - 1) // 7 + 1, (start + timedelta(days=7)).month != start.month
    weeks = {week, -1} if is_last else {week}
    return replace(
        rule,
        days=_one(rule.days, {(week, start.weekday()) for week in weeks}),
        month_days=_one(rule.month_days, {start.day}),
        months=_one(rule.months, {start.month}),
    )


def _one(values: tuple[T, ...], of_start: Iterable[T]) -> tuple[T, ...]:
    return tuple(each for each in values if each in of_start)[:1] or values[:1]


def missing(series: Series, now: datetime) -> tuple[str, ...]:
    """What the rule as it is told leaves out of the event's dates, or may."""
    rest = ahead(series, now)
    return if_so({START_APART: start_apart(series, now), TOO_FAR: rest is not None and _is_cut(rest, now)})


def _is_cut(series: Series, now: datetime) -> bool:
    """Whether Webex will make fewer than the rule says."""
    if series.rule.count is None and series.rule.until is None:
        return False
    most = OCCURRENCES_MAX[series.rule.frequency]
    starts = [when for _, when in islice(series.made(), most + 1)]
    return len(starts) > most or (bool(starts) and starts[-1] > now + HORIZON)


def normal(text: str) -> Rule | None:
    """A rule for comparing: Webex gives it back in other words, and not always its `WKST`. None if it is
    none.
    """
    try:
        return replace(recurrence.rule(text.upper().removeprefix("RRULE:"), UTC), week_start=0)
    except Unreadable:
        return None
