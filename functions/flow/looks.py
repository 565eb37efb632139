"""What was seen around deletions: one look at a user's calendars serves all of them for a minute."""

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from functions.core.conference import Conference
from functions.core.errors import AccessLost, RetryLater
from functions.core.fields import plainest
from functions.core.model import ConferenceKey

# What happens between the look and the deletion is not seen. The changes of 2,000 calendars take half of it,
# eight at once at 120 ms; and it is a fifth of the usual grace, in which what is moved has long arrived.
COUNTS_FOR = timedelta(seconds=60)


class Shown(NamedTuple):
    """What an event shows: `carries` is what that is by the settings, `plain` is its id."""

    carries: ConferenceKey | None
    plain: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What the changes of one calendar carry: conferences, and ids of such whose solution is not known.
    `shown`: what all its events show that are not over, where that was looked at. `unclear`: that cannot be
    found out for now; `failed`: why nothing could be read.
    """

    calendar_id: str
    carried: frozenset[ConferenceKey] = frozenset()
    nameless: frozenset[str] = frozenset()
    shown: frozenset[Shown] = frozenset()
    unclear: bool = False
    failed: RetryLater | AccessLost | None = None

    def may_take_up(self, conference: Conference) -> bool:
        """Whether a read of the calendar may find an event that carries it."""
        key = conference.key
        return self.unclear or key in self.carried or plainest(key.id) in self.nameless

    def passes_over(self, conference: Conference) -> bool:
        """Whether an event shows it as it was held, and is by the settings of nobody or of another system."""
        plain, labels = plainest(conference.key.id), {hold.label for hold in conference.released}
        return any(
            one.plain == plain and one.carries != conference.key and ("" in labels or one.label in labels)
            for one in self.shown
        )


Look = Future[Sequence[Glance]]


@dataclass(slots=True)
class Looks:
    """The last look of each kind at each user's calendars, and when it began. May be used in any thread."""

    _last: dict[Hashable, tuple[datetime, Look]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def at(self, what: Hashable, since: datetime, *, now: datetime, begin: Callable[[], Look]) -> Look:
        """One that began after `since` and not too long ago, or a new one; others wait for it to end."""
        with self._lock:
            began, look = self._last.get(what, (None, None))
            if began and look and since <= began and now < began + COUNTS_FOR and not _broke_off(look):
                return look
            look = begin()
            self._last[what] = now, look
            return look


def _broke_off(look: Look) -> bool:
    return look.done() and look.exception() is not None
