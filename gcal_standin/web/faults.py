"""What goes wrong on purpose: calls that fail or hang, and quotas."""

import threading
from collections import defaultdict, deque
from dataclasses import dataclass

from gcal_standin.model.clock import Clock
from gcal_standin.model.errors import ApiError
from gcal_standin.web.refusals import PRESENT, Garbled, over_quota, refusal

_WINDOW_MS = 60_000


@dataclass(slots=True, kw_only=True)
class Fault:
    method: str = "*"  # such as "events.list" or "oauth2.token"; "*": any of Calendar's
    calendar_id: str | None = None
    times: int = 1
    skip: int = 0  # so many calls go well before
    status: int | None = None  # None: the call hangs, then goes on
    reason: str = "backendError"
    message: str | None = None
    envelope: str | None = None  # None: the one that is recorded of this reason
    body: str | None = None  # what is answered instead of a refusal, JSON or not
    hang_seconds: float = 0.0
    after: bool = False  # the call takes effect, and only its answer is lost
    retry_after: float | None = None

    def error(self) -> ApiError | None:
        if self.body is not None:
            return Garbled(self.status or 200, self.body)
        if self.status is None:
            return None
        error = refusal(self.status, self.reason, message=self.message, envelope=self.envelope)
        error.retry_after = self.retry_after
        return error


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        with self._lock:
            self._planned.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    @property
    def empty(self) -> bool:
        with self._lock:
            return not self._planned

    def take(self, method: str, calendar_id: str | None) -> Fault | None:
        with self._lock:
            for fault in self._planned:
                here = fault.calendar_id in (None, calendar_id)
                meant = fault.method == method or (fault.method == "*" and not method.startswith("oauth2."))
                if meant and here:
                    if fault.skip > 0:
                        fault.skip -= 1
                        continue
                    fault.times -= 1
                    if fault.times <= 0:
                        self._planned.remove(fault)
                    return fault
            return None


class Quota:
    """Calls per user in a sliding minute of the stand-in's clock; off until a limit is set."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: dict[str, deque[int]] = defaultdict(deque)
        self.per_minute: int | None = None
        self.envelope = PRESENT

    def spend(self, user: str) -> None:
        if self.per_minute is None:
            return
        with self._lock:
            now_ms, calls = self._clock.now_ms(), self._calls[user]
            while calls and calls[0] <= now_ms - _WINDOW_MS:
                calls.popleft()
            if len(calls) >= self.per_minute:
                raise over_quota(self.per_minute, self.envelope)
            calls.append(now_ms)
