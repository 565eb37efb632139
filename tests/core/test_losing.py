"""When lost access marks a calendar, and how seldom it is tried from then on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.core import protocol, trouble
from functions.core.enrolment import Enrolment, Trouble
from functions.core.protocol import Finding
from tests.core.samples import NOW

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
FRESH = Enrolment(calendar_id="c")


def taken(enrolment: Enrolment, at: datetime = NOW) -> Enrolment:
    found = protocol.take(enrolment, "me", published_at=at, now=at, seconds=60)
    assert found is not None
    return found


def losing(*at: timedelta, enrolment: Enrolment = FRESH) -> Enrolment:
    """After a loss at each of these times from now."""
    for after in at:
        enrolment = trouble.lose_access(enrolment, "gone", now=NOW + after, fence=0)
    return enrolment


def every(step: timedelta, count: int) -> list[timedelta]:
    return [n * step for n in range(count)]


@pytest.mark.parametrize(
    ("at", "marked"),
    [
        (every(5 * MINUTE, 5), True),
        (every(5 * MINUTE, 4), False),
        (every(10 * MINUTE, 4), False),
        (every(timedelta(seconds=0.01), 5), False),
        ([*every(timedelta(seconds=0.01), 5), 20 * MINUTE - timedelta(seconds=1)], False),
        ([*every(timedelta(seconds=0.01), 5), 20 * MINUTE], True),
    ],
)
def test_five_losses_over_twenty_minutes_mark_a_calendar(at: list[timedelta], marked: bool) -> None:  # noqa: FBT001 - a row
    """Fewer do not, nor do many that come of one short trouble: such a calendar goes on being read."""
    found = losing(*at)
    assert (found.trouble.lost_at is not None, found.trouble.backoff_until is not None) == (marked, marked)
    assert found.trouble.why == "gone"
    assert found.due_at == NOW + at[-1] + (50 * MINUTE if marked else 5 * MINUTE)


def test_an_earlier_passing_trouble_starts_no_row() -> None:
    """What counts is when access was first lost."""
    failed = trouble.fail(taken(FRESH), 1, "503", now=NOW - 60 * MINUTE)
    assert failed is not None
    found = losing(*every(timedelta(seconds=0.01), 5), enrolment=failed)
    assert (found.trouble.lost_at, found.trouble.since) == (None, NOW - 60 * MINUTE)


def test_a_read_that_works_ends_the_row() -> None:
    """Losses before it count no more, nor does when they were."""
    found = protocol.commit(
        taken(losing(*every(5 * MINUTE, 4))), 1, Finding(token="t"), read_params="s", now=NOW, every=3_600
    )
    assert found is not None
    assert losing(20 * MINUTE, enrolment=found).trouble.lost_at is None
    assert losing(*[20 * MINUTE] * 5, enrolment=found).trouble.lost_at is None


def test_a_marked_calendar_is_tried_within_the_hour_and_once_a_day_in_the_end() -> None:
    """It backs off for as long as it has been marked: from fifty minutes to a day."""
    found = losing(*every(5 * MINUTE, 5))
    pauses, now = [], NOW + 20 * MINUTE
    for _ in range(8):
        assert found.trouble.backoff_until is not None
        pauses.append(found.trouble.backoff_until - now)
        now = found.trouble.backoff_until + 5 * MINUTE  # the sweep's next turn
        found = trouble.lose_access(found, "gone", now=now, fence=0)
    minutes = [pause // MINUTE for pause in pauses]
    assert minutes == [50, 55, 115, 235, 475, 955, 1_440, 1_440]


def test_a_marked_calendar_stays_marked() -> None:
    """Whenever its row began; one that is not marked has the whole row to go first."""
    marked = Enrolment(calendar_id="c", trouble=Trouble(losses=5, losing_since=NOW, lost_at=NOW - DAY))
    counted = replace(marked, trouble=replace(marked.trouble, lost_at=None))
    assert losing(MINUTE, enrolment=marked).trouble.backoff_until == NOW + MINUTE + DAY
    assert losing(MINUTE, enrolment=counted).trouble.lost_at is None


def test_losing_access_leaves_anothers_lease_alone() -> None:
    """One that lost its lease counts its loss, and lets go of nothing."""
    held = taken(FRESH)
    assert trouble.lose_access(held, "gone", now=NOW, fence=7).lease is not None
    assert trouble.lose_access(held, "gone", now=NOW, fence=1).lease is None


def test_one_rest_does_not_shorten_another() -> None:
    """Neither does a loss of access that marks nothing."""
    until = NOW + 60 * MINUTE
    found = trouble.back_off(FRESH, until, "quota", fence=None)
    sooner = trouble.back_off(found, NOW + 10 * MINUTE, "project", fence=None)
    assert (sooner.trouble.backoff_until, sooner.due_at) == (until, until)
    assert losing(MINUTE, enrolment=found).trouble.backoff_until == until
