"""Which part of a split series leads, and what an instance's id is remembered to mean."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from functions.core.conference import Conference, Pushed
from functions.core.hold import Hold, Rank, Span
from functions.core.holding import elect, hold, leading, release, remembered
from functions.core.model import Event, EventRef, Instance
from tests.core.samples import KEY, NOW, ORIGINAL, held, live

MINUTE = timedelta(minutes=1)

HOLD = Hold(ref=EventRef("c", "e1"), span=Span(begins="1", ends="2"))


def part(name: str, begins: str, ends: str = "") -> Hold:
    return Hold(ref=EventRef("c", name), span=Span(begins=begins, ends=ends))


def test_the_last_of_a_chain_leads() -> None:
    """However many parts there are between, in whichever order they hold it."""
    chain = (HOLD, part("d", "5"), part("b", "3", "4"), part("copy", "1"))
    assert leading(held(holds=chain)).ref.event_id == "d"


def ranked(hold: Hold, number: int, made: str = "") -> Hold:
    return replace(hold, rank=Rank(NOW + number * MINUTE, series_made=made, made=made))


def test_whoever_leads_does_so_in_any_order() -> None:
    """Of a series in parts and a copy of it, held in one read or in several."""
    first, last, copy = (
        ranked(part("e1", "1", "2"), 0, "a"),
        ranked(part("d", "5"), 2, "d"),
        ranked(part("copy", "1"), 0, "c"),
    )
    for holds in permutations((first, last, copy)):
        assert leading(held(holds=holds)) == last


def test_in_a_circle_the_lowest_leads() -> None:
    """Parts of one name that were moved about follow each other for ever."""
    tail, other = ranked(part("e1_R20260608T090000", "0", "0"), 1), ranked(part("b", "1", "2"), 2)
    lowest = ranked(replace(HOLD, span=Span(begins="3", ends="")), 0)
    for holds in permutations((lowest, tail, other)):
        assert leading(held(holds=holds)) == lowest


def test_what_an_older_record_holds_stays_as_it_is() -> None:
    """Its holds have no rank: the first leads, and before all that come."""
    old = held("z", "a")
    new = hold(old, live("b", created=NOW - MINUTE), held_at=NOW, recent=NOW)
    found = elect(old, new, now=NOW, recent=NOW)
    assert [one.ref.event_id for one in found.holds] == ["z", "a", "b"]
    assert found.push_at is None


def test_whoever_let_go_too_long_ago_has_lost_his_rank() -> None:
    """One that comes back in time leads again, and has to be pushed; one that comes later does not."""
    both = taken(taken(Conference(key=KEY), live("e1")), live("e2"), minutes=1)
    left = release(both, EventRef("c", "e1"), now=NOW + 2 * MINUTE, grace=300)
    left = elect(both, left, now=NOW, recent=NOW)
    assert left.holds[0].ref.event_id == "e2"
    for minutes, leader in ((7, "e1"), (8, "e2")):
        again = taken(left, live("e1"), minutes=minutes)
        assert again.holds[0].ref.event_id == leader
        assert [one.ref.event_id for one in again.holds if one.let_go_at] == []


def taken(before: Conference, event: Event, minutes: int = 0) -> Conference:
    """With the usual grace of five minutes."""
    at = NOW + minutes * MINUTE
    after = hold(before, event, held_at=at, recent=at - 5 * MINUTE)
    return elect(before, after, now=at, recent=at - 5 * MINUTE)


def test_a_later_part_stands_where_the_earlier_one_stood() -> None:
    """The first part deleted, before or after the later one is read: a copy does not lead."""
    tail = "e1_R20260608T090000"
    first = taken(taken(Conference(key=KEY), live("e1")), live("copy"), minutes=1)
    one = taken(let_go(first, "e1"), live(tail), minutes=2)
    other = let_go(taken(first, live(tail), minutes=2), "e1")
    for found in (one, other):
        assert [hold.ref.event_id for hold in found.holds] == [tail, "copy"]


def let_go(before: Conference, name: str) -> Conference:
    at = NOW + 2 * MINUTE
    after = release(before, EventRef("c", name), now=at, grace=300)
    return elect(before, after, now=at, recent=at - 5 * MINUTE)


def test_a_new_leader_is_told_all_its_dates_anew() -> None:
    """Those of others stay as they are: nothing is pushed of them while they do not lead."""
    of_first, of_second = (Pushed(fingerprint="f", event_id="i", series_id=name) for name in ("e1", "e2"))
    found = let_go(held("e1", "e2", occurrences={"a": of_first, "b": of_second}), "e1")
    assert found.occurrences == {"a": of_first, "b": replace(of_second, pending=True)}
    assert (found.holds[0].ref.event_id, found.due_at) == ("e2", NOW + 2 * MINUTE)


def test_an_id_is_remembered_in_its_calendar() -> None:
    """Ids are unique in one calendar only."""
    known = held(occurrences={ORIGINAL: Pushed(fingerprint="f", event_id="i", series_id="e1")})
    its = Instance(series_id="e1", original_start=ORIGINAL, sure=False)
    assert remembered(known, EventRef("c", "i")) == its
    assert remembered(known, EventRef("d", "i")) is None
    assert remembered(known, EventRef("c", "x")) is None
    assert remembered(replace(known, holds=()), EventRef("c", "i")) is None
