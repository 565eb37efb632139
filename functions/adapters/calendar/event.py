"""Reads an event as Calendar sends it: any JSON goes in, an `Event` or an `Unreadable` comes out.

No more is read of an event than is needed, so that odd fields do not matter elsewhere: of a foreign event
hardly anything, of a live event that carries our conference everything that is pushed.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.core import fields, hold, link
from functions.core.fields import Json
from functions.core.hold import named_instance
from functions.core.model import (
    CONFERENCE_ID_BYTES_MAX,
    EVENT_ID_BYTES_MAX,
    SOLUTION_CHARACTERS_MAX,
    Attendee,
    ConferenceKey,
    Event,
    EventRef,
    Instance,
    Meeting,
    Parties,
    Shown,
    Solution,
    Unreadable,
)
from functions.core.text import plain

ADDRESS_CHARACTERS_MAX = 320
CODES = ("passcode", "password", "pin", "accessCode", "meetingCode")


def read(
    raw: object, calendar_id: str, solutions: tuple[Solution, ...], user: str = ""
) -> Event | Unreadable:
    """The event in `raw`, as this user is shown it; one without an id gets an empty one."""
    if not isinstance(raw, Mapping):
        return Unreadable(ref=EventRef(calendar_id, ""), reason="the event is not an object")
    event = Event(ref=EventRef(calendar_id, ""), parties=_parties(raw, user))
    try:
        event = replace(event, ref=EventRef(calendar_id, _id(raw, "id")), etag=_etag(raw))
        event = replace(event, instance=_instance(raw, event.ref.event_id))
        if raw.get("status") == "cancelled":
            return replace(event, cancelled=True)
        found = _conferencing(raw)
        carries = _ours(found, solutions)
        event = replace(
            event,
            conference_id=carries.id if carries else found.id,
            carries=carries,
            solution=found.name[:SOLUTION_CHARACTERS_MAX],
            label=_label(found),
        )
        return _live(raw, event, found)
    except fields.Odd as odd:
        return Unreadable(
            ref=event.ref,
            reason=str(odd),
            parties=event.parties,
            instance=event.instance,
            carries=event.carries,
            solution=event.solution,
            label=event.label,
        )


def _parties(raw: Json, user: str) -> Parties:
    """Odd addresses are nobody's."""
    return Parties(user, *(_email(raw.get(name)) for name in ("organizer", "creator")))


def _email(person: object) -> str:
    email = person.get("email") if isinstance(person, Mapping) else None
    plain = isinstance(email, str) and email.isascii() and len(email) <= ADDRESS_CHARACTERS_MAX
    return fields.address(str(email)) if plain else ""


def _etag(raw: Json) -> str:
    """An odd one counts as none: that does not make the event unreadable."""
    etag = raw.get("etag")
    return etag if isinstance(etag, str) else ""


def _id(raw: Json, name: str) -> str:
    return fields.limited(fields.required(raw, name), name, EVENT_ID_BYTES_MAX)


def _live(raw: Json, event: Event, found: "_Conferencing") -> Event:
    organizer = fields.part(raw, "organizer")
    ordinary = raw.get("eventType") in (None, "default")
    own = organizer is None or organizer.get("self") is True
    if not (ordinary and own):
        return replace(event, ordinary=ordinary, organizers_copy=own)
    shown = _shown(raw, found) if event.carries else None
    return replace(
        event,
        created=fields.instant(raw, "created"),
        updated=fields.instant(raw, "updated"),
        meeting=_meeting(raw, event.ref.event_id, organizer, shown) if shown else None,
        shown=shown,
    )


def _shown(raw: Json, found: "_Conferencing") -> Shown:
    properties = fields.part(raw, "extendedProperties") or {}
    private = fields.part(properties, "private", "extendedProperties.private") or {}
    return Shown(
        uris=found.uris,
        codes=found.codes,
        location=fields.text(raw, "location"),
        description=fields.text(raw, "description"),
        written=fields.text(private, link.PROPERTY, f"extendedProperties.private.{link.PROPERTY}"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conferencing:
    id: str = ""
    name: str = ""
    uris: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def _conferencing(raw: Json) -> _Conferencing:
    """What `conferenceData` says; a link in a text never counts."""
    data = fields.part(raw, "conferenceData")
    conference_id = fields.text(data or {}, "conferenceId", "conferenceData.conferenceId")
    if data is None or not conference_id:
        return _Conferencing()
    named = fields.part(data, "conferenceSolution", "conferenceData.conferenceSolution") or {}
    points = fields.parts(data, "entryPoints", "conferenceData.entryPoints")
    return _Conferencing(
        id=conference_id,
        name=fields.text(named, "name", "conferenceData.conferenceSolution.name"),
        uris=tuple(fields.text(point, "uri", "conferenceData.entryPoints[].uri") for point in points),
        codes=tuple(_codes(points)),
    )


def _label(conferencing: _Conferencing) -> str:
    """The solution's name and host: the same id under another label is another conference."""
    hosts = sorted({uri.partition("://")[2].partition("/")[0] for uri in conferencing.uris})
    text = json.dumps([conferencing.name, hosts])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _codes(points: Sequence[Json]) -> Iterator[str]:
    """What people must enter to join; each system has a name of its own for it."""
    given = (point.get(name) for point in points for name in CODES)
    return (code for code in given if isinstance(code, str) and code)


def _ours(conferencing: _Conferencing, solutions: tuple[Solution, ...]) -> ConferenceKey | None:
    if not conferencing.id:
        return None
    matching = (one for one in solutions if one.matches(conferencing.name, conferencing.uris))
    solution = next(matching, None)
    if solution is None:
        return None
    fields.limited(conferencing.id, "conferenceData.conferenceId", CONFERENCE_ID_BYTES_MAX)
    canonical = solution.canonical(conferencing.id)
    if canonical is None:
        raise fields.Odd(f"conferenceData.conferenceId is no id of {solution.provider}")
    return ConferenceKey(solution.provider, canonical)


def _meeting(raw: Json, event_id: str, organizer: Json | None, shown: Shown) -> Meeting:
    start, end = fields.moment(raw, "start"), fields.moment(raw, "end")
    all_day = not isinstance(start, datetime)
    if all_day is isinstance(end, datetime):
        raise fields.Odd("start and end: one has a time of day, the other has none")
    return Meeting(
        id=event_id,
        title=fields.text(raw, "summary"),
        description=plain(link.own_description(shown.description)),
        location=link.own_location(shown.location, shown.written),
        start=start,
        end=end,
        time_zone=None if all_day else _time_zone(raw),
        all_day=all_day,
        recurrence=_recurrence(raw),
        organizer=fields.text(organizer or {}, "email", "organizer.email") or None,
        attendees=tuple(_attendees(raw)),
        updated=fields.instant(raw, "updated"),
    )


def _time_zone(raw: Json) -> str | None:
    """None if `start` names none: its offset says when it is, and a guessed zone could be wrong."""
    return fields.text(fields.part(raw, "start") or {}, "timeZone", "start.timeZone") or None


def _recurrence(raw: Json) -> tuple[str, ...]:
    """Rules first, all in a stable order: Calendar promises no order, and the order has no meaning."""
    lines = set(fields.lines(raw, "recurrence"))
    return tuple(sorted(lines, key=lambda line: (not line.startswith("RRULE"), line)))


def _attendees(raw: Json) -> list[Attendee]:
    """The people who are invited, each once, in a stable order: Calendar promises none. Rooms are not people,
    and somebody without an address cannot be named to a conference system.
    """
    people = [
        Attendee(
            email=fields.text(entry, "email", "attendees[].email"),
            response=fields.text(entry, "responseStatus", "attendees[].responseStatus") or "needsAction",
            optional=entry.get("optional") is True,
        )
        for entry in fields.parts(raw, "attendees", "attendees")
        if entry.get("resource") is not True
    ]
    people.sort(key=lambda one: (one.email.casefold(), one.response, one.optional, one.email))
    once: dict[str, Attendee] = {}
    for person in filter(lambda one: one.email, people):
        once.setdefault(person.email.casefold(), person)
    return list(once.values())


def _instance(raw: Json, event_id: str) -> Instance | None:
    """From the fields if they are there; a bare tombstone has only its id."""
    if not fields.text(raw, "recurringEventId"):
        return named_instance(event_id) if raw.get("status") == "cancelled" else None
    series_id = _id(raw, "recurringEventId")
    if fields.part(raw, "originalStartTime") is None:
        by_id = named_instance(event_id)
        return Instance(series_id=series_id, original_start=by_id.original_start if by_id else event_id)
    return Instance(series_id=series_id, original_start=hold.stamp(fields.moment(raw, "originalStartTime")))
