"""One calendar: its settings, its events in every version that a sync token may ask for, and its roles."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from gcal_standin.model.clock import Clock
from gcal_standin.model.event import Event, Key
from gcal_standin.model.names import (
    instance_id,
    opaque_instance_id,
    parse_instance_id,
    slot_name,
    unit_of,
)
from gcal_standin.model.recurrence import Series
from gcal_standin.model.synclog import SyncLog
from gcal_standin.model.timeindex import TimeIndex
from gcal_standin.model.times import Json, Slot, Zone, instant, slot_of, zone_of

# What a reader of single instances knows a series by.
_SHAPE = ("status", "start", "end", "recurrence")


@dataclass(kw_only=True)
class Settings:
    """What a calendar is, apart from its events."""

    id: str
    owner: str
    fields: Json  # summary, description, location, timeZone, as the Calendar resource has them
    rules: dict[str, Json]  # access rules by id, as the AclRule resource has them
    version_ms: int
    sync_epoch: int = 0  # tokens of another epoch are no longer valid
    watchable: bool = True
    entries: dict[str, Json] = field(default_factory=dict)  # what users made of it in their lists, by user
    listed_at: int = 0  # when lists last changed by it: a place in their log
    preferences: dict[str, Json] = field(default_factory=dict)  # a primary calendar's user's, by their ids

    @property
    def zone(self) -> Zone:
        return zone_of(self.fields["timeZone"])

    @property
    def primary(self) -> bool:
        return self.id == self.owner

    @property
    def etag(self) -> str:
        return f'"{self.version_ms * 2000}"'

    def listed_by(self, user: str) -> bool:
        """Whether it is in a user's list: as they chose, else if they own it or it was shared with them."""
        if user in self.entries:
            return not self.entries[user].get("deleted")
        rule = self.rules.get(f"user:{user}", {"role": "none"})
        return user == self.owner or rule["role"] != "none"

    def listers(self) -> set[str]:
        """Return the users who have it in their lists."""
        named = {
            rule["scope"].get("value") for rule in self.rules.values() if rule["scope"]["type"] == "user"
        }
        return {user for user in {self.owner, *named, *self.entries} if user and self.listed_by(user)}


class Calendar:
    def __init__(self, settings: Settings, on_store: Callable[["Calendar", Event], None]) -> None:
        self.settings = settings
        self._on_store = on_store
        self._events: dict[Key, Event] = {}
        self._exceptions: dict[str, list[Key]] = {}  # by the id of their series
        self._named: dict[str, list[Key]] = {}  # exceptions by their own id
        self._parts: dict[str, list[str]] = {}  # ids of series by their unit, the oldest first
        self._opaque: dict[str, tuple[str, Slot]] = {}  # what the opaque ids mean that were given out
        self._masters: dict[str, list[Event]] = {}
        self._uids: dict[str, str] = {}
        self._times: TimeIndex[Key] = TimeIndex()
        self.log: SyncLog[Key] = SyncLog()
        self.changed_us = 0

    @property
    def id(self) -> str:
        return self.settings.id

    @property
    def zone(self) -> Zone:
        return self.settings.zone

    def __len__(self) -> int:
        return len(self._events)

    def next_version(self, clock: Clock) -> int:
        """Return the time of a change in microseconds: now, but later than the last, so that etags differ."""
        return max(clock.now_us(), self.changed_us + 1)

    def events(self) -> Iterator[Event]:
        """Yield the newest version of each event, in an order that never changes."""
        return iter(self._events.values())

    def around(self, low: datetime | None, high: datetime | None) -> Iterator[Event]:
        """Yield what may lie in a window; the cost is that of the weeks it touches, not of the calendar."""
        return (self._events[key] for key in self._times.between(low, high))

    def span(self, event: Event) -> tuple[datetime, datetime] | None:
        """Return begin and end; None of a bare tombstone, and of an event put in without readable times."""
        try:
            begin, finish = (slot_of(event.body[name], self.zone) for name in ("start", "end"))
        except (KeyError, ValueError):
            return None
        return instant(begin, self.zone), instant(finish, self.zone)

    def changed_since(self, position: int) -> list[Event]:
        return [self._events[key] for key in self.log.since(position)]

    def at(self, key: Key) -> Event | None:
        return self._events.get(key)

    def stored(self, event_id: str) -> Event | None:
        """Return the stored event that an id means; of several exceptions the one that is still a date."""
        if event_id in self._events:
            return self._events[event_id]
        named = [self._events[key] for key in self._named.get(event_id, ())]
        return max(named, key=lambda event: (self.has_date(event), event.position), default=None)

    def by_uid(self, uid: str) -> Event | None:
        """Return the single event or series with this iCalendar id."""
        found = self._uids.get(uid)
        return self._events[found] if found else None

    def exceptions(self, master_id: str) -> list[Event]:
        return [self._events[key] for key in self._exceptions.get(master_id, [])]

    def parts(self, unit: str) -> list[Event]:
        """Return what a series was split into, the oldest first; deleted parts among them."""
        return [self._events[series_id] for series_id in self._parts.get(unit, [])]

    def series_of(self, exception: Event) -> Event | None:
        return self._events.get(exception.master_id) if exception.master_id else None

    def series(self, master: Event) -> Series:
        return Series(master.body, self.zone)

    def has_date(self, exception: Event) -> bool:
        """Whether an exception's original start is a date of its series, as that is now."""
        master, slot = self.series_of(exception), exception.slot
        return master is not None and slot is not None and master.is_master and self.series(master).has(slot)

    def masters_since(self, master_id: str, position: int) -> list[Event]:
        """Return the shape that a reader at `position` knows a series by, and those after it."""
        versions = self._masters.get(master_id, [])
        known = bisect_right(versions, position, key=lambda event: event.position)
        return versions[max(known - 1, 0) :]

    def find(self, event_id: str) -> Event | None:
        """Return a stored event, or the instance of a series that this id means now."""
        if event_id in self._events:
            return self._events[event_id]
        dates = (self.date(master, slot) for master, slot in self._meanings(event_id))
        return next((found for found in dates if found), None) or self.stored(event_id)

    def same(self, event: Event) -> Event | None:
        """Return what this calendar has of an event of another calendar."""
        master, slot = self.series_of(event), event.slot
        known = self._events.get(event.key)
        return known or (self.date(master, slot) if master and slot is not None else None)

    def date(self, master: Event, original: Slot) -> Event | None:
        """Return a date of a series, as somebody edited it or as the series has it; None if it is none."""
        if not master.is_master or not self.series(master).has(original):
            return None
        return self._events.get((master.id, slot_name(original))) or self.plain(master, original)

    def plain(self, master: Event, original: Slot) -> Event:
        """Return what an instance is as long as nobody edits it."""
        body = self.inherited(master, original)
        return replace(master, id=self.instance_id(master, original), body=body, opaque=False)

    def inherited(self, master: Event, original: Slot) -> Json:
        """Return what an instance takes from its series, be it a date of it or not."""
        return self.series(master).instance(original) | {"recurringEventId": master.id}

    def instance_id(self, master: Event, original: Slot) -> str:
        if not master.opaque:
            return instance_id(master.id, original)
        made = opaque_instance_id(master.id, original)
        self._opaque[made] = (master.id, original)
        return made

    def store(self, event: Event, *, replayed: bool = False) -> Event:
        """Make this the event's newest version. All changes of events come through here."""
        known = self._events.get(event.key)
        position = self.log.restore(event.key, event.position if replayed else self.log.last + 1)
        event = replace(event, position=position)
        self._events[event.key] = event
        self.changed_us = max(self.changed_us, event.version_us)
        self._index(event, known)
        if not replayed:
            self._on_store(self, event)
        return event

    def reindex(self) -> None:
        """Find again when all events are: days begin at another hour in another zone."""
        for event in self._events.values():
            self._place(event)

    def _meanings(self, event_id: str) -> Iterator[tuple[Event, Slot]]:
        """Yield what an id may mean: the latest part of a series first, deleted ones last."""
        parsed = parse_instance_id(event_id)
        parts = self.parts(parsed[0]) if parsed else []
        found = [(part.id, parsed[1]) for part in reversed(parts) if parsed and not part.opaque]
        if event_id in self._opaque:
            found.append(self._opaque[event_id])
        named = [self._events[key] for key in self._named.get(event_id, ())]
        found += [(event.master_id or "", event.slot) for event in named if event.slot is not None]
        masters = [(self._events.get(series_id), slot) for series_id, slot in found]
        for cancelled in (False, True):
            for master, slot in masters:
                if master is not None and master.cancelled is cancelled:
                    yield master, slot

    def _index(self, event: Event, known: Event | None) -> None:
        if event.master_id and known is None:
            self._exceptions.setdefault(event.master_id, []).append(event.key)
        if event.master_id and (known is None or known.id != event.id):
            self._named.setdefault(event.id, []).append(event.key)
        if known is None or _reshaped(known, event):
            self._place(event)
        if event.is_master or event.id in self._masters:
            self._index_series(event, known)
        if not event.master_id and "iCalUID" in event.body:
            self._uids[event.body["iCalUID"]] = event.id

    def _place(self, event: Event) -> None:
        self._times.put(event.key, self.series(event).bounds() if event.is_master else self.span(event))

    def _index_series(self, event: Event, known: Event | None) -> None:
        parts = self._parts.setdefault(unit_of(event.id), [])
        if event.id not in parts:
            parts.append(event.id)
        shapes = self._masters.setdefault(event.id, [known] if known else [])
        if not shapes or _reshaped(shapes[-1], event):
            shapes.append(event)


def _reshaped(one: Event, other: Event) -> bool:
    return any(one.body.get(name) != other.body.get(name) for name in _SHAPE)
