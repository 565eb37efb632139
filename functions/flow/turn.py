"""One delivery's turn at a calendar: its lease, the ways in which it can end, and the pace of its work."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from functions.core import protocol, trouble
from functions.core.enrolment import Enrolment, Recount
from functions.core.errors import AccessLost, Rejected, RetryLater
from functions.core.model import Reason, SyncRequest
from functions.core.protocol import Finding
from functions.core.resume import Gathered, Resume
from functions.flow.calendars import back_off_user
from functions.flow.context import Context, Notes, amend_enrolment, counted, transact_enrolment
from functions.ports import Move, Versioned

log = logging.getLogger(__name__)
LONG_DELAY_S = 60  # if we are asked to wait longer than a redelivery does, the calendar backs off


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A sync request as it arrives: `id` is the same on every redelivery, `published_at` is when it was sent.
    `skew`: how far the clock of `published_at` may be behind the store's. `awaited`: somebody waits for the
    outcome, so every failure is raised.
    """

    id: str
    published_at: datetime
    skew: timedelta = protocol.CLOCK_SKEW_MAX
    awaited: bool = False


class LeaseLost(RetryLater):
    """Another sync reads the calendar by now: nothing more may be decided on what this one has read."""


@dataclass(slots=True, kw_only=True)
class Turn:
    context: Context
    delivery: Delivery
    kept: Versioned[Enrolment]
    taken_at: datetime
    fence: int
    began: float
    extend_at: float
    quick: bool | None = None
    notes: Notes = field(default_factory=Notes)

    @property
    def enrolment(self) -> Enrolment:
        return self.kept.value

    def time_is_up(self) -> bool:
        return self.context.monotonic() >= self.began + self.context.policy.time_limit

    def keep_lease(self) -> None:
        """Extend the lease when a third of it has gone by. LeaseLost if it is lost."""
        now = self.context.monotonic()
        if now < self.extend_at:
            return
        seconds = self.context.policy.lease
        self._move(lambda found, at: protocol.extend(found, self.fence, now=self._later(at), seconds=seconds))
        self.extend_at = now + seconds / 3

    def commit(self, finding: Finding, recount: Callable[["Turn"], Recount]) -> bool:
        """The read is finished: store its token, and if it is time for that, what is counted anew. Returns
        whether another read was asked for meanwhile.
        """
        policy, read_params, found = self.context.policy, self.context.read_params, self.kept.value
        began = protocol.read_began(found)
        if protocol.must_count(found.tally, self.kept.read_at) and not self.time_is_up():
            finding = replace(finding, recount=recount(self))

        def committed(found: Enrolment, at: datetime) -> Enrolment | None:
            if protocol.was_committed(found, self.fence, began):
                return found
            now, every = self._later(at), policy.sync_every
            return protocol.commit(found, self.fence, finding, read_params=read_params, now=now, every=every)

        self._move(committed, transact_enrolment)
        lag = self._later(self.kept.read_at) - self.delivery.published_at
        fields = {"calendar_id": self.enrolment.calendar_id, "lag_s": round(lag.total_seconds(), 3)}
        log.info("sync.token_committed", extra=fields)
        return self.enrolment.lease is not None

    def begin_again(self) -> None:
        """Another read under the same lease. It waits first, so that it surely covers all requests that were
        published before the last read ended: of a burst, only later ones need yet another read.
        """
        now = self._later(self.kept.read_at)
        self.begin_at(protocol.again_not_before(self.enrolment, self.context.policy, now=now))

    def begin_at(self, at: datetime) -> None:
        """Begin a read no sooner than that, by the store's clock; others meet the lease meanwhile. No wait is
        longer than a third of the lease, which must stand until its end.
        """
        seconds = (at - self._later(self.kept.read_at)).total_seconds()
        self.context.sleep(min(max(seconds, 0), self.context.policy.lease / 3))
        self._begin_now()

    def _begin_now(self) -> None:
        """The start is the store's own time: it is compared with the times of requests that ask meanwhile."""
        self.kept = self._newest()
        seconds = self.context.policy.lease
        self._move(lambda found, at: protocol.begin_again(found, self.fence, now=at, seconds=seconds))

    def check_lease(self) -> None:
        """LeaseLost if it is lost. May be asked in any thread."""
        lease = self._newest().value.lease
        if lease is None or lease.fence != self.fence:
            raise self._lost()

    def _newest(self) -> Versioned[Enrolment]:
        found = self.context.store.enrolment(self.enrolment.calendar_id)
        if found is None:
            raise self._lost()
        return found

    def _lost(self) -> LeaseLost:
        return LeaseLost(f"the lease of calendar {self.enrolment.calendar_id} was lost to another sync")

    def continue_later(
        self, page_token: str | None, token: str | None, gathered: Gathered | None = None
    ) -> None:
        """Time is nearly up: another delivery goes on from this page; without `gathered` it reads anew."""

        def still(found: Enrolment, at: datetime) -> Enrolment | None:
            began, read_params = protocol.read_began(found), self.context.read_params
            resume = None
            if gathered is not None and began is not None:
                resume = Resume(
                    token=token,
                    page_token=page_token,
                    read_params=read_params,
                    started_at=began,
                    gathered=gathered,
                )
            return protocol.stand_still(found, self.fence, resume, now=at)

        self._move(still)
        calendar_id = self.enrolment.calendar_id
        try:
            self.context.queue.publish(SyncRequest(calendar_id=calendar_id, reason=Reason.CONTINUE))
        except RetryLater as error:  # it is stored as due, so the sweep asks
            log.warning("sync.not_continued", extra={"calendar_id": calendar_id, "why": error.logged})
        else:
            log.info("sync.continued", extra={"calendar_id": calendar_id})

    def fail(self, error: Exception) -> bool:
        """Note the failure; what is done by then costs no call later. Of a bug only its type is noted.

        Returns whether the message must come again: nothing could be stored as due, or it may fail.
        """
        logged, now = getattr(error, "logged", type(error).__name__), self.context.now()
        failing_s = round((now - (self.enrolment.trouble.since or now)).total_seconds())
        fields = {"calendar_id": self.enrolment.calendar_id, "why": logged, "failing_s": failing_s}
        log.warning("sync.failed", extra=fields)
        why = str(error) if isinstance(error, RetryLater | Rejected) else logged
        failed = partial(trouble.fail, fence=self.fence, why=why, now=now)
        noted = amend_enrolment(self.context, self.kept, lambda found, _: failed(found))
        return noted is None or self.may_fail()

    def may_fail(self) -> bool:
        """Whether this delivery may fail although all of it is stored as due: most trouble is over when its
        message comes again. Only the first of the calendar's failures, and not many of an instance.
        """
        if self.quick is None:
            first, now = self.enrolment.trouble.since is None, self.context.monotonic()
            self.quick = self.delivery.awaited or (first and self.context.quick_retries.take(now))
        return self.quick

    def lose_access(self, error: AccessLost) -> None:
        """Count the loss: enough of them mark the calendar, which is then tried less and less often."""
        why, now, fence = str(error), self.context.now(), self.fence
        noted = amend_enrolment(
            self.context, self.kept, lambda found, _: trouble.lose_access(found, why, now=now, fence=fence)
        )
        marked = bool(noted and noted.value.trouble.lost_at)
        fields = {"calendar_id": self.enrolment.calendar_id, "why": error.logged, "marked": marked}
        log.warning("calendar.access_lost", extra=fields)

    def back_off(self, error: RetryLater) -> None:
        back_off_user(self.context, self.kept, error, fence=self.fence)

    def _move(
        self, change: Move, amend: Callable[..., Versioned[Enrolment] | None] = amend_enrolment
    ) -> None:
        """What was noted by now is stored with it."""
        with self.notes.storing(self.enrolment.calendar_id) as noted:

            def moving(found: Enrolment, at: datetime) -> Enrolment | None:
                changed = change(found, at)
                if changed is None or changed is found:
                    return changed
                return counted(changed, at, found=noted, leased=True)

            moved = amend(self.context, self.kept, moving)
            if moved is None:
                raise self._lost()
            self.kept = moved

    def _later(self, at: datetime) -> datetime:
        """The store's time by now: its own clock plus what ours has counted since, so never ahead of it."""
        return max(at, self.taken_at + timedelta(seconds=self.context.monotonic() - self.began))


def take_turn(context: Context, kept: Versioned[Enrolment], delivery: Delivery) -> Turn | None:
    """The turn, or None if another sync has the lease and knows now that it must read again for this."""
    taken = _try(context, kept, delivery)
    if taken is None:
        # Whoever takes it from here on has seen that we asked, so one more try is enough.
        newest = _ask_again(context, kept, delivery)
        taken = _try(context, newest, delivery) if newest else None
    if taken is None:
        return None
    turn, until = _turn(context, taken, delivery), _not_before(context, taken.value, delivery)
    if until and until > turn.taken_at and not taken.value.resume:
        turn.begin_at(until)
    return turn


def _not_before(context: Context, found: Enrolment, delivery: Delivery) -> datetime | None:
    """Who waits for the answer waits for no others."""
    fold = protocol.NO_FOLD if delivery.awaited else timedelta(seconds=context.policy.fold)
    return protocol.read_not_before(found, delivery.published_at, delivery.skew, fold)


def _try(context: Context, kept: Versioned[Enrolment], delivery: Delivery) -> Versioned[Enrolment] | None:
    seconds, read_params = context.policy.lease, context.read_params

    def free(found: Enrolment, at: datetime) -> Enrolment | None:
        return _free(protocol.under(found, read_params), delivery, at=at, seconds=seconds)

    return amend_enrolment(context, kept, free)


def _free(found: Enrolment, delivery: Delivery, *, at: datetime, seconds: int) -> Enrolment | None:
    published_at, skew = delivery.published_at, delivery.skew
    if protocol.covered(found, published_at, skew):
        return None
    return protocol.take(found, delivery.id, published_at=published_at, now=at, seconds=seconds, skew=skew)


def _ask_again(
    context: Context, kept: Versioned[Enrolment], delivery: Delivery
) -> Versioned[Enrolment] | None:
    """Ask the holder to read again, then look once more: it may have given up the lease just before that.

    The time that is stored is when we read the enrolment: the request had been published by then, and the
    time is of the store's clock, as is the time when the holder's read began.
    """
    if protocol.must_ask(kept.value, delivery.published_at, delivery.skew):
        context.store.ask_again(kept.value.calendar_id, kept.read_at)
    return context.store.enrolment(kept.value.calendar_id)


def _turn(context: Context, taken: Versioned[Enrolment], delivery: Delivery) -> Turn:
    started = context.monotonic()
    return Turn(
        context=context,
        delivery=delivery,
        kept=taken,
        taken_at=taken.read_at,
        fence=taken.value.fence,
        began=started,
        extend_at=started + context.policy.lease / 3,
    )


@dataclass(slots=True)
class Unhurried:
    """The pace of what must be done in one go, or no delivery would ever get further."""

    turn: Turn

    def time_is_up(self) -> bool:
        return False

    def keep_lease(self) -> None:
        self.turn.keep_lease()

    def check_lease(self) -> None:
        self.turn.check_lease()


@dataclass(slots=True)
class Patient(Unhurried):
    """The pace of a delivery's first slice: if time is up just after its events were looked up, they are
    settled all the same, or the next delivery would get no further.
    """

    late: bool | None = None

    def time_is_up(self) -> bool:
        up = self.turn.time_is_up()
        self.late = up if self.late is None else self.late
        return up and not self.late
