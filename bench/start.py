"""How long a function takes to start, against a function that does nothing; both in turn."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import report
from bench.build import build, build_environ
from bench.deployed import ROOT
from bench.environ import environ
from bench.fresh import LIBRARIES, LOADS
from bench.plan import Parts, Scale

EMPTY = "empty"
ALONE = ", its libraries alone"
STALE = ", stale .pyc"
COMPARED = ("receive_notification", "sync_calendar", "sweep_calendars")
TARGETS: Mapping[str, float] = {"receive_notification": 2.6, "sync_calendar": 3.2}
NOTE = (
    "From the first line of a fresh interpreter until the first request could be answered: imports, the "
    "application, and the adapters that this request loads. Medians of {}, in turn. Our code is as an "
    "instance finds it: compiled by the build, with sources of 1980. Stale: the same without "
    "SOURCE_DATE_EPOCH in the build's environment; nothing is written, as each instance begins anew; more: "
    "the median of each such start less the one before it. The libraries alone: functions-framework and the "
    "vendors' clients imported, with no code of ours."
)
SOURCES = {name: ROOT / ("bench/empty/main.py" if name == EMPTY else "main.py") for name in LOADS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """In seconds."""

    whole: float
    processor: float
    steps: Mapping[str, float]


def run(parts: Parts, scale: Scale) -> report.Table:
    with TemporaryDirectory(prefix="bench-") as folder:
        starts = _in_turn(environ(parts), _commands(parts, Path(folder)), scale.starts)
    return report.Table(
        title="Start",
        command="python -m bench start",
        header=("function", "ms", "times the empty one", "processor ms", "more", "times", "target", ""),
        rows=[_row(name, starts) for name in starts],
        notes=[
            NOTE.format(scale.starts),
            *(_steps(name, starts[name]) for name in TARGETS),
        ],
    )


def _commands(parts: Parts, folder: Path) -> Mapping[str, Sequence[str]]:
    """By row. What is compared comes one after the other."""
    build(folder / "built", parts.python, build_environ())
    build(folder / "stale", parts.python, {})
    commands = {EMPTY: command(parts, EMPTY, SOURCES[EMPTY])}
    for name in LOADS:
        if name != EMPTY:
            commands[name] = command(parts, name, folder / "built" / "main.py", "-B")
        if name in COMPARED:
            commands[name + STALE] = command(parts, name, folder / "stale" / "main.py", "-B")
    return commands | {name + ALONE: command(parts, name, None) for name in LIBRARIES}


def command(parts: Parts, target: str, source: Path | None, *options: str) -> Sequence[str]:
    """-P: the script's own folder must not be searched for what functions import."""
    script = str(ROOT / "bench" / "fresh.py")
    return [str(parts.python), "-P", *options, script, target, *([str(source)] if source else [])]


def _in_turn(
    settings: Mapping[str, str], commands: Mapping[str, Sequence[str]], rounds: int
) -> Mapping[str, Sequence[Start]]:
    for each in commands.values():
        _fresh(each, settings)  # compiles what was not, and has the files in memory
    starts: dict[str, list[Start]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, so_far in starts.items():
            so_far.append(_fresh(commands[name], settings))
    return starts


def _fresh(start: Sequence[str], settings: Mapping[str, str]) -> Start:
    done = subprocess.run(start, env=settings, capture_output=True, text=True, check=True)
    return Start(**json.loads(done.stdout.splitlines()[-1]))


def _row(name: str, starts: Mapping[str, Sequence[Start]]) -> Sequence[str]:
    wall, processor = _wall(starts[name]), _processor(starts[name])
    times = wall / _wall(starts[EMPTY])
    target = TARGETS.get(name)
    return (
        name,
        f"{wall * 1000:.0f}",
        f"{times:.2f}",
        f"{processor * 1000:.0f}",
        _more(name, starts),
        f"{processor / _processor(starts[EMPTY]):.2f}",
        f"at most {target}" if target else "none",
        report.at_most(times, target) if target else "",
    )


def _more(name: str, starts: Mapping[str, Sequence[Start]]) -> str:
    """Milliseconds of the processor beside the function as it is deployed."""
    if not name.endswith(STALE):
        return ""
    pairs = zip(starts[name], starts[name.removesuffix(STALE)], strict=True)
    return f"{median(stale.processor - built.processor for stale, built in pairs) * 1000:.0f}"


def _wall(starts: Sequence[Start]) -> float:
    return median(start.whole for start in starts)


def _processor(starts: Sequence[Start]) -> float:
    return median(start.processor for start in starts)


def _steps(name: str, starts: Sequence[Start]) -> str:
    medians = {step: median(start.steps[step] for start in starts) for step in starts[0].steps}
    return f"{name}, ms: " + ", ".join(f"{step} {seconds * 1000:.0f}" for step, seconds in medians.items())
