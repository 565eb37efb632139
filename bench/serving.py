"""A function under functions-framework, as it is deployed, and how much memory its processes take."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.plan import Parts
from bench.start import SOURCES
from local.system.ports import ports

HOST = "127.0.0.1"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
POLL_S = 0.02
READY_PATH = "robots.txt"  # answered by the framework, so the function itself stays as it started
KIB_PER_MIB = 1024
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class NotServed(Exception):
    """The function did not start; the text is the end of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    def pin(self) -> None:
        """From now on it has one core."""
        core = min(os.sched_getaffinity(0))
        for pid in (self.process.pid, *_children(self.process.pid)):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                with suppress(ProcessLookupError):  # a thread that has ended meanwhile
                    os.sched_setaffinity(int(thread.name), {core})

    def memory(self) -> float:
        return memory(self.process.pid)

    def peak(self) -> float:
        """The most MiB that it has taken so far."""
        workers = sum(_peak_kib(child) for child in _children(self.process.pid))
        return (workers + _unshared_kib(self.process.pid)) / KIB_PER_MIB

    def processor(self) -> float:
        """Seconds that it has taken so far."""
        return sum(_ticks(pid) for pid in (self.process.pid, *_children(self.process.pid))) / TICKS_PER_S


def memory(pid: int) -> float:
    """MiB of a function: all that the workers have mapped, and what the master shares with nobody."""
    workers = sum(_kib(child, "Rss") for child in _children(pid))
    return (workers + _unshared_kib(pid)) / KIB_PER_MIB


def _unshared_kib(pid: int) -> int:
    return _kib(pid, "Private_Clean", "Private_Dirty")


@contextmanager
def served(
    parts: Parts, name: str, environ: Mapping[str, str], source: Path | None = None
) -> Iterator[Served]:
    with ports(0, 1) as (port,), tempfile.NamedTemporaryFile(prefix=f"bench-{name}-") as log:
        framework = [str(parts.python.parent / "functions-framework"), "--target", name]
        command = [*framework, "--source", str(source or SOURCES[name]), "--host", HOST, "--port", str(port)]
        process = subprocess.Popen(
            command, env=environ, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            made = Served(port=port, process=process)
            _wait_until_ready(made, Path(log.name))
            yield made
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """By force if it takes too long, and then its workers too."""
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_until_ready(made: Served, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while made.process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(made.url + READY_PATH, trust_env=False)
        except httpx.TransportError:
            time.sleep(POLL_S)
        else:
            return
    raise NotServed(log.read_text(errors="replace")[-2_000:])


def _children(pid: int) -> list[int]:
    """A kernel built without this list has no file for it; then nothing could be measured."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


def _kib(pid: int, *names: str) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    values = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}
    return sum(values[name] for name in names)


def _peak_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _ticks(pid: int) -> int:
    """Of a process with all its threads: the user's and the system's."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])
