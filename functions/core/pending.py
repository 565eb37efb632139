"""What a conference's system has still to be told, and when its system is to be left alone.

Pure transitions, each from a record to the next one.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from functions.core.conference import (
    Conference,
    Entry,
    Intent,
    Parked,
    Refusal,
    note,
    pending_occurrences,
    stumbled,
    unrefused,
    waiting,
)
from functions.core.ledger import due, occurrence
from functions.core.model import EventRef


def wake(conference: Conference, *, now: datetime) -> Conference:
    """The occurrences whose time has come must be told again."""
    due = {
        start: replace(pushed, pending=True, pending_from=None)
        for start, pushed in waiting(conference).items()
        if pushed.pending_from and pushed.pending_from <= now
    }
    return replace(conference, occurrences={**conference.occurrences, **due}) if due else conference


def unclear(conference: Conference, intent: Intent, reason: str, *, now: datetime) -> Conference:
    """Whether this must be told of an occurrence could not be found out."""
    return occurrence(conference, intent, pending=True, refused=Refusal(reason=reason, since=now))


def unpark(conference: Conference) -> Conference:
    return replace(conference, refused=None, parked=None)


def again(conference: Conference, *, now: datetime) -> Conference:
    """An operator says so: what was refused is due."""
    return due(replace(unrefused(conference), parked=None), now)


def handled_again(conference: Conference, ref: EventRef) -> Conference:
    """This occurrence was looked at again; if it was not told, that is for its next change."""
    occurrences = {
        start: replace(pushed, fingerprint="", pending=False)
        if pushed.pending and not pushed.refused and pushed.event_id == ref.event_id
        else pushed
        for start, pushed in conference.occurrences.items()
    }
    return replace(conference, occurrences=occurrences)


def followed(conference: Conference, *, now: datetime, waits: bool = False) -> Conference:
    """The primary event was read again: nothing is left to be tried again but occurrences there was no time
    for. With `waits` they are not due either, but told when the event is next found to carry it.
    """
    due = bool(pending_occurrences(conference)) and not waits
    return replace(conference, push_at=now if due else None, parked=None)


def back_off(conference: Conference, reason: str, *, now: datetime, delay: float = 0) -> Conference:
    """Set aside for a passing reason: the sweep tries again, after 1 minute first, later up to 6 hours.

    `delay` is how many seconds the other side wants to be left alone at the least. Where nothing is left to
    do, nothing is postponed.
    """
    if not conference.holds and conference.delete_at is None:
        return replace(conference, refused=None, parked=None)
    attempts = conference.parked.attempts + 1 if conference.parked else 1
    wait = timedelta(minutes=min(2 ** min(attempts - 1, 10), 360))
    retry_at = now + max(wait, timedelta(seconds=delay))
    return _parked(conference, Parked(reason=reason, since=now, attempts=attempts, retry_at=retry_at))


def stumble(conference: Conference, reason: str, *, now: datetime, delay: float) -> Conference:
    """Its system failed for now: what could not be told is due. The first time at once, after `delay` seconds
    if it asked for them; then as `back_off` has it.
    """
    due = replace(conference, push_at=conference.push_at or now) if conference.holds else conference
    if stumbled(conference):
        return back_off(due, reason, now=now, delay=delay)
    return _parked(due, Parked(reason=reason, since=now, retry_at=now + timedelta(seconds=delay)))


def _parked(conference: Conference, parked: Parked) -> Conference:
    entry = Entry(at=parked.since, row="", what="postponed", why=parked.reason)
    return note(replace(conference, parked=parked), entry)
