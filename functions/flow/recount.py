"""Counts anew what the conferences' records say of a calendar, or of all (`core.counts`)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from functions.core import counts
from functions.core.aside import is_stray
from functions.core.conference import Conference, refusals
from functions.core.enrolment import Enrolment, Recount, doubted, renewed
from functions.flow.context import threads
from functions.flow.turn import Turn
from functions.ports import Store, Versioned

READ_AT_ONCE = 200  # records between two looks at the lease
AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """How many records were read, of how many calendars the counts were unknown, in doubt or wrong, and how
    many of these are left to the next read, since somebody was writing them.
    """

    conferences: int
    calendars: int
    mended: int
    left: int


def recount(turn: Turn) -> Recount:
    """At the end of a read."""
    calendar_id, before = turn.enrolment.calendar_id, turn.enrolment.tally
    turn.notes.counted_anew(calendar_id)
    records, found = turn.context.store.conferences(held_in=calendar_id), Counter[str]()
    while some := list(islice(records, READ_AT_ONCE)):
        found.update(counts.total(kept.value for kept in some).get(calendar_id, {}))
        turn.keep_lease()
    return Recount(dict(found), before)


def recount_all(store: Store, *, far: Callable[[int], None] = lambda _: None) -> Recounted:
    """From one read of all conferences, whose number is told as it grows. What was found out of place is
    stored, and so are strays and what is refused once more: an older release has not indexed them as such.
    Repeating it does no harm.
    """
    before = {kept.value.calendar_id: kept.value.tally for kept in store.enrolments()}
    number, found, ended = 0, dict[str, Counter[str]](), None
    for number, kept in enumerate(_marking(store, store.conferences()), 1):
        counts.total([kept.value], found)
        ended = kept.read_at
        far(number)
    recounts = {name: Recount(dict(found.get(name, {})), tally) for name, tally in before.items()}
    wrong = [name for name, one in recounts.items() if _is_wrong(one)]
    with threads(AT_ONCE) as pool:
        mended = sum(pool.map(lambda name: _mend(store, name, recounts[name], ended), wrong))
    return Recounted(conferences=number, calendars=len(before), mended=mended, left=len(wrong) - mended)


def _marking(store: Store, records: Iterable[Versioned[Conference]]) -> Iterator[Versioned[Conference]]:
    for kept in records:
        if is_stray(kept.value) or refusals(kept.value):
            store.save(kept.value, kept.version)
        yield kept


def _is_wrong(one: Recount) -> bool:
    return one.before.counted_at is None or one.before.counts != one.counts


def _mend(store: Store, calendar_id: str, recount: Recount, ended: datetime | None) -> bool:
    """Whether it is stored. Whoever has the lease may have changes at hand that are in the count already."""
    kept = store.enrolment(calendar_id)
    if kept is None or kept.value.leaving_at:
        return True
    return store.save(_mended(kept.value, recount, ended or kept.read_at), kept.version) is not None


def _mended(found: Enrolment, recount: Recount, ended: datetime) -> Enrolment:
    tally = renewed(found.tally, recount, ended)
    return replace(found, tally=doubted(tally) if found.lease else tally)
