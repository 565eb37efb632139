"""What we remember of one conference: who holds it, what its system was told, what is due.

The record and how its holds move, purely; how its system is told is in `telling`. Whether to do either is
decided in `decide`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from functions.core.history import Deed, remember
from functions.core.model import ConferenceKey, Event, EventRef, Kind, Link, Unreadable
from functions.core.span import Span, span_of
from functions.core.told import Told, size_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """This event of this calendar carries that conference. `series_id` is set on an instance's own hold;
    `instances` are ids of those that held it before their series did, and may still when it lets go. `span`
    is unknown where the event could not be read.
    """

    ref: EventRef
    span: Span | None = None
    series_id: str | None = None
    instances: tuple[str, ...] = ()

    @property
    def refs(self) -> tuple[EventRef, ...]:
        return (self.ref, *(EventRef(self.ref.calendar_id, name) for name in self.instances))


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A change stored before its call, so that its retry is known; until `until` only `owner` may act."""

    row: str = ""
    kind: Kind
    fingerprint: str
    occurrence: str | None
    series_id: str = ""
    source: EventRef
    owner: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Set aside with its error. With `retry_at` the reason is a passing one and the sweep tries again then;
    without, it waits until what was refused changes (`fingerprint`, of one `occurrence` or the whole, by
    `source`), or an operator says so.
    """

    reason: str
    since: datetime
    fingerprint: str = ""
    occurrence: str | None = None
    source: EventRef | None = None
    attempts: int = 1
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """What we know of one conference. The first hold is the primary one: title and times follow its event.

    `born` and `revision`, which counts the changes begun, name each change. `applied` is the fingerprint last
    carried out, empty while that is uncertain; `occurrences` the same per occurrence, by original start.
    `released` is who held it last, to be read again before it is deleted, from `delete_at` on. `follow_at` is
    set while a new primary is untold, or occurrences are to be told again.
    `link` is how to join, as its system last said it, since `linked_at`; `unwritten` are the events that must
    show it and may not yet. `lacks` is what its provider could not carry, each said once.
    `due_at` follows from the others: when the sweep must look.
    """

    key: ConferenceKey
    solution: str = ""
    holds: tuple[Hold, ...] = ()
    released: tuple[Hold, ...] = ()
    released_at: datetime | None = None
    delete_at: datetime | None = None
    deleted_at: datetime | None = None
    follow_at: datetime | None = None
    born: datetime | None = None
    revision: int = 0
    intent: Intent | None = None
    applied: str = ""
    occurrences: Mapping[str, Told] = field(default_factory=dict)
    parked: Parked | None = None
    link: Link | None = None
    linked_at: datetime | None = None
    unwritten: tuple[EventRef, ...] = ()
    lacks: tuple[str, ...] = ()
    history: tuple[Deed, ...] = ()
    due_at: datetime | None = None


GONE = "conference is gone"
# A record must stay under Firestore's 1 MiB (FACTS.md 10), whatever ids somebody makes up. So much of it is
# for holds: some 2,000 usual ones, or 150 with the longest ids. The rest has its own limits.
HOLDS_BYTES_MAX = 600_000
HOLD_BYTES = 200  # of a hold, besides its ids: field names, its span, and what its event is found by
RELEASED_MAX = 20
INSTANCES_MAX = 10


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


def waiting(conference: Conference) -> Mapping[str, Told]:
    """The occurrences of the primary series that can be told only later, by original start."""
    if not conference.holds or conference.deleted_at:
        return {}
    series = conference.holds[0].ref.event_id
    return {
        start: told
        for start, told in conference.occurrences.items()
        if told.again_at and told.series_id == series
    }


def is_untold(conference: Conference) -> bool:
    """Whether something must be told again that does not wait for its change or an operator."""
    parked = conference.parked
    refused = parked is not None and parked.retry_at is None and parked.occurrence is None
    whole = not conference.applied and not refused
    return bool(conference.holds and whole and not conference.deleted_at) or bool(untold(conference))


def settle(conference: Conference) -> Conference:
    """When the sweep must look follows from the rest: every change of holds or trouble ends here."""
    asap = [conference.follow_at, conference.linked_at if conference.unwritten else None]
    asap += [told.again_at for told in waiting(conference).values()]
    due = min(filter(None, asap), default=None) if conference.holds else conference.delete_at
    parked = conference.parked
    if parked and parked.retry_at:
        due = max(due or parked.retry_at, parked.retry_at)
    elif parked and not conference.holds:
        due = None  # a refused deletion waits for an operator
    return replace(conference, due_at=due)


def hold(conference: Conference, event: Event | Unreadable, *, primary: bool) -> Conference:
    """The event carries the conference from now on; a series takes the place of holds of its instances."""
    mine = hold_of(event)
    leads = primary or not conference.holds or part_of(conference.holds[0], event.ref)
    held = replace(
        conference,
        solution=event.solution or conference.solution,
        holds=taking(conference.holds, mine, first=leads),
        released=(),
        released_at=None,
        delete_at=None,
        parked=conference.parked if conference.holds else None,
    )
    changed = conference.holds and held.holds[0].ref != conference.holds[0].ref
    return settle(dates_anew(held) if changed else held)


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


def hold_of(event: Event | Unreadable) -> Hold:
    return Hold(
        ref=event.ref,
        span=span_of(event.meeting) if event.meeting else None,
        series_id=event.instance.series_id if event.instance else None,
    )


def taking(holds: tuple[Hold, ...], mine: Hold, *, first: bool) -> tuple[Hold, ...]:
    """The holds with this one first or last, in place of its instances' and of its own from before."""
    instances = [other.ref.event_id for other in holds if part_of(other, mine.ref)]
    others = [other for other in holds if not part_of(other, mine.ref) and other.ref != mine.ref]
    taken = replace(mine, instances=(*mine.instances, *instances)[-INSTANCES_MAX:])
    return (taken, *others) if first else (*others, taken)


def release(conference: Conference, ref: EventRef, *, now: datetime, grace: int | None) -> Conference:
    """The event, and with a series its instances, carries the conference no more.

    The last hold gone, deletion is due after `grace` seconds; without a grace nothing is due, for others have
    the say. Another hold become primary, its event must be told at once.
    """
    gone = [other for other in conference.holds if other.ref == ref or part_of(other, ref)]
    left = tuple(other for other in conference.holds if other not in gone)
    same_primary = bool(left) and left[0] == conference.holds[0]
    spared = bool(left) or _ended(conference) or grace is None
    released = replace(
        conference,
        holds=left,
        released=(*gone, *conference.released)[:RELEASED_MAX],
        released_at=now,
        delete_at=None if spared else now + timedelta(seconds=grace or 0),
        follow_at=_follow(conference, left, now),
        parked=conference.parked if same_primary else None,
        unwritten=_of(left, conference.unwritten),
    )
    return settle(released if same_primary else dates_anew(released))


def _ended(conference: Conference) -> bool:
    """Deleted, and no call begun since that may have made it anew."""
    intent = conference.intent
    return conference.deleted_at is not None and not (intent and intent.kind is Kind.UPDATED)


def _of(holds: tuple[Hold, ...], refs: tuple[EventRef, ...]) -> tuple[EventRef, ...]:
    holding = {hold.ref for hold in holds}
    return tuple(ref for ref in refs if ref in holding)


def _follow(conference: Conference, left: tuple[Hold, ...], now: datetime) -> datetime | None:
    if not left:
        return None
    return conference.follow_at if left[0] == conference.holds[0] else now


def part_of(other: Hold, series: EventRef) -> bool:
    return other.series_id == series.event_id and other.ref.calendar_id == series.calendar_id


def forget(conference: Conference, calendar_id: str) -> Conference:
    """The calendar is no longer ours to watch: its holds go, and nothing follows from that."""
    intent = conference.intent
    ours = intent is None or intent.source.calendar_id != calendar_id
    holds = tuple(other for other in conference.holds if other.ref.calendar_id != calendar_id)
    left = replace(
        conference,
        holds=holds,
        unwritten=_of(holds, conference.unwritten),
        released=tuple(other for other in conference.released if other.ref.calendar_id != calendar_id),
        intent=intent if ours else None,
        parked=_parked_without(conference, calendar_id),
    )
    if not (left.holds or left.released):
        return let_be(left)
    return settle(left if left.holds[:1] == conference.holds[:1] else dates_anew(left))


def _parked_without(conference: Conference, calendar_id: str) -> Parked | None:
    """What waits for an event there is waited for no more; what is to be tried again still is."""
    parked, leader = conference.parked, conference.holds[:1]
    whose = parked.source if parked and parked.source else leader[0].ref if leader else None
    if parked is None or whose is None or whose.calendar_id != calendar_id:
        return parked
    if parked.retry_at is None:
        return None
    return replace(parked, source=None, fingerprint="", occurrence=None)


def let_be(conference: Conference) -> Conference:
    """No event is known that carries it or did: there is nothing to look at, and nothing is waited for."""
    return settle(replace(conference, delete_at=None, follow_at=None, parked=None))


def applied(conference: Conference, occurrence: str | None, series_id: str = "") -> str:
    """The fingerprint last carried out, of the conference or of one occurrence of a series."""
    if occurrence is None:
        return conference.applied
    told = conference.occurrences.get(occurrence)
    return told.fingerprint if told and not told.again and told.series_id == series_id else ""


def known(conference: Conference, fingerprint: str) -> Conference:
    """Take this for what the system already holds: the add-on made it so."""
    return replace(conference, applied=fingerprint)


def note(conference: Conference, deed: Deed) -> Conference:
    return replace(conference, history=remember(conference.history, deed))


def lack(conference: Conference, abilities: tuple[str, ...]) -> Conference:
    """Its provider cannot carry these."""
    return replace(conference, lacks=tuple(sorted({*conference.lacks, *abilities})))
