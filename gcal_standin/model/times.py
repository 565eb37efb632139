"""Google's ways of writing a moment: RFC 3339 stamps, dates, and the `start`/`end` objects of an event.

A slot is where an event begins or ends: an aware datetime, or a date when the event lasts all day.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gcal_standin.model.errors import ApiError, invalid, required

Json = dict[str, Any]
Slot = datetime | date
Zone = tzinfo
# Beside names a zone may be a fixed offset, as calendars brought from elsewhere have it.
_FIXED = re.compile(r"^(?:GMT|UTC)(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>[0-5]\d)$")


@cache
def zone_of(name: str) -> Zone:
    """Return the zone of a name; its `str` is that name."""
    fixed = _FIXED.match(name)
    try:
        return _fixed(name, fixed) if fixed else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError) as error:
        raise invalid(f"Invalid time zone: {name}") from error


def _fixed(name: str, found: re.Match[str]) -> Zone:
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return timezone(-offset if found["sign"] == "-" else offset, name)


def stamp(us: int) -> str:
    """Write Unix microseconds as `updated` is written: to the millisecond."""
    moment = datetime.fromtimestamp(us // 1_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{us // 1000 % 1000:03d}Z"


def stamp_of_second(us: int) -> str:
    """Write Unix microseconds as `created` is written: the second, with three zeros."""
    return stamp(us // 1_000_000 * 1_000_000)


def parse_moment(text: str) -> datetime:
    """Read an RFC 3339 stamp with its mandatory offset, as the list filters want it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ApiError(400, "badRequest", "Bad Request") from error
    if "T" not in text.upper() or moment.tzinfo is None:
        raise ApiError(400, "badRequest", "Bad Request")
    return moment


def slot_of(when: Json, zone: Zone) -> Slot:
    """Read a stored `start` or `end`; `zone` is that of the calendar."""
    if "date" in when:
        return date.fromisoformat(when["date"])
    moment = datetime.fromisoformat(when["dateTime"])
    local = zone_of(when["timeZone"]) if when.get("timeZone") else zone
    return moment.replace(tzinfo=local) if moment.tzinfo is None else moment.astimezone(local)


def instant(slot: Slot, zone: Zone) -> datetime:
    """Place a slot on the time line, so that slots can be compared; a date begins at local midnight."""
    if isinstance(slot, datetime):
        return slot.astimezone(UTC)
    return datetime.combine(slot, time(), zone).astimezone(UTC)


def when_of(slot: Slot, time_zone: str | None) -> Json:
    """Write a slot as `start` or `end`."""
    if not isinstance(slot, datetime):
        return {"date": slot.isoformat()}
    when = {"dateTime": slot.isoformat(timespec="seconds").replace("+00:00", "Z")}
    return when | ({"timeZone": time_zone} if time_zone else {})


def shown_in(when: Json, zone: Zone) -> Json:
    """Rewrite `dateTime` with the offset of the reader's zone, as Google's answers have it."""
    if "dateTime" not in when:
        return when
    try:
        moment = slot_of(when, zone)
    except ValueError:  # an event put in unchecked is shown as it is
        return when
    if not isinstance(moment, datetime):
        return when
    return when | when_of(moment.astimezone(zone), when.get("timeZone"))


def check_times(body: Json, zone: Zone) -> None:
    """Refuse what Google refuses of `start` and `end`."""
    begin, finish = (_checked(body.get(name), name, zone) for name in ("start", "end"))
    if isinstance(begin, datetime) != isinstance(finish, datetime):
        raise invalid("Start and end times must either both be date or both be dateTime.")
    if instant(begin, zone) > instant(finish, zone):
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    timed = isinstance(begin, datetime)
    for name in ("start", "end"):
        if body.get("recurrence") and timed and not body[name].get("timeZone"):
            raise required(f"Missing time zone definition for {name} time.")


def _checked(when: Json | None, name: str, zone: Zone) -> Slot:
    if not when or not (when.get("date") or when.get("dateTime")):
        raise required(f"Missing {name} time.")
    if when.get("date") and when.get("dateTime"):
        raise invalid(f"Invalid {name} time.")
    if when.get("timeZone"):
        zone_of(when["timeZone"])
    try:
        if "dateTime" in when and "T" not in when["dateTime"].upper():
            raise invalid(f"Invalid {name} time.")
        naive = "dateTime" in when and datetime.fromisoformat(when["dateTime"]).tzinfo is None
        if naive and not when.get("timeZone"):
            raise required(f"Missing time zone definition for {name} time.")
        return slot_of(when, zone)
    except ValueError as error:
        raise invalid(f"Invalid {name} time.") from error


def plus(slot: Slot, length: timedelta, zone: Zone) -> Slot:
    """Add a length in absolute time, so that a meeting over a change of clocks keeps its length."""
    if not isinstance(slot, datetime):
        return slot + length
    return (slot.astimezone(UTC) + length).astimezone(slot.tzinfo or zone)
