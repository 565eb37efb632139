"""What we remember of one calendar: how it is watched, where its sync stands, its trouble.

How that changes is in `protocol`, `watching`, `trouble` and `withheld`. Each calendar deviates from the usual
times by what its id gives, always by the same: calendars enrolled at one time drift apart, and stay so.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from functions.core.conference import Counts
from functions.core.model import Channel
from functions.core.resume import Resume

JITTER = 0.25  # either way, as Google's guide to quotas advises for what runs by the clock (FACTS.md 4)
SAMPLE = 8  # one calendar in so many is in a day's sample: 38 % more reads of silent calendars than without
SAMPLED_EVERY = timedelta(hours=6)
CLOCKS_APART = timedelta(seconds=15)  # those of store and process, by far


class Access(NamedTuple):
    """A calendar and the user as whom it is read; None is the user whose address is the calendar's id."""

    calendar_id: str
    user: str | None

    @property
    def subject(self) -> str:
        return self.user or self.calendar_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right of one sync to its calendar. Each taking raises `fence`, so an old holder cannot commit."""

    owner: str
    fence: int
    started_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A reconciliation would have released so many of the calendar's holds, and released none. Or, under the
    brake, so many were released one by one, and the conferences are not deleted.
    """

    releases: int
    holds: int
    since: datetime


class Hour(NamedTuple):
    """So many conferences that the calendar was the last to let go of within the hour that began then."""

    begins: datetime
    releases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """What syncs were told is gone within a day, by the hours in which something went. `holds` is how many
    conferences the calendar held before, as counted at `weighed_at`. If too much is gone, it is `withheld`,
    and counted there: nothing of it is deleted until an operator confirms.
    """

    hours: tuple[Hour, ...] = ()
    holds: int = 0
    weighed_at: datetime | None = None
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncToken:
    """Where the last finished read ended, and what it was read with; without that, no read goes on here."""

    value: str
    read_params: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What tells us of a calendar's changes: a channel, unless it is not `possible` to watch it. `joining` is
    the id of one asked for and not yet granted. `ends_at`: when the channel counts as ending (`ending_at`).
    """

    possible: bool = True
    channel: Channel | None = None
    ends_at: datetime | None = None
    joining: str | None = None


class Rest(NamedTuple):
    """Until when none of a user's calendars is read, and why."""

    until: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why syncs of a calendar have failed since the last finished one: the last reason, and when the first of
    them failed. `losses` counts losses of access in a row, the first at `losing_since`; enough of them mark
    the calendar (`lost_at`). It backs off until `backoff_until`.
    """

    why: str = ""
    since: datetime | None = None
    losses: int = 0
    losing_since: datetime | None = None
    lost_at: datetime | None = None
    backoff_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`counts` is None until they were first counted. `counted_at`: when that last ended, by the store's
    time; None: something may be missing since, or counted twice.
    """

    counts: Counts | None = None
    counted_at: datetime | None = None


class Difference(NamedTuple):
    """By so much a record that was stored after `since` changed a calendar's counts; unless it is `sure`, it
    is not known whether it was stored, or whether this is counted already.
    """

    calendar_id: str
    counts: Counts
    since: datetime
    sure: bool = True


class Recount(NamedTuple):
    """What was counted, and the tally that the enrolment had when that began."""

    counts: Counts
    before: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One enrolled calendar: how it is watched, and where its sync stands.

    `synced_at` is when the last finished sync began to read; `clear_at` is the same for the last one that saw
    all details and knew all solutions. `asked_again_at` is when a request saw that the lease was taken, and
    that the read under way does not answer it: by then it had been published. All three are the store's time.
    `reading_since` is when the first read since the last finished one began. `due_at` is when the sweep asks
    for a sync at the latest.
    `unreadable` are events that could not be read and belong to no known conference, by id. `unnamed` are the
    ids of events that carry a conference of ours under a solution that the settings do not name: nothing is
    pushed for them. `withheld` waits for an operator, who has `confirmed` so many releases, and so does what
    `brake` holds back. From `leaving_at` on the calendar is being forgotten, and nothing else is done;
    `erasing`: everywhere, not only where it or another calendar holds a conference.
    `tally` is what its conferences' records say, in numbers.
    """

    calendar_id: str
    user: str | None = None
    watch: Watch = Watch()
    token: SyncToken | None = None
    lease: Lease | None = None
    fence: int = 0
    asked_again_at: datetime | None = None
    synced_at: datetime | None = None
    clear_at: datetime | None = None
    resume: Resume | None = None
    reading_since: datetime | None = None
    trouble: Trouble = Trouble()
    details_hidden: bool = False
    unreadable: Mapping[str, str] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    withheld: Withheld | None = None
    confirmed: int = 0
    brake: Brake = Brake()
    due_at: datetime | None = None
    leaving_at: datetime | None = None
    erasing: bool = False
    tally: Tally = field(default_factory=Tally)

    @property
    def access(self) -> Access:
        return Access(self.calendar_id, self.user)


def silent_for(calendar_id: str, now: datetime, every: int, *, suspect: bool) -> timedelta:
    """How long after a read at `now` the sweep may wait: `every` seconds, with the calendar's deviation.

    That is how late a dead channel is found out. So a calendar that is `suspect`, or in the day's sample, is
    read again sooner: whether it is in the sample depends on nothing else, and each day others are.
    """
    longest = timedelta(seconds=every)
    if suspect or _share(f"{now.date()} {calendar_id}") * SAMPLE < 1:
        longest = min(longest, SAMPLED_EVERY)
    return longest + _deviation(calendar_id, longest)


def ending_at(calendar_id: str, expires_at: datetime, now: datetime, before: int) -> datetime:
    """When a channel just opened counts as ending: it is replaced `before` seconds earlier. That is
    when it expires, but for the calendar's deviation, which is bounded by the channel's life too: an operator
    may have set `before` to more, to have all channels replaced at once.
    """
    return expires_at + _deviation(calendar_id, min(timedelta(seconds=before), (expires_at - now) / 3))


def _deviation(calendar_id: str, span: timedelta) -> timedelta:
    return span * JITTER * (2 * _share(calendar_id) - 1)


def _share(name: str) -> float:
    """From 0 to 1, spread evenly over names."""
    hashed = hashlib.blake2b(name.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(hashed) / 2**64


def add(tally: Tally, found: Iterable[Difference], *, leased: bool = False) -> Tally:
    """With these differences, but for those that are not sure, or older than the last count, and so in it.
    Where that is not certain, the tally is in doubt. `leased`: they were made under the calendar's lease, as
    counts are, so they are newer.
    """
    counted_at, counts = tally.counted_at, tally.counts
    for one in found:
        newer = leased or counted_at is None or one.since > counted_at
        clearly = leased or counted_at is None or one.since > counted_at + CLOCKS_APART
        if not (one.sure and clearly):
            tally = doubted(tally)
        if one.sure and newer and counts is not None:
            counts = _sum(counts, one.counts)
    return replace(tally, counts=counts)


def _sum(counts: Counts, more: Counts) -> Counts:
    """Differences come in any order: a number may be below nothing for a while."""
    summed = Counter(counts)
    summed.update(more)
    return {kind: number for kind, number in summed.items() if number}


def doubted(tally: Tally) -> Tally:
    return replace(tally, counted_at=None)


def renewed(tally: Tally, recount: Recount, now: datetime) -> Tally:
    """As counted, by now. What others have stored meanwhile may be in it or not: then it is in doubt."""
    return Tally(counts=recount.counts, counted_at=now if tally == recount.before else None)
