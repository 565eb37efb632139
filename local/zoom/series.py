"""The occurrences of a meeting with Zoom's `recurrence` object."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

OCCURRENCES_MAX = 60

_FREQUENCIES: Mapping[int, Literal[1, 2, 3]] = {1: rrule.DAILY, 2: rrule.WEEKLY, 3: rrule.MONTHLY}
_DAYS = (rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA)


def starts(first: datetime, zone: str, recurrence: Mapping[str, Any], most: int) -> Iterator[datetime]:
    """In UTC, for a first start in the zone's own time; no more than `most`."""
    count = recurrence.get("end_times") or most
    until = recurrence.get("end_date_time")
    last = datetime.fromisoformat(until) if until else None
    for wall in islice(_walls(first, recurrence), min(count, most)):
        at = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if last and at > last:
            return
        yield at


def _walls(first: datetime, recurrence: Mapping[str, Any]) -> Iterator[datetime]:
    return iter(
        rrule.rrule(
            _FREQUENCIES[recurrence["type"]],
            dtstart=first,
            interval=recurrence.get("repeat_interval", 1),
            wkst=rrule.SU,
            byweekday=_weekdays(recurrence),
            bymonthday=recurrence.get("monthly_day"),
        )
    )


def _weekdays(recurrence: Mapping[str, Any]) -> list[Any] | None:
    if recurrence["type"] == 2:  # noqa: PLR2004
        return [_DAYS[int(day) - 1] for day in recurrence["weekly_days"].split(",")]
    if "monthly_week" in recurrence:
        return [_DAYS[recurrence["monthly_week_day"] - 1](recurrence["monthly_week"])]
    return None


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
