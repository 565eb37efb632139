"""Cloud Run in front of one function: so many instances with so many slots each.

A request that finds none waits for up to 3.5 times the average start of an instance, or 10 seconds if that
is longer, and is then answered 429 (cloud.google.com/run/docs/about-instance-autoscaling). Starts take no
time here, and the first instance with a free slot is taken. Pure, as `subscription`.
"""

from collections import deque
from typing import Generic, NamedTuple, TypeVar

PATIENCE_S = 10.0

T = TypeVar("T")


class Begun(NamedTuple, Generic[T]):
    """A request, and the number of the instance that has it."""

    request: T
    instance: int


class Instances(Generic[T]):
    def __init__(self, instances: int, slots: int) -> None:
        self._free = [slots] * instances
        self._waiting: deque[tuple[float, T]] = deque()
        self.refusals = 0

    def arrive(self, request: T, now: float) -> None:
        self._waiting.append((now + PATIENCE_S, request))

    def left(self, instance: int) -> None:
        """A request of this instance has ended."""
        self._free[instance] += 1

    def begin(self) -> list[Begun[T]]:
        """Those that find a slot now."""
        begun: list[Begun[T]] = []
        while self._waiting and (free := [n for n, slots in enumerate(self._free) if slots]):
            self._free[free[0]] -= 1
            begun.append(Begun(self._waiting.popleft()[1], free[0]))
        return begun

    def refuse(self, now: float) -> list[T]:
        """Those that have waited too long."""
        refused: list[T] = []
        while self._waiting and self._waiting[0][0] <= now:
            refused.append(self._waiting.popleft()[1])
        self.refusals += len(refused)
        return refused

    def next_at(self) -> float | None:
        """When the next has waited too long."""
        return self._waiting[0][0] if self._waiting else None
