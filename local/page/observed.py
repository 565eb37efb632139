"""What the page sees of the running system: each kind of thing that happens, with its time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Events of a calendar changed at one moment, by whomever; `what` says it in words."""

    at: datetime
    calendar_id: str
    events: frozenset[str]
    conferences: frozenset[str]
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Somebody made something go wrong, or right again."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The queue hands over a request, for the `attempt`th time, or (`error`) was told that it failed."""

    at: datetime
    calendar_id: str
    reason: str
    attempt: int
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A line of a function's log, as docs/logs.md has them."""

    at: datetime
    function: str
    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A message that the conference system got; `fault` is what it was told to do instead of answering."""

    at: datetime
    id: str
    kind: str
    conference_id: str
    status: int
    fault: str | None = None
    repeat: bool = False


Observation = Edited | Broken | Delivered | Logged | Called
