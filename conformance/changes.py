"""Changes and meetings for tests, with every field filled in."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from functions.core.model import Attendee, Change, ConferenceKey, Kind, Meeting, Parties

OCCURRENCE = "2026-03-09T09:00:00+00:00"  # the second of the meeting's


def meeting(**fields: Any) -> Meeting:
    usual: dict[str, Any] = {
        "id": "event1",
        "title": "Planning",
        "description": "What to do next",
        "location": "Room 5",
        "start": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "end": datetime(2026, 3, 2, 10, tzinfo=UTC),
        "time_zone": "Europe/Berlin",
        "all_day": False,
        "recurrence": ("RRULE:FREQ=WEEKLY",),
        "organizer": "owner@example.com",
        "attendees": (Attendee(email="guest@example.com", response="accepted", optional=False),),
        "updated": datetime(2026, 3, 1, 8, tzinfo=UTC),
    }
    return Meeting(**{**usual, **fields})


def change(conference_id: str, **fields: Any) -> Change:
    usual: dict[str, Any] = {
        "id": uuid4().hex,
        "kind": Kind.UPDATED,
        "key": ConferenceKey("provider", conference_id),
        "solution": "My Web Conference",
        "calendar_id": "owner@example.com",
        "occurrence": None,
        "meeting": meeting(),
    }
    return Change(**{**usual, **fields})


def deletion(conference_id: str, **fields: Any) -> Change:
    return change(conference_id, **{"kind": Kind.DELETED, "meeting": None, **fields})


def typical(kind: Kind, conference_id: str, user: str, **fields: Any) -> Change:
    """One of its kind, of an event of this user; `fields` are the meeting's."""
    whose = {"kind": kind, "parties": Parties(user, user, user), "calendar_id": user}
    match kind:
        case Kind.UPDATED:
            return change(conference_id, meeting=meeting(organizer=user, **fields), **whose)
        case Kind.DELETED:
            return deletion(conference_id, **whose)
        case Kind.OCCURRENCE_UPDATED:
            alone = meeting(organizer=user, **{"recurrence": (), **fields})
            return change(conference_id, occurrence=OCCURRENCE, meeting=alone, **whose)
        case Kind.OCCURRENCE_CANCELLED:
            return change(conference_id, occurrence=OCCURRENCE, meeting=None, **whose)
