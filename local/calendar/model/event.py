"""One version of one event, never changed once made: a write makes the next version."""

from dataclasses import dataclass, field
from typing import Any

from local.calendar.model.times import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    id: str
    body: Json  # every stored field but kind, etag and id; `self` flags belong to a reader, not to the store
    version_ms: int
    position: int = 0  # place in the sync log
    own: Json = field(default_factory=dict)  # an exception's fields that differ from its series
    bare: bool = False  # nothing but the id is left: moved to another calendar
    with_series: bool = False  # an exception cancelled because its series was

    @property
    def etag(self) -> str:
        """Google's etag of an event: twice the microseconds of its last change, in quotes."""
        return f'"{self.version_ms * 2000}"'

    @property
    def cancelled(self) -> bool:
        return bool(self.body["status"] == "cancelled")

    @property
    def master_id(self) -> str | None:
        return self.body.get("recurringEventId")

    @property
    def is_master(self) -> bool:
        return bool(self.body.get("recurrence"))

    @property
    def type(self) -> str:
        return str(self.body.get("eventType", "default"))

    @property
    def organizer(self) -> str | None:
        email: str | None = self.body.get("organizer", {}).get("email")
        return email

    @property
    def attendees(self) -> list[Json]:
        found: list[Any] = self.body.get("attendees", [])
        return found

    def attendee(self, email: str) -> Json | None:
        return next((a for a in self.attendees if a.get("email", "").lower() == email.lower()), None)
