"""Which users rest, as one instance knows it: it looks twice a minute, so a sync costs no read more.

What another instance has learned since costs at most a call that is refused once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from functions.core.enrolment import Rest
from functions.ports import Store

LOOK_EVERY = timedelta(seconds=30)
LONG_AGO = datetime.min.replace(tzinfo=UTC) + LOOK_EVERY


@dataclass(slots=True)
class Rests:
    """Those that were `seen` to rest, until the next look at `look_at`. May be used in any thread."""

    seen: Mapping[str, Rest] = field(default_factory=dict)
    look_at: datetime = LONG_AGO
    _lock: Lock = field(default_factory=Lock)

    def begin(self, store: Store, user: str, rest: Rest) -> None:
        """All calendars of the user rest, from now on here, and soon in all other instances."""
        store.rest(user, rest)
        self._learn({user: rest})

    def until(self, store: Store, user: str, now: datetime) -> datetime | None:
        if self._must_look(now):
            self._learn(store.resting(now))
        rest = self.seen.get(user)
        return rest.until if rest else None

    def _must_look(self, now: datetime) -> bool:
        """One thread looks, and the others go on with what is known."""
        with self._lock:
            fresh = self.look_at - LOOK_EVERY <= now < self.look_at
            self.look_at = self.look_at if fresh else now + LOOK_EVERY
            return not fresh

    def _learn(self, found: Mapping[str, Rest]) -> None:
        with self._lock:
            known = self.seen
            self.seen = {**known, **{user: max(rest, known.get(user, rest)) for user, rest in found.items()}}
