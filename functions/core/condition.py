"""How one conference stands for the events of one calendar, as an operator asks who helps its user."""

from enum import StrEnum

from functions.core.aside import set_aside
from functions.core.conference import Conference, is_pending, waiting
from functions.core.hold import Hold


class Condition(StrEnum):
    """In the order in which they need somebody.

    `PARKED`: refused, until its event changes or an operator says so, or tried in vain for too long, as
    `status` has it. `WAITING`: something is still to be pushed. `BORROWED`: it belongs to somebody else.
    `ENDING`: carried by no event, and to be deleted. `LEFT`: this calendar's events let go of it, and it
    stays.
    """

    PARKED = "parked"
    WAITING = "waiting"
    LIVE = "live"
    BORROWED = "borrowed"
    ENDING = "ending"
    LEFT = "left"
    DELETED = "deleted"


def condition(conference: Conference, calendar_id: str) -> Condition:
    if conference.deleted_at and not conference.refused:
        return Condition.DELETED
    if (conference.holds or conference.borrowed) and not _those_in(calendar_id, conference.holds):
        mine = _those_in(calendar_id, conference.borrowed)
        return Condition.BORROWED if mine else Condition.LEFT
    if any(one.for_good for one in set_aside(conference)):
        return Condition.PARKED
    if conference.parked or (conference.holds and _is_behind(conference)):
        return Condition.WAITING
    return _untroubled(conference)


def _untroubled(conference: Conference) -> Condition:
    if conference.holds:
        return Condition.LIVE
    return Condition.ENDING if conference.delete_at else Condition.LEFT


def holds_in(conference: Conference, calendar_id: str) -> tuple[Hold, ...]:
    """The holds of this calendar's events: those that count; if there are none, those that were."""
    return _those_in(calendar_id, (*conference.holds, *conference.borrowed)) or _those_in(
        calendar_id, conference.released
    )


def _those_in(calendar_id: str, holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
    return tuple(hold for hold in holds if hold.ref.calendar_id == calendar_id)


def _is_behind(conference: Conference) -> bool:
    begun = conference.intent or conference.push_at
    return bool(begun or is_pending(conference) or waiting(conference))
