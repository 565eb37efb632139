"""When the system of a conference is to be left alone: it failed, wants a rest, or has refused for good.

Pure transitions, as in `telling`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from functions.core.conference import Conference, Parked, note
from functions.core.history import Entry
from functions.core.in_flight import is_full


def postpone(conference: Conference, reason: str, *, now: datetime, delay: float = 0) -> Conference:
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
    if it asked for them; then as `postpone` has it.
    """
    due = replace(conference, follow_at=conference.follow_at or now) if conference.holds else conference
    if stumbled(conference):
        return postpone(due, reason, now=now, delay=delay)
    return _parked(due, Parked(reason=reason, since=now, retry_at=now + timedelta(seconds=delay)))


def _parked(conference: Conference, parked: Parked) -> Conference:
    deed = Entry(at=parked.since, row="", what="postponed", why=parked.reason)
    return note(replace(conference, parked=parked), deed)


def stumbled(conference: Conference) -> bool:
    """Whether it has failed for a passing reason, and not worked since."""
    return conference.parked is not None


def rests(conference: Conference, now: datetime) -> bool:
    """Whether its system is to be left alone for now: it failed, asked for it, or hangs."""
    parked = conference.parked
    return is_full(conference) or (parked is not None and parked.retry_at > now)


def is_lost(conference: Conference) -> bool:
    """Whether its system does not know it any more, and has refused to make it anew."""
    return conference.deleted_at is not None and conference.refused is not None
