"""Where events lie in time, roughly, so that a window is read without looking at all of a calendar."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Hashable, Iterator
from datetime import datetime
from typing import Generic, TypeVar

_WEEK_S = 7 * 86_400
_WEEKS_MAX = 110  # what lies in more of them is looked at for every window
Key = TypeVar("Key", bound=Hashable)


class TimeIndex(Generic[Key]):
    """Whatever touches one of the weeks of a window may lie in the window."""

    def __init__(self) -> None:
        self._weeks: dict[int, dict[Key, None]] = {}
        self._numbers: list[int] = []  # of the weeks there are, ascending
        self._places: dict[Key, range] = {}
        self._anywhere: dict[Key, None] = {}

    def put(self, key: Key, times: tuple[datetime, datetime] | None) -> None:
        """Note where an event lies from now on; None: it has no end, or no times that can be read."""
        self._take_out(key)
        place = range(_number(times[0]), _number(times[1]) + 1) if times else range(0)
        if not 0 < len(place) <= _WEEKS_MAX:
            self._anywhere[key] = None
            return
        self._places[key] = place
        for number in place:
            if number not in self._weeks:
                self._weeks[number] = {}
                insort(self._numbers, number)
            self._weeks[number][key] = None

    def between(self, low: datetime | None, high: datetime | None) -> Iterator[Key]:
        """Yield what may lie in a window, each once; None leaves it open to that side."""
        first = bisect_left(self._numbers, _number(low)) if low else 0
        last = bisect_right(self._numbers, _number(high)) if high else len(self._numbers)
        found = dict(self._anywhere)
        for number in self._numbers[first:last]:
            found |= self._weeks[number]
        return iter(found)

    def _take_out(self, key: Key) -> None:
        self._anywhere.pop(key, None)
        for number in self._places.pop(key, ()):
            del self._weeks[number][key]


def _number(moment: datetime) -> int:
    return int(moment.timestamp() // _WEEK_S)
