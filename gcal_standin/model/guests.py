"""Copies of an event on its guests' calendars: they follow the organizer's, and answers come back to it."""

from collections.abc import Iterable
from dataclasses import replace

from gcal_standin.model.bodies import same_but
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event, Key
from gcal_standin.model.series import followed
from gcal_standin.model.times import Json
from gcal_standin.model.units import put
from gcal_standin.model.world import World

Change = tuple[Event | None, Event]  # before, None of a new event; and after
OWN = ("reminders", "colorId", "transparency", "visibility")
_ANSWER = ("responseStatus", "comment", "additionalGuests")
_STAMPS = ("updated", "created", "sequence")


def spread(world: World, calendar: Calendar, changes: Iterable[Change]) -> None:
    """Bring the other copies of events in step with those just written, each calendar at one time."""
    batches: dict[str, list[Event]] = {}
    for old, new in changes:
        if new.organizer == calendar.id and not new.bare:
            for email in _invited(old, new) - {calendar.id}:
                batches.setdefault(email, []).append(new)
        elif old is not None and not new.bare:
            _to_organizer(world, calendar, old, new)
    for email in sorted(batches.keys() & world.calendars.keys()):
        _to_guest(world, world.calendars[email], batches[email])


def _invited(old: Event | None, new: Event) -> set[str]:
    return {_address(person) for event in (old, new) if event for person in event.attendees}


def _to_guest(world: World, guest: Calendar, events: Iterable[Event]) -> None:
    copies: dict[Key, Event] = {}
    back = []
    for event in events:
        known = guest.same(event)
        copy = _copy(guest, known, event)
        if copy is None:
            continue
        gone = [after for _, after in followed(world, guest, known, copy) if after.cancelled] if known else []
        copies |= {each.key: each for each in (copy, *gone)}
        if not copy.cancelled and (known is None or known.cancelled):
            back.append(copy)
    put(world, guest, list(copies.values()))
    for copy in back:
        _exceptions_return(world, guest, copy)


def _copy(guest: Calendar, known: Event | None, event: Event) -> Event | None:
    """Return a guest's next copy of an event; None if nothing changes for them."""
    person = event.attendee(guest.id)
    off = known is None or known.cancelled
    if event.cancelled or person is None:
        return None if known is None or off else replace(event, body=known.body | {"status": "cancelled"})
    if known is not None and off and person.get("responseStatus") == "declined":
        return None
    body = _copied(event.body, known.body if known else {})
    same = known is not None and same_but(known.body, body, but=_STAMPS)
    return None if same else replace(event, body=body)


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


def _exceptions_return(world: World, guest: Calendar, master: Event) -> None:
    """List all exceptions again, the cancelled too: a read while the series was away showed none of them."""
    host = world.calendars.get(master.organizer or "")
    exceptions = guest.exceptions(master.id)
    put(world, guest, exceptions)
    theirs = [host.same(exception) for exception in exceptions] if host else []
    _to_guest(world, guest, [event for event in theirs if event])


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
    spread(world, host, [(event, answered)])


def _answer(guest: Calendar, old: Event, new: Event) -> Json:
    """Return what a guest answers; a guest who deletes the copy does not come."""
    if new.cancelled and not old.cancelled:
        return {"responseStatus": "declined"}
    person = new.attendee(guest.id) or {}
    return {name: person[name] for name in _ANSWER if name in person}


def _address(person: Json) -> str:
    # An attendee may be told without an address.
    return str(person.get("email", "")).lower()
