"""A calendar is enrolled, or leaves."""

import logging
from datetime import datetime
from functools import partial

from functions.core import watching
from functions.core.channel import sign
from functions.core.enrolment import Access, Enrolment
from functions.core.errors import AccessLost, BadRequest, Rejected, RetryLater
from functions.core.fields import address
from functions.core.model import Reason, SyncRequest
from functions.core.protocol import NO_SKEW
from functions.core.times import micros
from functions.flow.calendars import enrolled, enrolments_of, note_refusal, staying
from functions.flow.context import Context, amend_enrolment
from functions.flow.leaving import finish, others_of
from functions.flow.renew import open_channel, stop
from functions.flow.status import State, summary
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import WRITING_ROLES, Versioned

log = logging.getLogger(__name__)


def enrol(context: Context, calendar_id: str, user: str | None) -> State:
    """Watch the calendar and sync it once; repeating changes nothing. AccessLost, RetryLater, BadRequest."""
    try:
        return _enrol(context, calendar_id, user)
    except RetryLater as error:
        note_refusal(calendar_id, error)
        raise


def _enrol(context: Context, calendar_id: str, user: str | None) -> State:
    own_id = address(context.calendar.resolve(Access(calendar_id, user)))
    sign(own_id, "any channel", context.keys)  # too long an id is refused before anything is stored
    standing = staying(context.store, own_id)
    kept = standing or _enrolment(context, own_id, user)
    if user and kept.value.access.subject != user:
        kept = _taken_over(context, kept, user)
    if kept.value.watch.possible and kept.value.watch.channel is None:
        kept = _watched(context, kept, fresh=standing is None)
    if kept.value.token is None:
        _first_sync(context, kept)
    return summary(enrolled(context.store, own_id).value)


def _may_write(context: Context, access: Access) -> None:
    """Whose events a reader can only look at, they must not speak for. BadRequest (404)."""
    role = context.calendar.role(access)
    if role not in WRITING_ROLES:
        said = f"{access.subject} is {role} of calendar {access.calendar_id}"
        raise BadRequest(f"{said}: only a writer or its owner may enrol it", status=404)


def _taken_over(context: Context, kept: Versioned[Enrolment], user: str) -> Versioned[Enrolment]:
    """By the calendar's own user, or by any writer once the enroller has lost access. BadRequest (409)."""

    def mine(found: Enrolment, _: datetime) -> Enrolment | None:
        free = user == found.calendar_id or found.trouble.lost_at
        return watching.taken_over(found, user, now=context.now()) if free else None

    _may_write(context, Access(kept.value.calendar_id, user))
    taken = amend_enrolment(context, kept, mine)
    if taken is None:
        raise BadRequest(f"calendar {kept.value.calendar_id} is enrolled by another user", status=409)
    if kept.value.watch.channel:
        stop(context, kept.value, kept.value.watch.channel)
    log.info("calendar.taken_over", extra={"calendar_id": kept.value.calendar_id})
    return taken


def _watched(context: Context, kept: Versioned[Enrolment], *, fresh: bool) -> Versioned[Enrolment]:
    """With a channel; an enrolment that is `fresh` and gets none leaves nothing behind."""
    try:
        return open_channel(context, kept)
    except (AccessLost, Rejected, RetryLater):
        if fresh:
            leave(context, kept.value.calendar_id)
        raise


def _enrolment(context: Context, calendar_id: str, user: str | None) -> Versioned[Enrolment]:
    """A new one. A calendar that is still leaving leaves first. BadRequest (403) if the user has too many."""
    leaving = context.store.enrolment(calendar_id)
    if leaving and leaving.value.leaving_at:
        finish(context, leaving)
    _may_write(context, Access(calendar_id, user))
    most = context.policy.calendars_per_user
    if len(enrolments_of(context, user or calendar_id)) >= most:
        raise BadRequest(f"{user or calendar_id} has enrolled {most} calendars already, the most", status=403)
    context.store.save(_fresh(context, calendar_id, user), None)
    log.info("calendar.enrolled", extra={"calendar_id": calendar_id})
    return enrolled(context.store, calendar_id)


def _fresh(context: Context, calendar_id: str, user: str | None) -> Enrolment:
    """Its fences begin above any fence of an earlier enrolment of the calendar."""
    now = context.now()
    return Enrolment(calendar_id=calendar_id, user=user, fence=micros(now), due_at=now)


def _first_sync(context: Context, kept: Versioned[Enrolment]) -> None:
    """At once; if that fails for now, the request waits in the queue like any other."""
    request = SyncRequest(calendar_id=kept.value.calendar_id, reason=Reason.INITIALIZE)
    try:
        sync(
            context,
            request,
            Delivery(id=context.new_id(), published_at=kept.read_at, skew=NO_SKEW, awaited=True),
        )
    except RetryLater as error:
        log.warning("sync.first_failed", extra={"calendar_id": kept.value.calendar_id, "why": error.logged})
        context.queue.publish(request)


def leave(context: Context, calendar_id: str, *, erase: bool = False) -> State:
    """Stop the channel, forget token, holds and who they were of; no conference is touched. BadRequest (404)
    if not enrolled. `erase`: nothing that is stored names the calendar or its user any more, of a calendar
    that left earlier, too; `still_enrolled` are those that go on being read as that user.

    That it leaves is stored first: if leaving is cut short, the sweep or the same request again finishes it.
    """
    if erase:
        _store_that_it_leaves(context, calendar_id)
    kept = context.store.enrolment(calendar_id)
    begun = amend_enrolment(context, kept, partial(_leaving, erase=erase)) if kept else None
    if begun is None:
        raise BadRequest(f"calendar {calendar_id} is not enrolled", status=404)
    others = {"still_enrolled": others_of(context, begun.value)} if erase else {}
    finish(context, begun)
    return {"calendar_id": calendar_id, **others}


def _leaving(found: Enrolment, now: datetime, *, erase: bool) -> Enrolment:
    return watching.leave(found, now=now, erase=erase)


def _store_that_it_leaves(context: Context, calendar_id: str) -> None:
    """Of a calendar that is not enrolled, so that it is erased as any other, whatever cuts that short."""
    gone = watching.leave(_fresh(context, calendar_id, None), now=context.now(), erase=True)
    if context.store.enrolment(calendar_id) is None:
        context.store.save(gone, None)
