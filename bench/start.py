"""How long a function takes to start, against a function that does nothing; both in turn."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench import report
from bench.deployed import ROOT
from bench.environ import environ
from bench.fresh import LIBRARIES, LOADS
from bench.plan import Parts, Scale

EMPTY = "empty"
ALONE = ", its libraries alone"
TARGETS: Mapping[str, float] = {"receive_notification": 2.6, "sync_calendar": 3.2}
NOTE = (
    "From the first line of a fresh interpreter until the first request could be answered: imports, the "
    "application, and the adapters that this request loads. Medians of {}, in turn. The libraries alone: "
    "functions-framework and the vendors' clients imported, with no code of ours."
)
SOURCES = {name: ROOT / ("bench/empty/main.py" if name == EMPTY else "main.py") for name in LOADS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """In seconds."""

    whole: float
    processor: float
    steps: Mapping[str, float]


def run(parts: Parts, scale: Scale) -> report.Table:
    settings = environ(parts)
    starts: dict[str, list[Start]] = {name: [] for name in (*LOADS, *(name + ALONE for name in LIBRARIES))}
    for name in starts:
        _fresh(parts, settings, name)  # compiles what was not, and has the files in memory
    for _ in range(scale.starts):
        for name, so_far in starts.items():
            so_far.append(_fresh(parts, settings, name))
    return report.Table(
        title="Start",
        command="python -m bench start",
        header=("function", "ms", "times the empty one", "processor ms", "times", "target", ""),
        rows=[_row(name, starts) for name in starts],
        notes=[
            NOTE.format(scale.starts),
            *(_steps(name, starts[name]) for name in TARGETS),
        ],
    )


def _fresh(parts: Parts, settings: Mapping[str, str], name: str) -> Start:
    done = subprocess.run(command(parts, name), env=settings, capture_output=True, text=True, check=True)
    return Start(**json.loads(done.stdout.splitlines()[-1]))


def command(parts: Parts, name: str, *options: str) -> Sequence[str]:
    """-P: the script's own folder must not be searched for what functions import."""
    source = [] if name.endswith(ALONE) else [str(SOURCES[name])]
    script = str(ROOT / "bench" / "fresh.py")
    return [str(parts.python), "-P", *options, script, name.removesuffix(ALONE), *source]


def _row(name: str, starts: Mapping[str, Sequence[Start]]) -> Sequence[str]:
    wall, processor = _wall(starts[name]), _processor(starts[name])
    times = wall / _wall(starts[EMPTY])
    target = TARGETS.get(name)
    return (
        name,
        f"{wall * 1000:.0f}",
        f"{times:.2f}",
        f"{processor * 1000:.0f}",
        f"{processor / _processor(starts[EMPTY]):.2f}",
        f"at most {target}" if target else "none",
        report.at_most(times, target) if target else "",
    )


def _wall(starts: Sequence[Start]) -> float:
    return median(start.whole for start in starts)


def _processor(starts: Sequence[Start]) -> float:
    return median(start.processor for start in starts)


def _steps(name: str, starts: Sequence[Start]) -> str:
    medians = {step: median(start.steps[step] for start in starts) for step in starts[0].steps}
    return f"{name}, ms: " + ", ".join(f"{step} {seconds * 1000:.0f}" for step, seconds in medians.items())
