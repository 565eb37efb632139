"""Access tokens, kept in the warm instance while they last."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, Protocol, TypeVar

from functions.core.errors import RetryLater

WAIT_S = 20.0  # for another thread's fetch


class Lasting(Protocol):
    """`until` is the end of its use, by the clock that the cache was given."""

    @property
    def until(self) -> float: ...


T = TypeVar("T", bound=Lasting)


class Cache(Generic[T]):
    """Safe to share between threads: one of them fetches, the others wait for what it gets."""

    def __init__(self, fetch: Callable[[], T], *, clock: Callable[[], float], slow: str) -> None:
        self._fetch = fetch
        self._clock = clock
        self._slow = slow
        self._lock = Lock()
        self._kept: T | None = None

    def get(self, *, refused: T | None = None) -> T:
        """A token that lasts, but not the one that was refused. RetryLater with `slow` if it takes long."""
        if not self._lock.acquire(timeout=WAIT_S):
            raise RetryLater(self._slow)
        try:
            kept = self._kept
            if kept is None or kept is refused or kept.until <= self._clock():
                self._kept = None
                kept = self._kept = self._fetch()
            return kept
        finally:
            self._lock.release()
