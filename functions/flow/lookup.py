"""One event as it is now, asked for by its id."""

from collections.abc import Sequence

from functions.core.errors import Rejected
from functions.core.ids import missing
from functions.core.model import Access, Event, EventRef, Unreadable
from functions.flow.context import Context


def look_up(context: Context, access: Access, ref: EventRef) -> Event | Unreadable:
    """The event; one that has vanished counts as cancelled.

    So does an instance whose series is gone: it may still answer by its id when nothing shows it any more
    (whether Calendar cancels the exceptions of a deleted series one by one is not documented, FACTS.md 6).
    """
    event = _one(context, access, ref)
    if isinstance(event, Unreadable) or event.cancelled or event.instance is None:
        return event
    series = _one(context, access, EventRef(ref.calendar_id, event.instance.series_id))
    return missing(ref) if isinstance(series, Event) and series.cancelled else event


def look_up_all(context: Context, access: Access, refs: Sequence[EventRef]) -> list[Event | Unreadable]:
    """Several at once."""
    if not refs:
        return []
    with context.pool(context.policy.concurrency) as pool:
        return list(pool.map(lambda ref: look_up(context, access, ref), refs))


def _one(context: Context, access: Access, ref: EventRef) -> Event | Unreadable:
    try:
        return context.calendar.event(access, ref.event_id)
    except Rejected as error:
        return Unreadable(ref=ref, reason=error.logged)
