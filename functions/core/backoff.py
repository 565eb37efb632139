"""When the system of a conference is to be left alone: it failed, wants a rest, or has refused for good.

Pure transitions, as in `telling`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from functions.core.conference import Conference, Parked, note
from functions.core.history import Deed
from functions.core.in_flight import is_full
from functions.core.pending import is_refused


def postpone(conference: Conference, reason: str, *, now: datetime, delay: float = 0) -> Conference:
    """Set aside for a passing reason: the sweep tries again, after 1 minute first, later up to 6 hours.

    `delay` is how many seconds the other side wants to be left alone at the least. Where nothing is left to
    do, nothing is postponed.
    """
    if not conference.holds and conference.delete_at is None:
        return replace(conference, parked=None)
    before = conference.parked
    attempts = before.attempts + 1 if before and before.retry_at else 1
    wait = timedelta(minutes=min(2 ** min(attempts - 1, 10), 360))
    retry_at = now + max(wait, timedelta(seconds=delay))
    parked = before or Parked(reason=reason, since=now)
    parked = replace(parked, reason=reason, since=now, attempts=attempts, retry_at=retry_at)
    noted = note(conference, Deed(at=now, row="", what="postponed", why=reason))
    return replace(noted, parked=parked)


def stumble(conference: Conference, reason: str, *, now: datetime, delay: float) -> Conference:
    """Its system failed for now: what could not be told is due. The first time at once, after `delay` seconds
    if it asked for them; then as `postpone` has it.
    """
    due = replace(conference, follow_at=conference.follow_at or now) if conference.holds else conference
    if stumbled(conference):
        return postpone(due, reason, now=now, delay=delay)
    parked = Parked(reason=reason, since=now, retry_at=now + timedelta(seconds=delay))
    if before := conference.parked:
        parked = replace(before, reason=reason, since=now, attempts=1, retry_at=parked.retry_at)
    return note(replace(due, parked=parked), Deed(at=now, row="", what="postponed", why=reason))


def stumbled(conference: Conference) -> bool:
    """Whether it has failed for a passing reason, and not worked since."""
    return conference.parked is not None and conference.parked.retry_at is not None


def rests(conference: Conference, now: datetime) -> bool:
    """Whether its system is to be left alone for now: it failed, asked for it, or hangs."""
    parked = conference.parked
    return is_full(conference) or bool(parked and parked.retry_at and parked.retry_at > now)


def is_lost(conference: Conference) -> bool:
    """Whether its system does not know it any more, and has refused to make it anew."""
    return conference.deleted_at is not None and is_refused(conference)
