"""What a change may do to an event: who may make it, what it resets, what it counts as."""

from gcal_standin.model import bodies
from gcal_standin.model.errors import ApiError, forbidden, invalid
from gcal_standin.model.event import Event
from gcal_standin.model.times import Json, Zone, slot_of

_ORGANIZERS_ONLY = {
    "anyoneCanAddSelf": False,
    "guestsCanInviteOthers": True,
    "guestsCanModify": False,
    "guestsCanSeeOtherGuests": True,
}
_MOVES = ("start", "end")


def replaced(old: Event, content: Json, *, conference: bool, attachments: bool) -> Json:
    """Return the body of a PUT: what it omits is reset, but for what no caller may set."""
    kept = {name for name in bodies.READ_ONLY if name in old.body and name != "hangoutLink"}
    if not conference:
        kept |= {"conferenceData", "hangoutLink"}
    if not attachments:
        kept.add("attachments")
    defaults = {"status": "confirmed", "reminders": reminders_of(content), "eventType": old.type}
    sequence = {"sequence": old.body.get("sequence", 0)}
    return defaults | sequence | {name: old.body[name] for name in kept if name in old.body} | content


def reminders_of(content: Json) -> Json:
    """Return the reminders if a caller asked for none: those of the calendar, but none for a whole day."""
    return {"useDefault": "date" not in content.get("start", {})}


def check_rights(calendar_id: str, old: Event, body: Json) -> None:
    if body.get("eventType", "default") != old.type:
        raise ApiError(400, "eventTypeRestriction", "The event type cannot be changed.", domain="calendar")
    if old.organizer == calendar_id:
        return
    for name, default in _ORGANIZERS_ONLY.items():
        if body.get(name, default) != old.body.get(name, default):
            raise forbidden(
                "forbiddenForNonOrganizer",
                "Shared properties can only be changed by the organizer of the event.",
            )


def sequenced(old: Event, body: Json) -> Json:
    was, given = old.body.get("sequence", 0), body.get("sequence", 0)
    if given < was:
        raise invalid(
            "Invalid sequence value. The specified sequence number is below"
            " the current sequence number of the resource."
        )
    moved = any(body.get(name) != old.body.get(name) for name in _MOVES)
    return body | {"sequence": given + 1 if moved and given == was else given}


def unmoved(old: Event, body: Json, zone: Zone) -> Json:
    """Return the body with the times as they were written before, where they are the same times."""
    same = {name for name in _MOVES if name in old.body and _same_time(old.body[name], body[name], zone)}
    return body | {name: old.body[name] for name in same}


def _same_time(one: Json, other: Json, zone: Zone) -> bool:
    try:
        return one.get("timeZone") == other.get("timeZone") and slot_of(one, zone) == slot_of(other, zone)
    except (KeyError, ValueError):  # an event put in unchecked
        return False


def marked(body: Json) -> Json:
    """Return the body with the organizer marked among its attendees, as Google does."""
    if "attendees" not in body:
        return body
    organizer = body.get("organizer", {}).get("email")
    people = [
        {name: value for name, value in person.items() if name != "organizer"}
        | ({"organizer": True} if person.get("email") == organizer else {})
        for person in body["attendees"]
    ]
    return body | {"attendees": people}
