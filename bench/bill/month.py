"""A month of a deployment, from the counted cases and what is assumed of its calendars."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from statistics import mean

from bench.bill.cases import Counted
from bench.bill.prices import DAYS, Meter
from bench.bill.usage import Usage
from bench.house import Unexpected
from functions.adapters.stores.firestore import PAGE_SIZE
from functions.core import protocol
from functions.core.enrolment import Enrolment, Watch
from functions.core.model import Channel, Policy

NOTIFICATIONS_A_DAY, OURS_A_DAY = 30, 10
SWEEP_MINUTES, RENEWAL_MINUTES = 5, 60
JOBS = 2
CALENDARS = 100  # over so many ids is averaged how often one is swept
DAY_S = 86_400
POLICY = Policy()
RENEWED = DAYS * DAY_S // (POLICY.channel_ttl - POLICY.renew_before)


def _swept(calendar_id: str) -> int:
    """How often the sweep asks for a calendar of which no notification comes."""
    began, asked = datetime(2026, 1, 1, tzinfo=UTC), 0
    end = began + timedelta(days=DAYS)
    channel = Channel(id="channel", resource_id="resource", expires_at=end)
    silent, at = Enrolment(calendar_id=calendar_id, watch=Watch(channel=channel)), began
    while at < end:
        silent = _read(silent, at)
        at, asked = silent.due_at or end, asked + 1
    return asked


def _read(silent: Enrolment, at: datetime) -> Enrolment:
    taken = protocol.take(silent, "sweep", published_at=at, now=at, seconds=POLICY.lease)
    finding, every = protocol.Finding(token="", token_before=silent.token), POLICY.sync_every
    read = taken and protocol.commit(taken, taken.fence, finding, read_params="", now=at, every=every)
    if read is None:
        raise Unexpected("nobody else reads this calendar")
    return read


SWEPT = round(mean(_swept(f"calendar-{number}@example.com") for number in range(CALENDARS)))


def alone(counted: Counted) -> Usage:
    """The deployment without a calendar."""
    minutes = DAYS * DAY_S // 60
    return counted.sweep * (minutes // SWEEP_MINUTES) + counted.renewal * (minutes // RENEWAL_MINUTES)


def idle(counted: Counted) -> Usage:
    """A calendar of which no notification comes. Its sweeps count its conferences once a day."""
    return counted.swept * SWEPT + counted.renewed * RENEWED + counted.recounted * DAYS


def busy(counted: Counted) -> Usage:
    """A calendar's notifications, each of one changed event; so many of them carry a conference of ours."""
    elsewhere = counted.elsewhere * (NOTIFICATIONS_A_DAY - OURS_A_DAY)
    return (elsewhere + counted.changed * OURS_A_DAY) * DAYS


def charged(counted: Counted, calendars: int) -> Mapping[Meter, float]:
    """A little too much: each sync that a notification brings puts the calendar's next sweep off."""
    usage = alone(counted) + (idle(counted) + busy(counted)) * calendars
    return {**usage.charged(), Meter.JOBS: JOBS}


def status(counted: Counted, calendars: int) -> Usage:
    """One look at so many: a document for each, and a query for more than the last full page had."""
    return counted.status + Usage(reads=1) * (calendars - 1 + (calendars % PAGE_SIZE == 0))


def syncs(calendars: int) -> int:
    return (NOTIFICATIONS_A_DAY * DAYS + SWEPT + RENEWED) * calendars
