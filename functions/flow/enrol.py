"""A calendar comes under our care, is asked about, or leaves it."""

import logging
from collections.abc import Mapping

from functions.core.conference import Conference, forget
from functions.core.cursor import Enrolment
from functions.core.errors import BadRequest, RetryLater
from functions.core.model import Access, Reason, SyncRequest
from functions.flow.context import Context, amend_conference
from functions.flow.renew import open_channel, stop
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Kept

log = logging.getLogger(__name__)
State = Mapping[str, object]


def enrol(context: Context, calendar_id: str, user: str | None) -> State:
    """Watch the calendar and sync it once; repeating changes nothing. AccessLost, RetryLater, BadRequest."""
    own_id = context.calendar.resolve(Access(calendar_id, user))
    kept = _enrolment(context, own_id, user)
    if user and kept.value.access.subject != user:
        raise BadRequest(f"calendar {own_id} is enrolled by another user", status=409)
    if kept.value.watchable and kept.value.channel is None:
        kept = open_channel(context, kept)
    if kept.value.token is None:
        _first_sync(context, kept)
    return _answer(context, own_id)


def _enrolment(context: Context, calendar_id: str, user: str | None) -> Kept[Enrolment]:
    kept = context.store.enrolment(calendar_id)
    if kept is None:
        fresh = Enrolment(calendar_id=calendar_id, user=user, due_at=context.now())
        context.store.save(fresh, None)
        log.info("calendar.enrolled", extra={"calendar_id": calendar_id})
        kept = context.store.enrolment(calendar_id)
    if kept is None:
        raise RetryLater(f"calendar {calendar_id} was taken off the list meanwhile")
    return kept


def _first_sync(context: Context, kept: Kept[Enrolment]) -> None:
    """At once if it works out; if not, the request waits in the queue as any other."""
    request = SyncRequest(calendar_id=kept.value.calendar_id, reason=Reason.INITIALIZE)
    try:
        sync(context, request, Delivery(id=context.new_id(), published_at=kept.read_at))
    except RetryLater as error:
        log.warning("sync.first_failed", extra={"calendar_id": kept.value.calendar_id, "why": str(error)})
        context.queue.publish(request)


def _answer(context: Context, calendar_id: str) -> State:
    kept = context.store.enrolment(calendar_id)
    if kept is None:
        raise RetryLater(f"calendar {calendar_id} was taken off the list meanwhile")
    return summary(kept.value)


def summary(enrolment: Enrolment) -> dict[str, object]:
    channel = enrolment.channel
    return {
        "calendar_id": enrolment.calendar_id,
        "channel": {"id": channel.id, "expires_at": channel.expires_at.isoformat()} if channel else None,
        "synced": enrolment.token is not None,
        "watchable": enrolment.watchable,
    }


def state(context: Context, calendar_id: str) -> State:
    """What an operator asks of one calendar. BadRequest (404) if it is not enrolled."""
    kept = _known(context, calendar_id)
    enrolment = kept.value
    found = [held.value for held in context.store.conferences(held_in=enrolment.calendar_id)]
    return {
        **summary(enrolment),
        "user": enrolment.user,
        "last_sync_at": enrolment.synced_at.isoformat() if enrolment.synced_at else None,
        "behind_seconds": _behind(enrolment, kept),
        "holds": sum(hold.ref.calendar_id == enrolment.calendar_id for one in found for hold in one.holds),
        "parked": [_parked(one) for one in found if one.parked],
        "unreadable": dict(enrolment.unreadable),
        "degraded": enrolment.degraded,
        "access_lost_since": enrolment.lost_at.isoformat() if enrolment.lost_at else None,
        "paused_until": enrolment.paused_until.isoformat() if enrolment.paused_until else None,
        "trouble": enrolment.trouble,
    }


def _behind(enrolment: Enrolment, kept: Kept[Enrolment]) -> float:
    """Seconds since a change was asked to be read that has not been; 0 when nothing waits."""
    asked, synced = enrolment.asked_again_at, enrolment.synced_at
    waiting = asked if asked and (synced is None or asked > synced) else None
    return round((kept.read_at - waiting).total_seconds(), 1) if waiting else 0.0


def _parked(conference: Conference) -> dict[str, object]:
    parked = conference.parked
    if parked is None:
        return {}
    return {
        "provider": conference.key.provider,
        "conference_id": conference.key.id,
        "reason": parked.reason,
        "since": parked.since.isoformat(),
        "retry_at": parked.retry_at.isoformat() if parked.retry_at else None,
    }


def leave(context: Context, calendar_id: str) -> State:
    """Stop the channel, forget token and holds; no conference is touched. BadRequest (404) if not enrolled.

    The enrolment goes last: a leave that was cut short is simply repeated.
    """
    kept = _known(context, calendar_id)
    if kept.value.channel:
        stop(context, kept.value, kept.value.channel)
    for held in context.store.conferences(held_in=kept.value.calendar_id):
        _forget(context, held, kept.value.calendar_id)
    context.store.remove(kept.value)
    log.info("calendar.left", extra={"calendar_id": kept.value.calendar_id})
    return {"calendar_id": kept.value.calendar_id}


def _forget(context: Context, held: Kept[Conference], calendar_id: str) -> None:
    left = amend_conference(context, held, lambda found: forget(found, calendar_id)).value
    if not (left.holds or left.released):
        context.store.remove(left)


def _known(context: Context, calendar_id: str) -> Kept[Enrolment]:
    kept = context.store.enrolment(calendar_id)
    if kept is None:
        raise BadRequest(f"calendar {calendar_id} is not enrolled", status=404)
    return kept
