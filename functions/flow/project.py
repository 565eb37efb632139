"""Google refuses the project as such: no user can do anything about it, an operator has to."""

import logging

from functions.core.errors import RetryLater

log = logging.getLogger(__name__)


def note_refusal(calendar_id: str, error: RetryLater) -> None:
    """Say so under a name of its own, if that is what the error means: an alert waits for this line."""
    if error.of_project:
        log.error("project.refused", extra={"calendar_id": calendar_id, "why": error.logged})
