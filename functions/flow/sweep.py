"""Finds what notifications missed: calendars not read for too long, and conferences with something due."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from itertools import islice

from functions.core.conference import Conference, is_due
from functions.core.model import Reason, SyncRequest
from functions.core.trouble import lapsed
from functions.flow.calendars import backs_off_until
from functions.flow.context import Context, Notes, Work, begin_work, counting
from functions.flow.leaving import end_consent
from functions.flow.revisit import revisit
from functions.ports import Versioned

log = logging.getLogger(__name__)
CONFERENCES_AT_ONCE = 2_000  # in memory
# Of the time limit, at most. `ASKS_MAX` syncs are asked for within the rest, even if Pub/Sub takes none of
# them and says so only at its timeout, 10 s for each `ASKS_AT_ONCE`.
CONFERENCES_SHARE = 0.75
# Syncs asked for in one sweep: a fifth of the requests that Google grants a project in the five minutes until
# the next. So they are done by then, and not asked for twice, and notifications have room.
ASKS_MAX = 10_000
ASKS_AT_ONCE = 1_000  # some megabytes of memory, and how far a sweep may overrun its time
PARKED_FOR_LONG = timedelta(days=1)  # what may be about all is tried again within it (core/ledger.py)
SECOND_LOOK_S = 1  # at least: or a conference that syncs get in the way of at each sweep is never done


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many syncs were asked for, how many could not be, how many conferences were looked at, whether some
    of what is due is left for the next sweep, which begins with the oldest, and how many conferences have
    been parked for more than a day.
    """

    asked: int = 0
    failed: int = 0
    conferences: int = 0
    left: bool = False
    parked: int = 0


def sweep(context: Context) -> Swept:
    """Conferences first: no sync that is just asked for gets in their way. Neither keeps the other from its
    share of the time limit.
    """
    began, limit = context.monotonic(), context.policy.time_limit
    looked = Swept()
    try:
        looked = _revisit_due(context, began + limit * CONFERENCES_SHARE)
    finally:  # a bug that one conference brings out does not keep calendars from being read
        asked = _ask_due(context, began + limit)
    parked = context.store.count_refused(since=context.now() - PARKED_FOR_LONG)
    swept = replace(asked, conferences=looked.conferences, left=asked.left or looked.left, parked=parked)
    log.info("sweep.done", extra=asdict(swept))
    return swept


def _ask_due(context: Context, end: float) -> Swept:
    """The most overdue first, some in any case."""
    due = _due(context)
    some, asked, failed = islice(due, ASKS_MAX), 0, 0
    while requests := list(islice(some, ASKS_AT_ONCE)):
        refused = context.queue.publish_all(requests)
        asked, failed = asked + len(requests) - len(refused), failed + len(refused)
        for error in list(refused.values())[:1]:
            log.warning("sweep.not_asked", extra={"count": len(refused), "why": error.logged})
        if context.monotonic() >= end:
            break
    return Swept(asked=asked, failed=failed, left=next(due, None) is not None)


def _due(context: Context) -> Iterator[SyncRequest]:
    now = context.now()
    for kept in context.store.enrolments(due_by=now):
        if not backs_off_until(context, kept.value, now):
            if lapsed(kept.value, now):  # once a day it is due, and no read more is needed to see that
                end_consent(context, kept.value.access.subject)
            yield SyncRequest(calendar_id=kept.value.calendar_id, reason=Reason.SWEEP)


def _revisit_due(context: Context, end: float) -> Swept:
    """Until then, the longest due first."""
    notes, due = Notes(), context.store.conferences(due_by=context.now())
    looked_at, left = 0, False
    work = begin_work(context, context.new_id(), notes)
    while some := list(islice(due, CONFERENCES_AT_ONCE)):
        with counting(context, notes):
            looks = _look_at_some(work, some, end)
        looked_at, left = looked_at + len(looks) - looks.count(None), left or _left(context, some, looks)
        if context.monotonic() >= end:
            break
    return Swept(conferences=looked_at, left=left or next(due, None) is not None)


def _left(context: Context, due: Sequence[Versioned[Conference]], looks: Sequence[bool | None]) -> bool:
    """Whether there was no time for some. What waits for a system that is out puts no sweep behind."""
    return any(look is None and not _is_out(context, kept) for kept, look in zip(due, looks, strict=True))


def _look_at_some(work: Work, due: Sequence[Versioned[Conference]], end: float) -> list[bool | None]:
    """As `_look_at`. What syncs got in the way of, and what has a system that was out and has returned since,
    is looked at once more.
    """
    context, looks = work.context, _look_at(work, due, end)
    in_time = context.monotonic() < end
    missed = [
        kept.value.key
        for kept, look in zip(due, looks, strict=True)
        if look is False or (look is None and in_time and not _is_out(context, kept))
    ]
    still = context.store.known([], missed) if missed else []
    end = max(end, context.monotonic() + SECOND_LOOK_S)
    again = [kept for kept in still if is_due(kept.value, context.now())]
    seen = dict(zip((kept.value.key for kept in again), _look_at(work, again, end), strict=True))
    return [look or seen.get(kept.value.key, look) for kept, look in zip(due, looks, strict=True)]


def _look_at(work: Work, due: Sequence[Versioned[Conference]], end: float) -> list[bool | None]:
    """For each, whether it could be looked at; None if there was no time for it, or its system is out."""

    def one(kept: Versioned[Conference]) -> bool | None:
        late = work.context.monotonic() >= end
        return None if late or _is_out(work.context, kept) else revisit(work, kept)

    with work.context.pool(work.context.policy.concurrency) as pool:
        looking = [pool.submit(one, kept) for kept in due]
    # All have ended by now: a bug in one did not stop the others, and is raised only here.
    return [ended.result() for ended in looking]


def _is_out(context: Context, kept: Versioned[Conference]) -> bool:
    outage = context.outages.get(kept.value.key.provider)
    return outage is not None and outage.shuts(context.monotonic(), kept.value.key.id)
