"""An operator has what is parked tried again now: one conference, or all that are chosen."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from functions.core import link, pending
from functions.core.aside import set_aside
from functions.core.conference import Conference, Entry, note, whose
from functions.core.errors import BadRequest
from functions.core.model import ConferenceKey
from functions.flow.calendars import enrolled
from functions.flow.context import Context, Notes, Work, amend_conference, begin_work, counting
from functions.flow.revisit import revisit
from functions.ports import Versioned

log = logging.getLogger(__name__)
AT_ONCE = 500  # in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Of what is parked, what is tried again. Each is empty if it does not matter; `why` is a part of the
    reason, in whatever case.
    """

    calendar_id: str = ""
    provider: str = ""
    why: str = ""

    def fits(self, conference: Conference) -> bool:
        reasons = [aside.why.reason.casefold() for aside in set_aside(conference)]
        return (
            self.provider in {"", conference.key.provider}
            and (not self.calendar_id or self.calendar_id in whose(conference))
            and any(self.why.casefold() in reason for reason in reasons)
        )


def retry(context: Context, conference_id: str, providers: Sequence[str]) -> int:
    """What is parked under this id is tried again. Returns the number of records. BadRequest (404)."""
    keys = [ConferenceKey(provider, conference_id) for provider in providers]
    found = context.store.known([], keys)
    if not found:
        raise BadRequest(
            f"no conference {conference_id} is known of providers {', '.join(providers)}", status=404
        )
    _try_again(begin_work(context, context.new_id(), Notes()), found)
    return len(found)


def retry_all(context: Context, choice: Choice, providers: Sequence[str]) -> Iterator[Conference]:
    """As they are afterwards; they are tried while this is iterated. BadRequest (404) if the provider is none
    of these, or the calendar is not enrolled.
    """
    _check(context, choice, providers)
    held_in = choice.calendar_id or None
    keys = [kept.value.key for kept in context.store.conferences(held_in=held_in) if choice.fits(kept.value)]
    log.info("retry.begun", extra={"records": len(keys)})
    work = begin_work(context, context.new_id(), Notes())
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        _try_again(work, [kept for kept in context.store.known([], some) if choice.fits(kept.value)])
        yield from (kept.value for kept in context.store.known([], some))


def _check(context: Context, choice: Choice, providers: Sequence[str]) -> None:
    if choice.provider not in {"", *providers}:
        raise BadRequest(
            f"there is no provider {choice.provider}, only {', '.join(sorted(providers))}", status=404
        )
    if choice.calendar_id:
        enrolled(context.store, choice.calendar_id)


def _try_again(work: Work, found: Sequence[Versioned[Conference]]) -> None:
    with counting(work.context, work.notes):
        with work.context.pool(work.context.policy.concurrency) as pool:
            trying = [pool.submit(_try_one, work, kept) for kept in found]
        for ended in trying:
            ended.result()  # a bug in one did not stop the others, and is raised only here


def _try_one(work: Work, kept: Versioned[Conference]) -> None:
    entry = Entry(at=work.context.now(), row="", what="retried", why="an operator said so")
    revisit(work, amend_conference(work.context, kept, lambda one: _again(one, entry), work.notes))
    key = kept.value.key
    log.info("conference.retried", extra={"provider": key.provider, "conference_id": key.id})


def _again(conference: Conference, entry: Entry) -> Conference:
    return note(link.tried_again(pending.again(conference, now=entry.at), now=entry.at), entry)
