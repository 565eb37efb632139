"""events.move: another calendar becomes the organizer; the old one keeps a tombstone, or a guest's copy."""

from dataclasses import replace

from local.calendar.model.calendar import Calendar
from local.calendar.model.errors import ApiError, deleted, duplicate, forbidden, not_found
from local.calendar.model.event import Event
from local.calendar.model.guests import spread
from local.calendar.model.times import Json, stamp
from local.calendar.model.world import World


def move(world: World, source: Calendar, event_id: str, target: Calendar) -> Event:
    event = source.find(event_id)
    if event is None:
        raise not_found()
    _check(source, event, target)
    if target is source:
        return event
    exceptions = source.exceptions(event.id)
    moved = _arrive(world, target, event)
    _leave(world, source, event)
    spread(world, target, event, moved)
    for exception in exceptions:
        arrived = _arrive(world, target, exception)
        _leave(world, source, exception)
        spread(world, target, exception, arrived)
    return moved


def organizer_of(calendar: Calendar) -> Json:
    settings = calendar.settings
    named = {} if settings.primary else {"displayName": settings.fields["summary"]}
    return {"email": settings.id} | named


def _check(source: Calendar, event: Event, target: Calendar) -> None:
    if event.master_id:
        raise ApiError(
            400,
            "cannotChangeOrganizerOfInstance",
            "Cannot change the organizer of an instance.",
            domain="calendar",
        )
    if event.cancelled:
        raise deleted()
    if event.type != "default":
        raise ApiError(400, "eventTypeRestriction", "Only default events can be moved.", domain="calendar")
    if event.organizer != source.id:
        raise forbidden("forbiddenForNonOrganizer", "Only the organizer's copy of an event can be moved.")
    there = target.stored(event.id)
    if target is not source and there is not None and not there.cancelled and there.organizer != source.id:
        raise duplicate()


def _arrive(world: World, target: Calendar, event: Event) -> Event:
    version = world.version_after(target.stored(event.id) or event)
    body = event.body | {"organizer": organizer_of(target), "updated": stamp(version)}
    return target.store(replace(event, body=body, version_ms=version))


def _leave(world: World, source: Calendar, event: Event) -> None:
    if event.attendee(source.id) is not None and not event.cancelled:
        return  # spreading turns it into a guest's copy
    body = {
        name: event.body[name] for name in ("recurringEventId", "originalStartTime") if name in event.body
    }
    version = world.version_after(event)
    source.store(Event(id=event.id, body={"status": "cancelled"} | body, version_ms=version, bare=True))
