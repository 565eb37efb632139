"""What a function's imports weigh: each module's own time goes to the library that asked for it."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from bench import report
from bench.environ import environ
from bench.plan import Parts, Scale
from bench.start import SOURCES, command

# The first that fits a module's name takes it and, unless another fits there, all that it imports.
LIBRARIES = (
    "functions_framework",
    "functions",
    "google.cloud.pubsub",
    "google.cloud.firestore",
    "googleapiclient",
    "google_auth_httplib2",
    "httplib2",
    "google.oauth2",
    "google.auth",
    "google.api_core",
    "grpc",
    "google.protobuf",
    "httpx",
    "standardwebhooks",
)
REST = "(Python's own, asked for by none of these)"
SHOWN = ("receive_notification", "sync_calendar")
LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|(?P<indent> +)(?P<name>\S+)")
Weights = Mapping[str, float]


def run(parts: Parts, scale: Scale) -> report.Table:
    settings = environ(parts)
    found: dict[str, list[Weights]] = {name: [] for name in SHOWN}
    for _ in range(scale.starts):
        for name, so_far in found.items():
            so_far.append(weigh(command(parts, name, SOURCES[name], "-X", "importtime"), settings))
    rows = [_row(library, found) for library in (*LIBRARIES, REST)]
    return report.Table(
        title="What the imports weigh",
        command="python -m bench imports",
        header=("asked for by", *(f"{name}, ms" for name in SHOWN)),
        rows=[row for row in rows if any(row[1:])],
        notes=[
            f"Medians of {scale.starts} runs of `python -X importtime`, which itself makes imports slower."
        ],
    )


def _row(library: str, found: Mapping[str, Sequence[Weights]]) -> Sequence[str]:
    medians = [median(each.get(library, 0.0) for each in found[name]) for name in SHOWN]
    return (library, *(f"{ms:.0f}" if ms else "" for ms in medians))


def weigh(start: Sequence[str], settings: Mapping[str, str]) -> Weights:
    """Milliseconds by library."""
    done = subprocess.run(start, env=settings, capture_output=True, text=True, check=True)
    weights: Counter[str] = Counter()
    for library, microseconds in _owned(done.stderr):
        weights[library] += microseconds
    return {library: microseconds / 1000 for library, microseconds in weights.items()}


def _owned(text: str) -> Iterator[tuple[str, int]]:
    """A module is printed after those it imported, so from the end each comes after the one that asked."""
    asking: list[tuple[int, str]] = []
    for line in reversed(text.splitlines()):
        match = LINE.match(line)
        if match is None:
            continue
        depth = len(match["indent"])
        while asking and asking[-1][0] >= depth:
            asking.pop()
        library = _library(match["name"]) or (asking[-1][1] if asking else REST)
        asking.append((depth, library))
        yield library, int(match[1])


def _library(module: str) -> str:
    return next(
        (each for each in LIBRARIES if module == each or module.startswith((each + ".", each + "_"))), ""
    )
