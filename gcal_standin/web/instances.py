"""`events.instances`: the occurrences of one series, the edited ones among them."""

from datetime import UTC, datetime, time

from gcal_standin.model import tokens
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import invalid, not_found
from gcal_standin.model.event import Event
from gcal_standin.model.listing import Query, instances, overlaps
from gcal_standin.model.times import Json, parse_moment
from gcal_standin.web.call import Answer, Call, told
from gcal_standin.web.eventlist import PAGE_DEFAULT, PAGE_MAX, head, read_key
from gcal_standin.web.pages import Pages, Snapshot


class Instances:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def __call__(self, call: Call) -> Answer:
        calendar = call.calendar("reader")
        key = read_key(call, calendar)
        token = call.params.get("pageToken")
        snapshot = self._pages.resume(token, key) if token else _first(call, calendar, key)
        size = min(call.params.get("maxResults", PAGE_DEFAULT), PAGE_MAX)
        rows, successor = self._pages.turn(snapshot, size)
        reader = call.reader(calendar)
        content: Json = head(call, calendar, snapshot) | {
            "items": [reader.resource(event) for event in rows if event is not None]
        }
        end = tokens.make(calendar, snapshot.position, call.params)
        return told(content | ({"nextPageToken": successor} if successor else {"nextSyncToken": end}))


def _first(call: Call, calendar: Calendar, key: str) -> Snapshot[Event | None]:
    query = Query(
        show_deleted=call.params.get("showDeleted", False),
        time_min=call.moment("timeMin"),
        time_max=call.moment("timeMax"),
    )
    wanted = _original(call.params.get("originalStart"))
    rows = [
        event if query.show_deleted or not event.cancelled else None
        for event in _dates(calendar, call.params["eventId"], query)
        if wanted in (None, _start(event))
    ]
    return Snapshot(key=key, items=rows, position=calendar.log.last)


def _dates(calendar: Calendar, event_id: str, query: Query) -> list[Event]:
    """Return all dates of a series, those nobody edited first; of an instance that one date."""
    event = calendar.find(event_id)
    if event is None:
        raise not_found()
    if event.master_id:
        return [event]
    if not event.is_master:
        raise invalid("Not a recurring event.")
    edited = [
        exception
        for exception in calendar.exceptions(event.id)
        if calendar.has_date(exception) and overlaps(calendar, exception, query)
    ]
    return [*instances(calendar, event, query.time_min, query.time_max), *edited]


def _start(event: Event) -> datetime | None:
    """Return an original start; that of a whole day is midnight in UTC."""
    slot = event.slot
    if slot is None or isinstance(slot, datetime):
        return slot
    return datetime.combine(slot, time(), UTC)


def _original(text: str | None) -> datetime | None:
    return parse_moment(text) if text else None
