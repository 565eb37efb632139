"""Events and conferences for tables."""

from datetime import UTC, datetime
from typing import Any

from functions.core.actions import Standing
from functions.core.conference import Conference
from functions.core.decide import fingerprint_of
from functions.core.hold import Hold
from functions.core.model import Abilities, Ability, ConferenceKey, Event, EventRef, Instance, Meeting

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
KEY, OTHER = ConferenceKey("webhook", "r1"), ConferenceKey("webhook", "r2")
FULL = Abilities(fields=frozenset({"id", "title", "start"}), can=frozenset(Ability), recreates=True)
TITLE_ONLY = Abilities(fields=frozenset({"title"}), can=frozenset({Ability.TITLE}))
STANDING = Standing(abilities=FULL)
ORIGINAL = "2026-06-08T09:00:00Z"


def meeting(event_id: str = "e1", **change: Any) -> Meeting:
    usual: dict[str, Any] = {
        "id": event_id,
        "title": "Planning",
        "description": "",
        "location": "",
        "start": NOW,
        "end": NOW,
        "time_zone": None,
        "all_day": False,
        "recurrence": (),
        "organizer": None,
        "attendees": (),
        "updated": NOW,
    }
    return Meeting(**{**usual, **change})


def live(event_id: str = "e1", calendar_id: str = "c", **change: Any) -> Event:
    """A live event that carries the conference."""
    usual: dict[str, Any] = {
        "ref": EventRef(calendar_id, event_id),
        "created": NOW,
        "updated": NOW,
        "conference_id": KEY.id,
        "carries": KEY,
        "solution": "Web",
        "meeting": meeting(event_id),
    }
    return Event(**{**usual, **change})


def without(event_id: str = "e1", **change: Any) -> Event:
    usual = {"conference_id": "", "carries": None, "solution": "", "meeting": None}
    return live(event_id, **{**usual, **change})


def cancelled(event_id: str = "e1", instance: Instance | None = None) -> Event:
    return Event(ref=EventRef("c", event_id), cancelled=True, instance=instance)


def instance(series_id: str = "e1") -> Instance:
    return Instance(series_id=series_id, original_start=ORIGINAL)


def held(*event_ids: str, **change: Any) -> Conference:
    """A conference in step with the first of these events, which all hold it."""
    ids = event_ids or ("e1",)
    usual: dict[str, Any] = {
        "key": KEY,
        "solution": "Web",
        "holds": tuple(Hold(ref=EventRef("c", event_id)) for event_id in ids),
        "revision": 1,
        "applied": fingerprint_of(meeting(ids[0]), FULL.fields),
    }
    return Conference(**{**usual, **change})
