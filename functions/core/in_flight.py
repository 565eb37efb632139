"""Calls that may still take effect though something newer was told since: nobody knows how they ended.

The process that made such a call was killed, or heard no answer in time. Its system may carry it out late,
and so undo what it was told after it: what the call changes is told once more when it can no longer arrive.
How long that is, no vendor says: `LANDS_WITHIN` is our bound (docs/architecture.md).

Pure transitions, as in `telling`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from functions.core.conference import Conference, Intent, applied
from functions.core.model import Kind
from functions.core.pending import is_untold
from functions.core.told import Told

# One minute for the calls of a change (adapters/web/client.py), the rest for its system to carry them out.
LANDS_WITHIN = timedelta(minutes=4)
IN_FLIGHT_MAX = 20


def overtake(conference: Conference, call: Intent | None, *, now: datetime) -> Conference:
    """Another call is begun while this one may still arrive, or has ended and nobody knows whether it did."""
    if call is None:
        return conference
    if call.until <= now:  # an update may have made it anew
        return replace(conference, deleted_at=None) if call.kind is Kind.UPDATED else conference
    return replace(conference, in_flight=(*conference.in_flight, call))


def end(conference: Conference, call: Intent, *, once: bool = False) -> Conference:
    """It is known how this call ended; with `once` also that its other tries have no effect any more."""
    others = (other for other in conference.in_flight if other != call)
    left = tuple(other for other in others if not (once and other.revision == call.revision))
    return replace(conference, in_flight=left)


def is_full(conference: Conference) -> bool:
    return len(conference.in_flight) >= IN_FLIGHT_MAX


def lapse(conference: Conference, *, now: datetime, resets: bool) -> Conference:
    """Those that can no longer arrive may have: what they change must be told anew."""
    over = [call for call in conference.in_flight if call.until <= now]
    for call in over:
        conference = anew(end(conference, call), call, now=now, resets=resets)
    return conference


def anew(conference: Conference, call: Intent, *, now: datetime, resets: bool) -> Conference:
    """This call took effect, or may have, after a newer one.

    What is begun is begun anew, under a name of its own: a system that knows changes by their ids may have
    carried it out before, and would not again. Nothing is where it said what was told since, too.
    """
    if _changed_nothing(conference, call, resets=resets):
        return conference
    conference = replace(overtake(conference, conference.intent, now=now), intent=None)
    owed = replace(conference, applied="") if call.occurrence is None else conference
    owed = replace(owed, occurrences=_again(owed, call, resets=resets))
    if not owed.holds:
        ended = owed.deleted_at is not None and call.kind is Kind.UPDATED
        return replace(owed, delete_at=owed.delete_at or now) if ended else owed
    return replace(owed, follow_at=owed.follow_at or now) if is_untold(owed) else owed


def _again(conference: Conference, call: Intent, *, resets: bool) -> Mapping[str, Told]:
    undone = _undoes_occurrences(conference, call, resets=resets)
    return {
        start: replace(told, again=True) if undone or start == call.occurrence else told
        for start, told in conference.occurrences.items()
    }


def _changed_nothing(conference: Conference, call: Intent, *, resets: bool) -> bool:
    told = applied(conference, call.occurrence, call.series_id) == call.fingerprint
    last = conference.revision == call.revision
    return told and (last or not _undoes_occurrences(conference, call, resets=resets))


def _undoes_occurrences(conference: Conference, call: Intent, *, resets: bool) -> bool:
    """A deletion does, an update of another event than the primary, and with `resets` any update."""
    if call.kind is Kind.UPDATED:
        return resets or call.source not in {hold.ref for hold in conference.holds[:1]}
    return call.kind is Kind.DELETED
