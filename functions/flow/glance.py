"""A look at what changed in a calendar since its last finished read; nothing is decided on or kept of it."""

from collections.abc import Iterator

from functions.core.cursor import token_for
from functions.core.enrolment import Enrolment
from functions.core.errors import SyncTokenExpired
from functions.core.model import ConferenceKey, Event, Unreadable
from functions.flow.context import Context

PAGES_MAX = 4  # some thousand changes; who has more of them is best read by a sync


class _Unclear(Exception):
    """There are more pages, or nothing is shown."""


def may_have_taken_up(context: Context, enrolment: Enrolment, key: ConferenceKey) -> bool:
    """Whether an event that changed since then may carry the conference, or that cannot be told for now.

    Where the changes do not tell all, all events that are not over are looked at.
    """
    for token in (None if enrolment.degraded else token_for(enrolment, context.shape), None):
        try:
            return any(_may_carry(event, key) for event in _changed(context, enrolment, token))
        except SyncTokenExpired:
            continue
        except _Unclear:
            break
    return True


def _changed(context: Context, enrolment: Enrolment, token: str | None) -> Iterator[Event | Unreadable]:
    page_token: str | None = None
    for _ in range(PAGES_MAX):
        page = context.calendar.changes(enrolment.access, token=token, page_token=page_token)
        if page.shows_nothing:
            raise _Unclear
        yield from page.events
        page_token = page.next_page
        if page_token is None:
            return
    raise _Unclear


def _may_carry(event: Event | Unreadable, key: ConferenceKey) -> bool:
    """Also where the solution's name is no longer known to us."""
    nameless = isinstance(event, Event) and event.carries is None and event.conference_id == key.id
    return nameless or event.carries == key
