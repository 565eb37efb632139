"""The benchmark: the same changes once without trouble and once with each trouble, side by side."""

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from bench import report
from bench.plan import Parts, Scale
from bench.queue.measured import Run, measured
from bench.queue.office import (
    CHANGES_A_DAY,
    FAILING,
    HOUR_S,
    OFFICE_HOURS,
    ON_SECOND,
    SYSTEMS,
    Trouble,
    system,
)
from bench.queue.ports import AWAY_S, RATE

RATIO_MAX = 1.1
SWEEP_S = 300
SHARES = {"median": 0.5, "99 %": 0.99}
Of = Callable[[int], bool]


def run(_parts: Parts, scale: Scale) -> report.Table:
    first, later, more = (hours * HOUR_S for hours in scale.queue_hours)
    go = partial(measured, scale.queue_calendars)
    runs = (later + more, Trouble()), (first, Trouble(failing=True)), (later + more, Trouble(back_at=later))
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _quiet) as pool:
        usual, failing, away = [one.result() for one in [pool.submit(go, *run) for run in runs]]
    return report.Table(
        title=f"Trouble of some among {scale.queue_calendars} calendars",
        command="python -m bench queue",
        header=("trouble", "figure", "without", "with", "target", ""),
        rows=[*_failing(usual, failing, scale), *_away(usual, away)],
        notes=_notes(scale),
    )


def _quiet() -> None:
    """A line for each failure would be hundreds of thousands."""
    logging.disable()


def _notes(scale: Scale) -> list[str]:
    failing, away, _ = scale.queue_hours
    second = f"of {10 * ON_SECOND} % of the calendars, for {away} hours"
    return [
        f"{CHANGES_A_DAY} changes of each calendar in {OFFICE_HOURS} hours, at the same times in each run.",
        f"Calendar fails: it answers 500 for each tenth calendar, for ever; {failing} hours of that.",
        f"A system is away: that {second}; each call takes {AWAY_S:.0f} s to find out.",
        f"When it is back it admits {RATE:.0f} calls a second; a sweep begins every five minutes.",
        "Lag: from a change to when its conference has it, of all calendars without the trouble.",
    ]


def _failing(usual: Run, found: Run, scale: Scale) -> list[Sequence[str]]:
    trouble, most = "Calendar fails", scale.queue_calendars // FAILING

    def healthy(calendar: int) -> bool:
        return bool(calendar % FAILING)

    return [
        *_lags(trouble, usual, found, healthy),
        _counted(trouble, "failed deliveries", found.failures, most),
        _counted(trouble, "of these of one calendar", found.most, 1),
        _counted(trouble, "dead letters", found.dead, 0),
    ]


def _away(usual: Run, found: Run) -> list[Sequence[str]]:
    trouble, back = "a system is away", found.trouble.back_at

    def healthy(calendar: int) -> bool:
        return system(calendar) != SYSTEMS[1]

    late = [lag for lag in found.lags if not healthy(lag.calendar) and lag.at < back < lag.at + lag.seconds]
    behind = len({lag.calendar for lag in late})
    allowed = 2 * SWEEP_S + behind / RATE  # what failed just before a sweep waits for the next
    took = max((lag.at + lag.seconds - back for lag in late), default=0.0)
    untold = sum(lag.at < back for lag in found.untold)
    return [
        *_lags(trouble, usual, found, healthy),
        _counted(trouble, "failed deliveries", found.failures, behind),
        _counted(trouble, "dead letters", found.dead, 0),
        (
            trouble,
            f"minutes until the last of {behind} is told",
            "",
            f"{took / 60:.0f}",
            f"at most {allowed / 60:.0f}",
            report.at_most(took, allowed),
        ),
        _counted(trouble, "never told", untold, 0),
    ]


def _lags(trouble: str, usual: Run, found: Run, healthy: Of) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for name, share in SHARES.items():
        before = usual.lag(share, healthy, found.seconds)
        after = found.lag(share, healthy, found.seconds)
        ratio = after / before if before else 1.0
        figures = (f"{before:.2f}", f"{after:.2f} ({ratio:.2f} times)")
        target = f"at most {RATIO_MAX} times"
        rows.append((trouble, f"lag in s, {name}", *figures, target, report.at_most(ratio, RATIO_MAX)))
    return rows


def _counted(trouble: str, what: str, number: int, most: int) -> Sequence[str]:
    return (trouble, what, "", str(number), f"at most {most}", report.at_most(number, most))
