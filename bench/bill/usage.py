"""What an invocation uses and is charged for. How long calls take is assumed, all else is counted."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.bill.prices import PRICES, Meter
from bench.counted import CountedQueue
from bench.house import House

CALENDAR_MS, STORE_MS, QUEUE_MS, CONFERENCE_MS, OWN_MS = 300, 20, 20, 500, 10
STEP_MS = 100  # what is begun of it is charged
VCPU, GIB_OF_MEMORY = 1.0, 0.5
MESSAGE_BYTES_MIN = 1_000
PUBLISHED_AND_DELIVERED = 2
LINE_BYTES, REQUEST_LINE_BYTES = 1_000, 1_500  # with what Cloud Run adds, and its own line for each request


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Of one invocation or of many. `steps` are those of `STEP_MS` that are charged."""

    invocations: int = 0
    steps: int = 0
    messages: int = 0
    message_bytes: int = 0
    calendar: int = 0
    reads: int = 0
    writes: int = 0
    conference: int = 0
    lines: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})

    def __sub__(self, other: "Usage") -> "Usage":
        return self + other * -1

    def __mul__(self, times: int) -> "Usage":
        return Usage(**{name: getattr(self, name) * times for name in self.__slots__})

    @property
    def seconds(self) -> float:
        return self.steps * STEP_MS / 1_000

    def charged(self) -> Mapping[Meter, float]:
        return {
            Meter.READS: self.reads,
            Meter.WRITES: self.writes,
            Meter.BYTES: self.message_bytes,
            Meter.CPU: self.seconds * VCPU,
            Meter.MEMORY: self.seconds * GIB_OF_MEMORY,
            Meter.REQUESTS: self.invocations,
            Meter.LOGS: self.lines * LINE_BYTES + self.invocations * REQUEST_LINE_BYTES,
            Meter.CALENDAR: self.calendar,
        }


def assumed() -> str:
    return (
        f"Assumed, not measured: a call takes {CALENDAR_MS} ms to Calendar and for a token, "
        f"{CONFERENCE_MS} ms to the conference system,\n"
        f"{STORE_MS} ms to Firestore, {QUEUE_MS} ms to Pub/Sub;\n"
        f"a run takes {OWN_MS} ms besides, "
        f"and has {VCPU:g} vCPU and {GIB_OF_MEMORY:g} GiB for itself alone;\n"
        f"a line of the log has {LINE_BYTES:,} bytes, "
        f"and Cloud Run's own for each request {REQUEST_LINE_BYTES:,}.\n"
    )


def total(usages: Iterable[Usage]) -> Usage:
    return sum(usages, Usage())


def money(charged: Mapping[Meter, float]) -> float:
    """In dollars, with nothing free."""
    return sum(amount / PRICES[meter].per * PRICES[meter].usd for meter, amount in charged.items())


def due(meter: Meter, amount: float) -> float:
    """In dollars for a month's amount, beyond what is free."""
    return money({meter: max(0.0, amount - PRICES[meter].free)})


class Lines(logging.Handler):
    """Counts what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._count = 0

    def emit(self, record: logging.LogRecord) -> None:
        del record
        self._count += 1

    def take(self) -> int:
        taken, self._count = self._count, 0
        return taken


@contextmanager
def lines_of(name: str) -> Iterator[Lines]:
    logger, lines = logging.getLogger(name), Lines()
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(lines)
    try:
        yield lines
    finally:
        logger.removeHandler(lines)
        logger.setLevel(level)


@dataclass(slots=True, kw_only=True)
class Observer:
    """Sees what passes through a house's ports, and during which invocation.

    Invocations may run inside each other: a call counts for the innermost.
    """

    made: House
    queue: CountedQueue
    lines: Lines
    ended: list[Usage] = field(default_factory=list)
    _running: list[Counter[str]] = field(default_factory=list)

    @contextmanager
    def invocation(self, own_lines: int = 0) -> Iterator[None]:
        """`own_lines`: what the handler around the flow logs."""
        self._settle()
        self._running.append(Counter(lines=own_lines))
        yield
        self._settle()
        self.ended.append(_usage(self._running.pop()))

    def take(self) -> Usage:
        """All invocations that have ended since the last look."""
        taken, self.ended = total(self.ended), []
        return taken

    def _settle(self) -> None:
        """What passed since the last look belongs to the innermost invocation now running."""
        passed = self.made.store.counts.take() + self.queue.counts.take()
        asked = self.made.asked_of_calendar()
        passed["calendar"], passed["tokens"] = asked["requests"], asked["tokens"]
        passed["conference"] = self.made.provider.counts.take().total()
        passed["lines"] = self.lines.take()
        if self._running:
            self._running[-1] += passed


def _usage(passed: Counter[str]) -> Usage:
    took = (
        OWN_MS
        + (passed["calendar"] + passed["tokens"]) * CALENDAR_MS
        + (passed["reads"] + passed["writes"]) * STORE_MS
        + passed["messages"] * QUEUE_MS
        + passed["conference"] * CONFERENCE_MS
    )
    return Usage(
        invocations=1,
        steps=-(-took // STEP_MS),
        messages=passed["messages"],
        message_bytes=max(passed["bytes"], passed["messages"] * MESSAGE_BYTES_MIN) * PUBLISHED_AND_DELIVERED,
        calendar=passed["calendar"],
        reads=passed["charged"],
        writes=passed["writes"],
        conference=passed["conference"],
        lines=passed["lines"],
    )
