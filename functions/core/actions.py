"""What can be decided about one event and one conference, and what else the decision must know.

Each action names the row of the table that it follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from functions.core.model import NO_ABILITIES, Abilities, Ability, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the decision must know besides the event and the conference: what the provider can, whether
    details are hidden from us, whether that is unknown because the event was read by itself, since when
    changes count as new (None: all do), whether the read is a full one, which releases nothing, whether what
    is released has passed the guard of a full read, and whether the event was asked for by its id.
    """

    abilities: Abilities = NO_ABILITIES
    hidden: bool = False
    role_unknown: bool = False
    fresh_after: datetime | None = None
    full: bool = False
    guarded: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing to do, nothing to write."""

    row: str


@dataclass(frozen=True, slots=True)
class Hold:
    """The event holds the conference from now on. The first one is pushed (`push`), or its system is taken to
    hold it already (`fingerprint`); one beside others is pushed if it comes to lead.
    """

    row: str
    push: bool = False
    fingerprint: str = ""
    unsupported: tuple[Ability, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """The event no longer holds the conference. Without `delete` the conference stays even if no hold is
    left: it is not ours to end.
    """

    row: str
    delete: bool = True


@dataclass(frozen=True, slots=True)
class Borrow:
    """The event carries a conference of others: it keeps that from deletion from now on, and nothing else."""

    row: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """The event carries a conference of others no longer."""

    row: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """On a full read the event seems to let go: the reconciliation decides."""

    row: str


@dataclass(frozen=True, slots=True)
class Push:
    """The event must be pushed to the conference's system, except for what is `unsupported`."""

    row: str
    kind: Kind
    fingerprint: str
    occurrence: str | None = None
    series_id: str = ""
    unsupported: tuple[Ability, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """The calendar must be asked: which instance a bare tombstone is of, or, with `push`, whether the primary
    series shows the date all the same; if it does not, `push` is made.
    """

    row: str
    push: Push | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """To be pushed if its series comes to lead."""

    row: str
    push: Push


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Its provider cannot carry this at all, which is noted once."""

    row: str
    ability: Ability


@dataclass(frozen=True, slots=True)
class Park:
    """Set aside. With `hold` the event holds the conference as well, as far as can be seen."""

    row: str
    reason: str
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Unpark:
    """The reason for parking it has passed, and nothing needs to be pushed."""

    row: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The conference is gone, as was wanted."""

    row: str


@dataclass(frozen=True, slots=True)
class Recreate:
    """It is gone from its system, and a push of the primary event recreates it."""

    row: str


@dataclass(frozen=True, slots=True)
class Write:
    """These fields of the event, and no others, must become as given."""

    row: str
    fields: Mapping[str, object]


Action = (
    Keep | Hold | Release | Borrow | GiveBack | Suspect | Push | Ask | Pending | Unsupported | Park | Unpark
)
