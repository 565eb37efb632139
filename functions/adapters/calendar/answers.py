"""What Calendar's good answers say. If an answer lacks what it must have, or has it as another type, that is
passing trouble: a page of another system, or a cut answer, does not mean an empty calendar or a write.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.core.errors import RetryLater
from functions.core.model import Channel, Event, Unreadable
from functions.ports import Page


def named(answer: object) -> Mapping[str, Any]:
    """A resource: it must have an id."""
    found = _mapping(answer)
    _text(found, "id")
    return found


def nothing(answer: object) -> None:
    """An answer that must be empty."""
    if answer:
        raise _unclear("nothing was expected")


def page(answer: object, read: Callable[[object], Event | Unreadable]) -> Page:
    """`accessRole` is always there if asked for; without it, hidden details would look like removed ones."""
    found = _mapping(answer)
    return Page(
        events=[read(item) for item in _items(found)],
        next_page=_text_or_none(found, "nextPageToken"),
        next_token=_text_or_none(found, "nextSyncToken"),
        access_role=_text(found, "accessRole"),
    )


def role(answer: object) -> str:
    return _text(_mapping(answer), "accessRole")


def shown(answer: object) -> bool:
    """Whether a list has any items. An empty list may leave them out, but not the list's kind."""
    found = _mapping(answer)
    _text(found, "kind")
    return bool(_items(found))


def channel(answer: object, ttl: int) -> Channel:
    """It expires when Calendar says (in milliseconds); if Calendar does not, after the `ttl` in seconds."""
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
    """A text that can be stored and sent: JSON may hold half a character."""
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
