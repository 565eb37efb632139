"""The store as one process has it: each call passes its gate, and the witness sees what is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.core.conference import Conference
from functions.core.enrolment import Enrolment, Rest
from functions.core.errors import RetryLater
from functions.core.grant import Grant
from functions.core.model import ConferenceKey, EventRef
from functions.ports import UNFENCED, Fences, Move, Version, Versioned, WholeStore
from local.virtual.hub import Killed
from tests.simulation import without_consent
from tests.simulation.luck import Gate
from tests.simulation.truth import Room
from tests.simulation.witness import Witness


@dataclass(slots=True, kw_only=True)
class SimStore:
    inner: WholeStore
    gate: Gate
    witness: Witness

    def enrolment(self, calendar_id: str) -> Versioned[Enrolment] | None:
        return self.gate.call("store.read", calendar_id, lambda: self.inner.enrolment(calendar_id))

    def enrolments(
        self, *, user: str | None = None, due_by: datetime | None = None, expiring_by: datetime | None = None
    ) -> Iterator[Versioned[Enrolment]]:
        return self.gate.call(
            "store.read",
            "enrolments",
            lambda: iter(list(self.inner.enrolments(user=user, due_by=due_by, expiring_by=expiring_by))),
        )

    def known(
        self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
    ) -> Sequence[Versioned[Conference]]:
        return self.gate.call("store.read", "known", lambda: self.inner.known(refs, keys))

    def conferences(
        self, *, held_in: str | None = None, due_by: datetime | None = None
    ) -> Iterator[Versioned[Conference]]:
        return self.gate.call(
            "store.read",
            "conferences",
            lambda: iter(list(self.inner.conferences(held_in=held_in, due_by=due_by))),
        )

    def save(
        self, record: Enrolment | Conference, version: Version | None, fences: Fences = UNFENCED
    ) -> Version | None:
        def effect() -> Version | None:
            saved = self.inner.save(record, version, fences)
            if saved:
                self.witness.saved(record, self.gate.process)
            return saved

        try:
            return self.gate.call("store.save", _named(record), effect)
        except (Killed, RetryLater):
            if isinstance(record, Conference):  # that may say that a call is begun, or how it ended
                self.witness.unsure.add(Room(record.key.provider, record.key.id))
            raise

    def transact(self, calendar_id: str, change: Move) -> Versioned[Enrolment] | None:
        def effect() -> Versioned[Enrolment] | None:
            moved = self.inner.transact(calendar_id, change)
            if moved:
                self.witness.saved(moved.value, self.gate.process)
            return moved

        return self.gate.call("store.save", calendar_id, effect)

    def ask_again(self, calendar_id: str, at: datetime) -> None:
        self.gate.call("store.ask", calendar_id, lambda: self.inner.ask_again(calendar_id, at))

    def rest(self, user: str, rest: Rest | None) -> None:
        self.gate.call("store.ask", user, lambda: self.inner.rest(user, rest))

    def resting(self, now: datetime) -> Mapping[str, Rest]:
        return self.gate.call("store.read", "resting", lambda: self.inner.resting(now))

    def count_refused(self, *, since: datetime) -> int:
        return self.gate.call("store.read", "refused", lambda: self.inner.count_refused(since=since))

    def remove(self, record: Enrolment | Conference, version: Version) -> bool:
        def effect() -> bool:
            removed = self.inner.remove(record, version)
            if removed and isinstance(record, Enrolment):
                self.witness.leaves(record.calendar_id)
            return removed

        return self.gate.call("store.remove", _named(record), effect)

    def grant(self, user: str) -> Versioned[Grant] | None:
        return self.gate.call("store.read", f"grant {user}", lambda: self.inner.grant(user))

    def grants(self) -> Iterator[Versioned[Grant]]:
        return self.gate.call("store.read", "grants", lambda: iter(list(self.inner.grants())))

    def keep_grant(self, grant: Grant, version: Version | None) -> Version | None:
        def effect() -> Version | None:
            kept = self.inner.keep_grant(grant, version)
            if self.witness.consents:
                self.witness.consents.look()
            return kept

        return self.gate.call("store.save", f"grant {grant.user}", effect)

    def drop_grant(self, grant: Grant, version: Version) -> bool:
        def effect() -> bool:
            dropped = self.inner.drop_grant(grant, version)
            if dropped:
                self.gate.luck.struck["grant dropped"] += 1
                without_consent.ended(self.witness, self.gate.process, grant.user)
            return dropped

        return self.gate.call("store.remove", f"grant {grant.user}", effect)

    def check(self) -> None:
        self.inner.check()


def _named(record: Enrolment | Conference) -> str:
    return record.calendar_id if isinstance(record, Enrolment) else record.key.id
