"""Which users rest, as one instance knows it: it looks twice a minute, so a sync costs no read more.

What another instance has learned since costs at most a call that is refused once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from functions.core.enrolment import Rest
from functions.ports import Store

LOOK_EVERY = timedelta(seconds=30)


@dataclass(slots=True)
class Rests:
    """May be used in any thread."""

    _seen: dict[str, Rest] = field(default_factory=dict)
    _looked_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def begin(self, store: Store, user: str, rest: Rest) -> None:
        """All calendars of the user rest, from now on here, and soon in all other instances."""
        store.rest(user, rest)
        self._learn({user: rest})

    def until(self, store: Store, user: str, now: datetime) -> datetime | None:
        if self._must_look(now):
            self._learn(store.resting(now))
        rest = self._seen.get(user)
        return rest.until if rest else None

    def _must_look(self, now: datetime) -> bool:
        """One thread looks, and the others go on with what is known."""
        with self._lock:
            fresh = self._looked_at and self._looked_at <= now < self._looked_at + LOOK_EVERY
            self._looked_at = self._looked_at if fresh else now
            return not fresh

    def _learn(self, found: Mapping[str, Rest]) -> None:
        with self._lock:
            known = self._seen
            self._seen = known | {user: max(rest, known.get(user, rest)) for user, rest in found.items()}
