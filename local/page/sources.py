"""Where what happens is found: the functions' logs, the calendars, the conference system, the pump.

All are looked at by one thread, again and again; each gives what is new since the last look.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from functions.adapters.queues import messages
from functions.adapters.queues.sqlite import Delivery
from functions.core.errors import BadRequest
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event
from gcal_standin.model.world import World
from local.conferences.rooms import Rooms
from local.page.observed import Called, Delivered, Edited, Logged
from local.page.words import change, clock, conference_of, is_organizers, slot, title


class LogFile:
    """One function's log. A function that starts again begins its file anew."""

    def __init__(self, function: str, path: Path) -> None:
        self._function = function
        self._path = path
        self._at = 0
        self._rest = b""

    def new(self) -> Iterator[Logged]:
        *lines, self._rest = (self._rest + self._more()).split(b"\n")
        for line in lines:
            yield from self._read(line)

    def _more(self) -> bytes:
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return b""
        if size < self._at:
            self._at, self._rest = 0, b""
        if size == self._at:
            return b""
        with self._path.open("rb") as log:
            log.seek(self._at)
            more = log.read()
        self._at += len(more)
        return more

    def _read(self, line: bytes) -> Iterator[Logged]:
        """What is not a line of ours, such as a traceback, is passed over."""
        try:
            said = json.loads(line)
            at = datetime.fromisoformat(said["time"])
            yield Logged(at=at, function=self._function, name=said["message"], fields=said)
        except (ValueError, KeyError, TypeError):
            return


class Calls:
    """What the conference system was told."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._seen = len(rooms.log())  # what an earlier run was told

    def new(self) -> Iterator[Called]:
        log = self._rooms.log()
        self._seen = min(self._seen, len(log))  # somebody may have cleared it
        lines, self._seen = log[self._seen :], len(log)
        for line in lines:
            if line["type"]:  # else its signature was wrong
                yield _called(line)


def _called(line: dict[str, Any]) -> Called:
    return Called(
        at=datetime.fromisoformat(line["at"]),
        id=line["id"],
        kind=line["type"],
        conference_id=line["conference_id"],
        status=line["status"],
        fault=line["fault"],
        repeat=line["repeat"],
    )


class Deliveries:
    """What the pump hands over; it says so in threads of its own."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Delivered] = SimpleQueue()

    def heard(self, delivery: Delivery, error: str | None) -> None:
        """`error` is None before the delivery, and empty after one that was acknowledged."""
        try:
            request = messages.decode(delivery.data)
        except BadRequest:
            return
        if error == "":
            return
        seen = Delivered(
            at=datetime.now(UTC),
            calendar_id=request.calendar_id,
            reason=str(request.reason),
            attempt=delivery.attempt,
            error=error or "",
        )
        self._queue.put(seen)

    def new(self) -> Iterator[Delivered]:
        while True:
            try:
                yield self._queue.get_nowait()
            except Empty:
                return


@dataclass(slots=True)
class _Change:
    calendar: Calendar
    before: Event | None
    after: Event


class Calendars:
    """What people, or anybody, did to events."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._positions: dict[str, int] = {}
        self._known: dict[tuple[str, object], Event] = {}
        self._changes()  # of an earlier run

    def new(self) -> Iterator[Edited]:
        changes = self._changes()
        groups: dict[tuple[str, str], list[_Change]] = {}
        for one in changes:
            groups.setdefault((one.calendar.id, _together(one)), []).append(one)
        for group in groups.values():
            yield from _edited(group)

    def _changes(self) -> list[_Change]:
        with self._world.lock:
            return [one for calendar in self._world.calendars.values() for one in self._of(calendar)]

    def _of(self, calendar: Calendar) -> Iterator[_Change]:
        position = self._positions.get(calendar.id, 0)
        if calendar.log.last == position:
            return
        self._positions[calendar.id] = calendar.log.last
        for event in calendar.changed_since(position):
            key = (calendar.id, event.key)
            yield _Change(calendar, self._known.get(key), event)
            self._known[key] = event


def _together(one: _Change) -> str:
    """Parts of a series that are made by one edit have one conference, or one series."""
    return _conference(one) or one.after.master_id or one.after.id


def _conference(one: _Change) -> str | None:
    return conference_of(one.after.body) or (conference_of(one.before.body) if one.before else None)


def _edited(group: list[_Change]) -> Iterator[Edited]:
    said = {one.after.id: _said(one) for one in group}
    if not any(said.values()):
        return
    edited = [one for one in group if said[one.after.id]]
    conferences = {each for one in edited if not _is_copy(one) for each in _conferences(one)}
    yield Edited(
        at=datetime.fromtimestamp(max(one.after.version_us for one in edited) / 1_000_000, UTC),
        calendar_id=group[0].calendar.id,
        events=frozenset(one.after.id for one in edited if not _is_copy(one)),
        conferences=frozenset(conferences),
        what=_split(edited) or "; ".join(dict.fromkeys(filter(None, said.values()))),
    )


def _said(one: _Change) -> str:
    """Nothing of an instance that went with its series."""
    if one.after.with_series or one.after.bare:
        return ""
    return change(one.before.body if one.before else None, one.after.body, one.calendar.id)


def _is_copy(one: _Change) -> bool:
    """Of a guest: what is done about the conference belongs to the organizer's event."""
    return not is_organizers(one.after.body, one.calendar.id)


def _split(edited: list[_Change]) -> str:
    """One edit that people know as "this and following"."""
    masters = [one for one in edited if one.after.is_master]
    later = [one for one in masters if one.before is None]
    if len(masters) < 2 or len(later) != 1:  # noqa: PLR2004 - the part that ends, and the one that begins
        return ""
    body = later[0].after.body
    return f"“{title(body)}” is split: this and following, {clock(slot(body['start']))}"


def _conferences(one: _Change) -> Iterator[str]:
    for event in (one.before, one.after):
        if event is not None and (found := conference_of(event.body)):
            yield found
