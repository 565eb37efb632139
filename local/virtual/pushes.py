"""Sync requests on their way from a topic to the instances of `sync_calendar`, at the hub's times."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from functions.adapters.queues import messages
from functions.core.errors import RetryLater
from functions.core.model import SyncRequest
from local.virtual.hub import Hub
from local.virtual.instances import Begun, Instances
from local.virtual.subscription import Delivery, Subscription

TRAVELS_S = 0.05
Pushed = Delivery[bytes]
Done = Callable[[bool | None], None]


@dataclass(slots=True, kw_only=True)
class Pushes:
    """A queue, as the flows have it. `clock` is the publisher's. `handle` starts one delivery on an instance,
    and says in the end whether it went well, None if it died without an answer. `lags` are the seconds from
    each publication to its acknowledgement.
    """

    hub: Hub
    clock: Callable[[], datetime]
    instances: Instances[Pushed]
    subscription: Subscription[bytes]
    handle: Callable[[Begun[Pushed], Done], None]
    lags: list[float] = field(default_factory=list)
    _looks_at: float | None = None

    def publish(self, request: SyncRequest) -> None:
        arrives = self.hub.seconds + TRAVELS_S
        self.subscription.publish(messages.encode(request), arrives, self.clock())
        self._look_again()

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        for request in requests:
            self.publish(request)
        return {}

    def check(self) -> None:
        """It is there."""

    def answer(self, delivery: Pushed, *, good: bool) -> None:
        if self.subscription.answered(delivery, self.hub.seconds, good=good) and good:
            self.lags.append(self.hub.seconds - delivery.born_at)
        self._look()

    def _look(self) -> None:
        now = self.hub.seconds
        for delivery in self.subscription.claim(now):
            self.instances.arrive(delivery, now)
        for begun in self.instances.begin():
            self.handle(begun, lambda good, begun=begun: self._done(begun, good))  # type: ignore[misc]
        for delivery in self.instances.refuse(now):
            self.subscription.answered(delivery, now, good=False)
        self._look_again()

    def _done(self, begun: Begun[Pushed], good: bool | None) -> None:  # noqa: FBT001 - as `Done` has it
        self.instances.left(begun.instance)
        if good is None:
            self._look()
        else:
            self.answer(begun.request, good=good)

    def _look_again(self) -> None:
        moments = (self.subscription.next_at(), self.instances.next_at())
        at = min((one for one in moments if one is not None), default=None)
        if at is not None and (self._looks_at is None or at < self._looks_at):
            self._looks_at = at
            self.hub.at(at, lambda: self._woken(at))

    def _woken(self, at: float) -> None:
        if self._looks_at == at:
            self._looks_at = None
            self._look()
