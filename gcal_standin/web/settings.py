"""The methods of `settings`: what the user chose in Calendar's pages, and what of it changed."""

from gcal_standin.model.calendar import Settings
from gcal_standin.model.errors import not_found
from gcal_standin.model.preferences import AT_FIRST, preference
from gcal_standin.model.times import Json
from gcal_standin.web import usertokens
from gcal_standin.web.call import Answer, Call, told
from gcal_standin.web.pages import Pages, Snapshot

_DEFAULT, _MAX = 100, 250


def get(call: Call) -> Answer:
    if call.params["setting"] not in AT_FIRST:
        raise not_found()
    return told(_resource(call, call.params["setting"]))


class SettingsList:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def __call__(self, call: Call) -> Answer:
        key, token = f"settings {call.caller}", call.params.get("pageToken")
        snapshot = self._pages.resume(token, key) if token else _first(call, key)
        page, successor = self._pages.turn(snapshot, min(call.params.get("maxResults", _DEFAULT), _MAX))
        head: Json = {"kind": "calendar#settings", "etag": f'"p3{snapshot.position:x}o"', "items": page}
        end = {"nextSyncToken": usertokens.made(call.world, snapshot.position)}
        return told(head | ({"nextPageToken": successor} if successor else end))


def position_of(call: Call) -> int | None:
    """Return the time that the sync token of a call stands for, None without one."""
    token = call.params.get("syncToken")
    return usertokens.position_of(call.world, token, max(_times(call).values())) if token else None


def _first(call: Call, key: str) -> Snapshot[Json]:
    since, times = position_of(call), _times(call)
    items = [_resource(call, name) for name, us in times.items() if since is None or us > since]
    return Snapshot(key=key, items=items, position=max(times.values()))


def _times(call: Call) -> dict[str, int]:
    return {name: preference(_settings(call), name)[1] for name in AT_FIRST}


def _settings(call: Call) -> Settings:
    return call.world.calendar(call.caller, call.caller).settings


def _resource(call: Call, name: str) -> Json:
    value, us = preference(_settings(call), name)
    return {"kind": "calendar#setting", "etag": f'"{us}"', "id": name, "value": value}
