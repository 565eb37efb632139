"""What we remember of one conference: who holds it, what its system was told, what is due.

The record and how its holds move, purely; how its system is told is in `telling`. Whether to do either is
decided in `decide`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from functions.core.history import Entry, remember
from functions.core.model import ConferenceKey, Event, EventRef, Kind, Link, Unreadable
from functions.core.rank import UNRANKED, Rank, rank_of
from functions.core.span import Span, span_of
from functions.core.times import micros
from functions.core.told import Refusal, Told, size_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """This event of this calendar carries that conference. `series_id` is set on an instance's own hold;
    `instances` are ids of those that held it before their series did, and may still when it lets go. `span`
    is unknown where the event could not be read; `label` is the solution it was held under, if known.
    `let_go_at` is set on one that was released.
    """

    ref: EventRef
    span: Span | None = None
    series_id: str | None = None
    instances: tuple[str, ...] = ()
    label: str = ""
    rank: Rank = UNRANKED  # one that an older record has not is before all others
    let_go_at: datetime | None = None

    @property
    def refs(self) -> tuple[EventRef, ...]:
        return (self.ref, *(EventRef(self.ref.calendar_id, name) for name in self.instances))


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A change stored before its call, so that its retry is known; until `until` the call may take effect."""

    row: str = ""
    kind: Kind
    fingerprint: str
    occurrence: str | None
    series_id: str = ""
    source: EventRef
    owner: str
    until: datetime
    revision: int = 0


class Unshown(NamedTuple):
    """An event that must show the link, and may not yet. It is written to from `at` on, or if that is unknown
    when the event changes or an operator says so; so often it was `refused`.
    """

    ref: EventRef
    at: datetime | None
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How to join, as its system last said it. `since` is when it said something else than the event showed;
    `unwritten` are the events that must show it and may not yet.
    """

    link: Link | None = None
    since: datetime | None = None
    unwritten: tuple[Unshown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Set aside for a passing reason: the sweep tries again at `retry_at`, after so many `attempts`."""

    reason: str
    since: datetime
    retry_at: datetime
    attempts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """What we know of one conference. The first hold is the primary one: title and times follow its event.

    `revision` is the number of the change begun last, and grows by one with each. `applied` is the
    fingerprint last carried out, empty while that is uncertain; `occurrences` the same per occurrence, by
    original start. `refused`: the conference itself was.
    `in_flight` are calls that something newer was told after, and that may still take effect.
    `released` is who held it last, to be read again before it is deleted, from `delete_at` on, and whose rank
    is theirs again should they come back within the grace. `follow_at` is set while a new primary is untold,
    or occurrences are to be told again.
    `published` is how to join, and who must show it. `lacks` is what its provider could not carry, each said
    once.
    """

    key: ConferenceKey
    solution: str = ""
    holds: tuple[Hold, ...] = ()
    released: tuple[Hold, ...] = ()
    delete_at: datetime | None = None
    deleted_at: datetime | None = None
    follow_at: datetime | None = None
    revision: int = 0
    intent: Intent | None = None
    in_flight: tuple[Intent, ...] = ()
    applied: str = ""
    occurrences: Mapping[str, Told] = field(default_factory=dict)
    refused: Refusal | None = None
    parked: Parked | None = None
    published: Published = Published()
    lacks: tuple[str, ...] = ()
    history: tuple[Entry, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """When the sweep must look; it follows from the rest."""
        asap = [self.follow_at, *(one.at for one in self.published.unwritten)]
        asap += [told.again_at for told in waiting(self).values()]
        wanted = asap if self.holds else [self.delete_at]
        due = min(filter(None, [*wanted, *(call.until for call in self.in_flight)]), default=None)
        if self.parked:
            return max(due or self.parked.retry_at, self.parked.retry_at)
        return None if self.refused and not self.holds else due  # a refused deletion waits for an operator


GONE = "conference is gone"
# A record must stay under Firestore's 1 MiB (FACTS.md 10), whatever ids somebody makes up. So much of it is
# for holds: some 1,600 usual ones, or 150 with the longest ids. The rest has its own limits.
HOLDS_BYTES_MAX = 650_000
HOLD_BYTES = 310  # of a hold, besides its ids: field names, span, rank, and what its event is found by
RELEASED_MAX = 20
INSTANCES_MAX = 10


def new(key: ConferenceKey, now: datetime) -> Conference:
    """The first record of it, or the first since it was forgotten: no change's number comes again."""
    return Conference(key=key, revision=micros(now))


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


def is_due(conference: Conference, now: datetime) -> bool:
    return conference.due_at is not None and conference.due_at <= now


def hold(
    conference: Conference, event: Event | Unreadable, *, held_at: datetime, recent: datetime
) -> Conference:
    """The event carries the conference from now on; a series takes the place of holds of its instances.

    Who leads is for `parts.elect` to say, which must follow. `held_at`: when the read began that shows it;
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


def hold_of(event: Event | Unreadable) -> Hold:
    return Hold(
        ref=event.ref,
        span=span_of(event.meeting) if event.meeting else None,
        series_id=event.instance.series_id if event.instance else None,
        label=event.label,
    )


def is_recent(gone: Hold, recent: datetime) -> bool:
    return gone.let_go_at is not None and gone.let_go_at >= recent


def taking(holds: tuple[Hold, ...], mine: Hold) -> tuple[Hold, ...]:
    """The holds with this one last, in place of its instances' and of its own from before."""
    instances = [other for other in holds if part_of(other, mine.ref)]
    others = [other for other in holds if not part_of(other, mine.ref) and other.ref != mine.ref]
    names = (*mine.instances, *(one.ref.event_id for one in instances))[-INSTANCES_MAX:]
    rank = min([mine.rank, *(one.rank._replace(made=mine.rank.made) for one in instances)])
    return (*others, replace(mine, instances=names, rank=rank))


def release(conference: Conference, ref: EventRef, *, now: datetime, grace: int | None) -> Conference:
    """The event, and with a series its instances, carries the conference no more.

    The last hold gone, deletion is due after `grace` seconds; without a grace nothing is due, for others have
    the say. Which of the others leads is for `parts.elect` to say, which must follow.
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
        follow_at=conference.follow_at if left else None,
        published=only_of(left, conference.published),
    )


def unrefused(conference: Conference) -> Conference:
    """What was refused was of another event, or is to be tried again."""
    occurrences = {start: replace(told, refused=None) for start, told in conference.occurrences.items()}
    return replace(conference, refused=None, occurrences=occurrences)


def _ended(conference: Conference) -> bool:
    """Deleted, and no call begun since that may have made it anew."""
    calls = [*conference.in_flight, *filter(None, [conference.intent])]
    return conference.deleted_at is not None and not any(call.kind is Kind.UPDATED for call in calls)


def only_of(holds: tuple[Hold, ...], published: Published) -> Published:
    """Who does not hold it need not show how to join."""
    holding = {hold.ref for hold in holds}
    return replace(published, unwritten=tuple(one for one in published.unwritten if one.ref in holding))


def part_of(other: Hold, series: EventRef) -> bool:
    return other.series_id == series.event_id and other.ref.calendar_id == series.calendar_id


def applied(conference: Conference, occurrence: str | None, series_id: str = "") -> str:
    """The fingerprint last carried out, of the conference or of one occurrence of a series."""
    if occurrence is None:
        return conference.applied
    told = conference.occurrences.get(occurrence)
    return told.fingerprint if told and not told.again and told.series_id == series_id else ""


def note(conference: Conference, deed: Entry) -> Conference:
    return replace(conference, history=remember(conference.history, deed))


def lack(conference: Conference, abilities: tuple[str, ...]) -> Conference:
    """Its provider cannot carry these."""
    return replace(conference, lacks=tuple(sorted({*conference.lacks, *abilities})))
