"""Which event a conference follows, in all orders in which its events can be read (E10, E11, E18, E20)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.enrolment import Access
from functions.core.errors import RetryLater
from functions.core.model import Event, Unreadable
from functions.flow.sweep import sweep
from functions.ports import Page
from tests.flow.wrapped import one_each
from tests.support.rig import OWNER, Rig

UPDATED = "conference.updated"
GRACE = 300
ORDERS = list(permutations(("Oldest", "Middle", "Newest")))


class InOrder(GoogleCalendar):
    """One event on each page, in the order of these titles; before a page of some number, something else."""

    titles: Sequence[str]
    before: dict[int, Callable[[], None]]

    def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
        whole = super().changes(access, token=token, page_token=None)
        events = sorted(whole.events, key=self._place)
        self.before.pop(int(page_token or 0), lambda: None)()
        return one_each(whole, events, page_token)

    def _place(self, event: Event | Unreadable) -> int:
        title = event.meeting.title if event.meeting else ""
        return self.titles.index(title) if title in self.titles else len(self.titles)


def paged(house: Rig, titles: Sequence[str], before: dict[int, Callable[[], None]] | None = None) -> None:
    reading = house.google(InOrder)
    reading.titles, reading.before = titles, before or {}
    house.context = replace(house.context, calendar=reading)


def advance(house: Rig) -> None:
    """`created` has whole seconds."""
    house.calendar.control("POST", "clock", {"advanceSeconds": 1})


def three(house: Rig) -> str:
    """A conference of three events, made one after the other."""
    room = house.room()
    for title in ("Oldest", "Middle", "Newest"):
        house.people().add(room, summary=title)
        advance(house)
    return room


@pytest.mark.parametrize("titles", ORDERS, ids="-".join)
def test_first_seen_on_several_pages_of_one_read(house: Rig, titles: Sequence[str]) -> None:
    """The oldest leads, as it does on one page."""
    room = three(house)
    paged(house, titles)
    house.sync()
    house.sweep_later(0)
    assert house.seen(room)["title"] == "Oldest"


@pytest.mark.parametrize("titles", ORDERS, ids="-".join)
def test_first_seen_in_a_read_that_failed_and_was_read_again(house: Rig, titles: Sequence[str]) -> None:
    """What is read from one token ranks together, however often the read is begun anew."""
    room = three(house)

    def fail() -> None:
        house.ahead += timedelta(minutes=1)
        raise RetryLater("no more for now")

    paged(house, titles, {1: fail})
    with pytest.raises(RetryLater):
        house.sync()
    house.sync()
    house.sweep_later(0)
    assert house.seen(room)["title"] == "Oldest"


def with_copy(house: Rig, calendar_id: str = OWNER, *, older: bool = False) -> tuple[str, str]:
    """A conference that follows its original, and the original's id; a copy, made after it or before it."""
    house.with_policy(grace=GRACE)
    room = house.room()
    copy = house.people(calendar_id).add(summary="Copy") if older else ""
    advance(house)
    original = house.people().add(room, summary="Original")
    house.sync()
    advance(house)
    if older:
        house.people(calendar_id).carry(copy, room)
    else:
        house.people(calendar_id).add(room, summary="Copy")
    house.sync(calendar_id)
    assert house.seen(room)["title"] == "Original"
    house.told()
    return room, original


@pytest.mark.parametrize("older", [False, True], ids=["copy younger", "copy older"])
@pytest.mark.parametrize("swept", [False, True], ids=["before the sweep", "after it"])
def test_e18_the_original_restored_leads_again(house: Rig, *, older: bool, swept: bool) -> None:
    """Deleted and restored within the grace, nothing has changed."""
    room, original = with_copy(house, older=older)
    house.people().delete(original)
    house.sync()
    assert house.seen(room)["title"] == "Copy"
    if swept:
        house.sweep_later(60)
    house.people().change(original, status="confirmed")
    house.sync()
    house.sweep_later(0)
    assert house.seen(room)["title"] == "Original"
    assert house.told() == [(UPDATED, room, None)] * 2
    house.sync()
    house.sweep_later()
    assert (house.told(), house.seen(room)["title"]) == ([], "Original")


def test_e18_after_the_grace_the_copy_goes_on_leading(house: Rig) -> None:
    """Whoever comes back that late is a copy of what is there."""
    room, original = with_copy(house)
    house.people().delete(original)
    house.sync()
    house.with_policy(grace=0)
    house.people().change(original, status="confirmed")
    house.sync()
    house.sweep_later(0)
    assert house.seen(room)["title"] == "Copy"


@pytest.mark.parametrize("original_first", [True, False])
def test_e18_both_deleted_and_both_restored(house: Rig, *, original_first: bool) -> None:
    """The original leads again, whichever of them is restored first."""
    room, original = with_copy(house)
    copy = next(hold.ref.event_id for hold in house.record(room).holds if hold.ref.event_id != original)
    for event in (original, copy):
        house.people().delete(event)
        house.sync()
    for event in (original, copy) if original_first else (copy, original):
        house.people().change(event, status="confirmed")
        house.sync()
    house.sweep_later(0)
    assert house.seen(room)["title"] == "Original"


@pytest.mark.parametrize("older", [False, True], ids=["copy younger", "copy older"])
@pytest.mark.parametrize("order", ["tombstone first", "live first"])
@pytest.mark.parametrize("where", ["copy here", "copy there"])
@pytest.mark.parametrize("between", ["nothing", "sweep", "another read"])
@pytest.mark.slow
def test_e20_the_original_moved_leads_again(
    house: Rig, *, older: bool, order: str, where: str, between: str
) -> None:
    """Pushed in either order, nothing has changed: the conference follows it from its new calendar."""
    there = house.calendar.control("POST", "calendars", {"owner": OWNER, "summary": "Team"})["id"]
    house.enrol(there, OWNER)
    copy_in = OWNER if where == "copy here" else there
    room, original = with_copy(house, copy_in, older=older)
    house.people().move(original, there)
    first, second = (OWNER, there) if order == "tombstone first" else (there, OWNER)
    house.sync(first)
    if between == "sweep":
        sweep(house.context)
    if between == "another read":
        house.people(first).add(summary="Else")
        house.sync(first)
    house.sync(second)
    house.sweep_later(0)
    assert house.seen(room)["title"] == "Original"
    assert house.record(room).holds[0].ref.calendar_id == there
    # Its organizer is another one now, which is told; told of the tombstone first, the copy was in between.
    assert len(house.told()) == (2 if order == "tombstone first" else 1)
