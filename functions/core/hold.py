"""One event's hold on a conference: its first and last date, its rank, and which other hold it follows.

A date is an original start as `stamp` writes it, so that dates of one event compare as texts. What an event's
id says is only a fallback: the form of ids is not documented, and Google has announced other ids for new
instances (RECORDED.md B.3). Fields and what we remember come first.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import NamedTuple

from functions.core.model import Event, EventRef, Instance, Meeting, Parties, Unreadable

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
ORDER_LAST = "9999"
_LAST = "9999"
INSTANCES_MAX = 10
_INSTANCE = re.compile(r"(?P<series>.+)_(?P<day>[0-9]{8})(?:T(?P<time>[0-9]{6})Z)?\Z", re.DOTALL)
_PART = re.compile(r"(?P<base>.+)_R(?P<since>[0-9]{8}(?:T[0-9]{6})?)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first date of a series, and a date after which it has none; `ends` is empty if no end is known.

    A single event (`series` is false) has neither: it continues no series and may be moved freely.
    """

    begins: str
    ends: str
    series: bool = True

    def has_room_for(self, date: str) -> bool:
        return self.begins <= date <= (self.ends or _LAST)

    def continues(self, earlier: "Span") -> bool:
        """Whether this is a series that begins when another one is over (DESIGN.md 5, E12)."""
        return bool(earlier.ends) and self.begins > earlier.ends


SINGLE = Span(begins="", ends="", series=False)


class Rank(NamedTuple):
    """The hold of the lowest rank leads. `held_at` is when the read began that first showed the event with
    its conference: all events of one read rank together, on however many pages. Then come: whether it is an
    instance's hold, when the series was made of which it is a part, and when the event itself was made.
    """

    held_at: datetime = BEFORE_ALL
    instance: bool = False
    series_made: str = ""
    made: str = ""


UNRANKED = Rank()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """This event of this calendar carries that conference. `series_id` is set on an instance's own hold;
    `instances` are ids of instances that held it before their series did, and that may still carry it when
    the series lets go. `span` is None if the event could not be read; `label` is the solution it was held
    under, if known. `parties` are None in an older record, and where who spoke for it was forgotten.
    `let_go_at` is set once it is released. `over_on` is the last day of a single event; empty if that is not
    known.
    """

    ref: EventRef
    span: Span | None = None
    series_id: str | None = None
    instances: tuple[str, ...] = ()
    label: str = ""
    parties: Parties | None = None
    rank: Rank = UNRANKED  # a hold of an older record, which has none, comes first
    let_go_at: datetime | None = None
    over_on: str = ""

    @property
    def refs(self) -> tuple[EventRef, ...]:
        return (self.ref, *(EventRef(self.ref.calendar_id, name) for name in self.instances))


def hold_of(event: Event | Unreadable) -> Hold:
    return Hold(
        ref=event.ref,
        span=span_of(event.meeting) if event.meeting else None,
        over_on=last_day(event.meeting) if event.meeting else "",
        series_id=event.instance.series_id if event.instance else None,
        label=event.label,
        parties=event.parties,
    )


def span_of(meeting: Meeting) -> Span:
    if not meeting.recurrence:
        return SINGLE
    from functions.core.ends import last_date  # noqa: PLC0415 - dateutil would slow every function's start

    begins, last = stamp(meeting.start), last_date(meeting.recurrence, meeting.start, meeting.time_zone or "")
    # The start is a date even where the rule leaves it out (RECORDED.md B.5).
    return Span(begins=begins, ends=max(begins, stamp(last)) if last else "")


def last_day(meeting: Meeting) -> str:
    return "" if meeting.recurrence else stamp(meeting.end)[:10]


def rank_of(event: Event | Unreadable, held_at: datetime) -> Rank:
    made = made_when(event)
    return Rank(held_at, event.instance is not None, made, made)


def made_when(event: Event | Unreadable) -> str:
    """`created` has whole seconds (RECORDED.md B.5): of two of one second, the first likely changed first."""
    if isinstance(event, Unreadable):
        return ORDER_LAST
    return f"{event.created.isoformat() if event.created else ORDER_LAST} {event.updated or ''}"


def heir(rank: Rank, before: Rank) -> Rank:
    """A later part of a series gets the earlier part's rank, but comes after it if that one comes back."""
    return min(rank, before._replace(made=rank.made))


def is_recent(gone: Hold, recent: datetime) -> bool:
    return gone.let_go_at is not None and gone.let_go_at >= recent


def part_of(other: Hold, series: EventRef) -> bool:
    return other.series_id == series.event_id and other.ref.calendar_id == series.calendar_id


def taking(holds: tuple[Hold, ...], mine: Hold) -> tuple[Hold, ...]:
    """The holds with `mine` last; it replaces its own earlier hold and those of its instances."""
    instances = [other for other in holds if part_of(other, mine.ref)]
    others = [other for other in holds if not part_of(other, mine.ref) and other.ref != mine.ref]
    names = (*mine.instances, *(one.ref.event_id for one in instances))[-INSTANCES_MAX:]
    rank = min([mine.rank, *(one.rank._replace(made=mine.rank.made) for one in instances)])
    return (*others, replace(mine, instances=names, rank=rank))


def follows(later: Hold, earlier: Hold) -> bool:
    """Whether `later` is a later part of the series of `earlier`, which may be an instance's hold. "This and
    following" keeps the base of the id, or makes a series that begins after the other (DESIGN.md 5, E12).
    """
    if later.ref.calendar_id != earlier.ref.calendar_id or later.series_id:
        return False
    base, since = family(later.ref.event_id)
    earlier_base, earlier_since = family(earlier.series_id or earlier.ref.event_id)
    named = base == earlier_base and since > earlier_since
    after = later.span is not None and earlier.span is not None and later.span.continues(earlier.span)
    return named or (after and base != earlier_base)


def stamp(when: datetime | date) -> str:
    """RFC 3339 in UTC, or the date: one text for one original start, whatever zone it was written in."""
    if isinstance(when, datetime):
        return f"{when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    return when.isoformat()


def family(event_id: str) -> tuple[str, str]:
    """The id that the parts of a split series share, and the part's beginning (empty for the first part).

    "This and following" makes a master `<base>_R<yyyymmddThhmmss>` where the hour is kept, and one with an
    unrelated id where it is not (RECORDED.md B.2).
    """
    match = _PART.match(event_id) if "_R" in event_id else None  # this runs for every pair of holds
    return (match["base"], match["since"]) if match else (event_id, "")


def named_instance(event_id: str) -> Instance | None:
    """The instance that `<series>_<original start>` names. In a split series it may be another part's."""
    match = _INSTANCE.match(event_id)
    if match is None:
        return None
    text = match["day"] + (f"T{match['time']}Z" if match["time"] else "")
    try:
        moment = datetime.fromisoformat(text) if match["time"] else date.fromisoformat(text)
    except ValueError:
        return None
    return Instance(series_id=match["series"], original_start=stamp(moment), sure=False)


def missing(ref: EventRef) -> Event:
    """An event that is no longer there, read as cancelled."""
    return Event(ref=ref, cancelled=True, vanished=True, instance=named_instance(ref.event_id))
