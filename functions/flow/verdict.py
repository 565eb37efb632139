"""What a failed call says: of its conference, or of its system as a whole."""

import logging

from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Change
from functions.flow.context import Context, Failed
from functions.flow.outage import Outage

log = logging.getLogger(__name__)


def verdict(
    context: Context, change: Change, error: Gone | Rejected | RetryLater, now: float
) -> Gone | Rejected | Failed:
    """A refusal that may be of all that we push is trouble of the system, and passes, once several
    conferences have got one and nothing worked between.
    """
    name = change.key.provider
    if isinstance(error, RetryLater):
        _outage(context, name, error, now).note(change.key.id)
        if error.of_project:
            _call_operator(name, error)
        return Failed.of(error)
    if isinstance(error, Rejected) and error.may_be_all:
        return _doubted(context, change, error, now)
    context.outages.pop(name, None)  # it works
    return error


def _doubted(context: Context, change: Change, error: Rejected, now: float) -> Rejected | Failed:
    name = change.key.provider
    outage = _outage(context, name, error, now)
    outage.note_refusal(change.key.id)
    if outage.refuses_all:
        _call_operator(name, error)
    if not outage.lasts(now):
        return error
    said = f"{name} is out, it refuses whatever is pushed"
    return Failed(f"{said}: {error}", may_land=error.may_land, logged=f"{said}: {error.logged}")


def _outage(context: Context, name: str, error: Rejected | RetryLater, now: float) -> Outage:
    outage = context.outages.setdefault(name, Outage(since=now))
    outage.why = error.logged
    return outage


def _call_operator(name: str, error: Rejected | RetryLater) -> None:
    """An alert watches for this line."""
    log.error("system.refuses_all", extra={"provider": name, "why": error.logged})
