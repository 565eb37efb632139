"""Whose a conference is: anybody can write its id into an event of their own (RECORDED.md H).

An event speaks for a conference if its calendar, the user it is read as, or who made it is one of the owners.
Other events borrow it.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from functions.core.actions import Borrow, GiveBack, Keep, Standing
from functions.core.conference import Conference, unrefused
from functions.core.hold import Hold, hold_of, part_of
from functions.core.holding import is_ended, only_of
from functions.core.model import NOBODY, Event, EventRef, Parties, Unreadable

BORROWED_MAX = 50  # what strangers do must not fill a record


def speaks(event: Event | Unreadable, conference: Conference) -> bool:
    return _speak(event.ref, event.parties, conference)


def _speak(ref: EventRef, parties: Parties, conference: Conference) -> bool:
    owners = conference.owners
    return owners is None or not parties.speak(ref.calendar_id).isdisjoint(owners)


def is_borrowed(conference: Conference, ref: EventRef) -> bool:
    return any(hold.ref == ref for hold in conference.borrowed)


def of_others(
    event: Event | Unreadable, conference: Conference, standing: Standing
) -> Borrow | GiveBack | Keep | None:
    """What an event means that does not speak for the conference, or did not; None for all other events."""
    borrowed = is_borrowed(conference, event.ref)
    if isinstance(event, Unreadable):
        return Keep("E29") if event.carries == conference.key and not speaks(event, conference) else None
    if event.carries == conference.key and event.ordinary and event.organizers_copy:
        return None if speaks(event, conference) else _borrowing(event, conference)
    return _giving_back(event, conference, standing) if borrowed else None


def _borrowing(event: Event, conference: Conference) -> Borrow | Keep:
    """An instance adds nothing to its series."""
    its = event.instance
    of_series = its and is_borrowed(conference, EventRef(event.ref.calendar_id, its.series_id))
    return Keep("E29") if of_series or is_borrowed(conference, event.ref) else Borrow("E29")


def _giving_back(event: Event, conference: Conference, standing: Standing) -> GiveBack | Keep:
    """The same signs as for any hold: what may be hidden from us is not gone."""
    hidden = standing.hidden or standing.role_unknown
    unclear = event.may_show(conference.key.id) or (hidden and (event.vanished or not event.cancelled))
    return Keep("E29") if unclear else GiveBack("E29")


def borrow(conference: Conference, event: Event | Unreadable) -> Conference:
    """The event borrows the conference. If it held it, that is over, and nothing is deleted because of it."""
    borrowed = (hold_of(event), *_apart(conference.borrowed, event.ref))[:BORROWED_MAX]
    return _holding(replace(conference, borrowed=borrowed), _apart(conference.holds, event.ref))


def _apart(holds: Collection[Hold], ref: EventRef) -> list[Hold]:
    """Those that are neither of this event nor of its instances."""
    return [one for one in holds if one.ref != ref and not part_of(one, ref)]


def give_back(conference: Conference, ref: EventRef, *, now: datetime, grace: int) -> Conference:
    """The event no longer borrows it. If its owners let it go before, its deletion is due after a grace: also
    if that was while an event held it that was only later known to be of others.
    """
    left = tuple(one for one in conference.borrowed if one.ref != ref)
    gone = conference.delete_at or (let_go_by(conference) and not is_ended(conference))
    ends = gone and not (left or conference.holds)
    delete_at = now + timedelta(seconds=grace) if ends else conference.delete_at
    return replace(conference, borrowed=left, delete_at=delete_at)


def let_go_by(conference: Conference) -> Hold | None:
    """The last of its people's events that let it go, as far as it is known whose it is."""
    return next((one for one in conference.released if is_theirs(one, conference)), None)


def is_theirs(hold: Hold, conference: Conference) -> bool:
    """One without parties counts as theirs until its event is read again: it was known to be one of theirs
    (core.forgetting), or is of an older record.
    """
    return hold.parties is None or _speak(hold.ref, hold.parties, conference)


def owned(conference: Conference, owners: Collection[str] | None) -> Conference:
    """Its owners are these: what events of theirs borrowed they hold, what events of others held is borrowed.
    `elect` must follow.
    """
    known = replace(conference, owners=None if owners is None else tuple(sorted(owners)))
    if known.owners == conference.owners:
        return conference
    every = (*conference.holds, *conference.borrowed)
    theirs = [one for one in every if is_theirs(one, known)]
    others = tuple(one for one in every if one not in theirs)
    return _holding(replace(known, borrowed=others[:BORROWED_MAX]), theirs)


def claimed(conference: Conference, owner: str) -> Conference | None:
    """It is this user's from now on; None if somebody else has claimed it, or events of others carry it. Who
    claims what no event carries yet made it.
    """
    if conference.owners is not None:
        return conference if owner in conference.owners else None
    others = [
        one for one in conference.holds if owner not in (one.parties or NOBODY).speak(one.ref.calendar_id)
    ]
    return None if others else owned(conference, {owner})


def _holding(conference: Conference, holds: Collection[Hold]) -> Conference:
    if tuple(holds) == conference.holds:
        return conference
    return replace(
        conference if holds else unrefused(conference),
        holds=tuple(holds),
        delete_at=None if holds else conference.delete_at,
        push_at=conference.push_at if holds else None,
        published=only_of(tuple(holds), conference.published),
    )
