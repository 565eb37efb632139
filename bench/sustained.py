"""`python -m bench.sustained`: notifications at a steady rate over many calendars, on processes of their own.

Each calendar's event changes twice, and a burst follows each change. Fails unless every second change has
reached its conference. Prints how it goes, and a table for each set-up.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any

from bench import machine, report
from bench.deployed import ROOT
from bench.house import event
from bench.rush import Order, Sent
from bench.serving import memory
from bench.setups import RECEIVER, SETUPS, SUBSCRIBER
from bench.sustained_table import Outcome, Size, table
from gcal_standin.model.channels import Channel
from local.emulators import EmulatorFailed
from local.system.signals import ended_by_signals
from local.system.system import System

ENROLLING_AT_ONCE = 4
PHASE_S = 900.0  # longer takes neither the sending nor the rest
LAST = "Second"
OUTCOME = re.compile(r'"outcome": "(\w+)"')
SHORT = Size(calendars=20, rate=200, both=10, look_s=0.3)


class Lost(Exception):
    """A last change that did not reach its conference, or notifications that nobody took."""


@dataclass(slots=True, kw_only=True)
class Watched:
    """What was seen of the functions while it went on. `read` is how much of the subscriber's log."""

    system: System
    look_s: float
    began: float = field(default_factory=time.monotonic)
    memories: list[Mapping[str, float]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    read: int = 0

    def look(self) -> None:
        functions = self.system.functions
        if not self.outcomes:
            self.memories.clear()  # the first request loads what the others use
        self.memories.append({name: memory(functions[name].pid) for name in (RECEIVER, SUBSCRIBER)})
        with functions[SUBSCRIBER].log.open("rb") as log:
            log.seek(self.read)
            lines = log.read().rpartition(b"\n")[0]  # the last one may be half written
        self.outcomes.update(OUTCOME.findall(lines.decode()))
        self.read += len(lines)

    def say(self, what: str) -> None:
        mib = ", ".join(f"{name} {value:.0f} MiB" for name, value in self.memories[-1].items())
        seconds = time.monotonic() - self.began
        print(f"  {seconds:4.0f} s  {what}; {self.outcomes.total()} requests handled; {mib}", flush=True)


def measured(setup: str, size: Size) -> report.Table:
    """Lost if anything was."""
    with SETUPS[setup]() as system:
        print(f"{setup}: enrolling {size.calendars} calendars", flush=True)
        bursts = _enrolled(system, size)
        outcome = _rushed(system, size, bursts)
    return table(setup, size, outcome)


def _enrolled(system: System, size: Size) -> Sequence[Mapping[str, Any]]:
    """The bursts: how Calendar signs for each channel, and what changes."""
    system.calendar.control("POST", "notifications", {"drop": True})
    names = [f"calendar-{number}@example.com" for number in range(size.calendars)]
    for name in names:
        system.calendar.control("POST", "calendars", {"id": name})
        system.conferences.rooms.create("Room", name)
    with ThreadPoolExecutor(ENROLLING_AT_ONCE) as pool:
        for _ in pool.map(lambda name: _enrol(system, name), names):
            pass
    system.calendar.control("DELETE", "requests")
    return [
        {"headers": _headers(channel), "changes": [_change(name, "First"), _change(name, LAST)]}
        for name, channel in zip(names, _channels(system, names), strict=True)
    ]


def _enrol(system: System, name: str) -> None:
    answer = system.call("initialize_syncing", json={"calendar_id": name})
    if not (answer.is_success and answer.json()["synced"]):
        raise Lost(f"{name} could not be enrolled: {answer.text}")


def _channels(system: System, names: Sequence[str]) -> Sequence[Channel]:
    by_calendar = {channel.calendar_id: channel for channel in system.calendar.service.channels.live()}
    return [by_calendar[name] for name in names]


def _headers(channel: Channel) -> Mapping[str, str]:
    return {
        "X-Goog-Channel-ID": channel.id,
        "X-Goog-Channel-Token": channel.token or "",
        "X-Goog-Resource-State": "exists",
        "X-Goog-Resource-ID": channel.resource_id,
        "X-Goog-Message-Number": "10",
    }


def _change(name: str, title: str) -> Mapping[str, Any]:
    return {"calendarId": name, "event": event(0, title, name)}


def _rushed(system: System, size: Size, bursts: Sequence[Mapping[str, Any]]) -> Outcome:
    receiver, standin = (
        int(url.rstrip("/").rpartition(":")[2])
        for url in (system.functions[RECEIVER].url, system.calendar.url)
    )
    order = Order(receiver=receiver, standin=standin, rate=size.rate, size=size.both, bursts=bursts)
    watched = Watched(system=system, look_s=size.look_s)
    watched.look()
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(_sent, order)
        _wait(watched, sending.done, "sending")
        sent = sending.result()
        if sent.given_up:
            raise Lost(f"{sent.given_up} notifications were never taken: {sent.statuses}")
    _wait(watched, lambda: watched.outcomes.total() >= size.notifications, "the rest")
    _wait(watched, lambda: not _untold(system), "the last changes")
    entries = system.calendar.service.requests.entries("events.list")
    return Outcome(
        sent=sent,
        seconds=time.monotonic() - watched.began,
        reads=Counter(entry.path for entry in entries),
        outcomes=watched.outcomes,
        memories=watched.memories,
    )


def _untold(system: System) -> int:
    """How many last changes have not reached their conferences."""
    return sum(room["title"] != LAST for room in system.conferences.rooms.all())


def _sent(order: Order) -> Sent:
    """By another process, which shares no interpreter with what answers."""
    text, command = json.dumps(asdict(order)), [sys.executable, "-m", "bench.rush"]
    try:
        done = subprocess.run(
            command, cwd=ROOT, input=text.encode(), stdout=subprocess.PIPE, check=True, timeout=PHASE_S
        )
    except subprocess.TimeoutExpired as error:
        raise Lost(f"not sent in {PHASE_S:.0f} s") from error
    return Sent(**json.loads(done.stdout))


def _wait(watched: Watched, over: Callable[[], bool], what: str) -> None:
    """Lost if it takes too long."""
    deadline = time.monotonic() + PHASE_S
    while not over():
        if time.monotonic() > deadline:
            raise Lost(f"{what}: not done in {PHASE_S:.0f} s; {dict(watched.outcomes)}")
        time.sleep(watched.look_s)
        watched.look()
        watched.say(what)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.sustained", description="A minute of full load.")
    parser.add_argument("setups", nargs="*", metavar="SETUP", help=f"some of: {', '.join(SETUPS)}")
    usual = Size()
    parser.add_argument("--calendars", type=int, default=usual.calendars)
    parser.add_argument("--rate", type=float, default=usual.rate, help="notifications a second")
    parser.add_argument("--both", type=int, default=usual.both, help="notifications of a calendar")
    parser.add_argument("--short", action="store_true", help="a few seconds, to see that it works")
    asked = parser.parse_args(argv)
    if unknown := set(asked.setups) - set(SETUPS):
        parser.error(f"no set-up is named {', '.join(sorted(unknown))}")
    asked_for = Size(calendars=asked.calendars, rate=asked.rate, both=asked.both)
    print("\n".join(machine.described()))
    missed = False
    try:
        for setup in asked.setups or SETUPS:
            made = measured(setup, SHORT if asked.short else asked_for)
            print(report.markdown(made), flush=True)
            missed = missed or bool(made.missed)
    except (EmulatorFailed, Lost) as error:
        print(error, file=sys.stderr)
        return 2
    return 1 if missed else 0


if __name__ == "__main__":
    with ended_by_signals():
        raise SystemExit(main())
