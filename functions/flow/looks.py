"""What was seen around deletions: one look at a user's calendars serves all of them for a minute."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from functions.core.errors import AccessLost, RetryLater
from functions.core.fields import plainest
from functions.core.model import ConferenceKey

# What happens between the look and the deletion is not seen. 2,000 calendars take half of this, eight at once
# at 120 ms; and it is a fifth of the usual grace, in which what is moved has long arrived.
COUNTS_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What the changes of one calendar carry: conferences, and ids of such whose solution is not known.
    `unclear`: that cannot be found out for now; `failed`: why nothing could be read.
    """

    calendar_id: str
    carried: frozenset[ConferenceKey] = frozenset()
    nameless: frozenset[str] = frozenset()
    unclear: bool = False
    failed: RetryLater | AccessLost | None = None

    def may_carry(self, key: ConferenceKey) -> bool:
        """Also if the settings no longer name its solution."""
        return self.unclear or key in self.carried or plainest(key.id) in self.nameless


Look = Future[Sequence[Glance]]


@dataclass(slots=True)
class Looks:
    """The last look at each user's calendars, and when it began. May be used in any thread."""

    _by_user: dict[str, tuple[datetime, Look]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def at(self, user: str, since: datetime, *, now: datetime, begin: Callable[[], Look]) -> Look:
        """One that began after `since` and not too long ago, or a new one; others wait for it to end."""
        with self._lock:
            began, look = self._by_user.get(user, (None, None))
            if began and look and since <= began and now < began + COUNTS_FOR and not _broke_off(look):
                return look
            look = begin()
            self._by_user[user] = now, look
            return look


def _broke_off(look: Look) -> bool:
    return look.done() and look.exception() is not None
