"""What a user does in Google's own pages and no call can: splitting a series; and odd events for tests."""

from dataclasses import replace
from typing import Any

from gcal_standin.model import bodies
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.cutting import ended, remaining
from gcal_standin.model.editing import Editor, Options
from gcal_standin.model.errors import duplicate, invalid, not_found
from gcal_standin.model.event import Event
from gcal_standin.model.names import later_part_id
from gcal_standin.model.recurrence import check_recurrence
from gcal_standin.model.series import own_fields
from gcal_standin.model.times import Json, Slot, check_times, instant, slot_of
from gcal_standin.model.units import put
from gcal_standin.model.world import World
from gcal_standin.model.writing import write

_READERS = {"kind", "etag", "id", "htmlLink", "attendeesOmitted"}
_CONFERENCES = Options(conference_version=1, attachments=True)


def put_raw(world: World, calendar: Calendar, body: Json) -> Event:
    """Store an event as it stands: the ones Google has and the API would not let in."""
    event_id = body.get("id") or world.new_id()
    kept = {name: value for name, value in body.items() if name not in {"id", "kind", "etag"}}
    content = {"status": "confirmed"} | kept
    check_recurrence(content, calendar.zone)
    event = Event(id=event_id, body=content)
    event = replace(event, own=own_fields(calendar, event))
    return put(world, calendar, [event], touched="updated" not in content)[0]


def put_told(world: World, calendar: Calendar, resource: Json) -> Event:
    """Store an event as Google tells it, with the time that its etag has."""
    if not resource.get("id"):
        raise invalid("Missing id.")
    body = {name: _impartial(name, value) for name, value in resource.items() if name not in _READERS}
    body = {"status": "confirmed"} | body
    if body["status"] != "cancelled" or "start" in body:
        check_times(body, calendar.zone)
        check_recurrence(body, calendar.zone)
    etag = resource.get("etag", "").strip('"')
    version_us = int(etag) // 2 if etag.isdecimal() else calendar.next_version(world.clock)
    event = Event(id=resource["id"], body=body, version_us=version_us, edited_us=version_us)
    return calendar.store(replace(event, own=own_fields(calendar, event)))


def _impartial(name: str, value: Any) -> Any:
    """Return a field without what it says of who read it."""
    if name == "attendees":
        return [_impartial("attendee", person) for person in value]
    if name in {"creator", "organizer", "attendee"}:
        return {each: value[each] for each in value if each != "self"}
    return value


def split_series(world: World, calendar: Calendar, instance_id: str, change: Json) -> Event:
    """Do "this and following": end the series before a date, and return what goes on from there, changed.

    It is named after the series; where the change moves the hour, it has an id without relation to it.
    """
    master, begin = _cut(calendar, instance_id)
    if not _begins_before(calendar, master, begin):
        # From the first one on is the whole series.
        return Editor(world, calendar, calendar.settings.owner).patch(master.id, change, _CONFERENCES)
    tail = _tail(world, calendar, master, begin, change)
    if calendar.stored(tail.id):
        raise duplicate()
    return write(world, calendar, [(master, _head(calendar, master, begin)), (None, tail)])[1]


def end_series(world: World, calendar: Calendar, instance_id: str) -> None:
    """Delete "this and following": end the series before a date."""
    master, begin = _cut(calendar, instance_id)
    if _begins_before(calendar, master, begin):
        write(world, calendar, [(master, _head(calendar, master, begin))])
    else:
        Editor(world, calendar, calendar.settings.owner).delete(master.id, _CONFERENCES)


def _cut(calendar: Calendar, instance_id: str) -> tuple[Event, Slot]:
    """Return the series of an instance, and the instance's original start."""
    instance = calendar.find(instance_id)
    master = calendar.series_of(instance) if instance else None
    if instance is None or master is None or not master.is_master or instance.slot is None:
        raise not_found()
    return master, calendar.series(master).own(instance.slot)


def _begins_before(calendar: Calendar, master: Event, begin: Slot) -> bool:
    before = calendar.series(master).originals(before=instant(begin, calendar.zone))
    return next(before, None) is not None


def _head(calendar: Calendar, master: Event, begin: Slot) -> Event:
    lines = ended(master.body["recurrence"], begin, calendar.series(master).zone)
    return replace(master, body=master.body | {"recurrence": lines})


def _tail(world: World, calendar: Calendar, master: Event, begin: Slot, change: Json) -> Event:
    """Return the later part, made at the time its series was, with the texts and guests of the series."""
    series = calendar.series(master)
    first = series.instance(begin)
    times = {name: first[name] for name in ("start", "end")}
    known = master.body | times | {"recurrence": remaining(master.body["recurrence"], begin, series)}
    body = bodies.checked(bodies.merged(known, change), calendar.zone)
    moved = slot_of(body["start"], calendar.zone) != slot_of(first["start"], calendar.zone)
    tail_id = world.new_id() if moved else later_part_id(master.id, begin)
    own = {"iCalUID": f"{tail_id}@google.com", "sequence": master.body.get("sequence", 0) + moved}
    if "conferenceData" in change:
        body = bodies.conference_of(body)
    return Event(id=tail_id, body=body | own, opaque=world.opaque_instance_ids)
