"""The sync of one calendar: lease, read what changed, bring conferences in step, commit the token last."""

import logging
from dataclasses import replace

from functions.core import protocol
from functions.core.brake import must_weigh
from functions.core.enrolment import Access, Enrolment
from functions.core.errors import AccessLost, Rejected, RetryLater
from functions.core.model import Reason, SyncRequest
from functions.core.protocol import looks_anew
from functions.flow.brake import weigh
from functions.flow.calendars import put_off
from functions.flow.context import Context, begin_work, counting
from functions.flow.leaving import finish
from functions.flow.reading import Reading
from functions.flow.recount import recount
from functions.flow.turn import LONG_DELAY_S, Delivery, Turn, take_turn
from functions.ports import Versioned

log = logging.getLogger(__name__)
ROUNDS_MAX = 10


def sync(context: Context, request: SyncRequest, delivery: Delivery) -> str:
    """One word for what came of the request. Raises what went wrong if the message must come again."""
    kept = context.store.enrolment(request.calendar_id)
    _stop_orphan(context, request, kept)
    if kept is None:
        return "not_enrolled"
    if kept.value.leaving_at:
        return _go_on_leaving(context, request, kept)
    if protocol.covered(kept.value, delivery.published_at, delivery.skew):
        return "covered"
    if request.reason is not Reason.INITIALIZE and _may_be_put_off(context, kept) and put_off(context, kept):
        return "backed_off"
    turn = take_turn(context, kept, delivery)
    if turn is None:
        return "asked_again"
    anew = looks_anew(kept.value, request.reason)
    with counting(context, turn.notes):
        return _take(turn, unannounced=_unannounced(kept, request), anew=anew)


def _may_be_put_off(context: Context, kept: Versioned[Enrolment]) -> bool:
    """Nearly always it is known that neither the calendar backs off nor its user rests."""
    found, rests = kept.value, context.rests
    known = context.now() < rests.look_at
    return not known or bool(found.trouble.backoff_until) or (found.user or found.calendar_id) in rests.seen


def _go_on_leaving(context: Context, request: SyncRequest, kept: Versioned[Enrolment]) -> str:
    """A request of the sweep finishes the leaving; for all others the calendar is no longer enrolled."""
    if request.reason is not Reason.SWEEP:
        return "not_enrolled"
    finish(context, kept)
    return "left"


def _unannounced(kept: Versioned[Enrolment], request: SyncRequest) -> bool:
    """Whether a notification should have told of what is found now: it is watched, and no read was owed."""
    found = kept.value
    behind = found.synced_at and protocol.owed(found)
    busy = found.lease or found.resume or found.trouble.since or found.trouble.backoff_until or behind
    watched = found.watch.channel is not None and found.watch.channel.expires_at > kept.read_at
    return watched and not busy and request.reason in (Reason.SWEEP, Reason.RENEWAL)


def _stop_orphan(context: Context, request: SyncRequest, kept: Versioned[Enrolment] | None) -> None:
    """Stop the channel that a notification came from, if it is not the calendar's."""
    if not (request.channel_id and request.resource_id):
        return
    if kept and protocol.listens(kept.value, request.channel_id):
        return
    access = kept.value.access if kept else Access(request.calendar_id, None)
    fields = {"calendar_id": request.calendar_id, "channel_id": request.channel_id}
    try:
        context.calendar.stop(access, channel_id=request.channel_id, resource_id=request.resource_id)
    except (RetryLater, AccessLost, Rejected) as error:
        log.warning("channel.orphan_not_stopped", extra={**fields, "why": error.logged})
    else:
        log.info("channel.orphan_stopped", extra=fields)


def _take(turn: Turn, *, unannounced: bool, anew: bool) -> str:
    try:
        return _rounds(turn, unannounced=unannounced, anew=anew)
    except AccessLost as error:
        turn.lose_access(error)
        return "access_lost"
    except Exception as error:  # noqa: BLE001 - stored as due, logged, and raised once
        return _set_aside(turn, error)


def _set_aside(turn: Turn, error: Exception) -> str:
    """What is stored as due comes back by its own time, a bug too: a message that fails holds up all others.
    Raises the error if the message must come again.
    """
    if isinstance(error, RetryLater) and (error.delay or 0) >= LONG_DELAY_S:
        turn.back_off(error)
        return "backed_off"
    if turn.fail(error):
        raise error
    if not isinstance(error, RetryLater | Rejected):
        log.error("sync.broken", extra={"calendar_id": turn.enrolment.calendar_id}, exc_info=error)
    return "failed"


def _rounds(turn: Turn, *, unannounced: bool, anew: bool) -> str:
    """Read again as long as requests have asked for it meanwhile. `unannounced`: no notification told
    of what the first read finds. `anew`: that read is a full one.
    """
    for number in range(ROUNDS_MAX):
        if number:
            turn.begin_again()
        fences = {turn.enrolment.calendar_id: turn.fence}
        work = begin_work(turn.context, turn.delivery.id, turn.notes, fences)
        found = Reading(turn=turn, work=work, anew=anew and not number).run()
        if found is None:
            return "continued"
        silent = unannounced and bool(found.seen) and not found.reconciled
        again = turn.commit(replace(found, unannounced=silent), recount)
        if turn.enrolment.brake.hours and must_weigh(turn.enrolment.brake, turn.kept.read_at):
            weigh(work, turn.kept)
        if silent:
            _note_silence(turn, events=len(found.seen))
        if not again:
            return "synced"
        unannounced = False
    turn.continue_later(None, None)
    return "continued"


def _note_silence(turn: Turn, *, events: int) -> None:
    channel = turn.enrolment.watch.channel
    fields = {"calendar_id": turn.enrolment.calendar_id, "channel_id": channel.id if channel else None}
    log.warning("channel.silent", extra={**fields, "events": events})
