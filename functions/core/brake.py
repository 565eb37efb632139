"""The brake on deletions that syncs are told of one by one: the guard against mass deletion, over a day.

A calendar's releases are counted when its event was the last that carried a conference. If there are too many
of them within a day, what they left without an event is not deleted until an operator confirms. Pure
transitions, each from a record to the next one.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from functions.core.conference import Conference, Entry, note
from functions.core.enrolment import Brake, Hour, Withheld
from functions.core.withheld import RELEASES_MIN, too_many

WINDOW = timedelta(days=1)
OPERATOR = "so many were let go within a day that an operator has to confirm"


class Released(NamedTuple):
    """This calendar let go, at that time, of a conference that no event carries since (`number` is 1), or
    that an event carries again (-1).
    """

    calendar_id: str
    at: datetime
    number: int = 1


def released(before: Conference, after: Conference) -> Released | None:
    """What it means for the brake that a record has changed."""
    if before.holds:
        return ended_by(after)
    back = ended_by(before) if after.holds else None
    return back._replace(number=-1) if back else None


def ended_by(conference: Conference) -> Released | None:
    """The release because of which it is to be deleted, if a sync was told of it. None if a reconciliation
    found it, which has a guard of its own, or if the conference is deleted already.
    """
    last = next(iter(conference.released), None)
    spared = conference.holds or conference.deleted_at or conference.guarded
    if spared or conference.delete_at is None or last is None or last.let_go_at is None:
        return None
    return Released(last.ref.calendar_id, last.let_go_at)


def count(brake: Brake, found: Iterable[Released], now: datetime) -> Brake:
    """With these releases, each in its hour, and without those of more than a day ago. While something is
    withheld none is too old; if all have come back, nothing is withheld.
    """
    if brake.withheld:
        left = brake.withheld.releases + sum(one.number for one in found)
        return replace(brake, withheld=replace(brake.withheld, releases=left)) if left > 0 else Brake()
    hours = dict(brake.hours)
    for one in found:
        hour = one.at.replace(minute=0, second=0, microsecond=0)
        hours[hour] = max(0, hours.get(hour, 0) + one.number)
    recent = [Hour(begins, number) for begins, number in hours.items() if number and begins > now - WINDOW]
    return replace(brake, hours=tuple(sorted(recent)))


def releases(brake: Brake) -> int:
    return sum(hour.releases for hour in brake.hours)


def must_weigh(brake: Brake, now: datetime) -> bool:
    """Whether only a count of what the calendar holds can tell if these releases are too many. One count
    serves for a day, or until there are more releases than half of it.
    """
    number = releases(brake)
    known = brake.weighed_at is not None and brake.weighed_at > now - WINDOW
    return number >= RELEASES_MIN and not (known and 2 * number <= brake.holds)


def weigh(brake: Brake, holds: int, now: datetime) -> Brake:
    """The calendar holds so many conferences now. If it has let go of too many, they are withheld."""
    number = releases(brake)
    before = holds + number
    if brake.withheld:
        return brake
    if too_many(releases=number, holds=before, confirmed=0):
        return Brake(withheld=Withheld(releases=number, holds=before, since=now))
    return replace(brake, holds=before, weighed_at=now)


def confirm(brake: Brake, shown: int) -> Brake:
    """An operator has seen so many releases that are withheld. If there are more by now, they stay so."""
    return Brake() if brake.withheld and brake.withheld.releases <= shown else brake


def postpone(conference: Conference, *, now: datetime, until: datetime) -> Conference:
    """Its deletion is withheld; it is looked at again then."""
    ref = conference.released[0].ref
    entry = Entry(at=now, row="E05", what="withheld", event=ref, why=OPERATOR)
    return note(replace(conference, delete_at=until, parked=None), entry)


def due_as_before(conference: Conference, grace: timedelta) -> Conference:
    """Its deletion is due when its grace is over, whatever it was postponed to."""
    gone = ended_by(conference)
    return replace(conference, delete_at=gone.at + grace) if gone else conference
