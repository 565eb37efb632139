"""What was seen around deletions: one look at a user's calendars serves all of them for a minute."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from functions.core.conference import Conference
from functions.core.errors import AccessLost, RetryLater
from functions.core.fields import plainest
from functions.core.model import ConferenceKey

# What happens between the look and the deletion is not seen. 2,000 calendars take half of this, eight at once
# at 120 ms; and it is a fifth of the usual grace, in which what is moved has long arrived.
COUNTS_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What the changes of one calendar carry: conferences, and ids of such whose solution is not known.
    `passed_over`: ids and labels of such in all of its events. `unclear`: that cannot be found out for now;
    `failed`: why nothing could be read.
    """

    calendar_id: str
    carried: frozenset[ConferenceKey] = frozenset()
    nameless: frozenset[str] = frozenset()
    passed_over: frozenset[tuple[str, str]] = frozenset()
    unclear: bool = False
    failed: RetryLater | AccessLost | None = None

    def may_carry(self, conference: Conference) -> bool:
        """Also if the settings no longer name its solution."""
        plain = plainest(conference.key.id)
        labelled = {(plain, hold.label) for hold in conference.released}
        seen = conference.key in self.carried or plain in self.nameless
        return self.unclear or seen or not labelled.isdisjoint(self.passed_over)


Look = Future[Sequence[Glance]]


@dataclass(slots=True)
class Looks:
    """The last look at each user's calendars, and the last whole one, and when it began. For any thread."""

    _by_user: dict[tuple[str, bool], tuple[datetime, Look]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def at(
        self, user: str, since: datetime, *, now: datetime, begin: Callable[[], Look], whole: bool = False
    ) -> Look:
        """One that began after `since` and not too long ago, or a new one; others wait for it to end."""
        with self._lock:
            began, look = self._by_user.get((user, whole), (None, None))
            if began and look and since <= began and now < began + COUNTS_FOR and not _broke_off(look):
                return look
            look = begin()
            self._by_user[user, whole] = now, look
            return look


def _broke_off(look: Look) -> bool:
    return look.done() and look.exception() is not None
