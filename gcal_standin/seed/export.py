"""Writes a world as the lines of a seed that makes the same again."""

import json
from collections.abc import Iterator

from gcal_standin.model import entries
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import ApiError
from gcal_standin.model.event import Event
from gcal_standin.model.preferences import ZONE
from gcal_standin.model.times import Json, check_times
from gcal_standin.model.world import World
from gcal_standin.seed import shapes


def text(world: World) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in told(world))


def told(world: World) -> Iterator[Json]:
    """Yield users, then calendars, then events; what was moved to another calendar is only told there."""
    calendars = list(world.calendars.values())
    yield from (_user(each) for each in calendars if each.settings.primary)
    yield from (_calendar(each) for each in calendars)
    for calendar in calendars:
        # A series before its exceptions, else as they last changed.
        events = sorted(calendar.events(), key=lambda event: (event.master_id is not None, event.position))
        yield from (_event(calendar, event) for event in events if not event.bare)


def _user(calendar: Calendar) -> Json:
    settings = calendar.settings
    chosen = {name: each["value"] for name, each in settings.preferences.items() if name != ZONE}
    line = {"user": settings.id, "timeZone": settings.fields["timeZone"]}
    return line | ({"settings": chosen} if chosen else {})


def _calendar(calendar: Calendar) -> Json:
    settings = calendar.settings
    own = f"user:{settings.owner}"
    rules = [
        {"role": each["role"], "scope": each["scope"]}
        for each in settings.rules.values()
        if each["id"] != own
    ]
    lists = {user: _entry(entry) for user, entry in settings.entries.items()}
    return (
        {"calendar": settings.id, "owner": settings.owner}
        | settings.fields
        | ({} if settings.watchable else {"watchable": False})
        | ({"acl": rules} if rules else {})
        | ({"entries": lists} if lists else {})
    )


def _entry(entry: Json) -> Json:
    return {name: value for name, value in entry.items() if name in (*entries.FIELDS, "deleted")}


def _event(calendar: Calendar, event: Event) -> Json:
    body = {"kind": "calendar#event", "etag": event.etag, "id": event.id} | event.body
    return {"event": body, "in": calendar.id} | ({} if _readable(calendar, event) else {"unchecked": True})


def _readable(calendar: Calendar, event: Event) -> bool:
    """Whether it is as a seed wants it; an event that was put in unchecked may be anything."""
    if any(True for _ in shapes.faults("Event", event.body, "event")):
        return False
    try:
        check_times(event.body, calendar.zone)
    except (ApiError, AttributeError, TypeError):
        return event.cancelled and "start" not in event.body
    return True
