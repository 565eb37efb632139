"""One read of a calendar, page by page, each applied before the next; after a full one, reconciliation."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import compress
from typing import TypeGuard

from functions.core import protocol
from functions.core.enrolment import Enrolment, SyncToken, Withheld
from functions.core.errors import RetryLater, SyncTokenExpired
from functions.core.model import ConferenceKey, Event, EventRef, Unreadable
from functions.core.protocol import Finding
from functions.core.resume import Gathered, cut
from functions.core.slices import SLICE_EVENTS, mark, sliced
from functions.flow.apply import Applied, Pace, View, apply
from functions.flow.calendars import look_up_all
from functions.flow.context import Failed, Work
from functions.flow.reconcile import PAGES_MAX, Apply, Reconciliation
from functions.flow.turn import Patient, Turn, Unhurried
from functions.ports import Page

log = logging.getLogger(__name__)
Events = Sequence[Event | Unreadable]


@dataclass(slots=True, kw_only=True)
class Reading:
    """One read of a calendar, from its token (or from nothing) to the next.

    `seen`: ids of the events that are settled, each with its series' id if it is an instance. `early`: events
    that came before their series. `units`: the conferences of the series seen, by the series' etag. `before`:
    what earlier deliveries gathered. `anew`: read in full, whatever the token. `confirmed`: the releases that
    an operator confirmed before; one who confirms later is heard by the next read. `settled`: marks of the
    events of this page that an earlier delivery did; `done`: those that this one did. `shown`: instances that
    carry a conference, with their series, of earlier deliveries too. `slices`: how many this delivery did.
    `token_before`: the calendar's when this read began.
    """

    turn: Turn
    work: Work
    token: str | None = None
    token_before: SyncToken | None = None
    page_token: str | None = None
    view: View = field(default_factory=View)
    seen: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    troubles: list[RetryLater] = field(default_factory=list)
    bugs: list[BaseException] = field(default_factory=list)
    early: list[Event | Unreadable] = field(default_factory=list)
    before: Gathered = field(default_factory=Gathered)
    units: dict[str, tuple[ConferenceKey, ...]] = field(default_factory=dict)
    unnamed: set[str] = field(default_factory=set)
    hidden: bool = False
    anew: bool = False
    confirmed: int = 0
    settled: dict[str, None] = field(default_factory=dict)
    done: list[Event | Unreadable] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    slices: int = 0

    def run(self) -> Finding | None:
        """All that the read showed is done or parked; None if time ran out and another delivery goes on.

        A token that Calendar no longer knows costs one restart, as a full read.
        """
        self._begin()
        try:
            return self._pages()
        except SyncTokenExpired:
            log.warning("sync.token_expired", extra={"calendar_id": self._enrolment.calendar_id})
            self.token = self.page_token = None
            self.seen, self.unreadable, self.troubles, self.early, self.hidden = {}, {}, [], [], False
            self.before, self.units, self.unnamed, self.shown = Gathered(), {}, set(), {}
            self.settled, self.done = {}, []
            self._look()
        try:
            return self._pages()
        except SyncTokenExpired as error:
            raise RetryLater("Calendar refused a full read as it refuses an old token") from error

    @property
    def _enrolment(self) -> Enrolment:
        return self.turn.enrolment

    def _begin(self) -> None:
        enrolment, read_params = self._enrolment, self.turn.context.read_params
        self.confirmed, self.token_before = enrolment.confirmed, enrolment.token
        self.token = None if self.anew or self.confirmed else protocol.token_for(enrolment, read_params)
        if enrolment.resume and enrolment.resume.read_params == read_params:
            self.token, self.page_token = enrolment.resume.token, enrolment.resume.page_token
            self.before = enrolment.resume.gathered
            self.hidden, self.units = self.before.hidden, dict(self.before.units)
            self.unnamed = {*self.before.unnamed}
            self.settled, self.shown = dict.fromkeys(self.before.settled), dict(self.before.shown)
        self._look()

    def _look(self) -> None:
        """On a full read, events that changed before the last good sync (or the lookback) are only held."""
        context, read_params = self.turn.context, self.turn.context.read_params
        lookback = timedelta(seconds=context.policy.lookback)
        since = protocol.counts_since(self._enrolment, read_params, self.turn.kept.read_at - lookback)
        self.view = View(
            fresh_after=None if self.token else since,
            full=self.token is None,
            read_at=protocol.reads_began(self._enrolment),
        )

    def _pages(self) -> Finding | None:
        for _ in range(PAGES_MAX):
            page = self._next_page()
            done = self._apply(page)
            if done and page.next_page is None and not self._leaves_reconciling():
                return self._finish(page)
            if done and page.next_page is not None:
                self.page_token, self.settled, self.done = page.next_page, {}, []
            if self.turn.time_is_up():
                self._raise_troubles()
                self.turn.continue_later(self.page_token, self.token, self._gathered())
                return None
        raise RetryLater(f"Calendar gave {PAGES_MAX} pages and no end")

    def _leaves_reconciling(self) -> bool:
        """Whether another delivery is to reconcile: the time of this one is up, it would lose its place."""
        return self.token is None and self.slices > 0 and self.turn.time_is_up()

    def _gathered(self) -> Gathered:
        early = {event.ref.event_id: its for event in self.early if (its := _series(event))}
        bare = {event.ref.event_id: event.etag for event in self.early if _is_bare(event)}
        return cut(
            Gathered(
                hidden=self.hidden,
                early={**self.before.early, **early},
                bare={**self.before.bare, **bare},
                units=self.units,
                unnamed=tuple(sorted(self.unnamed)),
                settled=(*self.settled, *map(mark, self.done)),
                shown=self.shown,
            )
        )

    def _next_page(self) -> Page:
        access = self._enrolment.access
        page = self.turn.context.calendar.changes(access, token=self.token, page_token=self.page_token)
        self.turn.keep_lease()
        log.info(
            "sync.page_read",
            extra={"calendar_id": access.calendar_id, "events": len(page.events), "full": self.token is None},
        )
        if self.token and self._enrolment.details_hidden and not page.hides_details:
            raise SyncTokenExpired("what changed while details were hidden was told without them")
        return page

    def _apply(self, page: Page) -> bool:
        """Slice by slice, and at least one of them; False if time ran out before the last. Events that an
        earlier delivery has settled are left out, unless they have changed since.
        """
        self._note_units(page)
        todo = self._todo(page.events)
        if not todo:
            return True
        for events in sliced(todo, self.units) if len(todo) > SLICE_EVENTS else [todo]:
            if self.slices and self.turn.time_is_up():
                return False
            if not self._apply_slice(events, more=page.next_page is not None):
                return False
            self.done += events
        return True

    def _todo(self, events: Events) -> Events:
        """The events not settled yet. On a full read, reconciliation looks again at the settled ones."""
        if not self.settled:
            return events
        settled = [mark(event) in self.settled for event in events]
        if self.token:
            self.seen.update((event.ref.event_id, _series(event)) for event in compress(events, settled))
        return [event for event, is_settled in zip(events, settled, strict=True) if not is_settled]

    def _note_units(self, page: Page) -> None:
        for event in page.events:
            if event.carries and event.meeting and event.meeting.recurrence and event.etag:
                self.units[event.etag] = (*self.units.get(event.etag, ()), event.carries)
        self.view = replace(self.view, hidden=page.hides_details, units=self.units)
        self.hidden = self.hidden or self.view.hidden

    def _apply_slice(self, events: Sequence[Event | Unreadable], *, more: bool) -> bool:
        """An event that seems to let go on a full read is not settled yet: that is for reconciliation."""
        applied = self._apply_events(events, self.view, self.turn if self.slices else Patient(self.turn))
        self.slices += 1
        self.seen.update(
            (one.ref.event_id, _series(one)) for one in events if one.ref not in applied.suspects
        )
        self.shown.update((one.ref.event_id, _series(one)) for one in events if one.instance and one.carries)
        self.early += [one for one in events if (more and _is_bare(one)) or not self._follows_its_series(one)]
        return applied.finished

    def _follows_its_series(self, event: Event | Unreadable) -> bool:
        """Only the unit tells which series a bare tombstone is of, and later pages may show more of it."""
        if _is_bare(event):
            return event.etag in self.units
        return event.instance is None or event.instance.series_id in self.seen

    def _came_early(self) -> list[Event | Unreadable]:
        """Instances that were read before their series, which may have taken up the conference since."""
        found = [event for event in self.early if self._follows_its_series(event)]
        if before := [*self._of_series(), *self._of_units()]:
            found += look_up_all(self.turn.context, self._enrolment.access, before)
        return found

    def _of_series(self) -> list[EventRef]:
        """The early instances of an earlier delivery whose series hold something by now, and those that carry
        a conference: their series may have let it go, or never had it.
        """
        store, early = self.turn.context.store, self.before.early
        series = {name: self._ref(its) for name, its in early.items()}
        if not series:
            return []
        known = store.known(list(dict.fromkeys(series.values())), [])
        held = {hold.ref for kept in known for hold in kept.value.holds}
        return [self._ref(name) for name, its in series.items() if its in held or name in self.before.shown]

    def _of_units(self) -> list[EventRef]:
        """The bare tombstones of an earlier delivery that are of a series of ours."""
        return [self._ref(name) for name, etag in self.before.bare.items() if etag in self.units]

    def _ref(self, event_id: str) -> EventRef:
        return EventRef(self._enrolment.calendar_id, event_id)

    def _apply_events(
        self, events: Sequence[Event | Unreadable], view: View, pace: Pace | None = None
    ) -> Applied:
        applied = apply(self.work, events, view, pace or self.turn)
        self.unreadable.update(applied.unreadable)
        self.unnamed |= applied.unnamed
        self.troubles += applied.troubles
        self.bugs += applied.bugs
        return applied

    def _reconciled(self, unhurried: Apply) -> Withheld | None:
        return Reconciliation(
            turn=self.turn,
            view=self.view,
            seen=self.seen,
            shown=self.shown,
            apply=unhurried,
            confirmed=self.confirmed,
        ).run()

    def _finish(self, page: Page) -> Finding | None:
        """Instances that came before their series are handled once more."""
        full = self.token is None
        unhurried = partial(self._apply_events, pace=Unhurried(self.turn))
        unhurried(self._came_early(), self.view)
        withheld = self._reconciled(unhurried) if full else None
        self._raise_troubles()
        if page.next_token is None:
            raise RetryLater("Calendar ended a read without a sync token")
        return Finding(
            token=page.next_token,
            token_before=self.token_before,
            seen=frozenset(self.seen),
            hidden=self.hidden,
            unreadable=self.unreadable,
            unnamed=frozenset(self.unnamed),
            reconciled=full,
            withheld=withheld,
            confirmed=self.confirmed,
            since=self.view.fresh_after,
        )

    def _raise_troubles(self) -> None:
        """Only when all that was read is done. What stumbled is due by itself, so the token may move."""
        for bug in self.bugs:
            raise bug
        due = all(isinstance(error, Failed) for error in self.troubles)
        if self.troubles and (not due or self.turn.may_fail()):
            said = f"{len(self.troubles)} conferences failed for now"
            raise RetryLater(f"{said}, first: {self.troubles[0]}", logged=said)


def _series(event: Event | Unreadable) -> str:
    return event.instance.series_id if event.instance else ""


def _is_bare(event: Event | Unreadable) -> TypeGuard[Event]:
    """A tombstone that may be of a series, but does not say of which."""
    named = event.instance is not None and event.instance.sure
    return isinstance(event, Event) and event.cancelled and not named
