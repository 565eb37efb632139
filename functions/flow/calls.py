"""The calls to one conference's system: store the intent, make the call, note how it ended."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from functions.core import conference as record
from functions.core import ledger, link, pending
from functions.core.actions import Ended, Park, Push, Recreate, Standing
from functions.core.conference import Conference, Entry, Intent, comes_first
from functions.core.decide import turned_down
from functions.core.enrolment import Enrolment
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.ledger import LANDS_WITHIN
from functions.core.model import NOBODY, Change, Event, EventRef, Kind, Outcome, Parties, Place, Unreadable
from functions.flow.context import (
    COUNTED,
    Failed,
    Lost,
    Overtaken,
    Work,
    amend_conference,
    note_backoff,
    save_conference,
)
from functions.flow.verdict import verdict
from functions.ports import Fences, Version, Versioned

log = logging.getLogger(__name__)
DELETES_WITHIN_S = 2.0  # of the moment when storing its intent began; others decide meanwhile
OCCURRENCES_MAX = 50  # pushed in one go; the rest is due again at once

Result = Outcome | Gone | Rejected | Failed
NAMES: Mapping[type, str] = {
    Outcome: "provider.applied",
    Gone: "provider.gone",
    Rejected: "provider.rejected",
    Failed: "provider.failed",
}


@dataclass(slots=True, kw_only=True)
class Calls:
    """One conference and the calls that are made for it.

    `saved` is the record as the store has it; `fences` are those of the calendars that were looked at without
    a lease; `recreates`: Lost is raised where it applies; `stumbled` is how its system failed, after which
    all else is left pending; `others_wrote`: somebody else wrote the record before a call ended;
    `occurrences` counts those that were pushed.
    """

    work: Work
    standing: Standing
    conference: Conference
    saved: Versioned[Conference] | None
    recreates: bool = False
    stumbled: Failed | None = None
    others_wrote: bool = False
    occurrences: int = 0
    fences: dict[str, int] = field(default_factory=dict)

    def rest_on(self, enrolment: Enrolment) -> None:
        """From here on decisions rest on a look at this calendar without its lease: nobody else may be
        reading it, or begin to before they are written. Overtaken.
        """
        name, fence = enrolment.calendar_id, enrolment.fence
        if enrolment.lease and self.work.fences.get(name) != fence:
            raise Overtaken
        self.fences.setdefault(name, fence)

    def _note_unsupported(self, unsupported: tuple[str, ...], row: str, source: EventRef) -> None:
        """It is not pushed: the provider cannot carry it."""
        self.conference = self._with_unsupported(self.conference, unsupported, row, source)

    def _with_unsupported(
        self, found: Conference, unsupported: tuple[str, ...], row: str, source: EventRef
    ) -> Conference:
        """Each is noted once for a conference."""
        new = tuple(each for each in unsupported if each not in found.unsupported)
        if not new:
            return found
        self._log("conference.unsupported", unsupported=list(new))
        entry = Entry(
            at=self._now(), row=row, what="unsupported", event=source, why=f"cannot carry: {', '.join(new)}"
        )
        return record.note(record.lack(found, new), entry)

    def call(self, push: Push, source: EventRef, event: Event | Unreadable | None = None) -> None:
        """Store the intent, make the call, note how it ended. What must wait is left pending.

        Failed if its system fails for now. Lost.
        """
        self._note_unsupported(push.unsupported, push.row, source)
        waits = bool(push.occurrence) and comes_first(self.conference)
        intent, now = self._intent(push, source), self._now()
        if self.stumbled or waits or ledger.backs_off(self.conference, now):
            self.conference = ledger.leave_pending(self.conference, intent, now=now)
            return
        if push.occurrence and self.occurrences >= OCCURRENCES_MAX:
            self.conference = ledger.defer(self.conference, intent, now=now)
            return
        self.occurrences += bool(push.occurrence)
        with self.work.slots:  # first of all: a call that waits for its turn is not under way
            self._call(self._intent(push, source), event)

    def _call(self, intent: Intent, event: Event | Unreadable | None) -> None:
        self.conference = ledger.intend(self.conference, intent, now=self._now())
        since = self.work.context.monotonic()
        begun = self._write()
        made = self.conference.intent or intent
        if made.kind is Kind.DELETED and self.work.context.monotonic() - since > DELETES_WITHIN_S:
            now = self._now()
            self._amend(begun, lambda found: ledger.give_up(found, made, now=now))
            raise Overtaken  # somebody may have seen meanwhile that an event carries it again
        change = self._change(made, event)
        result = self._made(change)
        self._log_result(change, result)
        if isinstance(result, Failed) and result.may_land:
            raise result
        ended_as = self._amend(begun, lambda found: self._ended(found, made, result, event))
        if isinstance(result, Failed):
            raise result
        if self.others_wrote:
            raise Overtaken  # what they saw may be newer than the events in hand
        if self.recreates and self.conference.deleted_at and self.conference.push_at:
            raise Lost(ended_as)

    def _amend(
        self, begun: Versioned[Conference], change: Callable[[Conference], Conference]
    ) -> Versioned[Conference]:
        def noted(found: Conference) -> Conference:
            self.others_wrote = found != begun.value
            return change(found)

        self.saved = amend_conference(self.work.context, begun, noted, self.work.notes)
        self.conference = self.saved.value
        return self.saved

    def _intent(self, push: Push, source: EventRef) -> Intent:
        return Intent(
            row=push.row,
            kind=push.kind,
            fingerprint=push.fingerprint,
            occurrence=push.occurrence,
            series_id=push.series_id,
            source=source,
            owner=self.work.owner,
            until=self._now() + LANDS_WITHIN,
        )

    def _made(self, change: Change) -> Result:
        """Make the call, unless its system is out."""
        context, name = self.work.context, change.key.provider
        now, outage = context.monotonic(), context.outages.get(name)
        if outage and not outage.lets(now, change.key.id):
            return Failed(f"{name} is out, and tried once in a while: {outage.why}")
        try:
            outcome = context.provider(name).apply(change)
        except (Gone, Rejected, RetryLater) as error:
            return verdict(context, change, error, now)
        context.outages.pop(name, None)
        return outcome

    def _log_result(self, change: Change, result: Result) -> None:
        why = {} if isinstance(result, Outcome) else {"why": result.logged}
        self._log(NAMES[type(result)], kind=change.kind, change_id=change.id, **why)

    def _ended(
        self, found: Conference, call: Intent, result: Result, event: Event | Unreadable | None
    ) -> Conference:
        """The record as it is by now, with the result of the call noted."""
        match result:
            case Outcome():
                return self._done(found, call, result, event)
            case Failed():
                return ledger.fail(found, call, now=self._now(), resets=self.standing.abilities.resets)
            case _:
                return self._turned_down(found, call, result)

    def _turned_down(self, found: Conference, call: Intent, refusal: Gone | Rejected) -> Conference:
        ended = self._refused(ledger.end(found, call), call, refusal)
        return self._landing(ended, call) if refusal.may_land else ended

    def _landing(self, found: Conference, call: Intent) -> Conference:
        """An earlier try of this call may still take effect."""
        now = self._now()
        return ledger.overtake(found, replace(call, until=now + LANDS_WITHIN), now=now)

    def _refused(self, found: Conference, call: Intent, refusal: Gone | Rejected) -> Conference:
        now = self._now()
        if found.intent is None or found.revision > call.revision:
            return found
        decided = turned_down(found, refusal, recreates=self.recreates)
        match decided:
            case Ended():
                return ledger.done(found, call, now=now, once=self.standing.abilities.once)
            case Recreate():
                return ledger.recreate(found, decided.row, now=now)
            case Park() if isinstance(refusal, Gone):
                return ledger.lost(found, decided.row, decided.reason, now=now)
            case Park():
                all_of_them = refusal.may_be_all
                return ledger.refuse(found, decided.row, decided.reason, now=now, may_be_all=all_of_them)
            case _:
                assert_never(decided)

    def _done(
        self, found: Conference, call: Intent, outcome: Outcome, event: Event | Unreadable | None
    ) -> Conference:
        intent, abilities, now = found.intent, self.standing.abilities, self._now()
        done = ledger.done(
            found, call, now=now, resets=abilities.resets, once=abilities.once, again_in=outcome.again_in
        )
        if outcome.may_land and not abilities.once:
            done = self._landing(done, call)
        if intent is None or found.revision > call.revision:
            return ledger.asked_anew(done, now=now) if link.is_another(done, outcome.link) else done
        done = self._with_unsupported(done, outcome.unsupported, intent.row, intent.source)
        if outcome.link is None or outcome.link == done.published.link:
            return done
        shown = event.shown if event else None
        learned = link.learn(done, outcome.link, shown, write=self._writes_links, now=self._now())
        if learned.published.since != found.published.since:
            self._log("conference.link_changed")
        return learned

    def _change(self, intent: Intent, event: Event | Unreadable | None) -> Change:
        return Change(
            id=record.change_id(self.conference),
            kind=intent.kind,
            key=self.conference.key,
            solution=self.conference.solution,
            calendar_id=intent.source.calendar_id,
            occurrence=intent.occurrence,
            meeting=event.meeting if event else None,
            parties=self._parties(event, intent.source),
        )

    def _parties(self, event: Event | Unreadable | None, source: EventRef) -> Parties:
        """Of the event itself, or of the hold that it was, or of the primary one."""
        if event and event.meeting:
            return event.parties
        holds = (*self.conference.holds, *self.conference.released)
        its = [hold for hold in holds if hold.ref == source] or holds
        return next((hold.parties for hold in its if hold.parties), NOBODY)

    def save(self) -> None:
        """Write what was decided, if it changed anything; Overtaken if it was decided on an old record."""
        if self.stumbled:
            why, delay, is_out = note_backoff(self.work.context, self.conference, self.stumbled)
            self.conference = pending.stumble(
                self.conference, why, now=self._now(), delay=delay, is_out=is_out
            )
        key, revision = self.conference.key, self.conference.revision
        before = self.saved.value if self.saved else Conference(key=key, revision=revision)
        if before != self.conference:
            self._write()

    def check_newest(self) -> None:
        """Overtaken if somebody else has written the record since we last read or wrote it."""
        key = self.conference.key
        newest = next(iter(self.work.context.store.known([], [key])), None)
        if newest is None or self.saved is None or newest.version != self.saved.version:
            raise Overtaken

    def _write(self) -> Versioned[Conference]:
        fences = {**self.fences, **self.work.fences}
        version = self._save(fences)
        if version is None:
            raise Overtaken
        if self.saved and bool(self.saved.value.holds) != bool(self.conference.holds):
            self.work.notes.note_release(self.saved.value, self.conference)
        self.saved = Versioned(value=self.conference, version=version, read_at=self._now())
        return self.saved

    def _save(self, fences: Fences) -> Version | None:
        context, saved = self.work.context, self.saved
        if saved and COUNTED(saved.value) == COUNTED(self.conference):
            return context.store.save(self.conference, saved.version, fences)
        return save_conference(context, self.work.notes, saved, self.conference, fences)

    def _note(self, row: str, what: str, source: EventRef, why: str = "") -> None:
        entry = Entry(at=self._now(), row=row, what=what, event=source, why=why)
        self.conference = record.note(self.conference, entry)

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
