"""One conference while it is brought in step: decide, store the intent, make the call, note how it ended."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import assert_never

from functions.core import conference as record
from functions.core import telling
from functions.core.conference import Conference, Intent
from functions.core.decide import Hold, Keep, Park, Release, Standing, Tell, Unpark, decide
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Change, Event, EventRef, Kind, Meeting, Unreadable
from functions.flow.context import Context, amend_conference
from functions.ports import Kept

log = logging.getLogger(__name__)


class Overtaken(Exception):
    """Somebody else wrote the conference's record first: what was decided may be wrong, so decide again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """On whose behalf conferences are changed, and how many calls may be under way at once."""

    context: Context
    owner: str
    slots: BoundedSemaphore


def work(context: Context, owner: str) -> Work:
    return Work(context=context, owner=owner, slots=BoundedSemaphore(context.policy.concurrency))


@dataclass(slots=True, kw_only=True)
class Case:
    """One conference while it is being brought in step. `saved` is the record as the store has it."""

    work: Work
    standing: Standing
    conference: Conference
    saved: Kept[Conference] | None

    def meet(self, event: Event | Unreadable) -> None:
        action = decide(event, self.conference, self.standing)
        match action:
            case Keep():
                return
            case Hold():
                self._hold(action, event)
            case Release():
                grace = None if action.spare else self.work.context.policy.grace
                self.conference = record.release(self.conference, event.ref, now=self._now(), grace=grace)
            case Tell():
                self._tell(action, event)
            case Park():
                self._park(action, event)
            case Unpark():
                self.conference = telling.unpark(self.conference)
            case _:
                assert_never(action)
        self._log(
            "conference.decided", row=action.row, action=type(action).__name__, event_id=event.ref.event_id
        )

    def _hold(self, action: Hold, event: Event | Unreadable) -> None:
        self.conference = record.hold(self.conference, event, primary=action.primary)
        if action.tell:
            self._tell(Tell(action.row, Kind.UPDATED, action.fingerprint), event)
        elif action.primary:
            self.conference = record.known(self.conference, action.fingerprint)

    def _park(self, action: Park, event: Event | Unreadable) -> None:
        if action.hold:
            self.conference = record.hold(self.conference, event, primary=False)
        self.conference = telling.park(self.conference, action.reason, now=self._now())

    def _tell(self, action: Tell, event: Event | Unreadable) -> None:
        self.call(action.kind, action.fingerprint, action.occurrence, event.ref, event.meeting)

    def call(
        self, kind: Kind, fingerprint: str, occurrence: str | None, source: EventRef, meeting: Meeting | None
    ) -> None:
        """Store the intent, make the call, note how it ended. Passing trouble raises RetryLater."""
        now = self._now()
        # Time for a call that is waited for and for one's own: twice as many are at work as may call at once.
        until = now + 2 * timedelta(seconds=self.work.context.policy.lease)
        intent = Intent(
            kind=kind,
            fingerprint=fingerprint,
            occurrence=occurrence,
            source=source,
            owner=self.work.owner,
            until=until,
        )
        if telling.busy(self.conference, intent, now):
            raise RetryLater(f"conference {self.conference.key.id} is being changed by another sync")
        self.conference = telling.intend(self.conference, intent)
        begun = self._write()
        revision = self.conference.revision
        try:
            outcome = self._made(intent, meeting)
        except RetryLater:
            context, ended = self.work.context, self._now()
            amend_conference(context, begun, lambda found: telling.give_up(found, revision, now=ended))
            raise
        self.saved = amend_conference(self.work.context, begun, outcome)
        self.conference = self.saved.value

    def _made(self, intent: Intent, meeting: Meeting | None) -> Callable[[Conference], Conference]:
        """Make the call. What comes back notes its outcome on whatever the record is by then."""
        change, revision = self._change(intent, meeting), self.conference.revision
        try:
            with self.work.slots:
                self.work.context.provider(change.key.provider).apply(change)
        except Gone:
            self._log("provider.gone", kind=change.kind, change_id=change.id)
            return lambda found: telling.gone(found, now=self._now())
        except Rejected as error:
            why = str(error)
            self._log("provider.rejected", kind=change.kind, change_id=change.id, why=why)
            return lambda found: telling.refuse(found, why, now=self._now())
        except RetryLater as error:
            self._log("provider.failed", kind=change.kind, change_id=change.id, why=str(error))
            raise
        self._log("provider.applied", kind=change.kind, change_id=change.id)
        return lambda found: telling.done(found, revision, now=self._now())

    def _change(self, intent: Intent, meeting: Meeting | None) -> Change:
        return Change(
            id=telling.change_id(self.conference),
            kind=intent.kind,
            key=self.conference.key,
            solution=self.conference.solution,
            calendar_id=intent.source.calendar_id,
            occurrence=intent.occurrence,
            meeting=meeting,
        )

    def save(self) -> None:
        """Write what was decided, if it changed anything; Overtaken if it was decided on an old record."""
        key, born = self.conference.key, self.conference.born
        before = self.saved.value if self.saved else Conference(key=key, born=born)
        if before != self.conference:
            self._write()

    def _write(self) -> Kept[Conference]:
        version = self.work.context.store.save(self.conference, self.saved.version if self.saved else None)
        if version is None:
            raise Overtaken
        self.saved = Kept(value=self.conference, version=version, read_at=self._now())
        return self.saved

    def _now(self) -> datetime:
        return self.work.context.now()

    def _log(self, name: str, **fields: object) -> None:
        key = self.conference.key
        log.info(name, extra={"provider": key.provider, "conference_id": key.id, **fields})

    def is_due(self) -> bool:
        due_at = self.conference.due_at
        return due_at is not None and due_at <= self._now()
