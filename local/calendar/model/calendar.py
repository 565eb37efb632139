"""One calendar: its settings, its events in every version that a sync token may ask for, and its roles."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from local.calendar.model.event import Event
from local.calendar.model.recurrence import Series, instance_id, split_instance_id
from local.calendar.model.synclog import SyncLog
from local.calendar.model.times import Json, when_of, zone_of


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

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.fields["timeZone"])

    @property
    def primary(self) -> bool:
        return self.id == self.owner

    @property
    def etag(self) -> str:
        return f'"{self.version_ms * 2000}"'


class Calendar:
    def __init__(self, settings: Settings, on_store: Callable[["Calendar", Event], None]) -> None:
        self.settings = settings
        self._on_store = on_store
        self._events: dict[str, Event] = {}
        self._exceptions: dict[str, list[str]] = {}
        self._masters: dict[str, list[Event]] = {}
        self._uids: dict[str, str] = {}
        self.log = SyncLog()
        self.changed_ms = settings.version_ms

    @property
    def id(self) -> str:
        return self.settings.id

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.zone

    def __len__(self) -> int:
        return len(self._events)

    def events(self) -> Iterator[Event]:
        """Yield the newest version of each event, in an order that never changes."""
        return iter(self._events.values())

    def changed_since(self, position: int) -> list[Event]:
        return [self._events[event_id] for event_id in self.log.since(position)]

    def stored(self, event_id: str) -> Event | None:
        return self._events.get(event_id)

    def by_uid(self, uid: str) -> Event | None:
        """Return the single event or series with this iCalendar id."""
        found = self._uids.get(uid)
        return self._events[found] if found else None

    def exceptions(self, master_id: str) -> list[Event]:
        return [self._events[event_id] for event_id in self._exceptions.get(master_id, [])]

    def series(self, master: Event) -> Series:
        return Series(master.body, self.zone)

    def masters_since(self, master_id: str, position: int) -> list[Event]:
        """Return the version that a reader at `position` knows, and those after it."""
        versions = self._masters.get(master_id, [])
        known = bisect_right(versions, position, key=lambda event: event.position)
        return versions[max(known - 1, 0) :]

    def find(self, event_id: str) -> Event | None:
        """Return a stored event, or the instance of a series that this id names."""
        return self._events.get(event_id) or self._virtual(event_id)

    def instance(self, master: Event, event_id: str) -> Event | None:
        """Return what an instance would be had nobody edited it."""
        split = split_instance_id(event_id)
        if split is None or not master.is_master or not self.series(master).has(split[1]):
            return None
        body = self.series(master).instance(split[1]) | {"recurringEventId": master.id}
        return replace(master, id=event_id, body=body)

    def inherited(self, exception: Event) -> Json:
        """Return what an exception takes from its series, even when its occurrence is no longer in it."""
        master = self._events.get(exception.master_id or "")
        split = split_instance_id(exception.id)
        if master is None or not master.is_master or split is None:
            return {}
        return self.series(master).instance(split[1]) | {"recurringEventId": master.id}

    def store(self, event: Event, *, replayed: bool = False) -> Event:
        """Make this the event's newest version. All changes of events come through here."""
        known = self._events.get(event.id)
        position = self.log.restore(event.id, event.position if replayed else self.log.last + 1)
        event = replace(event, position=position)
        self._events[event.id] = event
        self.changed_ms = max(self.changed_ms, event.version_ms)
        self._index(event, known)
        if not replayed:
            self._on_store(self, event)
        return event

    def _index(self, event: Event, known: Event | None) -> None:
        if event.master_id and known is None:
            self._exceptions.setdefault(event.master_id, []).append(event.id)
        if event.is_master or event.id in self._masters:
            self._masters.setdefault(event.id, [known] if known else []).append(event)
        if not event.master_id and "iCalUID" in event.body:
            self._uids[event.body["iCalUID"]] = event.id

    def _virtual(self, event_id: str) -> Event | None:
        split = split_instance_id(event_id)
        master = self._events.get(split[0]) if split else None
        return self.instance(master, event_id) if master else None


def sparse(event: Event) -> Json:
    """Return all that Google tells of a deleted event: its id and, of an instance, its place."""
    kept = ("status", "recurringEventId", "originalStartTime")
    return {name: event.body[name] for name in kept if name in event.body} | {"status": "cancelled"}


def vanished(calendar: Calendar, event: Event, position: int) -> Iterator[Event]:
    """Yield tombstones for what a reader at `position` holds of an event, and what it no longer stands for.

    Only for a reader of single instances: a series that was shortened, deleted, or was a single event before.
    """
    gone = [version for version in calendar.masters_since(event.id, position)[:-1] if not version.cancelled]
    seen = set(_instance_ids(calendar, event))
    for version in gone:
        for event_id, place in _instance_ids(calendar, version).items():
            if event_id in seen or _speaks_for_itself(calendar, event, event_id, position):
                continue
            seen.add(event_id)
            yield Event(
                id=event_id,
                body=place,
                version_ms=event.version_ms,
                position=event.position,
            )


def _speaks_for_itself(calendar: Calendar, event: Event, event_id: str, position: int) -> bool:
    exception = calendar.stored(event_id) if event_id != event.id else None
    return exception is not None and (
        exception.cancelled or not event.cancelled or exception.position > position
    )


def _instance_ids(calendar: Calendar, event: Event) -> dict[str, Json]:
    """Return what a version shows to a reader of single instances, as the bodies of their tombstones."""
    if not event.is_master:
        return {event.id: {"status": "cancelled"}}
    if event.cancelled:
        return {}
    series, zone = calendar.series(event), event.body["start"].get("timeZone")
    return {
        instance_id(event.id, original): {
            "status": "cancelled",
            "recurringEventId": event.id,
            "originalStartTime": when_of(series.own(original), zone),
        }
        for original in series.originals()
    }
