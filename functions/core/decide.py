"""Everything that says what a change means for a conference is in this file, for one date of a series in
`dates`, and for a conference of somebody else in `owning`.

`decide` looks at one event and one conference that the event touches: the one it carries, one that it or its
series holds. It is asked once for each such pair, so no row here has to know of two conferences. What its
system answers is decided in `turned_down`, what an event must show of it in `decide_link`. Each action names
its row of the table in docs/changes.md; E25, how odd but sound events are read, is in the Calendar adapter.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import assert_never

from functions.core.actions import (
    Action,
    Ask,
    Ended,
    Hold,
    Keep,
    Park,
    Push,
    Recreate,
    Release,
    Standing,
    Suspect,
    Unpark,
    Write,
)
from functions.core.conference import GONE, Conference, is_refused
from functions.core.dates import changed, instance_of, is_fresh, off, off_print
from functions.core.errors import Gone, Rejected
from functions.core.hold import Hold as Held
from functions.core.hold import follows, hold_of, made_when, part_of, stamp
from functions.core.holding import find, handed_over, holds_series, is_full
from functions.core.link import news, text_of, unwritable
from functions.core.model import (
    Abilities,
    Ability,
    Attendee,
    Event,
    EventRef,
    Kind,
    Meeting,
    Place,
    Unreadable,
)
from functions.core.owning import of_others

UNCLEAR = "the event does not show that it carries this conference"
TOO_MANY = "more events carry this conference than its record has room for"


def decide(event: Event | Unreadable, conference: Conference, standing: Standing) -> Action:
    others = of_others(event, conference, standing) if conference.owners is not None else None
    action = others or _decide(event, conference, standing)
    ends = isinstance(action, Release) and action.delete
    return Suspect(action.row) if standing.full and ends else action


def turned_down(
    conference: Conference, error: Gone | Rejected, *, recreates: bool
) -> Ended | Recreate | Park:
    """What it means that the conference's system did not carry a call out; `recreates`: it may recreate."""
    match error:
        case Gone() if not conference.holds:
            return Ended("E05")
        case Gone() if recreates and conference.intent and conference.intent.occurrence:
            return Recreate("E26")
        case Gone():
            return Park("E26", GONE)  # a system that recreates would have done so for an update
        case Rejected():
            return Park("E27", str(error))
        case _:
            assert_never(error)


def decide_link(
    event: Event | Unreadable, conference: Conference, place: Place, hosts: Collection[str] = ()
) -> Write | Keep | Park:
    """Whether the event must be written to, for people to find the way in."""
    link, shown = conference.published.link, event.shown
    if link is None:
        return Keep("E28")
    if shown is None or event.carries != conference.key:
        return Park("E28", UNCLEAR)  # it may be put back, or become readable, before the event lets go
    if reason := unwritable(link, hosts):
        return Park("E28", reason)
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
    """An unreadable event lets nothing go; what can be read of it may take a conference up."""
    ours = event.carries == conference.key and not holds_series(conference, event)
    return _park("E24", event.reason, event, conference, takes=ours)


def _cancelled(event: Event, conference: Conference, standing: Standing) -> Action:
    if event.vanished and (standing.hidden or standing.role_unknown):
        return Keep("E22")  # an event that we may not see is answered as if it had never been
    if find(conference, event.ref):
        return Release("E05")
    if any(part_of(hold, event.ref) for hold in conference.holds):
        return Release("E17")
    if not conference.holds or conference.holds[0].ref.calendar_id != event.ref.calendar_id:
        return Keep("E06")  # perhaps of a guest's copy: a tombstone does not say whose it is
    its = instance_of(event, conference)
    if its is not None:
        return off("E14", its, event, conference, standing)
    return Keep("E06") if standing.asked or not event.etag else Ask("E14")


def _guests_copy(event: Event, conference: Conference, standing: Standing) -> Action:
    """If it is held, it became a guest's copy by a move, and the organizer's calendar decides from now on.

    That has decided if it let go already, or if the copy, which follows it, does not carry the conference.
    """
    shows = event.may_show(conference.key.id)
    if find(conference, event.ref) is None or (standing.role_unknown and not shows):
        return Keep("E21")
    may_carry = shows or (standing.hidden and not event.conference_id)
    kept_elsewhere = may_carry and not _elsewhere(event, conference.released)
    return Release("E21", delete=not kept_elsewhere)


def _without(event: Event, conference: Conference, standing: Standing) -> Action:
    hidden = (standing.hidden or standing.role_unknown) and not _known_to_be_off(event, conference)
    if hidden or unnamed(event, conference):
        return Keep("E22")  # it may be there: it is hidden, or the settings do not name its solution
    if handed_over(event, conference):
        return Release("E08", delete=False) if find(conference, event.ref) else Keep("E08")
    if find(conference, event.ref):
        return Release("E08" if event.carries else "E09" if event.conference_id else "E07")
    if event.instance and holds_series(conference, event):
        return off("E16", event.instance, event, conference, standing)
    return Keep("E04")


def _known_to_be_off(event: Event, conference: Conference) -> bool:
    """Whether a sync, which knows what is hidden, found the occurrence off, and that must be pushed again."""
    if event.instance is None:
        return False
    pushed = conference.occurrences.get(event.instance.original_start)
    return bool(pushed and pushed.pending and pushed.fingerprint == off_print(event.instance))


def _carrying(event: Event, meeting: Meeting, conference: Conference, standing: Standing) -> Action:
    fingerprint = fingerprint_of(meeting, standing.abilities.fields)
    if event.instance and holds_series(conference, event):
        return changed(event.instance, fingerprint, event, conference, standing)
    if conference.deleted_at and not standing.abilities.recreates:
        return _park("E19", GONE, event, conference, takes=True)
    if find(conference, event.ref) is None:
        if event.instance and find(conference, EventRef(event.ref.calendar_id, event.instance.series_id)):
            return Keep("E10")  # its series holds it, beside others
        return _first_seen(event, meeting, conference, standing)
    return _held(event, meeting, fingerprint, conference, standing)


def _held(
    event: Event, meeting: Meeting, fingerprint: str, conference: Conference, standing: Standing
) -> Action:
    if conference.holds[0].ref != event.ref:
        return Keep("E10")
    if conference.applied == fingerprint:
        read_again = is_refused(conference, None, "") or conference.parked
        return Unpark("E03") if read_again else Keep("E28" if _bears_link(event, conference) else "E03")
    row = "E11" if conference.push_at else "E02"
    push = Push(row, Kind.UPDATED, fingerprint, unsupported=unsupported_by(meeting, standing.abilities))
    return Keep("E27") if is_refused(conference, None, fingerprint) else push


def _bears_link(event: Event, conference: Conference) -> bool:
    written = event.shown.written if event.shown else ""
    link = conference.published.link
    return link is not None and written == text_of(link)


def unsupported_by(meeting: Meeting, abilities: Abilities) -> tuple[Ability, ...]:
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
    if conference.holds:
        return Hold(_row_beside(event, conference))
    fingerprint = fingerprint_of(meeting, standing.abilities.fields)
    unsupported = unsupported_by(meeting, standing.abilities)

    def held(row: str, *, push: bool) -> Hold:
        return Hold(row, push=push, fingerprint=fingerprint, unsupported=unsupported if push else ())

    if conference.deleted_at:
        return held("E19", push=True)
    if conference.released:
        row = "E20" if _elsewhere(event, conference.released) else "E18"
        return held(row, push=conference.applied != fingerprint)
    return held("E15" if event.instance else "E01", push=is_fresh(event, standing))


def _row_beside(event: Event, conference: Conference) -> str:
    """The row for another event that carries it too. Which of them leads is in `holding.elect`."""
    primary = conference.holds[0]
    if part_of(primary, event.ref) or follows(hold_of(event), primary):
        return "E12"
    if _elsewhere(event, (*conference.holds, *conference.released)):
        return "E20"
    return "E18" if any(one.ref == event.ref for one in conference.released) else "E10"


def _elsewhere(event: Event, holds: Sequence[Held]) -> bool:
    """Whether the event is or was held in another calendar: it has been moved here."""
    return any(
        hold.ref.event_id == event.ref.event_id and hold.ref.calendar_id != event.ref.calendar_id
        for hold in holds
    )


def _park(row: str, reason: str, event: Event | Unreadable, conference: Conference, *, takes: bool) -> Action:
    """Parked, once; an event that `takes` it up holds it all the same, while there is room."""
    new = takes and find(conference, event.ref) is None and not is_full(conference, event)
    known = conference.refused is not None and conference.refused.reason == reason
    return Keep(row) if known and not new else Park(row, reason, hold=new)


def in_order(events: Sequence[Event | Unreadable]) -> list[Event | Unreadable]:
    """The events of one read as they are decided for one conference.

    An event that takes it up comes before one that lets it go, so that nothing is released and held again; a
    series comes before its instances. A series counts as made when its first part was. Its last part comes
    first, so that it alone is pushed, before copies of it. Otherwise the oldest comes first, as in `Rank`.
    """
    series = [one for one in events if isinstance(one, Event) and one.meeting and one.meeting.recurrence]
    parts = [(hold_of(event), made_when(event)) for event in series]

    def order(event: Event | Unreadable) -> tuple[bool, bool, str, int, str, str]:
        if isinstance(event, Unreadable):
            return True, False, "", 0, "", ""
        mine, made = hold_of(event), made_when(event)
        oldest = min([made, *(earlier for part, earlier in parts if follows(mine, part))])
        later = sum(follows(part, mine) for part, _ in parts)
        return event.carries is None, event.instance is not None, oldest, later, made, event.ref.event_id

    return sorted(events, key=order)


def unnamed(event: Event | Unreadable, conference: Conference) -> bool:
    """Whether it carries the conference under a solution that the settings do not name."""
    if isinstance(event, Unreadable) or event.carries is not None:
        return False
    mine = bool(event.conference_id) and event.ordinary and event.organizers_copy
    return mine and event.may_show(conference.key.id)


def fingerprint_of(meeting: Meeting, fields: frozenset[str]) -> str:
    """Names what would be pushed to a provider with these fields; equal content, equal fingerprint."""
    pushed = {name: getattr(meeting, name) for name in fields.intersection(meeting.__slots__)}
    text = json.dumps(pushed, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(value: Attendee | datetime | date) -> object:
    if isinstance(value, Attendee):
        return {name: getattr(value, name) for name in value.__slots__}
    return stamp(value)
