"""events.list: which events, in which order, page by page, and which sync token the last page gives.

The first page takes its snapshot of versions; later pages go on in it, so nothing is missed or listed twice,
and what changes meanwhile lies after the token's position.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event
from gcal_standin.model.names import slot_name
from gcal_standin.model.search import matches
from gcal_standin.model.tombstones import listed, vanished

Row = tuple[Event, bool]  # an event, and whether the read shows it
_NOWHERE = (datetime.max.replace(tzinfo=UTC),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    single_events: bool = False
    show_deleted: bool = False
    types: frozenset[str] = frozenset()
    time_min: datetime | None = None
    time_max: datetime | None = None
    updated_min_us: int | None = None
    order_by: str | None = None
    text: str | None = None
    uid: str | None = None
    private: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    since: int | None = None  # the position of a sync token
    bare_tombstones: bool = False

    @property
    def tells_deleted(self) -> bool:
        return self.show_deleted or self.since is not None or self.updated_min_us is not None

    @property
    def gives_token(self) -> bool:
        """Tell whether the last page has a token; Google suppresses it for reads that cannot be continued."""
        return not (self.order_by or self.updated_min_us is not None or self._searches)

    @property
    def _searches(self) -> bool:
        return bool(self.text or self.uid or self.private or self.shared)


def select(calendar: Calendar, query: Query) -> list[Event | None]:
    """Return the rows of a read in its order, the events as they are shown.

    None is a row that the read leaves out, and that takes room on its page all the same: Google cuts pages
    before it filters. With a token the cost is that of the changes alone, of a window that of its weeks.
    """
    rows = (_expanded if query.single_events else _unexpanded)(calendar, _source(calendar, query), query)
    ordered = sorted(_once_each(rows), key=_order(calendar, query))
    return [
        _told(calendar, query, event) if shown and _wanted(event, query) else None for event, shown in ordered
    ]


def _source(calendar: Calendar, query: Query) -> Iterable[Event]:
    if query.since is not None:
        return calendar.changed_since(query.since)
    if query.time_min is None and query.time_max is None:
        return calendar.events()
    return calendar.around(query.time_min, query.time_max)


def _order(calendar: Calendar, query: Query) -> Callable[[Row], tuple[Any, ...]]:
    if query.order_by == "updated":
        return lambda row: (row[0].version_us, row[0].id)
    if query.order_by == "startTime":
        return lambda row: ((calendar.span(row[0]) or _NOWHERE)[0], row[0].id)
    return lambda row: (row[0].id,)


def _once_each(rows: Iterable[Row]) -> Iterable[Row]:
    """Keep of rows with one id the live one, else the latest: what left one part may be a date of another."""
    found: dict[str, Row] = {}
    for row in rows:
        other = found.setdefault(row[0].id, row)
        if _weight(row) > _weight(other):
            found[row[0].id] = row
    return found.values()


def _weight(row: Row) -> tuple[bool, bool, int]:
    event, shown = row
    return shown, not event.cancelled, event.position


def _told(calendar: Calendar, query: Query, event: Event) -> Event:
    body = listed(calendar, event, bare=query.bare_tombstones, details=query.show_deleted)
    return event if body is event.body else replace(event, body=body)


def _wanted(event: Event, query: Query) -> bool:
    if query.types and event.type not in query.types:
        return False
    if query.updated_min_us is not None and event.version_us < query.updated_min_us:
        return False
    return matches(event, text=query.text, uid=query.uid, private=query.private, shared=query.shared)


def _unexpanded(calendar: Calendar, source: Iterable[Event], query: Query) -> Iterator[Row]:
    for event in source:
        if _series_cancelled(calendar, event) and not event.cancelled:
            yield _gone(event), query.since is not None
            continue
        shown = not event.cancelled or query.tells_deleted or _off_in_live_series(calendar, event)
        yield event, shown and overlaps(calendar, event, query)


def _series_cancelled(calendar: Calendar, exception: Event) -> bool:
    master = calendar.series_of(exception)
    return master is not None and master.cancelled


def _off_in_live_series(calendar: Calendar, exception: Event) -> bool:
    master = calendar.series_of(exception)
    return master is not None and not master.cancelled and calendar.has_date(exception)


def _gone(event: Event) -> Event:
    """Return an exception that its deleted series takes along, whatever its own status.

    It may have been restored after the series went: a reader that saw it before that would keep it for ever.
    """
    return replace(event, body=event.body | {"status": "cancelled"})


def _expanded(calendar: Calendar, source: Iterable[Event], query: Query) -> Iterator[Row]:
    for event in source:
        if query.since is not None:
            yield from ((tombstone, True) for tombstone in vanished(calendar, event, query.since))
        if event.is_master:
            yield from ((instance, True) for instance in _instances_told(calendar, event, query))
        elif _series_cancelled(calendar, event) and not event.cancelled:
            yield _gone(event), query.since is not None
        else:
            shown = not event.cancelled or query.tells_deleted
            yield event, shown and overlaps(calendar, event, query)


def _instances_told(calendar: Calendar, master: Event, query: Query) -> Iterator[Event]:
    if not master.cancelled or (query.tells_deleted and query.since is None):
        yield from instances(calendar, master, query.time_min, query.time_max)


def instances(
    calendar: Calendar, master: Event, after: datetime | None = None, before: datetime | None = None
) -> Iterator[Event]:
    """Yield the occurrences of a series that nobody edited; the edited ones are events of their own."""
    for original in calendar.series(master).originals(after, before):
        if calendar.at((master.id, slot_name(original))) is None:
            yield calendar.plain(master, original)


def overlaps(calendar: Calendar, event: Event, query: Query) -> bool:
    if query.time_min is None and query.time_max is None:
        return True
    if event.is_master:
        return any(True for _ in calendar.series(event).originals(query.time_min, query.time_max))
    span = calendar.span(event)
    if span is None:
        return True
    begin, finish = span
    late = query.time_max is not None and begin >= query.time_max
    early = query.time_min is not None and finish <= query.time_min
    return not (late or early)
