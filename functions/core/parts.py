"""The parts of a series that was split, among the holds of one conference: which of them leads, and what an
instance's id was once known to mean.
"""

from dataclasses import replace
from datetime import datetime

from functions.core.conference import Conference, Hold, dates_anew, find, settle, taking
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
    """The primary hold, and those of the parts of its series that it follows."""
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
    series = [hold for hold in conference.holds if hold.span is None or hold.span.series]
    while later := next((hold for hold in series if follows(hold, chain[-1])), None):
        if later in chain:
            return chain[0]
        chain.append(later)
    return chain[-1]


def seen(conference: Conference, event: Event | Unreadable) -> Conference:
    """The hold of an event knows when its dates begin and end, and its solution, as the event says now."""
    if event.meeting is None or event.carries != conference.key:
        return conference
    mine = find(conference, event.ref)
    if mine is None:
        return conference
    known = replace(mine, span=span_of(event.meeting), label=event.label)
    if known == mine:
        return conference
    return replace(conference, holds=tuple(known if hold is mine else hold for hold in conference.holds))


def lead(conference: Conference, ref: EventRef, *, now: datetime) -> Conference:
    """The hold of this event is the primary one from now on, and the event must be told at once."""
    mine = find(conference, ref)
    if mine is None:
        return conference
    holds = taking(conference.holds, mine, first=True)
    return settle(dates_anew(replace(conference, holds=holds, follow_at=now, parked=None)))


def remembered(conference: Conference, ref: EventRef) -> Instance | None:
    """The instance that this event of the primary event's calendar was when it was last told, or was off."""
    if not conference.holds or conference.holds[0].ref.calendar_id != ref.calendar_id:
        return None
    known = ((start, told) for start, told in conference.occurrences.items() if told.event_id == ref.event_id)
    start, told = next(known, ("", None))
    return Instance(series_id=told.series_id, original_start=start, sure=False) if told else None
