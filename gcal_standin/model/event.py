"""One version of one event, never changed once made: a write makes the next version."""

from dataclasses import dataclass, field
from typing import Any

from gcal_standin.model.errors import ApiError
from gcal_standin.model.names import slot_name
from gcal_standin.model.times import Json, Slot, slot_of, zone_of

# Of an exception its series and its original start, of any other event its id: an instance's id may mean
# a date of one part of a series now, and of another part later.
Key = str | tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    id: str
    body: Json  # every stored field but kind, etag and id; `self` flags belong to a reader, not to the store
    version_us: int = 0  # when it was last told anew
    edited_us: int = 0  # when it was itself changed last, which nobody is told
    position: int = 0  # place in the sync log
    own: Json = field(default_factory=dict)  # an exception's fields that differ from its series
    bare: bool = False  # nothing but the id is left: moved to another calendar
    with_series: bool = False  # an exception cancelled because its series was
    opaque: bool = False  # a series whose instances have ids in which nothing can be read

    @property
    def etag(self) -> str:
        """Twice the microseconds of the last change, in quotes; `updated` shows the milliseconds alone."""
        return f'"{self.version_us * 2}"'

    @property
    def key(self) -> Key:
        slot = self.slot
        return self.id if self.master_id is None or slot is None else (self.master_id, slot_name(slot))

    @property
    def slot(self) -> Slot | None:
        """An instance's original start; None of any other event, and where it cannot be read."""
        when = self.body.get("originalStartTime")
        try:
            return slot_of(when, zone_of("UTC")) if isinstance(when, dict) else None
        except (ApiError, KeyError, TypeError, ValueError):
            return None

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
