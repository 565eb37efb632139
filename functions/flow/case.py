"""One conference while it is brought in step: what each event means for it, and what follows from that."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from functions.core import conference as record
from functions.core import publishing, telling
from functions.core.actions import Ask, Hold, Keep, Lack, Lead, Owe, Park, Release, Suspect, Tell, Unpark
from functions.core.decide import decide
from functions.core.errors import Rejected
from functions.core.model import Event, EventRef, Kind, Unreadable
from functions.core.parts import lead, seen
from functions.flow import status
from functions.flow.calls import Calls, Failed
from functions.flow.lookup import look_up


@dataclass(slots=True, kw_only=True)
class Case(Calls):
    """`suspects` are the events that seemed to let go of it on a full read; `at_hand` are those that it is
    brought in step with; `taken` are instances that held it before their series did.
    """

    suspects: set[EventRef] = field(default_factory=set)
    at_hand: dict[EventRef, Event | Unreadable] = field(default_factory=dict)
    taken: list[EventRef] = field(default_factory=list)

    def meet_all(self, events: Sequence[Event | Unreadable]) -> None:
        """If its system fails, the rest is owed: nothing else of the calendar need wait."""
        self.at_hand = {event.ref: event for event in events}
        for event in events:
            try:
                self.meet(event)
            except Failed as error:
                self.stumbled = error

    def meet(self, event: Event | Unreadable) -> None:
        self.conference = seen(self.conference, event)
        action = decide(event, self.conference, self.standing)
        match action:
            case Keep():
                return
            case Suspect():
                self.suspects.add(event.ref)
                return
            case Tell():
                self.call(action, event.ref, event)
            case Ask():
                self._ask(action, event)
            case Owe():
                self.conference = telling.owe(self.conference, self._intent(action.tell, event.ref))
            case Lack():
                self._lack((action.ability,), action.row, event.ref)
            case _:
                self._move(action, event)
        self._log(
            "conference.decided", row=action.row, action=type(action).__name__, event_id=event.ref.event_id
        )

    def _move(self, action: Hold | Release | Lead | Park | Unpark, event: Event | Unreadable) -> None:
        match action:
            case Hold():
                self._hold(action, event)
            case Release():
                grace = None if action.spare else self.work.context.policy.grace
                self.conference = record.release(self.conference, event.ref, now=self._now(), grace=grace)
                self._note(action.row, "released", event.ref)
            case Lead():
                self._lead(action)
            case Park():
                self._park(action, event)
            case Unpark():
                self.conference = telling.unpark(self.conference)
                self._note(action.row, "readable again", event.ref)
            case _:
                assert_never(action)

    def _ask(self, action: Ask, event: Event | Unreadable) -> None:
        """Nothing is told of a date that the primary series shows, whatever a tombstone seems to say."""
        access = status.known(self.work.context.store, event.ref.calendar_id).value.access
        if action.tell is None:
            self._meet_asked(look_up(self.work.context, access, event.ref))
            return
        series, date = self.conference.holds[0].ref.event_id, action.tell.occurrence or ""
        try:
            shown = self.work.context.calendar.shows(access, series, date)
        except Rejected as error:
            self.conference = telling.park(
                self.conference, error.logged, now=self._now(), occurrence=date, source=event.ref
            )
            self._note(action.row, "parked", event.ref, error.logged)
        else:
            if not shown:
                self.call(action.tell, event.ref, event)

    def _meet_asked(self, event: Event | Unreadable) -> None:
        before, self.standing = self.standing, replace(self.standing, asked=True)
        try:
            self.meet(event)
        finally:
            self.standing = before

    def _lead(self, action: Lead) -> None:
        self._take_in(action.ref)
        self.conference = lead(self.conference, action.ref, now=self._now())
        self._note(action.row, "leads", action.ref)
        if leader := self.at_hand.get(action.ref):
            self.meet(leader)

    def _take_in(self, series: EventRef) -> None:
        self.taken += [one.ref for one in self.conference.holds if record.part_of(one, series)]

    def _hold(self, action: Hold, event: Event | Unreadable) -> None:
        self._take_in(event.ref)
        self.conference = record.hold(self.conference, event, primary=action.primary)
        self._note(action.row, "held", event.ref)
        if self._writes_links:
            self.conference = publishing.show(self.conference, event.ref)
        if action.tell:
            told = Tell(action.row, Kind.UPDATED, action.fingerprint, lacks=action.lacks)
            self.call(told, event.ref, event)
        elif action.primary:
            self.conference = record.known(self.conference, action.fingerprint)

    def _park(self, action: Park, event: Event | Unreadable) -> None:
        if action.hold:
            self.conference = record.hold(self.conference, event, primary=False)
            self._note(action.row, "held", event.ref)
        self.conference = telling.park(self.conference, action.reason, now=self._now())
        self._note(action.row, "parked", event.ref, action.reason)
