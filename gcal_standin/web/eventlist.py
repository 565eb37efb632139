"""`events.list`: parameters to a query, a query to pages, and the tokens between them."""

import zlib
from typing import Any

from gcal_standin.model import tokens
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.entries import entry
from gcal_standin.model.errors import ApiError, invalid_parameter
from gcal_standin.model.event import Event
from gcal_standin.model.listing import Query, select
from gcal_standin.model.roles import at_least
from gcal_standin.model.times import Json, stamp
from gcal_standin.web.call import Answer, Call, told
from gcal_standin.web.pages import Pages, Snapshot

_DAY_MS = 86_400_000
# How far back updatedMin may lie is not published; four weeks is the stand-in's choice.
_UPDATED_MIN_DAYS_MAX = 28
PAGE_DEFAULT, PAGE_MAX = 250, 2500


class EventList:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def __call__(self, call: Call) -> Answer:
        calendar = call.calendar()
        token = call.params.get("pageToken")
        if token:
            if call.params.get("syncToken"):
                tokens.position_of(calendar, call.params["syncToken"], call.params)
            snapshot = self._pages.resume(token, read_key(call, calendar))
        else:
            snapshot = self._first(call, calendar)
        rows, successor = self._pages.turn(
            snapshot, min(call.params.get("maxResults", PAGE_DEFAULT), PAGE_MAX)
        )
        return told(_page(call, calendar, snapshot, rows) | self._tokens(call, calendar, snapshot, successor))

    def _first(self, call: Call, calendar: Calendar) -> Snapshot[Event | None]:
        query = _query(call, calendar)
        return Snapshot(
            key=read_key(call, calendar),
            items=select(calendar, query),
            position=calendar.log.last,
            token=query.gives_token,
        )

    def _tokens(
        self, call: Call, calendar: Calendar, snapshot: Snapshot[Event | None], successor: str | None
    ) -> Json:
        if successor:
            return {"nextPageToken": successor}
        if not snapshot.token:
            return {}
        return {"nextSyncToken": tokens.make(calendar, snapshot.position, call.params)}


def read_key(call: Call, calendar: Calendar) -> str:
    """Return what a page token is bound to: all parameters but those that may differ from page to page."""
    free = {"pageToken", "maxResults", "calendarId"}
    return str([calendar.id, sorted((k, str(v)) for k, v in call.params.items() if k not in free)])


def _page(call: Call, calendar: Calendar, snapshot: Snapshot[Event | None], rows: list[Event | None]) -> Json:
    reader = call.reader(calendar)
    items = [reader.resource(event) for event in rows if event is not None]
    return head(call, calendar, snapshot) | {"items": items}


def head(call: Call, calendar: Calendar, snapshot: Snapshot[Any]) -> Json:
    """Return what a page says of its calendar and reader."""
    fields, role = calendar.settings.fields, call.role(calendar)
    reminders = entry(calendar.settings, call.actor(calendar))["defaultReminders"]
    asked = zlib.crc32(f"{snapshot.key} {role} {snapshot.position} {snapshot.done}".encode())
    return {
        "kind": "calendar#events",
        "etag": f'"p3{asked:08x}o0o"',
        "summary": fields["summary"],
        "description": fields.get("description", ""),
        "updated": stamp(calendar.changed_us or calendar.settings.version_ms * 1000),
        "timeZone": str(call.zone(calendar)),
        "accessRole": role,
        "defaultReminders": reminders if at_least(role, "reader") else [],
    }


def _query(call: Call, calendar: Calendar) -> Query:
    given: dict[str, Any] = call.params
    updated_min = call.moment("updatedMin")
    _check(call, given)
    return Query(
        # A reader of free and busy times alone always sees single instances.
        single_events=given.get("singleEvents", False) or not at_least(call.role(calendar), "reader"),
        show_deleted=given.get("showDeleted", False),
        types=frozenset(given.get("eventTypes", ())),
        time_min=call.moment("timeMin"),
        time_max=call.moment("timeMax"),
        updated_min_us=int(updated_min.timestamp() * 1_000_000) if updated_min else None,
        order_by=given.get("orderBy"),
        text=given.get("q"),
        uid=given.get("iCalUID"),
        private=tuple(given.get("privateExtendedProperty", ())),
        shared=tuple(given.get("sharedExtendedProperty", ())),
        bare_tombstones=call.world.bare_tombstones,
        since=tokens.position_of(calendar, given["syncToken"], given) if given.get("syncToken") else None,
    )


def _check(call: Call, given: dict[str, Any]) -> None:
    low, high, updated_min = (call.moment(name) for name in ("timeMin", "timeMax", "updatedMin"))
    if low and high and low >= high:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar",
                       locationType="parameter", location="timeMax")  # fmt: skip
    if given.get("orderBy") == "startTime" and not given.get("singleEvents"):
        raise invalid_parameter(
            "orderBy", "The requested ordering is not available for the particular query."
        )
    if any(
        "=" not in text for name in ("private", "shared") for text in given.get(f"{name}ExtendedProperty", ())
    ):
        raise invalid_parameter("extendedProperty", "Invalid extended property constraint.")
    if (
        updated_min
        and updated_min.timestamp() * 1000 < call.world.clock.now_ms() - _UPDATED_MIN_DAYS_MAX * _DAY_MS
    ):
        raise ApiError(
            410,
            "updatedMinTooLongAgo",
            "The requested minimum modification time lies too far in the past.",
            domain="calendar",
            locationType="parameter",
            location="updatedMin",
        )
