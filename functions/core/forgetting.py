"""A conference whose calendar, or one of whose calendars, is no longer ours to watch."""

from dataclasses import replace

from functions.core.conference import Conference, only_of
from functions.core.parts import dates_anew, led


def forget(conference: Conference, calendar_id: str) -> Conference:
    """The holds of that calendar go, and nothing follows from that: no system is told for it."""
    intent = conference.intent
    ours = intent is None or intent.source.calendar_id != calendar_id
    holds = tuple(other for other in conference.holds if other.ref.calendar_id != calendar_id)
    left = replace(
        conference,
        holds=holds,
        published=only_of(holds, conference.published),
        released=tuple(other for other in conference.released if other.ref.calendar_id != calendar_id),
        intent=intent if ours else None,
        in_flight=(*conference.in_flight, *([] if ours or intent is None else [intent])),
        refused=None if _leads_in(conference, calendar_id) else conference.refused,
    )
    if not (left.holds or left.released):
        return let_be(left)
    left = led(left)
    return left if left.holds[:1] == conference.holds[:1] else dates_anew(left)


def _leads_in(conference: Conference, calendar_id: str) -> bool:
    """What waits for an event there is waited for no more."""
    return any(leader.ref.calendar_id == calendar_id for leader in conference.holds[:1])


def let_be(conference: Conference) -> Conference:
    """No event is known that carries it or did: there is nothing to look at, and nothing is waited for."""
    return replace(conference, delete_at=None, follow_at=None, refused=None, parked=None, in_flight=())
