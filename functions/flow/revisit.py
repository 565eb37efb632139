"""Looks at one conference again: reads its events anew, and deletes it when none carries it.

Everything that is due comes here: a deletion whose grace is over, a passing failure to be tried again, a new
primary event to be pushed, a changed link to be written. Right before a deletion the events that held it last
are read once more, and what has changed around them.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from functions.core import brake, ledger, pending
from functions.core.actions import Push, Standing
from functions.core.conference import Conference, pending_occurrences
from functions.core.decide import unnamed
from functions.core.errors import AccessLost, RetryLater
from functions.core.holding import let_be
from functions.core.model import Event, EventRef, Kind, Reason, SyncRequest, Unreadable
from functions.core.owning import let_go_by
from functions.core.protocol import under
from functions.flow.brake import holds_back
from functions.flow.calendars import backs_off_until, look_up, staying
from functions.flow.calls import OCCURRENCES_MAX
from functions.flow.context import Overtaken, Work, amend_conference, amend_enrolment, note_backoff
from functions.flow.glance import around
from functions.flow.job import Job
from functions.flow.writeback import write_links
from functions.ports import Versioned

log = logging.getLogger(__name__)
DELETED = "deleted"  # the fingerprint of a deletion


class _BackOff(RetryLater):
    """It cannot be found out yet whether an event still carries the conference; the text says why."""


def revisit(work: Work, kept: Versioned[Conference]) -> bool:
    """It is in step again, deleted, or backs off with the reason; passing failures are never raised.

    False if others were writing it, or reading its calendars: it is due as before.
    """
    try:
        _revisit(work, kept)
    except Overtaken:
        log.info("conference.overtaken", extra={"conference_id": kept.value.key.id})
        return False
    except (RetryLater, AccessLost) as error:
        why, delay, is_out = note_backoff(work.context, kept.value, error)
        now = work.context.now()
        amend_conference(
            work.context,
            kept,
            lambda found: pending.back_off(
                _awake(work, found, now), why, now=now, delay=delay, is_out=is_out
            ),
            work.notes,
        )
    return True


def _revisit(work: Work, kept: Versioned[Conference]) -> None:
    conference = _awake(work, kept.value, work.context.now())
    # Only a sync knows our role, so only it may judge that an event does not show the conference.
    abilities = work.context.provider(conference.key.provider).abilities
    standing = Standing(abilities=abilities, role_unknown=True, asked=True)
    job = Job(work=work, standing=standing, conference=conference, saved=kept)
    sources = [*_sources(work, conference)]
    job.at_hand = {ref: _reread(job, ref) for ref in sources}
    for event in job.at_hand.values():
        job.handle(event)
    while job.conference.holds and (primary := job.conference.holds[0].ref) not in sources:
        sources.append(primary)
        job.handle(_reread(job, primary))
    if job.conference.holds:
        waits = _waits(job)
        if not waits:
            _push_again(job)
        job.conference = pending.followed(job.conference, now=work.context.now(), waits=waits)
        write_links(job)
    elif job.is_due():
        _end(work, job)
    job.save()


def _awake(work: Work, conference: Conference, now: datetime) -> Conference:
    """With everything marked that must be pushed once more by now."""
    resets = work.context.provider(conference.key.provider).abilities.resets
    return ledger.lapse(pending.wake(conference, now=now), now=now, resets=resets)


def _waits(job: Job) -> bool:
    """Whether nothing can be pushed until the settings name its solution; the full read then says what is."""
    primary = job.at_hand.get(job.conference.holds[0].ref)
    return primary is not None and unnamed(primary, job.conference)


def _push_again(job: Job) -> None:
    """Push what was pushed of occurrences before, and is not certain to be on their system any more."""
    for ref in pending_occurrences(job.conference)[:OCCURRENCES_MAX]:
        job.handle(_reread(job, ref))
        job.conference = pending.handled_again(job.conference, ref)


def _sources(work: Work, conference: Conference) -> Sequence[EventRef]:
    """The primary event, the one whose change is unfinished, and those that are owed a link though who is
    behind them was forgotten; without holds, the events that held it last.

    An unfinished change of a calendar that has left is not waited for.
    """
    unfinished = [conference.intent.source] if conference.intent else []
    last = [ref for hold in conference.released for ref in hold.refs]
    holders = [conference.holds[0].ref] if conference.holds else last
    owed = {one.ref for one in conference.published.unwritten}
    forgotten = [hold.ref for hold in conference.holds if hold.parties is None and hold.ref in owed]
    there = [ref for ref in (*unfinished, *forgotten) if staying(work.context.store, ref.calendar_id)]
    return list(dict.fromkeys([*holders, *there]))


def _reread(job: Job, ref: EventRef) -> Event | Unreadable:
    context, conference = job.work.context, job.conference
    kept = staying(context.store, ref.calendar_id)
    if kept is None:
        raise _BackOff(f"calendar {ref.calendar_id} is not enrolled, its events cannot be read")
    if until := backs_off_until(context, kept.value, kept.read_at):
        raise _BackOff(f"calendar {ref.calendar_id} backs off until {until}")
    job.rest_on(kept.value)
    event = look_up(context, kept.value.access, ref)
    if unnamed(event, conference):  # the next read is a full one, even if the name comes back before it
        amend_enrolment(context, kept, lambda found, _: under(found, context.read_params))
    if not conference.holds and _unclear(event, conference, hidden=kept.value.details_hidden):
        raise _BackOff(f"event {ref.event_id} cannot be read well enough to tell whether it carries this")
    return event


def _unclear(event: Event | Unreadable, conference: Conference, *, hidden: bool) -> bool:
    """Whether the event may carry the conference although we do not see it there, or see it on a guest's copy
    only: then the organizer's event, somewhere, carries it.
    """
    if isinstance(event, Unreadable) or (event.carries == conference.key and not event.organizers_copy):
        return True
    seen = (event.cancelled and not (event.vanished and hidden)) or event.carries is not None
    return not seen and (hidden or event.may_show(conference.key.id))


def _end(work: Work, job: Job) -> None:
    """Delete it, if that is due and an event is known that let go of it."""
    delete_at, last = job.conference.delete_at, let_go_by(job.conference)
    if job.owners_unsaid and job.conference.owners is not None:
        raise _BackOff("whose it is could not be asked")
    if job.conference.borrowed:
        # Somebody, somewhere, joins by an event that carries it: a deletion that failed is not due any more.
        job.conference = replace(job.conference, parked=None)
        return
    if delete_at is None or last is None:
        job.conference = let_be(job.conference)
    elif delete_at <= work.context.now() and not _withheld(work, job):
        _delete(work, job, delete_at, last.ref)


def _withheld(work: Work, job: Job) -> bool:
    """Whether its calendar has let go of too much: then an operator says when it is deleted."""
    gone = brake.ended_by(job.conference)
    if gone is None or not holds_back(work, gone.calendar_id):
        return False
    now = work.context.now()
    until = now + timedelta(seconds=work.context.policy.sync_every)
    job.conference = brake.postpone(job.conference, now=now, until=until)
    return True


def _delete(work: Work, job: Job, due_since: datetime, last: EventRef) -> None:
    looked_at = around(work, job.conference, due_since)
    unread = [one.calendar_id for one in looked_at if one.may_take_up(job.conference)]
    for calendar_id in unread:
        work.context.queue.publish(SyncRequest(calendar_id=calendar_id, reason=Reason.SWEEP))
    if unread:
        raise _BackOff(f"an event of {len(unread)} calendars may have taken it up since they were read")
    if any(one.passes_over(job.conference) for one in looked_at):
        raise _BackOff("an event shows it, under a solution that the settings do not name for its system")
    job.call(Push("E05", Kind.DELETED, DELETED), last)
