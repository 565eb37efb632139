"""A job on one conference: what each event means for it, and what follows from that."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from functions.core import holding, ledger, link, pending
from functions.core.actions import (
    Ask,
    Borrow,
    GiveBack,
    Hold,
    Keep,
    Park,
    Pending,
    Push,
    Release,
    Suspect,
    Unpark,
    Unsupported,
    Write,
)
from functions.core.conference import Conference
from functions.core.decide import decide, decide_link
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.hold import Hold as Held
from functions.core.hold import follows
from functions.core.holding import absorbed, behind, elect, named, seen
from functions.core.model import Event, EventRef, Kind, Unreadable
from functions.core.owning import borrow, give_back, owned, speaks
from functions.flow.calendars import enrolled, look_up
from functions.flow.calls import Calls
from functions.flow.context import Failed
from functions.ports import Owned


@dataclass(slots=True, kw_only=True)
class Job(Calls):
    """`suspects` are the events that seemed to let go of it on a full read; `at_hand` are the events that it
    is brought in step with; `taken` are instances that held it before their series did; `read_at` is when the
    read of the calendar began that shows the events, if it was one. `owners_unsaid`: it is not known whose it
    is, and was asked in vain.
    """

    suspects: set[EventRef] = field(default_factory=set)
    at_hand: dict[EventRef, Event | Unreadable] = field(default_factory=dict)
    taken: list[EventRef] = field(default_factory=list)
    read_at: datetime | None = None
    owners_asked: bool = False
    owners_unsaid: bool = False

    def handle_all(self, events: Sequence[Event | Unreadable]) -> None:
        """If its system fails, the rest is left pending: nothing else of the calendar needs to wait."""
        self.at_hand = {event.ref: event for event in events}
        for event in events:
            try:
                self.handle(event)
            except Failed as error:
                self.stumbled = error

    def handle(self, event: Event | Unreadable) -> None:
        self._learn_owners(event)
        if not self.owners_unsaid:  # else it goes on counting as one of its people's
            self.conference = behind(self.conference, event)
        self._elect(seen(self.conference, event), event)
        self.conference = named(self.conference, event, self.work.context.calendar.read_params)
        self._publish(event)
        action = decide(event, self.conference, self.standing)
        match action:
            case Keep():
                return
            case Suspect():
                self.suspects.add(event.ref)
                return
            case Push():
                self.call(action, event.ref, event)
            case Ask():
                self._ask(action, event)
            case Pending():
                self.conference = ledger.leave_pending(
                    self.conference, self._intent(action.push, event.ref), now=self._now()
                )
            case Unsupported():
                self._note_unsupported((action.ability,), action.row, event.ref)
            case _:
                self._move(action, event)
        self._log(
            "conference.decided", row=action.row, action=type(action).__name__, event_id=event.ref.event_id
        )

    def _learn_owners(self, event: Event | Unreadable) -> None:
        """Its system is asked whose it is when an event carries it that does not speak for it as far as we
        know, and when one lets go, or has let go and is looked at again, though that or who is behind it is
        not known. If it cannot be asked, that is found out when it is told something; until then no event is
        shown the link. Failed if that must be known first.
        """
        key, owners = self.conference.key, self.conference.owners
        carrying = event.carries == key and not (owners is not None and speaks(event, self.conference))
        its = self._held_by(event)
        forgotten = owners is not None and any(one.parties is None for one in its)
        letting_go = bool(its) and (owners is None or forgotten) and event.carries != key
        if not (carrying or letting_go):
            return
        if not self.owners_asked:
            self.owners_asked = True
            self._ask_whose(event, known=owners is not None and not forgotten)
        if self.owners_unsaid and carrying and forgotten:
            raise Failed("whose it is could not be asked, and who made an event of it was forgotten")

    def _held_by(self, event: Event | Unreadable) -> Sequence[Held]:
        """What it holds, or held; an instance may be part of a series that does."""
        series = event.instance and EventRef(event.ref.calendar_id, event.instance.series_id)
        return [
            one
            for one in (*self.conference.holds, *self.conference.released)
            if one.ref in (event.ref, series)
        ]

    def _ask_whose(self, event: Event | Unreadable, *, known: bool) -> None:
        key = self.conference.key
        provider = self.work.context.provider(key.provider)
        if not isinstance(provider, Owned):
            return
        try:
            with self.work.slots:
                said = provider.owners(key.id, event.parties.speak(event.ref.calendar_id))
        except (Gone, Rejected, RetryLater) as error:
            self.owners_unsaid = not (known or isinstance(error, Gone))
            return
        if said or said is None or not self.conference.owners:  # nobody among these people: as before
            self._elect(owned(self.conference, said), event)

    def _publish(self, event: Event | Unreadable) -> None:
        """The event must show the link if that was refused before, or it changed while none was written."""
        if not self._writes_links:
            return
        if self.conference.published.unwritten:
            self.conference = link.changed(self.conference, event.ref, now=self._now())
        shown, full = event.shown, self.standing.full and speaks(event, self.conference)
        if not (full and shown) or event.carries != self.conference.key:
            return
        missed = link.was_never_shown(self.conference, shown)
        policy = self.work.context.policy
        place, hosts = policy.write_back, policy.link_hosts
        if missed and isinstance(decide_link(event, self.conference, place, hosts), Write):
            self.conference = link.show(self.conference, event.ref, now=self._now())

    def _move(
        self, action: Hold | Borrow | GiveBack | Release | Park | Unpark, event: Event | Unreadable
    ) -> None:
        match action:
            case Hold():
                self._hold(action, event)
            case Borrow():
                borrowed = borrow(self.conference, event)
                self._note(action.row, "borrowed", event.ref)
                self._elect(replace(borrowed, history=self.conference.history), event)
            case GiveBack():
                after = self.work.context.policy.grace
                self.conference = give_back(self.conference, event.ref, now=self._now(), grace=after)
                self._note(action.row, "given back", event.ref)
            case Release():
                grace = self.work.context.policy.grace if action.delete else None
                guarded = self.standing.guarded
                released = holding.release(
                    self.conference, event.ref, now=self._now(), grace=grace, guarded=guarded
                )
                self._note(action.row, "released", event.ref)
                self._elect(replace(released, history=self.conference.history), event)
            case Park():
                self._park(action, event)
            case Unpark():
                self.conference = pending.unpark(self.conference)
                self._note(action.row, "readable again", event.ref)
            case _:
                assert_never(action)

    def _ask(self, action: Ask, event: Event | Unreadable) -> None:
        """Nothing is pushed for a date that the primary series shows, whatever a tombstone seems to say."""
        access = enrolled(self.work.context.store, event.ref.calendar_id).value.access
        if action.push is None:
            self._handle_asked(look_up(self.work.context, access, event.ref))
            return
        series, date = self.conference.holds[0].ref.event_id, action.push.occurrence or ""
        try:
            shown = self.work.context.calendar.shows(access, series, date)
        except Rejected as error:
            intent = self._intent(action.push, event.ref)
            self.conference = pending.unclear(self.conference, intent, error.logged, now=self._now())
            self._note(action.row, "parked", event.ref, error.logged)
        else:
            if not shown:
                self.call(action.push, event.ref, event)

    def _handle_asked(self, event: Event | Unreadable) -> None:
        before, self.standing = self.standing, replace(self.standing, asked=True)
        try:
            self.handle(event)
        finally:
            self.standing = before

    def _elect(self, after: Conference, event: Event | Unreadable) -> None:
        """Holds or spans are these now. If another event leads and is at hand, it is handled at once."""
        before = self.conference
        self.conference = elect(before, after, now=self._now(), recent=self._recent)
        self.taken += absorbed(before, self.conference)
        if (
            not (before.holds and self.conference.holds)
            or before.holds[0].ref == self.conference.holds[0].ref
        ):
            return
        leader = self.conference.holds[0]
        self._note("E12" if follows(leader, before.holds[0]) else "E11", "leads", leader.ref)
        found = event if event.ref == leader.ref else self.at_hand.get(leader.ref)
        if found:
            self.handle(found)

    @property
    def _held_at(self) -> datetime:
        return self.read_at or self._now()

    @property
    def _recent(self) -> datetime:
        return self._held_at - timedelta(seconds=self.work.context.policy.grace)

    def _hold(self, action: Hold, event: Event | Unreadable) -> None:
        self._take(action.row, event, shows=self._writes_links)
        if action.push:
            pushed = Push(action.row, Kind.UPDATED, action.fingerprint, unsupported=action.unsupported)
            self.call(pushed, event.ref, event)
        elif action.fingerprint:
            # Its system holds this already: the add-on made it so.
            self.conference = replace(self.conference, applied=action.fingerprint)

    def _take(self, row: str, event: Event | Unreadable, *, shows: bool) -> None:
        """The event holds the conference; with `shows` it must also show how to join."""
        held = holding.hold(self.conference, event, held_at=self._held_at, recent=self._recent)
        held = link.show(held, event.ref, now=self._now()) if shows else held
        self._note(row, "held", event.ref)
        self._elect(replace(held, history=self.conference.history), event)

    def _park(self, action: Park, event: Event | Unreadable) -> None:
        if action.hold:
            self._take(action.row, event, shows=self._writes_links and not self.conference.deleted_at)
        self.conference = ledger.park(self.conference, action.reason, now=self._now())
        self._note(action.row, "parked", event.ref, action.reason)
