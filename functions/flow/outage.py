"""What one instance knows of failures, so that few deliveries fail and a dead system holds up nobody.

Pub/Sub answers failed deliveries by holding back the whole subscription (its push backoff), and a call to a
system that hangs takes a thread for a minute. Times are of one monotonic clock, in seconds.
"""

from dataclasses import dataclass, field
from threading import Lock

RETRIES_AT_ONCE = 5
ONE_MORE_EVERY_S = 60.0  # ten instances then fail a delivery every six seconds at the most
CONFERENCES_MIN = 3  # that fail, and none works between: then it is not about one of them
REFUSED_MIN = 5  # conferences, as above: then its answer is not about one of them
REFUSED_MAX = 10_000  # in memory
OUT_AFTER_S = 30.0  # shorter trouble is over before its messages come again
PROBE_EVERY_S = 15.0


@dataclass(slots=True)
class QuickRetries:
    """The ration of deliveries that may fail so that their messages come again within seconds, although what
    they are about is stored as due. May be used in any thread.
    """

    _left: float = RETRIES_AT_ONCE
    _at: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def take(self, now: float) -> bool:
        """Whether one more may fail."""
        with self._lock:
            gained = (now - self._at) / ONE_MORE_EVERY_S
            self._left, self._at = min(RETRIES_AT_ONCE, self._left + gained), now
            may = self._left >= 1
            self._left -= may
            return may


@dataclass(slots=True, kw_only=True)
class Outage:
    """A conference system that has failed `since` then, and has not worked in between. It is out once it has
    failed for so many conferences and so long, or refused so many in a way that may be of all. May be used in
    any thread. `why` is what it said last.
    """

    since: float
    why: str = ""
    _conferences: set[str] = field(default_factory=set)
    _refused: set[str] = field(default_factory=set)
    _probed_at: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def note(self, conference_id: str) -> None:
        with self._lock:
            if len(self._conferences) < CONFERENCES_MIN:
                self._conferences.add(conference_id)

    def note_refusal(self, conference_id: str) -> None:
        with self._lock:
            if len(self._refused) < REFUSED_MAX:
                self._refused.add(conference_id)

    @property
    def refuses_all(self) -> bool:
        return len(self._refused) >= REFUSED_MIN

    def shuts(self, now: float, conference_id: str) -> bool:
        """Whether no call is to be made for it now: the system is out, and it is not time yet to try it once
        more. A system that answers is asked about each conference once: however many it refuses, they hold
        up no other.
        """
        unheard = conference_id not in self._refused and len(self._refused) < REFUSED_MAX
        if unheard and not self._fails(now):
            return False
        return self.lasts(now) and now - self._probed_at < PROBE_EVERY_S

    def lasts(self, now: float) -> bool:
        """Whether it is out: what fails then is not about its conference."""
        return self.refuses_all or self._fails(now)

    def _fails(self, now: float) -> bool:
        return len(self._conferences) >= CONFERENCES_MIN and now - self.since >= OUT_AFTER_S

    def lets(self, now: float, conference_id: str) -> bool:
        """Whether this call may be made; of several that are to see the system return, the first."""
        with self._lock:
            if self.shuts(now, conference_id):
                return False
            self._probed_at = now
            return True
