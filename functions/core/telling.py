"""How a conference's system is told, as its record remembers it: begun, carried out, refused, tried again.

Pure transitions, each from a record to the next one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from functions.core.conference import Conference, Intent, note, unrefused, waiting
from functions.core.history import Entry
from functions.core.in_flight import anew, end, overtake
from functions.core.model import EventRef, Kind
from functions.core.pending import is_untold, untold
from functions.core.told import Refusal, Told, newest


def intend(conference: Conference, intent: Intent, *, now: datetime) -> Conference:
    """The change is about to be made. The same one begun before keeps its revision: it is a retry.

    From here to `done` what the system holds is uncertain, so even a change back to before must be told, also
    to what it refused then. What was begun before may be under way still.
    """
    before = conference.intent
    retried = before is not None and _same(before, intent)
    revision = conference.revision + (0 if retried else 1)
    named = replace(intent, row=before.row) if before and retried else intent
    begun = replace(conference, revision=revision, intent=replace(named, revision=revision))
    if intent.kind is Kind.DELETED:
        begun = replace(begun, occurrences=_all_again(begun))
    return _owed(overtake(begun, before, now=now), intent)


def defer(conference: Conference, intent: Intent, *, now: datetime) -> Conference:
    """Enough was told in one go: the change is due after the others."""
    return replace(owe(conference, intent, now=now), follow_at=conference.follow_at or now)


def owe(conference: Conference, intent: Intent, *, now: datetime) -> Conference:
    """The change is to be made later. What is unfinished already stays so, under its own name, unless this is
    another change of the same: then whatever comes of it is not the last word.
    """
    before = conference.intent
    if before and before.occurrence == intent.occurrence and not _same(before, intent):
        conference = replace(overtake(conference, before, now=now), intent=None)
    return _owed(conference, intent)


def _owed(conference: Conference, intent: Intent) -> Conference:
    if intent.occurrence:
        return _occurrence(conference, intent, again=True)
    return replace(conference, applied="", refused=None)


def _occurrence(
    conference: Conference, intent: Intent, *, again: bool, refused: Refusal | None = None
) -> Conference:
    told = Told(
        fingerprint=intent.fingerprint,
        event_id=intent.source.event_id,
        series_id=intent.series_id,
        again=again,
        refused=refused,
    )
    return replace(conference, occurrences=newest({**conference.occurrences, str(intent.occurrence): told}))


def _all_again(conference: Conference) -> Mapping[str, Told]:
    return {start: replace(told, again=True) for start, told in conference.occurrences.items()}


def _same(one: Intent, other: Intent) -> bool:
    return (one.kind, one.fingerprint, one.occurrence) == (other.kind, other.fingerprint, other.occurrence)


def give_up(conference: Conference, call: Intent, *, now: datetime) -> Conference:
    """This call will not take effect any more."""
    if conference.intent == call:
        return replace(conference, intent=replace(call, until=now))
    return end(conference, call)


def fail(conference: Conference, call: Intent, *, now: datetime, resets: bool) -> Conference:
    """This call has failed for now. Before it said so it may have taken effect, and after a newer one."""
    given_up = give_up(conference, call, now=now)
    overtaken = conference.revision > call.revision
    return anew(given_up, call, now=now, resets=resets) if overtaken else given_up


def change_id(conference: Conference) -> str:
    """Names the change of the present revision, the same on every retry. Has no dot: the webhook's rule."""
    name = hashlib.sha256(json.dumps(conference.key).encode()).hexdigest()[:24]
    return f"{name}_{conference.revision}"


def done(
    conference: Conference,
    call: Intent,
    *,
    now: datetime,
    resets: bool = False,
    once: bool = False,
    again_in: float | None = None,
) -> Conference:
    """The change was carried out by this call. A later one begun since leaves nothing else to note: what this
    one changed must be told anew, for it may have come after.

    With `resets` the update of a series has undone what was told of its occurrences. With `once` other tries
    of the same change have no effect. An occurrence that must be told again `again_in` seconds counts as told
    until then.
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
        follow_at=None if followed else conference.follow_at,
    )
    applied = _undone(_applied(settled, intent, now), intent, resets=resets)
    if again_in is not None and intent.occurrence:
        applied = _wait(applied, intent.occurrence, now + timedelta(seconds=again_in))
    return _deed(_due(applied, now), intent, str(intent.kind), "", now)


def _due(conference: Conference, now: datetime) -> Conference:
    return replace(conference, follow_at=conference.follow_at or now) if is_untold(conference) else conference


def _undone(conference: Conference, intent: Intent, *, resets: bool) -> Conference:
    if resets and intent.kind is Kind.UPDATED:
        return replace(conference, occurrences=_all_again(conference))
    return conference


def _wait(conference: Conference, occurrence: str, until: datetime) -> Conference:
    told = conference.occurrences.get(occurrence)
    if told is None:
        return conference  # the record has no room for it
    return replace(
        conference, occurrences={**conference.occurrences, occurrence: replace(told, again_at=until)}
    )


def wake(conference: Conference, *, now: datetime) -> Conference:
    """The occurrences whose time has come must be told again."""
    due = {
        start: replace(told, again=True, again_at=None)
        for start, told in waiting(conference).items()
        if told.again_at and told.again_at <= now
    }
    return replace(conference, occurrences={**conference.occurrences, **due}) if due else conference


def _deed(conference: Conference, intent: Intent, what: str, why: str, now: datetime) -> Conference:
    words = ", ".join(filter(None, [intent.occurrence, why]))
    return note(conference, Entry(at=now, row=intent.row, what=what, event=intent.source, why=words))


def _applied(conference: Conference, intent: Intent, now: datetime) -> Conference:
    match intent.kind:
        case Kind.DELETED:
            # Who held it last is read again if a call may make it anew, and it has to be deleted again.
            released = conference.released if conference.in_flight else ()
            return replace(conference, released=released, delete_at=None, deleted_at=now, refused=None)
        case Kind.UPDATED:
            return replace(conference, applied=intent.fingerprint, refused=None, deleted_at=None)
        case Kind.OCCURRENCE_UPDATED | Kind.OCCURRENCE_CANCELLED:
            return _occurrence(conference, intent, again=False)
        case _:
            assert_never(intent.kind)


def park(conference: Conference, reason: str, *, now: datetime) -> Conference:
    """Set aside until its event is mended. What is to be tried again for a passing reason stays so."""
    return conference if conference.parked else replace(conference, refused=Refusal(reason=reason, since=now))


def unclear(conference: Conference, intent: Intent, reason: str, *, now: datetime) -> Conference:
    """Whether this must be told of an occurrence could not be found out."""
    return _occurrence(conference, intent, again=True, refused=Refusal(reason=reason, since=now))


def refuse(conference: Conference, row: str, reason: str, *, now: datetime) -> Conference:
    """The change under way was refused: set aside until it changes or an operator says so."""
    intent = conference.intent
    if intent is None:
        return park(conference, reason, now=now)
    refusal = Refusal(reason=reason, since=now, fingerprint=intent.fingerprint)
    refused = replace(conference, parked=None, follow_at=None, intent=replace(intent, until=now))
    if intent.occurrence:
        refused = _occurrence(refused, intent, again=True, refused=refusal)
    else:
        refused = replace(refused, refused=refusal)
    return _deed(_due(refused, now), replace(intent, row=row), f"{intent.kind} refused", reason, now)


def lost(conference: Conference, row: str, reason: str, *, now: datetime) -> Conference:
    """Its system does not know it any more, and an event still carries it."""
    return replace(_forgotten(refuse(conference, row, reason, now=now), now), follow_at=None)


def recreate(conference: Conference, row: str, *, now: datetime) -> Conference:
    """As `lost`, but telling of the primary event will make it anew, and is due at once."""
    noted = note(conference, Entry(at=now, row=row, what="gone"))
    return replace(_forgotten(noted, now), follow_at=now)


def _forgotten(conference: Conference, now: datetime) -> Conference:
    """Nothing that its system was told is there any more, and what was under way is begun anew."""
    occurrences = _all_again(conference)
    return replace(conference, deleted_at=now, applied="", occurrences=occurrences, intent=None)


def unpark(conference: Conference) -> Conference:
    return replace(conference, refused=None, parked=None)


def again(conference: Conference, *, now: datetime) -> Conference:
    """An operator says so: what was refused is due."""
    return _due(replace(unrefused(conference), parked=None), now)


def handled_again(conference: Conference, ref: EventRef) -> Conference:
    """This occurrence was looked at again; if it was not told, that is for its next change."""
    occurrences = {
        start: replace(told, fingerprint="", again=False)
        if told.again and not told.refused and told.event_id == ref.event_id
        else told
        for start, told in conference.occurrences.items()
    }
    return replace(conference, occurrences=occurrences)


def followed(conference: Conference, *, now: datetime, waits: bool = False) -> Conference:
    """The primary event was read again: nothing is left to be tried again but occurrences there was no time
    for. With `waits` they are not due either, but told when the event is next found to carry it.
    """
    due = bool(untold(conference)) and not waits
    return replace(conference, follow_at=now if due else None, parked=None)
