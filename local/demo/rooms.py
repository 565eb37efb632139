"""What the conference system should hold by now, against what it does hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One conference, as far as the story goes. `off` are the original starts of cancelled instances."""

    title: str
    starts: datetime | None = None
    status: str = "live"
    off: tuple[datetime, ...] = ()

    def __str__(self) -> str:
        off = f", called off: {', '.join(map(clock, self.off))}" if self.off else ""
        return f"{self.status} {self.title!r} {clock(self.starts)}{off}"


Rooms = Mapping[str, Room]


class Told(NamedTuple):
    """A message to the conference system."""

    type: str
    conference_id: str

    def __str__(self) -> str:
        return f"{self.type} for {self.conference_id}"


class Call(NamedTuple):
    """A message that came, so many seconds after what brought it about."""

    told: Told
    seconds: float


def clock(at: datetime | None) -> str:
    return f"{at:%a %d %b %H:%M}" if at else "-"


def held(conferences: Sequence[Mapping[str, Any]]) -> dict[str, Room]:
    return {each["id"]: _room(each) for each in conferences}


def _room(conference: Mapping[str, Any]) -> Room:
    event, occurrences = conference["event"], conference["occurrences"]
    off = [_moment(start) for start, each in occurrences.items() if each["status"] == "cancelled"]
    return Room(
        title=conference["title"],
        starts=_moment(event["start"]) if event else None,
        status=conference["status"],
        off=tuple(sorted(off)),
    )


def event_starts(event: Mapping[str, Any]) -> datetime:
    """As Calendar has it."""
    return _moment(event["start"]["dateTime"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def listed(things: Mapping[str, object] | Sequence[object]) -> str:
    """One indented line for each, for the text of a failure."""
    lines = [f"{name}: {thing}" for name, thing in things.items()] if isinstance(things, Mapping) else things
    return "".join(f"\n  {line}" for line in lines) or "\n  nothing"
