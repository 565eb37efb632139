"""The functions of `main.py` but `connect_calendar`, for functions-framework's `--source`; and one of them is
killed, as by `kill -9`, at the effect that is set in the folder that CRASH_FOLDER names.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from functions import wiring
from local.crash.points import FOLDER, Points
from main import initialize_syncing, receive_notification, renew_channels, sweep_calendars, sync_calendar

if TYPE_CHECKING:
    from functions.flow.context import Context
    from functions.ports import Queue

__all__ = [
    "initialize_syncing",
    "receive_notification",
    "renew_channels",
    "sweep_calendars",
    "sync_calendar",
]
EFFECTS = {
    "calendar": {"write", "watch", "stop"},
    "provider": {"apply"},
    "queue": {"publish"},
    "store": {"save", "transact", "ask_again", "rest", "remove"},
}


class Killer:
    """Counts this process's effects since a point was set."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._lock = Lock()
        self._setting = 0
        self._made: Counter[str] = Counter()

    def around(self, function: str, effect: str, make: Callable[..., Any]) -> Callable[..., Any]:
        def made(*args: Any, **more: Any) -> Any:
            self._points.note(function, effect)
            dies = self._dies(function, effect)
            if dies and dies.before:
                self._kill()
            outcome = make(*args, **more)
            if dies:
                self._kill()
            return outcome

        return made

    def _dies(self, function: str, effect: str) -> Any:
        """The point, if this effect is the one."""
        found = self._points.read()
        if found is None:
            return None
        point, setting = found
        with self._lock:
            if setting != self._setting:
                self._setting, self._made = setting, Counter()
            self._made[effect] += 1
            here = (function, effect, self._made[effect])
        return point if here == (point.function, point.effect, point.number) else None

    def _kill(self) -> None:
        """The framework's master as well as its worker: they are a process group of their own."""
        if self._points.strike():
            os.killpg(os.getpgid(0), signal.SIGKILL)


class Killable:
    """An adapter whose effects pass through the killer."""

    def __init__(self, port: str, inner: Any, function: str) -> None:
        self._port, self._inner, self._function = port, inner, function

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in EFFECTS[self._port]:
            return found
        return killer.around(self._function, f"{self._port}.{name}", found)


killer = Killer(Points(Path(os.environ[FOLDER])))
_context, _queue = wiring.context, wiring.queue


@cache
def context(function: str) -> "Context":
    made = _context(function)
    return replace(
        made,
        calendar=Killable("calendar", made.calendar, function),
        provider=lambda name: Killable("provider", made.provider(name), function),
        store=Killable("store", made.store, function),
    )


@cache
def queue(function: str) -> "Queue":
    return Killable("queue", _queue(function), function)


wiring.context, wiring.queue = context, queue
