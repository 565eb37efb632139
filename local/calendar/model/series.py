"""What a change of a series does to its exceptions: they inherit, they fall away, they come back."""

from collections.abc import Iterator
from dataclasses import replace

from local.calendar.model.calendar import Calendar
from local.calendar.model.event import Event
from local.calendar.model.recurrence import split_instance_id
from local.calendar.model.times import Json, stamp
from local.calendar.model.world import World

_NEVER_INHERITED = ("created", "updated", "sequence", "recurringEventId", "originalStartTime")


def own_fields(calendar: Calendar, exception: Event) -> Json:
    """Return what an exception has otherwise than its series; None where it lacks what the series has."""
    if exception.master_id is None:
        return {}
    inherited = calendar.inherited(exception)
    names = (exception.body.keys() | inherited.keys()) - set(_NEVER_INHERITED)
    return {
        name: exception.body.get(name) for name in names if exception.body.get(name) != inherited.get(name)
    }


def follow_series(
    world: World, calendar: Calendar, old: Event, master: Event
) -> Iterator[tuple[Event, Event]]:
    """Bring the exceptions in step with their series; yield each that changed, before and after.

    An event that was a series once still has the exceptions of then, so whether it recurs is not asked.
    """
    if master.cancelled and not world.lists_exceptions_of_deleted:
        return
    for exception in calendar.exceptions(master.id):
        after = _followed(calendar, old, master, exception)
        if after is not None:
            version = world.version_after(exception)
            body = after.body | {"updated": stamp(version)}
            yield exception, calendar.store(replace(after, body=body, version_ms=version))


def _followed(calendar: Calendar, old: Event, master: Event, exception: Event) -> Event | None:
    if old.cancelled and not master.cancelled:
        return _returned(calendar, master, exception)
    if exception.cancelled:
        return None
    if master.cancelled:
        return replace(exception, body=exception.body | {"status": "cancelled"}, with_series=True)
    if not _belongs(calendar, master, exception):
        return replace(exception, body=exception.body | {"status": "cancelled"})
    body = _inherited(calendar, exception)
    return replace(exception, body=body) if body != exception.body else None


def _returned(calendar: Calendar, master: Event, exception: Event) -> Event:
    """Return the exception of a restored series; all are told anew: a reader dropped them with the series."""
    if exception.cancelled and not exception.with_series:
        return exception
    if not _belongs(calendar, master, exception):
        return replace(exception, body=exception.body | {"status": "cancelled"}, with_series=False)
    return replace(exception, body=_inherited(calendar, exception), with_series=False)


def _belongs(calendar: Calendar, master: Event, exception: Event) -> bool:
    split = split_instance_id(exception.id)
    return split is not None and master.is_master and calendar.series(master).has(split[1])


def _inherited(calendar: Calendar, exception: Event) -> Json:
    body = calendar.inherited(exception) | exception.own
    kept = {name: exception.body[name] for name in _NEVER_INHERITED if name in exception.body}
    return {name: value for name, value in body.items() if value is not None} | kept
