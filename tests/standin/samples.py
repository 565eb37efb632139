"""Bodies of events, as short as Google takes them."""

from typing import Any

Json = dict[str, Any]


def timed(start: str = "2026-01-05T10:00:00Z", end: str = "2026-01-05T11:00:00Z", **more: Any) -> Json:
    return {"summary": "Meeting", "start": {"dateTime": start}, "end": {"dateTime": end}} | more


def all_day(start: str = "2026-01-05", end: str = "2026-01-06", **more: Any) -> Json:
    return {"summary": "Day", "start": {"date": start}, "end": {"date": end}} | more


def series(rule: str = "FREQ=WEEKLY;COUNT=4", zone: str = "Europe/Berlin", **more: Any) -> Json:
    """A series on Mondays at ten, local time, from 5 January 2026."""
    return {"summary": "Series", "recurrence": [f"RRULE:{rule}"]} | on("2026-01-05", zone) | more


def conference(conference_id: str = "room-1") -> Json:
    """A conference of an add-on, as it is copied from one event to another."""
    return {
        "conferenceId": conference_id,
        "conferenceSolution": {"key": {"type": "addOn"}, "name": "My Web Conference"},
        "entryPoints": [
            {"entryPointType": "video", "uri": f"https://meet.example.com/{conference_id}"},
        ],
    }


def on(day: str, zone: str) -> Json:
    """Start and end from ten to eleven, local time."""
    return {
        "start": {"dateTime": f"{day}T10:00:00", "timeZone": zone},
        "end": {"dateTime": f"{day}T11:00:00", "timeZone": zone},
    }
