"""Receives a notification: is it from a channel of ours? The request for a sync is safe before we say yes."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from functions.core.channel import CHANNEL_ID, Headers, verify
from functions.core.errors import Rejected, RetryLater
from functions.core.model import Reason, SyncRequest
from functions.ports import Queue

log = logging.getLogger(__name__)
REFUSED = {400: "notification.unreadable", 403: "notification.forged", 405: "notification.not_post"}
EVERY_S = 1.0


class Seldom:
    """At most one line a second for each name, with the count of all since the last one: anybody may call the
    receiver, and must not be able to fill the log. Safe to share between threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self._next, self._count = dict[str, float](), Counter[str]()

    def warn(self, name: str, fields: Mapping[str, str]) -> None:
        with self._lock:
            self._count[name] += 1
            if self._clock() < self._next.get(name, 0.0):
                return
            self._next[name] = self._clock() + EVERY_S
            count = self._count.pop(name)
        log.warning(name, extra={**fields, "count": count})


REFUSALS = Seldom()


def receive(method: str, headers: Headers, keys: Sequence[str], queue: Callable[[], Queue]) -> int:
    """The HTTP status for Google: 503 makes it try again, anything else ends the matter (FACTS.md 1.2)."""
    said, fields = answer(method, headers, keys), {"channel_id": claimed_channel(headers)}
    if said.status in REFUSED:
        REFUSALS.warn(REFUSED[said.status], fields)
    if said.request is None:
        return said.status
    fields["calendar_id"] = said.request.calendar_id
    try:
        queue().publish(said.request)
    except (RetryLater, Rejected):
        log.exception("notification.not_published", extra=fields)
        return 503
    log.info("notification.accepted", extra=fields)
    return said.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The HTTP status for Google, and the sync request to publish before giving it."""

    status: int
    request: SyncRequest | None = None


def answer(method: str, headers: Headers, keys: Sequence[str]) -> Answer:
    """The answer to a notification. Its body is never read.

    An unknown resource state still says that something changed.
    """
    if method != "POST":
        return Answer(status=405)
    channel_id = headers.get("X-Goog-Channel-ID")
    state = headers.get("X-Goog-Resource-State")
    token = headers.get("X-Goog-Channel-Token")
    if not (channel_id and state and token):
        return Answer(status=400)
    calendar_id = verify(token, channel_id, keys)
    if calendar_id is None:
        return Answer(status=403)
    if state == "sync":
        return Answer(status=204)
    resource_id = headers.get("X-Goog-Resource-ID") or None
    return Answer(status=204, request=_request(calendar_id, channel_id, resource_id))


def claimed_channel(headers: Headers) -> str:
    """The channel id that a notification claims to come from, fit for the log: empty if it cannot be one."""
    claimed = headers.get("X-Goog-Channel-ID") or ""
    return claimed if CHANNEL_ID.fullmatch(claimed) else ""


def _request(calendar_id: str, channel_id: str, resource_id: str | None) -> SyncRequest:
    return SyncRequest(
        calendar_id=calendar_id, reason=Reason.NOTIFICATION, channel_id=channel_id, resource_id=resource_id
    )
