"""Ports with something in between: a hook before or after a call, a process that dies at a chosen effect."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from functions.core.conference import Conference
from functions.core.enrolment import Enrolment, Rest
from functions.core.errors import Rejected, RetryLater
from functions.core.model import (
    Abilities,
    Change,
    ConferenceKey,
    Event,
    EventRef,
    Outcome,
    SyncRequest,
    Unreadable,
)
from functions.ports import UNFENCED, Fences, Move, Page, Provider, Store, Version, Versioned

Record = Enrolment | Conference
T = TypeVar("T")


class Killed(BaseException):
    """The process is gone: nothing catches it, nothing is tidied up."""


@dataclass(kw_only=True)
class Effects:
    """Counts effects on the outside, and dies right before or right after the one that is chosen."""

    die_at: int = 0
    after: bool = False
    made: int = 0

    def pass_through(self, effect: Callable[[], T]) -> T:
        self.made += 1
        if self.made == self.die_at and not self.after:
            raise Killed
        done = effect()
        if self.made == self.die_at:
            raise Killed
        return done


@dataclass(kw_only=True)
class WrappedProvider:
    inner: Provider
    before: Callable[[Change], None] = lambda _: None
    effects: Effects = field(default_factory=Effects)
    made: list[Change] = field(default_factory=list)

    @property
    def abilities(self) -> Abilities:
        return self.inner.abilities

    def apply(self, change: Change) -> Outcome:
        self.before(change)
        self.made.append(change)
        return self.effects.pass_through(lambda: self.inner.apply(change))

    def check(self) -> None:
        self.inner.check()


@dataclass(kw_only=True)
class OfItsPeople(WrappedProvider):
    """Its system says whose a conference is, or refuses to; others may change nothing."""

    said: frozenset[str] | Rejected | RetryLater

    def apply(self, change: Change) -> Outcome:
        if isinstance(self.said, frozenset) and change.speakers.isdisjoint(self.said):
            raise Rejected("not theirs")
        return super().apply(change)

    def owners(self, conference_id: str, speakers: Collection[str]) -> frozenset[str]:
        assert conference_id
        assert speakers
        if isinstance(self.said, frozenset):
            return self.said
        raise self.said


@dataclass(kw_only=True)
class WrappedStore:
    """Every write is an effect; reads and writes are counted."""

    inner: Store
    before_save: Callable[[Record], None] = lambda _: None
    before_remove: Callable[[Record], None] = lambda _: None
    effects: Effects = field(default_factory=Effects)
    reads: int = 0
    writes: int = 0

    def enrolment(self, calendar_id: str) -> Versioned[Enrolment] | None:
        self.reads += 1
        return self.inner.enrolment(calendar_id)

    def enrolments(
        self, *, user: str | None = None, due_by: datetime | None = None, expiring_by: datetime | None = None
    ) -> Iterator[Versioned[Enrolment]]:
        self.reads += 1
        return self.inner.enrolments(user=user, due_by=due_by, expiring_by=expiring_by)

    def known(
        self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
    ) -> Sequence[Versioned[Conference]]:
        self.reads += 1
        return self.inner.known(refs, keys)

    def conferences(
        self, *, held_in: str | None = None, due_by: datetime | None = None
    ) -> Iterator[Versioned[Conference]]:
        self.reads += 1
        return self.inner.conferences(held_in=held_in, due_by=due_by)

    def count_refused(self, *, since: datetime) -> int:
        self.reads += 1
        return self.inner.count_refused(since=since)

    def save(self, record: Record, version: Version | None, fences: Fences = UNFENCED) -> Version | None:
        self.before_save(record)
        self.writes += 1
        return self.effects.pass_through(lambda: self.inner.save(record, version, fences))

    def transact(self, calendar_id: str, change: Move) -> Versioned[Enrolment] | None:
        self.reads += 1
        kept = self.inner.enrolment(calendar_id)
        if kept and (value := change(kept.value, kept.read_at)):
            self.before_save(value)  # not inside the transaction, which keeps everybody else out
            self.writes += value != kept.value
        return self.effects.pass_through(lambda: self.inner.transact(calendar_id, change))

    def ask_again(self, calendar_id: str, at: datetime) -> None:
        self.writes += 1
        self.inner.ask_again(calendar_id, at)

    def rest(self, user: str, rest: Rest | None) -> None:
        self.writes += 1
        self.effects.pass_through(lambda: self.inner.rest(user, rest))

    def resting(self, now: datetime) -> Mapping[str, Rest]:
        """Not counted: no sync makes a read of it."""
        return self.inner.resting(now)

    def remove(self, record: Record, version: Version) -> bool:
        self.before_remove(record)
        self.writes += 1
        return self.effects.pass_through(lambda: self.inner.remove(record, version))

    def check(self) -> None:
        self.inner.check()


class ShutQueue:
    """Takes nothing."""

    def publish(self, request: SyncRequest) -> None:
        raise RetryLater(f"no place for {request.calendar_id}")

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        return {request: RetryLater(f"no place for {request.calendar_id}") for request in requests}

    def check(self) -> None:
        raise RetryLater("shut")


def one_each(whole: Page, events: Sequence[Event | Unreadable], page_token: str | None) -> Page:
    """The page of one event of a list that is read one by one; `whole` is the list as it is read at once."""
    place = int(page_token or 0)
    more = place + 1 < len(events)
    return replace(
        whole,
        events=events[place : place + 1],
        next_page=str(place + 1) if more else None,
        next_token=None if more else whole.next_token,
    )
