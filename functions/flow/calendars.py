"""Which calendars are enrolled, whose they are, when they back off, and what an event says now."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.core import protocol, trouble
from functions.core.enrolment import Access, Enrolment, Rest
from functions.core.errors import BadRequest, Rejected, RetryLater
from functions.core.hold import missing
from functions.core.model import Event, EventRef, Unreadable
from functions.flow.context import Context, amend_enrolment
from functions.ports import Store, Versioned

log = logging.getLogger(__name__)


def staying(store: Store, calendar_id: str) -> Versioned[Enrolment] | None:
    """The enrolment, unless the calendar is about to leave."""
    kept = store.enrolment(calendar_id)
    return None if kept is None or kept.value.leaving_at else kept


def enrolled(store: Store, calendar_id: str) -> Versioned[Enrolment]:
    """BadRequest (404) if it is not enrolled, or about to leave."""
    kept = staying(store, calendar_id)
    if kept is None:
        raise BadRequest(f"calendar {calendar_id} is not enrolled", status=404)
    return kept


def back_off_user(
    context: Context, kept: Versioned[Enrolment], error: RetryLater, *, fence: int | None = None
) -> None:
    """All the user's calendars rest: the quota is spent and quick retries make it worse (LESSONS.md), or the
    project is refused and every call is in vain. That is one record, however many calendars they have.
    """
    note_refusal(kept.value.calendar_id, error)
    until, why = context.now() + timedelta(seconds=error.delay or 0), str(error)
    context.rests.begin(context.store, kept.value.access.subject, Rest(until, why))
    log.warning("calendar.backed_off", extra={"calendar_id": kept.value.calendar_id, "why": error.logged})
    amend_enrolment(context, kept, lambda found, _: trouble.back_off(found, until, why, fence=fence))


def backs_off_until(context: Context, enrolment: Enrolment, now: datetime) -> datetime | None:
    """Until when it is not to be read, by itself or because its user rests; None: it may be read now."""
    rest = context.rests.until(context.store, enrolment.access.subject, context.now())
    until = max(filter(None, [rest, enrolment.trouble.backoff_until]), default=None)
    return until if until and until > now and not enrolment.leaving_at else None


def put_off(context: Context, kept: Versioned[Enrolment]) -> bool:
    """Whether it is not to be read now. Then it comes back by itself: its message is answered."""
    until = backs_off_until(context, kept.value, kept.read_at)
    if until is None:
        return False
    if not protocol.backs_off(kept.value, kept.read_at):
        amend_enrolment(context, kept, lambda found, now: trouble.put_off(found, until, now=now))
    return True


def enrolments_of(context: Context, subject: str) -> list[Versioned[Enrolment]]:
    """All calendars read as this user: those enrolled with the user, and the user's own."""
    return [kept for kept in calendars_of(context.store, subject) if kept.value.access.subject == subject]


def calendars_of(store: Store, user: str) -> list[Versioned[Enrolment]]:
    """Their own, as whomever it is read, and all that are read as them."""
    own = store.enrolment(user)
    found = [*([own] if own else []), *store.enrolments(user=user)]
    return list({kept.value.calendar_id: kept for kept in found}.values())


def note_refusal(calendar_id: str, error: RetryLater) -> None:
    """If the project was refused, log that under a name of its own: an alert watches for this line."""
    if error.of_project:
        log.error("project.refused", extra={"calendar_id": calendar_id, "why": error.logged})


def look_up(context: Context, access: Access, ref: EventRef) -> Event | Unreadable:
    """The event; one that has vanished counts as cancelled.

    So does an instance whose series is gone: it may still answer by its id when nothing shows it any more
    (whether Calendar cancels the exceptions of a deleted series one by one is not documented, FACTS.md 6).
    """
    event = _one(context, access, ref)
    if isinstance(event, Unreadable) or event.cancelled or event.instance is None:
        return event
    series = _one(context, access, EventRef(ref.calendar_id, event.instance.series_id))
    return missing(ref) if isinstance(series, Event) and series.cancelled else event


def look_up_all(context: Context, access: Access, refs: Sequence[EventRef]) -> list[Event | Unreadable]:
    """Several at once."""
    if not refs:
        return []
    with context.pool(context.policy.concurrency) as pool:
        return list(pool.map(lambda ref: look_up(context, access, ref), refs))


def _one(context: Context, access: Access, ref: EventRef) -> Event | Unreadable:
    try:
        return context.calendar.event(access, ref.event_id)
    except Rejected as error:
        return Unreadable(ref=ref, reason=error.logged)
