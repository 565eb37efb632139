"""Finds what notifications missed: calendars not read for too long, and conferences with something due."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice

from functions.core import link, pending
from functions.core.conference import Conference, Entry, is_due, note
from functions.core.enrolment import Enrolment
from functions.core.errors import BadRequest, RetryLater
from functions.core.model import ConferenceKey, Reason, SyncRequest
from functions.flow.calendars import backs_off_until
from functions.flow.context import Context, Releases, Work, amend_conference, begin_work, counting
from functions.flow.revisit import revisit
from functions.ports import Versioned

log = logging.getLogger(__name__)
CONFERENCES_MAX = 2_000  # looked at in one sweep
SECOND_LOOK_S = 1  # at least: or a conference that syncs get in the way of at each sweep is never done


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many syncs were asked for, how many could not be, and how many conferences were looked at."""

    asked: int = 0
    failed: int = 0
    conferences: int = 0


def sweep(context: Context) -> Swept:
    now = context.now()
    due = (
        kept for kept in context.store.enrolments(due_by=now) if not backs_off_until(context, kept.value, now)
    )
    asked = [_ask(context, kept.value) for kept in due]
    looked_at = _revisit_due(context)
    swept = Swept(asked=asked.count(True), failed=asked.count(False), conferences=looked_at)
    log.info("sweep.done", extra=asdict(swept))
    return swept


def _ask(context: Context, enrolment: Enrolment) -> bool:
    try:
        context.queue.publish(SyncRequest(calendar_id=enrolment.calendar_id, reason=Reason.SWEEP))
    except RetryLater as error:
        log.warning("sweep.not_asked", extra={"calendar_id": enrolment.calendar_id, "why": error.logged})
        return False
    return True


def _revisit_due(context: Context) -> int:
    """Until time is nearly up; what is left is due again at the next sweep, oldest first.

    The syncs just asked for get in the way of some of them: those are looked at once more in the end.
    """
    releases = Releases()
    with counting(context, releases):
        return _revisit_all(begin_work(context, context.new_id(), releases))


def _revisit_all(work: Work) -> int:
    context = work.context
    end = context.monotonic() + context.policy.time_limit
    due = list(islice(context.store.conferences(due_by=context.now()), CONFERENCES_MAX))
    looks = _look_at(work, due, end)
    missed = [kept.value.key for kept, look in zip(due, looks, strict=True) if look is False]
    still = context.store.known([], missed) if missed else []
    end = max(end, context.monotonic() + SECOND_LOOK_S)
    _look_at(work, [kept for kept in still if is_due(kept.value, context.now())], end)
    return sum(look is not None for look in looks)


def _look_at(work: Work, due: Sequence[Versioned[Conference]], end: float) -> list[bool | None]:
    """For each, whether it could be looked at; None if there was no time for it, or its system is out."""

    def one(kept: Versioned[Conference]) -> bool | None:
        now, outage = work.context.monotonic(), work.context.outages.get(kept.value.key.provider)
        return None if now >= end or (outage and outage.shuts(now)) else revisit(work, kept)

    with work.context.pool(work.context.policy.concurrency) as pool:
        looking = [pool.submit(one, kept) for kept in due]
    # All have ended by now: a bug in one did not stop the others, and is raised only here.
    return [ended.result() for ended in looking]


def _again(conference: Conference, entry: Entry) -> Conference:
    return note(link.tried_again(pending.again(conference, now=entry.at), now=entry.at), entry)


def retry(context: Context, conference_id: str, providers: tuple[str, ...]) -> int:
    """An operator says so: what is parked under this id is tried again now. Returns the number of records."""
    keys = [ConferenceKey(provider, conference_id) for provider in providers]
    found = context.store.known([], keys)
    if not found:
        raise BadRequest(
            f"no conference {conference_id} is known of providers {', '.join(providers)}", status=404
        )
    releases = Releases()
    entry = Entry(at=context.now(), row="", what="retried", why="an operator said so")
    with counting(context, releases):
        work = begin_work(context, context.new_id(), releases)
        for kept in found:
            revisit(work, amend_conference(context, kept, lambda one: _again(one, entry)))
    return len(found)
