"""Which calendars are enrolled, whose they are, when they back off, and what their events say now."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from functions.core import trouble
from functions.core.conference import Conference
from functions.core.enrolment import Access, Enrolment
from functions.core.errors import BadRequest, Rejected, RetryLater, SyncTokenExpired
from functions.core.hold import missing
from functions.core.model import ConferenceKey, Event, EventRef, Unreadable
from functions.core.protocol import token_for
from functions.flow.context import Context, amend_enrolment
from functions.ports import Store, Versioned

log = logging.getLogger(__name__)
GLANCE_PAGES_MAX = 10  # some thousand changes; a calendar with more of them is best read by a sync


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
    """All the user's calendars back off: the quota is spent and quick retries make it worse (LESSONS.md), or
    the project is refused and every call is in vain.
    """
    note_refusal(kept.value.calendar_id, error)
    until = context.now() + timedelta(seconds=error.delay or 0)
    own = kept.value.calendar_id
    for mate in enrolments_of(context, kept.value.access.subject):
        name = mate.value.calendar_id
        log.warning("calendar.backed_off", extra={"calendar_id": name, "why": error.logged})
        ours = fence if name == own else None  # fences are counted for each calendar
        rest = partial(_resting, until=until, why=str(error), fence=ours)
        amend_enrolment(context, mate, rest)


def _resting(found: Enrolment, _: datetime, *, until: datetime, why: str, fence: int | None) -> Enrolment:
    return trouble.back_off(found, until, why, fence=fence)


def enrolments_of(context: Context, subject: str) -> list[Versioned[Enrolment]]:
    """All calendars read as this user: those enrolled with the user, and the user's own."""
    named_after = context.store.enrolment(subject)
    own = [named_after] if named_after and named_after.value.access.subject == subject else []
    found = {kept.value.calendar_id: kept for kept in [*own, *context.store.enrolments(user=subject)]}
    return list(found.values())


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


def around(context: Context, conference: Conference) -> list[Enrolment]:
    """All calendars of the users whose events released it: an event that was moved or copied there may carry
    it, and the notification may be late or lost. Calendars without access are left out.
    """
    store, names = context.store, dict.fromkeys(hold.ref.calendar_id for hold in conference.released)
    known = [kept.value for name in names if (kept := store.enrolment(name))]
    users = dict.fromkeys(enrolment.access.subject for enrolment in known)
    mates = [kept.value for user in users for kept in enrolments_of(context, user)]
    return [mate for mate in mates if not (mate.trouble.lost_at or mate.leaving_at)]


class _Unclear(Exception):
    """There are too many pages, or our role shows nothing."""


def may_have_taken_up(context: Context, enrolment: Enrolment, key: ConferenceKey) -> bool:
    """Whether an event that changed since the last read may carry the conference. True also if that cannot be
    found out for now.

    If the changes do not show everything, all events that are not over are looked at.
    """
    for token in (None if enrolment.details_hidden else token_for(enrolment, context.read_params), None):
        try:
            return any(_may_carry(event, key) for event in _changed(context, enrolment, token))
        except SyncTokenExpired:
            continue
        except _Unclear:
            break
    return True


def _changed(context: Context, enrolment: Enrolment, token: str | None) -> Iterator[Event | Unreadable]:
    page_token: str | None = None
    for _ in range(GLANCE_PAGES_MAX):
        page = context.calendar.changes(enrolment.access, token=token, page_token=page_token)
        if page.shows_nothing:
            raise _Unclear
        yield from page.events
        page_token = page.next_page
        if page_token is None:
            return
    raise _Unclear


def _may_carry(event: Event | Unreadable, key: ConferenceKey) -> bool:
    """Also if the settings no longer name its solution."""
    nameless = isinstance(event, Event) and event.carries is None and event.may_show(key.id)
    return nameless or event.carries == key
