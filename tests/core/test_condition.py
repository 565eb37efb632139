"""How a conference stands for one calendar's events."""

from dataclasses import replace

import pytest

from functions.core.condition import Condition, condition, holds_in
from functions.core.conference import Conference, Parked, Pushed, Refusal
from functions.core.hold import Hold
from functions.core.model import EventRef
from tests.core.samples import KEY, NOW

HERE, THERE = Hold(ref=EventRef("here", "a")), Hold(ref=EventRef("there", "b"))
WELL = Conference(key=KEY, holds=(HERE, THERE), applied="all of it")
NO = Refusal(reason="no", since=NOW)
LATER = Parked(reason="429", since=NOW, retry_at=NOW)
DATE = Pushed(fingerprint="", event_id="a_1", series_id="a", pending_from=NOW)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (WELL, Condition.LIVE),
        (replace(WELL, applied=""), Condition.WAITING),
        (replace(WELL, push_at=NOW), Condition.WAITING),
        (replace(WELL, occurrences={"2026-06-08": DATE}), Condition.WAITING),
        (replace(WELL, parked=LATER), Condition.WAITING),
        (replace(WELL, parked=replace(LATER, attempts=5)), Condition.PARKED),
        (replace(WELL, refused=NO), Condition.PARKED),
        (replace(WELL, occurrences={"2026-06-08": replace(DATE, refused=NO)}), Condition.PARKED),
        (replace(WELL, holds=(THERE,)), Condition.LEFT),
        (replace(WELL, holds=(THERE,), refused=NO), Condition.LEFT),
        (replace(WELL, holds=(THERE,), borrowed=(HERE,)), Condition.BORROWED),
        (replace(WELL, holds=(), borrowed=(THERE,)), Condition.LEFT),
        (replace(WELL, holds=(), released=(HERE,), delete_at=NOW), Condition.ENDING),
        (replace(WELL, holds=(), released=(HERE,), delete_at=NOW, refused=NO), Condition.PARKED),
        (replace(WELL, holds=(), released=(HERE,), delete_at=NOW, parked=LATER), Condition.WAITING),
        (replace(WELL, holds=()), Condition.LEFT),
        (replace(WELL, holds=(), deleted_at=NOW), Condition.DELETED),
        (replace(WELL, deleted_at=NOW, refused=NO), Condition.PARKED),
    ],
)
def test_how_it_stands(record: Conference, expected: Condition) -> None:
    """For the calendar whose events hold it, borrow it, or have let go of it."""
    assert condition(record, "here") is expected


def test_which_events() -> None:
    """Those of the calendar that carry it; if none does, those that did."""
    assert holds_in(replace(WELL, borrowed=(THERE,)), "here") == (HERE,)
    assert holds_in(replace(WELL, borrowed=(THERE,)), "there") == (THERE, THERE)
    assert holds_in(replace(WELL, holds=(THERE,), released=(HERE,)), "here") == (HERE,)
    assert holds_in(WELL, "elsewhere") == ()
