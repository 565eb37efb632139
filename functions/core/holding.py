"""Which events hold a conference, and which of them leads: the one of the lowest rank, or the last part of
its series. Pure transitions, each from a record to the next one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from functions.core.conference import Conference, Published, size_of, unrefused
from functions.core.hold import (
    Hold,
    Rank,
    follows,
    heir,
    hold_of,
    is_recent,
    last_day,
    part_of,
    rank_of,
    span_of,
    taking,
)
from functions.core.model import Event, EventRef, Instance, Kind, Unreadable

# A record must stay under Firestore's 1 MiB (FACTS.md 10), whatever ids somebody makes up. This much of it is
# for holds: some 1,600 usual ones, or 150 with the longest ids. The rest has its own limits.
HOLDS_BYTES_MAX = 675_000
HOLD_BYTES = 330  # of a hold, besides its ids: field names, span, rank, and the keys of the index
RELEASED_MAX = 20


def find(conference: Conference, ref: EventRef) -> Hold | None:
    return next((hold for hold in conference.holds if hold.ref == ref), None)


def is_full(conference: Conference, event: Event | Unreadable) -> bool:
    """Whether the record has no room for one more hold."""
    ids = [ref for hold in conference.holds for ref in hold.refs] + [event.ref]
    series = [hold.series_id or "" for hold in conference.holds]
    series += [name for hold in conference.holds for name in hold.parties or ()] + [*event.parties]
    series.append(event.instance.series_id if event.instance else "")
    # Each event may be named twice: once more while a changed link must be written to it.
    size = sum(2 * size_of(*ref) for ref in ids) + size_of(*series) + HOLD_BYTES * len(ids)
    return size > HOLDS_BYTES_MAX


def hold(
    conference: Conference, event: Event | Unreadable, *, held_at: datetime, recent: datetime
) -> Conference:
    """The event holds the conference from now on; a series replaces the holds of its instances.

    `elect` must follow: it decides which hold leads. `held_at`: when the read began that shows the event. A
    hold that was released before `recent` has lost its rank.
    """
    mine = replace(hold_of(event), rank=rank_of(event, held_at))
    return replace(
        conference if conference.holds else unrefused(conference),
        solution=event.solution or conference.solution,
        holds=taking(conference.holds, mine),
        borrowed=tuple(one for one in conference.borrowed if one.ref != mine.ref),
        released=tuple(
            one
            for one in conference.released
            if one.ref.event_id != mine.ref.event_id and is_recent(one, recent)
        ),
        delete_at=None,
    )


def release(
    conference: Conference, ref: EventRef, *, now: datetime, grace: int | None, guarded: bool = False
) -> Conference:
    """The event no longer holds the conference; of a series, its instances do not either.

    If no hold is left, deletion is due after `grace` seconds; without a grace nothing is due, because that is
    for others to decide. `elect` must follow: it decides which of the other holds leads.
    """
    gone = [other for other in conference.holds if other.ref == ref or part_of(other, ref)]
    left = tuple(other for other in conference.holds if other not in gone)
    spared = bool(left) or is_ended(conference) or grace is None
    let_go = [replace(other, let_go_at=now) for other in gone]
    return replace(
        conference if left else unrefused(conference),
        holds=left,
        released=(*let_go, *conference.released)[:RELEASED_MAX],
        delete_at=None if spared else now + timedelta(seconds=grace or 0),
        guarded=guarded,
        push_at=conference.push_at if left else None,
        published=only_of(left, conference.published),
    )


def is_ended(conference: Conference) -> bool:
    """Whether it is deleted, and no call was begun since that may have recreated it."""
    calls = [*conference.in_flight, *filter(None, [conference.intent])]
    return conference.deleted_at is not None and not any(call.kind is Kind.UPDATED for call in calls)


def only_of(holds: tuple[Hold, ...], published: Published) -> Published:
    """Events that do not hold it need not show how to join."""
    holding = {hold.ref for hold in holds}
    return replace(published, unwritten=tuple(one for one in published.unwritten if one.ref in holding))


def holds_series(conference: Conference, event: Event | Unreadable) -> bool:
    """Whether the event is an instance of the primary series, or of an earlier part of it. An instance of a
    mere copy changes nothing.
    """
    its = event.instance
    return its is not None and any(
        part.ref == EventRef(event.ref.calendar_id, its.series_id) for part in parts(conference)
    )


def parts(conference: Conference) -> list[Hold]:
    """The primary hold, and the holds of the earlier parts of its series."""
    if not conference.holds:
        return []
    primary = conference.holds[0]
    return [primary, *(other for other in conference.holds[1:] if follows(primary, other))]


def leading(conference: Conference) -> Hold:
    """The hold that should be primary: the last part of the series of the lowest rank. If parts were moved
    and follow each other in a circle, the hold of the lowest rank.
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
    """The order of holds. Equal ranks, as in older records, keep the order in which they were held."""
    return hold.rank, hold.ref.event_id if hold.rank.made else ""


def elect(before: Conference, after: Conference, *, now: datetime, recent: datetime) -> Conference:
    """After any change of holds or spans: the hold that should lead becomes the primary one. If it was not
    before, its event must be pushed at once, with all its dates.

    Which one leads follows from the holds and from those released since `recent`, not from the order in which
    the events were read.
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
        found = replace(unrefused(found), push_at=now)
    return found


def led(conference: Conference) -> Conference:
    """Of the holds that are left, the one that should lead becomes the primary one."""
    return _before_all(conference, leading(conference)) if conference.holds else conference


def _before_all(conference: Conference, leader: Hold) -> Conference:
    *others, first = taking(conference.holds, leader)
    return replace(conference, holds=(first, *sorted(others, key=_place)))


def dates_anew(conference: Conference) -> Conference:
    """Another event leads: all known dates of its series must be pushed again after it, because dates of
    another event have been pushed since.
    """
    if not conference.holds:
        return conference
    series = conference.holds[0].ref.event_id
    occurrences = {
        start: replace(pushed, pending=True) if pushed.series_id == series and pushed.fingerprint else pushed
        for start, pushed in conference.occurrences.items()
    }
    return replace(conference, occurrences=occurrences)


def _ranked(before: Conference, after: Conference, recent: datetime) -> Conference:
    """Each hold with the rank that is due to it. A hold released before `recent` passes on no rank."""
    gone = [one for one in (*before.released, *after.released) if is_recent(one, recent)]
    return replace(after, holds=tuple(replace(hold, rank=_due(hold, gone)) for hold in after.holds))


def _due(hold: Hold, gone: Sequence[Hold]) -> Rank:
    same = (one.rank for one in gone if one.ref.event_id == hold.ref.event_id)
    parts = (heir(hold.rank, one.rank) for one in gone if follows(hold, one))
    return min([hold.rank, *same, *parts])


def absorbed(before: Conference, after: Conference) -> Iterable[EventRef]:
    """Instances that held it before, and whose series holds it in their place now."""
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
    """The event's hold takes over the first and last date, the solution and the people that it shows now."""
    if event.meeting is None or event.carries != conference.key:
        return conference
    mine = find(conference, event.ref)
    if mine is None:
        return conference
    known = replace(
        mine,
        span=span_of(event.meeting),
        over_on=last_day(event.meeting),
        label=event.label,
        parties=event.parties,
    )
    if known == mine:
        return conference
    return replace(conference, holds=tuple(known if hold is mine else hold for hold in conference.holds))


def behind(conference: Conference, event: Event | Unreadable) -> Conference:
    """Who is behind a hold of which that is not known, is also said by an event that lets go."""
    if not event.parties.creator:
        return conference
    holds, released = (
        tuple(
            replace(one, parties=event.parties) if one.ref == event.ref and one.parties is None else one
            for one in some
        )
        for some in (conference.holds, conference.released)
    )
    return replace(conference, holds=holds, released=released)


def named(conference: Conference, event: Event | Unreadable, settings: str) -> Conference:
    """What is read with these settings shows all that carries it, if it was only held under one solution."""
    if event.carries != conference.key:
        return conference
    labels = {hold.label for hold in (*conference.holds, *conference.released)}
    return replace(conference, named_under=settings if labels <= {event.label} else "")


def remembered(conference: Conference, ref: EventRef) -> Instance | None:
    """The instance that this event was when it was last pushed or off; for the primary's calendar only."""
    if not conference.holds or conference.holds[0].ref.calendar_id != ref.calendar_id:
        return None
    known = (
        (start, pushed) for start, pushed in conference.occurrences.items() if pushed.event_id == ref.event_id
    )
    start, pushed = next(known, ("", None))
    return Instance(series_id=pushed.series_id, original_start=start, sure=False) if pushed else None


def let_be(conference: Conference) -> Conference:
    """No event is known that holds or held it: there is nothing to look at and nothing to wait for."""
    return replace(conference, delete_at=None, push_at=None, refused=None, parked=None, in_flight=())


def handed_over(event: Event, conference: Conference) -> bool:
    """Whether only the settings have changed: the event shows the same solution and conference id as when it
    was held, but they are another provider's now.
    """
    other = event.carries
    if other is None or other == conference.key or not event.may_show(conference.key.id):
        return False
    hold = _held_by(event, conference)
    return hold is not None and hold.label in ("", event.label)


def _held_by(event: Event, conference: Conference) -> Hold | None:
    """The event's own hold, or that of its series."""
    series = EventRef(event.ref.calendar_id, event.instance.series_id) if event.instance else event.ref
    return find(conference, event.ref) or find(conference, series)
