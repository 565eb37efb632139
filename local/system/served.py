"""The deployed functions as processes: each under functions-framework, with its own log and process group."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Protocol

import httpx

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "main.py"
# The script's folder is not looked into for modules: its neighbours would pass for others'.
FRAMEWORK = (sys.executable, "-P", str(Path(__file__).with_name("leashed.py")))
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.02
TAIL_LINES = 20
# The framework answers this path by itself, so asking for it makes no function do its work.
READY_PATH = "robots.txt"


class StartFailed(Exception):
    """Part of the system does not run; the text says which and why."""


class Process(Protocol):
    """As subprocess has them, the leader of a group of its own."""

    pid: int

    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


# From what the framework is told, an environment and the file for what it prints.
Begin = Callable[[Sequence[str], Mapping[str, str], Path], Process]


@cache
def _leash() -> int:
    """A pipe's end to read from; the other is never closed, and so ends with this process, be it killed."""
    return os.pipe()[0]


def begin(what: Sequence[str], environ: Mapping[str, str], log: Path) -> Process:
    """The framework, from nothing; it does not outlive this process."""
    with log.open("wb") as printed:
        return subprocess.Popen(
            [*FRAMEWORK, *what],
            cwd=ROOT,
            env=environ,
            stdin=_leash(),
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C reaches only us, and we stop the parts in order
        )


class Served:
    """One function of the `source`, from `start` to `stop`."""

    def __init__(self, name: str, port: int, log: Path, source: Path = SOURCE, begin: Begin = begin) -> None:
        self.name = name
        self._begin = begin
        self.url = f"http://{HOST}:{port}/"
        self.log = log
        self._what = ["--target", name, "--source", str(source), "--host", HOST, "--port", str(port)]
        self._process: Process | None = None

    def start(self, environ: Mapping[str, str]) -> None:
        self._process = self._begin(self._what, environ, self.log)

    def wait_until_ready(self, client: httpx.Client, deadline: float) -> None:
        """StartFailed with the end of the log if it dies, or does not answer by then (monotonic time)."""
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise StartFailed(f"{self.name} did not start:\n{self.tail()}")
            if self._answers(client):
                return
            time.sleep(POLL_S)
        raise StartFailed(f"{self.name} does not answer at {self.url}:\n{self.tail()}")

    def _answers(self, client: httpx.Client) -> bool:
        try:
            client.get(self.url + READY_PATH)
        except httpx.TransportError:
            return False
        return True

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of its process group too. StartFailed if it was never started."""
        if self._process is None:
            raise StartFailed(f"{self.name} was never started")
        return self._process.pid

    def kill(self) -> None:
        """End it at once, workers and all; nothing is answered and nothing tidied up."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def terminate(self) -> None:
        """Ask it to end; a request under way is still answered."""
        if self._process is not None:
            self._process.terminate()

    def wait(self) -> None:
        """Returns when it has ended, by force if it takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def stop_all(functions: Sequence[Served]) -> None:
    for each in functions:
        each.terminate()
    for each in functions:
        each.wait()


def kill_all(functions: Sequence[Served]) -> None:
    """As `stop_all`, without the two seconds of it: for those whose work nobody will look at any more."""
    for each in functions:
        if each.running:
            each.kill()
