"""How the enrolled calendars stand, for those who ask."""

from collections.abc import Mapping

from functions.core.conference import Conference
from functions.core.cursor import Enrolment
from functions.core.errors import BadRequest
from functions.flow.context import Context
from functions.ports import Kept

State = Mapping[str, object]


def known(context: Context, calendar_id: str) -> Kept[Enrolment]:
    kept = context.store.enrolment(calendar_id)
    if kept is None:
        raise BadRequest(f"calendar {calendar_id} is not enrolled", status=404)
    return kept


def summary(enrolment: Enrolment) -> dict[str, object]:
    channel = enrolment.channel
    return {
        "calendar_id": enrolment.calendar_id,
        "channel": {"id": channel.id, "expires_at": channel.expires_at.isoformat()} if channel else None,
        "synced": enrolment.token is not None,
        "watchable": enrolment.watchable,
    }


def state(context: Context, calendar_id: str) -> State:
    """What an operator asks of one calendar. BadRequest (404) if it is not enrolled."""
    kept = known(context, calendar_id)
    enrolment = kept.value
    found = [held.value for held in context.store.conferences(held_in=enrolment.calendar_id)]
    return {
        **summary(enrolment),
        "user": enrolment.user,
        "last_sync_at": enrolment.synced_at.isoformat() if enrolment.synced_at else None,
        "behind_seconds": _behind(enrolment, kept),
        "holds": sum(hold.ref.calendar_id == enrolment.calendar_id for one in found for hold in one.holds),
        "parked": [_parked(one) for one in found if one.parked],
        "unreadable": dict(enrolment.unreadable),
        "degraded": enrolment.degraded,
        "access_lost_since": enrolment.lost_at.isoformat() if enrolment.lost_at else None,
        "paused_until": enrolment.paused_until.isoformat() if enrolment.paused_until else None,
        "trouble": enrolment.trouble,
    }


def _behind(enrolment: Enrolment, kept: Kept[Enrolment]) -> float:
    """Seconds since a change was asked to be read that has not been; 0 when nothing waits."""
    asked, synced = enrolment.asked_again_at, enrolment.synced_at
    waiting = asked if asked and (synced is None or asked > synced) else None
    return round((kept.read_at - waiting).total_seconds(), 1) if waiting else 0.0


def _parked(conference: Conference) -> dict[str, object]:
    parked = conference.parked
    if parked is None:
        return {}
    return {
        "provider": conference.key.provider,
        "conference_id": conference.key.id,
        "reason": parked.reason,
        "since": parked.since.isoformat(),
        "retry_at": parked.retry_at.isoformat() if parked.retry_at else None,
    }
