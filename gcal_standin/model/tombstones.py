"""How little is shown of what is gone: deleted events, cancelled instances, dates that left a series."""

from collections.abc import Iterator
from dataclasses import replace

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event, Key
from gcal_standin.model.times import Json

_PLACE = ("recurringEventId", "originalStartTime")


def sparse(event: Event) -> Json:
    """Return a deleted event's body: nothing, or the place in its series if it is an instance."""
    return {"status": "cancelled"} | {name: event.body[name] for name in _PLACE if name in event.body}


def listed(calendar: Calendar, event: Event, *, bare: bool, details: bool) -> Json:
    """Return the body of an event as a list shows it.

    A cancelled instance that is no longer a date of its series is shown by its id alone; with `bare` every
    cancelled instance is. `details` are shown of deleted events only, never of cancelled instances.
    """
    if not event.cancelled:
        return event.body
    if event.master_id is None:
        return event.body if details and not event.bare else sparse(event)
    return {"status": "cancelled"} if bare or left_its_series(calendar, event) else sparse(event)


def left_its_series(calendar: Calendar, exception: Event) -> bool:
    """Whether its series lives on without this date: it was shortened, or is no series any more."""
    master = calendar.series_of(exception)
    return master is not None and not master.cancelled and not calendar.has_date(exception)


def vanished(calendar: Calendar, event: Event, position: int) -> Iterator[Event]:
    """Yield tombstones for what a reader at `position` holds of an event, and what it no longer stands for.

    Only for a reader of single instances: a series that was shortened, deleted, or was a single event before.
    """
    gone = [shape for shape in calendar.masters_since(event.id, position)[:-1] if not shape.cancelled]
    if not gone:
        return
    seen = set(_shown(calendar, event))
    for shape in gone:
        for key, tombstone in _shown(calendar, shape).items():
            if key not in seen and not _speaks_for_itself(calendar, event, key, position):
                seen.add(key)
                yield tombstone


def _speaks_for_itself(calendar: Calendar, event: Event, key: Key, position: int) -> bool:
    exception = calendar.at(key) if key != event.key else None
    return exception is not None and (
        exception.cancelled or not event.cancelled or exception.position > position
    )


def _shown(calendar: Calendar, event: Event) -> dict[Key, Event]:
    """Return tombstones of what a version shows to a reader of single instances."""
    tombstone = replace(calendar.stored(event.id) or event, body={"status": "cancelled"})
    if not event.is_master:
        return {event.key: tombstone}
    if event.cancelled:
        return {}
    plain = (calendar.plain(event, original) for original in calendar.series(event).originals())
    return {each.key: replace(tombstone, id=each.id, body=sparse(each)) for each in plain}
