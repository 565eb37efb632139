"""How a sync that cannot go on leaves its calendar: to be read again soon, or to rest.

Pure transitions, as in `cursor`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from functions.core.cursor import Enrolment, Lease, owed

FAILURES_MAX = 5  # so many losses of access in a row, over so long a time, mark a calendar
LOSING_AT_LEAST = timedelta(minutes=20)
AFTER_FAILURE = timedelta(minutes=5)
REST_LEAST = timedelta(minutes=50)  # and the next sweep, five minutes apart, still comes within the hour
REST_MOST = timedelta(days=1)


def resting(enrolment: Enrolment, now: datetime) -> bool:
    """Whether the calendar is to be left alone for now: its user's quota is spent or its access is lost."""
    return enrolment.paused_until is not None and enrolment.paused_until > now


def fail(enrolment: Enrolment, fence: int, why: str, *, now: datetime) -> Enrolment | None:
    """Passing trouble: the token stays, the lease goes, and the sweep asks again if the message does not: at
    once for whoever was sent away meanwhile, whose message does not come again.
    """
    if enrolment.lease is None or enrolment.lease.fence != fence:
        return None
    failing_since = enrolment.failing_since or now
    return replace(
        enrolment, lease=None, failing_since=failing_since, trouble=why, due_at=now + _patience(enrolment)
    )


def _patience(enrolment: Enrolment) -> timedelta:
    return timedelta() if owed(enrolment) else AFTER_FAILURE


def lose_access(enrolment: Enrolment, why: str, *, now: datetime, fence: int) -> Enrolment:
    """Count one more loss of access; `FAILURES_MAX` in a row that span `LOSING_AT_LEAST` mark the calendar.

    A marked one rests as long as it has been marked: tried within the hour at first, in the end once a day.
    """
    if enrolment.leaving_at:
        return enrolment
    failures, since = enrolment.failures + 1, enrolment.losing_since or now
    lost = enrolment.lost_at is not None or (failures >= FAILURES_MAX and now - since >= LOSING_AT_LEAST)
    lost_at = (enrolment.lost_at or now) if lost else None
    pause = min(max(now - lost_at, REST_LEAST), REST_MOST) if lost_at else None
    return replace(
        enrolment,
        lease=_let_go(enrolment, fence),
        failures=failures,
        losing_since=since,
        failing_since=enrolment.failing_since or now,
        trouble=why,
        lost_at=lost_at,
        paused_until=now + pause if pause else enrolment.paused_until,
        due_at=now + (pause or _patience(enrolment)),
    )


def rest(enrolment: Enrolment, until: datetime, why: str, *, fence: int | None) -> Enrolment:
    """Leave the calendar alone until then, or for as long as it already is."""
    if enrolment.leaving_at:
        return enrolment
    lease, until = _let_go(enrolment, fence), max(until, enrolment.paused_until or until)
    return replace(enrolment, lease=lease, paused_until=until, trouble=why, due_at=until)


def _let_go(enrolment: Enrolment, fence: int | None) -> Lease | None:
    return None if enrolment.lease and enrolment.lease.fence == fence else enrolment.lease
