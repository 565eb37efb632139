"""A notification comes in: is it our channel's, and is the request for a sync safe before we say yes."""

import logging
from collections.abc import Callable, Sequence

from functions.core.channel import Headers, answer, claimed_channel
from functions.core.errors import Rejected, RetryLater
from functions.ports import Queue

log = logging.getLogger(__name__)
REFUSED = {400: "notification.unreadable", 403: "notification.forged", 405: "notification.not_post"}


def receive(method: str, headers: Headers, keys: Sequence[str], queue: Callable[[], Queue]) -> int:
    """The HTTP status for Google: 503 makes it try again, anything else ends the matter (FACTS.md 1.2)."""
    said, fields = answer(method, headers, keys), {"channel_id": claimed_channel(headers)}
    if said.status in REFUSED:
        log.warning(REFUSED[said.status], extra=fields)
    if said.request is None:
        return said.status
    fields["calendar_id"] = said.request.calendar_id
    try:
        queue().publish(said.request)
    except (RetryLater, Rejected):
        log.exception("notification.not_published", extra=fields)
        return 503
    log.info("notification.accepted", extra=fields)
    return said.status
