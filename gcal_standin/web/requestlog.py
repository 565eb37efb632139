"""What was asked of the stand-in, so that a test can count calls and bytes."""

import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

_KEPT_MAX = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    method: str  # such as "events.list"; the path where no method was found
    verb: str
    path: str
    query: dict[str, list[str]]
    status: int
    reason: str | None
    bytes: int  # of the answer's body
    at_ms: int


class RequestLog:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=_KEPT_MAX)
        self._calls: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)
            self._calls[entry.method] += 1
            self._bytes[entry.method] += entry.bytes

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._calls.clear()
            self._bytes.clear()

    def entries(self, method: str | None = None) -> list[Entry]:
        with self._lock:
            return [entry for entry in self._entries if method in (None, entry.method)]

    def summary(self) -> dict[str, Any]:
        with self._lock:
            return {
                "total": self._calls.total(),
                "bytes": self._bytes.total(),
                "calls": dict(self._calls),
                "bytesOf": dict(self._bytes),
                "requests": [asdict(entry) for entry in self._entries],
            }
