"""How the sync of one enrolled calendar moves on: lease, read, commit, and the requests that come meanwhile.

Pure transitions: each takes an enrolment and returns the next one, or None where the protocol forbids it.
It is long because what it promises holds between them, and so they are read side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from functions.core.enrolment import (
    Enrolment,
    Lease,
    Recount,
    SyncToken,
    Tally,
    Trouble,
    Withheld,
    doubted,
    renewed,
    silent_for,
)
from functions.core.model import Policy, Reason
from functions.core.resume import Resume

CLOCK_SKEW_MAX = timedelta(seconds=Policy().skew)
NO_SKEW = NO_FOLD = timedelta()
CLOCKS_APART = timedelta(minutes=5)  # Calendar's, which says when an event was updated, and the store's
UNWATCHED_EVERY = timedelta(minutes=4)  # so that every sweep, five minutes apart, finds it due
UNREADABLE_MAX = 50
COUNTED_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a finished read saw: the `token` for the next read, the events, whether details were hidden from
    us, the events that could not be read, with the reason, and the events that carry one of our conferences
    under a solution that the settings do not name.

    If it was `reconciled`: what was `withheld`, and how many releases had been `confirmed` for it.
    `since`: on a full read, changes counted as new from then on. `token_before` is the calendar's when the
    read began. `unannounced`: a notification should have told of what it saw, and none did.
    `recount`: what its conferences' records say by now, if that was counted anew.
    """

    token: str
    token_before: SyncToken | None = None
    seen: frozenset[str] = frozenset()
    hidden: bool = False
    unreadable: Mapping[str, str] = field(default_factory=dict)
    unnamed: frozenset[str] = frozenset()
    reconciled: bool = False
    withheld: Withheld | None = None
    confirmed: int = 0
    since: datetime | None = None
    unannounced: bool = False
    recount: Recount | None = None


def covered(enrolment: Enrolment, published_at: datetime, skew: timedelta = CLOCK_SKEW_MAX) -> bool:
    """Whether a finished sync surely began to read after the request was published.

    `skew`, here and below: how far the clock of `published_at` may be behind the store's.
    """
    return enrolment.synced_at is not None and enrolment.synced_at >= published_at + skew


def read_not_before(
    enrolment: Enrolment,
    published_at: datetime,
    skew: timedelta = CLOCK_SKEW_MAX,
    fold: timedelta = NO_FOLD,
) -> datetime | None:
    """When a read for this request may begin; None: at once.

    `fold`, here and below: how far apart the reads of a calendar begin that is changed again and again. If
    the last read may have covered the request, more of the same burst will come that it may not have covered:
    a read from `skew` after it on covers them all.
    """
    synced = enrolment.synced_at
    if synced is None or covered(enrolment, published_at, skew):
        return None
    until = synced + (max(skew, fold) if published_at <= synced else fold)
    return until if published_at < until else None


def again_not_before(enrolment: Enrolment, policy: Policy, *, now: datetime) -> datetime:
    """When the next read under the same lease may begin, if the last one has ended `now`: it then surely
    covers all requests that were published by now.
    """
    skew, fold = timedelta(seconds=policy.skew), timedelta(seconds=policy.fold)
    return max(now + skew, (enrolment.synced_at or now) + fold)


def token_for(enrolment: Enrolment, read_params: str) -> str | None:
    """The token, if a read with these parameters may go on from it."""
    return enrolment.token.value if enrolment.token and enrolment.token.read_params == read_params else None


def under(enrolment: Enrolment, read_params: str) -> Enrolment:
    """About to be read with these parameters: a read begun with other ones is void, and so is its token.

    This is stored before the read and not at its end, for the read may be cut off half way: later reads must
    not go on from the old token then, not even if they have the old settings.
    """
    resume = enrolment.resume if enrolment.resume and enrolment.resume.read_params == read_params else None
    token = enrolment.token
    if token and token.read_params != read_params:
        token = replace(token, read_params="")
    return replace(enrolment, token=token, resume=resume)


def take(
    enrolment: Enrolment,
    owner: str,
    *,
    published_at: datetime,
    now: datetime,
    seconds: int,
    skew: timedelta = CLOCK_SKEW_MAX,
) -> Enrolment | None:
    """The enrolment leased to `owner`; None while somebody else has the lease, or if the calendar leaves.

    The same owner again means that its first delivery died: it takes over at once, with a new fence. If an
    unfinished read goes on, it may have begun before the request was published: then another must follow it.
    Whoever had a lease that is taken over may not have stored by how much they changed the counts.
    `now` is the store's time when the enrolment was read for this request.
    """
    lease = enrolment.lease
    if enrolment.leaving_at:
        return None
    if lease and lease.owner != owner and lease.expires_at > now:
        return None
    fence = enrolment.fence + 1
    expires_at = now + timedelta(seconds=seconds)
    taken = Lease(owner=owner, fence=fence, started_at=now, expires_at=expires_at)
    asked = enrolment.asked_again_at
    if enrolment.resume and enrolment.resume.started_at < published_at + skew:
        asked = max(asked or now, now)
    return replace(
        enrolment,
        fence=fence,
        lease=taken,
        asked_again_at=asked,
        due_at=expires_at,
        reading_since=enrolment.reading_since or now,
        tally=doubted(enrolment.tally) if lease else enrolment.tally,
    )


def seen_until(enrolment: Enrolment) -> datetime | None:
    """When the last sync began that saw all details and knew all solutions; older records have one time."""
    return enrolment.clear_at if enrolment.details_hidden or enrolment.unnamed else enrolment.synced_at


def counts_since(enrolment: Enrolment, read_params: str, looked_back: datetime) -> datetime:
    """From when on changes count as new on a full read. If the last sync had other settings, it did not see
    what they left out: then the lookback counts, if that is earlier.
    """
    until = seen_until(enrolment)
    if until is None:
        return looked_back
    seen = until - CLOCKS_APART
    return seen if token_for(enrolment, read_params) else min(seen, looked_back)


def must_ask(enrolment: Enrolment, published_at: datetime, skew: timedelta = CLOCK_SKEW_MAX) -> bool:
    """Whether the holder of the lease must be asked to read once more for this request."""
    began = read_began(enrolment)
    return began is None or not (began >= published_at + skew or _asked_since(enrolment, began))


def owed(enrolment: Enrolment) -> bool:
    """Whether a request met a taken lease, and no read that has finished since has answered it."""
    return _asked_since(enrolment, enrolment.synced_at)


def _asked_since(enrolment: Enrolment, began: datetime | None) -> bool:
    asked = enrolment.asked_again_at
    return asked is not None and (began is None or asked > began)


def read_began(enrolment: Enrolment) -> datetime | None:
    if enrolment.resume:
        return enrolment.resume.started_at
    return enrolment.lease.started_at if enrolment.lease else None


def reads_began(enrolment: Enrolment) -> datetime | None:
    """When the first read since the last finished one began: after a failure it is still the same read."""
    return enrolment.reading_since or read_began(enrolment)


def extend(enrolment: Enrolment, fence: int, *, now: datetime, seconds: int) -> Enrolment | None:
    """None if the lease was lost, here and below."""
    lease = enrolment.lease
    if lease is None or lease.fence != fence:
        return None
    expires_at = now + timedelta(seconds=seconds)
    return replace(enrolment, lease=replace(lease, expires_at=expires_at), due_at=expires_at)


def begin_again(enrolment: Enrolment, fence: int, *, now: datetime, seconds: int) -> Enrolment | None:
    """Another read begins under the same lease. `now` is the store's own time, with nothing added by ours."""
    extended = extend(enrolment, fence, now=now, seconds=seconds)
    if extended is None or extended.lease is None:
        return None
    return replace(extended, lease=replace(extended.lease, started_at=now), reading_since=now)


def must_count(tally: Tally, now: datetime) -> bool:
    """Whether the conferences' records are to be counted anew."""
    return tally.counts is None or tally.counted_at is None or now - tally.counted_at >= COUNTED_EVERY


def commit(
    enrolment: Enrolment, fence: int, finding: Finding, *, read_params: str, now: datetime, every: int
) -> Enrolment | None:
    """The read is finished, all it showed is done or parked. If asked again meanwhile, the lease stays.

    None also if the token is not the one that the read began with: somebody has made that void.
    """
    lease, began = enrolment.lease, read_began(enrolment)
    if lease is None or lease.fence != fence or enrolment.token != finding.token_before:
        return None
    again = _asked_since(enrolment, began)
    silence = silent_for(enrolment.calendar_id, now, every, suspect=finding.unannounced)
    unnamed = _unnamed(enrolment, finding)
    return replace(
        enrolment,
        token=SyncToken(value=finding.token, read_params=read_params),
        synced_at=began,
        clear_at=_still_new_since(enrolment.clear_at, finding) if finding.hidden or unnamed else began,
        resume=None,
        lease=lease if again else None,
        reading_since=None,
        trouble=Trouble(),
        details_hidden=finding.hidden,
        unreadable=_unreadable(enrolment, finding),
        unnamed=unnamed,
        withheld=finding.withheld if finding.reconciled else enrolment.withheld,
        confirmed=0 if _spent(enrolment, finding) else enrolment.confirmed,
        due_at=lease.expires_at if again else _due_after(enrolment, finding, now, silence),
        tally=renewed(enrolment.tally, finding.recount, now) if finding.recount else enrolment.tally,
    )


def was_committed(enrolment: Enrolment, fence: int, began: datetime | None) -> bool:
    """Whether the commit of the read that began then is in the record: its answer may have been lost."""
    return enrolment.fence == fence and began is not None and enrolment.synced_at == began


def _still_new_since(clear_at: datetime | None, finding: Finding) -> datetime | None:
    """What this read could not show in full is as new to the next one as it was to this."""
    return min(clear_at, finding.since + CLOCKS_APART) if clear_at and finding.since else clear_at


def _spent(enrolment: Enrolment, finding: Finding) -> bool:
    """Whether the read used this very confirmation; one that came meanwhile is for the next read."""
    return finding.reconciled and enrolment.confirmed == finding.confirmed


def _due_after(enrolment: Enrolment, finding: Finding, now: datetime, silence: timedelta) -> datetime:
    """While releases are withheld, reads that cannot clear that do not delay the sweep's read, which can."""
    due = now + (silence if _watched(enrolment, now) else _often(silence))
    withheld = enrolment.withheld
    return min(due, withheld.since + silence) if withheld and not finding.reconciled else due


def _watched(enrolment: Enrolment, now: datetime) -> bool:
    channel = enrolment.watch.channel
    return channel is not None and channel.expires_at > now


def _often(silence: timedelta) -> timedelta:
    return min(silence, UNWATCHED_EVERY)


def _unreadable(enrolment: Enrolment, finding: Finding) -> Mapping[str, str]:
    before = {name: why for name, why in enrolment.unreadable.items() if name not in finding.seen}
    return dict(list({**before, **finding.unreadable}.items())[-UNREADABLE_MAX:])


def _unnamed(enrolment: Enrolment, finding: Finding) -> tuple[str, ...]:
    """If the list is full, some may be missing from it: then only a full read takes any away."""
    some = len(enrolment.unnamed) >= UNREADABLE_MAX
    known = () if finding.reconciled else enrolment.unnamed
    before = [name for name in known if some or name not in finding.seen]
    return tuple(dict.fromkeys([*before, *sorted(finding.unnamed)]))[-UNREADABLE_MAX:]


def stand_still(
    enrolment: Enrolment, fence: int, resume: Resume | None, *, now: datetime
) -> Enrolment | None:
    """Time is nearly up: remember the page to go on with, and give up the lease."""
    if enrolment.lease is None or enrolment.lease.fence != fence:
        return None
    return replace(enrolment, lease=None, resume=resume, due_at=now)


def listens(enrolment: Enrolment, channel_id: str) -> bool:
    """Whether notifications from this channel are wanted."""
    if enrolment.leaving_at:
        return False
    current = enrolment.watch.channel.id if enrolment.watch.channel else None
    return channel_id in (current, enrolment.watch.joining)


def looks_anew(enrolment: Enrolment, reason: Reason) -> bool:
    """Whether this request needs a full read: releases are withheld, and an operator or the sweep asks
    whether they still must be.
    """
    return enrolment.withheld is not None and reason in (Reason.SWEEP, Reason.INITIALIZE)


def backs_off(enrolment: Enrolment, now: datetime) -> bool:
    """Whether the calendar is not to be read for now: its user's quota is spent, or its access is lost."""
    until = enrolment.trouble.backoff_until
    return until is not None and until > now
