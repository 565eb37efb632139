"""`python -m tests.simulation`: many histories on all cores; what goes wrong is shortened and shown."""

import argparse
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.draw import draw
from tests.simulation.history import Outcome, run
from tests.simulation.shrink import shrink
from tests.simulation.story import read

SHOWN_MAX = 5


@dataclass(slots=True)
class Sum:
    """What all histories amount to."""

    histories: int = 0
    processes: int = 0
    seconds: float = 0
    steps: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, str] = field(default_factory=dict)
    lags: list[float] = field(default_factory=list)
    failures: int = 0

    def add(self, seed: int, outcome: Outcome) -> None:
        self.histories += 1
        self.processes += outcome.processes
        self.seconds += outcome.seconds
        self.steps += outcome.steps
        self.struck += outcome.struck
        self.told += outcome.told
        self.lags += outcome.lags
        self.failures += outcome.failures
        if outcome.broken:
            self.wrong[seed] = outcome.broken[0]
            print(f"seed {seed} went wrong", file=sys.stderr, flush=True)


def _quiet() -> None:
    """Workers leave Ctrl-C to the one who sums up; refusals and dead calls are their daily bread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("functions").setLevel(logging.CRITICAL + 1)


def one(seed: int) -> tuple[int, Outcome]:
    return seed, run(draw(seed))


def _results(seeds: range) -> Iterator[tuple[int, Outcome]]:
    with multiprocessing.Pool(os.cpu_count(), _quiet) as pool:
        yield from pool.imap_unordered(one, seeds, chunksize=4)


def _progress(total: Sum, of: int, began: float) -> None:
    if sys.stderr.isatty() or total.histories % 500 == 0 or total.histories == of:
        gone = time.monotonic() - began
        line = f"{total.histories} of {of} histories, {len(total.wrong)} went wrong, {gone:.0f} s"
        print(line, end="\r" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)


def _say(total: Sum, took: float) -> None:
    faults = total.struck.total()
    print(f"histories {total.histories}, gone wrong {len(total.wrong)}, in {took:.0f} s")
    print(
        f"steps {total.steps.total()}, processes {total.processes}, virtual days {total.seconds / 86_400:.0f}"
    )
    lags = [0.0, *sorted(total.lags)]
    middle, late = lags[len(lags) // 2], lags[int(0.99 * len(lags))]
    print(f"messages {len(total.lags)}, failed deliveries {total.failures}")
    print(f"from publication to acknowledgement: median {middle:.1f} s, 99 % {late:.0f} s, {lags[-1]:.0f} s")
    print(f"faults {faults}")
    for name, count in sorted(total.struck.items()):
        print(f"  {name:<36} {count:>8}")
    print("told to conference systems")
    for name, count in sorted(total.told.items()):
        print(f"  {name:<36} {count:>8}")


def _show(seed: int) -> None:
    story = shrink(draw(seed))
    print(f"\nseed {seed}, shortened:\n\n{story}\n")
    print("\n".join(run(story).broken))


def _tell(text: str) -> int:
    """One story, from a seed or a file, call by call."""
    story = draw(int(text)) if text.isdigit() else read(Path(text).read_text(encoding="utf-8"))
    outcome = run(story, tale=True)
    print("\n".join([str(story), "", *outcome.tale, "", *(outcome.broken or ["every promise was kept"])]))
    return len(outcome.broken)


def _until_wrong(seeds: range) -> int:
    for seed in seeds:
        if broken := one(seed)[1].broken:
            print(f"{seed}\n{broken[0]}")
            return 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000, help="how many histories")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--tell", metavar="SEED|FILE", help="one story, call by call")
    parser.add_argument("--until-wrong", action="store_true", help="one by one, up to the first wrong one")
    asked = parser.parse_args()
    logging.getLogger("functions").setLevel(logging.CRITICAL + 1)
    if asked.tell:
        return 1 if _tell(asked.tell) else 0
    seeds = range(asked.first, asked.first + asked.seeds)
    if asked.until_wrong:
        return _until_wrong(seeds)
    total, began = Sum(), time.monotonic()
    with suppress(KeyboardInterrupt):  # then what there is by then is said
        for seed, outcome in _results(seeds):
            total.add(seed, outcome)
            _progress(total, asked.seeds, began)
    _say(total, time.monotonic() - began)
    for seed in sorted(total.wrong)[:SHOWN_MAX]:
        _show(seed)
    if total.wrong:
        print(f"\nseeds gone wrong: {' '.join(map(str, sorted(total.wrong)))}")
    return 1 if total.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
