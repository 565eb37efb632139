"""Ports that count what passes through them, and a conference system that takes its time."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from functions.adapters.providers.webhook import WebhookProvider
from functions.adapters.queues import messages
from functions.adapters.stores import records
from functions.adapters.stores.firestore import PAGE_SIZE, VALUES_MAX
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment, Rest
from functions.core.errors import Rejected, RetryLater
from functions.core.grant import Grant
from functions.core.model import Abilities, Change, ConferenceKey, EventRef, Outcome, SyncRequest
from functions.ports import UNFENCED, Fences, Move, Queue, Version, Versioned, WholeStore

Record = Enrolment | Conference
T = TypeVar("T")
COUNTED_FOR_ONE = 1_000  # index entries that Firestore counts for the price of one read


class Counts:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def add(self, name: str, number: int = 1) -> None:
        with self._lock:
            self._counts[name] += number

    def take(self) -> Counter[str]:
        """What was counted since the last look."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedStore:
    """Counts `reads` and `writes` by call, the `records` that came back, and the `charged` document reads.

    Firestore charges a read for each document, for one that is not there, and for a query without results.
    """

    inner: WholeStore
    counts: Counts = field(default_factory=Counts)

    def grant(self, user: str) -> Versioned[Grant] | None:
        self.counts.add("reads")
        self.counts.add("charged")
        return self.inner.grant(user)

    def grants(self) -> Iterator[Versioned[Grant]]:
        self.counts.add("reads")
        return self._each(self.inner.grants())

    def keep_grant(self, grant: Grant, version: Version | None) -> Version | None:
        self.counts.add("writes")
        return self.inner.keep_grant(grant, version)

    def drop_grant(self, grant: Grant, version: Version) -> bool:
        self.counts.add("writes")
        return self.inner.drop_grant(grant, version)

    def enrolment(self, calendar_id: str) -> Versioned[Enrolment] | None:
        self.counts.add("reads")
        self.counts.add("charged")
        found = self.inner.enrolment(calendar_id)
        self.counts.add("records", 1 if found else 0)
        return found

    def enrolments(
        self, *, user: str | None = None, due_by: datetime | None = None, expiring_by: datetime | None = None
    ) -> Iterator[Versioned[Enrolment]]:
        self.counts.add("reads")
        return self._each(self.inner.enrolments(user=user, due_by=due_by, expiring_by=expiring_by))

    def known(
        self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
    ) -> Sequence[Versioned[Conference]]:
        self.counts.add("reads")
        found = self.inner.known(refs, keys)
        self.counts.add("records", len(found))
        self.counts.add("charged", len(set(keys)) + _charged_by_event(refs, found))
        return found

    def conferences(
        self, *, held_in: str | None = None, due_by: datetime | None = None
    ) -> Iterator[Versioned[Conference]]:
        self.counts.add("reads")
        return self._each(self.inner.conferences(held_in=held_in, due_by=due_by))

    def count_refused(self, *, since: datetime) -> int:
        found = self.inner.count_refused(since=since)
        self.counts.add("reads")
        self.counts.add("charged", max(1, -(-found // COUNTED_FOR_ONE)))
        return found

    def save(self, record: Record, version: Version | None, fences: Fences = UNFENCED) -> Version | None:
        self.counts.add("writes")
        self.counts.add("charged", len(fences))  # each is read in the transaction that writes
        return self.inner.save(record, version, fences)

    def transact(self, calendar_id: str, change: Move) -> Versioned[Enrolment] | None:
        """What it costs is counted before and after it: whoever counts may wait, and must not within it."""
        written = set[bool]()

        def noted(found: Enrolment, at: datetime) -> Enrolment | None:
            value = change(found, at)
            written.add(value is not None and value != found)
            return value

        self.counts.add("reads")
        self.counts.add("charged")
        moved = self.inner.transact(calendar_id, noted)
        self.counts.add("writes", int(True in written))
        return moved

    def ask_again(self, calendar_id: str, at: datetime) -> None:
        self.counts.add("writes")
        self.inner.ask_again(calendar_id, at)

    def rest(self, user: str, rest: Rest | None) -> None:
        self.counts.add("writes")
        self.inner.rest(user, rest)

    def resting(self, now: datetime) -> Mapping[str, Rest]:
        found = self.inner.resting(now)
        self.counts.add("reads")
        self.counts.add("charged", max(1, len(found)))
        return found

    def remove(self, record: Record, version: Version) -> bool:
        self.counts.add("writes")
        return self.inner.remove(record, version)

    def check(self) -> None:
        self.inner.check()

    def _each(self, found: Iterable[T]) -> Iterator[T]:
        """A full page has a successor, if only an empty one."""
        number = 0
        for each in found:
            number += 1
            self.counts.add("records")
            self.counts.add("charged")
            yield each
        self.counts.add("charged", 0 if number % PAGE_SIZE else 1)


def _charged_by_event(refs: Sequence[EventRef], found: Sequence[Versioned[Conference]]) -> int:
    """Events are looked for by queries of so many at most."""
    wanted = list(dict.fromkeys(records.event_key(ref) for ref in refs))
    held = [set(records.document(kept.value)["event_keys"]) for kept in found]
    queries = [set(wanted[start : start + VALUES_MAX]) for start in range(0, len(wanted), VALUES_MAX)]
    return sum(max(1, sum(1 for keys in held if keys & query)) for query in queries)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedQueue:
    """Counts `messages` and their `bytes`."""

    inner: Queue
    counts: Counts = field(default_factory=Counts)

    def publish(self, request: SyncRequest) -> None:
        self.counts.add("messages")
        self.counts.add("bytes", len(messages.encode(request)))
        self.inner.publish(request)

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        self.counts.add("messages", len(requests))
        self.counts.add("bytes", sum(len(messages.encode(request)) for request in requests))
        return self.inner.publish_all(requests)

    def check(self) -> None:
        self.inner.check()


@dataclass(slots=True, kw_only=True)
class SlowProvider:
    """Can what a webhook can; each call takes so many seconds. `called` is called as each begins."""

    seconds: float = 0.0
    counts: Counts = field(default_factory=Counts)
    called: Callable[[], None] = lambda: None

    @property
    def abilities(self) -> Abilities:
        return WebhookProvider.abilities

    def apply(self, change: Change) -> Outcome:
        self.counts.add(change.kind)
        self.called()
        time.sleep(self.seconds)
        return Outcome()

    def check(self) -> None:
        raise Rejected("there is no system behind this")
