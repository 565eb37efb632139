"""What a burst of notifications costs: half come before the calendar is read, half while it is."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

from bench import report
from bench.house import OWNER, STORES, House, Unexpected, house
from bench.plan import Parts, Scale
from functions.core.errors import RetryLater
from functions.flow.turn import Delivery

EVENTS = 5
CALL_S = 0.1
READS_MAX = 2
REDELIVERIES_MAX = 10
REDELIVERY_S = 0.1
READING_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """`again` are deliveries that failed and came again."""

    asked: int
    reads: int
    writes: int
    again: int
    seconds: float


def run(_parts: Parts, scale: Scale) -> report.Table:
    rows: list[Sequence[str]] = []
    for store in STORES:
        with house(store) as made:
            made.calendar(OWNER, EVENTS)
            rows.append(_row(store, [_burst(made, scale.burst, n) for n in range(scale.burst_rounds)]))
    return report.Table(
        title=f"A burst of {scale.burst} notifications",
        command="python -m bench burst",
        header=(
            "store",
            "reads of the calendar",
            "store reads",
            "store writes",
            "redelivered",
            "s",
            "target",
            "",
        ),
        rows=rows,
        notes=[
            "Half come before the calendar is read, half while it is; each in a thread of its own.",
            f"Reads of the calendar: the most in {scale.burst_rounds} rounds; all else: medians.",
        ],
    )


def _row(store: str, bursts: Sequence[Burst]) -> Sequence[str]:
    asked = max(burst.asked for burst in bursts)
    middle = (
        median(burst.reads for burst in bursts),
        median(burst.writes for burst in bursts),
        median(burst.again for burst in bursts),
    )
    seconds = median(burst.seconds for burst in bursts)
    verdict = report.at_most(asked, READS_MAX)
    return (
        store,
        str(asked),
        *(f"{n:.0f}" for n in middle),
        f"{seconds:.1f}",
        f"at most {READS_MAX}",
        verdict,
    )


def _burst(made: House, size: int, number: int) -> Burst:
    reading = threading.Event()
    made.provider.seconds, made.provider.called = CALL_S, reading.set
    made.put(OWNER, 0, f"Planning {number}")
    made.store.counts.take()
    made.asked_of_calendar()
    began = time.perf_counter()
    outcomes = _delivered(made, size, reading)
    counts, asked = made.store.counts.take(), made.asked_of_calendar()
    return Burst(
        asked=asked["requests"],
        reads=counts["reads"],
        writes=counts["writes"],
        again=outcomes["again"],
        seconds=time.perf_counter() - began,
    )


def _delivered(made: House, size: int, reading: threading.Event) -> Counter[str]:
    early = [made.delivery() for _ in range(size // 2)]
    with ThreadPoolExecutor(max_workers=size) as pool:
        running = [pool.submit(_deliver, made, one) for one in early]
        if not reading.wait(READING_TIMEOUT_S):
            raise Unexpected("the change was never told to the provider")
        late = [made.delivery() for _ in range(size - len(early))]
        running += [pool.submit(_deliver, made, one) for one in late]
        outcomes = Counter[str]()
        for future in running:
            outcomes.update(future.result())
    if not outcomes["synced"] or set(outcomes) - {"synced", "covered", "asked_again", "again"}:
        raise Unexpected(str(outcomes))
    return outcomes


def _deliver(made: House, delivery: Delivery) -> Counter[str]:
    """As a queue does: what fails comes again."""
    outcomes = Counter[str]()
    for _ in range(REDELIVERIES_MAX):
        try:
            outcomes[made.deliver(OWNER, delivery)] += 1
        except RetryLater:
            outcomes["again"] += 1
            time.sleep(REDELIVERY_S)
        else:
            return outcomes
    raise Unexpected(f"{delivery.id} failed {REDELIVERIES_MAX} times")
