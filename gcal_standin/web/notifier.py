"""Delivery of notifications: asynchronous, retried as Google does, and disturbed on purpose.

A due list and one thread that watches it; a small pool sends, so that one slow receiver holds up no other.
"""

import heapq
import itertools
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from gcal_standin.model.channels import Channel, Channels
from gcal_standin.web.post import post

_RETRIED = {500, 502, 503, 504}
_SENT_MAX = 20_000
_GAP_MAX = 5_000  # Google's message numbers rise, but not by one


@dataclass(slots=True, kw_only=True)
class Disturbance:
    """How delivery departs from the good case. Counts go down as they are used."""

    drop: bool = False
    drop_next: int = 0
    duplicate_next: int = 0
    reorder_next: int = 0  # so many are held back, then sent last first
    delay_seconds: float = 0.0
    sync_before_answer: bool = False  # `watch` answers only when the sync message was delivered
    retry_base_seconds: float = 1.0
    retry_times: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    channel: Channel
    state: str
    number: int
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    channel_id: str
    state: str
    number: int
    attempt: int
    status: int | None  # None: no answer


@dataclass(slots=True)
class _Book:
    due: list[tuple[float, int, Message]] = field(default_factory=list)
    held: list[Message] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)
    sending: int = 0
    closed: bool = False


class Notifier:
    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._wake = threading.Condition()
        self._book = _Book()
        self._order = itertools.count()
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="standin-push")
        self._thread = threading.Thread(target=self._run, name="standin-notifier", daemon=True)
        self._thread.start()
        self.disturbance = Disturbance()
        self._sent: deque[Sent] = deque(maxlen=_SENT_MAX)

    def greet(self, channel: Channel) -> None:
        with self._wake:
            self._book.numbers[channel.id] = 1
            self._put(Message(channel=channel, state="sync", number=1), 0.0)

    def announce(self, calendar_id: str, event_type: str) -> None:
        """Tell every live channel of a calendar that something in it changed."""
        self._tell(self._channels.watching(calendar_id, event_type))

    def announce_own(self, user: str, watched: str) -> None:
        """Tell every live channel of a user's list of calendars, or of their settings."""
        self._tell(self._channels.watching_own(user, watched))

    def attempts(self) -> list[Sent]:
        with self._wake:
            return list(self._sent)

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until everything due was sent; held-back messages do not count."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._book.due and not self._book.sending, timeout_s)

    def close(self) -> None:
        with self._wake:
            self._book.closed = True
            self._wake.notify_all()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tell(self, channels: Iterable[Channel]) -> None:
        for channel in channels:
            with self._wake:
                self._disturbed(Message(channel=channel, state="exists", number=self._number(channel)))

    def _number(self, channel: Channel) -> int:
        self._book.numbers[channel.id] += random.randint(2, _GAP_MAX)
        return self._book.numbers[channel.id]

    def _disturbed(self, message: Message) -> None:
        plan = self.disturbance
        if plan.drop or plan.drop_next > 0:
            plan.drop_next -= 0 if plan.drop else 1
            return
        if plan.reorder_next > 0:
            plan.reorder_next -= 1
            self._book.held.append(message)
            if plan.reorder_next == 0:
                self._release()
            return
        self._put(message, plan.delay_seconds)
        if plan.duplicate_next > 0:
            plan.duplicate_next -= 1
            self._put(message, plan.delay_seconds)

    def _release(self) -> None:
        # Far enough apart that the pool sends them in this order.
        for place, message in enumerate(reversed(self._book.held)):
            self._put(message, self.disturbance.delay_seconds + place * 0.02)
        self._book.held.clear()

    def _put(self, message: Message, delay_s: float) -> None:
        heapq.heappush(self._book.due, (time.monotonic() + delay_s, next(self._order), message))
        self._wake.notify_all()

    def _run(self) -> None:
        with self._wake:
            while not self._book.closed:
                if not self._book.due:
                    self._wake.wait()
                    continue
                ahead_s = self._book.due[0][0] - time.monotonic()
                if ahead_s > 0:
                    self._wake.wait(ahead_s)
                    continue
                message = heapq.heappop(self._book.due)[2]
                self._book.sending += 1
                self._pool.submit(self._send, message)

    def _send(self, message: Message) -> None:
        try:
            if message.channel in self._channels.live():
                self._note(message, post(message.channel, message.state, message.number))
        finally:
            with self._wake:
                self._book.sending -= 1
                self._wake.notify_all()

    def _note(self, message: Message, status: int | None) -> None:
        channel_id = message.channel.id
        sent = Sent(
            channel_id=channel_id,
            state=message.state,
            number=message.number,
            attempt=message.attempt,
            status=status,
        )
        # Google does not say what an unreachable receiver is to it; here it counts as unavailable.
        again = status is None or status in _RETRIED
        with self._wake:
            self._sent.append(sent)
            if again and message.attempt <= self.disturbance.retry_times and not self._book.closed:
                delay_s = self.disturbance.retry_base_seconds * 2 ** (message.attempt - 1)
                self._put(replace(message, attempt=message.attempt + 1), delay_s)
