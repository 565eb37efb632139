"""Which hosts' meetings Zoom takes no more updates of for now: it counts them for each host and day."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from functions.core.errors import RetryLater


class Hosts:
    """Safe to share between threads. Other instances of the service find out for themselves."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._until: dict[str, datetime] = {}

    def hold(self, host: str, seconds: float) -> None:
        with self._lock:
            self._until[host] = self._now() + timedelta(seconds=seconds)

    def check(self, host: str) -> None:
        with self._lock:
            left = (self._until.get(host, self._now()) - self._now()).total_seconds()
        if left > 0:
            raise RetryLater("Zoom takes no more updates of this host's meetings for now", delay=left)
