"""What can be decided about one event and one conference. Each names the row of the table that it follows."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.core.model import Ability, Kind


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing to do, nothing to write."""

    row: str


@dataclass(frozen=True, slots=True)
class Hold:
    """The event holds the conference from now on. A primary one is told, or taken as known by its system."""

    row: str
    primary: bool
    tell: bool
    fingerprint: str
    lacks: tuple[Ability, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """The event lets go. With `spare` the conference stays even if no hold is left: it is not ours to end."""

    row: str
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Suspect:
    """On a full read the event seems to let go: the reconciliation has the say."""

    row: str


@dataclass(frozen=True, slots=True)
class Tell:
    """The conference's system must learn of this event, except for what its provider lacks."""

    row: str
    kind: Kind
    fingerprint: str
    occurrence: str | None = None
    lacks: tuple[Ability, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
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
class Remake:
    """Its system has lost it, and makes it anew when it is told of the primary event."""

    row: str


@dataclass(frozen=True, slots=True)
class Write:
    """These fields of the event, and no others, must become as given."""

    row: str
    fields: Mapping[str, object]


Action = Keep | Hold | Release | Suspect | Tell | Lack | Park | Unpark
