"""What Google charges in us-central1, in US dollars, each as of a date: look it up before relying on it."""

from dataclasses import dataclass
from enum import StrEnum

DAYS = 30
GIB = 2**30
TIB = 2**40
UNCONFIRMED = "UNCONFIRMED"


class Meter(StrEnum):
    """What is charged, each in its own unit."""

    READS = "Firestore documents read"
    WRITES = "Firestore documents written"
    BYTES = "Pub/Sub bytes"
    CPU = "Functions vCPU-seconds"
    MEMORY = "Functions GiB-seconds"
    REQUESTS = "Functions requests"
    JOBS = "Scheduler jobs, for a month"
    LOGS = "Logging bytes"
    CALENDAR = "Calendar API requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """`usd` for each `per` of them beyond the `free` ones of a month."""

    usd: float
    per: int
    free: int
    unit: str
    free_as_said: str
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A price that is in none of the sums."""

    of: str
    usd: str
    unit: str
    as_of: str


PRICES = {
    Meter.READS: Price(
        usd=0.03,
        per=100_000,
        free=50_000 * DAYS,
        unit="100,000",
        free_as_said="50,000 a day, one database of a project",
        as_of="2026-10-08",
    ),
    Meter.WRITES: Price(
        usd=0.09,
        per=100_000,
        free=20_000 * DAYS,
        unit="100,000",
        free_as_said="20,000 a day, as above",
        as_of="2026-10-08",
    ),
    Meter.BYTES: Price(
        usd=40.0,
        per=TIB,
        free=10 * GIB,
        unit="TiB, published and delivered, each message as 1,000 bytes at least",
        free_as_said="10 GiB",
        as_of="2026-09-23; the 1,000 bytes: an older copy",
    ),
    Meter.CPU: Price(
        usd=0.000024,
        per=1,
        free=180_000,
        unit="second while a request runs, in steps of 0.1 s",
        free_as_said="180,000",
        as_of="second source, undated",
    ),
    Meter.MEMORY: Price(
        usd=0.0000025,
        per=1,
        free=360_000,
        unit="second, likewise",
        free_as_said="360,000",
        as_of="second source, undated",
    ),
    Meter.REQUESTS: Price(
        usd=0.40,
        per=1_000_000,
        free=2_000_000,
        unit="million",
        free_as_said="2 million",
        as_of="second source, undated",
    ),
    Meter.JOBS: Price(
        usd=0.10,
        per=1,
        free=3,
        unit="job",
        free_as_said="3 of a billing account",
        as_of="second source, undated",
    ),
    Meter.LOGS: Price(
        usd=0.50,
        per=GIB,
        free=50 * GIB,
        unit="GiB, kept for 30 days",
        free_as_said="50 GiB of a project",
        as_of="2026-09-12, a copy",
    ),
    Meter.CALENDAR: Price(
        usd=0.0,
        per=1,
        free=1_000_000 * DAYS,
        unit="request",
        free_as_said="all in the Standard tier; in the Scaled one 1 million a day of a billing account, "
        "and more is charged from 2027-04-01, at a price not seen",
        as_of="2026-11-24, by excerpts",
    ),
}
ASIDES = (
    Aside(
        of="Firestore documents deleted", usd="0.01", unit="100,000", as_of=f"of about 2023, {UNCONFIRMED}"
    ),
    Aside(of="Firestore storage", usd="0.15", unit="GiB and month", as_of=f"of about 2023, {UNCONFIRMED}"),
    Aside(
        of="Firestore read, written, deleted in nam5 or eur3",
        usd="0.06, 0.18, 0.02",
        unit="100,000",
        as_of=f"of 2018, {UNCONFIRMED} for 2026",
    ),
    Aside(
        of="Firestore storage in nam5 or eur3",
        usd="0.18",
        unit="GiB and month",
        as_of=f"of 2018, {UNCONFIRMED} for 2026",
    ),
    Aside(
        of="Alerts on metrics",
        usd="something",
        unit="condition, and for the points that its query returns",
        as_of="undated",
    ),
    Aside(
        of="Cloud Build, Artifact Registry",
        usd="something",
        unit="deployment, in the free tier too",
        as_of="2026-10-01",
    ),
)
