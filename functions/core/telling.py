"""How a conference's system is told, as its record remembers it: begun, carried out, refused, tried again.

Pure transitions, each from a record to the next one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from functions.core.conference import (
    Conference,
    Intent,
    Parked,
    is_untold,
    note,
    settle,
    untold,
    waiting,
)
from functions.core.history import Deed
from functions.core.model import EventRef, Kind
from functions.core.told import Told, newest


def intend(conference: Conference, intent: Intent) -> Conference:
    """The change is about to be made. The same one begun before keeps its revision: it is a retry.

    From here to `done` what the system holds is uncertain, so even a change back to before must be told.
    """
    before = conference.intent
    if before and _same(before, intent):
        begun = replace(conference, intent=replace(intent, row=before.row))
    else:
        begun = replace(conference, revision=conference.revision + 1, intent=intent)
    return owe(begun, intent)


def defer(conference: Conference, intent: Intent, *, now: datetime) -> Conference:
    """Enough was told in one go: the change is due after the others."""
    return settle(replace(owe(conference, intent), follow_at=conference.follow_at or now))


def owe(conference: Conference, intent: Intent) -> Conference:
    """The change is to be made later. What is unfinished already stays so, under its own name."""
    return (
        _occurrence(conference, intent, again=True) if intent.occurrence else replace(conference, applied="")
    )


def _occurrence(conference: Conference, intent: Intent, *, again: bool) -> Conference:
    told = Told(
        fingerprint=intent.fingerprint,
        event_id=intent.source.event_id,
        series_id=intent.series_id,
        again=again,
    )
    return replace(conference, occurrences=newest({**conference.occurrences, str(intent.occurrence): told}))


def _all_again(conference: Conference) -> Mapping[str, Told]:
    return {start: replace(told, again=True) for start, told in conference.occurrences.items()}


def _same(one: Intent, other: Intent) -> bool:
    return (one.kind, one.fingerprint, one.occurrence) == (other.kind, other.fingerprint, other.occurrence)


def busy(conference: Conference, wanted: Intent, now: datetime) -> bool:
    """Whether somebody may be calling for this conference right now.

    The same change again by the same owner is a retry of a call that is over; a different one may meet the
    first delivery of its message, still alive.
    """
    intent = conference.intent
    if intent is None or intent.until <= now:
        return False
    return intent.owner != wanted.owner or not _same(intent, wanted)


def give_up(conference: Conference, revision: int, *, now: datetime) -> Conference:
    """The call of this revision has ended without an answer worth noting: anybody may try again."""
    if conference.intent is None or conference.revision != revision:
        return conference
    return replace(conference, intent=replace(conference.intent, until=now))


def change_id(conference: Conference) -> str:
    """Names the change of the present revision, the same on every retry. Has no dot: the webhook's rule."""
    born = conference.born.isoformat() if conference.born else ""
    name = hashlib.sha256(json.dumps([*conference.key, born]).encode()).hexdigest()[:24]
    return f"{name}_{conference.revision}"


def done(
    conference: Conference,
    revision: int,
    *,
    now: datetime,
    resets: bool = False,
    again_in: float | None = None,
) -> Conference:
    """The change of this revision was carried out. A later one begun since leaves nothing to note.

    With `resets` the update of a series has undone what was told of its occurrences. An occurrence that must
    be told again `again_in` seconds counts as told until then.
    """
    intent = conference.intent
    if intent is None or conference.revision != revision:
        return conference
    followed = bool(conference.holds) and conference.holds[0].ref == intent.source
    parked = conference.parked
    refused = parked is not None and (parked.retry_at is None or bool(parked.fingerprint))
    other = refused and parked is not None and parked.occurrence != intent.occurrence
    settled = replace(
        conference,
        intent=None,
        parked=parked if other else None,
        follow_at=None if followed else conference.follow_at,
    )
    applied = _undone(_applied(settled, intent, now), intent, resets=resets)
    if again_in is not None and intent.occurrence:
        applied = _wait(applied, intent.occurrence, now + timedelta(seconds=again_in))
    if is_untold(applied):
        applied = replace(applied, follow_at=applied.follow_at or now)
    return settle(_deed(applied, intent, str(intent.kind), "", now))


def _undone(conference: Conference, intent: Intent, *, resets: bool) -> Conference:
    if resets and intent.kind is Kind.UPDATED:
        return replace(conference, occurrences=_all_again(conference))
    return conference


def late(conference: Conference, intent: Intent, *, now: datetime, resets: bool) -> Conference:
    """This change was carried out, and perhaps after a newer one: what it changed must be told anew."""
    owed = replace(conference, applied="") if intent.occurrence is None else conference
    known = conference.occurrences.get(intent.occurrence or "")
    if known:
        again = {**conference.occurrences, str(intent.occurrence): replace(known, again=True)}
        owed = replace(owed, occurrences=again)
    owed = _undone(owed, intent, resets=resets)
    return settle(replace(owed, follow_at=owed.follow_at or now) if is_untold(owed) else owed)


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
    return note(conference, Deed(at=now, row=intent.row, what=what, event=intent.source, why=words))


def _applied(conference: Conference, intent: Intent, now: datetime) -> Conference:
    match intent.kind:
        case Kind.DELETED:
            ended = replace(conference, released=(), delete_at=None, deleted_at=now, parked=None)
            return replace(ended, occurrences=_all_again(ended))
        case Kind.UPDATED:
            return replace(conference, applied=intent.fingerprint, deleted_at=None)
        case Kind.OCCURRENCE_UPDATED | Kind.OCCURRENCE_CANCELLED:
            return _occurrence(conference, intent, again=False)
        case _:
            assert_never(intent.kind)


def park(
    conference: Conference,
    reason: str,
    *,
    now: datetime,
    occurrence: str | None = None,
    source: EventRef | None = None,
) -> Conference:
    """Set aside until its event is mended, or `source` is looked at since an operator says so.

    What is to be tried again for a passing reason stays so.
    """
    if conference.parked and conference.parked.retry_at:
        return conference
    parked = Parked(reason=reason, since=now, occurrence=occurrence, source=source)
    return settle(replace(conference, parked=parked))


def refuse(conference: Conference, row: str, reason: str, *, now: datetime) -> Conference:
    """The change under way was refused: set aside until it changes or an operator says so."""
    intent = conference.intent
    if intent is None:
        return park(conference, reason, now=now)
    parked = Parked(
        reason=reason,
        since=now,
        fingerprint=intent.fingerprint,
        occurrence=intent.occurrence,
        source=intent.source,
    )
    refused = replace(conference, parked=parked, follow_at=None, intent=replace(intent, until=now))
    return settle(_deed(refused, replace(intent, row=row), f"{intent.kind} refused", reason, now))


def postpone(conference: Conference, reason: str, *, now: datetime, delay: float = 0) -> Conference:
    """Set aside for a passing reason: the sweep tries again, after 1 minute first, later up to 6 hours.

    `delay` is how many seconds the other side wants to be left alone at the least. Where nothing is left to
    do, nothing is postponed.
    """
    if not conference.holds and conference.delete_at is None:
        return settle(replace(conference, parked=None))
    before = conference.parked
    attempts = before.attempts + 1 if before and before.retry_at else 1
    wait = timedelta(minutes=min(2 ** min(attempts - 1, 10), 360))
    retry_at = now + max(wait, timedelta(seconds=delay))
    parked = before or Parked(reason=reason, since=now)
    parked = replace(parked, reason=reason, since=now, attempts=attempts, retry_at=retry_at)
    noted = note(conference, Deed(at=now, row="", what="postponed", why=reason))
    return settle(replace(noted, parked=parked))


def lost(conference: Conference, row: str, reason: str, *, now: datetime) -> Conference:
    """Its system does not know it any more, and an event still carries it."""
    return _forgotten(refuse(conference, row, reason, now=now), now)


def remake(conference: Conference, row: str, *, now: datetime) -> Conference:
    """As `lost`, but telling of the primary event will make it anew, and is due at once."""
    noted = note(conference, Deed(at=now, row=row, what="gone"))
    return settle(replace(_forgotten(noted, now), follow_at=now))


def _forgotten(conference: Conference, now: datetime) -> Conference:
    """Nothing that its system was told is there any more, and what was under way is begun anew."""
    occurrences = _all_again(conference)
    return replace(conference, deleted_at=now, applied="", occurrences=occurrences, intent=None)


def unpark(conference: Conference) -> Conference:
    return settle(replace(conference, parked=None))


def again(conference: Conference, *, now: datetime) -> Conference:
    """An operator says so: what was refused is due, and its event stays known until it is carried out."""
    parked = conference.parked
    if parked is None or parked.source is None:
        return unpark(conference)
    return settle(replace(conference, parked=replace(parked, retry_at=now)))


def put_off(conference: Conference, reason: str, *, now: datetime, delay: float) -> Conference:
    """Its system wants to be left alone for long: what could not be told by now is due then."""
    due = replace(conference, follow_at=conference.follow_at or now) if conference.holds else conference
    return postpone(due, reason, now=now, delay=delay)


def met_again(conference: Conference, ref: EventRef) -> Conference:
    """This occurrence was looked at again; if it was not told, that is for its next change."""
    occurrences = {
        start: replace(told, fingerprint="", again=False)
        if told.again and told.event_id == ref.event_id
        else told
        for start, told in conference.occurrences.items()
    }
    return replace(conference, occurrences=occurrences)


def followed(conference: Conference, *, now: datetime, waits: bool = False) -> Conference:
    """The primary event was read again: nothing is left to be tried again but occurrences there was no time
    for. With `waits` they are not due either, but told when the event is next found to carry it.
    """
    passing = conference.parked is not None and conference.parked.retry_at is not None
    parked = None if passing else conference.parked
    due = bool(untold(conference)) and not waits
    return settle(replace(conference, follow_at=now if due else None, parked=parked))
