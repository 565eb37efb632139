"""What we remember of one conference, and how that changes: who holds it, what its system was told.

Pure transitions: each takes a record and returns the next one. Whether to make one is decided in `decide`.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from functions.core.fields import stamp
from functions.core.model import ConferenceKey, Event, EventRef, Kind, Meeting, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """This event of this calendar carries that conference. `series_id` is set on an instance's own hold."""

    ref: EventRef
    series_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A change stored before its call, so that its retry is known; until `until` only `owner` may act."""

    kind: Kind
    fingerprint: str
    occurrence: str | None
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
    set while a new primary is untold.
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
    occurrences: Mapping[str, str] = field(default_factory=dict)
    parked: Parked | None = None
    due_at: datetime | None = None


GONE = "conference is gone"
HOLDS_MAX = 2_000  # a record must stay under Firestore's 1 MiB (FACTS.md 10); a hold takes up to 300 bytes
RELEASED_MAX = 20
OCCURRENCES_MAX = 1_000
SPLIT_ID = re.compile(r"(?P<base>.+)_R(?P<since>\d{8}(?:T\d{6})?)\Z")


def family(event_id: str) -> tuple[str, str]:
    """The id that the parts of a split series share, and the part's beginning (empty for the first part).

    "This and following" makes a master `<base>_R<yyyymmddThhmmss>` (LESSONS.md, recorded responses).
    """
    match = SPLIT_ID.match(event_id)
    return (match["base"], match["since"]) if match else (event_id, "")


def fingerprint_of(meeting: Meeting, fields: frozenset[str]) -> str:
    """Names what a provider that carries these fields would be told; equal content, equal fingerprint."""
    told = {name: value for name, value in asdict(meeting).items() if name in fields}
    text = json.dumps(told, sort_keys=True, default=stamp)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def find(conference: Conference, ref: EventRef) -> Hold | None:
    return next((hold for hold in conference.holds if hold.ref == ref), None)


def holds_series(conference: Conference, event: Event | Unreadable) -> bool:
    """Whether the event is an instance of the primary series: an instance of a mere copy tells nothing."""
    if event.instance is None or not conference.holds:
        return False
    series = EventRef(event.ref.calendar_id, event.instance.series_id)
    primary = conference.holds[0].ref
    same = family(series.event_id)[0] == family(primary.event_id)[0]
    return same and series.calendar_id == primary.calendar_id and find(conference, series) is not None


def _due(conference: Conference) -> Conference:
    """Every transition that touches holds or trouble ends here."""
    due = conference.follow_at if conference.holds else conference.delete_at
    parked = conference.parked
    if parked and parked.retry_at:
        due = max(due or parked.retry_at, parked.retry_at)
    elif parked and not conference.holds:
        due = None  # a refused deletion waits for an operator
    return replace(conference, due_at=due)


def hold(conference: Conference, event: Event | Unreadable, *, primary: bool) -> Conference:
    """The event carries the conference from now on; a series takes the place of holds of its instances."""
    mine = Hold(ref=event.ref, series_id=event.instance.series_id if event.instance else None)
    instances = [other for other in conference.holds if part_of(other, event.ref)]
    leads = primary or not conference.holds or conference.holds[0] in instances
    others = tuple(other for other in conference.holds if other not in instances)
    held = replace(
        conference,
        solution=event.solution or conference.solution,
        holds=(mine, *others) if leads else (*others, mine),
        released=(),
        released_at=None,
        delete_at=None,
        parked=conference.parked if conference.holds else None,
    )
    return _due(held)


def release(conference: Conference, ref: EventRef, *, now: datetime, grace: int | None) -> Conference:
    """The event, and with a series its instances, carries the conference no more.

    The last hold gone, deletion is due after `grace` seconds; without a grace nothing is due, for others have
    the say. Another hold become primary, its event must be told at once.
    """
    gone = [other for other in conference.holds if other.ref == ref or part_of(other, ref)]
    left = tuple(other for other in conference.holds if other not in gone)
    same_primary = bool(left) and left[0] == conference.holds[0]
    spared = bool(left) or conference.deleted_at is not None or grace is None
    released = replace(
        conference,
        holds=left,
        released=(*gone, *conference.released)[:RELEASED_MAX],
        released_at=now,
        delete_at=None if spared else now + timedelta(seconds=grace or 0),
        follow_at=_follow(conference, left, now),
        parked=conference.parked if same_primary else None,
    )
    return _due(released)


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
    left = replace(
        conference,
        holds=tuple(other for other in conference.holds if other.ref.calendar_id != calendar_id),
        released=tuple(other for other in conference.released if other.ref.calendar_id != calendar_id),
        intent=intent if ours else None,
    )
    return _due(left)


def applied(conference: Conference, occurrence: str | None) -> str:
    """The fingerprint last carried out, of the conference or of one occurrence."""
    return conference.occurrences.get(occurrence, "") if occurrence else conference.applied


def known(conference: Conference, fingerprint: str) -> Conference:
    """Take this for what the system already holds: the add-on made it so."""
    return replace(conference, applied=fingerprint)


def intend(conference: Conference, intent: Intent) -> Conference:
    """The change is about to be made. The same one begun before keeps its revision: it is a retry.

    From here to `done` what the system holds is uncertain, so even a change back to before must be told.
    """
    before = conference.intent
    again = before is not None and _same(before, intent)
    begun = replace(conference, revision=conference.revision + (not again), intent=intent)
    if intent.occurrence is None:
        return replace(begun, applied="")
    others = {start: told for start, told in begun.occurrences.items() if start != intent.occurrence}
    return replace(begun, occurrences=others)


def _same(one: Intent, other: Intent) -> bool:
    return (one.kind, one.fingerprint, one.occurrence) == (other.kind, other.fingerprint, other.occurrence)


def busy(conference: Conference, wanted: Intent, now: datetime) -> bool:
    """Whether somebody may be calling for this conference right now.

    The same change again by the same owner is a retry of a call that is over; a different one may meet the
    first delivery of its message, still alive.
    """
    intent = conference.intent
    if intent is None or intent.until <= now:
        return False
    return intent.owner != wanted.owner or not _same(intent, wanted)


def give_up(conference: Conference, revision: int, *, now: datetime) -> Conference:
    """The call of this revision has ended without an answer worth noting: anybody may try again."""
    if conference.intent is None or conference.revision != revision:
        return conference
    return replace(conference, intent=replace(conference.intent, until=now))


def change_id(conference: Conference) -> str:
    """Names the change of the present revision, the same on every retry. Has no dot: the webhook's rule."""
    born = conference.born.isoformat() if conference.born else ""
    name = hashlib.sha256(json.dumps([*conference.key, born]).encode()).hexdigest()[:24]
    return f"{name}_{conference.revision}"


def done(conference: Conference, revision: int, *, now: datetime) -> Conference:
    """The change of this revision was carried out. A later one begun since leaves nothing to note."""
    intent = conference.intent
    if intent is None or conference.revision != revision:
        return conference
    followed = bool(conference.holds) and conference.holds[0].ref == intent.source
    parked = conference.parked
    other = parked is not None and parked.retry_at is None and parked.occurrence != intent.occurrence
    settled = replace(
        conference,
        intent=None,
        parked=parked if other else None,
        follow_at=None if followed else conference.follow_at,
    )
    return _due(_noted(settled, intent, now))


def _noted(conference: Conference, intent: Intent, now: datetime) -> Conference:
    match intent.kind:
        case Kind.DELETED:
            return replace(
                conference, occurrences={}, released=(), delete_at=None, deleted_at=now, parked=None
            )
        case Kind.UPDATED:
            return replace(conference, applied=intent.fingerprint, deleted_at=None)
        case Kind.OCCURRENCE_UPDATED | Kind.OCCURRENCE_CANCELLED:
            told = {**conference.occurrences, str(intent.occurrence): intent.fingerprint}
            return replace(conference, occurrences=dict(sorted(told.items())[-OCCURRENCES_MAX:]))
        case _:
            assert_never(intent.kind)


def park(conference: Conference, reason: str, *, now: datetime) -> Conference:
    """Set aside until its event is mended. What is to be tried again for a passing reason stays so."""
    if conference.parked and conference.parked.retry_at:
        return conference
    return _due(replace(conference, parked=Parked(reason=reason, since=now)))


def refuse(conference: Conference, reason: str, *, now: datetime) -> Conference:
    """The change under way was refused: set aside until it changes or an operator says so."""
    intent = conference.intent
    if intent is None:
        return park(conference, reason, now=now)
    parked = Parked(
        reason=reason,
        since=now,
        fingerprint=intent.fingerprint,
        occurrence=intent.occurrence,
        source=intent.source,
    )
    return _due(replace(conference, parked=parked, follow_at=None, intent=replace(intent, until=now)))


def postpone(conference: Conference, reason: str, *, now: datetime, delay: float = 0) -> Conference:
    """Set aside for a passing reason: the sweep tries again, after 1 minute first, later up to 6 hours.

    `delay` is how many seconds the other side wants to be left alone at the least. Where nothing is left to
    do, nothing is postponed.
    """
    if not conference.holds and conference.delete_at is None:
        return _due(replace(conference, parked=None))
    before = conference.parked
    attempts = before.attempts + 1 if before and before.retry_at else 1
    wait = timedelta(minutes=min(2 ** min(attempts - 1, 10), 360))
    retry_at = now + max(wait, timedelta(seconds=delay))
    parked = Parked(reason=reason, since=now, attempts=attempts, retry_at=retry_at)
    return _due(replace(conference, parked=parked))


def gone(conference: Conference, *, now: datetime) -> Conference:
    """Its system does not know it any more: deleted, if that was wanted, else set aside."""
    if not conference.holds:
        return done(conference, conference.revision, now=now)
    return replace(refuse(replace(conference, deleted_at=now), GONE, now=now), intent=None)


def unpark(conference: Conference) -> Conference:
    return _due(replace(conference, parked=None))


def followed(conference: Conference) -> Conference:
    """The primary event was read again: nothing is left that was to be done at once or tried again."""
    passing = conference.parked is not None and conference.parked.retry_at is not None
    return _due(replace(conference, follow_at=None, parked=None if passing else conference.parked))
