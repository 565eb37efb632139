"""A calendar comes under our care, or leaves it."""

import logging
from functools import partial

from functions.core.channel import sign
from functions.core.conference import Conference, forget
from functions.core.cursor import NO_SKEW, Enrolment, take
from functions.core.errors import BadRequest, RetryLater
from functions.core.model import Access, Reason, SyncRequest
from functions.flow.context import Context, amend_conference, amend_enrolment
from functions.flow.project import note_refusal
from functions.flow.renew import open_channel, stop
from functions.flow.status import State, known, summary
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Kept

log = logging.getLogger(__name__)
LEAVING = "leave"  # the same owner again: a leave that was cut short goes on at once


def enrol(context: Context, calendar_id: str, user: str | None) -> State:
    """Watch the calendar and sync it once; repeating changes nothing. AccessLost, RetryLater, BadRequest."""
    try:
        return _enrol(context, calendar_id, user)
    except RetryLater as error:
        note_refusal(calendar_id, error)
        raise


def _enrol(context: Context, calendar_id: str, user: str | None) -> State:
    own_id = context.calendar.resolve(Access(calendar_id, user))
    sign(own_id, "any channel", context.keys)  # too long an id is refused before anything is stored
    kept = _enrolment(context, own_id, user)
    if user and kept.value.access.subject != user:
        raise BadRequest(f"calendar {own_id} is enrolled by another user", status=409)
    if kept.value.watchable and kept.value.channel is None:
        kept = open_channel(context, kept)
    if kept.value.token is None:
        _first_sync(context, kept)
    return summary(known(context.store, own_id).value)


def _enrolment(context: Context, calendar_id: str, user: str | None) -> Kept[Enrolment]:
    if context.store.enrolment(calendar_id) is None:
        context.store.save(Enrolment(calendar_id=calendar_id, user=user, due_at=context.now()), None)
        log.info("calendar.enrolled", extra={"calendar_id": calendar_id})
    return known(context.store, calendar_id)


def _first_sync(context: Context, kept: Kept[Enrolment]) -> None:
    """At once if it works out; if not, the request waits in the queue as any other."""
    request = SyncRequest(calendar_id=kept.value.calendar_id, reason=Reason.INITIALIZE)
    try:
        sync(context, request, Delivery(id=context.new_id(), published_at=kept.read_at, skew=NO_SKEW))
    except RetryLater as error:
        log.warning("sync.first_failed", extra={"calendar_id": kept.value.calendar_id, "why": error.logged})
        context.queue.publish(request)


def leave(context: Context, calendar_id: str) -> State:
    """Stop the channel, forget token and holds; no conference is touched. BadRequest (404) if not enrolled.

    The enrolment goes last: a leave that was cut short is simply repeated.
    """
    kept = _last_lease(context, known(context.store, calendar_id))
    if kept.value.channel:
        stop(context, kept.value, kept.value.channel)
    for held in context.store.conferences(held_in=kept.value.calendar_id):
        _forget(context, held, kept.value.calendar_id)
    context.store.remove(kept.value)
    log.info("calendar.left", extra={"calendar_id": kept.value.calendar_id})
    return {"calendar_id": kept.value.calendar_id}


def _last_lease(context: Context, kept: Kept[Enrolment]) -> Kept[Enrolment]:
    """No sync may take up what is being forgotten."""
    leaving = partial(take, owner=LEAVING, published_at=kept.read_at, seconds=context.policy.lease)
    leased = amend_enrolment(context, kept, lambda found, at: leaving(found, now=at))
    if leased is None:
        raise RetryLater(f"calendar {kept.value.calendar_id} is being synced: leave again in a minute")
    return leased


def _forget(context: Context, held: Kept[Conference], calendar_id: str) -> None:
    left = amend_conference(context, held, lambda found: forget(found, calendar_id)).value
    if not (left.holds or left.released):
        context.store.remove(left)
