"""What the page shows beside the lines: the conferences and where they differ, and the week of a calendar."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gcal_standin.model.world import World
from local.page.drift import Carrier, Difference, drift
from local.page.words import conference_of, guests, is_organizers, slot, title

Body = Mapping[str, Any]


def carriers(world: World) -> list[Carrier]:
    with world.lock:
        return [
            Carrier(calendar=calendar, event=event)
            for calendar in world.calendars.values()
            for event in calendar.events()
        ]


def conferences(
    known: Sequence[Carrier], rooms: Sequence[Body], trouble: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each with what differs, with whose events carry it, and with the last one that did, to restore that."""
    differences = drift(known, rooms)
    return [_conference(room, known, differences.get(room["id"], []), trouble) for room in rooms]


def _conference(
    room: Body, known: Sequence[Carrier], differences: Sequence[Difference], trouble: Mapping[str, str]
) -> dict[str, Any]:
    pushed = room["event"] or {}
    mine = [one for one in known if conference_of(one.event.body) == room["id"]]
    carrying = [one for one in mine if one.counts]
    gone = [one for one in mine if one.event.cancelled and one.event.master_id is None]
    last = max(gone, key=lambda one: one.event.version_us, default=None)
    return {
        "id": room["id"],
        "title": room["title"],
        "status": room["status"],
        "start": pushed.get("start"),
        "end": pushed.get("end"),
        "recurrence": pushed.get("recurrence") or [],
        "guests": {one["email"]: one["response"] for one in pushed.get("attendees", [])},
        "dates": list(_dates(room["occurrences"])),
        "told": bool(pushed),
        "drift": [each._asdict() for each in differences],
        "carried": sorted({title(one.event.body) for one in carrying if one.event.master_id is None}),
        "restore": None
        if carrying or last is None
        else {"user": last.calendar.id, "event": last.event.id, "title": title(last.event.body)},
        "trouble": trouble.get(room["id"], ""),
    }


def _dates(occurrences: Mapping[str, Body]) -> Iterator[dict[str, Any]]:
    for start, one in sorted(occurrences.items()):
        event = one["event"] or {}
        yield {
            "original": start,
            "status": one["status"],
            "start": event.get("start"),
            "title": event.get("title"),
        }


def week(shown: Sequence[Body], user: str) -> list[dict[str, Any]]:
    """Single instances, as a calendar page draws them; times are UTC without saying so."""
    return [_drawn(event, user) for event in shown]


def _drawn(event: Body, user: str) -> dict[str, Any]:
    start, end = slot(event["start"]), slot(event["end"])
    return {
        "id": event["id"],
        "title": title(event),
        "start": _floating(start),
        "end": _floating(end),
        "all_day": not isinstance(start, datetime),
        "series": event.get("recurringEventId"),
        "conference": conference_of(event),
        "guests": guests(event),
        "organizer": event.get("organizer", {}).get("email", user),
        "mine": is_organizers(event, user),
    }


def _floating(at: datetime | date) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}" if isinstance(at, datetime) else f"{at:%Y-%m-%d}"
