"""Enrolments and borrowed conferences in states that are rare."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.core.conference import Conference, Parked
from functions.core.enrolment import Access, Watch
from functions.core.errors import Rejected, RetryLater
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef, Parties
from functions.flow.dry import DryCalendar
from functions.flow.leaving import leave
from tests.flow.wrapped import OfItsPeople
from tests.support.rig import OWNER, Rig, rig

DELETED, BOB = "conference.deleted", "bob@example.com"


@pytest.fixture
def house() -> Iterator[Rig]:
    with rig(grace=0) as made:
        made.enrol()
        yield made


def test_a_borrowed_conference_is_not_deleted_for_another_reason(house: Rig) -> None:
    """A deletion that failed before it was borrowed is not tried again meanwhile."""
    room, past = house.room(), house.now() - timedelta(hours=1)
    record = Conference(
        key=ConferenceKey("webhook", room),
        released=(Hold(ref=EventRef(OWNER, "gone"), let_go_at=past),),
        delete_at=past,
        borrowed=(Hold(ref=EventRef("mallory@example.com", "e")),),
        parked=Parked(reason="busy", since=past, retry_at=past),
    )
    assert house.store.save(record, None)
    house.sweep_later()
    assert DELETED not in [kind for kind, *_ in house.told()]
    assert (house.record(room).parked, house.record(room).due_at) == (None, None)


def of_one_who_left(house: Rig, **fields: object) -> tuple[str, str, OfItsPeople]:
    """Bob made an event that came to a calendar which goes on being followed."""
    provider = OfItsPeople(inner=house.context.provider("webhook"), said=frozenset({BOB}))
    house.context = replace(house.context, provider=lambda _: provider)
    house.calendar.control("POST", "users", {"email": BOB})
    house.enrol(BOB)
    room = house.room()
    event = house.people(BOB).add(room, **fields)
    house.sync(BOB)
    house.people(BOB).move(event, OWNER)
    house.sync()
    house.sync(BOB)
    [hold] = house.record(room).holds
    assert hold.parties == Parties(OWNER, OWNER, BOB)
    leave(house.context, BOB, erase=True)
    assert BOB not in repr(house.record(room))
    return room, event, provider


@pytest.mark.parametrize("error", [Rejected("no scope"), RetryLater("busy")])
def test_what_changes_after_its_maker_left_while_nobody_says_whose_it_is(
    house: Rig, error: Rejected | RetryLater
) -> None:
    """It is pushed once that can be asked, and not taken for a stranger's meanwhile."""
    room, event, provider = of_one_who_left(house)
    provider.said = error
    house.people().change(event, summary="Plan B")
    with pytest.raises(RetryLater, match="could not be asked"):
        house.sync()
    assert house.record(room).borrowed == ()
    provider.said = frozenset({BOB})
    house.sweep_later()
    assert house.seen(room)["title"] == "Plan B"


@pytest.mark.parametrize("error", [Rejected("no scope"), RetryLater("busy")])
def test_what_ends_after_its_maker_left_while_nobody_says_whose_it_is(
    house: Rig, error: Rejected | RetryLater
) -> None:
    """It is ended all the same."""
    room, event, provider = of_one_who_left(house)
    provider.said = error
    house.people().delete(event)
    house.sync()
    assert house.record(room).holds == ()
    provider.said = frozenset({BOB})
    house.sweep_later()
    assert house.seen(room)["status"] == "deleted"


def test_one_ends_and_another_changes_while_nobody_says_whose_it_is(house: Rig) -> None:
    """The other comes to lead, and its change is pushed once that can be asked."""
    room, first, provider = of_one_who_left(house)
    other = house.people(BOB).add(room, summary="Plan B")
    house.people(BOB).move(other, OWNER)
    house.sync()
    [kept] = house.store.known([], [house.record(room).key])
    assert [hold.ref.event_id for hold in kept.value.holds] == [first, other]
    unknown = tuple(replace(hold, parties=None) for hold in kept.value.holds)
    assert house.store.save(replace(kept.value, owners=(), holds=unknown), kept.version)
    provider.said = RetryLater("busy")
    house.people().delete(first)
    house.people().change(other, summary="Plan C")
    with pytest.raises(RetryLater, match="could not be asked"):
        house.sync()
    provider.said = frozenset({BOB})
    house.sweep_later()
    assert house.seen(room)["title"] == "Plan C"


def test_one_date_does_not_take_over_a_series_whose_maker_left(house: Rig) -> None:
    """As long as nobody says whose it is, its own change is as little a stranger's as that of its series."""
    room, series, provider = of_one_who_left(house, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    provider.said = RetryLater("busy")
    date = house.people().instances(series)[1]["id"]
    house.people().change(date, summary="One date")
    with pytest.raises(RetryLater, match="could not be asked"):
        house.sync()
    provider.said = frozenset({BOB})
    house.sweep_later()
    record = house.record(room)
    assert ([hold.ref.event_id for hold in record.holds], record.borrowed) == ([series], ())
    assert house.seen(room)["title"] != "One date"


def test_a_calendar_without_a_channel_is_taken_over(house: Rig) -> None:
    """There is nothing to stop; it is watched as its own user."""
    house.amend(lambda found: replace(found, user="bob@example.com", watch=Watch()))
    house.enrol(OWNER, OWNER)
    assert house.enrolment().user == OWNER
    assert house.enrolment().watch.channel


def test_an_enrolment_that_stood_stays_when_it_cannot_be_watched(house: Rig) -> None:
    """Only one that is new leaves nothing behind."""
    house.amend(lambda found: replace(found, watch=Watch()))
    house.calendar.control("POST", "faults", {"method": "events.watch", "status": 503})
    with pytest.raises(RetryLater):
        house.enrol()
    assert house.enrolment().calendar_id == OWNER


def test_a_dry_run_is_shown_the_same_role(house: Rig) -> None:
    """As with all that is only read."""
    access, calendar = Access(OWNER, None), house.context.calendar
    assert DryCalendar(calendar).role(access) == calendar.role(access)
