"""What one user's calendars hold, from the records of these calendars alone, and how each stands.

Titles are not stored. Who wants them has each event read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from functions.core.condition import Condition, condition, holds_in
from functions.core.conference import Conference
from functions.core.enrolment import Access
from functions.core.errors import AccessLost, BadRequest
from functions.core.hold import Hold
from functions.core.model import EventRef, Meeting
from functions.flow.calendars import calendars_of, look_up_all
from functions.flow.context import Context
from functions.ports import Store

ORDER = list(Condition)
Meetings = Mapping[EventRef, Meeting]


class Held(NamedTuple):
    """A conference, and the events of one calendar that hold it, borrow it, or have just let go of it."""

    access: Access
    conference: Conference
    condition: Condition
    holds: tuple[Hold, ...]


def held(store: Store, name: str) -> list[Held]:
    """Of all calendars of this user, or of the calendar of this id. What needs somebody comes first.
    BadRequest (404) if none is enrolled.
    """
    theirs = calendars_of(store, name)
    if not theirs:
        raise BadRequest(f"no calendar of {name} is enrolled", status=404)
    found = [each for kept in theirs for each in _held_in(store, kept.value.access)]
    return sorted(found, key=lambda one: (ORDER.index(one.condition), one.access, one.conference.key))


def _held_in(store: Store, access: Access) -> Iterator[Held]:
    name = access.calendar_id
    for kept in store.conferences(held_in=name):
        one = kept.value
        yield Held(access, one, condition(one, name), holds_in(one, name))


def meetings(context: Context, those: Sequence[Held]) -> Meetings:
    """What their events say now, as far as that may be read: a call for each event."""
    found: dict[EventRef, Meeting] = {}
    for access in dict.fromkeys(one.access for one in those):
        refs = [hold.ref for one in those if one.access == access for hold in one.holds]
        try:
            events = look_up_all(context, access, refs)
        except AccessLost:
            continue
        found |= {event.ref: event.meeting for event in events if event.meeting}
    return found
