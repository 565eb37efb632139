"""Holds deletions back if a calendar has let go of too much within a day (`core.brake`)."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from functions.core import brake
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.flow.context import Context, Work, amend_conference, amend_enrolment, counted
from functions.ports import Store, Versioned

log = logging.getLogger(__name__)


def holds_back(work: Work, calendar_id: str) -> bool:
    """Whether nothing that this calendar let go may be deleted for now."""
    kept = work.context.store.enrolment(calendar_id)
    if kept is None:
        return False
    known = counted(kept.value, kept.read_at, found=work.notes.of(calendar_id)).brake
    return weigh(work, kept) if brake.must_weigh(known, kept.read_at) else known.withheld is not None


def weigh(work: Work, kept: Versioned[Enrolment]) -> bool:
    """Count what the calendar holds, and store what that means. Whether it has let go of too much."""
    context, calendar_id = work.context, kept.value.calendar_id
    holds = sum(_is_held(one.value, calendar_id) for one in context.store.conferences(held_in=calendar_id))
    with work.notes.storing(calendar_id) as found:

        def weighed(newest: Enrolment, at: datetime) -> Enrolment:
            return replace(newest, brake=brake.weigh(counted(newest, at, found=found).brake, holds, at))

        amended = amend_enrolment(context, kept, weighed) or kept
    withheld = amended.value.brake.withheld
    if withheld and withheld.since == amended.read_at:  # it was this very look that found it
        counts = {"releases": withheld.releases, "holds": withheld.holds}
        log.warning("sync.deletions_withheld", extra={"calendar_id": calendar_id, **counts})
    return withheld is not None


def _is_held(conference: Conference, calendar_id: str) -> bool:
    return any(hold.ref.calendar_id == calendar_id for hold in conference.holds)


def held_back(store: Store, calendar_id: str) -> Iterator[Versioned[Conference]]:
    """What this calendar was the last to let go of, and is to be deleted because of that."""
    for kept in store.conferences(held_in=calendar_id):
        gone = brake.ended_by(kept.value)
        if gone and gone.calendar_id == calendar_id:
            yield kept


def go_on(context: Context, calendar_id: str) -> None:
    """Deletions that were withheld are due again. If they still must be, they are withheld again."""
    grace = timedelta(seconds=context.policy.grace)
    for kept in held_back(context.store, calendar_id):
        if brake.due_as_before(kept.value, grace) != kept.value:
            amend_conference(context, kept, lambda found: brake.due_as_before(found, grace))
