"""The order in which a calendar's events last changed. A sync token is a position in it."""


class SyncLog:
    def __init__(self) -> None:
        # A dict keeps insertion order: re-inserting an id moves it to the end.
        self._positions: dict[str, int] = {}
        self.last = 0

    def record(self, event_id: str) -> int:
        self.last += 1
        return self.restore(event_id, self.last)

    def restore(self, event_id: str, position: int) -> int:
        self._positions.pop(event_id, None)
        self._positions[event_id] = position
        self.last = max(self.last, position)
        return position

    def since(self, position: int) -> list[str]:
        """Ids changed after `position`, oldest first; the cost is the number of changes."""
        found = []
        for event_id in reversed(self._positions):
            if self._positions[event_id] <= position:
                break
            found.append(event_id)
        return found[::-1]
