"""What conferences count for their calendars, and when the numbers in an enrolment are in doubt."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.core import counts
from functions.core.aside import is_stray
from functions.core.conference import (
    Conference,
    Counts,
    Parked,
    Published,
    Pushed,
    Refusal,
    Unshown,
    counted,
    counted_otherwise,
)
from functions.core.enrolment import Difference, Recount, Tally, add, renewed
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef
from functions.core.protocol import must_count

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
A, B = "a@example.com", "b@example.com"
NO = Refusal(reason="no", since=NOW)
KNOWN = Tally(counts={"holds": 3, "refused": 1}, counted_at=NOW)


def held(*events: tuple[str, str]) -> Conference:
    holds = tuple(Hold(ref=EventRef(*event)) for event in events)
    return Conference(key=ConferenceKey("webhook", "room"), holds=holds)


def parked(attempts: int) -> Parked:
    return Parked(reason="busy", since=NOW, retry_at=NOW, attempts=attempts)


@pytest.mark.parametrize(
    ("conference", "expected"),
    [
        (held(), {}),
        (held((A, "e1"), (A, "e2"), (B, "e1")), {A: {"holds": 2}, B: {"holds": 1}}),
        (replace(held((A, "e1")), refused=NO), {A: {"holds": 1, "refused": 1}}),
        (
            replace(
                held((A, "e1")),
                refused=NO,
                occurrences={"2026-12-01": Pushed(fingerprint="", event_id="e1_1", refused=NO)},
                parked=parked(1),
            ),
            {A: {"holds": 1, "refused": 2, "waiting": 1}},
        ),
        (replace(held((A, "e1")), parked=parked(5)), {A: {"holds": 1, "tired": 1}}),
        (replace(held(), released=held((A, "e1")).holds, parked=parked(4)), {A: {"waiting": 1}}),
        (replace(held(), refused=NO), {}),
        (
            replace(held((A, "e1"), (A, "e2")), unsupported=("recurrence",)),
            {A: {"holds": 2, "not_carried recurrence": 1}},
        ),
        (
            replace(
                held((A, "e1")),
                published=Published(
                    unwritten=(
                        Unshown(EventRef(A, "e1"), None, refused=2),
                        Unshown(EventRef(A, "e2"), NOW),
                        Unshown(EventRef(B, "e3"), None, refused=1),
                    )
                ),
            ),
            {A: {"holds": 1, "links_refused": 1}, B: {"links_refused": 1}},
        ),
    ],
    ids=["nothing", "holds", "refused", "all kinds", "tired", "let go", "stray", "not carried", "links"],
)
def test_what_a_record_counts(conference: Conference, expected: dict[str, Counts]) -> None:
    """Each hold; what is set aside, for whoever holds it or held it last; each refused link."""
    found = {name: dict(one) for name, one in counted(conference).items() if one}
    assert found == expected
    assert {name: dict(one) for name, one in counts.total([conference]).items() if one} == expected
    nothing = held()
    assert counted_otherwise(nothing, conference) == expected
    assert counted_otherwise(conference, conference) == {}


def test_what_nobody_holds_is_a_stray() -> None:
    """If something of it is set aside; what was let go belongs to its last calendar."""
    assert not is_stray(held())
    assert is_stray(replace(held(), refused=NO))
    assert not is_stray(replace(held((A, "e1")), refused=NO))
    assert not is_stray(replace(held(), released=held((A, "e1")).holds, refused=NO))


def test_a_record_that_goes_takes_its_counts_along() -> None:
    """The difference of what is removed is the negative of what was there."""
    before = replace(held((A, "e1")), refused=NO)
    changed = counted_otherwise(before, held())
    assert add(KNOWN, [Difference(A, changed[A], NOW + DAY)]).counts == {"holds": 2}


@pytest.mark.parametrize(
    ("since", "sure", "leased", "holds", "doubted"),
    [
        (NOW + 16 * SECOND, True, False, 4, False),
        (NOW + SECOND, True, False, 4, True),
        (NOW, True, False, 3, True),
        (NOW - DAY, True, False, 3, True),
        (NOW - DAY, True, True, 4, False),
        (NOW + DAY, False, False, 3, True),
        (NOW + DAY, False, True, 3, True),
    ],
    ids=["newer", "newer by some clock", "as old", "older", "leased", "unsure", "leased and unsure"],
)
def test_a_difference_is_added_once(
    since: datetime, *, sure: bool, leased: bool, holds: int, doubted: bool
) -> None:
    """What may be in the count already, or may not be stored, brings the next count on."""
    found = add(KNOWN, [Difference(A, {"holds": 1}, since, sure)], leased=leased)
    assert found.counts == {"holds": holds, "refused": 1}
    assert (found.counted_at is None) == doubted
    assert must_count(found, NOW) == doubted


def test_differences_come_in_any_order() -> None:
    """One that takes away may be stored before the one that adds."""
    more, less = (Difference(A, {"tired": number}, NOW + DAY) for number in (1, -1))
    for found in ([more, less, less, more], [less, less, more, more]):
        assert add(KNOWN, found) == KNOWN


def test_what_was_never_counted_stays_unknown() -> None:
    """A difference to nothing known is not a number."""
    assert add(Tally(), [Difference(A, {"holds": 1}, NOW)]) == Tally()
    assert must_count(Tally(), NOW)


def test_it_is_counted_once_a_day() -> None:
    """Records may expire, and whoever changed them may have been killed."""
    assert not must_count(KNOWN, NOW + DAY - SECOND)
    assert must_count(KNOWN, NOW + DAY)


def test_a_count_that_others_wrote_into_is_in_doubt() -> None:
    """What they stored meanwhile may be in it or not."""
    recount = Recount({"holds": 2}, KNOWN)
    assert renewed(KNOWN, recount, NOW + DAY) == Tally(counts={"holds": 2}, counted_at=NOW + DAY)
    others = replace(KNOWN, counts={"holds": 4})
    assert renewed(others, recount, NOW + DAY) == Tally(counts={"holds": 2})


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ({}, [0, 0, 0, 0, 0, {}]),
        ({"holds": 2, "tired": 1, "not_carried recurrence": 1}, [2, 0, 1, 0, 0, {"recurrence": 1}]),
        ({"refused": -1, "not_carried recurrence": -1}, [0, 0, 0, 0, 0, {}]),
    ],
)
def test_names_for_programs(found: Counts, named: Sequence[object]) -> None:
    """All of them, also those that are none."""
    names = ["holds", "refused", "tired", "waiting", "links_refused", "not_carried"]
    assert counts.by_name(found) == dict(zip(names, named, strict=True))
