"""What we remember of one conference: who holds it, what its system was told, what is due.

The record and how its holds move, purely; how its system is told is in `ledger`. Whether to do either is
decided in `decide`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef, Kind, Link
from functions.core.times import micros

OCCURRENCES_BYTES_MAX = 100_000  # some 600
OCCURRENCE_BYTES = 40
HISTORY_MAX = 50
WHY_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """It waits until its event changes, or an operator says so. `fingerprint` is what was refused, empty if
    the event could not even be told.
    """

    reason: str
    since: datetime
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What was told of one occurrence, and which event of which series it is.

    `pending`: it must be told once more; with `pending_from`, from then on. If it was `refused` it waits.
    """

    fingerprint: str
    event_id: str
    series_id: str = ""
    pending: bool = False
    pending_from: datetime | None = None
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`what` was done, in a word or two, and `why`, in the words of whoever refused.

    The same thing done again in a row counts up `times`, and `at` is when it was done last.
    """

    at: datetime
    row: str
    what: str
    event: EventRef | None = None
    why: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A change stored before its call, so that its retry is known; until `until` the call may take effect."""

    row: str = ""
    kind: Kind
    fingerprint: str
    occurrence: str | None
    series_id: str = ""
    source: EventRef
    owner: str
    until: datetime
    revision: int = 0


class Unshown(NamedTuple):
    """An event that must show the link, and may not yet. It is written to from `at` on, or if that is unknown
    when the event changes or an operator says so; so often it was `refused`.
    """

    ref: EventRef
    at: datetime | None
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How to join, as its system last said it. `since` is when it said something else than the event showed;
    `unwritten` are the events that must show it and may not yet.
    """

    link: Link | None = None
    since: datetime | None = None
    unwritten: tuple[Unshown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Set aside for a passing reason: the sweep tries again at `retry_at`, after so many `attempts`."""

    reason: str
    since: datetime
    retry_at: datetime
    attempts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """What we know of one conference. The first hold is the primary one: title and times follow its event.

    `revision` is the number of the change begun last, and grows by one with each. `applied` is the
    fingerprint last carried out, empty while that is uncertain; `occurrences` the same per occurrence, by
    original start. `refused`: the conference itself was.
    `in_flight` are calls that something newer was told after, and that may still take effect.
    `released` is who held it last, to be read again before it is deleted, from `delete_at` on, and whose rank
    is theirs again should they come back within the grace. `push_at` is when something is to be pushed: to a
    new primary, or of occurrences once more.
    `published` is how to join, and who must show it. `unsupported` is what its provider could not carry, each
    said once.
    """

    key: ConferenceKey
    solution: str = ""
    holds: tuple[Hold, ...] = ()
    released: tuple[Hold, ...] = ()
    delete_at: datetime | None = None
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
        """When the sweep must look; it follows from the rest."""
        asap = [self.push_at, *(one.at for one in self.published.unwritten)]
        asap += [pushed.pending_from for pushed in waiting(self).values()]
        wanted = asap if self.holds else [self.delete_at]
        due = min(filter(None, [*wanted, *(call.until for call in self.in_flight)]), default=None)
        if self.parked:
            return max(due or self.parked.retry_at, self.parked.retry_at)
        return None if self.refused and not self.holds else due  # a refused deletion waits for an operator


GONE = "conference is gone"


def new(key: ConferenceKey, now: datetime) -> Conference:
    """The first record of it, or the first since it was forgotten: no change's number comes again."""
    return Conference(key=key, revision=micros(now))


def waiting(conference: Conference) -> Mapping[str, Pushed]:
    """The occurrences of the primary series that can be told only later, by original start."""
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
    """What was refused was of another event, or is to be tried again."""
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


def lack(conference: Conference, abilities: tuple[str, ...]) -> Conference:
    """Its provider cannot carry these."""
    return replace(conference, unsupported=tuple(sorted({*conference.unsupported, *abilities})))


def newest(occurrences: Mapping[str, Pushed]) -> dict[str, Pushed]:
    """Those that the record has room for, the latest starts first to be kept."""
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


def remember(history: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    """The history with one deed more, and so many forgotten that it stays short."""
    entry = replace(entry, why=entry.why[:WHY_CHARACTERS_MAX])
    last = history[-1] if history else None
    if last and replace(entry, at=last.at, times=last.times) == last:
        return (*history[:-1], replace(entry, times=last.times + 1))
    return (*history, entry)[-HISTORY_MAX:]


def pending_occurrences(conference: Conference) -> list[EventRef]:
    """The occurrences of the primary series that must be told again; one that is refused waits, and all do
    while the conference is not there.
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
    """Whether something must be told again that does not wait for its change or an operator."""
    whole = not conference.applied and not conference.refused and not conference.deleted_at
    return bool(conference.holds and whole) or bool(pending_occurrences(conference))


def refusals(conference: Conference) -> Mapping[str | None, Refusal]:
    """Of the conference itself, and of its occurrences by original start."""
    whole: list[tuple[str | None, Refusal | None]] = [(None, conference.refused)]
    dates = [(start, pushed.refused) for start, pushed in conference.occurrences.items()]
    return {target: refusal for target, refusal in [*whole, *dates] if refusal}


def is_refused(conference: Conference, target: str | None, fingerprint: str) -> bool:
    """Whether this was, of the conference itself or of one occurrence; empty: the event could not be told."""
    refusal = refusals(conference).get(target)
    return refusal is not None and refusal.fingerprint == fingerprint


def comes_first(conference: Conference) -> bool:
    """Whether the conference itself has to be told, or made anew, before anything of its occurrences: its
    system may forget what it was told of those of another event.
    """
    refused = conference.refused and not conference.deleted_at
    return not (conference.applied or refused)


def stumbled(conference: Conference) -> bool:
    """Whether it has failed for a passing reason, and not worked since."""
    return conference.parked is not None


def is_lost(conference: Conference) -> bool:
    """Whether its system does not know it any more, and has refused to make it anew."""
    return conference.deleted_at is not None and conference.refused is not None


def change_id(conference: Conference) -> str:
    """Names the change of the present revision, the same on every retry. Has no dot: the webhook's rule."""
    name = hashlib.sha256(json.dumps(conference.key).encode()).hexdigest()[:24]
    return f"{name}_{conference.revision}"
