"""Who asked for a calendar to be enrolled or left, and what may have come of it in the end."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True, eq=False)
class Asked:
    """One call, from its beginning to its answer; `done` if it was told that all is well."""

    enrols: bool
    began: float
    ended: float = float("inf")
    done: bool = False

    def end(self, at: float, *, done: bool) -> None:
        self.ended, self.done = at, done


@dataclass(slots=True, kw_only=True)
class Asking:
    calls: dict[str, list[Asked]] = field(default_factory=lambda: defaultdict(list))

    def begin(self, calendar_id: str, at: float, *, enrols: bool) -> Asked:
        asked = Asked(enrols=enrols, began=at)
        self.calls[calendar_id].append(asked)
        return asked

    def last(self, calendar_id: str) -> Asked | None:
        return self.calls[calendar_id][-1] if self.calls[calendar_id] else None

    def enrolled(self, calendar_id: str) -> bool | None:
        """In the end; None where calls crossed, or the last one was never answered."""
        *before, last = self.calls[calendar_id] or [Asked(enrols=False, began=0, ended=0, done=True)]
        certain = last.done and all(one.ended <= last.began for one in before)
        return last.enrols if certain else None

    def enrolled_since(self, calendar_id: str) -> float:
        """When the last call that enrols it began; never if there is none."""
        return max((one.began for one in self.calls[calendar_id] if one.enrols), default=float("inf"))

    def enrolled_whole(self, calendar_ids: Sequence[str]) -> bool:
        """Whether each call that enrols one of them, and there are some, was told that all is well: who was
        cut off in between may have kept a grant that no calendar needs, until its user disconnects.
        """
        enrols = [one for name in calendar_ids for one in self.calls[name] if one.enrols]
        return bool(enrols) and all(one.done for one in enrols)

    def ever_left(self, calendar_id: str) -> bool:
        return any(not one.enrols for one in self.calls[calendar_id])
