"""Copies of an event on its guests' calendars: they follow the organizer's, and answers come back to it."""

from dataclasses import replace

from local.calendar.model.bodies import same_but
from local.calendar.model.calendar import Calendar
from local.calendar.model.event import Event
from local.calendar.model.times import Json
from local.calendar.model.units import put
from local.calendar.model.world import World

OWN = ("reminders", "colorId", "transparency", "visibility")
_ANSWER = ("responseStatus", "comment", "additionalGuests")
_STAMPS = ("updated", "created", "sequence")


def spread(world: World, calendar: Calendar, old: Event | None, new: Event) -> None:
    """Bring the other copies of an event in step with a copy that was just written."""
    if new.bare:
        return
    if new.organizer == calendar.id:
        _to_guests(world, calendar, old, new)
    elif old is not None:
        _to_organizer(world, calendar, old, new)


def _to_guests(world: World, calendar: Calendar, old: Event | None, new: Event) -> None:
    invited = {_address(person) for event in (old, new) if event for person in event.attendees}
    for email in sorted(invited - {calendar.id}):
        guest = world.calendars.get(email)
        if guest is not None:
            _to_guest(world, guest, new)


def _to_guest(world: World, guest: Calendar, event: Event) -> None:
    copy, person = guest.same(event), event.attendee(guest.id)
    if event.cancelled or person is None:
        if copy is not None and not copy.cancelled:
            _store(world, guest, copy, {**copy.body, "status": "cancelled"}, event)
        return
    if copy is not None and copy.cancelled and person.get("responseStatus") == "declined":
        return
    _store(world, guest, copy, _copied(event.body, copy.body if copy else {}), event)


def _copied(shared: Json, mine: Json) -> Json:
    body = {name: value for name, value in shared.items() if name not in (*OWN, "extendedProperties")}
    body |= {name: mine[name] for name in OWN if name in mine}
    properties = {
        kind: source.get("extendedProperties", {}).get(kind)
        for kind, source in (("private", mine), ("shared", shared))
    }
    kept = {kind: values for kind, values in properties.items() if values}
    body |= {"extendedProperties": kept} if kept else {}
    body.setdefault("reminders", {"useDefault": True})
    return body


def _store(world: World, calendar: Calendar, known: Event | None, body: Json, model: Event) -> None:
    if known is not None and same_but(known.body, body, but=_STAMPS):
        return
    event = replace(model, body=body, version_us=0)
    copy = put(world, calendar, [event])[0]
    if copy.cancelled:
        _exceptions_go(world, calendar, copy)
    elif known is None or known.cancelled:
        _exceptions_return(world, calendar, copy)


def _exceptions_go(world: World, guest: Calendar, master: Event) -> None:
    """Cancel a guest's exceptions with his series, even those whose organizer still counts him in."""
    if not world.lists_exceptions_of_deleted:
        return
    gone = [
        replace(exception, body=exception.body | {"status": "cancelled"}, with_series=True)
        for exception in guest.exceptions(master.id)
        if not exception.cancelled
    ]
    put(world, guest, gone)


def _exceptions_return(world: World, guest: Calendar, master: Event) -> None:
    """Tell all exceptions anew, the cancelled too: a read while the series was away showed none of them."""
    host = world.calendars.get(master.organizer or "")
    exceptions = guest.exceptions(master.id)
    put(world, guest, exceptions)
    for exception in exceptions:
        theirs = host.same(exception) if host else None
        if theirs is not None:
            _to_guest(world, guest, theirs)


def _to_organizer(world: World, guest: Calendar, old: Event, new: Event) -> None:
    host = world.calendars.get(new.organizer or "")
    event = host.same(new) if host else None
    answer = _answer(guest, old, new)
    if host is None or event is None or event.cancelled or not answer:
        return
    people = [person | answer if _address(person) == guest.id else person for person in event.attendees]
    if people == event.attendees:
        return
    own = event.own | ({"attendees": people} if event.master_id else {})
    answer_in = replace(event, body=event.body | {"attendees": people}, own=own)
    answered = put(world, host, [answer_in], touched=False)[0]
    _to_guests(world, host, event, answered)


def _answer(guest: Calendar, old: Event, new: Event) -> Json:
    """Return what a guest says of his coming; who deletes his copy does not come."""
    if new.cancelled and not old.cancelled:
        return {"responseStatus": "declined"}
    person = new.attendee(guest.id) or {}
    return {name: person[name] for name in _ANSWER if name in person}


def _address(person: Json) -> str:
    # An attendee may be told without an address.
    return str(person.get("email", "")).lower()
