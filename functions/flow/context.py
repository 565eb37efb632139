"""What flows share: ports, policy and clock, amending a record, work on conferences, how it stops, and what
enrolments have yet to learn of it. It is long because every change goes through all of that
(`tests/host/test_trip.py`).
"""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from operator import attrgetter
from threading import BoundedSemaphore, Lock
from typing import Any, Self, TypeVar
from uuid import uuid4

from functions.core import brake
from functions.core.brake import Released
from functions.core.conference import Conference, counted_otherwise
from functions.core.enrolment import Difference, Enrolment, add
from functions.core.errors import AccessLost, RetryLater
from functions.core.model import Policy
from functions.flow.looks import Looks
from functions.flow.outage import Outage, QuickRetries
from functions.flow.rests import Rests
from functions.ports import (
    UNFENCED,
    Calendar,
    Consents,
    Fences,
    Grants,
    Move,
    Provider,
    Queue,
    Store,
    Version,
    Versioned,
)

log = logging.getLogger(__name__)
WRITE_TRIES_MAX = 30
PAUSE_S_MAX = 0.5
NOW = partial(datetime.now, UTC)
Note = Released | Difference
# What is counted of a record follows from these, so most changes count nothing.
COUNTED = attrgetter("holds", "released", "refused", "occurrences", "parked", "published", "unsupported")
R = TypeVar("R", Enrolment, Conference)


def _new_id() -> str:
    return str(uuid4())


def _jitter(most: float) -> float:
    return random.uniform(0, most)  # noqa: S311 - spreads writers, keeps no secret


def _first_ended(running: set[Future[Any]], seconds: float) -> set[Future[Any]]:
    return wait(running, timeout=seconds, return_when=FIRST_COMPLETED).done


def threads(count: int) -> ThreadPoolExecutor:
    """A pool of so many threads. What they log belongs to the trace of the request under way."""
    surroundings = copy_context()

    def enter() -> None:
        for variable, value in surroundings.items():
            variable.set(value)

    return ThreadPoolExecutor(count, initializer=enter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consenting:
    """What is needed of users who consent themselves: `connect_url` is where they do."""

    google: Consents
    kept: Grants
    connect_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`pool` makes an executor of so many workers; `first_ended` waits at most so many seconds until one of
    its futures ends, and returns those that have. `quick_retries` and `outages` (by provider) are this
    instance's own. `consenting` is None where users are not asked.
    """

    calendar: Calendar
    provider: Callable[[str], Provider]
    store: Store
    queue: Queue
    policy: Policy
    keys: tuple[str, ...]
    consenting: Consenting | None = None
    now: Callable[[], datetime] = NOW
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float], float] = _jitter
    new_id: Callable[[], str] = _new_id
    pool: Callable[[int], Executor] = threads
    rests: Rests = field(default_factory=Rests)
    first_ended: Callable[[set[Future[Any]], float], set[Future[Any]]] = _first_ended
    quick_retries: QuickRetries = field(default_factory=QuickRetries)
    outages: dict[str, Outage] = field(default_factory=dict)

    @property
    def read_params(self) -> str:
        """Names what a read that begins now is read with; its token belongs to that."""
        return f"{self.calendar.read_params} {self.policy.write_back}"


def amend_enrolment(
    context: Context, kept: Versioned[Enrolment], change: Move
) -> Versioned[Enrolment] | None:
    """As `_amend`. The time given to `change` is the store's, when the record was read."""
    calendar_id = kept.value.calendar_id
    return _amend(context, kept, change, newest=lambda: context.store.enrolment(calendar_id))


def transact_enrolment(
    context: Context, kept: Versioned[Enrolment], change: Move
) -> Versioned[Enrolment] | None:
    """As `amend_enrolment`, on the record as a transaction reads it, whatever is in hand."""
    return context.store.transact(kept.value.calendar_id, change)


def amend_conference(
    context: Context,
    kept: Versioned[Conference],
    change: Callable[[Conference], Conference],
    notes: "Notes | None" = None,
) -> Versioned[Conference]:
    """As `_amend`; if the record is gone there is nothing to write, and the one in hand is returned. Without
    `notes`, the change is none of what is counted.
    """
    key = kept.value.key

    def newest() -> Versioned[Conference] | None:
        return next(iter(context.store.known([], [key])), None)

    save = partial(save_conference, context, notes) if notes else None
    return _amend(context, kept, lambda found, _: change(found), newest=newest, save=save) or kept


def save_conference(
    context: Context,
    notes: "Notes",
    kept: Versioned[Conference] | None,
    value: Conference,
    fences: Fences = UNFENCED,
) -> Version | None:
    """As `Store.save`; by how much it changes the counts is noted, also if it may not be stored. Counts have
    the store's time, which a process need not have: so what is told of a record is when it was read.
    """
    before = kept.value if kept else Conference(key=value.key)
    since = kept.read_at if kept else context.now()
    try:
        version = context.store.save(value, kept.version if kept else None, fences)
    except RetryLater:
        notes.note_change(before, value, since, sure=False)
        raise
    if version is not None:
        notes.note_change(before, value, since)
    return version


def _amend(
    context: Context,
    kept: Versioned[R],
    change: Callable[[R, datetime], R | None],
    *,
    newest: Callable[[], Versioned[R] | None],
    save: Callable[[Versioned[R], R], Version | None] | None = None,
) -> Versioned[R] | None:
    """Write what `change` makes of the record; if another writer was faster, try again on the newest version.

    None if `change` returns None or the record is gone; RetryLater if others are always faster.
    """
    for attempt in range(WRITE_TRIES_MAX):
        value = change(kept.value, kept.read_at)
        if value is None:
            return None
        if save and COUNTED(kept.value) != COUNTED(value):
            version = save(kept, value)
        else:
            version = context.store.save(value, kept.version)
        if version is not None:
            return Versioned(value=value, version=version, read_at=kept.read_at)
        pause(context, attempt)
        found = newest()
        if found is None:
            return None
        kept = found
    raise RetryLater("a record is being written by too many at once")


def pause(context: Context, attempt: int) -> None:
    """Wait a little, longer each time, and at random: two writers must not meet again at the same moment."""
    longest = min(0.01 * 2**attempt, PAUSE_S_MAX)
    context.sleep(context.jitter(longest))


def note_backoff(
    context: Context, conference: Conference, error: RetryLater | AccessLost
) -> tuple[str, float, bool]:
    """Log it; returns the reason for the record, for how many seconds it must wait at least, and whether its
    system is out.
    """
    log.warning("conference.backed_off", extra={"conference_id": conference.key.id, "why": error.logged})
    outage = context.outages.get(conference.key.provider)
    is_out = outage is not None and outage.lasts(context.monotonic())
    return str(error), getattr(error, "delay", None) or 0, is_out


class Overtaken(Exception):
    """Somebody else wrote the conference's record first, or reads its calendar: decide again."""


class Failed(RetryLater):
    """The system of this conference failed for now; no other conference needs to wait for it."""

    @classmethod
    def of(cls, error: RetryLater) -> Self:
        return cls(str(error), delay=error.delay, may_land=error.may_land, logged=error.logged)


class Lost(Exception):
    """The conference is gone from its system: it must be recreated, and everything pushed again."""

    def __init__(self, kept: Versioned[Conference]) -> None:
        super().__init__(kept.value.key.id)
        self.kept = kept


@dataclass(slots=True)
class Notes:
    """What the brake counts (`core.brake`) and by how much counts have changed (`core.counts`), and no
    enrolment has yet. May be used in any thread.
    """

    _found: list[Note] = field(default_factory=list)
    _on_its_way: list[list[Note]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def note_release(self, before: Conference, after: Conference) -> None:
        if found := brake.released(before, after):
            with self._lock:
                self._found.append(found)

    def note_change(
        self, before: Conference, after: Conference, since: datetime, *, sure: bool = True
    ) -> None:
        """The record was stored after `since`, unless it is not `sure` whether it was."""
        changed = counted_otherwise(before, after)
        found = [Difference(name, counts, since, sure) for name, counts in changed.items()]
        with self._lock:
            self._found += found

    def calendars(self) -> list[str]:
        with self._lock:
            return list(dict.fromkeys(one.calendar_id for one in self._found))

    def of(self, calendar_id: str) -> list[Note]:
        """Those that are just being stored, too."""
        with self._lock:
            found = chain(self._found, *self._on_its_way)
            return [one for one in found if one.calendar_id == calendar_id]

    def counted_anew(self, calendar_id: str) -> None:
        """Its conferences are read now: by how much its counts have changed until now will be in that."""
        with self._lock:
            self._found = [
                one
                for one in self._found
                if one.calendar_id != calendar_id or not isinstance(one, Difference)
            ]

    @contextmanager
    def storing(self, calendar_id: str) -> Iterator[Sequence[Note]]:
        """These are taken out. If storing them fails they stay; what they change of the counts may be stored
        all the same.
        """
        with self._lock:
            taken = [one for one in self._found if one.calendar_id == calendar_id]
            self._found = [one for one in self._found if one.calendar_id != calendar_id]
            self._on_its_way.append(taken)
        left = [one._replace(sure=False) if isinstance(one, Difference) else one for one in taken]
        try:
            yield taken
            left = []
        finally:
            with self._lock:
                self._found += left
                self._on_its_way = [each for each in self._on_its_way if each is not taken]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Who changes conferences (`owner` is a delivery or a sweep), how many calls may be under way at once,
    the fences of the leases under which the calendars are read, what enrolments have yet to learn, and what
    was seen around deletions.
    """

    context: Context
    owner: str
    slots: BoundedSemaphore
    notes: Notes
    fences: Fences = field(default_factory=dict)
    looks: Looks = field(default_factory=Looks)


def begin_work(context: Context, owner: str, notes: Notes, fences: Fences = UNFENCED) -> Work:
    slots = BoundedSemaphore(context.policy.concurrency)
    return Work(context=context, owner=owner, slots=slots, notes=notes, fences=fences)


def counted(enrolment: Enrolment, now: datetime, *, found: Sequence[Note], leased: bool = False) -> Enrolment:
    """The enrolment with these in its counts; `leased`: noted and stored under its lease."""
    if not found:
        return enrolment
    releases = [one for one in found if isinstance(one, Released)]
    changes = [one for one in found if isinstance(one, Difference)]
    braked = brake.count(enrolment.brake, releases, now) if releases else enrolment.brake
    return replace(enrolment, brake=braked, tally=add(enrolment.tally, changes, leased=leased))


@contextmanager
def counting(context: Context, notes: Notes) -> Iterator[None]:
    """What is noted meanwhile and stored with no enrolment is stored in the end, also after an error."""
    try:
        yield
    except Exception:
        _store(context, notes)
        raise
    _store(context, notes)


def _store(context: Context, notes: Notes) -> None:
    """What fails is tried once more: nobody else knows of it."""
    if _store_each(context, notes) and (failed := _store_each(context, notes)):
        raise failed


def _store_each(context: Context, notes: Notes) -> RetryLater | None:
    """Several at once: a sweep may have something for thousands. One calendar's enrolment that cannot be
    written does not keep the others' from it.
    """
    if not (names := notes.calendars()):
        return None
    with context.pool(context.policy.concurrency) as pool:
        failed = list(pool.map(partial(_store_one, context, notes), names))
    return next(filter(None, failed), None)


def _store_one(context: Context, notes: Notes, calendar_id: str) -> RetryLater | None:
    try:
        with notes.storing(calendar_id) as found:
            if kept := context.store.enrolment(calendar_id):
                amend_enrolment(context, kept, partial(counted, found=found))
    except RetryLater as error:
        return error
    return None
