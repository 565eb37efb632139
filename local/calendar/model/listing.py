"""events.list: which events, in which order, page by page, and which sync token the last page gives.

The first page takes its snapshot of versions; later pages go on in it, so nothing is missed or told twice,
and what changes meanwhile lies after the token's position.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from local.calendar.model.calendar import Calendar, vanished
from local.calendar.model.event import Event
from local.calendar.model.recurrence import instance_id
from local.calendar.model.search import matches
from local.calendar.model.times import Json, instant, slot_of

_NOWHERE = (datetime.max.replace(tzinfo=UTC),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    single_events: bool = False
    show_deleted: bool = False
    types: frozenset[str] = frozenset()
    time_min: datetime | None = None
    time_max: datetime | None = None
    updated_min_ms: int | None = None
    order_by: str | None = None
    text: str | None = None
    uid: str | None = None
    private: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    since: int | None = None  # the position of a sync token

    @property
    def tells_deleted(self) -> bool:
        return self.show_deleted or self.since is not None or self.updated_min_ms is not None

    @property
    def gives_token(self) -> bool:
        """Tell whether the last page has a token; Google suppresses it for reads that cannot be continued."""
        return not (self.order_by or self.updated_min_ms is not None or self._searches)

    @property
    def _searches(self) -> bool:
        return bool(self.text or self.uid or self.private or self.shared)


def select(calendar: Calendar, query: Query) -> list[Event]:
    """Return the events of a read, in its order. With a token the cost is that of the changes alone."""
    source = calendar.events() if query.since is None else calendar.changed_since(query.since)
    found = (
        _expanded(calendar, source, query) if query.single_events else _unexpanded(calendar, source, query)
    )
    chosen = [event for event in found if _wanted(event, query)]
    if query.order_by == "updated":
        chosen.sort(key=lambda event: event.version_ms)
    elif query.order_by == "startTime":
        chosen.sort(key=lambda event: (_span(calendar, event) or _NOWHERE)[0])
    return chosen


def _wanted(event: Event, query: Query) -> bool:
    if query.types and event.type not in query.types:
        return False
    if query.updated_min_ms is not None and event.version_ms < query.updated_min_ms:
        return False
    return matches(event, text=query.text, uid=query.uid, private=query.private, shared=query.shared)


def _unexpanded(calendar: Calendar, source: Iterable[Event], query: Query) -> Iterator[Event]:
    for event in source:
        if _series_cancelled(calendar, event) and not event.cancelled:
            if query.since is not None:
                yield _gone(event)
            continue
        master = calendar.stored(event.master_id or "")
        instance_of_live = master is not None and not master.cancelled
        if event.cancelled and not (query.tells_deleted or instance_of_live):
            continue
        if overlaps(calendar, event, query):
            yield event


def _series_cancelled(calendar: Calendar, exception: Event) -> bool:
    master = calendar.stored(exception.master_id or "")
    return master is not None and master.cancelled


def _gone(event: Event) -> Event:
    """Return an exception that its deleted series takes along, whatever its own status.

    It may have been restored after the series went: who read it before that would keep it for ever.
    """
    return replace(event, body=event.body | {"status": "cancelled"})


def _expanded(calendar: Calendar, source: Iterable[Event], query: Query) -> Iterator[Event]:
    for event in source:
        if query.since is not None:
            yield from vanished(calendar, event, query.since)
        if event.is_master:
            yield from _instances_told(calendar, event, query)
        elif _series_cancelled(calendar, event) and not event.cancelled:
            if query.since is not None:
                yield _gone(event)
        elif event.cancelled and not query.tells_deleted:
            continue
        elif overlaps(calendar, event, query):
            yield event


def _instances_told(calendar: Calendar, master: Event, query: Query) -> Iterator[Event]:
    if not master.cancelled or (query.tells_deleted and query.since is None):
        yield from instances(calendar, master, query.time_min, query.time_max)


def instances(
    calendar: Calendar, master: Event, after: datetime | None = None, before: datetime | None = None
) -> Iterator[Event]:
    """Yield the occurrences of a series that nobody edited; the edited ones are events of their own."""
    series = calendar.series(master)
    for original in series.originals(after, before):
        event_id = instance_id(master.id, original)
        if calendar.stored(event_id) is None:
            yield _instance(master, event_id, series.instance(original))


def _instance(master: Event, event_id: str, body: Json) -> Event:
    return Event(
        id=event_id,
        body=body | {"recurringEventId": master.id},
        version_ms=master.version_ms,
        position=master.position,
    )


def overlaps(calendar: Calendar, event: Event, query: Query) -> bool:
    if query.time_min is None and query.time_max is None:
        return True
    if event.is_master:
        return any(True for _ in calendar.series(event).originals(query.time_min, query.time_max))
    span = _span(calendar, event)
    if span is None:
        return True
    begin, finish = span
    late = query.time_max is not None and begin >= query.time_max
    early = query.time_min is not None and finish <= query.time_min
    return not (late or early)


def _span(calendar: Calendar, event: Event) -> tuple[datetime, datetime] | None:
    """Return begin and end, or None for a bare tombstone and an event put in whose times cannot be read."""
    try:
        begin, finish = (slot_of(event.body[name], calendar.zone) for name in ("start", "end"))
    except (KeyError, ValueError):
        return None
    return instant(begin, calendar.zone), instant(finish, calendar.zone)
