"""By what the holds of one conference are ranked: the lowest, or the last part of its series, leads."""

from datetime import UTC, datetime
from typing import NamedTuple

from functions.core.model import Event, Unreadable

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
ORDER_LAST = "9999"


class Rank(NamedTuple):
    """`held_at` is when the reads began that showed the event with its conference first: what they show
    ranks together, on however many pages. Then whether it holds it as an instance; when the series was made
    that it is a part of, and when itself.
    """

    held_at: datetime = BEFORE_ALL
    instance: bool = False
    series_made: str = ""
    made: str = ""


UNRANKED = Rank()


def rank_of(event: Event | Unreadable, held_at: datetime) -> Rank:
    made = made_when(event)
    return Rank(held_at, event.instance is not None, made, made)


def made_when(event: Event | Unreadable) -> str:
    """`created` has whole seconds (RECORDED.md B.5): of two made in one, the first likely changed first."""
    if isinstance(event, Unreadable):
        return ORDER_LAST
    return f"{event.created.isoformat() if event.created else ORDER_LAST} {event.updated or ''}"


def heir(rank: Rank, before: Rank) -> Rank:
    """A later part of a series stands where the earlier one stood, and after that one should it come back."""
    return min(rank, before._replace(made=rank.made))
