"""The methods of `calendarList`: the calendars in a user's list, what they made of each, and what changed."""

import json
from collections.abc import Callable

from gcal_standin.model import entries
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import (
    ApiError,
    condition_not_met,
    forbidden,
    invalid,
    not_found,
    required,
)
from gcal_standin.model.roles import at_least
from gcal_standin.model.times import Json
from gcal_standin.web import usertokens
from gcal_standin.web.call import NOTHING, Answer, Call, told
from gcal_standin.web.pages import Pages, Snapshot

_DEFAULT, _MAX = 100, 250
_FIELDS = ("summary", "description", "location", "timeZone")
_WITHOUT_TOKEN = ("minAccessRole", "showOwnOrganizationOnly")
_KIND = "calendar#calendarListEntry"


def get(call: Call) -> Answer:
    return told(_resource(call, _listed(call)))


def insert(call: Call) -> Answer:
    """Put a calendar into the list; one that is there already is changed as by a patch."""
    if not call.body.get("id"):
        raise required("Missing id.")
    calendar = call.world.calendar(call.body["id"], call.caller)
    if _role(call, calendar) == "none":
        raise not_found()
    given = {name: value for name, value in call.body.items() if name in entries.FIELDS}
    return _written(call, calendar, entries.patched(_known(call, calendar), given, rgb=_rgb(call)))


def patch(call: Call) -> Answer:
    calendar = _changeable(call)
    return _written(call, calendar, entries.patched(_known(call, calendar), call.body, rgb=_rgb(call)))


def update(call: Call) -> Answer:
    calendar = _changeable(call)
    return _written(call, calendar, entries.updated(_known(call, calendar), call.body, rgb=_rgb(call)))


def delete(call: Call) -> Answer:
    calendar = _listed(call)
    _check_match(call, calendar)
    if calendar.settings.owner == call.caller:
        raise forbidden(
            "cannotUnsubscribeFromOwnedCalendar",
            "The data owner of a calendar cannot remove such a calendar from their calendar list.",
        )
    call.world.put_entry(calendar, call.caller, {"deleted": True})
    return NOTHING


class CalendarLists:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def list(self, call: Call) -> Answer:
        names = ("minAccessRole", "showDeleted", "showHidden", "showOwnOrganizationOnly")
        key = json.dumps([call.caller, *(call.params.get(name) for name in names)])
        token = call.params.get("pageToken")
        snapshot = self._pages.resume(token, key) if token else _first(call, key)
        page, successor = self._pages.turn(snapshot, min(call.params.get("maxResults", _DEFAULT), _MAX))
        head: Json = {"kind": "calendar#calendarList", "etag": f'"p{snapshot.position:x}{snapshot.done:x}"'}
        end = (
            {"nextPageToken": successor}
            if successor
            else {"nextSyncToken": usertokens.made(call.world, snapshot.position)}
        )
        return told(head | end | {"items": page})


def position_of(call: Call) -> int | None:
    """Return where the reader stands whose sync token came with the call, None without one."""
    token = call.params.get("syncToken")
    if not token:
        return None
    hiding = any(call.params.get(name) is False for name in ("showDeleted", "showHidden"))
    if hiding or any(call.params.get(name) for name in _WITHOUT_TOKEN):
        raise ApiError(400, "invalid", "Sync token cannot be used with other request restrictions.")
    return usertokens.position_of(call.world, token, call.world.list_log.last)


def _first(call: Call, key: str) -> Snapshot[Json]:
    since = position_of(call)
    items = _all(call) if since is None else _changed(call, since)
    return Snapshot(key=key, items=items, position=call.world.list_log.last)


def _all(call: Call) -> list[Json]:
    items = [_resource(call, calendar) for calendar in _shown(call, _wanted(call))]
    if call.params.get("showDeleted"):
        items += [_gone(each.id, each.settings.etag) for each in _left(call)]
    return items


def _changed(call: Call, since: int) -> list[Json]:
    """Return what came to the list, changed there or went; what is hidden is among it."""
    changed = dict.fromkeys(name for name, user in call.world.list_log.since(since) if user == call.caller)
    there = {calendar.id: calendar for calendar in _shown(call, lambda _: True)}
    came = [_resource(call, calendar) for name, calendar in there.items() if name in changed]
    return came + [_gone(name, '"0"') for name in sorted(changed.keys() - there.keys())]


def _shown(call: Call, wanted: Callable[[Calendar], bool]) -> list[Calendar]:
    listed = call.world.calendars_of(call.caller)
    return [each for each in listed if _role(call, each) != "none" and wanted(each)]


def _wanted(call: Call) -> Callable[[Calendar], bool]:
    needed, hidden = call.params.get("minAccessRole", "none"), call.params.get("showHidden", False)
    domain = call.caller.partition("@")[2] if call.params.get("showOwnOrganizationOnly") else ""

    def wanted(calendar: Calendar) -> bool:
        if not at_least(_role(call, calendar), needed) or not calendar.settings.owner.endswith(domain):
            return False
        return hidden or not _known(call, calendar).get("hidden")

    return wanted


def _left(call: Call) -> list[Calendar]:
    """Return the calendars that the user took out of their list."""
    calendars = call.world.calendars.values()
    return [each for each in calendars if each.settings.entries.get(call.caller, {}).get("deleted")]


def _gone(calendar_id: str, etag: str) -> Json:
    return {"kind": _KIND, "etag": etag, "id": calendar_id, "deleted": True}


def _role(call: Call, calendar: Calendar) -> str:
    return call.role(calendar, call.caller)


def _rgb(call: Call) -> bool:
    return bool(call.params.get("colorRgbFormat"))


def _listed(call: Call) -> Calendar:
    calendar = call.world.calendar(call.params["calendarId"], call.caller)
    if not calendar.settings.listed_by(call.caller) or _role(call, calendar) == "none":
        raise not_found()
    return calendar


def _changeable(call: Call) -> Calendar:
    if call.params["calendarId"] == "primary":
        raise invalid("Invalid resource id value.")  # as recorded: writing takes no other name
    calendar = _listed(call)
    _check_match(call, calendar)
    return calendar


def _check_match(call: Call, calendar: Calendar) -> None:
    if call.if_match not in (None, "*", _etag(call, calendar)):
        raise condition_not_met()


def _known(call: Call, calendar: Calendar) -> Json:
    return entries.entry(calendar.settings, call.caller)


def _written(call: Call, calendar: Calendar, entry: Json) -> Answer:
    """Store what differs from before; what changes nothing is no change."""
    listed = calendar.settings.listed_by(call.caller)
    if not listed or entries.shown(entry) != entries.shown(_known(call, calendar)):
        call.world.put_entry(calendar, call.caller, entry)
    return told(_resource(call, calendar))


def _etag(call: Call, calendar: Calendar) -> str:
    version_ms = calendar.settings.entries.get(call.caller, {}).get("version_ms", 0)
    return f'"{max(version_ms, calendar.settings.version_ms) * 2000}"'


def _resource(call: Call, calendar: Calendar) -> Json:
    settings, role = calendar.settings, _role(call, calendar)
    own = entries.shown(_known(call, calendar))
    reminders = own["defaultReminders"] if at_least(role, "reader") else []
    return {
        "kind": _KIND,
        "etag": _etag(call, calendar),
        "id": settings.id,
        **{name: settings.fields[name] for name in _FIELDS if name in settings.fields},
        **({} if settings.primary else {"dataOwner": settings.owner}),
        **own,
        "accessRole": role,
        "defaultReminders": reminders,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
        **({"primary": True} if settings.id == call.caller else {}),
    }
