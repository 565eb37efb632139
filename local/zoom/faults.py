"""Trouble on order: what the next calls should suffer."""

import threading
from dataclasses import dataclass, field

DAILY = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted."
TOKEN = "TOKEN"  # in place of a method: a call for a token


@dataclass(slots=True, kw_only=True)
class Fault:
    """`status` answers without doing, `drop` does without answering, `slow` does and answers late.

    `method` names the calls that it waits for, all if empty. A text that is no JSON is sent as XML or HTML.
    """

    kind: str
    method: str = ""
    count: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    text: str = '{"code": 300, "message": "as ordered"}'
    seconds: float = 1.0


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def next_for(self, method: str) -> Fault | None:
        """The first fault that waits for this call; its count goes down by one."""
        with self._lock:
            for fault in self._waiting:
                if fault.method in {"", method}:
                    fault.count -= 1
                    if fault.count < 1:
                        self._waiting.remove(fault)
                    return fault
        return None
