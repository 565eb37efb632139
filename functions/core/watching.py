"""How a calendar gets the channel that tells of its changes, and how it leaves.

Pure transitions, as in `protocol`.
"""

from dataclasses import replace
from datetime import datetime

from functions.core.enrolment import Enrolment, Trouble, Watch, ending_at
from functions.core.model import Channel
from functions.core.times import micros
from functions.core.trouble import AFTER_FAILURE


def fresh(calendar_id: str, user: str | None, *, now: datetime) -> Enrolment:
    """Its fences begin above any fence of an earlier enrolment of the calendar."""
    return Enrolment(calendar_id=calendar_id, user=user, fence=micros(now), due_at=now)


def taken_over(enrolment: Enrolment, user: str, *, now: datetime) -> Enrolment:
    """It is read as this user from now on: in full, since tokens and channels belong to who asked for them.

    What its events hold stays. A sync at work finds its lease lost.
    """
    return replace(
        enrolment,
        user=user,
        watch=Watch(),
        token=None,
        resume=None,
        lease=None,
        fence=enrolment.fence + 1,
        trouble=Trouble(),
        due_at=now,
    )


def leave(enrolment: Enrolment, *, now: datetime, erase: bool = False) -> Enrolment:
    """It leaves, from now on or since an earlier request: no sync and no channel can begin any more, and a
    sync at work finds its lease lost. If nobody finishes the leaving, the sweep does. Once it was asked to
    `erase`, that stays so.
    """
    if enrolment.leaving_at:
        return replace(enrolment, erasing=enrolment.erasing or erase)
    return replace(
        enrolment,
        leaving_at=now,
        erasing=erase,
        fence=enrolment.fence + 1,
        lease=None,
        resume=None,
        watch=replace(enrolment.watch, joining=None),
        trouble=replace(enrolment.trouble, backoff_until=None),
        due_at=now + AFTER_FAILURE,
    )


def join(enrolment: Enrolment, channel_id: str, *, instead_of: Channel | None) -> Enrolment | None:
    """A channel of this id is about to be asked for: its first notifications may come before the answer.

    A channel that was asked for before and is not granted yet gives way. None if the channel to be replaced
    is no longer the calendar's, or the calendar leaves.
    """
    current = enrolment.watch.channel.id if enrolment.watch.channel else None
    if enrolment.leaving_at or current != (instead_of.id if instead_of else None):
        return None
    return replace(enrolment, watch=replace(enrolment.watch, joining=channel_id))


def joined(
    enrolment: Enrolment, channel_id: str, channel: Channel | None, *, now: datetime, renew_before: int
) -> Enrolment | None:
    """The answer is there: a channel, which is now the current one, or that this calendar cannot be watched.
    None if another channel was asked for meanwhile: this one may have been stopped as an orphan.
    """
    if enrolment.watch.joining != channel_id:
        return None
    if channel is None:
        return replace(enrolment, watch=Watch(possible=False))
    ends_at = ending_at(enrolment.calendar_id, channel.expires_at, now, renew_before)
    return replace(enrolment, watch=Watch(channel=channel, ends_at=ends_at))
