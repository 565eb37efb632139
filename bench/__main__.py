"""`python -m bench`: measure all, print each table as it comes, write them to RESULTS.md.

With names of benchmarks only those are measured, and nothing is written unless `--out` says where.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench import (
    burst,
    changes,
    cost,
    enrolling,
    fat,
    fleet,
    imports,
    instance,
    machine,
    memory,
    nothing,
    receiver,
    report,
    scale,
    silence,
    start,
    users,
    waiting,
)
from bench.bill import table
from bench.deployed import ROOT, interpreter
from bench.parts import parts
from bench.plan import TINY, Parts, Scale
from bench.queue import run as queue
from bench.report import Table
from local.emulators import EmulatorFailed

RESULTS = ROOT / "bench" / "RESULTS.md"
BENCHMARKS: Mapping[str, Callable[[Parts, Scale], Table]] = {
    "start": start.run,
    "imports": imports.run,
    "memory": memory.run,
    "fat": fat.run,
    "users": users.run,
    "instance": instance.run,
    "receiver": receiver.run,
    "waiting": waiting.run,
    "changes": changes.run,
    "nothing": nothing.run,
    "cost": cost.run,
    "burst": burst.run,
    "bill": table.run,
    "scale": scale.run,
    "enrolling": enrolling.run,
    "fleet": fleet.run,
    "silence": silence.run,
    "queue": queue.run,
}


def main(argv: Sequence[str] | None = None) -> int:
    asked = _arguments(argv)
    out = asked.out or (None if asked.names else RESULTS)
    began, load = time.monotonic(), machine.load()
    scale = replace(TINY if asked.tiny else Scale(), publish_ms=asked.publish_ms)
    try:
        tables = _measured(asked.names or list(BENCHMARKS), asked.python, scale)
    except EmulatorFailed as error:
        print(error, file=sys.stderr)
        return 2
    minutes = (time.monotonic() - began) / 60
    when = f"took {minutes:.0f} minutes; load average {load} when it began, {machine.load()} when it ended"
    if out:
        out.write_text(_page(tables, [*machine.described(), when]))
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure speed, memory and cost.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--tiny", action="store_true", help="only to see that it works: figures mean nothing")
    parser.add_argument(
        "--publish-ms", type=float, default=0.0, metavar="MS", help="receiver: publishing takes so long"
    )
    parser.add_argument("--out", type=Path, help="where to write the tables; all together: RESULTS.md")
    parser.add_argument("--python", type=Path, help="run the functions with this; else with what is deployed")
    asked = parser.parse_args(argv)
    if unknown := set(asked.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}")
    return asked


def _measured(names: Sequence[str], python: Path | None, scale: Scale) -> Sequence[Table]:
    tables = []
    with parts(python or interpreter()) as running:
        for name in names:
            table = _benchmark(name, scale)(running, scale)
            tables.append(replace(table, notes=[*table.notes, f"Load average at its end: {machine.load()}."]))
            print(report.markdown(tables[-1]), flush=True)
    return tables


def _benchmark(name: str, scale: Scale) -> Callable[[Parts, Scale], Table]:
    return waiting.run if name == "receiver" and scale.publish_ms else BENCHMARKS[name]


def _page(tables: Sequence[Table], about: Sequence[str]) -> str:
    head = ["# What was measured", "", "`make bench`", "", *(f"- {line}" for line in about), ""]
    head += [_summary(tables), ""]
    return "\n".join([*head, *(report.markdown(table) for table in tables)])


def _summary(tables: Sequence[Table]) -> str:
    judged = [row for table in tables for row in table.rows if {report.MET, report.MISSED} & set(row)]
    missed = [f"{table.title}, {row[0]} ({row[1]})" for table in tables for row in table.missed]
    said = f"{len(judged) - len(missed)} of {len(judged)} targets are met."
    return f"{said} Missed: {'; '.join(missed)}." if missed else said


if __name__ == "__main__":
    raise SystemExit(main())
