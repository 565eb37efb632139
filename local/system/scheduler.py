"""Calls a private function again and again, as Cloud Scheduler does."""

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread

import httpx

log = logging.getLogger(__name__)


class Scheduler:
    """Runs in a thread of its own from `start` to `stop`; the first call comes after the first pause."""

    def __init__(self, name: str, every: float, call: Callable[[], httpx.Response]) -> None:
        self._every = every
        self._call = call
        self._stopping = Event()
        self._thread = Thread(target=self._run, name=f"scheduler-{name}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No call begins any more; one under way goes on until `join` returns."""
        self._stopping.set()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                answer = self._call()
            except httpx.TransportError as error:
                if not self._stopping.is_set():
                    log.warning("%s: no answer: %s", self._thread.name, error)
            else:
                if not answer.is_success:
                    log.warning("%s: HTTP %s: %s", self._thread.name, answer.status_code, answer.text)


def join_all(schedulers: Sequence[Scheduler]) -> None:
    for each in schedulers:
        each.join()
