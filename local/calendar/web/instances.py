"""`events.instances`: the occurrences of one series, the edited ones among them."""

import json
from datetime import datetime

from local.calendar.model.calendar import Calendar
from local.calendar.model.errors import invalid, not_found
from local.calendar.model.event import Event
from local.calendar.model.listing import Query, instances, overlaps
from local.calendar.model.times import Json, instant, slot_of
from local.calendar.web.call import Answer, Call, told
from local.calendar.web.eventlist import PAGE_DEFAULT, PAGE_MAX, head
from local.calendar.web.pages import Pages, Snapshot


class Instances:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def __call__(self, call: Call) -> Answer:
        calendar = call.calendar("reader")
        key = json.dumps(
            [calendar.id, *(str(call.params.get(name)) for name in ("eventId", "timeMin", "timeMax"))]
        )
        token = call.params.get("pageToken")
        snapshot = self._pages.resume(token, key) if token else _first(call, calendar, key)
        size = min(call.params.get("maxResults", PAGE_DEFAULT), PAGE_MAX)
        page, successor = self._pages.turn(snapshot, size)
        reader = call.reader(calendar)
        content: Json = head(call, calendar, snapshot) | {"items": [reader.resource(event) for event in page]}
        return told(content | ({"nextPageToken": successor} if successor else {}))


def _first(call: Call, calendar: Calendar, key: str) -> Snapshot[Event]:
    master = calendar.stored(call.params["eventId"])
    if master is None:
        raise not_found()
    if not master.is_master:
        raise invalid("Not a recurring event.")
    query = Query(
        show_deleted=call.params.get("showDeleted", False),
        time_min=call.moment("timeMin"),
        time_max=call.moment("timeMax"),
    )
    found = [*instances(calendar, master, query.time_min, query.time_max), *_edited(calendar, master, query)]
    if call.params.get("originalStart"):
        wanted = _original(call.params["originalStart"], calendar)
        found = [event for event in found if _start(event, calendar) == wanted]
    shown = [event for event in found if query.show_deleted or not event.cancelled]
    shown.sort(key=lambda event: _start(event, calendar))
    return Snapshot(key=key, items=shown, position=calendar.log.last)


def _edited(calendar: Calendar, master: Event, query: Query) -> list[Event]:
    return [event for event in calendar.exceptions(master.id) if overlaps(calendar, event, query)]


def _start(event: Event, calendar: Calendar) -> datetime:
    return instant(slot_of(event.body["originalStartTime"], calendar.zone), calendar.zone)


def _original(text: str, calendar: Calendar) -> datetime:
    try:
        return instant(slot_of({"dateTime" if "T" in text else "date": text}, calendar.zone), calendar.zone)
    except ValueError as error:
        raise invalid("Invalid value for: originalStart") from error
