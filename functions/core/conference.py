"""The record of one conference: which events hold it, what was pushed to its system, what is due.

How holds change it is in `holding`, how pushes do in `ledger` and `pending`; `decide` decides on both.
It is long because whoever follows a change reads the record and what it counts in one file
(`tests/host/test_trip.py`).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef, Kind, Link
from functions.core.times import micros

GONE = "conference is gone"
OCCURRENCES_BYTES_MAX = 100_000  # some 600
OCCURRENCE_BYTES = 40
HISTORY_MAX = 50
WHY_CHARACTERS_MAX = 300
PATIENT_TRIES = 5  # a conference that backs off has failed for a quarter of an hour by then
HOLDS, LINKS_REFUSED = "holds", "links_refused"
REFUSED, TIRED, WAITING = "refused", "tired", "waiting"
NOT_CARRIED = "not_carried "  # and what of
Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refused push: it waits until its event changes or an operator says so. `fingerprint` is what was
    refused, empty if the event could not be pushed at all. At `retry_at` the sweep tries again, if it may
    have been about more than this conference.
    """

    reason: str
    since: datetime
    fingerprint: str = ""
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What was pushed of one occurrence, and which event of which series it is.

    `pending`: it must be pushed again; `pending_from`: from that time on. While it is `refused`, it waits.
    """

    fingerprint: str
    event_id: str
    series_id: str = ""
    pending: bool = False
    pending_from: datetime | None = None
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the history: `what` was done, in a word or two, and `why`, as the refusing side said it.

    If the same thing is done several times in a row, `times` counts it and `at` is the last time.
    """

    at: datetime
    row: str
    what: str
    event: EventRef | None = None
    why: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A change, stored before its call, so that a retry is recognized. The call may land up to `until`.
    `refused` counts the refusals that the sweep tries again.
    """

    row: str = ""
    kind: Kind
    fingerprint: str
    occurrence: str | None
    series_id: str = ""
    source: EventRef
    owner: str
    until: datetime
    revision: int = 0
    refused: int = 0


class Unshown(NamedTuple):
    """An event that must show the link, and perhaps does not yet. It is written from `at` on; without `at`,
    when the event changes or an operator says so. `refused` counts the refused writes.
    """

    ref: EventRef
    at: datetime | None
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How to join, as its system said last. `since` is when it said something else than the event showed;
    `unwritten` are the events that must show it, and perhaps do not yet.
    """

    link: Link | None = None
    since: datetime | None = None
    unwritten: tuple[Unshown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """It backs off for a passing reason. `attempts` have failed; the sweep tries again at `retry_at`."""

    reason: str
    since: datetime
    retry_at: datetime
    attempts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """What we remember of one conference. The first hold is primary: title and times follow its event.

    `revision` is the number of the newest change; each change raises it by one. `applied` is the fingerprint
    last carried out, empty while that is uncertain; `occurrences` are the same for each occurrence, by
    original start. `refused` is the refusal of the conference itself.
    `in_flight` are calls that may still take effect although something newer was pushed after them.
    `released` are the last holds that were released: from `delete_at` on, their events are read again before
    the conference is deleted, and those that carry it again within the grace get their rank back.
    `owners` may speak for it, as its system said last, or who claimed it; None if it does not say. `borrowed`
    are events of others that carry it: while there are any it is not deleted, and nothing else follows.
    `named_under` names the settings that an event was last seen to carry it under, if they name all solutions
    that it was held under. It is kept with what else changes, and is no change itself.
    `guarded`: a reconciliation let go last, which has a guard of its own against mass deletion.
    `push_at` is when something must be pushed: the event of a new primary hold, or occurrences once more.
    `unsupported` is what its provider could not carry, each noted once.
    """

    key: ConferenceKey
    solution: str = ""
    named_under: str = field(default="", compare=False)
    holds: tuple[Hold, ...] = ()
    released: tuple[Hold, ...] = ()
    owners: tuple[str, ...] | None = None
    borrowed: tuple[Hold, ...] = ()
    delete_at: datetime | None = None
    guarded: bool = False
    deleted_at: datetime | None = None
    push_at: datetime | None = None
    revision: int = 0
    intent: Intent | None = None
    in_flight: tuple[Intent, ...] = ()
    applied: str = ""
    occurrences: Mapping[str, Pushed] = field(default_factory=dict)
    refused: Refusal | None = None
    parked: Parked | None = None
    published: Published = Published()
    unsupported: tuple[str, ...] = ()
    history: tuple[Entry, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """When the sweep must look at it; it follows from the other fields."""
        asap = [self.push_at, *(one.at for one in self.published.unwritten)]
        asap += [pushed.pending_from for pushed in waiting(self).values()]
        asap += [refusal.retry_at for refusal in refusals(self).values()]
        wanted = asap if self.holds else [] if self.borrowed else [self.delete_at]
        due = min(filter(None, [*wanted, *(call.until for call in self.in_flight)]), default=None)
        if self.parked:
            return max(due or self.parked.retry_at, self.parked.retry_at)
        return self.refused.retry_at if self.refused and not self.holds else due


def new(key: ConferenceKey, now: datetime) -> Conference:
    """The first record, or the first since it was removed: `revision` starts where no older one has been."""
    return Conference(key=key, revision=micros(now))


def waiting(conference: Conference) -> Mapping[str, Pushed]:
    """The occurrences of the primary series that are pushed again at a later time, by original start."""
    if not conference.holds or conference.deleted_at:
        return {}
    series = conference.holds[0].ref.event_id
    return {
        start: pushed
        for start, pushed in conference.occurrences.items()
        if pushed.pending_from and pushed.series_id == series
    }


def is_due(conference: Conference, now: datetime) -> bool:
    return conference.due_at is not None and conference.due_at <= now


def unrefused(conference: Conference) -> Conference:
    """Without its refusals: they were about another event, or are to be tried again."""
    occurrences = {start: replace(pushed, refused=None) for start, pushed in conference.occurrences.items()}
    return replace(conference, refused=None, occurrences=occurrences)


def applied(conference: Conference, occurrence: str | None, series_id: str = "") -> str:
    """The fingerprint last carried out, of the conference or of one occurrence of a series."""
    if occurrence is None:
        return conference.applied
    pushed = conference.occurrences.get(occurrence)
    return pushed.fingerprint if pushed and not pushed.pending and pushed.series_id == series_id else ""


def note(conference: Conference, entry: Entry) -> Conference:
    return replace(conference, history=remember(conference.history, entry))


def remember(history: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    """The history with one more entry, cut to the last `HISTORY_MAX`."""
    entry = replace(entry, why=entry.why[:WHY_CHARACTERS_MAX])
    last = history[-1] if history else None
    if last and replace(entry, at=last.at, times=last.times) == last:
        return (*history[:-1], replace(entry, times=last.times + 1))
    return (*history, entry)[-HISTORY_MAX:]


def lack(conference: Conference, abilities: tuple[str, ...]) -> Conference:
    """Note that its provider cannot carry these."""
    return replace(conference, unsupported=tuple(sorted({*conference.unsupported, *abilities})))


def newest(occurrences: Mapping[str, Pushed]) -> dict[str, Pushed]:
    """As many as the record has room for; the latest starts are kept."""
    kept, room = dict[str, Pushed](), OCCURRENCES_BYTES_MAX
    for start, pushed in sorted(occurrences.items(), key=itemgetter(0), reverse=True):
        words = [pushed.refused.reason, pushed.refused.fingerprint] if pushed.refused else []
        room -= (
            size_of(start, pushed.fingerprint, pushed.event_id, pushed.series_id, *words) + OCCURRENCE_BYTES
        )
        if room < 0:
            break
        kept[start] = pushed
    return dict(reversed(kept.items()))


def size_of(*texts: str) -> int:
    return sum(len(text.encode(errors="replace")) for text in texts)


def pending_occurrences(conference: Conference) -> list[EventRef]:
    """The occurrences of the primary series that must be pushed again. A refused one waits, and all wait
    while the conference is deleted.
    """
    if not conference.holds or conference.deleted_at:
        return []
    calendar_id, series = conference.holds[0].ref
    return [
        EventRef(calendar_id, pushed.event_id)
        for pushed in conference.occurrences.values()
        if pushed.pending and pushed.series_id == series and not pushed.refused
    ]


def is_pending(conference: Conference) -> bool:
    """Whether something must be pushed; what was refused waits and does not count."""
    whole = not conference.applied and not conference.refused and not conference.deleted_at
    return bool(conference.holds and whole) or bool(pending_occurrences(conference))


def refusals(conference: Conference) -> Mapping[str | None, Refusal]:
    """By target: the original start of an occurrence, or None for the conference itself."""
    whole: list[tuple[str | None, Refusal | None]] = [(None, conference.refused)]
    dates = [(start, pushed.refused) for start, pushed in conference.occurrences.items()]
    return {target: refusal for target, refusal in [*whole, *dates] if refusal}


def is_refused(conference: Conference, target: str | None, fingerprint: str) -> bool:
    """Whether this fingerprint is refused for this target. Empty: the event could not be pushed at all."""
    refusal = refusals(conference).get(target)
    return refusal is not None and refusal.fingerprint == fingerprint


def comes_first(conference: Conference) -> bool:
    """Whether the conference itself must be pushed, or recreated, before any of its occurrences: its system
    may forget the occurrences of another event.
    """
    refused = conference.refused and not conference.deleted_at
    return not (conference.applied or refused)


def stumbled(conference: Conference) -> bool:
    """Whether a push failed for a passing reason, and none has worked since."""
    return conference.parked is not None


def is_lost(conference: Conference) -> bool:
    """Whether it is gone from its system, and the system has refused to recreate it."""
    return conference.deleted_at is not None and conference.refused is not None


def change_id(conference: Conference) -> str:
    """The id of the current revision's change, the same on every retry. It has no dot: the webhook's rule."""
    name = hashlib.sha256(json.dumps(conference.key).encode()).hexdigest()[:24]
    return f"{name}_{conference.revision}"


def whose(conference: Conference) -> set[str]:
    """The calendars that what is refused or backs off belongs to: they hold it, or held it last."""
    return {hold.ref.calendar_id for hold in (*conference.holds, *conference.released)}


def counted(conference: Conference) -> Mapping[str, Counter[str]]:
    """What it counts for each calendar: holds, what is refused or backs off, links, what is not carried."""
    parked, refused = conference.parked, len(refusals(conference))
    aside = {REFUSED: refused} if refused else {}
    if parked:
        aside[TIRED if parked.attempts >= PATIENT_TRIES else WAITING] = 1
    found = {name: Counter(aside) for name in whose(conference)}
    for hold in conference.holds:
        found[hold.ref.calendar_id][HOLDS] += 1
    for name in {hold.ref.calendar_id for hold in conference.holds}:
        found[name].update(NOT_CARRIED + ability for ability in conference.unsupported)
    for unshown in conference.published.unwritten:
        if unshown.refused:
            found.setdefault(unshown.ref.calendar_id, Counter())[LINKS_REFUSED] += 1
    return found


def counted_otherwise(before: Conference, after: Conference) -> dict[str, Counts]:
    """By how much what each calendar counts has changed; without those for which it is the same."""
    old, new, found = counted(before), counted(after), dict[str, Counts]()
    for name in sorted(old.keys() | new.keys()):
        changed = Counter(new.get(name, {}))
        changed.subtract(old.get(name, {}))
        if by := {kind: number for kind, number in changed.items() if number}:
            found[name] = by
    return found
