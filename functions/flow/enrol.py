"""A calendar is enrolled, and read for the first time."""

import logging

from functions.core.enrolment import Enrolment
from functions.core.errors import RetryLater
from functions.core.model import Reason, SyncRequest
from functions.core.protocol import NO_SKEW
from functions.flow.calendars import enrolled, note_refusal
from functions.flow.context import Context
from functions.flow.joining import join
from functions.flow.status import State, summary
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Versioned

log = logging.getLogger(__name__)


def enrol(context: Context, calendar_id: str, user: str | None) -> State:
    """Watch the calendar and sync it once; repeating changes nothing. AccessLost, RetryLater, BadRequest."""
    try:
        kept = join(context, calendar_id, user)
        if kept.value.token is None:
            _first_sync(context, kept)
        return summary(enrolled(context.store, kept.value.calendar_id).value)
    except RetryLater as error:
        note_refusal(calendar_id, error)
        raise


def _first_sync(context: Context, kept: Versioned[Enrolment]) -> None:
    """At once; if that fails for now, the request waits in the queue like any other."""
    request = SyncRequest(calendar_id=kept.value.calendar_id, reason=Reason.INITIALIZE)
    try:
        sync(
            context,
            request,
            Delivery(id=context.new_id(), published_at=kept.read_at, skew=NO_SKEW, awaited=True),
        )
    except RetryLater as error:
        log.warning("sync.first_failed", extra={"calendar_id": kept.value.calendar_id, "why": error.logged})
        context.queue.publish(request)
