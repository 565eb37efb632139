"""Trouble on order: what the next calls of the conference system should suffer."""

import threading
from dataclasses import dataclass, field
from typing import Any

KINDS = ("status", "hang", "slow", "drop", "lose")


@dataclass(slots=True, kw_only=True)
class Fault:
    """`status` answers without doing, `drop` does without answering, `lose` does neither, `slow` answers
    late, `hang` never.

    `conference_id` is whose calls suffer it, all if None; Zoom and Webex go by the name of the call. With
    `echo` a status comes with words that repeat the event, as many systems' do, with `text` with that.
    """

    kind: str
    count: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 1.0
    conference_id: str | None = None
    echo: bool = False
    text: str = ""

    @classmethod
    def read(cls, wish: dict[str, Any]) -> "Fault":
        """ValueError or TypeError if the wish is not one of ours."""
        fault = cls(**wish)
        if fault.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        return fault


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

    def next_for(self, conference_id: object) -> Fault | None:
        """The first fault that waits for this conference or for any; its count goes down by one."""
        with self._lock:
            for fault in self._waiting:
                if fault.conference_id in (None, conference_id):
                    fault.count -= 1
                    if fault.count < 1:
                        self._waiting.remove(fault)
                    return fault
        return None
