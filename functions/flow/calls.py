"""One conference's record in hand: the intent stored, the call made, how it ended noted."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import assert_never

from functions.core import conference as record
from functions.core import publishing, telling
from functions.core.actions import Ended, Park, Remake, Standing, Tell
from functions.core.conference import Conference, Intent
from functions.core.cursor import Enrolment
from functions.core.decide import turned_down
from functions.core.errors import AccessLost, Gone, Rejected, RetryLater
from functions.core.history import Deed
from functions.core.model import Change, Event, EventRef, Outcome, Place, Unreadable
from functions.flow.context import Context, amend_conference
from functions.ports import UNFENCED, Fences, Kept

log = logging.getLogger(__name__)
OCCURRENCES_MAX = 50  # told in one go; the rest is due at once again


def note_postponed(conference: Conference, error: RetryLater | AccessLost) -> tuple[str, float]:
    """Why, for the record, and for how many seconds at the least."""
    log.warning("conference.postponed", extra={"conference_id": conference.key.id, "why": error.logged})
    return str(error), getattr(error, "delay", None) or 0


class Overtaken(Exception):
    """Somebody else wrote the conference's record first, or reads its calendar: decide again."""


class Lost(Exception):
    """Its system has lost the conference: it must be made anew, and then be told everything again."""

    def __init__(self, kept: Kept[Conference]) -> None:
        super().__init__(kept.value.key.id)
        self.kept = kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """On whose behalf conferences are changed, how many calls may be under way at once, and the fences of the
    leases under which the calendars are read.
    """

    context: Context
    owner: str
    slots: BoundedSemaphore
    fences: Fences = field(default_factory=dict)


def work(context: Context, owner: str, fences: Fences = UNFENCED) -> Work:
    slots = BoundedSemaphore(context.policy.concurrency)
    return Work(context=context, owner=owner, slots=slots, fences=fences)


@dataclass(slots=True, kw_only=True)
class Calls:
    """One conference and the calls that are made for it.

    `saved` is the record as the store has it; `fences` are those of the calendars that were looked at without
    a lease; `remakes`: Lost is wanted where it applies; `put_off` is why
    something waits for long; `others_wrote`: the record was another's by the time a call ended; `occurrences`
    counts those that were told.
    """

    work: Work
    standing: Standing
    conference: Conference
    saved: Kept[Conference] | None
    remakes: bool = False
    put_off: RetryLater | None = None
    others_wrote: bool = False
    occurrences: int = 0
    fences: dict[str, int] = field(default_factory=dict)

    def rest_on(self, enrolment: Enrolment) -> None:
        """What is decided from here on follows from a look at this calendar: nobody else may be reading it,
        or begin to before the decision is written. Overtaken.
        """
        name, fence = enrolment.calendar_id, enrolment.fence
        if enrolment.lease and self.work.fences.get(name) != fence:
            raise Overtaken
        self.fences.setdefault(name, fence)

    def _lack(self, lacks: tuple[str, ...], row: str, source: EventRef) -> None:
        """Not tried: the provider cannot carry it."""
        self.conference = self._degraded(self.conference, lacks, row, source)

    def _degraded(self, found: Conference, lacks: tuple[str, ...], row: str, source: EventRef) -> Conference:
        """Each is said once for a conference."""
        new = tuple(each for each in lacks if each not in found.lacks)
        if not new:
            return found
        self._log("conference.degraded", lacks=list(new))
        deed = Deed(
            at=self._now(), row=row, what="degraded", event=source, why=f"cannot carry: {', '.join(new)}"
        )
        return record.note(record.lack(found, new), deed)

    def call(self, tell: Tell, source: EventRef, event: Event | Unreadable | None = None) -> None:
        """Store the intent, make the call, note how it ended. Passing trouble raises RetryLater. Lost."""
        intent = self._intent(tell, source)
        if telling.busy(self.conference, intent, self._now()):
            raise RetryLater(f"conference {self.conference.key.id} is being changed by another sync")
        self._lack(tell.lacks, tell.row, source)
        if self.put_off:
            self.conference = telling.owe(self.conference, intent)
            return
        if tell.occurrence and self.occurrences >= OCCURRENCES_MAX:
            self.conference = telling.defer(self.conference, intent, now=self._now())
            return
        self.occurrences += bool(tell.occurrence)
        self.conference = telling.intend(self.conference, intent)
        begun = self._write()
        revision = self.conference.revision
        try:
            outcome = self._made(intent, event)
        except RetryLater:
            ended = self._now()
            self._amend(begun, lambda found: telling.give_up(found, revision, now=ended))
            raise
        ended_as = self._amend(begun, outcome)
        if self.others_wrote:
            raise Overtaken  # what they saw may be newer than the events in hand
        if self.remakes and self.conference.deleted_at and self.conference.follow_at:
            raise Lost(ended_as)

    def _amend(self, begun: Kept[Conference], change: Callable[[Conference], Conference]) -> Kept[Conference]:
        def noted(found: Conference) -> Conference:
            self.others_wrote = found != begun.value
            return change(found)

        self.saved = amend_conference(self.work.context, begun, noted)
        self.conference = self.saved.value
        return self.saved

    def _intent(self, tell: Tell, source: EventRef) -> Intent:
        # Time for a call that is waited for and for one's own: twice as many are at work as may call at once.
        until = self._now() + 2 * timedelta(seconds=self.work.context.policy.lease)
        return Intent(
            row=tell.row,
            kind=tell.kind,
            fingerprint=tell.fingerprint,
            occurrence=tell.occurrence,
            series_id=tell.series_id,
            source=source,
            owner=self.work.owner,
            until=until,
        )

    def _made(self, intent: Intent, event: Event | Unreadable | None) -> Callable[[Conference], Conference]:
        """Make the call. What comes back notes its outcome on whatever the record is by then."""
        change, revision = self._change(intent, event), self.conference.revision
        try:
            with self.work.slots:
                outcome = self.work.context.provider(change.key.provider).apply(change)
        except (Gone, Rejected) as error:
            name = "provider.gone" if isinstance(error, Gone) else "provider.rejected"
            self._log(name, kind=change.kind, change_id=change.id, why=error.logged)
            refusal = error
            return lambda found: self._turned_down(found, refusal)
        except RetryLater as error:
            self._log("provider.failed", kind=change.kind, change_id=change.id, why=error.logged)
            raise
        self._log("provider.applied", kind=change.kind, change_id=change.id)
        return lambda found: self._done(found, revision, intent, outcome, event)

    def _turned_down(self, found: Conference, refusal: Gone | Rejected) -> Conference:
        decided, now = turned_down(found, refusal, remakes=self.remakes), self._now()
        match decided:
            case Ended():
                return telling.done(found, found.revision, now=now)
            case Remake():
                return telling.remake(found, decided.row, now=now)
            case Park() if isinstance(refusal, Gone):
                return telling.lost(found, decided.row, decided.reason, now=now)
            case Park():
                return telling.refuse(found, decided.row, decided.reason, now=now)
            case _:
                assert_never(decided)

    def _done(
        self,
        found: Conference,
        revision: int,
        made: Intent,
        outcome: Outcome,
        event: Event | Unreadable | None,
    ) -> Conference:
        intent, resets, now = found.intent, self.standing.abilities.resets, self._now()
        if found.revision > revision:
            return telling.late(found, made, now=now, resets=resets)
        done = telling.done(found, revision, now=now, resets=resets, again_in=outcome.again_in)
        if intent is None or done is found:
            return found
        done = self._degraded(done, outcome.lacks, intent.row, intent.source)
        shown = event.shown if event else None
        learned = publishing.learn(done, outcome.link, shown, write=self._writes_links, now=self._now())
        if learned.linked_at != found.linked_at:
            self._log("conference.link_changed")
        return learned

    def _change(self, intent: Intent, event: Event | Unreadable | None) -> Change:
        return Change(
            id=telling.change_id(self.conference),
            kind=intent.kind,
            key=self.conference.key,
            solution=self.conference.solution,
            calendar_id=intent.source.calendar_id,
            occurrence=intent.occurrence,
            meeting=event.meeting if event else None,
        )

    def save(self) -> None:
        """Write what was decided, if it changed anything; Overtaken if it was decided on an old record."""
        if self.put_off:
            why, delay = note_postponed(self.conference, self.put_off)
            self.conference = telling.put_off(self.conference, why, now=self._now(), delay=delay)
        key, born = self.conference.key, self.conference.born
        before = self.saved.value if self.saved else Conference(key=key, born=born)
        if before != self.conference:
            self._write()

    def _write(self) -> Kept[Conference]:
        fences = {**self.fences, **self.work.fences}
        known = self.saved.version if self.saved else None
        version = self.work.context.store.save(self.conference, known, fences)
        if version is None:
            raise Overtaken
        self.saved = Kept(value=self.conference, version=version, read_at=self._now())
        return self.saved

    def _note(self, row: str, what: str, source: EventRef, why: str = "") -> None:
        deed = Deed(at=self._now(), row=row, what=what, event=source, why=why)
        self.conference = record.note(self.conference, deed)

    @property
    def _writes_links(self) -> bool:
        return self.work.context.policy.write_back is not Place.OFF

    def _now(self) -> datetime:
        return self.work.context.now()

    def _log(self, name: str, **fields: object) -> None:
        key = self.conference.key
        log.info(name, extra={"provider": key.provider, "conference_id": key.id, **fields})

    def is_due(self) -> bool:
        return record.is_due(self.conference, self._now())
