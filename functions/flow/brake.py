"""Holds deletions back if a calendar has let go of too much within a day (`core.brake`)."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from functions.core import brake
from functions.core.brake import Released
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.flow.context import Context, Work, amend_conference, amend_enrolment
from functions.flow.releases import Releases
from functions.ports import Store, Versioned

log = logging.getLogger(__name__)


def counted(enrolment: Enrolment, now: datetime, *, found: Sequence[Released]) -> Enrolment:
    """The enrolment with these releases in its count."""
    return replace(enrolment, brake=brake.count(enrolment.brake, found, now)) if found else enrolment


@contextmanager
def counting(context: Context, releases: Releases) -> Iterator[None]:
    """What is noted meanwhile and stored with no enrolment is stored in the end, also after an error."""
    try:
        yield
    except Exception:
        _store(context, releases)
        raise
    _store(context, releases)


def _store(context: Context, releases: Releases) -> None:
    for calendar_id in releases.calendars():
        found, kept = releases.of(calendar_id), context.store.enrolment(calendar_id)
        if kept:
            amend_enrolment(context, kept, partial(counted, found=found))
        releases.stored(found)


def holds_back(work: Work, calendar_id: str) -> bool:
    """Whether nothing that this calendar let go may be deleted for now."""
    with work.releases.weighing:  # one after the other: the next one knows what this one has counted
        kept = work.context.store.enrolment(calendar_id)
        return kept is not None and look(work, kept)


def look(work: Work, kept: Versioned[Enrolment]) -> bool:
    """Whether the calendar has let go of too much. What it holds is read only if that cannot be told without."""
    found = work.releases.of(kept.value.calendar_id)
    known = counted(kept.value, kept.read_at, found=found).brake
    if brake.must_weigh(known, kept.read_at):
        return _weighs_too_much(work, kept, found)
    return known.withheld is not None


def _weighs_too_much(work: Work, kept: Versioned[Enrolment], found: Sequence[Released]) -> bool:
    """Count what the calendar holds, and store what that means."""
    context, calendar_id = work.context, kept.value.calendar_id
    holds = sum(_is_held(one.value, calendar_id) for one in context.store.conferences(held_in=calendar_id))

    def weighed(newest: Enrolment, at: datetime) -> Enrolment | None:
        if newest.brake.withheld:
            return None
        return replace(newest, brake=brake.weigh(counted(newest, at, found=found).brake, holds, at))

    amended = amend_enrolment(context, kept, weighed)
    if amended is None:
        return True
    work.releases.stored(found)
    withheld = amended.value.brake.withheld
    if withheld:
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
