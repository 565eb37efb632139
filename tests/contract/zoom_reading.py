"""What Zoom makes of a recurrence object, and Calendar of a rule: each read from its own papers.

Zoom's (the request body of `PATCH /meetings/{meetingId}`): occurrences begin at `start_time`, local in
`timezone`; a week begins on Sunday, which is day 1. Nothing of the adapter is used here.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

DAY = timedelta(days=1)


def zoom_makes(recurrence: Mapping[str, Any], start: datetime, zone: ZoneInfo, most: int) -> list[datetime]:
    """The first occurrences, in UTC."""
    times = recurrence.get("end_times", 1)
    last = datetime.fromisoformat(recurrence.get("end_date_time", "9000-01-01T00:00:00Z"))
    made: list[datetime] = []
    for day in _days(recurrence, start.date()):
        when = utc(datetime.combine(day, start.time()), zone)
        full = "end_date_time" not in recurrence and 0 < times == len(made)
        if full or when > last or len(made) == most:
            break
        made.append(when)
    return made


def calendar_makes(rule: str, start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """All occurrences, in UTC: the start is one even where the rule leaves it out, as Calendar was recorded
    to have it. An end is told to the expander in UTC, whatever way the rule has it.
    """
    parts = dict(part.split("=") for part in rule.split(";"))
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_until(parts['UNTIL'], zone):%Y%m%dT%H%M%SZ}"
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    begin = start.astimezone(zone)
    every = rrulestr(text, dtstart=begin)
    if [when.replace(tzinfo=None) for when in islice(every, 1)] != [begin.replace(tzinfo=None, fold=0)]:
        yield start.astimezone(UTC)
    yield from (when.astimezone(UTC) for when in every)


def utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Of an hour that comes twice the first; an hour that never comes as if clocks had not changed yet."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _until(text: str, zone: ZoneInfo) -> datetime:
    if "T" not in text:
        return utc(datetime.combine(date.fromisoformat(text), time(23, 59, 59)), zone)
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else utc(when, zone)


def _days(recurrence: Mapping[str, Any], first: date) -> Iterator[date]:
    step = recurrence.get("repeat_interval", 1)
    if recurrence["type"] == 1:
        yield from (first + DAY * step * number for number in count())
    elif recurrence["type"] == 2:
        yield from _weekly(first, step, [int(day) - 1 for day in recurrence["weekly_days"].split(",")])
    else:
        for month in count(first.year * 12 + first.month - 1, step):
            day = _of_month(recurrence, date(month // 12, month % 12 + 1, 1))
            if day >= first:
                yield day


def _weekly(first: date, step: int, days: list[int]) -> Iterator[date]:
    sunday = first - DAY * (first.isoweekday() % 7)
    for number in count():
        week = [sunday + DAY * (7 * step * number + day) for day in sorted(days)]
        yield from (day for day in week if day >= first)


def _of_month(recurrence: Mapping[str, Any], first: date) -> date:
    if "monthly_week" not in recurrence:
        return first.replace(day=recurrence["monthly_day"])
    every = (first + DAY * number for number in range(31))
    week, day = recurrence["monthly_week"], recurrence["monthly_week_day"]
    found = [one for one in every if one.month == first.month and one.isoweekday() % 7 + 1 == day]
    return found[week - 1] if week > 0 else found[-1]


def after(occurrences: Iterator[datetime], now: datetime, most: int) -> list[datetime]:
    return list(islice((when for when in occurrences if when > now), most))
