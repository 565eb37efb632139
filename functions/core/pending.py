"""What the system of a conference has still to be told, as its record says."""

from functions.core.conference import Conference
from functions.core.model import EventRef


def untold(conference: Conference) -> list[EventRef]:
    """The occurrences of the primary series that must be told again; one that is refused waits, and all do
    while the conference is not there.
    """
    if not conference.holds or conference.deleted_at:
        return []
    calendar_id, series = conference.holds[0].ref
    parked = conference.parked
    waits = parked.occurrence if parked and parked.retry_at is None else None
    return [
        EventRef(calendar_id, told.event_id)
        for start, told in conference.occurrences.items()
        if told.again and told.series_id == series and start != waits
    ]


def is_untold(conference: Conference) -> bool:
    """Whether something must be told again that does not wait for its change or an operator."""
    whole = not conference.applied and not is_refused(conference) and not conference.deleted_at
    return bool(conference.holds and whole) or bool(untold(conference))


def is_refused(conference: Conference) -> bool:
    """Whether the conference itself was, and not one of its occurrences."""
    parked = conference.parked
    return parked is not None and parked.retry_at is None and parked.occurrence is None


def comes_first(conference: Conference) -> bool:
    """Whether the conference itself has to be told, or made anew, before anything of its occurrences: its
    system may forget what it was told of those of another event.
    """
    refused = is_refused(conference) and not conference.deleted_at
    return not conference.applied and not refused
