"""What a reader sees of an event: by their role and zone, and how little a tombstone shows."""

import base64
from dataclasses import dataclass
from typing import Any

from gcal_standin.model.event import Event
from gcal_standin.model.roles import at_least
from gcal_standin.model.times import Json, Zone, shown_in
from gcal_standin.model.tombstones import sparse

_PEOPLE = ("creator", "organizer")
_TIMES = ("start", "end", "originalStartTime")
_BUSY = ("status", "start", "end", "recurringEventId", "originalStartTime", "recurrence")
_PRIVATE = (
    *_BUSY, "created", "updated", "visibility", "iCalUID", "sequence", "eventType",
    "transparency",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    calendar_id: str
    role: str
    zone: Zone
    attendees_max: int | None = None

    def resource(self, event: Event) -> Json:
        body = sparse(event) if event.bare else self._permitted(event.body)
        body = {name: self._shown(name, value) for name, value in body.items()}
        if self.attendees_max is not None and len(body.get("attendees", [])) > self.attendees_max:
            body["attendees"] = [person for person in body["attendees"] if person.get("self")]
            body["attendeesOmitted"] = True
        linked = "start" in body and at_least(self.role, "reader")
        link = {"htmlLink": self._link(event.id)} if linked else {}
        return _head(event) | link | body

    def _link(self, event_id: str) -> str:
        eid = base64.b64encode(f"{event_id} {self.calendar_id}".encode()).decode().rstrip("=")
        return f"https://www.google.com/calendar/event?eid={eid}"

    def _permitted(self, body: Json) -> Json:
        if not at_least(self.role, "reader"):
            return {name: body[name] for name in _BUSY if name in body}
        hidden = body.get("visibility") in {"private", "confidential"} and not at_least(self.role, "writer")
        return {name: body[name] for name in _PRIVATE if name in body} if hidden else body

    def _shown(self, name: str, value: Any) -> object:
        if name in _TIMES:
            return shown_in(value, self.zone)
        if name in _PEOPLE:
            return self._person(value)
        if name == "attendees":
            return [self._person(person) for person in value]
        return value

    def _person(self, person: Json) -> Json:
        mine = person.get("email", "").lower() == self.calendar_id.lower()
        return person | {"self": True} if mine else person


def _head(event: Event) -> Json:
    return {"kind": "calendar#event", "etag": event.etag, "id": event.id}
