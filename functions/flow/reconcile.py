"""After a full read: what has become of the events that hold a conference and that the read left in doubt.

An event's absence from the read releases nothing. It must be found cancelled or without the conference, or
not be found by its id. If that would release too many at once, none is: an operator has to confirm.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from functions.core.enrolment import Withheld
from functions.core.errors import RetryLater
from functions.core.model import Event, EventRef, Unreadable
from functions.core.withheld import too_many
from functions.flow.apply import Applied, View
from functions.flow.calendars import look_up_all
from functions.flow.turn import Turn

log = logging.getLogger(__name__)
PAGES_MAX = 5_000  # half a million changes in one read: more than that must be an endless loop
LOOKED_UP_AT_ONCE = 50

Events = Sequence[Event | Unreadable]
Apply = Callable[[Events, View], Applied]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """`seen` are the events that the read settled, each with its series; it grows. `shown` are instances that
    carry a conference, each with its series. `confirmed`: so many releases are allowed, whatever their share.
    """

    turn: Turn
    view: View
    seen: dict[str, str]
    shown: Mapping[str, str]
    apply: Apply
    confirmed: int

    def run(self) -> Withheld | None:
        """What was withheld, if anything.

        RetryLater if time runs out first. What was released by then is not looked up again.
        """
        holds, passed = self._holds(), replace(self.view, full=False, guarded=True)
        doubtful = [ref for ref in holds if ref.event_id not in self.seen]
        if len(doubtful) > LOOKED_UP_AT_ONCE:
            doubtful = self._not_listed(doubtful)
            if withheld := self._guarded(len(doubtful), holds):  # what no list shows counts as gone here
                return withheld
        for start in range(0, len(doubtful), LOOKED_UP_AT_ONCE):
            if start and self.turn.time_is_up():
                raise RetryLater("time ran out while the events that a full read did not show were looked up")
            found = self._look_up(doubtful[start : start + LOOKED_UP_AT_ONCE])
            suspects = self._applied(found, self.view)
            if withheld := self._guarded(len(suspects), holds):
                return withheld
            let_go = [event for event in found if event.ref in suspects]
            self._applied([*let_go, *self._instances_of(let_go)], passed)
        return None

    def _instances_of(self, let_go: Events) -> Events:
        """The known instances of live series that let go: they may carry the conference by themselves."""
        live = [event.ref for event in let_go if isinstance(event, Event) and not event.cancelled]
        calendar_id = self.turn.enrolment.calendar_id
        series = {ref.event_id for ref in live}
        instances = {**self.shown, **self.seen}
        return self._look_up(
            [EventRef(calendar_id, name) for name, its in sorted(instances.items()) if its in series]
        )

    def _holds(self) -> list[EventRef]:
        """The calendar's events that hold a conference."""
        calendar_id = self.turn.enrolment.calendar_id
        found = (
            hold.ref
            for kept in self.turn.context.store.conferences(held_in=calendar_id)
            for hold in (*kept.value.holds, *kept.value.borrowed)
            if hold.ref.calendar_id == calendar_id
        )
        return list(dict.fromkeys(found))

    def _not_listed(self, doubtful: Sequence[EventRef]) -> list[EventRef]:
        """Those that a list of all events does not show. Most are only over, and a list costs fewer calls."""
        context, access, missing = self.turn.context, self.turn.enrolment.access, set(doubtful)
        page_token: str | None = None
        for _ in range(PAGES_MAX):
            page = context.calendar.everything(access, page_token=page_token)
            self.turn.keep_lease()
            held = [event for event in page.events if event.ref in missing]
            suspects = self._applied(held, self.view)
            missing -= {event.ref for event in held} - suspects
            page_token = page.next_page
            if page_token is None:
                return [ref for ref in doubtful if ref in missing]
        raise RetryLater(f"Calendar gave {PAGES_MAX} pages and no end")

    def _applied(self, events: Events, view: View) -> set[EventRef]:
        applied = self.apply(events, view)
        for event in events:
            self.seen[event.ref.event_id] = event.instance.series_id if event.instance else ""
        return applied.suspects

    def _guarded(self, releases: int, holds: Sequence[EventRef]) -> Withheld | None:
        """What is withheld, if the guard stops so many releases."""
        enrolment = self.turn.enrolment
        if not too_many(releases=releases, holds=len(holds), confirmed=self.confirmed):
            return None
        counts = {"releases": releases, "holds": len(holds)}
        log.warning("sync.deletions_withheld", extra={"calendar_id": enrolment.calendar_id, **counts})
        return Withheld(**counts, since=self.turn.kept.read_at)

    def _look_up(self, refs: Sequence[EventRef]) -> Events:
        found = look_up_all(self.turn.context, self.turn.enrolment.access, refs)
        self.turn.keep_lease()
        return found
