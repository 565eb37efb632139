"""Ports for a dry run: a flow runs as always, but the outside is only read, and writes stay in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from functions.core.conference import Conference
from functions.core.enrolment import Access, Enrolment, Rest
from functions.core.errors import RetryLater
from functions.core.model import (
    Abilities,
    Change,
    Channel,
    ConferenceKey,
    Event,
    EventRef,
    Outcome,
    SyncRequest,
    Unreadable,
)
from functions.flow.context import Context
from functions.ports import UNFENCED, Calendar, Fences, Move, Page, Provider, Store, Version, Versioned

WRITTEN: Version = "in memory only"


def dry(context: Context, enrolment: Enrolment) -> tuple[Context, "DryStore"]:
    """A context without effects, in which the enrolment is as given, and the store that keeps its writes."""
    store = DryStore(inner=context.store, now=context.now, enrolled={enrolment.calendar_id: enrolment})
    made = replace(
        context,
        calendar=DryCalendar(context.calendar),
        provider=lambda name: DryProvider(context.provider(name)),
        store=store,
        queue=DryQueue(),
    )
    return made, store


@dataclass(slots=True, kw_only=True)
class DryStore:
    """What was written comes before what the store has. Nobody else writes here, so every write succeeds."""

    inner: Store
    now: Callable[[], datetime]
    enrolled: dict[str, Enrolment]
    conferred: dict[ConferenceKey, Conference] = field(default_factory=dict)

    def enrolment(self, calendar_id: str) -> Versioned[Enrolment] | None:
        kept, written = self.inner.enrolment(calendar_id), self.enrolled.get(calendar_id)
        return replace(kept, value=written) if kept and written else kept

    def enrolments(
        self, *, user: str | None = None, due_by: datetime | None = None, expiring_by: datetime | None = None
    ) -> Iterator[Versioned[Enrolment]]:
        return self.inner.enrolments(user=user, due_by=due_by, expiring_by=expiring_by)

    def known(
        self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
    ) -> Sequence[Versioned[Conference]]:
        asked, wanted = set(refs), set(keys)
        return list(
            self._with_written(
                self.inner.known(refs, keys),
                lambda one: one.key in wanted or not asked.isdisjoint(_held_by(one)),
            )
        )

    def conferences(
        self, *, held_in: str | None = None, due_by: datetime | None = None
    ) -> Iterator[Versioned[Conference]]:
        """Of what was written, those that the calendar holds or has just released."""
        return self._with_written(
            self.inner.conferences(held_in=held_in, due_by=due_by),
            lambda one: any(hold.ref.calendar_id == held_in for hold in (*one.holds, *one.released)),
        )

    def _with_written(
        self, found: Iterable[Versioned[Conference]], wanted: Callable[[Conference], bool]
    ) -> Iterator[Versioned[Conference]]:
        written = dict(self.conferred)
        yield from (kept for kept in found if kept.value.key not in written)
        for one in filter(wanted, written.values()):
            yield Versioned(value=one, version=WRITTEN, read_at=self.now())

    def save(
        self,
        record: Enrolment | Conference,
        version: Version | None,  # noqa: ARG002 - as the port has it
        fences: Fences = UNFENCED,  # noqa: ARG002 - as the port has it
    ) -> Version | None:
        if isinstance(record, Enrolment):
            self.enrolled[record.calendar_id] = record
        else:
            self.conferred[record.key] = record
        return WRITTEN

    def transact(self, calendar_id: str, change: Move) -> Versioned[Enrolment] | None:
        kept = self.enrolment(calendar_id)
        value = change(kept.value, kept.read_at) if kept else None
        if kept is None or value is None:
            return None
        self.enrolled[calendar_id] = value
        return replace(kept, value=value)

    def ask_again(self, calendar_id: str, at: datetime) -> None:
        """There is no other sync that could be asked."""

    def rest(self, user: str, rest: Rest | None) -> None:
        """Nobody rests because of a dry run."""

    def resting(self, now: datetime) -> Mapping[str, Rest]:
        return self.inner.resting(now)

    def count_refused(self, *, since: datetime) -> int:
        return self.inner.count_refused(since=since)

    def remove(self, record: Enrolment | Conference, version: Version) -> bool:  # noqa: ARG002 - as the port has it
        """Nothing is removed: what was written is the result."""
        return True

    def check(self) -> None:
        self.inner.check()


def _held_by(conference: Conference) -> Iterator[EventRef]:
    for hold in (*conference.holds, *conference.borrowed):
        yield hold.ref
        if hold.series_id:
            yield EventRef(hold.ref.calendar_id, hold.series_id)


@dataclass(frozen=True, slots=True)
class DryCalendar:
    inner: Calendar

    @property
    def read_params(self) -> str:
        return self.inner.read_params

    def resolve(self, access: Access) -> str:
        return self.inner.resolve(access)

    def role(self, access: Access) -> str:
        return self.inner.role(access)

    def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
        return self.inner.changes(access, token=token, page_token=page_token)

    def everything(self, access: Access, *, page_token: str | None) -> Page:
        return self.inner.everything(access, page_token=page_token)

    def event(self, access: Access, event_id: str) -> Event | Unreadable:
        return self.inner.event(access, event_id)

    def shows(self, access: Access, series_id: str, original_start: str) -> bool:
        return self.inner.shows(access, series_id, original_start)

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:  # noqa: ARG002 - as the port has it
        return True

    def watch(self, access: Access, *, channel_id: str, token: str, ttl: int) -> Channel | None:  # noqa: ARG002 - as the port has it
        return None

    def stop(self, access: Access, *, channel_id: str, resource_id: str) -> None:
        """The channel is not stopped."""


@dataclass(frozen=True, slots=True)
class DryProvider:
    inner: Provider

    @property
    def abilities(self) -> Abilities:
        return self.inner.abilities

    def apply(self, change: Change) -> Outcome:  # noqa: ARG002 - as the port has it
        return Outcome()

    def check(self) -> None:
        self.inner.check()


class DryQueue:
    def publish(self, request: SyncRequest) -> None:
        """Nothing is published: a dry run asks for nothing."""

    def publish_all(self, _: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        return {}

    def check(self) -> None:
        """There is nothing to reach."""
