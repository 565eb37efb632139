"""Whose calendars are whose, and which of them there are."""

import logging
from datetime import datetime, timedelta
from functools import partial

from functions.core import trouble
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.core.errors import BadRequest, RetryLater
from functions.flow.context import Context, amend_enrolment
from functions.flow.project import note_refusal
from functions.ports import Store, Versioned

log = logging.getLogger(__name__)


def staying(store: Store, calendar_id: str) -> Versioned[Enrolment] | None:
    """The enrolment, unless the calendar is about to leave."""
    kept = store.enrolment(calendar_id)
    return None if kept is None or kept.value.leaving_at else kept


def enrolled(store: Store, calendar_id: str) -> Versioned[Enrolment]:
    """BadRequest (404) if it is not, or about to leave."""
    kept = staying(store, calendar_id)
    if kept is None:
        raise BadRequest(f"calendar {calendar_id} is not enrolled", status=404)
    return kept


def around(context: Context, conference: Conference) -> list[Enrolment]:
    """All calendars of the users who released it: an event moved or copied there may carry it, and the
    notification of that be late or lost. One that has lost its access cannot be looked at.
    """
    store, names = context.store, dict.fromkeys(hold.ref.calendar_id for hold in conference.released)
    known = [kept.value for name in names if (kept := store.enrolment(name))]
    users = dict.fromkeys(enrolment.access.subject for enrolment in known)
    mates = [kept.value for user in users for kept in enrolments_of(context, user)]
    return [mate for mate in mates if not (mate.trouble.lost_at or mate.leaving_at)]


def rest_user(
    context: Context, kept: Versioned[Enrolment], error: RetryLater, *, fence: int | None = None
) -> None:
    """All the user's calendars rest: his quota is spent, and quick retries make it worse (LESSONS.md), or
    the project is refused, and every call is in vain.
    """
    note_refusal(kept.value.calendar_id, error)
    until = context.now() + timedelta(seconds=error.delay or 0)
    own = kept.value.calendar_id
    for mate in enrolments_of(context, kept.value.access.subject):
        name = mate.value.calendar_id
        log.warning("calendar.resting", extra={"calendar_id": name, "why": error.logged})
        ours = fence if name == own else None  # fences are counted for each calendar
        rest = partial(_resting, until=until, why=str(error), fence=ours)
        amend_enrolment(context, mate, rest)


def _resting(found: Enrolment, _: datetime, *, until: datetime, why: str, fence: int | None) -> Enrolment:
    return trouble.rest(found, until, why, fence=fence)


def enrolments_of(context: Context, subject: str) -> list[Versioned[Enrolment]]:
    """All calendars read as this user: those that name him, and the one that is named after him."""
    named_after = context.store.enrolment(subject)
    own = [named_after] if named_after and named_after.value.access.subject == subject else []
    found = {kept.value.calendar_id: kept for kept in [*own, *context.store.enrolments(user=subject)]}
    return list(found.values())
