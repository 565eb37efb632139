"""What pages are told: the picture when it differs, each line when it grows. Each page reads on where it was.

A page that was away, or comes anew, is told the newest state of everything that it has missed.
"""

import json
import threading
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

LINES_KEPT = 200
STARTING, RUNNING, ENDED = "starting", "running", "ended"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a page is told; `seq` rises with everything that changes."""

    seq: int
    kind: str
    data: Any


@dataclass(slots=True)
class News:
    """Written by one thread, read by many. `run` is another one each time: then nothing old counts."""

    run: str = field(default_factory=lambda: uuid4().hex[:8])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seqs: Any = field(default_factory=lambda: count(1))
    _picture: str = ""
    _phase: str = STARTING
    _items: dict[str, Item] = field(default_factory=dict)
    _calendar: int = 0

    def phase(self, phase: str) -> None:
        with self._lock:
            self._phase = phase
            self._keep("phase", "phase", {"phase": phase})

    @property
    def running(self) -> bool:
        return self._phase == RUNNING

    def line(self, number: int, data: Any) -> None:
        with self._lock:
            self._keep(f"line-{number}", "line", data)
            self._items.pop(f"line-{number - LINES_KEPT}", None)

    def calendar_changed(self) -> None:
        with self._lock:
            self._calendar += 1
            self._keep("calendar", "calendar", {"version": self._calendar})

    def picture(self, picture: Any) -> None:
        text = json.dumps(picture)
        with self._lock:
            if text != self._picture:
                self._picture = text
                self._keep("picture", "picture", picture)

    def since(self, seq: int) -> list[Item]:
        """What is newer, the oldest first."""
        with self._lock:
            return sorted((item for item in self._items.values() if item.seq > seq), key=lambda it: it.seq)

    def _keep(self, name: str, kind: str, data: Any) -> None:
        self._items[name] = Item(next(self._seqs), kind, data)
