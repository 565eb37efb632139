"""A push subscription as Pub/Sub runs it in production: push window, push backoff, retries, dead letters.

Pure: the caller says what time it is, in seconds. From the pages under cloud.google.com/pubsub/docs:

- push, "Push backoff": failures (an answer other than 2xx, or none by the deadline) stop the whole
  subscription for 100 ms to 60 s, which grows exponentially with their number. Of 5 messages a second 1
  fails: about 500 ms; 5 a second fail: 30 to 60 s. It cannot be turned off. The retry policy is apart from
  it: the longer pause counts.
- push, "Delivery rate": the push window (how many requests are under way) begins small, with one digit,
  grows with each success (exponentially, linearly from 3,000 on) and shrinks with each failure. Above 3,000
  it falls back to that if not more than 99 % succeed, or if answers take more than a second on average.
- subscription-retry-policy, handling-failures: a failed message comes again after a pause of its own, and
  after so many failures it is a dead letter. Every refusal counts, Cloud Run's 429 too.

Google gives no more numbers; chosen here: a stop is 100 ms times 5 to the power of the failures a second,
over `SPAN_S` (500 ms at one, 60 s from four on). The example does not say whether the number of failures
counts or their share, so those among the last `ANSWERS` count, too, as if 5 messages came a second, and the
longer stop is taken. A failure halves the window.
"""

import heapq
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Generic, NamedTuple, TypeVar

from functions.adapters.queues.sqlite import Terms

STOP_MIN_S, STOP_MAX_S = 0.1, 60.0
STEP = 5.0  # so much longer is a stop with one more failure a second
EXAMPLE = 5.0  # messages a second in Google's example
SPAN_S = 5.0
ANSWERS = 20
WINDOW_FIRST = 5.0
WINDOW_LINEAR = 3_000.0
SUCCEED_LEAST, TAKES_MOST_S = 0.99, 1.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Generic[T]):
    """The `attempt`-th try at a message. `published_at` is `born_at` by the publisher's clock."""

    id: str
    data: T
    published_at: datetime
    born_at: float
    attempt: int = 0
    sent_at: float = 0.0


class _Answer(NamedTuple):
    good: bool
    took: float


def stop_s(per_second: float, share: float) -> float:
    """How long failures stop everything: so many a second, and so many of all."""
    return min(STOP_MIN_S * float(STEP ** max(per_second, EXAMPLE * share)), STOP_MAX_S)


class Subscription(Generic[T]):
    """`claim` what may be delivered now, say what was `answered`, and come back at `next_at`."""

    def __init__(self, terms: Terms | None = None) -> None:
        self.terms = terms or Terms()
        self.window = WINDOW_FIRST
        self.stopped_until = 0.0
        self.failures = 0
        self.dead: list[Delivery[T]] = []
        self._ids = count(1)
        self._order = count()
        self._ready: list[tuple[float, int, Delivery[T]]] = []
        self._under_way: dict[str, Delivery[T]] = {}  # the oldest first, so the first deadline first
        self._failed_at: deque[float] = deque()
        self._answers: deque[_Answer] = deque(maxlen=ANSWERS)

    def publish(self, data: T, now: float, published_at: datetime) -> None:
        message = Delivery(id=str(next(self._ids)), data=data, published_at=published_at, born_at=now)
        self._put(message, now)

    def claim(self, now: float) -> list[Delivery[T]]:
        """All that the window and the backoff let through."""
        self._expire(now)
        claimed: list[Delivery[T]] = []
        while self._may_begin() and max(self._ready[0][0], self.stopped_until) <= now:
            message = heapq.heappop(self._ready)[2]
            claimed.append(replace(message, attempt=message.attempt + 1, sent_at=now))
            self._under_way[message.id] = claimed[-1]
        return claimed

    def answered(self, delivery: Delivery[T], now: float, *, good: bool) -> bool:
        """Whether it counts: not after the deadline, nor a second time."""
        if self._under_way.get(delivery.id) is not delivery:
            return False
        del self._under_way[delivery.id]
        self._answers.append(_Answer(good, now - delivery.sent_at))
        if good:
            self._widen()
        else:
            self._fail(delivery, now)
        return True

    def next_at(self) -> float | None:
        """When to claim again, unless something is published or answered before."""
        moments = [self._deadline(each) for each in [*self._under_way.values()][:1]]
        if self._may_begin():
            moments.append(max(self._ready[0][0], self.stopped_until))
        return min(moments, default=None)

    def waiting(self) -> int:
        """How many messages are neither acknowledged nor dead."""
        return len(self._ready) + len(self._under_way)

    def _may_begin(self) -> bool:
        return bool(self._ready) and len(self._under_way) < int(self.window)

    def _put(self, message: Delivery[T], at: float) -> None:
        heapq.heappush(self._ready, (at, next(self._order), message))

    def _deadline(self, delivery: Delivery[T]) -> float:
        return delivery.sent_at + self.terms.ack_within

    def _expire(self, now: float) -> None:
        for delivery in [one for one in self._under_way.values() if self._deadline(one) <= now]:
            self.answered(delivery, now, good=False)

    def _widen(self) -> None:
        if self.window < WINDOW_LINEAR:
            self.window += 1
        elif self._slow():
            self.window = WINDOW_LINEAR
        else:
            self.window += 1 / self.window

    def _slow(self) -> bool:
        answers = self._answers
        good = sum(one.good for one in answers) > SUCCEED_LEAST * len(answers)
        return not good or sum(one.took for one in answers) > TAKES_MOST_S * len(answers)

    def _fail(self, delivery: Delivery[T], now: float) -> None:
        self.failures += 1
        self.window = max(min(self.window, WINDOW_LINEAR) / 2, 1.0)
        self._stop(now)
        if delivery.attempt >= self.terms.deliveries_max:
            self.dead.append(delivery)
        else:
            self._put(delivery, now + self.terms.backoff(delivery.attempt))

    def _stop(self, now: float) -> None:
        self._failed_at.append(now)
        while self._failed_at[0] <= now - SPAN_S:
            self._failed_at.popleft()
        share = sum(not one.good for one in self._answers) / ANSWERS
        stop = stop_s(len(self._failed_at) / SPAN_S, share)
        self.stopped_until = max(self.stopped_until, now + stop)
