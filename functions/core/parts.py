"""The parts of a series that was split, among the holds of one conference: which of them leads, and what an
instance's id was once known to mean.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from functions.core.conference import Conference, Hold, find, is_recent, taking, unrefused
from functions.core.ids import family
from functions.core.model import Event, EventRef, Instance, Unreadable
from functions.core.rank import Rank, heir
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
    """The hold that should be the primary one: the last part of the series of the lowest rank. Where parts
    that were moved about follow each other in a circle, the lowest.
    """
    ranked = sorted(conference.holds, key=_place)
    chain = ranked[:1]
    series = [hold for hold in ranked if hold.span is None or hold.span.series]
    while later := next((hold for hold in series if follows(hold, chain[-1])), None):
        if later in chain:
            return chain[0]
        chain.append(later)
    return chain[-1]


def _place(hold: Hold) -> tuple[Rank, str]:
    """Of equals, which older records hold, the order in which they were held stays."""
    return hold.rank, hold.ref.event_id if hold.rank.made else ""


def elect(before: Conference, after: Conference, *, now: datetime, recent: datetime) -> Conference:
    """After any change of holds or spans: the one that should lead does. Another than before must be told at
    once, with all its dates.

    Who leads follows from who holds it and from who has let go since `recent`, not from the order in which
    that was read.
    """
    if not after.holds:
        return after
    moved = after if after.holds == before.holds else _ranked(before, after, recent)
    leader = leading(moved)
    if moved is after and leader == after.holds[0]:
        return after
    found = _before_all(moved, leader)
    last = next(iter((*before.holds, *before.released)), leader).ref
    if last.event_id != leader.ref.event_id:
        found = dates_anew(found)
    if before.holds and last != leader.ref:
        found = replace(unrefused(found), follow_at=now)
    return found


def led(conference: Conference) -> Conference:
    """The one that should lead does, of those that are left."""
    return _before_all(conference, leading(conference)) if conference.holds else conference


def _before_all(conference: Conference, leader: Hold) -> Conference:
    *others, first = taking(conference.holds, leader)
    return replace(conference, holds=(first, *sorted(others, key=_place)))


def dates_anew(conference: Conference) -> Conference:
    """Another event leads: whatever is known of dates of its series must be told after it, for its system has
    been told of another event's since.
    """
    if not conference.holds:
        return conference
    series = conference.holds[0].ref.event_id
    occurrences = {
        start: replace(told, again=True) if told.series_id == series and told.fingerprint else told
        for start, told in conference.occurrences.items()
    }
    return replace(conference, occurrences=occurrences)


def _ranked(before: Conference, after: Conference, recent: datetime) -> Conference:
    """Each holds the rank that is due to it; who let go before `recent` has lost his."""
    gone = [one for one in (*before.released, *after.released) if is_recent(one, recent)]
    return replace(after, holds=tuple(replace(hold, rank=_due(hold, gone)) for hold in after.holds))


def _due(hold: Hold, gone: Sequence[Hold]) -> Rank:
    same = (one.rank for one in gone if one.ref.event_id == hold.ref.event_id)
    parts = (heir(hold.rank, one.rank) for one in gone if follows(hold, one))
    return min([hold.rank, *same, *parts])


def absorbed(before: Conference, after: Conference) -> Iterable[EventRef]:
    """Instances that held it and whose series does so in their place now."""
    if before.holds == after.holds:
        return []
    holding = {hold.ref for hold in after.holds}
    return [
        one.ref
        for one in before.holds
        if one.series_id
        and one.ref not in holding
        and EventRef(one.ref.calendar_id, one.series_id) in holding
    ]


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


def remembered(conference: Conference, ref: EventRef) -> Instance | None:
    """The instance that this event of the primary event's calendar was when it was last told, or was off."""
    if not conference.holds or conference.holds[0].ref.calendar_id != ref.calendar_id:
        return None
    known = ((start, told) for start, told in conference.occurrences.items() if told.event_id == ref.event_id)
    start, told = next(known, ("", None))
    return Instance(series_id=told.series_id, original_start=start, sure=False) if told else None
