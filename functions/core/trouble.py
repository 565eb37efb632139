"""What a failed sync leaves behind: a calendar to be read again soon, or one that backs off.

Pure transitions, as in `protocol`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from functions.core.enrolment import Enrolment, Lease, Rest, Trouble
from functions.core.protocol import owed

FAILURES_MAX = 5  # so many losses of access in a row, over `LOSING_AT_LEAST`, mark a calendar
LOSING_AT_LEAST = timedelta(minutes=20)
AFTER_FAILURE = timedelta(minutes=5)
FAILING_LEAST, FAILING_MOST = timedelta(minutes=1), timedelta(hours=1)
REST_LEAST = timedelta(minutes=50)  # so that the next sweep, five minutes apart, comes within the hour
REST_MOST = timedelta(days=1)
LAPSES_AFTER = timedelta(days=30)


def fail(enrolment: Enrolment, fence: int, why: str, *, now: datetime) -> Enrolment | None:
    """Passing trouble: the token stays, the lease ends, and the sweep asks again. From the second failure on
    the calendar backs off: for as long as it has been failing, from a minute up to an hour.

    After the first failure the sweep asks at once if a request met the lease meanwhile, because its message
    does not come again.
    """
    if enrolment.lease is None or enrolment.lease.fence != fence:
        return None
    since = enrolment.trouble.since
    trouble = replace(enrolment.trouble, why=why, since=since or now)
    if since is None:
        wait = _patience(enrolment, FAILING_LEAST)
        return replace(enrolment, lease=None, trouble=trouble, due_at=now + wait)
    until = now + min(max(now - since, FAILING_LEAST), FAILING_MOST)
    trouble = replace(trouble, backoff_until=until)
    return replace(enrolment, lease=None, trouble=trouble, due_at=until)


def _patience(enrolment: Enrolment, usual: timedelta) -> timedelta:
    return timedelta() if owed(enrolment) else usual


def lose_access(enrolment: Enrolment, why: str, *, now: datetime, fence: int) -> Enrolment:
    """Count one more loss of access; `FAILURES_MAX` in a row that span `LOSING_AT_LEAST` mark the calendar.

    A marked one backs off for as long as it has been marked: tried within the hour first, later once a day.
    """
    if enrolment.leaving_at:
        return enrolment
    trouble = _lost_once_more(enrolment.trouble, why, now)
    pause = min(max(now - trouble.lost_at, REST_LEAST), REST_MOST) if trouble.lost_at else None
    if pause:
        trouble = replace(trouble, backoff_until=now + pause)
    due_at = now + (pause or _patience(enrolment, AFTER_FAILURE))
    return replace(enrolment, lease=_let_go(enrolment, fence), trouble=trouble, due_at=due_at)


def _lost_once_more(trouble: Trouble, why: str, now: datetime) -> Trouble:
    losses, losing_since = trouble.losses + 1, trouble.losing_since or now
    marked = losses >= FAILURES_MAX and now - losing_since >= LOSING_AT_LEAST
    lost_at = trouble.lost_at or (now if marked else None)
    since = trouble.since or now
    return replace(trouble, why=why, since=since, losses=losses, losing_since=losing_since, lost_at=lost_at)


def regain(enrolment: Enrolment, *, now: datetime) -> Enrolment | None:
    """Access may be there again: it is due now, whatever it backed off for. None if it was not lost."""
    if not enrolment.trouble.losses or enrolment.leaving_at:
        return None
    return replace(enrolment, trouble=Trouble(), due_at=now)


def lapsed(enrolment: Enrolment, now: datetime) -> bool:
    """Whether access has been lost for so long that nothing is kept for its return."""
    lost_at = enrolment.trouble.lost_at
    return lost_at is not None and now - lost_at >= LAPSES_AFTER


def back_off(enrolment: Enrolment, until: datetime, why: str, *, fence: int | None) -> Enrolment:
    """Do not read the calendar until then, or until a longer back-off is over."""
    if enrolment.leaving_at:
        return enrolment
    until = max(until, enrolment.trouble.backoff_until or until)
    trouble = replace(enrolment.trouble, why=why, backoff_until=until)
    return replace(enrolment, lease=_let_go(enrolment, fence), trouble=trouble, due_at=until)


def put_off(enrolment: Enrolment, until: datetime, *, now: datetime) -> Enrolment | None:
    """Its user rests until then: a read that was asked for is owed, and due when the rest is over. None if
    that is stored already. Whoever has the lease reads again.
    """
    stored = enrolment.due_at == until and owed(enrolment) and enrolment.lease is None
    if stored or enrolment.leaving_at:
        return None
    asked = max(enrolment.asked_again_at or now, now)
    return replace(enrolment, asked_again_at=asked, due_at=until)


def at_rest(enrolment: Enrolment, rest: Rest) -> Enrolment:
    """The calendar as it stands while its user rests."""
    found = enrolment.trouble
    until = max(rest.until, found.backoff_until or rest.until)
    return replace(enrolment, trouble=replace(found, why=found.why or rest.why, backoff_until=until))


def _let_go(enrolment: Enrolment, fence: int | None) -> Lease | None:
    return None if enrolment.lease and enrolment.lease.fence == fence else enrolment.lease
