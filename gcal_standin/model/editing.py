"""The calls that write one event: insert, import, update, patch, delete."""

import base64
from dataclasses import dataclass, replace

from gcal_standin.model import bodies
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.changes import check_rights, marked, reminders_of, replaced, sequenced, unmoved
from gcal_standin.model.errors import (
    ApiError,
    condition_not_met,
    deleted,
    duplicate,
    not_found,
    required,
)
from gcal_standin.model.event import Event
from gcal_standin.model.guests import OWN
from gcal_standin.model.moving import organizer_of
from gcal_standin.model.series import own_fields
from gcal_standin.model.times import Json, stamp_of_second
from gcal_standin.model.world import World
from gcal_standin.model.writing import write


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the caller knows of, and the version that they mean."""

    conference_version: int = 0
    attachments: bool = False
    if_match: str | None = None


class Editor:
    """Writes to one calendar in the name of one caller."""

    def __init__(self, world: World, calendar: Calendar, caller: str) -> None:
        self._world = world
        self._calendar = calendar
        self._caller = caller

    def insert(self, body: Json, options: Options) -> Event:
        event_id = body.get("id") or self._world.new_id()
        bodies.check_id(event_id)
        uid = body.get("iCalUID") or f"{event_id}@google.com"
        same = self._calendar.by_uid(uid)
        if self._calendar.stored(event_id) or (same is not None and not same.cancelled):
            raise duplicate()
        content = self._content(bodies.without_nulls(body), options)
        return self.create(event_id, uid, content)

    def import_(self, body: Json, options: Options) -> Event:
        """Store a private copy of an event of another system; the same iCalUID again updates it."""
        uid = body.get("iCalUID")
        if not uid:
            raise required("Missing iCalUID.")
        if body.get("eventType", "default") != "default":
            raise ApiError(
                400, "eventTypeRestriction", "Only default events can be imported.", domain="calendar"
            )
        content = self._content(bodies.without_nulls(body), options)
        known = self._calendar.by_uid(uid)
        if known is not None:
            return self._write(known, replaced(known, content, conference=True, attachments=True), options)
        letters = base64.b32hexencode(uid.encode()).decode().rstrip("=").lower()
        return self.create("_" + letters, uid, content, body.get("organizer"))

    def update(self, event_id: str, body: Json, options: Options) -> Event:
        old = self._found(event_id, options)
        content = self._content(bodies.without_nulls(body), options)
        return self._write(old, self._reset(old, content, options), options)

    def patch(self, event_id: str, body: Json, options: Options) -> Event:
        old = self._found(event_id, options)
        change = bodies.writable(
            body, conference_version=options.conference_version, attachments=options.attachments
        )
        return self._write(old, bodies.merged(old.body, change), options)

    def delete(self, event_id: str, options: Options) -> None:
        old = self._found(event_id, options)
        if old.cancelled:
            raise deleted()
        self._store(old, {**old.body, "status": "cancelled"})

    def _found(self, event_id: str, options: Options) -> Event:
        event = self._calendar.find(event_id)
        if event is None:
            raise not_found()
        if options.if_match not in (None, "*", event.etag):
            raise condition_not_met()
        return event

    def _content(self, body: Json, options: Options) -> Json:
        content = bodies.writable(
            body, conference_version=options.conference_version, attachments=options.attachments
        )
        return bodies.conference_of(content) if "conferenceData" in content else content

    def create(self, event_id: str, uid: str, content: Json, organizer: Json | None = None) -> Event:
        body = {
            "status": "confirmed",
            "created": stamp_of_second(self._calendar.next_version(self._world.clock)),
            "creator": {"email": self._caller},
            "organizer": {
                name: value
                for name, value in (organizer or organizer_of(self._calendar)).items()
                if name != "self"
            },
            "iCalUID": uid,
            "sequence": 0,
            "reminders": reminders_of(content),
            "eventType": "default",
        } | bodies.checked(content, self._calendar.zone)
        event = Event(id=event_id, body=marked(body), opaque=self._world.opaque_instance_ids)
        return write(self._world, self._calendar, [(None, event)])[0]

    def _reset(self, old: Event, content: Json, options: Options) -> Json:
        conference = options.conference_version == 1
        return replaced(old, content, conference=conference, attachments=options.attachments)

    def _write(self, old: Event, body: Json, options: Options) -> Event:
        if old.bare:
            raise not_found()  # it lives on another calendar now
        host = self._host(old)
        if host is not None:
            return self._on_behalf(host, old, body, options)
        check_rights(self._calendar.id, old, body)
        if old.master_id:
            body = {name: value for name, value in body.items() if name != "recurrence"}
        body = unmoved(old, bodies.checked(body, self._calendar.zone), self._calendar.zone)
        if "conferenceData" not in body or body["conferenceData"] != old.body.get("conferenceData"):
            body = bodies.conference_of(body)
        return self._store(old, sequenced(old, marked(body)))

    def _on_behalf(self, host: "Editor", copy: Event, body: Json, options: Options) -> Event:
        """Write a guest's change to the organizer's event, and to the copy what is the guest's own."""
        theirs = host.same(copy)
        if theirs is None:
            raise not_found()
        changed = {
            name: body.get(name)
            for name in body.keys() | copy.body.keys()
            if body.get(name) != copy.body.get(name)
        }
        own = {name: value for name, value in changed.items() if name in (*OWN, "extendedProperties")}
        shared = {name: value for name, value in changed.items() if name not in own}
        host._write(theirs, bodies.merged(theirs.body, shared), options)  # noqa: SLF001 - another of its kind
        followed = self.same(copy) or copy
        return self._store(followed, bodies.merged(followed.body, own)) if own else followed

    def same(self, event: Event) -> Event | None:
        return self._calendar.same(event)

    def _host(self, old: Event) -> "Editor | None":
        host = self._world.calendars.get(old.organizer or "")
        if host is None or host is self._calendar or not old.body.get("guestsCanModify"):
            return None
        return Editor(self._world, host, self._caller)

    def _store(self, old: Event, body: Json) -> Event:
        """Store what differs from before; what changes nothing is no change."""
        if body == old.body:
            return old
        only_reminders = bodies.same_but(old.body, body, but=("reminders",))
        event = replace(old, body=body, with_series=False)
        event = replace(event, own=own_fields(self._calendar, event))
        return write(self._world, self._calendar, [(old, event)], touched=not only_reminders)[0]
