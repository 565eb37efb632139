"""What Calendar's good answers say. One that lacks what it must have, or has it as another type, is passing
trouble: a page of another system, or a cut answer, is no empty calendar and no written event.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.core.errors import RetryLater
from functions.core.model import Channel, Event, Unreadable
from functions.ports import Page


def named(answer: object) -> Mapping[str, Any]:
    """A resource; each has an id."""
    found = _mapping(answer)
    _text(found, "id")
    return found


def nothing(answer: object) -> None:
    """Of what is answered without a word."""
    if answer:
        raise _unclear("nothing was expected")


def page(answer: object, read: Callable[[object], Event | Unreadable]) -> Page:
    """`accessRole` is asked for and always given; without it hidden details would pass for removed ones."""
    found = _mapping(answer)
    return Page(
        events=[read(item) for item in _items(found)],
        next_page=_text_or_none(found, "nextPageToken"),
        next_token=_text_or_none(found, "nextSyncToken"),
        access_role=_text(found, "accessRole"),
    )


def shown(answer: object) -> bool:
    """Whether a list has anything in it. An empty one may leave out its items, but not what it is."""
    found = _mapping(answer)
    _text(found, "kind")
    return bool(_items(found))


def channel(answer: object, ttl: int) -> Channel:
    """What was granted counts, in milliseconds; where Calendar names no time, the `ttl` seconds asked for."""
    found = _mapping(answer)
    given = found.get("expiration")
    expires_at = datetime.now(UTC) + timedelta(seconds=ttl) if given is None else _time(given)
    return Channel(id=_text(found, "id"), resource_id=_text(found, "resourceId"), expires_at=expires_at)


def _mapping(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping):
        raise _unclear("no object")
    return answer


def _items(found: Mapping[str, Any]) -> list[Any]:
    items = found.get("items", [])
    if not isinstance(items, list):
        raise _unclear("items")
    return items


def _text(found: Mapping[str, Any], name: str) -> str:
    """One that can be stored and sent: JSON may hold half a character."""
    value = found.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise _unclear(name)
    return value


def _text_or_none(found: Mapping[str, Any], name: str) -> str | None:
    return None if name not in found else _text(found, name)


def _time(given: object) -> datetime:
    """A text of milliseconds, by Calendar's description an int64."""
    try:
        if isinstance(given, str | int):
            return datetime.fromtimestamp(int(given) / 1_000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _unclear("expiration") from error
    raise _unclear("expiration")


def _unclear(what: str) -> RetryLater:
    return RetryLater(f"Calendar's answer cannot be understood: {what}")
