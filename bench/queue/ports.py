"""The ports of one request: each call takes as long as in production, at virtual times."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.counted import Counts
from bench.queue.office import Office, number
from functions.adapters.providers.webhook import WebhookProvider
from functions.core.enrolment import Access
from functions.core.errors import Rejected, RetryLater
from functions.core.model import Abilities, Channel, Event, Outcome, SyncRequest
from functions.core.model import Change as Told
from functions.ports import Page, Queue

STORE_S, PUBLISH_S, CALENDAR_S = 0.03, 0.025, 0.12  # MEASURED of production
SYSTEM_S = 0.2
RATE = 20.0  # calls a second that a conference system admits, one after the other
AWAY_S = 16.0  # three tries to connect, and the pauses between (adapters/web/client.py)
Wait = Callable[[float], None]


class Pauses(Counts):
    """Each read and write of the store that it counts takes its time."""

    def __init__(self, wait: Wait) -> None:
        super().__init__()
        self._wait = wait

    def add(self, name: str, number: int = 1) -> None:  # noqa: ARG002 - as `Counts` has it
        if name in {"reads", "writes"}:
            self._wait(STORE_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class PacedQueue:
    inner: Queue
    wait: Wait

    def publish(self, request: SyncRequest) -> None:
        self.wait(PUBLISH_S)
        self.inner.publish(request)

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        self.wait(PUBLISH_S)
        return self.inner.publish_all(requests)

    def check(self) -> None:
        self.inner.check()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCalendar:
    """A token is the version of the event when it was read."""

    office: Office
    wait: Wait
    read_params: str = "office"

    def resolve(self, access: Access) -> str:
        return access.calendar_id

    def role(self, access: Access) -> str:  # noqa: ARG002 - as the port has it
        return "owner"

    def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:  # noqa: ARG002 - as the port has it
        calendar = self._asked(access)
        version = self.office.versions[calendar]
        new = [self.office.event(calendar)] if token is None or int(token) < version else []
        return Page(events=new, next_page=None, next_token=str(version), access_role="owner")

    def everything(self, access: Access, *, page_token: str | None) -> Page:
        return self.changes(access, token=None, page_token=page_token)

    def event(self, access: Access, event_id: str) -> Event:  # noqa: ARG002 - it has one
        return self.office.event(self._asked(access))

    def shows(self, access: Access, series_id: str, original_start: str) -> bool:
        raise Rejected(f"{series_id} at {original_start}: nothing here asks {access.calendar_id} for dates")

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:  # noqa: ARG002 - as the port has it
        raise Rejected(f"{event_id} of {access.calendar_id}: nothing here writes events")

    def watch(self, access: Access, *, channel_id: str, token: str, ttl: int) -> Channel | None:  # noqa: ARG002 - as the port has it
        raise Rejected(f"{access.calendar_id}: nothing here renews channels")

    def stop(self, access: Access, *, channel_id: str, resource_id: str) -> None:
        """There is nothing to stop."""

    def _asked(self, access: Access) -> int:
        self.wait(CALENDAR_S)
        calendar = number(access.calendar_id)
        if self.office.trouble.fails(calendar):
            raise RetryLater("Calendar answered 500")
        return calendar


@dataclass(slots=True)
class Admission:
    """When a system has time for its next call."""

    at: float = 0.0

    def next(self, now: float) -> float:
        self.at = max(self.at, now) + 1 / RATE
        return self.at - now


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSystem:
    name: str
    office: Office
    wait: Wait
    admission: Admission

    @property
    def abilities(self) -> Abilities:
        return WebhookProvider.abilities

    def apply(self, change: Told) -> Outcome:
        if self.office.trouble.away(self.name, self.office.hub.seconds):
            self.wait(AWAY_S)
            raise RetryLater(f"{self.name} cannot be reached")
        self.wait(self.admission.next(self.office.hub.seconds) + SYSTEM_S)
        if change.meeting is not None:
            self.office.told(number(change.calendar_id), int(change.meeting.title))
        return Outcome()

    def check(self) -> None:
        """It is there, sooner or later."""
