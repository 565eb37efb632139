"""Which channel tells of a calendar, and that it is to tell of it no more.

Pure transitions, as in `protocol`.
"""

from dataclasses import replace
from datetime import datetime

from functions.core.enrolment import Enrolment, Watch
from functions.core.model import Channel
from functions.core.trouble import AFTER_FAILURE


def leave(enrolment: Enrolment, *, now: datetime) -> Enrolment:
    """To be forgotten, from now on or since before: no sync and no channel can be taken up any more, and who
    is at work finds his lease lost. The sweep sees to it if nobody does.
    """
    if enrolment.leaving_at:
        return enrolment
    return replace(
        enrolment,
        leaving_at=now,
        fence=enrolment.fence + 1,
        lease=None,
        resume=None,
        watch=replace(enrolment.watch, joining=None),
        trouble=replace(enrolment.trouble, backoff_until=None),
        due_at=now + AFTER_FAILURE,
    )


def join(enrolment: Enrolment, channel_id: str, *, instead_of: Channel | None) -> Enrolment | None:
    """A channel of this id is about to be asked for: its first notifications may come before the answer.

    Who asked before and has no answer yet gives way. None if the channel to be replaced no longer is the
    calendar's, or the calendar leaves.
    """
    current = enrolment.watch.channel.id if enrolment.watch.channel else None
    if enrolment.leaving_at or current != (instead_of.id if instead_of else None):
        return None
    return replace(enrolment, watch=replace(enrolment.watch, joining=channel_id))


def joined(enrolment: Enrolment, channel_id: str, channel: Channel | None) -> Enrolment | None:
    """The answer: the channel now current, or that this calendar cannot be watched. None if another channel
    was asked for meanwhile: this one may have been stopped as nobody's.
    """
    if enrolment.watch.joining != channel_id:
        return None
    return replace(enrolment, watch=Watch(channel=channel, possible=channel is not None))
