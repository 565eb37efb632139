"""Which events hold a conference, and which of them leads: the last part of a series that was split, or the
one of the lowest rank. Pure transitions, each from a record to the next one.
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
    part_of,
    rank_of,
    span_of,
    taking,
)
from functions.core.model import Event, EventRef, Instance, Kind, Unreadable

# A record must stay under Firestore's 1 MiB (FACTS.md 10), whatever ids somebody makes up. So much of it is
# for holds: some 1,600 usual ones, or 150 with the longest ids. The rest has its own limits.
HOLDS_BYTES_MAX = 650_000
HOLD_BYTES = 310  # of a hold, besides its ids: field names, span, rank, and what its event is found by
RELEASED_MAX = 20


def find(conference: Conference, ref: EventRef) -> Hold | None:
    return next((hold for hold in conference.holds if hold.ref == ref), None)


def is_full(conference: Conference, event: Event | Unreadable) -> bool:
    """Whether the record has no room for one more hold."""
    ids = [ref for hold in conference.holds for ref in hold.refs] + [event.ref]
    series = [hold.series_id or "" for hold in conference.holds]
    series.append(event.instance.series_id if event.instance else "")
    # The event is named twice: once more while it must be shown a changed link.
    size = sum(2 * size_of(*ref) for ref in ids) + size_of(*series) + HOLD_BYTES * len(ids)
    return size > HOLDS_BYTES_MAX


def hold(
    conference: Conference, event: Event | Unreadable, *, held_at: datetime, recent: datetime
) -> Conference:
    """The event carries the conference from now on; a series takes the place of holds of its instances.

    Who leads is for `holding.elect` to say, which must follow. `held_at`: when the read began that shows it;
    who let go before `recent` has lost his rank.
    """
    mine = replace(hold_of(event), rank=rank_of(event, held_at))
    return replace(
        conference if conference.holds else unrefused(conference),
        solution=event.solution or conference.solution,
        holds=taking(conference.holds, mine),
        released=tuple(
            one
            for one in conference.released
            if one.ref.event_id != mine.ref.event_id and is_recent(one, recent)
        ),
        delete_at=None,
    )


def release(conference: Conference, ref: EventRef, *, now: datetime, grace: int | None) -> Conference:
    """The event, and with a series its instances, carries the conference no more.

    The last hold gone, deletion is due after `grace` seconds; without a grace nothing is due, for others have
    the say. Which of the others leads is for `holding.elect` to say, which must follow.
    """
    gone = [other for other in conference.holds if other.ref == ref or part_of(other, ref)]
    left = tuple(other for other in conference.holds if other not in gone)
    spared = bool(left) or _ended(conference) or grace is None
    let_go = [replace(other, let_go_at=now) for other in gone]
    return replace(
        conference if left else unrefused(conference),
        holds=left,
        released=(*let_go, *conference.released)[:RELEASED_MAX],
        delete_at=None if spared else now + timedelta(seconds=grace or 0),
        push_at=conference.push_at if left else None,
        published=only_of(left, conference.published),
    )


def _ended(conference: Conference) -> bool:
    """Deleted, and no call begun since that may have made it anew."""
    calls = [*conference.in_flight, *filter(None, [conference.intent])]
    return conference.deleted_at is not None and not any(call.kind is Kind.UPDATED for call in calls)


def only_of(holds: tuple[Hold, ...], published: Published) -> Published:
    """Who does not hold it need not show how to join."""
    holding = {hold.ref for hold in holds}
    return replace(published, unwritten=tuple(one for one in published.unwritten if one.ref in holding))


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
        found = replace(unrefused(found), push_at=now)
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
        start: replace(pushed, pending=True) if pushed.series_id == series and pushed.fingerprint else pushed
        for start, pushed in conference.occurrences.items()
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
    known = (
        (start, pushed) for start, pushed in conference.occurrences.items() if pushed.event_id == ref.event_id
    )
    start, pushed = next(known, ("", None))
    return Instance(series_id=pushed.series_id, original_start=start, sure=False) if pushed else None


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
    return replace(conference, delete_at=None, push_at=None, refused=None, parked=None, in_flight=())


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
