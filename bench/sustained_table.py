"""What came of a sustained load, as a table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import machine, report
from bench.rush import Sent

READS_MAX = 4  # of a calendar: two for each burst
GROWTH_MIB_MAX = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`both`: notifications of a calendar, in its two bursts. `rate`: of all calendars, a second."""

    calendars: int = 2_000
    rate: float = 1_000
    both: int = 30
    look_s: float = 5

    @property
    def notifications(self) -> int:
        return self.calendars * self.both


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`reads` by calendar; `outcomes` of sync requests; `memories` of functions, in MiB, in their order."""

    sent: Sent
    seconds: float
    reads: Counter[str]
    outcomes: Counter[str]
    memories: Sequence[Mapping[str, float]]


def table(setup: str, size: Size, outcome: Outcome) -> report.Table:
    sent = outcome.sent
    answers = ", ".join(f"{count} times {status}" for status, count in sent.statuses.items())
    ended = ", ".join(f"{count} {name}" for name, count in outcome.outcomes.most_common())
    return report.Table(
        title=f"{size.notifications} notifications over {size.calendars} calendars, {setup}",
        command=f"python -m bench.sustained {setup}",
        header=("figure", "measured", "target", ""),
        rows=[
            ("notifications taken a second", f"{size.notifications / sent.seconds:.0f}", "none", ""),
            ("ms from due to 204, median, 99 %", f"{sent.median_ms:.0f}, {sent.late_ms:.0f}", "none", ""),
            ("requests handled a second", f"{outcome.outcomes.total() / outcome.seconds:.0f}", "none", ""),
            _reads(size, outcome.reads),
            *(_memory(name, outcome.memories) for name in outcome.memories[0]),
        ],
        notes=[
            f"Offered: {size.rate:.0f} a second. Every last change reached its conference.",
            f"Sent in {sent.seconds:.0f} s, all handled after {outcome.seconds:.0f} s. Answers: {answers}.",
            f"Requests: {ended}. Memory: early on, in the middle, at the end.",
            f"Load average at its end: {machine.load()}.",
        ],
    )


def _reads(size: Size, reads: Counter[str]) -> Sequence[str]:
    most, mean = max(reads.values()), reads.total() / size.calendars
    verdict = report.at_most(most, READS_MAX)
    return ("reads of a calendar for two bursts, most, mean", f"{most}, {mean:.2f}", f"{READS_MAX}", verdict)


def _memory(name: str, memories: Sequence[Mapping[str, float]]) -> Sequence[str]:
    start, middle, end = (memories[place][name] for place in (0, len(memories) // 2, -1))
    verdict = report.at_most(end - middle, GROWTH_MIB_MAX)
    target = f"{GROWTH_MIB_MAX:.0f} more than in the middle"
    return (f"{name}, MiB", f"{start:.0f}, {middle:.0f}, {end:.0f}", target, verdict)
