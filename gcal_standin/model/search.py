"""The filters of events.list that look inside an event."""

from collections.abc import Iterator
from typing import Any

from gcal_standin.model.event import Event


def matches(
    event: Event, *, text: str | None, uid: str | None, private: tuple[str, ...], shared: tuple[str, ...]
) -> bool:
    if uid is not None and event.body.get("iCalUID") != uid:
        return False
    if not (_has(event, "private", private) and _has(event, "shared", shared)):
        return False
    words = (text or "").lower().split()
    if not words:
        return True
    haystack = "\n".join(_texts(event)).lower()
    return all(word in haystack for word in words)


def _has(event: Event, kind: str, constraints: tuple[str, ...]) -> bool:
    found = event.body.get("extendedProperties", {}).get(kind, {})
    return all(found.get(name) == value for name, _, value in (c.partition("=") for c in constraints))


def _texts(event: Event) -> Iterator[str]:
    body = event.body
    yield from (str(body[name]) for name in ("summary", "description", "location") if name in body)
    for person in [body.get("organizer", {}), *event.attendees]:
        yield from (person[name] for name in ("displayName", "email") if name in person)
    yield from _strings(body.get("workingLocationProperties", {}))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value
