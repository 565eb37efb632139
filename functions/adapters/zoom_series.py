"""The occurrences of a series as its own rule makes them, and how Zoom's recurrence object says its end."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

from functions.adapters.zoom_rule import Beyond, Rule, Why
from functions.core.fields import stamp

AHEAD_MAX = 60  # occurrences of a series that exist on Zoom at a time, and the highest `end_times`
PASSED_MAX = 20_000  # occurrences gone by: every day for half a century

_WHEN = re.compile(r"(?P<day>[0-9]{8})(?:T(?P<time>[0-9]{6})(?P<utc>Z?))?")
_DAY_ENDS = time(23, 59, 59)
_FREQUENCIES: Mapping[str, Literal[1, 2, 3]] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
}
_DAYS = (rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA)


def instant(text: str, zone: ZoneInfo) -> datetime:
    """A date or time of iCalendar in UTC; of a date, its last second."""
    found = _WHEN.fullmatch(text)
    if not found:
        raise Beyond(Why.UNREADABLE)
    try:
        when = datetime.fromisoformat(f"{found['day']}T{found['time'] or '235959'}")
    except ValueError:
        raise Beyond(Why.UNREADABLE) from None
    return when.replace(tzinfo=UTC if found["utc"] else zone).astimezone(UTC)


class Series:
    """The occurrences that a rule makes, excluded ones among them. An hour that a change of clocks leaves out
    is the one after it, of one that comes twice the first counts (RFC 5545 3.3.5).
    """

    def __init__(self, rule: Rule, begin: datetime, zone: ZoneInfo) -> None:
        self._rule, self._begin, self._zone = rule, begin, zone
        self._first = begin.replace(tzinfo=None, fold=0)
        self._until = instant(rule.until, zone) if rule.until else None

    def check(self, now: datetime) -> None:
        """Whether a start that its own rule leaves out is an occurrence, and counted, is nowhere said."""
        begins = next(self._walls(), None) == self._first
        if not begins and (self._begin > now or self._rule.count is not None):
            raise Beyond(Why.START)
        if self._begin.fold and self._begin > now:
            raise Beyond(Why.CLOCK_CHANGE)

    def ahead(self, now: datetime, excluded: frozenset[datetime]) -> tuple[int, datetime, list[datetime]]:
        """How many occurrences went by, the first that is ahead and not excluded, and when it and those after
        it begin, as many as Zoom makes.
        """
        occurrences = self._occurrences()
        for at, (wall, when) in enumerate(islice(occurrences, PASSED_MAX)):
            if when > now and when not in excluded:
                if self._wall(when) != wall:
                    raise Beyond(Why.CLOCK_CHANGE)
                return at, wall, [when, *(other for _, other in islice(occurrences, AHEAD_MAX - 1))]
        raise Beyond(Why.OVER if next(occurrences, None) is None else Why.RANGE)

    def end(self, passed: int) -> dict[str, object]:
        """The end of Zoom's object; it takes one occurrence for all where none is named."""
        if self._until is not None:
            return {"end_date_time": stamp(self._last_day_ends(self._until))}
        if self._rule.count is None:
            return {"end_times": 0}
        if self._rule.count - passed > AHEAD_MAX:
            raise Beyond(Why.COUNT)
        return {"end_times": self._rule.count - passed}

    def _last_day_ends(self, until: datetime) -> datetime:
        """Zoom's end is meant as a day: the last on which an occurrence may still begin, to its end."""
        day = self._wall(until).date()
        if self._when(datetime.combine(day, self._first.time())) > until:
            day -= timedelta(days=1)
        return self._when(datetime.combine(day, _DAY_ENDS))

    def _occurrences(self) -> Iterator[tuple[datetime, datetime]]:
        """Wall-clock time, and UTC."""
        for wall in islice(self._walls(), self._rule.count):
            when = self._when(wall)
            if self._until is not None and when > self._until:
                return
            yield wall, when

    def _walls(self) -> Iterator[datetime]:
        rule = self._rule
        days = [_DAYS[day](week) if week else _DAYS[day] for week, day in rule.days]
        return iter(
            rrule.rrule(
                _FREQUENCIES[rule.frequency],
                dtstart=self._first,
                interval=rule.interval,
                wkst=_DAYS[rule.week_start],
                byweekday=days or None,
                bymonthday=rule.month_day,
            )
        )

    def _when(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self._zone).astimezone(UTC)

    def _wall(self, when: datetime) -> datetime:
        return when.astimezone(self._zone).replace(tzinfo=None)
