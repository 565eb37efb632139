"""Reads single fields of a JSON object. One that is not what it should be raises `Odd`, which names it."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

Json = Mapping[str, object]


class Odd(Exception):
    """A field is missing or not what it should be; the text names it."""


def parsed(given: object, what: str, example: str = "") -> Json:
    """An object, from JSON text or bytes, or parsed already."""
    try:
        found = json.loads(given) if isinstance(given, bytes | str) else given
    except (ValueError, RecursionError):
        raise Odd(f"the {what} is not JSON") from None
    if not isinstance(found, Mapping):
        raise Odd(f"the {what} is not a JSON object{example}")
    return found


def moment(raw: Json, name: str) -> datetime | date:
    """A `start`, `end` or `originalStartTime`."""
    value = part(raw, name) or {}
    time, day = text(value, "dateTime", f"{name}.dateTime"), text(value, "date", f"{name}.date")
    try:
        return _zoned(datetime.fromisoformat(time), name) if time else date.fromisoformat(day)
    except (ValueError, OverflowError):
        raise Odd(f"{name} is neither a time nor a date") from None


def _zoned(when: datetime, name: str) -> datetime:
    if when.tzinfo is None:
        raise Odd(f"{name}.dateTime has no offset")
    when.astimezone(UTC)  # a year that UTC cannot hold is as unreadable as a broken text
    return when


def instant(raw: Json, name: str) -> datetime | None:
    value = text(raw, name)
    try:
        return _zoned(datetime.fromisoformat(value), name).astimezone(UTC) if value else None
    except (ValueError, OverflowError):
        raise Odd(f"{name} is not a time") from None


def text(raw: Json, name: str, shown: str = "") -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not _sound(value):
        raise Odd(f"{shown or name} is not a text")
    return value


def _sound(value: str) -> bool:
    """Half of a surrogate pair is valid JSON, but no text: it could be neither stored nor sent."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def required(raw: Json, name: str) -> str:
    value = text(raw, name)
    if not value:
        raise Odd(f"{name} is missing")
    return value


def address(value: str) -> str:
    """An e-mail address, or a calendar's id, which may be one: case does not count. What only looks like a
    letter of ASCII is none, so nothing else is lowered.
    """
    return value.lower() if value.isascii() else value


def limited(value: str, name: str, most: int) -> str:
    """Ids are stored, so their length has a limit. A longer one is not cut: it could not be looked up."""
    if len(value.encode()) > most:
        raise Odd(f"{name} is longer than {most} bytes")
    return value


def part(raw: Json, name: str, shown: str = "") -> Json | None:
    value = raw.get(name)
    if value is None or isinstance(value, Mapping):
        return value
    raise Odd(f"{shown or name} is not an object")


def parts(raw: Json, name: str, shown: str) -> list[Json]:
    value = raw.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise Odd(f"{shown} is not a list of objects")
    return value


def lines(raw: Json, name: str) -> tuple[str, ...]:
    value = raw.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) and _sound(item) for item in value):
        raise Odd(f"{name} is not a list of texts")
    return tuple(value)


def plainest(conference_id: str) -> str:
    """What any two spellings of one id have in common, whatever the system."""
    return re.sub("[ -]", "", conference_id).lstrip("0").casefold()
