"""How much is measured, and with which parts of the outside."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """`calendars` and `crowds` (of connections, and of threads) are compared; `publish_ms` is 0 if nobody
    said how long publishing takes; `queue_hours`: of calendars that fail, of a system that is away, and after
    that; the rest is how often or how many.
    """

    starts: int = 9
    requests: int = 1_000
    fat_events: int = 500
    connections: int = 32
    crowds: tuple[int, int] = (32, 80)  # the latter as deployed (infra/functions.tf)
    publish_ms: float = 0.0
    receiver_rounds: int = 7
    receiver_seconds: float = 4.0
    changes: int = 1_000
    changes_rounds: int = 3
    calendars: tuple[int, int] = (50, 5_000)
    burst: int = 300
    burst_rounds: int = 3
    users: int = 1_000
    instance: int = 240
    modelled: int = 50_000
    records: tuple[int, ...] = (1_000, 10_000, 100_000)
    scale_rounds: int = 101
    fleet: int = 5_000
    fleet_rounds: int = 7
    queue_calendars: int = 10_000
    queue_hours: tuple[float, float, float] = (2, 6, 1.5)


TINY = Scale(
    starts=2,
    requests=20,
    fat_events=2,
    connections=4,
    crowds=(2, 4),
    receiver_rounds=2,
    receiver_seconds=0.3,
    changes=20,
    changes_rounds=2,
    calendars=(5, 20),
    burst=20,
    burst_rounds=2,
    users=12,
    instance=12,
    modelled=500,
    records=(5, 20),
    scale_rounds=3,
    fleet=20,
    fleet_rounds=1,
    queue_calendars=50,
    queue_hours=(0.2, 0.5, 1.5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`python` runs the functions. The addresses are the emulators' hosts and ports."""

    python: Path
    firestore: str
    pubsub: str
