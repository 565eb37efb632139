"""Everything that says what a change means for a conference is in this file.

`decide` looks at one event and one conference that the event touches: the one it carries, one that it or its
series holds. It is asked once for each such pair, so no row here has to know of two conferences. Each action
names its row of the table in docs/changes.md.
"""

from dataclasses import dataclass
from datetime import datetime

from functions.core.conference import (
    GONE,
    HOLDS_MAX,
    Conference,
    applied,
    family,
    find,
    fingerprint_of,
    holds_series,
    part_of,
)
from functions.core.model import Abilities, Event, Kind, Meeting, Unreadable

ORDER_LAST = "9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the decision must know besides: what the provider can, whether details are hidden from us, and on
    a full read since when changes count as new (None: all do).
    """

    abilities: Abilities
    hidden: bool = False
    fresh_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing to do, nothing to write."""

    row: str


@dataclass(frozen=True, slots=True)
class Hold:
    """The event holds the conference from now on. A primary one is told, or taken as known by its system."""

    row: str
    primary: bool
    tell: bool
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Release:
    """The event lets go. With `spare` the conference stays even if no hold is left: it is not ours to end."""

    row: str
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Tell:
    """The conference's system must learn of this event."""

    row: str
    kind: Kind
    fingerprint: str
    occurrence: str | None = None


@dataclass(frozen=True, slots=True)
class Park:
    """Set aside. With `hold` the event holds the conference as well, as far as can be seen."""

    row: str
    reason: str
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Unpark:
    """What it was set aside for has passed without anything having to be told."""

    row: str


Action = Keep | Hold | Release | Tell | Park | Unpark


def decide(event: Event | Unreadable, conference: Conference, standing: Standing) -> Action:
    if isinstance(event, Unreadable):
        return _unreadable(event, conference)
    if event.cancelled:
        return _cancelled(event, conference, standing)
    if not event.ordinary:
        return Keep("E23")
    if not event.organizers_copy:
        # Held, it became a guest's copy by a move: the organizer's calendar has the say from now on.
        return Release("E21", spare=True) if find(conference, event.ref) else Keep("E21")
    if event.carries == conference.key and event.meeting is not None:
        return _carrying(event, event.meeting, conference, standing)
    return _without(event, conference, standing)


def _unreadable(event: Unreadable, conference: Conference) -> Action:
    """What cannot be read lets nothing go, and what can be read of it may take something up."""
    ours = event.carries == conference.key and not holds_series(conference, event)
    return _park("E24", event.reason, event, conference, takes=ours)


def _cancelled(event: Event, conference: Conference, standing: Standing) -> Action:
    if find(conference, event.ref):
        return Release("E05")
    if any(part_of(hold, event.ref) for hold in conference.holds):
        return Release("E17")
    if holds_series(conference, event):
        return _occurrence("E14", Kind.OCCURRENCE_CANCELLED, cancellation(event), event, conference, standing)
    return Keep("E06")


def cancellation(event: Event) -> str:
    """The fingerprint of an occurrence that is off, another for each: one refused is not all refused."""
    return f"cancelled {event.instance.original_start if event.instance else ''}"


def _without(event: Event, conference: Conference, standing: Standing) -> Action:
    if standing.hidden or event.conference_id == conference.key.id:
        return Keep("E22")  # it may well be there: we cannot see it, or no longer know its solution
    if find(conference, event.ref):
        return Release("E08" if event.carries else "E07")
    if holds_series(conference, event):
        return _occurrence("E16", Kind.OCCURRENCE_CANCELLED, cancellation(event), event, conference, standing)
    return Keep("E04")


def _carrying(event: Event, meeting: Meeting, conference: Conference, standing: Standing) -> Action:
    fingerprint = fingerprint_of(meeting, standing.abilities.fields)
    if holds_series(conference, event):
        return _occurrence("E13", Kind.OCCURRENCE_UPDATED, fingerprint, event, conference, standing)
    if conference.deleted_at and not standing.abilities.recreates:
        return _park("E19", GONE, event, conference, takes=True)
    if find(conference, event.ref) is None:
        return _first_seen(event, fingerprint, conference, standing)
    if conference.holds[0].ref != event.ref:
        return Keep("E10")
    if conference.applied == fingerprint:
        read_again = conference.parked is not None and not conference.parked.fingerprint
        return Unpark("E03") if read_again else Keep("E03")
    return _tell(Tell("E02", Kind.UPDATED, fingerprint), conference)


def _first_seen(event: Event, fingerprint: str, conference: Conference, standing: Standing) -> Action:
    if len(conference.holds) >= HOLDS_MAX:
        too_many = f"more than {HOLDS_MAX} events carry this conference"
        return _park("E10", too_many, event, conference, takes=False)
    if conference.holds:
        leads = part_of(conference.holds[0], event.ref)  # an instance was read before its series
        follows = leads or _follows(event, conference)
        return Hold("E12" if follows else "E10", primary=follows, tell=follows, fingerprint=fingerprint)
    if conference.deleted_at:
        return Hold("E19", primary=True, tell=True, fingerprint=fingerprint)
    if conference.released:
        changed = conference.applied != fingerprint
        return Hold("E18", primary=True, tell=changed, fingerprint=fingerprint)
    row = "E15" if event.instance else "E01"
    return Hold(row, primary=True, tell=_fresh(event, standing), fingerprint=fingerprint)


def _follows(event: Event, conference: Conference) -> bool:
    """Whether the event is a later part of the primary series, split off by "this and following"."""
    primary = conference.holds[0].ref
    base, since = family(event.ref.event_id)
    primary_base, primary_since = family(primary.event_id)
    return base == primary_base and since > primary_since and event.ref.calendar_id == primary.calendar_id


def _occurrence(
    row: str, kind: Kind, fingerprint: str, event: Event, conference: Conference, standing: Standing
) -> Action:
    occurrence = event.instance.original_start if event.instance else None
    told = applied(conference, occurrence) == fingerprint
    if not standing.abilities.occurrences or told or not _fresh(event, standing):
        return Keep(row)
    return _tell(Tell(row, kind, fingerprint, occurrence), conference)


def _tell(tell: Tell, conference: Conference) -> Action:
    parked = conference.parked
    return Keep("E27") if parked and parked.fingerprint == tell.fingerprint else tell


def _park(row: str, reason: str, event: Event | Unreadable, conference: Conference, *, takes: bool) -> Action:
    """Set aside, once; an event that takes it up holds it all the same."""
    new = takes and find(conference, event.ref) is None
    known = conference.parked is not None and conference.parked.reason == reason
    return Keep(row) if known and not new else Park(row, reason, hold=new)


def _fresh(event: Event, standing: Standing) -> bool:
    """A tombstone does not say when it was made, and counts as new."""
    return standing.fresh_after is None or event.updated is None or event.updated >= standing.fresh_after


def reading_order(event: Event | Unreadable) -> tuple[bool, bool, bool, str, str]:
    """In which order events of one read are decided for one conference.

    Who takes it up comes before who lets it go, so that nothing is released and held again; a series before
    its instances; among the rest the newest split-off part, then the oldest made, becomes primary.
    """
    if isinstance(event, Unreadable):
        return True, False, False, "", ""
    since = family(event.ref.event_id)[1]
    newest_first = "".join(chr(ord("9") - ord(digit) + ord("0")) for digit in since if digit.isdigit())
    created = event.created.isoformat() if event.created else ORDER_LAST
    return event.carries is None, event.instance is not None, not since, newest_first, created
