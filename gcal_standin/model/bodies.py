"""From what a caller sends to what is stored: fields they may not set, defaults, merging, and refusals."""

import re
from collections.abc import Mapping
from typing import Any

from gcal_standin.model import conference
from gcal_standin.model.errors import invalid, required
from gcal_standin.model.limits import check_fields, within_limits
from gcal_standin.model.recurrence import check_recurrence
from gcal_standin.model.times import Json, Zone, check_times

READ_ONLY = (
    "kind", "etag", "id", "htmlLink", "created", "updated", "creator", "organizer", "hangoutLink",
    "iCalUID", "recurringEventId", "originalStartTime", "locked", "privateCopy", "attendeesOmitted",
    "endTimeUnspecified",
)  # fmt: skip
_ANSWERS = ("needsAction", "declined", "tentative", "accepted")
_EVENT_ID = re.compile(r"^[a-v0-9]{5,1024}$")


def writable(body: Json, *, conference_version: int, attachments: bool) -> Json:
    """Return the part of a caller's body that may be stored; what this call does not support is ignored."""
    ignored = {*READ_ONLY}
    if conference_version == 0:
        ignored.add("conferenceData")
    if not attachments:
        ignored.add("attachments")
    return {name: value for name, value in body.items() if name not in ignored}


def merged(old: Any, change: Any) -> Any:
    """Apply patch semantics: objects are merged, arrays overwritten whole, null removes."""
    if not isinstance(change, dict):
        return change
    base = old if isinstance(old, dict) else {}
    result = {name: value for name, value in base.items() if name not in change}
    for name, value in change.items():
        if value is not None:
            # A conference is one thing: parts of the old one must not shine through in the new.
            result[name] = value if name == "conferenceData" else merged(base.get(name), value)
    return result


def without_nulls(body: Any) -> Any:
    return merged({}, body)


def checked(body: Json, zone: Zone) -> Json:
    """Return a complete body as it is stored, or raise what Google answers."""
    check_times(body, zone)
    body = body | {name: _with_zone(body[name], zone) for name in ("start", "end")}
    check_fields(body)
    check_recurrence(body, zone)
    if "extendedProperties" in body:
        body["extendedProperties"] = within_limits(body["extendedProperties"])
    if body.get("attendees"):
        body["attendees"] = [_attendee(person) for person in body["attendees"]]
    return {name: value for name, value in body.items() if value not in ([], {})}


def conference_of(body: Json) -> Json:
    """Return the body with its conference as Google stores it."""
    if "conferenceData" not in body:
        return {name: value for name, value in body.items() if name != "hangoutLink"}
    data = conference.accepted(body["conferenceData"])
    meet = data["conferenceSolution"].get("key", {}).get("type") == "hangoutsMeet"
    link = {"hangoutLink": data["entryPoints"][0]["uri"]} if meet else {}
    return (
        {name: value for name, value in body.items() if name != "hangoutLink"}
        | {"conferenceData": data}
        | link
    )


def check_id(event_id: str) -> None:
    if not _EVENT_ID.match(event_id):
        raise invalid("Invalid resource id value.")


def same_but(one: Mapping[str, Any], other: Mapping[str, Any], *, but: tuple[str, ...]) -> bool:
    names = (one.keys() | other.keys()) - set(but)
    return all(one.get(name) == other.get(name) for name in names)


def _with_zone(when: Json, zone: Zone) -> Json:
    return when if "date" in when or when.get("timeZone") else when | {"timeZone": str(zone)}


def _attendee(person: Json) -> Json:
    if not person.get("email"):
        raise required("Missing attendee email.")
    if person.get("responseStatus", "needsAction") not in _ANSWERS:
        raise invalid("Invalid value for: responseStatus")
    kept = {name: value for name, value in person.items() if name not in {"self", "organizer", "id"}}
    return {"responseStatus": "needsAction"} | kept
