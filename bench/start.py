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
from bench.environ import KEY, environ
from bench.fresh import LIBRARIES, LOADS
from bench.googles import ACCOUNT, PERSON
from bench.plan import Parts, Scale

EMPTY, SYNC, CONNECTING = "empty", "sync_calendar", "connect_calendar"
ALONE = ", its libraries alone"
STALE = ", stale .pyc"
DELEGATED, CONSENTED = ", delegation", ", consent by users"
COMPARED = ("receive_notification", "sync_calendar", "sweep_calendars")
TARGETS: Mapping[str, float] = {"receive_notification": 2.6, "sync_calendar": 3.2}
CONSENTED_MAX = 1.1  # times the start under delegation
NOTE = (
    "From the first line of a fresh interpreter until the first request could be answered: imports, the "
    "application, and the adapters that this request loads. Medians of {}, in turn. Our code is as an "
    "instance finds it: compiled by the build, with sources of 1980. Stale: the same without "
    "SOURCE_DATE_EPOCH in the build's environment; nothing is written, as each instance begins anew; more: "
    "the median of each such start less the one before it. The libraries alone: functions-framework and the "
    "vendors' clients imported, with no code of ours. Delegation and consent by users: by CALENDAR_AUTH, "
    "compared pair by pair; connect_calendar has consent, too, and all others ask Calendar as nobody."
)
CONSENT: Mapping[str, str] = {
    "CALENDAR_AUTH": "oauth",
    "GOOGLE_OAUTH_CLIENT_ID": "1-bench.apps.googleusercontent.com",
    "GOOGLE_OAUTH_CLIENT_SECRET": "secret",
    "GRANT_KEYS": KEY,
    "CONNECT_URL": "https://connect.example.com",
}
SOURCES = {name: ROOT / ("bench/empty/main.py" if name == EMPTY else "main.py") for name in LOADS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """In seconds."""

    whole: float
    processor: float
    steps: Mapping[str, float]


def run(parts: Parts, scale: Scale) -> report.Table:
    with TemporaryDirectory(prefix="bench-") as folder:
        starts = _in_turn(_commands(parts, Path(folder)), scale.starts)
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


Begin = tuple[Sequence[str], Mapping[str, str]]  # a command and its environment


def _commands(parts: Parts, folder: Path) -> Mapping[str, Begin]:
    """By row. What is compared comes one after the other."""
    build(folder / "built", parts.python, build_environ())
    build(folder / "stale", parts.python, {})
    built, usual = folder / "built" / "main.py", environ(parts)
    commands: dict[str, Begin] = {EMPTY: (command(parts, EMPTY, SOURCES[EMPTY]), usual)}
    for name in LOADS:
        if name != EMPTY:
            settings = environ(parts, **CONSENT) if name == CONNECTING else usual
            commands[name] = (command(parts, name, built, "-B"), settings)
        if name in COMPARED:
            commands[name + STALE] = (command(parts, name, folder / "stale" / "main.py", "-B"), usual)
    for way, access in ((DELEGATED, _delegation(folder)), (CONSENTED, CONSENT)):
        commands[SYNC + way] = (command(parts, SYNC, built, "-B"), environ(parts, **access))
    return commands | {name + ALONE: (command(parts, name, None), usual) for name in LIBRARIES}


def _delegation(folder: Path) -> Mapping[str, str]:
    person = folder / "person.json"
    person.write_text(json.dumps(PERSON))
    return {
        "CALENDAR_AUTH": "delegation",
        "CALENDAR_SERVICE_ACCOUNT": ACCOUNT,
        "GOOGLE_APPLICATION_CREDENTIALS": str(person),
    }


def command(parts: Parts, target: str, source: Path | None, *options: str) -> Sequence[str]:
    """-P: the script's own folder must not be searched for what functions import."""
    script = str(ROOT / "bench" / "fresh.py")
    return [str(parts.python), "-P", *options, script, target, *([str(source)] if source else [])]


def _in_turn(commands: Mapping[str, Begin], rounds: int) -> Mapping[str, Sequence[Start]]:
    for each in commands.values():
        _fresh(*each)  # compiles what was not, and has the files in memory
    starts: dict[str, list[Start]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, so_far in starts.items():
            so_far.append(_fresh(*commands[name]))
    return starts


def _fresh(start: Sequence[str], environment: Mapping[str, str]) -> Start:
    done = subprocess.run(start, env=environment, capture_output=True, text=True, check=True)
    return Start(**json.loads(done.stdout.splitlines()[-1]))


def _row(name: str, starts: Mapping[str, Sequence[Start]]) -> Sequence[str]:
    wall, processor = _wall(starts[name]), _processor(starts[name])
    times = wall / _wall(starts[EMPTY])
    return (
        name,
        f"{wall * 1000:.0f}",
        f"{times:.2f}",
        f"{processor * 1000:.0f}",
        _more(name, starts),
        f"{processor / _processor(starts[EMPTY]):.2f}",
        *_judged(name, starts, times),
    )


def _judged(name: str, starts: Mapping[str, Sequence[Start]], times: float) -> tuple[str, str]:
    if name in TARGETS:
        return f"at most {TARGETS[name]}", report.at_most(times, TARGETS[name])
    if name == SYNC + CONSENTED:
        pairs = zip(starts[name], starts[SYNC + DELEGATED], strict=True)
        more = median(consented.whole / delegated.whole for consented, delegated in pairs)
        return f"at most {CONSENTED_MAX} times delegation: {more:.2f}", report.at_most(more, CONSENTED_MAX)
    return "none", ""


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
