"""Calls to a conference's system, as its record keeps them: begun, carried out, failed, refused, in flight.

A call is in flight if nobody knows how it ended (its process was killed, or got no answer in time) and
something newer was pushed after it. Its system may carry it out late and so undo the newer push. So what the
call changes is pushed once more when it can no longer arrive. No vendor says how long that takes:
`LANDS_WITHIN` is our bound (docs/architecture.md).

Pure transitions, each from a record to the next one.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from functions.core.conference import (
    Conference,
    Entry,
    Intent,
    Pushed,
    Refusal,
    applied,
    is_pending,
    newest,
    note,
)
from functions.core.model import Kind

# One minute for the calls of a change (adapters/web/client.py), the rest for its system to carry them out.
LANDS_WITHIN = timedelta(minutes=4)
IN_FLIGHT_MAX = 20
REFUSED_LEAST, REFUSED_MOST = timedelta(minutes=5), timedelta(days=1)
REFUSED_TIMES_MAX = 10  # what is counted; the wait is a day by then


def intend(conference: Conference, intent: Intent, *, now: datetime) -> Conference:
    """The change is about to be pushed. If the same one was begun before, this is a retry with its revision.

    From here to `done` it is uncertain what the system holds, so even a change back must be pushed, also to
    what was refused before. The call begun before this one may still be under way.
    """
    before = conference.intent
    retried = before is not None and _same(before, intent)
    revision = conference.revision + (0 if retried else 1)
    named = replace(intent, row=before.row, refused=before.refused) if before and retried else intent
    begun = replace(conference, revision=revision, intent=replace(named, revision=revision))
    if intent.kind is Kind.DELETED:
        begun = replace(begun, occurrences=all_again(begun))
    return _left_pending(overtake(begun, before, now=now), intent)


def defer(conference: Conference, intent: Intent, *, now: datetime) -> Conference:
    """Enough was pushed in one go: this change is due after the others."""
    return replace(leave_pending(conference, intent, now=now), push_at=conference.push_at or now)


def leave_pending(conference: Conference, intent: Intent, *, now: datetime) -> Conference:
    """The change is to be pushed later. An unfinished change stays so, under its own id. But if it is of the
    same target, this one replaces it: then its outcome is not the last word.
    """
    before = conference.intent
    if before and before.occurrence == intent.occurrence and not _same(before, intent):
        conference = replace(overtake(conference, before, now=now), intent=None)
    return _left_pending(conference, intent)


def _left_pending(conference: Conference, intent: Intent) -> Conference:
    if intent.occurrence:
        return occurrence(conference, intent, pending=True)
    return replace(conference, applied="", refused=None)


def occurrence(
    conference: Conference, intent: Intent, *, pending: bool, refused: Refusal | None = None
) -> Conference:
    pushed = Pushed(
        fingerprint=intent.fingerprint,
        event_id=intent.source.event_id,
        series_id=intent.series_id,
        pending=pending,
        refused=refused,
    )
    return replace(conference, occurrences=newest({**conference.occurrences, str(intent.occurrence): pushed}))


def all_again(conference: Conference) -> Mapping[str, Pushed]:
    return {start: replace(pushed, pending=True) for start, pushed in conference.occurrences.items()}


def _same(one: Intent, other: Intent) -> bool:
    return (one.kind, one.fingerprint, one.occurrence) == (other.kind, other.fingerprint, other.occurrence)


def give_up(conference: Conference, call: Intent, *, now: datetime) -> Conference:
    """This call will no longer take effect."""
    if conference.intent == call:
        return replace(conference, intent=replace(call, until=now))
    return end(conference, call)


def fail(conference: Conference, call: Intent, *, now: datetime, resets: bool) -> Conference:
    """This call has failed for now. It may have taken effect before that, and after a newer one."""
    given_up = give_up(conference, call, now=now)
    overtaken = conference.revision > call.revision
    return anew(given_up, call, now=now, resets=resets) if overtaken else given_up


def done(
    conference: Conference,
    call: Intent,
    *,
    now: datetime,
    resets: bool = False,
    once: bool = False,
    again_in: float | None = None,
) -> Conference:
    """This call has carried out the change. If a newer change was begun since, only one thing is noted: what
    this call changed must be pushed again, for it may have arrived last.

    `resets`: the update of a series has undone what was pushed of its occurrences. `once`: other tries of the
    same change have no effect. `again_in`: the occurrence counts as pushed for so many seconds only.
    """
    conference, intent = end(conference, call, once=once), conference.intent
    if conference.revision > call.revision:
        return anew(conference, call, now=now, resets=resets)
    if intent is None:
        return conference
    followed = bool(conference.holds) and conference.holds[0].ref == intent.source
    settled = replace(
        overtake(conference, None if once or intent == call else intent, now=now),
        intent=None,
        parked=None,
        push_at=None if followed else conference.push_at,
    )
    applied = _undone(_applied(settled, intent, now), intent, resets=resets)
    if again_in is not None and intent.occurrence:
        applied = _wait(applied, intent.occurrence, now + timedelta(seconds=again_in))
    return _entry(due(applied, now), intent, str(intent.kind), "", now)


def due(conference: Conference, now: datetime) -> Conference:
    return replace(conference, push_at=conference.push_at or now) if is_pending(conference) else conference


def _undone(conference: Conference, intent: Intent, *, resets: bool) -> Conference:
    if resets and intent.kind is Kind.UPDATED:
        return replace(conference, occurrences=all_again(conference))
    return conference


def _wait(conference: Conference, occurrence: str, until: datetime) -> Conference:
    pushed = conference.occurrences.get(occurrence)
    if pushed is None:
        return conference  # the record has no room for it
    return replace(
        conference, occurrences={**conference.occurrences, occurrence: replace(pushed, pending_from=until)}
    )


def _entry(conference: Conference, intent: Intent, what: str, why: str, now: datetime) -> Conference:
    words = ", ".join(filter(None, [intent.occurrence, why]))
    return note(conference, Entry(at=now, row=intent.row, what=what, event=intent.source, why=words))


def _applied(conference: Conference, intent: Intent, now: datetime) -> Conference:
    match intent.kind:
        case Kind.DELETED:
            # Its last events are read again if a call may recreate it, so that it is deleted again.
            released = conference.released if conference.in_flight else ()
            return replace(conference, released=released, delete_at=None, deleted_at=now, refused=None)
        case Kind.UPDATED:
            return replace(conference, applied=intent.fingerprint, refused=None, deleted_at=None)
        case Kind.OCCURRENCE_UPDATED | Kind.OCCURRENCE_CANCELLED:
            return occurrence(conference, intent, pending=False)
        case _:
            assert_never(intent.kind)


def park(conference: Conference, reason: str, *, now: datetime) -> Conference:
    """Set aside until its event changes. A conference that backs off for a passing reason goes on so."""
    return conference if conference.parked else replace(conference, refused=Refusal(reason=reason, since=now))


def refuse(
    conference: Conference, row: str, reason: str, *, now: datetime, may_be_all: bool = False
) -> Conference:
    """The change under way was refused: it is set aside until its event changes or an operator says so.

    `may_be_all`: perhaps its system refused us and not this conference. Then the sweep tries it again, after
    a time that doubles with each refusal: what was set aside before more was known heals as all else does.
    """
    intent = conference.intent
    if intent is None:
        return park(conference, reason, now=now)
    retry_at = now + min(REFUSED_LEAST * 2**intent.refused, REFUSED_MOST) if may_be_all else None
    refusal = Refusal(reason=reason, since=now, fingerprint=intent.fingerprint, retry_at=retry_at)
    times = min(intent.refused + may_be_all, REFUSED_TIMES_MAX)
    noted = replace(intent, until=now, refused=times)
    refused = replace(conference, parked=None, push_at=None, intent=noted)
    if intent.occurrence:
        refused = occurrence(refused, intent, pending=True, refused=refusal)
    else:
        refused = replace(refused, refused=refusal)
    return _entry(due(refused, now), replace(intent, row=row), f"{intent.kind} refused", reason, now)


def lost(conference: Conference, row: str, reason: str, *, now: datetime) -> Conference:
    """It is gone from its system, and an event still carries it."""
    return replace(_forgotten(refuse(conference, row, reason, now=now), now), push_at=None)


def recreate(conference: Conference, row: str, *, now: datetime) -> Conference:
    """As `lost`, but a push of the primary event recreates it, and is due at once."""
    noted = note(conference, Entry(at=now, row=row, what="gone"))
    return replace(_forgotten(noted, now), push_at=now)


def _forgotten(conference: Conference, now: datetime) -> Conference:
    """Nothing that was pushed is on its system any more, and the change under way is begun anew."""
    occurrences = all_again(conference)
    return replace(conference, deleted_at=now, applied="", occurrences=occurrences, intent=None)


def overtake(conference: Conference, call: Intent | None, *, now: datetime) -> Conference:
    """Another call is begun, and nobody knows how this one ended: it may arrive up to `call.until`."""
    if call is None:
        return conference
    if call.until <= now:  # an update may have recreated it
        return replace(conference, deleted_at=None) if call.kind is Kind.UPDATED else conference
    return replace(conference, in_flight=(*conference.in_flight, call))


def end(conference: Conference, call: Intent, *, once: bool = False) -> Conference:
    """It is known how this call ended. With `once`, its other tries have no effect any more."""
    others = (other for other in conference.in_flight if other != call)
    left = tuple(other for other in others if not (once and other.revision == call.revision))
    return replace(conference, in_flight=left)


def too_many_in_flight(conference: Conference) -> bool:
    return len(conference.in_flight) >= IN_FLIGHT_MAX


def lapse(conference: Conference, *, now: datetime, resets: bool) -> Conference:
    """Calls in flight that can no longer arrive may have arrived: what they change must be pushed again."""
    over = [call for call in conference.in_flight if call.until <= now]
    for call in over:
        conference = anew(end(conference, call), call, now=now, resets=resets)
    return conference


def anew(conference: Conference, call: Intent, *, now: datetime, resets: bool) -> Conference:
    """This call took effect, or may have, after a newer one.

    The change under way is begun anew, with another id: a system that recognizes changes by their ids may
    have carried it out before, and would not do so again. If the call said the same as what was pushed since,
    nothing is done.
    """
    if _changed_nothing(conference, call, resets=resets):
        return conference
    conference = replace(overtake(conference, conference.intent, now=now), intent=None)
    owed = replace(conference, applied="") if call.occurrence is None else conference
    owed = replace(owed, occurrences=_again(owed, call, resets=resets))
    if not owed.holds:
        ended = owed.deleted_at is not None and call.kind is Kind.UPDATED
        return replace(owed, delete_at=owed.delete_at or now) if ended else owed
    return replace(owed, push_at=owed.push_at or now) if is_pending(owed) else owed


def asked_anew(conference: Conference, *, now: datetime) -> Conference:
    """Two calls told of different things, and nobody knows which of them its system carried out last."""
    return due(replace(conference, applied=""), now)


def _again(conference: Conference, call: Intent, *, resets: bool) -> Mapping[str, Pushed]:
    undone = _undoes_occurrences(conference, call, resets=resets)
    return {
        start: replace(pushed, pending=True) if undone or start == call.occurrence else pushed
        for start, pushed in conference.occurrences.items()
    }


def _changed_nothing(conference: Conference, call: Intent, *, resets: bool) -> bool:
    pushed = applied(conference, call.occurrence, call.series_id) == call.fingerprint
    last = conference.revision == call.revision
    return pushed and (last or not _undoes_occurrences(conference, call, resets=resets))


def _undoes_occurrences(conference: Conference, call: Intent, *, resets: bool) -> bool:
    """A deletion does, and an update by another event than the primary one; with `resets` any update."""
    if call.kind is Kind.UPDATED:
        return resets or call.source not in {hold.ref for hold in conference.holds[:1]}
    return call.kind is Kind.DELETED


def backs_off(conference: Conference, now: datetime) -> bool:
    """Whether its system is not to be called for now: it failed, asked us to wait, or hangs."""
    parked = conference.parked
    return too_many_in_flight(conference) or (parked is not None and parked.retry_at > now)
