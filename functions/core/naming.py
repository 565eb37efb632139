"""What changed settings make of an event whose conference we hold: its solution is named no longer, or is
another provider's by now.
"""

from functions.core.conference import Conference, Hold, find
from functions.core.model import Event, EventRef, Unreadable


def unnamed(event: Event | Unreadable, conference: Conference) -> bool:
    """Whether it carries the conference under a solution that the settings do not name."""
    if isinstance(event, Unreadable) or event.carries is not None:
        return False
    mine = event.ordinary and event.organizers_copy
    return mine and event.conference_id == conference.key.id


def handed_over(event: Event, conference: Conference) -> bool:
    """Whether only the settings have changed: the event shows the solution that it was held under, and the
    same conference id, but both are another provider's now.
    """
    other = event.carries
    if other is None or other == conference.key or other.id != conference.key.id:
        return False
    hold = _held_by(event, conference)
    return hold is not None and hold.label in ("", event.label)


def _held_by(event: Event, conference: Conference) -> Hold | None:
    """Its own hold, or that of the series that it is an instance of."""
    series = EventRef(event.ref.calendar_id, event.instance.series_id) if event.instance else event.ref
    return find(conference, event.ref) or find(conference, series)
