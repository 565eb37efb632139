"""The sync of one calendar: lease, read what changed, bring conferences in step, commit the token last."""

import logging

from functions.core import cursor
from functions.core.cursor import Enrolment
from functions.core.errors import AccessLost, Rejected, RetryLater
from functions.core.model import Access, Reason, SyncRequest
from functions.flow.case import work
from functions.flow.context import Context
from functions.flow.reading import Reading
from functions.flow.turn import LONG_DELAY_S, Delivery, Turn, take_turn
from functions.ports import Kept

log = logging.getLogger(__name__)
ROUNDS_MAX = 10


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
    return _take(turn) if turn else "asked_again"


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
        log.warning("channel.orphan_not_stopped", extra={**fields, "why": str(error)})
    else:
        log.info("channel.orphan_stopped", extra=fields)


def _take(turn: Turn) -> str:
    try:
        return _rounds(turn)
    except AccessLost as error:
        turn.lose_access(str(error))
        return "access_lost"
    except Rejected as error:
        turn.fail(str(error))
        raise
    except RetryLater as error:
        if (error.delay or 0) < LONG_DELAY_S:
            turn.fail(str(error))
            raise
        turn.rest(error)
        return "resting"


def _rounds(turn: Turn) -> str:
    """Read as often as was asked for meanwhile."""
    for _ in range(ROUNDS_MAX):
        done = Reading(turn=turn, work=work(turn.context, turn.delivery.id)).run()
        if done is None:
            return "continued"
        if not turn.commit(done.token, done.finding):
            return "synced"
    turn.continue_later(None, None)
    return "continued"
