"""What a sync costs that finds nothing to do, in reads and writes of the store."""

import time
from collections.abc import Sequence

from bench import report
from bench.house import OWNER, STORES, House, Unexpected, house
from bench.plan import Parts, Scale
from functions.core import protocol
from functions.flow.turn import Delivery

EVENTS = 5
READS_MAX, WRITES_MAX = 2, 2
WHY = (
    "An empty read is two reads and two writes by the protocol: the lease must stand before the calendar is "
    "read, and the commit reads the record in the transaction that moves the token and lets the lease go."
)
TARGET = f"at most {READS_MAX} reads, {WRITES_MAX} writes"


def run(_parts: Parts, _scale: Scale) -> report.Table:
    rows: list[Sequence[str]] = []
    for store in STORES:
        with house(store) as made:
            made.calendar(OWNER, EVENTS)
            rows += [_empty(made, store), _covered(made, store), _taken(made, store)]
    return report.Table(
        title="A sync that finds nothing to do",
        command="python -m bench nothing",
        header=("case", "store", "reads", "writes", "requests to Calendar", "target", ""),
        rows=rows,
        notes=[WHY],
    )


def _covered(made: House, store: str) -> Sequence[str]:
    """A finished sync began clearly after the request was published."""
    early = made.delivery()
    time.sleep(protocol.CLOCK_SKEW_MAX.total_seconds())
    made.sync()
    return _row(made, store, "covered by an earlier sync", "covered", early)


def _taken(made: House, store: str) -> Sequence[str]:
    """Another sync has the lease, and must be asked to read again."""
    kept = made.store.enrolment(OWNER)
    if kept is None:
        raise Unexpected("the calendar is not enrolled")
    now = kept.read_at
    leased = protocol.take(kept.value, "another", published_at=now, now=now, seconds=60)
    if leased is None or made.store.save(leased, kept.version) is None:
        raise Unexpected("the lease could not be taken")
    return _row(made, store, "another sync has the lease", "asked_again", made.delivery())


def _empty(made: House, store: str) -> Sequence[str]:
    return _row(made, store, "an empty read", "synced", made.delivery())


def _row(made: House, store: str, case: str, expected: str, delivery: Delivery) -> Sequence[str]:
    made.store.counts.take()
    made.asked_of_calendar()
    outcome = made.deliver(OWNER, delivery)
    if outcome != expected:
        raise Unexpected(f"{case}: {outcome}")
    counts, asked = made.store.counts.take(), made.asked_of_calendar()
    reads, writes = counts["reads"], counts["writes"]
    met = reads <= READS_MAX and writes <= WRITES_MAX
    verdict = report.MET if met else report.MISSED
    return (case, store, str(reads), str(writes), str(asked["requests"]), TARGET, verdict)
