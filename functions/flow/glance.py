"""Looks around before a deletion: what has changed in a user's calendars since they were read.

An event that was moved or copied there may carry the conference, and its notification may be late or lost; or
reads pass it over, because the settings have changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.core.errors import AccessLost, RetryLater, SyncTokenExpired
from functions.core.fields import plainest
from functions.core.model import Event, Unreadable
from functions.core.protocol import CLOCK_SKEW_MAX, token_for
from functions.flow.calendars import enrolments_of
from functions.flow.context import Context, Work
from functions.flow.looks import Glance, Shown

GLANCE_PAGES_MAX = 10  # some thousand changes; a calendar with more of them is best read by a sync
WHOLE_PAGES_MAX = 100  # ten thousand events that are not over yet


def around(work: Work, conference: Conference, due_since: datetime) -> Sequence[Glance]:
    """At all calendars of the users whose events released it, without those that leave or have lost access.

    A look that another deletion began once this one was due, by any clock, has seen all that was moved here
    when it was released. Where reads may pass over what carries it, all is looked at. RetryLater, AccessLost.
    """
    store, names = work.context.store, dict.fromkeys(hold.ref.calendar_id for hold in conference.released)
    known = [kept.value for name in names if (kept := store.enrolment(name))]
    users = dict.fromkeys(enrolment.access.subject for enrolment in known)
    whole = conference.named_under != work.context.calendar.read_params
    seen = [each for user in users for each in _shared(work, user, due_since + CLOCK_SKEW_MAX, whole=whole)]
    if failed := next((each.failed for each in seen if each.failed), None):
        raise failed
    return seen


def _shared(work: Work, user: str, since: datetime, *, whole: bool) -> Sequence[Glance]:
    context = work.context
    with context.pool(1) as pool:
        return work.looks.at(
            (user, whole),
            since,
            now=context.now(),
            begin=lambda: pool.submit(_look_at_all, context, user, whole=whole),
        ).result()


def _look_at_all(context: Context, user: str, *, whole: bool) -> Sequence[Glance]:
    mates = [kept.value for kept in enrolments_of(context, user)]
    there = [mate for mate in mates if not (mate.trouble.lost_at or mate.leaving_at)]
    with context.pool(context.policy.concurrency) as pool:
        return list(pool.map(lambda mate: glance(context, mate, whole=whole), there))


class _Unclear(Exception):
    """There are too many pages, or our role shows nothing."""


def glance(context: Context, enrolment: Enrolment, *, whole: bool) -> Glance:
    """At what changed since the last read; if that does not show everything, at all events not over yet. With
    `whole` at these too.
    """
    name = enrolment.calendar_id
    try:
        changed = _recent(context, enrolment)
        shown = _shown(_changed(context, enrolment, None, WHOLE_PAGES_MAX)) if whole else frozenset()
    except (_Unclear, SyncTokenExpired):
        return Glance(calendar_id=name, unclear=True)
    except (RetryLater, AccessLost) as error:
        return Glance(calendar_id=name, failed=error)
    carried = frozenset(event.carries for event in changed if event.carries)
    nameless = frozenset(one.plain for one in _shown(changed) if one.carries is None)
    return Glance(calendar_id=name, carried=carried, nameless=nameless, shown=shown)


def _shown(events: Iterable[Event | Unreadable]) -> frozenset[Shown]:
    readable = (event for event in events if isinstance(event, Event) and event.conference_id)
    return frozenset(Shown(event.carries, plainest(event.conference_id), event.label) for event in readable)


def _recent(context: Context, enrolment: Enrolment) -> Sequence[Event | Unreadable]:
    token = None if enrolment.details_hidden else token_for(enrolment, context.read_params)
    try:
        return list(_changed(context, enrolment, token, GLANCE_PAGES_MAX))
    except SyncTokenExpired:
        return list(_changed(context, enrolment, None, GLANCE_PAGES_MAX))


def _changed(
    context: Context, enrolment: Enrolment, token: str | None, pages: int
) -> Iterator[Event | Unreadable]:
    page_token: str | None = None
    for _ in range(pages):
        page = context.calendar.changes(enrolment.access, token=token, page_token=page_token)
        if page.shows_nothing:
            raise _Unclear
        yield from page.events
        page_token = page.next_page
        if page_token is None:
            return
    raise _Unclear
