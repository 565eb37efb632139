"""The ports as one process has them: each call passes its gate, and then has its effect at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from functions.adapters.calendar import google as calendar_google
from functions.adapters.calendar.event import read
from functions.adapters.calendar.refusals import Refused, voids_token
from functions.core.enrolment import Access
from functions.core.errors import Rejected, RetryLater, SyncTokenExpired
from functions.core.hold import missing
from functions.core.model import Channel, Event, EventRef, Solution, SyncRequest, Unreadable
from functions.core.read_params import read_params_of
from functions.ports import Page, Queue
from gcal_standin.model.errors import ApiError
from gcal_standin.web.fields import masked
from tests.simulation.consents import Bearers
from tests.simulation.google import Google, Json
from tests.simulation.luck import Bad, Gate
from tests.simulation.truth import Place
from tests.simulation.witness import Witness
from tests.support import envelopes

T = TypeVar("T")
REFUSALS = {
    "rate": (403, "rateLimitExceeded"),
    "quota": (403, "quotaExceeded"),
    "forbidden": (403, "forbidden"),
    "429": (429, "rateLimitExceeded"),
    "500": (500, "backendError"),
    "503": (503, "backendError"),
    "expired": (410, "fullSyncRequired"),
}
MASK = str(calendar_google.READ["fields"])
TYPES = calendar_google.READ["eventTypes"]


@dataclass(slots=True, kw_only=True)
class SimCalendar:
    google: Google
    gate: Gate
    witness: Witness
    page_size: int
    solutions: tuple[Solution, ...]
    named: frozenset[str]
    writes_back: bool
    bearers: Bearers | None = None

    @property
    def read_params(self) -> str:
        return read_params_of(self.google.shape, self.solutions)

    def resolve(self, access: Access) -> str:
        return self._call(
            "resolve", access, "", lambda: self.google.resolve(access.subject, access.calendar_id)
        )

    def role(self, access: Access) -> str:
        return self._call("role", access, "", lambda: self.google.role(access.subject, access.calendar_id))

    def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
        where: Json = {"syncToken": token} if token else {"timeMin": self.google.today()}
        more = {"pageToken": page_token} if page_token else {}
        about = "changes" if token else "all"
        try:
            page = self._list("changes", access, f"{about} {'more' if page_token else ''}", where | more)
        except Rejected as error:
            if token or page_token or voids_token(error):
                raise SyncTokenExpired(str(error)) from error
            raise
        return page

    def everything(self, access: Access, *, page_token: str | None) -> Page:
        return self._list("everything", access, "", {"pageToken": page_token} if page_token else {})

    def _list(self, op: str, access: Access, about: str, where: Json) -> Page:
        size = {"maxResults": self.page_size, "eventTypes": TYPES}

        def effect() -> Page:
            answer = self.google.list(access.subject, {"calendarId": access.calendar_id, **size, **where})
            answer = masked(answer, MASK, "Events")
            page, process = where.get("pageToken"), self.gate.process
            self.witness.shown.listed(process, access.calendar_id, page, answer, self.named)
            return Page(
                events=[
                    read(item, access.calendar_id, self.solutions, access.subject)
                    for item in answer.get("items", [])
                ],
                next_page=answer.get("nextPageToken"),
                next_token=answer.get("nextSyncToken") if op == "changes" else None,
                access_role=answer.get("accessRole", ""),
            )

        return self._call(op, access, about, effect)

    def event(self, access: Access, event_id: str) -> Event | Unreadable:
        def effect() -> Event | Unreadable:
            found = self._found(access, lambda: self.google.get(access.subject, access.calendar_id, event_id))
            if found is None:
                return missing(EventRef(access.calendar_id, event_id))
            self.witness.looked_up(self.gate.process, Place(access.calendar_id, event_id))
            return read(found, access.calendar_id, self.solutions, access.subject)

        return self._call("event", access, event_id, effect)

    def shows(self, access: Access, series_id: str, original_start: str) -> bool:
        def effect() -> bool:
            asked = (access.subject, access.calendar_id, series_id, original_start)
            return bool(self._found(access, lambda: self.google.shows(*asked)))

        return self._call("shows", access, f"{series_id} {original_start}", effect)

    def _found(self, access: Access, ask: Callable[[], T]) -> T | None:
        """None for what is not there, while its calendar is."""
        try:
            return ask()
        except ApiError as error:
            if error.status != 404:
                raise
        self.google.resolve(access.subject, access.calendar_id)
        return None

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:
        def effect() -> bool:
            before = self.google.get(access.subject, access.calendar_id, event_id)
            place = Place(access.calendar_id, event_id)
            self.witness.written(before, etag, fields, wanted=self.writes_back, place=place)
            try:
                self.google.patch(access.subject, access.calendar_id, event_id, dict(fields), etag)
            except ApiError as error:
                if error.status in calendar_google.CHANGED_SINCE:
                    return False
                raise
            self.witness.left(before, self.google.get(access.subject, access.calendar_id, event_id), fields)
            return True

        return self._call("write", access, f"{event_id} {dict(fields)}", effect)

    def watch(self, access: Access, *, channel_id: str, token: str, ttl: int) -> Channel | None:
        def effect() -> Channel | None:
            try:
                made = self.google.watch(access.subject, access.calendar_id, channel_id, token, ttl)
            except ApiError as error:
                if error.reason == "pushNotSupportedForRequestedResource":
                    return None
                raise
            until = datetime.fromtimestamp(made.expires_ms / 1_000, UTC)
            return Channel(id=made.id, resource_id=made.resource_id, expires_at=until)

        self.google.unheard.add(channel_id)
        channel = self._call("watch", access, channel_id, effect)
        self.google.unheard.discard(channel_id)
        return channel

    def stop(self, access: Access, *, channel_id: str, resource_id: str) -> None:
        def effect() -> None:
            try:
                self.google.channels.stop(channel_id, resource_id)
            except ApiError as error:
                if error.status != 404:
                    raise

        self._call("stop", access, channel_id, effect)

    def _call(self, op: str, access: Access, about: str, effect: Callable[[], T]) -> T:
        def signed() -> T:
            if not self.google.signs:
                raise RetryLater(f"no token for {access.subject} for now: IAM answered 503")
            if self.bearers:
                self.bearers.check(access.subject)
            return effect()

        try:
            return self.gate.call(f"calendar.{op}", f"{access.calendar_id} {about}", signed, _failure)
        except ApiError as error:
            refused = _refused(error)
            raise refused.translated(access) from refused


def _failure(bad: Bad) -> Exception:
    if bad.kind not in REFUSALS:
        return RetryLater(f"Calendar: {bad.kind}, by bad luck")
    return ApiError(*REFUSALS[bad.kind], "by bad luck")


def _refused(error: ApiError) -> Refused:
    """As the real adapter hears it, in whichever envelope."""
    old, present = (
        Refused(error.status, worded(error.status, error.reason, error.message, domain=error.domain))
        for worded in (envelopes.old, envelopes.present)
    )
    assert old.cause is present.cause
    return present


@dataclass(slots=True, kw_only=True)
class SimQueue:
    inner: Queue
    gate: Gate

    def publish(self, request: SyncRequest) -> None:
        about = f"{request.calendar_id} {request.reason}"
        self.gate.call("queue.publish", about, lambda: self.inner.publish(request))

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        failed = {}
        for request in requests:
            try:
                self.publish(request)
            except RetryLater as error:
                failed[request] = error
        return failed

    def check(self) -> None:
        self.inner.check()
