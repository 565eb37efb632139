"""Starts functions again that have died, as their host does."""

from threading import Event, Thread
from types import TracebackType
from typing import Self

from local.system.system import System

POLL_S = 0.02


class Keeper:
    """Runs inside a `with`, and ends before the system does."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._leaving = Event()
        self._thread = Thread(target=self._run, name="keeper")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._leaving.wait(POLL_S):
            for name, function in self._system.functions.items():
                if not function.running:
                    self._system.start_again(name)
