"""Owns time and says who goes on next: everything that happens is a greenlet that waits for its moment.

No threads and no sleep. A process is what one instance does for one request; it dies as a whole. How long
its calls take is drawn from its own name and the seed, so that leaving out one thing changes little else.
"""

import heapq
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

MOMENTS_MAX = 100_000  # histories take some thousands
START = datetime(2026, 6, 1, 8, tzinfo=UTC)


class Endless(Exception):
    """It turns in a circle: something is asked for again and again."""


class Killed(BaseException):
    """The process is gone: nothing catches it, and whatever it still tries is not done."""


@dataclass(slots=True, kw_only=True, eq=False)
class Process:
    name: str
    random: Random
    skew: float = 0.0
    dead: bool = False
    greenlets: list[greenlet] = field(default_factory=list)
    waiting: list["Waiter"] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Waiter:
    who: greenlet
    fired: bool = False

    def __call__(self) -> None:
        if not self.fired and not self.who.dead:
            self.fired = True
            self.who.switch()


class Hub:
    """`moments_max`: so much may happen before it counts as endless."""

    def __init__(self, seed: int, *, moments_max: int = MOMENTS_MAX) -> None:
        self.seed = seed
        self.seconds = 0.0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._moments = 0
        self._moments_max = moments_max
        self._main = getcurrent()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def at(self, seconds: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (max(seconds, self.seconds), next(self._order), do))

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        self.at(self.seconds + seconds, do)

    def run(self, until: float) -> None:
        """Let happen all that is due until then."""
        while self._heap and self._heap[0][0] <= until:
            self._moments += 1
            if self._moments > self._moments_max:
                raise Endless
            self.seconds, _, do = heapq.heappop(self._heap)
            do()
        self.seconds = max(self.seconds, until)

    def process(self, name: str, *, skew: float = 0.0) -> Process:
        return Process(name=name, random=Random(f"{self.seed} {name}"), skew=skew)

    def start(self, process: Process, work: Callable[[], None]) -> None:
        """`work` runs from now on, and handles its own errors."""

        def run() -> None:
            try:
                if not process.dead:
                    work()
            except Killed:
                pass
            finally:
                process.greenlets.remove(made)
                self.nudge(process)

        made = greenlet(run, parent=self._main)
        process.greenlets.append(made)
        self.at(self.seconds, Waiter(made))

    def wait(self, process: Process, seconds: float) -> None:
        """The calling greenlet goes on so much later."""
        if process.dead:
            raise Killed
        self.after(seconds, Waiter(getcurrent()))
        self._main.switch()
        if process.dead:
            raise Killed

    def wait_for_others(self, process: Process, seconds: float | None = None) -> None:
        """Until another greenlet of the process has ended, or so long."""
        if process.dead:
            raise Killed
        waiter = Waiter(getcurrent())
        process.waiting.append(waiter)
        if seconds is not None:
            self.after(seconds, waiter)
        self._main.switch()
        if process.dead:
            raise Killed

    def nudge(self, process: Process) -> None:
        for waiter in process.waiting:
            self.at(self.seconds, waiter)
        process.waiting.clear()

    def kill(self, process: Process) -> None:
        """From inside, the caller then raises Killed; the others never get any further."""
        process.dead = True
        self.at(self.seconds, lambda: self._bury(process))

    @staticmethod
    def _bury(process: Process) -> None:
        for each in list(process.greenlets):
            if not each.dead:
                each.throw(Killed)


class Pool(Executor):
    """An executor whose workers are greenlets of one process."""

    def __init__(self, hub: Hub, process: Process, workers: int) -> None:
        self._hub = hub
        self._process = process
        self._workers = workers
        self._waiting: list[Callable[[], None]] = []
        self._running = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = Ending(self._hub, self._process)

        def work() -> None:
            try:
                if future.set_running_or_notify_cancel():
                    future.set_result(fn(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - as executors do, it is kept for whoever asks
                future.set_exception(error)
            finally:
                self._running -= 1
                self._fill()

        self._waiting.append(work)
        self._fill()
        return future

    def _fill(self) -> None:
        while self._waiting and self._running < self._workers and not self._process.dead:
            self._running += 1
            self._hub.start(self._process, self._waiting.pop(0))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - as executors have it
        while (self._running or self._waiting) and not self._process.dead:
            self._hub.wait_for_others(self._process)


class Ending(Future[Any]):
    """Whoever asks for its end waits for it without stopping the others."""

    def __init__(self, hub: Hub, process: Process) -> None:
        super().__init__()
        self._hub = hub
        self._process = process

    def result(self, timeout: float | None = None) -> Any:
        while not self.done():
            self._hub.wait_for_others(self._process)
        return super().result(timeout)


def first_ended(hub: Hub, process: Process, running: set[Future[Any]], seconds: float) -> set[Future[Any]]:
    end = hub.seconds + seconds
    while not (ended := {one for one in running if one.done()}) and hub.seconds < end:
        hub.wait_for_others(process, end - hub.seconds)
    return ended
