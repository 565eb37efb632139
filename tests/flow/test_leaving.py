"""A calendar leaves: killed half way, beside others at work, and enrolled again meanwhile."""

from dataclasses import replace
from typing import Any

import pytest

from functions.core.conference import Conference, Parked, Refusal
from functions.core.enrolment import Enrolment
from functions.core.errors import BadRequest, RetryLater
from functions.core.forgetting import forget
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef, Reason, SyncRequest
from functions.flow.fleet import Overview
from functions.flow.leaving import leave
from functions.flow.renew import Renewed, open_channel, renew
from functions.flow.status import state
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.ports import Versioned
from tests.core.samples import NOW
from tests.flow.test_channels import channels, fault
from tests.flow.wrapped import Effects, Killed, WrappedStore
from tests.support.rig import OWNER, Rig

BOB = "bob@example.com"
KEY = ConferenceKey("webhook", "1")
MINE, HIS = Hold(ref=EventRef(OWNER, "a")), Hold(ref=EventRef(BOB, "b"))


def held(house: Rig, count: int = 3) -> None:
    for _ in range(count):
        house.people().add(house.room())
    house.sync()
    house.told()
    house.waiting()


def delivered(house: Rig) -> list[str]:
    return [sync(house.context, request, house.delivery()) for request in house.waiting()]


@pytest.mark.parametrize(
    ("die_at", "after"), [*((number, after) for number in range(1, 5) for after in (False, True)), (5, False)]
)
def test_killed_half_way_the_sweep_ends_it(house: Rig, die_at: int, after: bool) -> None:  # noqa: FBT001 - a row
    """Before the first write it is enrolled as ever; from then on it leaves, whoever is asked meanwhile."""
    held(house)
    store = WrappedStore(inner=house.store, effects=Effects(die_at=die_at, after=after))
    with pytest.raises(Killed):
        leave(replace(house.context, store=store), OWNER)
    if die_at == 1 and not after:
        assert house.sync() == "synced"
        return
    assert house.sync() == "not_enrolled"
    with pytest.raises(BadRequest, match="not enrolled"):
        state(house.context, OWNER)
    assert list(Overview(house.store).states()) == []
    house.with_policy(renew_before=700_000)
    assert renew(house.context) == Renewed()
    house.let_pass(301)
    assert sweep(house.context).asked == 1
    assert delivered(house) == ["left"]
    assert house.store.enrolment(OWNER) is None
    assert list(house.store.conferences()) == []
    assert channels(house) == []


def test_enrolled_again_half_way_it_leaves_first(house: Rig) -> None:
    """What is enrolled then is another enrolment, whose fences lie behind those of the first."""
    held(house)
    fence = house.enrolment().fence
    with pytest.raises(Killed):
        leave(replace(house.context, store=WrappedStore(inner=house.store, effects=Effects(die_at=3))), OWNER)
    house.enrol()
    assert house.enrolment().leaving_at is None
    assert house.enrolment().fence > fence + 1
    assert len(list(house.store.conferences(held_in=OWNER))) == 3
    assert len(channels(house)) == 1


@pytest.mark.parametrize("number", [2, 3, 4, 6])  # the fifth takes back the rest of its user
def test_a_slow_one_takes_nothing_from_the_calendar_enrolled_anew(house: Rig, number: int) -> None:
    """Left by another and enrolled again at each write of the first: its holds stay."""
    held(house)
    store = WrappedStore(inner=house.store)

    def again(_: object) -> None:
        if store.writes == number - 1:
            leave(house.context, OWNER)
            house.enrol()

    store.before_save = store.before_remove = again
    leave(replace(house.context, store=store), OWNER)
    assert len(list(house.store.conferences(held_in=OWNER))) == 3
    assert house.enrolment().leaving_at is None


def test_a_removal_that_comes_late_leaves_the_new_enrolment(house: Rig) -> None:
    """The calendar was left and enrolled again right before the enrolment was to be removed."""
    store = WrappedStore(inner=house.store)

    def again(record: Enrolment | Conference) -> None:
        assert isinstance(record, Enrolment)
        store.before_remove = lambda _: None
        leave(house.context, OWNER)
        house.enrol()

    store.before_remove = again
    leave(replace(house.context, store=store), OWNER)
    assert house.enrolment().leaving_at is None


def test_a_hold_that_another_calendar_takes_in_between_stays(house: Rig) -> None:
    """It was taken right before the record without holds was to be removed."""
    house.calendar.control("POST", "users", {"email": BOB})
    house.enrol(BOB)
    room = house.room()
    house.people().add(room)
    house.sync()
    store = WrappedStore(inner=house.store)

    def taken(_: object) -> None:
        store.before_remove = lambda _: None
        house.people(BOB).add(room)
        house.sync(BOB)

    store.before_remove = taken
    leave(replace(house.context, store=store), OWNER)
    assert [hold.ref.calendar_id for hold in house.record(room).holds] == [BOB]


def test_a_channel_that_cannot_be_stopped_for_now_keeps_the_user(house: Rig) -> None:
    """All else is forgotten; the enrolment goes when the channel is stopped, or has ended."""
    held(house)
    fault(house, "channels.stop", status=503)
    with pytest.raises(RetryLater, match="could not be stopped"):
        leave(house.context, OWNER)
    assert list(house.store.conferences()) == []
    leave(house.context, OWNER)
    assert channels(house) == []


def test_a_notification_stops_the_channel_of_a_leaving_calendar(house: Rig) -> None:
    """As its user, who is still known."""
    channel = house.enrolment().watch.channel
    assert channel is not None
    dying = WrappedStore(inner=house.store, effects=Effects(die_at=1, after=True))
    with pytest.raises(Killed):
        leave(replace(house.context, store=dying), OWNER)
    told = SyncRequest(
        calendar_id=OWNER, reason=Reason.NOTIFICATION, channel_id=channel.id, resource_id=channel.resource_id
    )
    assert sync(house.context, told, house.delivery()) == "not_enrolled"
    assert channels(house) == []


@pytest.mark.parametrize("seconds", ["before", "after"])
@pytest.mark.parametrize("meanwhile", ["renew", "leave", "leave and enrol"])
def test_one_opens_a_channel_while_another_does(house: Rig, seconds: str, meanwhile: str) -> None:
    """The other runs from beginning to end right before or after the watch of the first: what the record
    believes in is alive, and nothing else.
    """
    inner = house.context.calendar

    def other() -> None:
        kept = house.store.enrolment(OWNER)
        assert kept is not None
        if meanwhile == "renew":
            open_channel(house.context, kept)
            return
        leave(house.context, OWNER)
        if meanwhile == "leave and enrol":
            house.enrol()

    class Between:
        def __getattr__(self, name: str) -> Any:
            return getattr(inner, name)

        def watch(self, *asked: Any, **named: Any) -> Any:
            if seconds == "before":
                other()
            made = inner.watch(*asked, **named)
            if seconds == "after":
                other()
            return made

    kept = house.store.enrolment(OWNER)
    assert kept is not None
    try:
        open_channel(replace(house.context, calendar=Between()), kept)
    except RetryLater:
        assert meanwhile == "leave"
    left = house.store.enrolment(OWNER)
    current = [left.value.watch.channel.id] if left and left.value.watch.channel else []
    assert channels(house) == current
    assert bool(left) == (meanwhile != "leave")


def test_who_comes_when_it_is_done_opens_nothing(house: Rig) -> None:
    """He saw an older channel: there is a new one already."""
    seen = house.store.enrolment(OWNER)
    assert seen is not None
    newest = open_channel(house.context, seen)
    assert open_channel(house.context, seen).value.watch.channel == newest.value.watch.channel
    assert channels(house) == [newest.value.watch.channel.id] if newest.value.watch.channel else []


@pytest.mark.parametrize(
    ("holds", "stays"), [((MINE, HIS), False), ((HIS, MINE), True)], ids=["of its primary", "of another's"]
)
def test_a_refusal_of_a_calendar_that_left_is_over(holds: tuple[Hold, ...], *, stays: bool) -> None:
    """What another calendar's event waits for stays, and what is to be tried again."""
    refusal, parked = Refusal(reason="no", since=NOW), Parked(reason="no", since=NOW, retry_at=NOW)
    left = forget(Conference(key=KEY, holds=holds, refused=refusal, parked=parked), OWNER)
    assert (left.refused, left.parked) == (refusal if stays else None, parked)


def test_a_deletion_that_nobody_is_left_for_is_not_waited_for() -> None:
    """Without anybody who held it, it is never due."""
    ended = Conference(key=KEY, released=(MINE,), delete_at=NOW)
    left = forget(ended, OWNER)
    assert (left.delete_at, left.due_at, left.released) == (None, None, ())
    other = forget(replace(ended, released=(MINE, HIS)), OWNER)
    assert (other.delete_at, other.due_at) == (NOW, NOW)


def test_a_record_that_is_due_and_held_by_nobody_breaks_nothing(house: Rig) -> None:
    """It is let be: there is nothing to look at, and nothing to delete."""
    parked = Parked(reason="no", since=NOW, retry_at=NOW)
    assert house.store.save(Conference(key=KEY, parked=parked), None)
    assert house.store.save(Conference(key=ConferenceKey("webhook", "2"), delete_at=NOW), None)
    assert sweep(house.context).conferences == 2
    assert sweep(house.context).conferences == 0
    assert house.told() == []


@pytest.mark.parametrize("kind", [Conference, Enrolment])
def test_a_record_that_is_written_all_the_time_is_left_to_the_next_try(
    house: Rig, kind: type[Conference | Enrolment]
) -> None:
    """Whoever is always faster: the calendar goes on leaving, and is gone when it is quiet."""
    held(house, 1)

    def faster(record: Conference | Enrolment) -> None:
        if isinstance(record, kind):
            kept: list[Versioned[Enrolment] | Versioned[Conference]]
            kept = [*house.store.enrolments(), *house.store.conferences()]
            (found,) = [one for one in kept if isinstance(one.value, kind)]
            assert house.store.save(found.value, found.version)

    busy = WrappedStore(inner=house.store, before_remove=faster)
    with pytest.raises(RetryLater, match="too many at once"):
        leave(replace(house.context, store=busy), OWNER)
    assert house.enrolment().leaving_at
    leave(house.context, OWNER)
    assert house.store.enrolment(OWNER) is None
    assert list(house.store.conferences()) == []


def test_a_record_that_another_has_forgotten_is_no_trouble(house: Rig) -> None:
    """Two leave at once: what one has removed the other passes by."""
    held(house, 1)

    def first(record: Conference | Enrolment) -> None:
        if isinstance(record, Conference):
            for kept in house.store.conferences():
                house.store.remove(kept.value, kept.version)

    leave(replace(house.context, store=WrappedStore(inner=house.store, before_remove=first)), OWNER)
    assert house.store.enrolment(OWNER) is None
    assert list(house.store.conferences()) == []


def test_whose_other_calendar_stays_is_behind_its_events(house: Rig) -> None:
    """A person's own calendar leaves, and one of a team is still read as them: its event speaks for them."""
    team = "team@group.calendar.google.com"
    house.calendar.control("POST", "calendars", {"id": team})
    house.enrol(team, OWNER)
    room = house.room()
    house.people().add(room)
    house.people(team).add(room)
    house.sync()
    house.sync(team)
    leave(house.context, OWNER)
    (hold,) = house.record(room).holds
    assert (hold.ref.calendar_id, hold.parties and hold.parties.user) == (team, OWNER)
