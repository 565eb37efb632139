"""events.move: another calendar becomes the organizer; the old one keeps a tombstone, or a guest's copy."""

from dataclasses import replace

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import ApiError, condition_not_met, deleted, duplicate, forbidden, not_found
from gcal_standin.model.event import Event
from gcal_standin.model.guests import spread
from gcal_standin.model.times import Json
from gcal_standin.model.tombstones import sparse
from gcal_standin.model.units import put
from gcal_standin.model.world import World


def move(
    world: World, source: Calendar, event_id: str, target: Calendar, if_match: str | None = None
) -> Event:
    """Return what Google answers: the source's copy as it was, but cancelled and organized by the target."""
    event = source.find(event_id)
    if event is None:
        raise not_found()
    if if_match not in (None, "*", event.etag):
        raise condition_not_met()
    _check(source, event, target)
    if target is source:
        return event
    moving = [event, *source.exceptions(event.id)]
    organizer = {"organizer": organizer_of(target)}
    arrived = put(world, target, [replace(each, body=each.body | organizer) for each in moving])
    put(world, source, [_left_behind(each) for each in moving if not _stays(source, each)])
    spread(world, target, zip(moving, arrived, strict=True))
    return replace(event, body=event.body | organizer | {"status": "cancelled"})


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


def _stays(source: Calendar, event: Event) -> bool:
    """Whether spreading turns it into a guest's copy."""
    return event.attendee(source.id) is not None and not event.cancelled


def _left_behind(event: Event) -> Event:
    return Event(id=event.id, body=sparse(event), bare=True)
