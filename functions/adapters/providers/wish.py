"""What a system is to be told of an event, in its own fields, and what of the event that leaves out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from functions.adapters.providers.texts import clean, cut
from functions.core.errors import Rejected
from functions.core.model import Change, Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`fields`: what to send. `unsupported`: what that leaves out of the event. `without`: the starts in UTC
    that the series should not have then.
    """

    fields: Mapping[str, object] = field(default_factory=dict)
    unsupported: tuple[str, ...] = ()
    without: tuple[datetime, ...] = ()

    def __or__(self, other: "Wish") -> "Wish":
        return Wish(
            fields={**self.fields, **other.fields},
            unsupported=self.unsupported + other.unsupported,
            without=self.without + other.without,
        )


def text(name: str, said: str, most: int, *, what: str, empty: str | None = "") -> Wish:
    """A field of so many UTF-16 units; `empty` stands where there is no text."""
    kept = cut(said, most)
    unsupported = (f"{what} beyond {most:,} characters",) if kept != clean(said) else ()
    return Wish(fields={name: kept or empty}, unsupported=unsupported)


def if_so(unsupported: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(each for each, so in unsupported.items() if so)


def meeting_of(change: Change) -> Meeting:
    if change.meeting is None:
        raise Rejected(f"{change.kind} without its event")
    return change.meeting
