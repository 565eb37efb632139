"""What a user does in Google's own pages and no call can: splitting a series; and odd events for tests."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from local.calendar.model import bodies
from local.calendar.model.calendar import Calendar
from local.calendar.model.editing import Editor, Options
from local.calendar.model.errors import not_found
from local.calendar.model.event import Event
from local.calendar.model.recurrence import check_recurrence, split_instance_id
from local.calendar.model.series import own_fields
from local.calendar.model.times import Json, Slot, instant, slot_of, stamp
from local.calendar.model.world import World

_CONFERENCES = Options(conference_version=1, attachments=True)


def put_raw(world: World, calendar: Calendar, body: Json) -> Event:
    """Store an event as it stands: the ones Google has and the API would not let in."""
    event_id = body.get("id") or world.new_id()
    version = world.version_after(calendar.stored(event_id))
    kept = {name: value for name, value in body.items() if name not in {"id", "kind", "etag"}}
    content = {"status": "confirmed", "updated": stamp(version)} | kept
    check_recurrence(content, calendar.zone)
    event = Event(id=event_id, body=content, version_ms=version)
    return calendar.store(replace(event, own=own_fields(calendar, event)))


def split_series(world: World, calendar: Calendar, instance_id: str, change: Json) -> Event:
    """Do "this and following": end the series before an instance, go on with a new one, `<base>_R<start>`."""
    split, instance = split_instance_id(instance_id), calendar.find(instance_id)
    master = calendar.stored(split[0]) if split else None
    if instance is None or master is None or not master.is_master:
        raise not_found()
    begin = slot_of(instance.body["originalStartTime"], calendar.zone)
    past = sum(1 for _ in calendar.series(master).originals(before=instant(begin, calendar.zone)))
    editor = Editor(world, calendar, calendar.settings.owner)
    if past == 0:
        return editor.patch(master.id, change, _CONFERENCES)  # from the first one on is the whole series
    tail_body = _tail(master, instance, past)
    editor.patch(master.id, {"recurrence": _ended(master.body["recurrence"], begin)}, _CONFERENCES)
    mark = f"{begin:%Y%m%dT%H%M%S}" if isinstance(begin, datetime) else f"{begin:%Y%m%d}"
    tail_id = f"{master.id.partition('_R')[0]}_R{mark}"
    return editor.create(tail_id, f"{tail_id}@google.com", bodies.merged(tail_body, change))


def _tail(master: Event, instance: Event, past: int) -> Json:
    body = bodies.writable(master.body, conference_version=1, attachments=True)
    lines = [_counted(line, past) for line in master.body["recurrence"]]
    times = {name: instance.body[name] for name in ("start", "end")}
    return {name: value for name, value in body.items() if name != "sequence"} | times | {"recurrence": lines}


def _counted(line: str, past: int) -> str:
    return re.sub(r"COUNT=(\d+)", lambda found: f"COUNT={int(found[1]) - past}", line)


def _ended(lines: list[str], begin: Slot) -> list[str]:
    if isinstance(begin, datetime):
        until = f"{begin.astimezone(UTC) - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
    else:
        until = f"{begin - timedelta(days=1):%Y%m%d}"
    return [_until(line, until) if line.startswith("RRULE") else line for line in lines]


def _until(line: str, until: str) -> str:
    kept = [part for part in line.split(";") if not part.startswith(("COUNT=", "UNTIL="))]
    return ";".join([*kept, f"UNTIL={until}"])
