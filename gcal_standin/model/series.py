"""What a change of a series does to its exceptions: they inherit, they fall away, they come back."""

from collections.abc import Iterator
from dataclasses import replace

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event
from gcal_standin.model.times import Json
from gcal_standin.model.world import World

_NEVER_INHERITED = ("created", "updated", "sequence", "recurringEventId", "originalStartTime")


def own_fields(calendar: Calendar, exception: Event) -> Json:
    """Return what an exception has otherwise than its series; None where it lacks what the series has."""
    if exception.master_id is None:
        return {}
    inherited = _inherited(calendar, calendar.series_of(exception), exception)
    names = (exception.body.keys() | inherited.keys()) - set(_NEVER_INHERITED)
    return {
        name: exception.body.get(name) for name in names if exception.body.get(name) != inherited.get(name)
    }


def followed(world: World, calendar: Calendar, old: Event, master: Event) -> Iterator[tuple[Event, Event]]:
    """Yield the exceptions that a change of their series changes, before and after; nothing is stored.

    An event that was a series once still has the exceptions of then, so whether it recurs is not asked.
    """
    if master.cancelled and not world.lists_exceptions_of_deleted:
        return
    for exception in calendar.exceptions(master.id):
        after = _after(calendar, old, master, exception)
        if after is not None:
            yield exception, after


def _after(calendar: Calendar, old: Event, master: Event, exception: Event) -> Event | None:
    if old.cancelled and not master.cancelled:
        return _returned(calendar, master, exception)
    if master.cancelled:
        return None if exception.cancelled else _cancelled(exception, with_series=True)
    if not _is_date(calendar, master, exception):
        # Who keeps it is told that it left, though it was off before.
        told = exception.cancelled and not _is_date(calendar, old, exception)
        return None if told else _cancelled(exception)
    if exception.cancelled:
        return None
    body = _with_inherited(calendar, master, exception)
    return replace(exception, body=body) if body != exception.body else None


def _returned(calendar: Calendar, master: Event, exception: Event) -> Event:
    """Return the exception of a restored series; all are listed again: readers dropped them."""
    if exception.cancelled and not exception.with_series:
        return exception
    if not _is_date(calendar, master, exception):
        return _cancelled(exception)
    body = _with_inherited(calendar, master, exception)
    return replace(exception, body=body, with_series=False)


def _cancelled(exception: Event, *, with_series: bool = False) -> Event:
    return replace(exception, body=exception.body | {"status": "cancelled"}, with_series=with_series)


def _is_date(calendar: Calendar, master: Event, exception: Event) -> bool:
    slot = exception.slot
    return slot is not None and master.is_master and calendar.series(master).has(slot)


def _with_inherited(calendar: Calendar, master: Event, exception: Event) -> Json:
    body = _inherited(calendar, master, exception) | exception.own
    kept = {name: exception.body[name] for name in _NEVER_INHERITED if name in exception.body}
    return {name: value for name, value in body.items() if value is not None} | kept


def _inherited(calendar: Calendar, master: Event | None, exception: Event) -> Json:
    slot = exception.slot
    if master is None or not master.is_master or slot is None:
        return {}
    return calendar.inherited(master, slot)
