"""Writes a changed link to the events that carry the conference, each on the state that it was decided on."""

import logging
from functools import partial
from typing import assert_never

from functions.core import link
from functions.core.actions import Keep, Park, Write
from functions.core.conference import Conference, Entry
from functions.core.decide import decide_link
from functions.core.errors import AccessLost, Rejected, RetryLater
from functions.core.model import Event, EventRef, Place, Unreadable
from functions.flow.job import Job

log = logging.getLogger(__name__)
TRIES_MAX = 5  # so often an event that changes meanwhile is read and decided on again
EVENTS_MAX = 50  # in one go; the rest is due again at once


def write_links(job: Job) -> None:
    """Each event that is due shows the link, or its refusal is noted. RetryLater if one could not be written
    for now; Overtaken if the record has changed meanwhile, and perhaps the link in it.
    """
    unwritten, now = job.conference.published.unwritten, job.work.context.now()
    if unwritten and job.work.context.policy.write_back is Place.OFF:
        job.conference = link.given_up(job.conference, now=now)
        return
    due = [one.ref for one in unwritten if one.at is not None and one.at <= now]
    if due and job.owners_unsaid:
        raise RetryLater(
            "whose the conference is could not be asked, and a link is for its own people's events"
        )
    for ref in due[:EVENTS_MAX]:
        job.conference = _written(job, ref)


def _written(job: Job, ref: EventRef) -> Conference:
    entry = partial(Entry, at=job.work.context.now(), row="E28", event=ref)
    try:
        return link.wrote(job.conference, entry(what=_write(job, ref)))
    except (AccessLost, Rejected) as error:
        fields = {"calendar_id": ref.calendar_id, "event_id": ref.event_id, "why": error.logged}
        log.warning("event.link_refused", extra=fields)
        noted = entry(what="link refused", why=str(error))
        return link.not_shown(job.conference, noted, passing=isinstance(error, AccessLost))


def _write(job: Job, ref: EventRef) -> str:
    """What was done. The link is checked after the event was read, and written only on that state of the
    event. If somebody learns a newer link meanwhile, either they have written it, and our write fails, or
    they find that we changed the event, and write it then.
    """
    context = job.work.context
    kept = context.store.enrolment(ref.calendar_id)
    if kept is None:
        raise Rejected(f"calendar {ref.calendar_id} is not enrolled")
    access, fields = kept.value.access, {"calendar_id": ref.calendar_id, "event_id": ref.event_id}
    for _ in range(TRIES_MAX):
        event = context.calendar.event(access, ref.event_id)
        job.check_newest()
        match decide_link(event, job.conference, context.policy.write_back, context.policy.link_hosts):
            case Keep():
                return "link shown already"
            case Park(reason=reason):
                raise Rejected(reason)
            case Write(fields=wanted):
                if context.calendar.write(access, ref.event_id, etag=_etag(event), fields=wanted):
                    log.info("event.link_written", extra=fields)
                    return "link written"
            case _ as never:
                assert_never(never)
    raise RetryLater(f"event {ref.event_id} was changed {TRIES_MAX} times while its link was to be written")


def _etag(event: Event | Unreadable) -> str:
    """The etag, without which nothing is written. Rejected."""
    if isinstance(event, Unreadable) or not event.etag:
        raise Rejected("the event came without an etag")
    return event.etag
