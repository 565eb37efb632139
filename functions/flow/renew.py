"""Watch channels: open one, replace those that end soon with an overlap, stop the old one last."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import islice

from functions.core import watching
from functions.core.channel import sign
from functions.core.enrolment import Enrolment
from functions.core.errors import AccessLost, BadRequest, Rejected, RetryLater
from functions.core.model import Channel, Reason, SyncRequest
from functions.flow.abreast import abreast
from functions.flow.calendars import back_off_user, backs_off_until, staying
from functions.flow.context import Context, amend_enrolment
from functions.flow.turn import LONG_DELAY_S
from functions.ports import Versioned

log = logging.getLogger(__name__)
RENEWALS_MAX = 20_000  # in one run: what was opened within one hour is spread over a day (`ending_at`)
# A renewal waits for 0.36 s, most of it for Calendar: 16 threads make 45 a second. With the reads that they
# ask for that is 8,100 requests a minute, of the 10,000 that a project has (FACTS.md 4). `RENEWALS_MAX` fit
# into the time as long as each takes 1.2 s or less.
RENEWALS_AT_ONCE = 16
# None is begun later: after 1,770 s the function is stopped (infra/functions.tf), and what is under way may
# take 55 s for each of its two calls, with their retries.
TIME_LIMIT_S = 1_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """How many channels were replaced, could not be for now, or belong to calendars without access, and
    whether some are left for the next run.
    """

    renewed: int = 0
    failed: int = 0
    lost: int = 0
    left: bool = False


def renew(context: Context) -> Renewed:
    """Replace channels that end soon, the most urgent first; one's trouble does not hold up the others."""
    ending = _ending(context)
    ends = _renew_all(context, islice(ending, RENEWALS_MAX))
    left = next(ending, None) is not None
    done = Renewed(renewed=ends["renewed"], failed=ends["failed"], lost=ends["lost"], left=left)
    log.info("renew.done", extra=asdict(done))
    return done


def _ending(context: Context) -> Iterator[Versioned[Enrolment]]:
    now = context.now()
    for kept in context.store.enrolments(expiring_by=now + timedelta(seconds=context.policy.renew_before)):
        if not (kept.value.leaving_at or backs_off_until(context, kept.value, now)):
            yield kept


def _renew_all(context: Context, todo: Iterator[Versioned[Enrolment]]) -> Counter[str]:
    """How often each end was. A record is read only when a thread is free for it."""
    end = context.monotonic() + TIME_LIMIT_S
    jobs = (partial(renew_one, context, kept) for kept in todo)
    return Counter(abreast(context, RENEWALS_AT_ONCE, jobs, lambda: context.monotonic() < end))


def renew_one(context: Context, kept: Versioned[Enrolment]) -> str:
    """`renewed`, and a sync asked for; `lost` or `failed`, which is logged."""
    calendar_id = kept.value.calendar_id
    try:
        open_channel(context, kept)
        # Ask for whatever the old channel did not tell: it may have died long before its time.
        context.queue.publish(SyncRequest(calendar_id=calendar_id, reason=Reason.RENEWAL))
    except AccessLost as error:
        # Only a read may mark access as lost: it is what we need, and a channel may fail by itself.
        _note_failure(kept, error)
        return "lost"
    except (RetryLater, Rejected, BadRequest) as error:
        _note_failure(kept, error)
        if isinstance(error, RetryLater) and (error.delay or 0) >= LONG_DELAY_S:
            back_off_user(context, kept, error)
        return "failed"
    return "renewed"


def _note_failure(kept: Versioned[Enrolment], error: AccessLost | RetryLater | Rejected | BadRequest) -> None:
    """Also logs how many seconds the old channel has left, by the store's clock."""
    channel = kept.value.watch.channel
    left = (channel.expires_at - kept.read_at).total_seconds() if channel else 0.0
    fields = {"calendar_id": kept.value.calendar_id, "why": error.logged, "seconds_left": round(left, 1)}
    log.warning("channel.not_renewed", extra=fields)


def open_channel(context: Context, kept: Versioned[Enrolment]) -> Versioned[Enrolment]:
    """Open a new channel, store it, then stop the old one. Both may deliver meanwhile.

    The new id is stored before the call: notifications can come before its answer (FACTS.md 1.1). If two
    processes open a channel at once, the last one to store its id wins. From then on the other's channel may
    be stopped as an orphan, so that process stops it itself. If a channel is stored, no other one has become
    the calendar's between its two writes.
    """
    old, access, channel_id = kept.value.watch.channel, kept.value.access, context.new_id()
    token = sign(access.calendar_id, channel_id, context.keys)
    asked = amend_enrolment(
        context, kept, lambda found, _: watching.join(found, channel_id, instead_of=kept.value.watch.channel)
    )
    if asked is None:
        return _newest(context, kept)
    channel = context.calendar.watch(
        access, channel_id=channel_id, token=token, ttl=context.policy.channel_ttl
    )
    renew_before = context.policy.renew_before
    stored = amend_enrolment(
        context,
        asked,
        lambda found, now: watching.joined(found, channel_id, channel, now=now, renew_before=renew_before),
    )
    _note_opened(access.calendar_id, channel, stored=stored is not None)
    unwanted = old if stored else channel
    if unwanted:
        stop(context, kept.value, unwanted)
    if stored and channel and (before := kept.value.watch.joining):
        # Whoever asked for it was killed, or stops it, too. All channels of a calendar have one resource id
        # (FACTS.md 1.2).
        stop(context, kept.value, replace(channel, id=before))
    return stored or _newest(context, kept)


def _note_opened(calendar_id: str, channel: Channel | None, *, stored: bool) -> None:
    if channel is None:
        log.warning("channel.not_watchable", extra={"calendar_id": calendar_id})
    elif stored:
        expires_at = channel.expires_at.isoformat()
        fields = {"calendar_id": calendar_id, "channel_id": channel.id, "expires_at": expires_at}
        log.info("channel.opened", extra=fields)


def stop(context: Context, enrolment: Enrolment, channel: Channel) -> bool:
    """Best effort: a channel that goes on is stopped when it next delivers, or ends by itself. False if
    trying again may help.
    """
    fields = {"calendar_id": enrolment.calendar_id, "channel_id": channel.id}
    try:
        context.calendar.stop(enrolment.access, channel_id=channel.id, resource_id=channel.resource_id)
    except (RetryLater, AccessLost, Rejected) as error:
        log.warning("channel.not_stopped", extra={**fields, "why": error.logged})
        return not isinstance(error, RetryLater)
    log.info("channel.stopped", extra=fields)
    return True


def _newest(context: Context, kept: Versioned[Enrolment]) -> Versioned[Enrolment]:
    """The enrolment as somebody else has written it meanwhile. RetryLater if it was removed."""
    newest = staying(context.store, kept.value.calendar_id)
    if newest is None:
        raise RetryLater(f"calendar {kept.value.calendar_id} has left meanwhile")
    return newest
