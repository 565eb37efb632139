"""Writes a changed link to the events that carry the conference, each on the state that it was decided on."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from functions.core import publishing
from functions.core.actions import Keep, Park, Write
from functions.core.decide import decide_link
from functions.core.errors import AccessLost, Rejected, RetryLater
from functions.core.event import read
from functions.core.history import Deed
from functions.core.model import EventRef
from functions.flow.case import Case
from functions.flow.status import staying

log = logging.getLogger(__name__)
TRIES_MAX = 5  # as often an event that is changed under our hands is read and decided on again
EVENTS_MAX = 50  # in one go; the rest is due at once again


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    what: str
    why: str = ""


def write_links(case: Case) -> None:
    """Each event shows the link, or its refusal is noted. RetryLater if one could not be written for now."""
    for ref in case.conference.unwritten[:EVENTS_MAX]:
        outcome = _write(case, ref)
        deed = Deed(at=case.work.context.now(), row="E28", what=outcome.what, event=ref, why=outcome.why)
        case.conference = publishing.wrote(case.conference, deed)


def _write(case: Case, ref: EventRef) -> _Outcome:
    try:
        return _tried(case, ref)
    except (AccessLost, Rejected) as error:
        fields = {"calendar_id": ref.calendar_id, "event_id": ref.event_id, "why": error.logged}
        log.warning("event.link_refused", extra=fields)
        return _Outcome(what="link refused", why=str(error))


def _tried(case: Case, ref: EventRef) -> _Outcome:
    context = case.work.context
    kept = staying(context.store, ref.calendar_id)
    if kept is None:
        raise Rejected(f"calendar {ref.calendar_id} is not enrolled")
    access, fields = kept.value.access, {"calendar_id": ref.calendar_id, "event_id": ref.event_id}
    for _ in range(TRIES_MAX):
        raw = context.calendar.event(access, ref.event_id)
        event = read(raw, ref.calendar_id, context.solutions)
        match decide_link(event, case.conference, context.policy.write_back):
            case Keep():
                return _Outcome(what="link shown already")
            case Park(reason=reason):
                raise Rejected(reason)
            case Write(fields=wanted):
                if context.calendar.write(access, ref.event_id, etag=_etag(raw), fields=wanted):
                    log.info("event.link_written", extra=fields)
                    return _Outcome(what="link written")
            case _ as never:
                assert_never(never)
    raise RetryLater(f"event {ref.event_id} was changed {TRIES_MAX} times while its link was to be written")


def _etag(raw: object) -> str:
    """Nothing is written blindly."""
    etag = raw.get("etag") if isinstance(raw, Mapping) else None
    if not isinstance(etag, str):
        raise Rejected("the event came without an etag")
    return etag
