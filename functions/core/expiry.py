"""When the record of a conference may go, in a store that lets records go by themselves."""

from datetime import UTC, datetime, timedelta

from functions.core.conference import Conference
from functions.core.hold import Hold

# Calendar keeps deleted events in its trash, to be restored, for half of that.
DELETED_KEPT = timedelta(days=60)
# An event that is over is hardly touched any more. If it is, it is held as a new one would be; only if it is
# deleted does nobody know by then which conference it had, and that stays on its system.
PAST_KEPT = timedelta(days=180)


def expires_at(conference: Conference) -> datetime | None:
    """None while something is due or under way, and as long as an event that carries it has no known end."""
    if conference.due_at or conference.intent:
        return None
    if conference.deleted_at and not conference.holds:
        return conference.deleted_at + DELETED_KEPT
    days = [_last_day(hold) for hold in (*conference.holds, *conference.borrowed)]
    if not (days and all(days)):
        return None
    try:
        return datetime.fromisoformat(max(days)).replace(tzinfo=UTC) + PAST_KEPT
    except (OverflowError, ValueError):  # in the year 9999, or a day that is none
        return None


def _last_day(hold: Hold) -> str:
    return hold.span.ends[:10] if hold.span and hold.span.series else hold.over_on
