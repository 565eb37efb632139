"""What the system of a conference has still to be told, as its record says."""

from collections.abc import Mapping

from functions.core.conference import Conference
from functions.core.model import EventRef
from functions.core.told import Refusal


def untold(conference: Conference) -> list[EventRef]:
    """The occurrences of the primary series that must be told again; one that is refused waits, and all do
    while the conference is not there.
    """
    if not conference.holds or conference.deleted_at:
        return []
    calendar_id, series = conference.holds[0].ref
    return [
        EventRef(calendar_id, told.event_id)
        for told in conference.occurrences.values()
        if told.again and told.series_id == series and not told.refused
    ]


def is_untold(conference: Conference) -> bool:
    """Whether something must be told again that does not wait for its change or an operator."""
    whole = not conference.applied and not conference.refused and not conference.deleted_at
    return bool(conference.holds and whole) or bool(untold(conference))


def refusals(conference: Conference) -> Mapping[str | None, Refusal]:
    """Of the conference itself, and of its occurrences by original start."""
    whole: list[tuple[str | None, Refusal | None]] = [(None, conference.refused)]
    dates = [(start, told.refused) for start, told in conference.occurrences.items()]
    return {target: refusal for target, refusal in [*whole, *dates] if refusal}


def refused_print(conference: Conference, target: str | None) -> str | None:
    """What its system has refused, of the conference itself or of one occurrence."""
    refusal = refusals(conference).get(target)
    return refusal.fingerprint if refusal else None


def comes_first(conference: Conference) -> bool:
    """Whether the conference itself has to be told, or made anew, before anything of its occurrences: its
    system may forget what it was told of those of another event.
    """
    refused = conference.refused and not conference.deleted_at
    return not (conference.applied or refused)
