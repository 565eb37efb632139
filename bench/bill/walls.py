"""The limits of a deployment as it is delivered: how near it comes to each, and which is met first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.bill import month
from bench.bill.cases import Counted
from bench.bill.prices import DAYS, Meter

BUSY = 3  # a day comes within eight hours; what comes faster for a while waits in Pub/Sub
MINUTES = DAYS * month.DAY_S // 60
STANDARD_A_MINUTE, UNCHARGED_A_DAY = 10_000, 1_000_000
# As in infra/functions.tf.
SYNC_INSTANCES, SYNCS_A_SECOND = 4, 34
RECEIVERS, NOTIFICATIONS_A_SECOND = 20, 500
INDEXED_A_SECOND = 500  # writes of times that rise to one index (FACTS.md 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """`used` of its `most`, with so many calendars. Behind it work waits, or else it is `charged`."""

    name: str
    most: int
    used: Callable[[Counted, int], float]
    charged: bool = False

    def share(self, counted: Counted, calendars: int) -> float:
        return self.used(counted, calendars) / self.most

    def full_with(self, counted: Counted) -> float:
        """So many calendars; what the deployment uses without any is nothing beside that."""
        return 1 / self.share(counted, 1_000_000) * 1_000_000


def a_day(counted: Counted, calendars: int) -> float:
    """Requests to Calendar."""
    return month.charged(counted, calendars)[Meter.CALENDAR] / DAYS


def sweeps_a_day(counted: Counted, calendars: int) -> float:
    """Those of the requests to Calendar that the sweep brings about where nothing was notified."""
    return (counted.swept * month.SWEPT).calendar * calendars / DAYS


def _busy_minute(counted: Counted, calendars: int) -> float:
    return a_day(counted, calendars) * DAYS / MINUTES * BUSY


def _syncs(_: Counted, calendars: int) -> float:
    return month.syncs(calendars) / MINUTES * BUSY


def _notifications(_: Counted, calendars: int) -> float:
    return month.NOTIFICATIONS_A_DAY * calendars / month.DAY_S * BUSY


def _leases(counted: Counted, calendars: int) -> float:
    """Each sync writes when its calendar is due, once with the lease and once with the token."""
    return _syncs(counted, calendars) * counted.unchanged.writes / 60


WALLS = (
    Wall(
        name="requests to Calendar a day, of those that the Scaled tier does not charge",
        most=UNCHARGED_A_DAY,
        used=a_day,
        charged=True,
    ),
    Wall(
        name="requests to Calendar in a busy minute, of the Standard tier's",
        most=STANDARD_A_MINUTE,
        used=_busy_minute,
    ),
    Wall(
        name="syncs in a busy minute, of what the instances of sync-calendar can do",
        most=SYNC_INSTANCES * SYNCS_A_SECOND * 60,
        used=_syncs,
    ),
    Wall(
        name="enrolments written in a busy second, of what Firestore's index of their times takes",
        most=INDEXED_A_SECOND,
        used=_leases,
    ),
    Wall(
        name="notifications in a busy second, of what the receiver's instances can do",
        most=RECEIVERS * NOTIFICATIONS_A_SECOND,
        used=_notifications,
    ),
)


def first(counted: Counted, calendars: int, *, charged: bool) -> tuple[Wall, float]:
    """The one of this kind that is nearest, or exceeded most, and how much of it is used."""
    kind = [wall for wall in WALLS if wall.charged is charged]
    wall = max(kind, key=lambda each: each.share(counted, calendars))
    return wall, wall.share(counted, calendars)


def rows(counted: Counted, sizes: Sequence[int]) -> Sequence[Sequence[str]]:
    return [
        (
            wall.name,
            f"{wall.most:,}",
            *(f"{wall.share(counted, calendars):.1%}" for calendars in sizes),
            f"{wall.full_with(counted):,.0f}",
        )
        for wall in WALLS
    ]
