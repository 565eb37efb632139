"""The receiver on one core, as an instance has it, while Pub/Sub takes its time; by threads, in turn."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from statistics import median

from bench import report
from bench.environ import environ
from bench.load import Outcome
from bench.plan import Parts, Scale
from bench.receiver import RECEIVER, offered, warmed
from bench.serving import Served, served
from bench.slow_pubsub import slow_pubsub

PUBLISH_MS = 25.0  # what publishing takes within a region is not documented
TARGETS = (0.9, 1.3)  # of the requests that the fewer threads answer, by number of connections
NOTE = (
    "On one core, as an instance has it; the load generator, and the Pub/Sub that answers a publish after "
    "{:.0f} ms, share the machine. Medians of {} rounds, in turn; times: beside the fewer threads. Memory at "
    "its peak: {}."
)
Rounds = Mapping[tuple[int, int], Sequence[Outcome]]


def run(parts: Parts, scale: Scale) -> report.Table:
    publish_ms = scale.publish_ms or PUBLISH_MS
    with slow_pubsub(publish_ms) as address, ExitStack() as stack:
        settings = environ(parts, PUBSUB_EMULATOR_HOST=address)
        receivers = {
            threads: stack.enter_context(served(parts, RECEIVER, {**settings, "THREADS": str(threads)}))
            for threads in scale.crowds
        }
        rounds = _in_turn(receivers, scale)
        peaks = ", ".join(f"{each.peak():.0f} MiB with {threads}" for threads, each in receivers.items())
    return report.Table(
        title=f"Receiver while publishing takes {publish_ms:.0f} ms",
        command=f"python -m bench receiver --publish-ms {publish_ms:.0f}",
        header=("connections", "threads", "requests a second", "times", "median ms", "99 % ms", "target", ""),
        rows=list(_rows(rounds, scale)),
        notes=[NOTE.format(publish_ms, scale.receiver_rounds, peaks)],
    )


def _in_turn(receivers: Mapping[int, Served], scale: Scale) -> Rounds:
    """By connections and threads."""
    for receiver in receivers.values():
        warmed(receiver).pin()
    rounds: dict[tuple[int, int], list[Outcome]] = {
        (connections, threads): [] for connections in scale.crowds for threads in receivers
    }
    for _ in range(scale.receiver_rounds):
        for (connections, threads), so_far in rounds.items():
            so_far.append(offered(receivers[threads], connections, scale.receiver_seconds))
    return rounds


def _rows(rounds: Rounds, scale: Scale) -> Iterator[Sequence[str]]:
    fewer, more = scale.crowds
    for connections, target in zip(scale.crowds, TARGETS, strict=True):
        base = _rate(rounds[connections, fewer])
        yield (*_figures(connections, fewer, rounds, base), "none", "")
        times = _rate(rounds[connections, more]) / base
        verdict = (f"at least {target}", report.at_least(times, target))
        yield (*_figures(connections, more, rounds, base), *verdict)


def _figures(connections: int, threads: int, rounds: Rounds, base: float) -> Sequence[str]:
    outcomes = rounds[connections, threads]
    middle = median(each.median_ms for each in outcomes)
    late = median(each.late_ms for each in outcomes)
    rate = _rate(outcomes)
    return (
        str(connections),
        str(threads),
        f"{rate:.0f}",
        f"{rate / base:.2f}",
        f"{middle:.0f}",
        f"{late:.0f}",
    )


def _rate(outcomes: Sequence[Outcome]) -> float:
    return median(each.per_second for each in outcomes)
