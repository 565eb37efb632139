"""How long a watched calendar may be silent before it is read anyway, and when its channel is replaced.

Each calendar deviates by what its id gives, always by the same: calendars that were enrolled at one time
drift apart, and stay so.
"""

import hashlib
from datetime import datetime, timedelta

JITTER = 0.25  # either way, as Google's guide to quotas advises for what runs by the clock (FACTS.md 4)
SAMPLE = 8  # one calendar in so many is in a day's sample: 38 % more reads of silent calendars than without
SAMPLED_EVERY = timedelta(hours=6)


def silence(calendar_id: str, now: datetime, every: int, *, suspect: bool) -> timedelta:
    """How long after a read at `now` the sweep may wait: `every` seconds, with the calendar's deviation.

    That is how late a dead channel is found out. So a calendar that is `suspect`, or in the day's sample, is
    read again sooner: whether it is in the sample depends on nothing else, and each day others are.
    """
    longest = timedelta(seconds=every)
    if suspect or _share(f"{now.date()} {calendar_id}") * SAMPLE < 1:
        longest = min(longest, SAMPLED_EVERY)
    return longest + _deviation(calendar_id, longest)


def ends_at(calendar_id: str, expires_at: datetime, now: datetime, before: int) -> datetime:
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
