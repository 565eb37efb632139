"""A month of a deployment, from the counted cases and what is assumed of its calendars."""

from collections.abc import Mapping

from bench.bill.cases import Counted
from bench.bill.prices import DAYS, Meter
from bench.bill.usage import Usage
from functions.core.model import Policy

NOTIFICATIONS_A_DAY, OURS_A_DAY = 30, 10
SWEEP_MINUTES, RENEWAL_MINUTES = 5, 60
JOBS = 2
DAY_S = 86_400
POLICY = Policy()
SWEPT = DAYS * DAY_S // POLICY.sync_every
RENEWED = DAYS * DAY_S // (POLICY.channel_ttl - POLICY.renew_before)


def alone(counted: Counted) -> Usage:
    """The deployment without a calendar."""
    minutes = DAYS * DAY_S // 60
    return counted.sweep * (minutes // SWEEP_MINUTES) + counted.renewal * (minutes // RENEWAL_MINUTES)


def idle(counted: Counted) -> Usage:
    """A calendar of which no notification comes."""
    return counted.swept * SWEPT + counted.renewed * RENEWED


def busy(counted: Counted) -> Usage:
    """A calendar's notifications, each of one changed event; so many of them carry a conference of ours."""
    elsewhere = counted.elsewhere * (NOTIFICATIONS_A_DAY - OURS_A_DAY)
    return (elsewhere + counted.changed * OURS_A_DAY) * DAYS


def charged(counted: Counted, calendars: int) -> Mapping[Meter, float]:
    """A little too much: each sync that a notification brings puts the calendar's next sweep off."""
    usage = alone(counted) + (idle(counted) + busy(counted)) * calendars
    return {**usage.charged(), Meter.JOBS: JOBS}
