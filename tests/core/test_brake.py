"""The brake on deletions: what counts against a calendar, for how long, and when it is too much."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.core.brake import (
    Released,
    confirm,
    count,
    due_as_before,
    ended_by,
    must_weigh,
    postpone,
    released,
    releases,
    weigh,
)
from functions.core.conference import Conference
from functions.core.enrolment import Brake, Hour, Withheld
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef
from tests.contract.samples import NOW

A, B = "a@example.com", "b@example.com"
HOLD = Hold(ref=EventRef(A, "event"))
GONE = replace(HOLD, let_go_at=NOW)
HELD = Conference(key=ConferenceKey("webhook", "1"), holds=(HOLD,))
ENDED = replace(HELD, holds=(), released=(GONE,), delete_at=NOW + timedelta(minutes=5))
HOUR = timedelta(hours=1)
MARKED = Brake(withheld=Withheld(releases=24, holds=30, since=NOW))


def many(number: int, at: datetime = NOW) -> list[Released]:
    return [Released(A, at)] * number


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (HELD, ENDED, Released(A, NOW, 1)),
        (ENDED, HELD, Released(A, NOW, -1)),
        (ENDED, replace(HELD, holds=(Hold(ref=EventRef(B, "event")),)), Released(A, NOW, -1)),
        (HELD, replace(ENDED, guarded=True), None),
        (replace(ENDED, guarded=True), HELD, None),
        (HELD, replace(ENDED, delete_at=None), None),
        (HELD, replace(HELD, released=(GONE,)), None),
        (replace(ENDED, delete_at=None, deleted_at=NOW), HELD, None),
        (ENDED, replace(ENDED, delete_at=NOW), None),
        (HELD, replace(ENDED, released=(replace(GONE, let_go_at=None),)), None),
        (HELD, replace(ENDED, released=()), None),
    ],
)
def test_what_counts(before: Conference, after: Conference, found: Released | None) -> None:
    """A conference counts when its last hold is gone and it is to be deleted; that it is held again in time
    takes this back. Nothing else does: no guarded release, no copy that goes, nothing that is deleted.
    """
    assert released(before, after) == found


def test_the_last_to_let_go_is_counted() -> None:
    """Of two calendars that held it, the one that let go of it last."""
    other = Hold(ref=EventRef(B, "copy"), let_go_at=NOW - HOUR)
    assert ended_by(replace(ENDED, released=(GONE, other))) == Released(A, NOW)


def test_a_day_is_remembered_by_the_hour() -> None:
    """Each hour has one number, and what is older than a day is forgotten: a record stays small."""
    brake = Brake()
    for number in range(100):
        at = NOW + number * HOUR / 2
        brake = count(brake, many(2, at), at)
    assert len(brake.hours) == 24
    assert {hour.releases for hour in brake.hours} <= {2, 4}


def test_what_comes_back_is_taken_from_its_own_hour() -> None:
    """It never makes up for another, nor for one that is forgotten."""
    early, late = NOW - 3 * HOUR, NOW
    brake = count(Brake(), [*many(2, early), *many(3, late)], NOW)
    back = Released(A, early, -1)
    assert [hour.releases for hour in count(brake, [back], NOW).hours] == [1, 3]
    assert [hour.releases for hour in count(brake, [back] * 5, NOW).hours] == [3]
    assert releases(count(brake, [Released(A, NOW - 30 * HOUR, -1)], NOW)) == 5


def test_while_something_is_withheld_everything_counts() -> None:
    """However long that takes; the mark goes when as many have come back."""
    later = NOW + 30 * HOUR
    marked = count(MARKED, [*many(2, later), Released(A, NOW, -1)], later)
    assert marked.withheld == Withheld(releases=25, holds=30, since=NOW)
    assert count(marked, [Released(A, NOW, -1)] * 25, later) == Brake()


@pytest.mark.parametrize(
    ("number", "holds", "counted", "must"),
    [
        (19, 0, None, False),
        (20, 0, None, True),
        (20, 40, NOW, False),
        (21, 40, NOW, True),
        (20, 40, NOW - 25 * HOUR, True),
    ],
)
def test_when_holds_are_counted(number: int, holds: int, counted: datetime | None, *, must: bool) -> None:
    """Not below twenty; then once a day, and once more when it may have become too much."""
    brake = Brake(hours=(Hour(NOW, number),), holds=holds, weighed_at=counted)
    assert must_weigh(brake, NOW) is must


def test_too_much_is_withheld_and_a_mark_stays_as_it_is() -> None:
    """More than half of what was held before; a second look begins nothing anew."""
    brake = count(Brake(), many(20), NOW)
    assert weigh(brake, 20, NOW) == replace(brake, holds=40, weighed_at=NOW)
    assert weigh(brake, 19, NOW) == Brake(withheld=Withheld(releases=20, holds=39, since=NOW))
    assert weigh(MARKED, 0, NOW + HOUR) == MARKED


@pytest.mark.parametrize(("shown", "left"), [(24, Brake()), (30, Brake()), (23, MARKED)])
def test_what_was_shown_is_confirmed(shown: int, left: Brake) -> None:
    """And nothing on top of it."""
    assert confirm(MARKED, shown) == left


def test_a_confirmation_of_nothing_keeps_the_count() -> None:
    """Nothing is withheld yet: what was let go counts on."""
    brake = count(Brake(), many(5), NOW)
    assert confirm(brake, 100) == brake


def test_a_postponed_deletion_is_due_when_its_grace_is_over() -> None:
    """However far it was put off; one whose grace lasts is not brought forward, and a held one not begun."""
    later = postpone(ENDED, now=NOW, until=NOW + 6 * HOUR)
    assert (later.due_at, later.history[-1].what) == (NOW + 6 * HOUR, "withheld")
    assert due_as_before(later, timedelta(minutes=5)).due_at == ENDED.due_at
    assert due_as_before(ENDED, timedelta(minutes=5)) == ENDED
    assert due_as_before(HELD, timedelta(minutes=5)) == HELD
