"""One call to a conference's system, and what its answer says of the system as a whole."""

import logging

from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Change, Outcome
from functions.flow.context import Context, Failed
from functions.flow.outage import Outage

log = logging.getLogger(__name__)
Result = Outcome | Gone | Rejected | Failed


def attempt(context: Context, change: Change) -> Result:
    """Make the call, unless its system is out. A refusal that may be of all that we push is trouble of the
    system, and passes, once several conferences have got one and nothing worked between.
    """
    name, now = change.key.provider, context.monotonic()
    if (outage := context.outages.get(name)) and not outage.lets(now, change.key.id):
        return Failed(f"{name} is out, and tried once in a while: {outage.why}")
    try:
        result: Outcome | Gone | Rejected = context.provider(name).apply(change)
    except RetryLater as error:
        _trouble(context, name, now, error).note(change.key.id)
        if error.of_project:
            _log_refusal(name, error)
        return Failed.of(error)
    except (Gone, Rejected) as error:
        result = error
    if isinstance(result, Rejected) and result.may_be_all:
        return _judged(context, change, result, now)
    context.outages.pop(name, None)
    return result


def _judged(context: Context, change: Change, error: Rejected, now: float) -> Rejected | Failed:
    name = change.key.provider
    outage = _trouble(context, name, now, error)
    outage.note_refusal(change.key.id)
    if outage.refuses_all:
        _log_refusal(name, error)
    if not outage.lasts(now):
        return error
    said = f"{name} is out, it refuses whatever is pushed"
    return Failed(f"{said}: {error}", may_land=error.may_land, logged=f"{said}: {error.logged}")


def _trouble(context: Context, name: str, now: float, error: Rejected | RetryLater) -> Outage:
    outage = context.outages.setdefault(name, Outage(since=now))
    outage.why = error.logged
    return outage


def _log_refusal(name: str, error: Rejected | RetryLater) -> None:
    """An alert watches for this line: an operator has to act."""
    log.error("system.refuses_all", extra={"provider": name, "why": error.logged})
