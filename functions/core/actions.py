"""What can be decided about one event and one conference, and what the decision must know besides.

Each action names the row of the table that it follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from functions.core.model import NO_ABILITIES, Abilities, Ability, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the decision must know besides: what the provider can, whether details are hidden from us, or that
    is not known since the event was read alone, since when changes count as new (None: all do), whether
    the read is a full one, which lets nothing go, and whether the event was asked for by its id.
    """

    abilities: Abilities = NO_ABILITIES
    hidden: bool = False
    role_unknown: bool = False
    fresh_after: datetime | None = None
    full: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing to do, nothing to write."""

    row: str


@dataclass(frozen=True, slots=True)
class Hold:
    """The event holds the conference from now on. The first to do so is told, or taken as known by its system
    (`fingerprint`); beside others it is told if it comes to lead.
    """

    row: str
    push: bool = False
    fingerprint: str = ""
    unsupported: tuple[Ability, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """The event lets go. Without `delete` the conference stays even if no hold is left: that is not ours to
    end.
    """

    row: str
    delete: bool = True


@dataclass(frozen=True, slots=True)
class Suspect:
    """On a full read the event seems to let go: the reconciliation has the say."""

    row: str


@dataclass(frozen=True, slots=True)
class Push:
    """The conference's system must learn of this event, except for what its provider lacks."""

    row: str
    kind: Kind
    fingerprint: str
    occurrence: str | None = None
    series_id: str = ""
    unsupported: tuple[Ability, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """The calendar must be asked: which instance a bare tombstone is of, or, with `tell`, whether the primary
    series shows the date all the same; if it does not, that is to be told.
    """

    row: str
    push: Push | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """To be told if the series that it is of comes to lead."""

    row: str
    push: Push


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Its provider cannot carry this at all, which is said once."""

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
    """What it was set aside for has passed without anything having to be told."""

    row: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The conference is no more, as was wanted."""

    row: str


@dataclass(frozen=True, slots=True)
class Recreate:
    """Its system has lost it, and makes it anew when it is told of the primary event."""

    row: str


@dataclass(frozen=True, slots=True)
class Write:
    """These fields of the event, and no others, must become as given."""

    row: str
    fields: Mapping[str, object]


Action = Keep | Hold | Release | Suspect | Push | Ask | Pending | Unsupported | Park | Unpark
