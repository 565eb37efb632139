"""A calendar is taken in: who may have it read as whom, and its channel. Its first sync is not made here."""

import logging
from datetime import datetime

from functions.core import watching
from functions.core.channel import sign
from functions.core.enrolment import Access, Enrolment
from functions.core.errors import AccessLost, BadRequest, Rejected, RetryLater
from functions.core.fields import address
from functions.flow.calendars import enrolled, enrolments_of, staying
from functions.flow.context import Context, amend_enrolment
from functions.flow.leaving import finish, leave
from functions.flow.renew import open_channel, stop
from functions.ports import WRITING_ROLES, Versioned

log = logging.getLogger(__name__)


def join(context: Context, calendar_id: str, user: str | None) -> Versioned[Enrolment]:
    """The calendar is enrolled and watched; repeating changes nothing. AccessLost, RetryLater, BadRequest."""
    own_id = address(context.calendar.resolve(Access(calendar_id, user)))
    sign(own_id, "any channel", context.keys)  # too long an id is refused before anything is stored
    standing = staying(context.store, own_id)
    kept = standing or _enrolment(context, own_id, user)
    if user and kept.value.access.subject != user:
        kept = _taken_over(context, kept, user)
    if kept.value.watch.possible and kept.value.watch.channel is None:
        kept = _watched(context, kept, fresh=standing is None)
    return kept


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
    context.store.save(watching.fresh(calendar_id, user, now=context.now()), None)
    log.info("calendar.enrolled", extra={"calendar_id": calendar_id})
    return enrolled(context.store, calendar_id)
