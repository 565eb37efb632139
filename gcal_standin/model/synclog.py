"""The order in which a calendar's events last changed. A sync token is a position in it."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class SyncLog(Generic[Key]):
    def __init__(self) -> None:
        # A dict keeps insertion order: re-inserting a key moves it to the end.
        self._positions: dict[Key, int] = {}
        self.last = 0

    def record(self, key: Key) -> int:
        self.last += 1
        return self.restore(key, self.last)

    def restore(self, key: Key, position: int) -> int:
        self._positions.pop(key, None)
        self._positions[key] = position
        self.last = max(self.last, position)
        return position

    def since(self, position: int) -> list[Key]:
        """Keys of what changed after `position`, oldest first; the cost is the number of changes."""
        found = []
        for key in reversed(self._positions):
            if self._positions[key] <= position:
                break
            found.append(key)
        return found[::-1]
