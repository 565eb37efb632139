"""How long `enrol --from` takes for a company, and a second run, which finds all of it enrolled."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import report
from bench.environ import environ
from bench.house import STORES, Unexpected
from bench.plan import Parts, Scale
from bench.receiver import make_topic
from gcal_standin import server as standin

TARGET_S = 120.0
CALLS = ("calendars.get", "events.list", "events.watch")


def run(parts: Parts, scale: Scale) -> report.Table:
    return report.Table(
        title=f"A list of {scale.fleet:,} calendars is enrolled",
        command="python -m bench enrolling",
        header=("store and queue", "again, s", "calls of Calendar", "again", "whole, s", "target", ""),
        rows=[_row(name, parts, scale.fleet) for name in STORES],
        notes=[
            "Eight at a time; Calendar is the stand-in, on the same two processors.",
            "The target is for the embedded ones.",
        ],
    )


def _row(name: str, parts: Parts, calendars: int) -> Sequence[str]:
    with _company(name, parts, calendars) as (calendar, command, settings):
        seconds, calls = [], []
        for outcome in ("enrolled", "already"):
            calendar.control("DELETE", "requests")
            seconds.append(_timed(command, settings, {outcome: calendars}))
            made = calendar.control("GET", "requests")["calls"]
            calls.append(sum(made.get(method, 0) for method in CALLS))
    first, again = seconds
    embedded = name == STORES[0]
    target, verdict = (f"at most {TARGET_S:.0f}", report.at_most(first, TARGET_S)) if embedded else ("", "")
    return (name, f"{again:.1f}", f"{calls[0]:,}", f"{calls[1]:,}", f"{first:.1f}", target, verdict)


def _timed(command: Sequence[str], settings: Mapping[str, str], expected: Mapping[str, int]) -> float:
    began = time.monotonic()
    ran = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    found = {name: count for name, count in json.loads(ran.stdout)["summary"].items() if count}
    if found != expected:
        raise Unexpected(f"{found} instead of {expected}: {ran.stderr[-500:]}")
    return seconds


@contextmanager
def _company(
    name: str, parts: Parts, calendars: int
) -> Iterator[tuple[standin.Server, Sequence[str], Mapping[str, str]]]:
    """A Calendar that knows it, the command and its settings."""
    with TemporaryDirectory(prefix="bench-") as folder, standin.start() as calendar:
        names = [f"owner{number}@example.com" for number in range(calendars)]
        calendar.seed([{"calendar": each} for each in names])
        listed = Path(folder) / "users.csv"
        listed.write_text("\n".join(["email", *names]))
        kept = {"STORE": f"sqlite:{folder}/store", "QUEUE": f"sqlite:{folder}/queue"}
        settings = environ(parts, CALENDAR_API_ENDPOINT=calendar.url, **(kept if name == STORES[0] else {}))
        make_topic(settings["GOOGLE_CLOUD_PROJECT"])
        command = [sys.executable, "-m", "functions", "enrol", "--from", str(listed), "--json"]
        yield calendar, command, settings
