"""The sync of one calendar: lease, read what changed, bring conferences in step, commit the token last."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from functions.core import cursor
from functions.core.cursor import Enrolment, Finding, Withheld
from functions.core.errors import AccessLost, Rejected, RetryLater, SyncTokenExpired
from functions.core.event import read
from functions.core.model import Access, Event, EventRef, Reason, SyncRequest, Unreadable
from functions.flow.apply import Applied, View, apply
from functions.flow.case import Work, work
from functions.flow.context import Context, threads
from functions.flow.lookup import look_up
from functions.flow.turn import LONG_DELAY_S, Delivery, Turn, take_turn
from functions.ports import Kept, Page

log = logging.getLogger(__name__)
PAGES_MAX = 2_000  # half a million changes in one read: beyond that something turns in a circle
ROUNDS_MAX = 10
LOOKED_UP_AT_ONCE = 50
CLOCKS_APART = timedelta(minutes=5)  # Calendar says when an event was updated, the store when we read
HIDING_ROLES = frozenset({"freeBusyReader", "reader", "writerWithoutPrivateAccess"})


def sync(context: Context, request: SyncRequest, delivery: Delivery) -> str:
    """One word for what came of the request, or RetryLater: then the message must come again."""
    kept = context.store.enrolment(request.calendar_id)
    _stop_orphan(context, request, kept)
    if kept is None:
        return "not_enrolled"
    if cursor.covered(kept.value, delivery.published_at):
        return "covered"
    if cursor.resting(kept.value, kept.read_at) and request.reason is not Reason.INITIALIZE:
        return "resting"
    turn = take_turn(context, kept, delivery)
    return _take(turn, untold=_untold(kept, request)) if turn else "asked_again"


def _untold(kept: Kept[Enrolment], request: SyncRequest) -> bool:
    """Whether a notification should have told of whatever is found now: watched, and all caught up."""
    found = kept.value
    behind = found.asked_again_at and found.synced_at and found.asked_again_at > found.synced_at
    busy = found.lease or found.resume or found.failing_since or found.paused_until or behind
    watched = found.channel is not None and found.channel.expires_at > kept.read_at
    return watched and not busy and request.reason in (Reason.SWEEP, Reason.RENEWAL)


def _stop_orphan(context: Context, request: SyncRequest, kept: Kept[Enrolment] | None) -> None:
    """A notification from a channel that is not the calendar's: nobody wants more of them."""
    if not (request.channel_id and request.resource_id):
        return
    if kept and cursor.listens(kept.value, request.channel_id):
        return
    access = kept.value.access if kept else Access(request.calendar_id, None)
    fields = {"calendar_id": request.calendar_id, "channel_id": request.channel_id}
    try:
        context.calendar.stop(access, channel_id=request.channel_id, resource_id=request.resource_id)
    except (RetryLater, AccessLost, Rejected) as error:
        log.warning("channel.orphan_not_stopped", extra={**fields, "why": error.logged})
    else:
        log.info("channel.orphan_stopped", extra=fields)


def _take(turn: Turn, *, untold: bool) -> str:
    try:
        return _rounds(turn, untold=untold)
    except AccessLost as error:
        turn.lose_access(error)
        return "access_lost"
    except Rejected as error:
        turn.fail(error)
        raise
    except RetryLater as error:
        if (error.delay or 0) < LONG_DELAY_S:
            turn.fail(error)
            raise
        turn.rest(error)
        return "resting"


def _rounds(turn: Turn, *, untold: bool) -> str:
    """Read as often as was asked for meanwhile. `untold`: what the first read finds, no notification told."""
    for _ in range(ROUNDS_MAX):
        done = _Reading(turn=turn, work=work(turn.context, turn.delivery.id)).run()
        if done is None:
            return "continued"
        again = turn.commit(done.token, done.finding)
        if untold and done.finding.seen and not done.finding.reconciled:
            _note_silence(turn, events=len(done.finding.seen))
        if not again:
            return "synced"
        untold = False
    turn.continue_later(None, None)
    return "continued"


def _note_silence(turn: Turn, *, events: int) -> None:
    channel = turn.enrolment.channel
    fields = {"calendar_id": turn.enrolment.calendar_id, "channel_id": channel.id if channel else None}
    log.warning("channel.silent", extra={**fields, "events": events})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    token: str
    finding: Finding


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One read of a calendar, from its token (or from nothing) to the next."""

    turn: Turn
    work: Work
    token: str | None = None
    page_token: str | None = None
    view: View = field(default_factory=View)
    seen: set[str] = field(default_factory=set)
    unreadable: dict[str, str] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    withheld: Withheld | None = None

    def run(self) -> _Done | None:
        """All that the read showed is done or parked; None if time ran out and another delivery goes on.

        A token that Calendar no longer knows costs one restart, as a full read.
        """
        self._begin()
        try:
            return self._pages()
        except SyncTokenExpired:
            log.warning("sync.token_expired", extra={"calendar_id": self._enrolment.calendar_id})
            self.token = self.page_token = None
            self.seen, self.unreadable, self.troubles = set(), {}, []
            self._look()
        try:
            return self._pages()
        except SyncTokenExpired as error:
            raise RetryLater("Calendar refused a full read as it refuses an old token") from error

    @property
    def _enrolment(self) -> Enrolment:
        return self.turn.enrolment

    def _begin(self) -> None:
        enrolment, shape = self._enrolment, self.turn.context.calendar.shape
        self.token = enrolment.token if enrolment.shape == shape and not enrolment.confirmed else None
        if enrolment.resume and enrolment.resume.shape == shape:
            self.token, self.page_token = enrolment.resume.token, enrolment.resume.page_token
        self._look()

    def _look(self) -> None:
        """On a full read, what changed before the last good sync (or the lookback) is only held."""
        lookback = timedelta(seconds=self.turn.context.policy.lookback)
        synced_at = self._enrolment.synced_at
        since = synced_at - CLOCKS_APART if synced_at else self.turn.kept.read_at - lookback
        self.view = View(fresh_after=None if self.token else since, full=self.token is None)

    def _pages(self) -> _Done | None:
        for _ in range(PAGES_MAX):
            page = self._next_page()
            applied = self._apply(page)
            if applied.finished and page.next_page is None:
                return self._finish(page)
            self.page_token = page.next_page if applied.finished else self.page_token
            if self.turn.time_is_up():
                self._raise_troubles()
                self.turn.continue_later(self.page_token, self.token)
                return None
        raise RetryLater(f"Calendar gave {PAGES_MAX} pages and no end")

    def _next_page(self) -> Page:
        access = self._enrolment.access
        page = self.turn.context.calendar.changes(access, token=self.token, page_token=self.page_token)
        self.turn.keep_lease()
        log.info(
            "sync.page_read",
            extra={"calendar_id": access.calendar_id, "events": len(page.events), "full": self.token is None},
        )
        return page

    def _apply(self, page: Page) -> Applied:
        """An event that seems to let go on a full read is not settled by it, and left for reconciliation."""
        calendar_id, solutions = self._enrolment.calendar_id, self.turn.context.solutions
        self.view = replace(self.view, hidden=page.access_role in HIDING_ROLES)
        events = [read(raw, calendar_id, solutions) for raw in page.events]
        applied = self._apply_events(events, self.view)
        self.seen.update(event.ref.event_id for event in events if event.ref not in applied.suspects)
        return applied

    def _apply_events(self, events: Sequence[Event | Unreadable], view: View) -> Applied:
        applied = apply(self.work, events, view, self.turn)
        self.unreadable.update(applied.unreadable)
        self.troubles += applied.troubles
        return applied

    def _finish(self, page: Page) -> _Done | None:
        full = self.token is None
        if full and not self._reconcile():
            raise RetryLater("time ran out while the events that a full read did not show were looked up")
        self._raise_troubles()
        if page.next_token is None:
            raise RetryLater("Calendar ended a read without a sync token")
        finding = Finding(
            seen=frozenset(self.seen),
            hidden=self.view.hidden,
            unreadable=self.unreadable,
            reconciled=full,
            withheld=self.withheld,
        )
        return _Done(token=page.next_token, finding=finding)

    def _raise_troubles(self) -> None:
        if self.troubles:
            said = f"{len(self.troubles)} conferences failed for now"
            raise RetryLater(f"{said}, first: {self.troubles[0]}", logged=said)

    def _reconcile(self) -> bool:
        """A full read does not tell what was deleted: look up each hold that it left in doubt.

        Absence alone releases nothing; only an event found cancelled, without the conference, or not found by
        its id does. Nor does it if it would release too many at once: then an operator has to confirm.
        """
        holds = self._holds()
        found = self._look_up([ref for ref in holds if ref.event_id not in self.seen])
        self.seen.update(event.ref.event_id for event in found)
        first = self._apply_events(found, self.view)
        if not (first.finished and first.suspects):
            return first.finished
        if cursor.too_many(self._enrolment, releases=len(first.suspects), holds=len(holds)):
            self._withhold(len(first.suspects), len(holds))
            return True
        let_go = [event for event in found if event.ref in first.suspects]
        return self._apply_events(let_go, replace(self.view, full=False)).finished

    def _holds(self) -> set[EventRef]:
        """The calendar's events that hold a conference."""
        calendar_id = self._enrolment.calendar_id
        return {
            hold.ref
            for kept in self.turn.context.store.conferences(held_in=calendar_id)
            for hold in kept.value.holds
            if hold.ref.calendar_id == calendar_id
        }

    def _withhold(self, releases: int, holds: int) -> None:
        self.withheld = Withheld(releases=releases, holds=holds, since=self.turn.kept.read_at)
        log.warning(
            "sync.deletions_withheld",
            extra={"calendar_id": self._enrolment.calendar_id, "releases": releases, "holds": holds},
        )

    def _look_up(self, refs: Sequence[EventRef]) -> list[Event | Unreadable]:
        context, access = self.turn.context, self._enrolment.access
        found: list[Event | Unreadable] = []
        with threads(context.policy.concurrency) as pool:
            for start in range(0, len(refs), LOOKED_UP_AT_ONCE):
                if self.turn.time_is_up():
                    raise RetryLater(f"time ran out when {start} of {len(refs)} events were looked up")
                some = refs[start : start + LOOKED_UP_AT_ONCE]
                found += pool.map(lambda ref: look_up(context, access, ref), some)
                self.turn.keep_lease()
        return found
