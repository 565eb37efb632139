"""Many calendars are enrolled, several at once. Their first syncs are left to the queue."""

from collections.abc import Iterable, Iterator
from functools import partial
from threading import Event
from typing import NamedTuple

from functions.core.enrolment import Enrolment
from functions.core.errors import AccessLost, BadRequest, Rejected, RetryLater
from functions.core.model import Reason, SyncRequest
from functions.core.roster import Entry, Outcome, Result
from functions.flow.abreast import abreast
from functions.flow.calendars import note_refusal
from functions.flow.context import Context
from functions.flow.joining import join
from functions.ports import Store

TRIES_MORE = 3
WAIT_S = 1.0  # doubled with each try, if we are not told how long to wait
WAIT_S_MAX = 150.0  # Calendar's limits by the minute let us in again sooner; a user's spent quota does not


class _Standing(NamedTuple):
    """A calendar that is enrolled and watched: as whom it is read, and whether it has been."""

    subject: str
    synced: bool


def enrol_all(context: Context, entries: Iterable[Entry], *, at_once: int, stop: Event) -> Iterator[Result]:
    """Each as it ends; repeating changes nothing, and asks Calendar only for what is not enrolled yet. What
    fails for a passing reason is tried a few times.

    Once `stop` is set none is begun, and what waits for another try has failed. It is set here if Calendar
    refuses the whole project.
    """
    standing = dict(_standing(context.store))
    jobs = (partial(_enrolled, context, entry, standing, stop) for entry in entries)
    return abreast(context, at_once, jobs, lambda: not stop.is_set())


def missing(store: Store, lines: Iterable[Entry | Result]) -> Iterator[Result]:
    """The lines whose calendar is not enrolled, and those that nobody can read. An alias of a calendar counts
    as another one: only Calendar knows better.
    """
    there = {kept.value.calendar_id for kept in store.enrolments() if not kept.value.leaving_at}
    for one in lines:
        if isinstance(one, Entry):
            if one.calendar_id not in there:
                yield Result(one.line, one.calendar_id, Outcome.MISSING)
        elif one.outcome is Outcome.UNREADABLE:
            yield one


def _standing(store: Store) -> Iterator[tuple[str, _Standing]]:
    for kept in store.enrolments():
        found = kept.value
        if not found.leaving_at and (found.watch.channel or not found.watch.possible):
            yield found.calendar_id, _stands(found)


def _stands(found: Enrolment) -> _Standing:
    return _Standing(found.access.subject, found.token is not None)


def _enrolled(context: Context, entry: Entry, standing: dict[str, _Standing], stop: Event) -> Result:
    said = partial(Result, entry.line, entry.calendar_id)
    tries = 0
    while True:
        try:
            return said(_enrol(context, entry, standing))
        except AccessLost as error:
            return said(Outcome.NO_ACCESS, str(error))
        except (BadRequest, Rejected) as error:
            return said(Outcome.REFUSED, str(error))
        except RetryLater as error:
            note_refusal(entry.calendar_id, error)
            if not _again(error, tries, stop):
                return said(Outcome.FAILED, str(error))
        tries += 1


def _again(error: RetryLater, tries: int, stop: Event) -> bool:
    """Waits for the next try; False if there is none."""
    if error.of_project:
        stop.set()
    wait = error.delay or WAIT_S * 2**tries
    return tries < TRIES_MORE and wait <= WAIT_S_MAX and not stop.wait(wait)


def _enrol(context: Context, entry: Entry, standing: dict[str, _Standing]) -> Outcome:
    """The list may name one calendar by two of its addresses: the first to be done enrols it."""
    before = standing.get(entry.calendar_id)
    if before and entry.user in (None, before.subject):
        _ask(context, entry.calendar_id, before)
        return Outcome.ALREADY
    found = join(context, entry.calendar_id, entry.user).value
    now = _stands(found)
    _ask(context, found.calendar_id, now)
    before = standing.setdefault(found.calendar_id, now)
    return Outcome.ENROLLED if before is now or before.subject != now.subject else Outcome.ALREADY


def _ask(context: Context, calendar_id: str, now: _Standing) -> None:
    """One that was killed may have enrolled and not asked. Asked twice before it is read, it is read once."""
    if not now.synced:
        context.queue.publish(SyncRequest(calendar_id=calendar_id, reason=Reason.INITIALIZE))
