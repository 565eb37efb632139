"""Everything that says what a change means for a conference is in this file.

`decide` looks at one event and one conference that the event touches: the one it carries, one that it or its
series holds. It is asked once for each such pair, so no row here has to know of two conferences. What its
system answers is decided in `turned_down`, what an event must show of it in `decide_link`. Each action names
its row of the table in docs/changes.md; E25, how odd but sound events are read, is in `event`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from functions.core.actions import (
    Action,
    Ended,
    Hold,
    Keep,
    Lack,
    Park,
    Release,
    Remake,
    Suspect,
    Tell,
    Unpark,
    Write,
)
from functions.core.conference import (
    GONE,
    Conference,
    applied,
    family,
    find,
    fingerprint_of,
    holds_series,
    is_full,
    part_of,
)
from functions.core.conference import Hold as Held
from functions.core.errors import Gone, Rejected
from functions.core.fields import stamp
from functions.core.link import news, text_of, writable
from functions.core.model import Abilities, Ability, Event, Kind, Meeting, Place, Unreadable

ORDER_LAST = "9999"
TOO_MANY = "more events carry this conference than its record has room for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the decision must know besides: what the provider can, whether details are hidden from us, or that
    is not known since the event was read alone, since when changes count as new (None: all do), and whether
    the read is a full one, which lets nothing go.
    """

    abilities: Abilities
    hidden: bool = False
    alone: bool = False
    fresh_after: datetime | None = None
    full: bool = False


def decide(event: Event | Unreadable, conference: Conference, standing: Standing) -> Action:
    action = _decide(event, conference, standing)
    return Suspect(action.row) if standing.full and isinstance(action, Release) else action


def turned_down(conference: Conference, error: Gone | Rejected, *, remakes: bool) -> Ended | Remake | Park:
    """What it means that the conference's system did not do as told; `remakes`: it may make it anew."""
    match error:
        case Gone() if not conference.holds:
            return Ended("E05")
        case Gone() if remakes and conference.intent and conference.intent.occurrence:
            return Remake("E26")
        case Gone():
            return Park("E26", GONE)  # who makes conferences anew would have, for an update
        case Rejected():
            return Park("E27", str(error))
        case _:
            assert_never(error)


def decide_link(event: Event | Unreadable, conference: Conference, place: Place) -> Write | Keep | Park:
    """Whether the event must be written to, for people to find the way in."""
    link, shown = conference.link, event.shown
    if link is None or shown is None or event.carries != conference.key:
        return Keep("E28")
    if not writable(link):
        return Park("E28", "the link is too long for an event")
    fields = news(shown, link, place)
    return Keep("E28") if fields is None else Write("E28", fields)


def _decide(event: Event | Unreadable, conference: Conference, standing: Standing) -> Action:
    if isinstance(event, Unreadable):
        return _unreadable(event, conference)
    if event.cancelled:
        return _cancelled(event, conference, standing)
    if not event.ordinary:
        return Keep("E23")
    if not event.organizers_copy:
        return _guests_copy(event, conference, standing)
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
        return _off("E14", event, conference, standing)
    return Keep("E06")


def _guests_copy(event: Event, conference: Conference, standing: Standing) -> Action:
    """Held, it has become one by a move, and the organizer's calendar has the say from now on.

    That has had it if it let go already, or if the copy, which follows it, does not carry the conference.
    """
    shows = event.conference_id == conference.key.id
    if find(conference, event.ref) is None or (standing.alone and not shows):
        return Keep("E21")
    may_carry = shows or (standing.hidden and not event.conference_id)
    return Release("E21", spare=may_carry and not _elsewhere(event, conference.released))


def _without(event: Event, conference: Conference, standing: Standing) -> Action:
    hidden = (standing.hidden or standing.alone) and not _known_to_be_off(event, conference)
    if hidden or event.conference_id == conference.key.id:
        return Keep("E22")  # it may well be there: we cannot see it, or no longer know its solution
    if find(conference, event.ref):
        return Release("E08" if event.carries else "E09" if event.conference_id else "E07")
    if holds_series(conference, event):
        return _off("E16", event, conference, standing)
    return Keep("E04")


def _known_to_be_off(event: Event, conference: Conference) -> bool:
    """Whether a sync, which knows what is hidden, found the occurrence off, and that must be told again."""
    if event.instance is None:
        return False
    parked, told = conference.parked, conference.occurrences.get(event.instance.original_start)
    refused = parked and parked.occurrence and parked.fingerprint == _off_print(event)
    return bool(refused or (told and told.again and told.fingerprint == _off_print(event)))


def _carrying(event: Event, meeting: Meeting, conference: Conference, standing: Standing) -> Action:
    fingerprint = fingerprint_of(meeting, standing.abilities.fields)
    if holds_series(conference, event):
        wanted = Tell("E13", Kind.OCCURRENCE_UPDATED, fingerprint)
        return _occurrence(wanted, Ability.OCCURRENCE_UPDATE, event, conference, standing)
    if conference.deleted_at and not standing.abilities.recreates:
        return _park("E19", GONE, event, conference, takes=True)
    if find(conference, event.ref) is None:
        return _first_seen(event, meeting, conference, standing)
    if conference.holds[0].ref != event.ref:
        return Keep("E10")
    if conference.applied == fingerprint:
        read_again = conference.parked is not None and not conference.parked.fingerprint
        return Unpark("E03") if read_again else Keep("E28" if _bears_link(event, conference) else "E03")
    row = "E11" if conference.follow_at else "E02"
    return _tell(Tell(row, Kind.UPDATED, fingerprint, lacks=lacking(meeting, standing.abilities)), conference)


def _bears_link(event: Event, conference: Conference) -> bool:
    written = event.shown.written if event.shown else ""
    return conference.link is not None and written == text_of(conference.link)


def lacking(meeting: Meeting, abilities: Abilities) -> tuple[Ability, ...]:
    """What this event asks of a conference and the provider cannot carry."""
    asked = {
        Ability.TITLE: bool(meeting.title),
        Ability.TIME: True,
        Ability.RECURRENCE: bool(meeting.recurrence),
    }
    return tuple(ability for ability, wanted in asked.items() if wanted and ability not in abilities.can)


def _first_seen(event: Event, meeting: Meeting, conference: Conference, standing: Standing) -> Action:
    if is_full(conference, event):
        return _park("E10", TOO_MANY, event, conference, takes=False)
    fingerprint = fingerprint_of(meeting, standing.abilities.fields)
    lacks = lacking(meeting, standing.abilities)

    def held(row: str, *, tell: bool, primary: bool = True) -> Hold:
        return Hold(row, primary=primary, tell=tell, fingerprint=fingerprint, lacks=lacks if tell else ())

    if conference.holds:
        leads = part_of(conference.holds[0], event.ref)  # an instance was read before its series
        follows = leads or _follows(event, conference)
        row = "E12" if follows else "E20" if _elsewhere(event, conference.holds) else "E10"
        return held(row, primary=follows, tell=follows and conference.applied != fingerprint)
    if conference.deleted_at:
        return held("E19", tell=True)
    if conference.released:
        row = "E20" if _elsewhere(event, conference.released) else "E18"
        return held(row, tell=conference.applied != fingerprint)
    return held("E15" if event.instance else "E01", tell=_fresh(event, standing))


def _follows(event: Event, conference: Conference) -> bool:
    """Whether the event is a later part, split off by "this and following", of the primary series, or of the
    one that the primary is an instance of.
    """
    primary = conference.holds[0]
    base, since = family(event.ref.event_id)
    primary_base, primary_since = family(primary.series_id or primary.ref.event_id)
    return base == primary_base and since > primary_since and event.ref.calendar_id == primary.ref.calendar_id


def _elsewhere(event: Event, holds: Sequence[Held]) -> bool:
    """Whether the event is or was held in another calendar: it has been moved here."""
    return any(
        hold.ref.event_id == event.ref.event_id and hold.ref.calendar_id != event.ref.calendar_id
        for hold in holds
    )


def _off(row: str, event: Event, conference: Conference, standing: Standing) -> Action:
    wanted = Tell(row, Kind.OCCURRENCE_CANCELLED, _off_print(event))
    return _occurrence(wanted, Ability.OCCURRENCE_CANCEL, event, conference, standing)


def _off_print(event: Event) -> str:
    """The fingerprint of an occurrence that is off, another for each: one refused is not all refused."""
    return f"cancelled {event.instance.original_start if event.instance else ''}"


def _occurrence(
    wanted: Tell, ability: Ability, event: Event, conference: Conference, standing: Standing
) -> Action:
    occurrence = event.instance.original_start if event.instance else None
    told = applied(conference, occurrence) == wanted.fingerprint
    if told or not _fresh(event, standing):
        return Keep(wanted.row)
    if ability not in standing.abilities.can:
        return Keep(wanted.row) if ability in conference.lacks else Lack(wanted.row, ability)
    return _tell(replace(wanted, occurrence=occurrence), conference)


def _tell(tell: Tell, conference: Conference) -> Action:
    parked = conference.parked
    refused = parked and parked.retry_at is None and parked.fingerprint == tell.fingerprint
    return Keep("E27") if refused else tell


def _park(row: str, reason: str, event: Event | Unreadable, conference: Conference, *, takes: bool) -> Action:
    """Set aside, once; an event that takes it up holds it all the same, while there is room."""
    new = takes and find(conference, event.ref) is None and not is_full(conference, event)
    known = conference.parked is not None and conference.parked.reason == reason
    return Keep(row) if known and not new else Park(row, reason, hold=new)


def _fresh(event: Event, standing: Standing) -> bool:
    """A tombstone does not say when it was made, and counts as new, unless what it calls off is over."""
    since = standing.fresh_after
    if since is None:
        return True
    if event.updated is None:
        return event.instance is None or event.instance.original_start >= stamp(since)
    return event.updated >= since


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
