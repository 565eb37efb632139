"""The parts of a series that was split, among the holds of one conference: which of them leads, and what an
instance's id was once known to mean.
"""

from dataclasses import replace
from datetime import datetime

from functions.core.conference import Conference, Hold, find, settle, taking
from functions.core.ids import family
from functions.core.model import Event, EventRef, Instance, Unreadable
from functions.core.span import span_of


def holds_series(conference: Conference, event: Event | Unreadable) -> bool:
    """Whether the event is an instance of the primary series, or of an earlier part of it: one of a mere copy
    tells nothing.
    """
    its = event.instance
    return its is not None and any(
        part.ref == EventRef(event.ref.calendar_id, its.series_id) for part in parts(conference)
    )


def parts(conference: Conference) -> list[Hold]:
    """The primary hold, and those of earlier parts of its series."""
    if not conference.holds:
        return []
    primary = conference.holds[0]
    return [primary, *(other for other in conference.holds[1:] if follows(primary, other))]


def follows(later: Hold, earlier: Hold) -> bool:
    """Whether one series is a later part of the other, which may be given by its instance's hold: "this and
    following" keeps the id's base, or else begins when the other is over (DESIGN.md 5, E12).
    """
    if later.ref.calendar_id != earlier.ref.calendar_id or later.series_id:
        return False
    base, since = family(later.ref.event_id)
    earlier_base, earlier_since = family(earlier.series_id or earlier.ref.event_id)
    named = base == earlier_base and since > earlier_since
    after = later.span is not None and earlier.span is not None and later.span.continues(earlier.span)
    return named or (after and base != earlier_base)


def leading(conference: Conference) -> Hold:
    """The hold that should be the primary one: the last part of the primary series. Where parts that were
    moved about follow each other in a circle, the one that is.
    """
    chain = [conference.holds[0]]
    while later := next((hold for hold in conference.holds if follows(hold, chain[-1])), None):
        if later in chain:
            return chain[0]
        chain.append(later)
    return chain[-1]


def seen(conference: Conference, event: Event | Unreadable) -> Conference:
    """The hold of an event knows when its dates begin and end, as the event says now."""
    if event.meeting is None or event.carries != conference.key:
        return conference
    span = span_of(event.meeting)
    if all(other.ref != event.ref or other.span == span for other in conference.holds):
        return conference
    holds = (replace(other, span=span) if other.ref == event.ref else other for other in conference.holds)
    return replace(conference, holds=tuple(holds))


def lead(conference: Conference, ref: EventRef, *, now: datetime) -> Conference:
    """The hold of this event is the primary one from now on, and the event must be told at once."""
    mine = find(conference, ref)
    if mine is None:
        return conference
    holds = taking(conference.holds, mine, first=True)
    return settle(replace(conference, holds=holds, follow_at=now, parked=None))


def remembered(conference: Conference, ref: EventRef) -> Instance | None:
    """The instance of the primary series that this event was when its system was told of it."""
    if not conference.holds or conference.holds[0].ref.calendar_id != ref.calendar_id:
        return None
    series = conference.holds[0].ref.event_id
    starts = (
        start
        for start, told in conference.occurrences.items()
        if told.event_id == ref.event_id and told.series_id == series
    )
    start = next(starts, None)
    return Instance(series_id=series, original_start=start, sure=False) if start else None
