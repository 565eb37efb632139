"""Whether each occurrence is on its system as it is in the calendar.

Judged where one series alone ever carried the conference (those of a mere copy tell nothing), and for
instances that were changed since it carries it: earlier exceptions are not told. One that shows the
conference's id under a name that is not ours may still carry it: its solution may have left the settings.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gcal_standin.model.event import Event
from local.virtual.hub import START
from tests.simulation.truth import Place, Room, plain, room_of

if TYPE_CHECKING:
    from tests.simulation.history import History

Json = dict[str, Any]


def occurrences(history: "History", room: Room, places: dict[Place, Event]) -> Iterator[str]:
    """What is wrong of the instances that the calendar knows by itself."""
    place = next(iter(places))
    ever = {*places, *(past.place for past in history.truth.left(room))}
    if room.system != "webhook" or len(ever) > 1 or not places[place].is_master or room in history.was_hidden:
        return
    calendar = history.google.world.calendars[place.calendar_id]
    series = calendar.series(places[place])
    told = (history.systems.web.find(room.id) or {})["occurrences"]
    since = history.truth.since[(room, place)]
    for exception in calendar.exceptions(place.event_id):
        slot = exception.slot
        if slot is None or not series.has(slot) or _at(history, exception) < since:
            continue
        if _shows_under_another_name(exception, room):
            continue
        original = instant(exception.body["originalStartTime"]["dateTime"])
        held = next((one for start, one in told.items() if instant(start) == original), None)
        yield from _occurrence(room, exception, held)
    shown = {instant(one) for one in _shown(history, room, place)}
    for start, one in told.items():
        if one["status"] == "cancelled" and instant(start) in shown:
            yield f"{room.id}: {start} is shown, and its system holds it cancelled"


def _shows_under_another_name(exception: Event, room: Room) -> bool:
    data = exception.body.get("conferenceData") or {}
    same = not exception.cancelled and plain(data.get("conferenceId", "")) == room.id
    return same and room_of(exception.body) is None


def _shown(history: "History", room: Room, place: Place) -> list[str]:
    """When the instances that are not off were to begin."""
    asked = {"calendarId": place.calendar_id, "eventId": place.event_id}
    owner = history.google.world.calendars[place.calendar_id].settings.owner
    found = history.google.instances(history.google.call(owner, asked)).content["items"]
    return [one["originalStartTime"]["dateTime"] for one in found if room_of(one) == room]


def _at(history: "History", event: Event) -> float:
    """When an event was last changed, as the hub counts."""
    ahead = float(history.story.scene.get("ahead", 0))
    return event.edited_us / 1_000_000 - START.timestamp() - ahead + 0.001


def _occurrence(room: Room, exception: Event, held: Json | None) -> Iterator[str]:
    off = exception.cancelled or room_of(exception.body) != room
    if off and (held is None or held["status"] != "cancelled"):
        yield f"{room.id}: instance {exception.id} is off, and its system holds {held}"
    if not off and held is not None and held["status"] == "cancelled":
        yield f"{room.id}: instance {exception.id} is on, and its system holds it cancelled"
    if not off and held is not None and held["event"] and not _same(held["event"], exception):
        yield f"{room.id}: instance {exception.id} is {said([exception])}, and its system holds {held}"
    if not off and held is None and exception.own:
        yield f"{room.id}: instance {exception.id} was changed, and its system holds nothing of it"


def _same(told: Json, exception: Event) -> bool:
    body = exception.body
    return bool(
        told["title"] == body.get("summary", "")
        and instant(told["start"]) == instant(body["start"]["dateTime"])
    )


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def said(events: list[Event]) -> list[Json]:
    return [
        {"id": event.id} | {name: event.body.get(name) for name in ("summary", "start", "recurrence")}
        for event in events
    ]
