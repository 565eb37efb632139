"""Where a read stopped when time ran out, and what the delivery that goes on must know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from functions.core.model import ConferenceKey

EARLY_MAX = 200  # each is looked up by the delivery that goes on
UNITS_MAX = 50
SHOWN_MAX = 20
SETTLED_MAX = 2_500  # as many as a page has (FACTS.md 2)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What the read has seen so far; of each list the newest are kept.

    `hidden`: details were hidden. `early`: ids of instances that came before their series, with the series'
    id. `bare`: ids of tombstones that may be of a series, with their etag. `units`: the conferences of the
    series that came, by the series' etag. `unnamed`: ids of events whose solution the settings do not name.
    `settled`: marks of the events of the next page that are done. `shown`: ids of instances that carry a
    conference, with their series' id.
    """

    hidden: bool = False
    early: Mapping[str, str] = field(default_factory=dict)
    bare: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, tuple[ConferenceKey, ...]] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """The page to read next, None for the first, and how and when the read began."""

    token: str | None
    page_token: str | None
    read_params: str
    started_at: datetime
    gathered: Gathered = field(default_factory=Gathered)


def cut(gathered: Gathered) -> Gathered:
    """As much of it as a record has room for."""
    return replace(
        gathered,
        early=_newest(gathered.early, EARLY_MAX),
        bare=_newest(gathered.bare, EARLY_MAX),
        units=_newest(gathered.units, UNITS_MAX),
        unnamed=gathered.unnamed[-UNITS_MAX:],
        settled=gathered.settled[-SETTLED_MAX:],
        shown=_newest(gathered.shown, SHOWN_MAX),
    )


def _newest(found: Mapping[str, T], most: int) -> Mapping[str, T]:
    return dict(islice(found.items(), max(len(found) - most, 0), None))
