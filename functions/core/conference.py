"""What we remember of one conference, and how that changes: who holds it, what its system was told.

Pure transitions: each takes a record and returns the next one. Whether to make one is decided in `decide`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from functions.core.model import ConferenceKey, EventRef, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """This event of this calendar carries that conference. `series_id` is set on an instance's own hold."""

    ref: EventRef
    series_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A change stored before its call, so that a retry is known as one; until `until` only `owner` may act."""

    kind: Kind
    fingerprint: str
    occurrence: str | None
    source: EventRef
    owner: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Set aside with its error. A passing one is tried again by the sweep, the others wait for a change
    of what was refused (`fingerprint`) or for an operator.
    """

    reason: str
    since: datetime
    fingerprint: str = ""
    attempts: int = 1
    passing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """What we know of one conference. The first hold is the primary one: title and times follow its event.

    `revision` counts the changes begun; `applied` is the fingerprint last carried out, empty if none;
    `occurrences` the same per occurrence, by original start. `released` is who held it last, to be read
    again before it is deleted. `due_at` is when the sweep must look at it.
    """

    key: ConferenceKey
    solution: str = ""
    holds: tuple[Hold, ...] = ()
    released: tuple[Hold, ...] = ()
    released_at: datetime | None = None
    revision: int = 0
    intent: Intent | None = None
    applied: str = ""
    occurrences: Mapping[str, str] = field(default_factory=dict)
    deleted_at: datetime | None = None
    parked: Parked | None = None
    due_at: datetime | None = None
