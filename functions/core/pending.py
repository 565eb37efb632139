"""What of a conference is still to be pushed, and when it backs off.

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
    refusals,
    stumbled,
    unrefused,
    waiting,
)
from functions.core.ledger import due, occurrence
from functions.core.model import EventRef


def wake(conference: Conference, *, now: datetime) -> Conference:
    """Occurrences whose `pending_from` has come must be pushed again, and so must what was refused and is to
    be tried again by now.
    """
    due = {
        start: replace(pushed, pending=True, pending_from=None)
        for start, pushed in waiting(conference).items()
        if pushed.pending_from and pushed.pending_from <= now
    }
    woken = replace(conference, occurrences={**conference.occurrences, **due}) if due else conference
    return _retried(woken, now)


def _retried(conference: Conference, now: datetime) -> Conference:
    over = {
        target for target, found in refusals(conference).items() if found.retry_at and found.retry_at <= now
    }
    if not over:
        return conference
    tried = {
        start: replace(pushed, refused=None) if start in over else pushed
        for start, pushed in conference.occurrences.items()
    }
    return replace(
        conference,
        refused=None if None in over else conference.refused,
        occurrences=tried,
        push_at=(conference.push_at or now) if conference.holds else conference.push_at,
    )


def unclear(conference: Conference, intent: Intent, reason: str, *, now: datetime) -> Conference:
    """It could not be found out whether this must be pushed of an occurrence."""
    return occurrence(conference, intent, pending=True, refused=Refusal(reason=reason, since=now))


def unpark(conference: Conference) -> Conference:
    return replace(conference, refused=None, parked=None)


def again(conference: Conference, *, now: datetime) -> Conference:
    """An operator says so: what was refused is due again."""
    return due(replace(unrefused(conference), parked=None), now)


def handled_again(conference: Conference, ref: EventRef) -> Conference:
    """This occurrence was looked at again. If it was not pushed, it waits for its next change."""
    occurrences = {
        start: replace(pushed, fingerprint="", pending=False)
        if pushed.pending and not pushed.refused and pushed.event_id == ref.event_id
        else pushed
        for start, pushed in conference.occurrences.items()
    }
    return replace(conference, occurrences=occurrences)


def followed(conference: Conference, *, now: datetime, waits: bool = False) -> Conference:
    """The primary event was read again: only occurrences that there was no time for are still due. With
    `waits` they are not due either, but pushed when the event is next found to carry the conference.
    """
    due = bool(pending_occurrences(conference)) and not waits
    return replace(conference, push_at=now if due else None, parked=None)


def back_off(
    conference: Conference, reason: str, *, now: datetime, delay: float = 0, is_out: bool = False
) -> Conference:
    """Back off for a passing reason: the sweep tries again, first after 1 minute, later after up to an hour.

    `delay` is the shortest wait in seconds that the other side asked for. `is_out`: its system fails for all
    conferences, so the wait grows no longer: when that returns, all are to be due. If nothing is left to do,
    there is nothing to wait for.
    """
    if not conference.holds and conference.delete_at is None:
        return replace(conference, refused=None, parked=None)
    attempts = conference.parked.attempts + (not is_out) if conference.parked else 1
    wait = timedelta(minutes=min(2 ** min(attempts - 1, 10), 60))
    retry_at = now + max(wait, timedelta(seconds=delay))
    return _parked(conference, Parked(reason=reason, since=now, attempts=attempts, retry_at=retry_at))


def stumble(
    conference: Conference, reason: str, *, now: datetime, delay: float, is_out: bool = False
) -> Conference:
    """Its system failed for now: what could not be pushed is due. After the first failure at once, or after
    the `delay` in seconds that it asked for; after more failures as in `back_off`.
    """
    due = replace(conference, push_at=conference.push_at or now) if conference.holds else conference
    if stumbled(conference):
        return back_off(due, reason, now=now, delay=delay, is_out=is_out)
    return _parked(due, Parked(reason=reason, since=now, retry_at=now + timedelta(seconds=delay)))


def _parked(conference: Conference, parked: Parked) -> Conference:
    entry = Entry(at=parked.since, row="", what="backed off", why=parked.reason)
    return note(replace(conference, parked=parked), entry)
