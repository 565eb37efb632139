"""The methods of `calendarList`: the calendars in a user's list, and what changed in it."""

import json

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import ApiError, full_sync_required, not_found
from gcal_standin.model.roles import at_least
from gcal_standin.model.times import Json
from gcal_standin.web.call import Answer, Call, told
from gcal_standin.web.pages import Pages, Snapshot

_DEFAULT, _MAX = 100, 250
_FIELDS = ("summary", "description", "location", "timeZone")


def get(call: Call) -> Answer:
    return told(_entry(call, call.calendar()))


class CalendarLists:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def list(self, call: Call) -> Answer:
        key = json.dumps([call.caller, call.params.get("minAccessRole"), call.params.get("showDeleted")])
        token = call.params.get("pageToken")
        snapshot = self._pages.resume(token, key) if token else _first(call, key)
        page, successor = self._pages.turn(snapshot, min(call.params.get("maxResults", _DEFAULT), _MAX))
        head: Json = {"kind": "calendar#calendarList", "etag": f'"p{snapshot.position:x}{snapshot.done:x}"'}
        end = (
            {"nextPageToken": successor} if successor else {"nextSyncToken": _token(call, snapshot.position)}
        )
        return told(head | end | {"items": page})


def _first(call: Call, key: str) -> Snapshot[Json]:
    world, needed = call.world, call.params.get("minAccessRole", "none")
    since = _position(call)
    changed = None if since is None else set(world.list_log.since(since))
    entries = [
        _entry(call, calendar)
        for calendar in world.calendars_of(call.caller)
        if (changed is None or calendar.id in changed) and at_least(call.role(calendar), needed)
    ]
    gone = (changed or set()) - {calendar.id for calendar in world.calendars_of(call.caller)}
    entries += [
        {"kind": "calendar#calendarListEntry", "etag": '"0"', "id": calendar_id, "deleted": True}
        for calendar_id in sorted(gone)
    ]
    return Snapshot(key=key, items=entries, position=world.list_log.last)


def _token(call: Call, position: int) -> str:
    return f"{call.world.list_epoch}.{position}"


def _position(call: Call) -> int | None:
    token = call.params.get("syncToken")
    if not token:
        return None
    if call.params.get("minAccessRole"):
        raise ApiError(400, "invalid", "Sync token cannot be used with other request restrictions.")
    epoch, _, position = token.partition(".")
    if not (epoch.isdecimal() and position.isdecimal()):
        raise ApiError(400, "invalid", "Invalid sync token value.")
    if int(epoch) != call.world.list_epoch or int(position) > call.world.list_log.last:
        raise full_sync_required()
    return int(position)


def _entry(call: Call, calendar: Calendar) -> Json:
    role, settings = call.role(calendar), calendar.settings
    if role == "none":
        raise not_found()
    entry = {
        "kind": "calendar#calendarListEntry",
        "etag": settings.etag,
        "id": settings.id,
        **{name: settings.fields[name] for name in _FIELDS if name in settings.fields},
        **({} if settings.primary else {"dataOwner": settings.owner}),
        "colorId": "14",
        "backgroundColor": "#9fe1e7",
        "foregroundColor": "#000000",
        "selected": True,
        "accessRole": role,
        "defaultReminders": [{"method": "popup", "minutes": 10}] if at_least(role, "reader") else [],
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }
    return entry | ({"primary": True} if settings.id == call.caller else {})
