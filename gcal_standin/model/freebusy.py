"""When a calendar's user is busy: from its events to a few spans of time."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event
from gcal_standin.model.listing import Query, select

Span = tuple[datetime, datetime]


def busy(calendar: Calendar, low: datetime, high: datetime) -> list[Span]:
    """Return the busy spans of a window, joined where they touch and cut at its ends."""
    found = select(calendar, Query(single_events=True, time_min=low, time_max=high))
    spans = sorted(_spans(calendar, [event for event in found if event is not None]))
    return [(max(begin, low), min(finish, high)) for begin, finish in _joined(spans)]


def _spans(calendar: Calendar, events: Iterable[Event]) -> Iterator[Span]:
    for event in events:
        span = calendar.span(event)
        if span is not None and span[0] < span[1] and _takes_time(calendar, event):
            yield span


def _takes_time(calendar: Calendar, event: Event) -> bool:
    """Whether an event blocks time: not if it is marked free, a mere place of work, or declined."""
    own = event.attendee(calendar.id)
    declined = own is not None and own.get("responseStatus") == "declined"
    free = event.body.get("transparency") == "transparent" or event.type in {"birthday", "workingLocation"}
    return not (event.cancelled or declined or free)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Join sorted spans that overlap or touch."""
    open_: Span | None = None
    for begin, finish in spans:
        if open_ is not None and begin <= open_[1]:
            open_ = (open_[0], max(open_[1], finish))
            continue
        if open_ is not None:
            yield open_
        open_ = (begin, finish)
    if open_ is not None:
        yield open_
