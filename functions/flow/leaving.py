"""Forgets a calendar that leaves. It may be begun several times, and anybody may finish it."""

import logging

from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.core.errors import RetryLater
from functions.core.holding import forget
from functions.flow.context import WRITE_TRIES_MAX, Context, pause
from functions.flow.renew import stop
from functions.ports import Version, Versioned

log = logging.getLogger(__name__)


class _Over(Exception):
    """Somebody else has finished it, and the calendar may have been enrolled again."""


def finish(context: Context, leaving: Versioned[Enrolment]) -> None:
    """Stop the channel, forget the holds, and the enrolment last. RetryLater if the channel may be stopped
    later: which user may stop it is known only while there is an enrolment.
    """
    calendar_id, channel = leaving.value.calendar_id, leaving.value.watch.channel
    ended = channel is None or channel.expires_at <= leaving.read_at
    stopped = ended or (channel is not None and stop(context, leaving.value, channel))
    try:
        for held in context.store.conferences(held_in=calendar_id):
            _forget(context, held, leaving.value)
        if not stopped:
            raise RetryLater(f"the channel of calendar {calendar_id} could not be stopped for now")
        _remove(context, leaving.value)
    except _Over:
        return
    log.info("calendar.left", extra={"calendar_id": calendar_id})


def _remove(context: Context, leaving: Enrolment) -> None:
    for attempt in range(WRITE_TRIES_MAX):
        newest = _still(context, leaving)
        if context.store.remove(newest.value, newest.version):
            return
        pause(context, attempt)
    raise RetryLater("a record is being written by too many at once")


def _still(context: Context, leaving: Enrolment) -> Versioned[Enrolment]:
    """The enrolment, if it still leaves; otherwise _Over."""
    kept = context.store.enrolment(leaving.calendar_id)
    if kept is None or kept.value.fence != leaving.fence:
        raise _Over
    return kept


def _forget(context: Context, held: Versioned[Conference], leaving: Enrolment) -> None:
    """A hold taken after the calendar was enrolled again stays: the record is read before the check that the
    calendar still leaves, and is written only if it is still as it was read.
    """
    found: Versioned[Conference] | None = held
    for attempt in range(WRITE_TRIES_MAX):
        if found is None:
            return
        _still(context, leaving)
        if _written(context, forget(found.value, leaving.calendar_id), found.version, leaving):
            return
        pause(context, attempt)
        found = next(iter(context.store.known([], [held.value.key])), None)
    raise RetryLater("a record is being written by too many at once")


def _written(context: Context, left: Conference, version: Version, leaving: Enrolment) -> bool:
    """A record without holds, present or released, is removed. Whether it was written or removed."""
    if left.holds or left.released or left.borrowed:
        return context.store.save(left, version, {leaving.calendar_id: leaving.fence}) is not None
    return context.store.remove(left, version)
