"""A calendar in memory, for figures in which the reading of one plays no part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.house import CHANNEL, SOLUTIONS
from functions.adapters.calendar.event import read
from functions.core.enrolment import Access
from functions.core.errors import Rejected
from functions.core.model import Channel, Event, Unreadable
from functions.ports import Page

PAGE_EVENTS = 500


@dataclass(slots=True, kw_only=True)
class ListedCalendar:
    """Every read gives `events`, as one with a token that is older than they are."""

    events: Sequence[object] = field(default_factory=list)
    read_params: str = "listed"

    def resolve(self, access: Access) -> str:
        return access.calendar_id

    def role(self, access: Access) -> str:  # noqa: ARG002 - as the port has it
        return "owner"

    def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:  # noqa: ARG002 - as the port has it
        begin = int(page_token or 0)
        end = begin + PAGE_EVENTS
        more = end < len(self.events)
        return Page(
            events=[read(raw, access.calendar_id, SOLUTIONS) for raw in self.events[begin:end]],
            next_page=str(end) if more else None,
            next_token=None if more else "token",
            access_role="owner",
        )

    def everything(self, access: Access, *, page_token: str | None) -> Page:
        return self.changes(access, token=None, page_token=page_token)

    def event(self, access: Access, event_id: str) -> Event | Unreadable:
        raise Rejected(f"{event_id} of {access.calendar_id}: nothing here asks for single events")

    def shows(self, access: Access, series_id: str, original_start: str) -> bool:
        raise Rejected(f"{series_id} at {original_start}: nothing here asks {access.calendar_id} for dates")

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:  # noqa: ARG002 - as the port has it
        raise Rejected(f"{event_id} of {access.calendar_id}: nothing here writes events")

    def watch(self, access: Access, *, channel_id: str, token: str, ttl: int) -> Channel | None:  # noqa: ARG002 - as the port has it
        return CHANNEL

    def stop(self, access: Access, *, channel_id: str, resource_id: str) -> None:
        """There is nothing to stop."""
