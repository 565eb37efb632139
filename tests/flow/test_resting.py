"""A spent quota rests its user in one record, whatever number of calendars they have."""

from dataclasses import replace
from datetime import timedelta

from functions.core.enrolment import Enrolment, Rest
from functions.core.model import Change, Reason
from functions.flow.fleet import Overview
from functions.flow.leaving import leave
from functions.flow.renew import renew
from functions.flow.rests import LOOK_EVERY, Rests
from functions.flow.status import standing
from functions.flow.sync import sync
from tests.flow.test_protocol import between
from tests.flow.test_rare_orders import team
from tests.flow.wrapped import WrappedStore
from tests.support.rig import OWNER, Rig

CALENDARS = 2_000
HOUR = timedelta(hours=1)


def spent(house: Rig) -> None:
    """The next read is refused."""
    quota = {"method": "events.list", "status": 403, "reason": "quotaExceeded"}
    house.calendar.control("POST", "faults", quota)
    assert house.sync() == "backed_off"


def counting(house: Rig) -> WrappedStore:
    store = WrappedStore(inner=house.store)
    house.context = replace(house.context, store=store)
    return store


def test_a_user_with_two_thousand_calendars_rests_in_two_writes(house: Rig) -> None:
    """One for the user, one for the calendar that was asked for, besides its lease."""
    for number in range(CALENDARS):
        house.store.save(Enrolment(calendar_id=f"team-{number}", user=OWNER), None)
    store = counting(house)
    spent(house)
    assert (store.writes, store.reads <= 3) == (3, True)
    assert house.sync("team-7") == "backed_off"


def test_a_calendar_that_was_asked_for_comes_back_by_itself(house: Rig) -> None:
    """Its message is answered with one write, however many come; the others are not touched."""
    asked, other = team(house), team(house)
    untouched = house.enrolment(other)
    spent(house)
    house.waiting()
    store = counting(house)
    assert [house.sync(asked) for _ in range(3)] == ["backed_off"] * 3
    assert store.writes == 1
    assert house.enrolment(other) == untouched
    house.sweep_later(3_590)
    assert house.waiting() == []
    house.sweep_later(20)
    assert {request.calendar_id for request in house.waiting()} == {OWNER, asked}


def test_who_reads_meanwhile_reads_again(house: Rig) -> None:
    """A message that is answered while a sync is at work is not lost with that sync's commit."""
    room = house.room()
    house.people().add(room)
    rest = Rest(house.now() + HOUR, "quota")

    def meanwhile(_: Change) -> None:
        house.context.rests.begin(house.store, OWNER, rest)
        assert house.sync() == "backed_off"

    between(house, meanwhile)
    calls = house.calls()
    assert house.sync() == "synced"
    assert house.calls() == calls + 2


def test_another_instance_learns_it_within_half_a_minute(house: Rig) -> None:
    """Until then it may ask once more; after that it asks nothing."""
    assert house.sync() == "synced"
    house.store.rest(OWNER, Rest(house.now() + HOUR, "quota"))
    assert house.sync() == "synced"
    house.ahead += LOOK_EVERY
    assert house.sync() == "backed_off"


def test_an_operator_may_ask_all_the_same(house: Rig) -> None:
    """The quota may have been raised."""
    spent(house)
    assert house.sync(reason=Reason.INITIALIZE) == "synced"


def test_no_channel_of_a_resting_user_is_renewed(house: Rig) -> None:
    """Of none of their calendars."""
    team(house)
    spent(house)
    house.with_policy(renew_before=700_000)
    assert renew(house.context).renewed == 0


def test_status_shows_it(house: Rig) -> None:
    """For each calendar of the user, in one and in all."""
    other = team(house)
    spent(house)
    shown = [dict(standing(house.store, other)), *map(dict, Overview(house.store).states())]
    assert len(shown) == 3
    assert all(each["paused_until"] and "quotaExceeded" in str(each["trouble"]) for each in shown)


def test_who_leaves_rests_no_longer(house: Rig) -> None:
    """Nothing that is stored names them, and the calendar leaves although they rest."""
    spent(house)
    leave(house.context, OWNER)
    assert house.store.resting(house.now()) == {}
    assert house.store.enrolment(OWNER) is None


def test_a_user_with_another_calendar_goes_on_resting(house: Rig) -> None:
    """And is not asked for by the sweep meanwhile, though that calendar is due."""
    other = team(house)
    spent(house)
    leave(house.context, other)
    house.amend(lambda found: replace(found, due_at=house.now()))
    assert [*house.store.resting(house.now())] == [OWNER]
    assert house.sweep_later(1).asked == 0


def test_a_leaving_calendar_is_not_put_off(house: Rig) -> None:
    """The sweep finishes the leaving, whoever rests."""
    spent(house)
    house.amend(lambda found: replace(found, leaving_at=house.now(), due_at=house.now()))
    house.waiting()
    house.sweep_later(1)
    assert [request.calendar_id for request in house.waiting()] == [OWNER]
    assert sync(house.context, house.request(reason=Reason.SWEEP), house.delivery()) == "left"


def test_what_an_instance_has_begun_outlives_its_looks(house: Rig) -> None:
    """The later of two times counts; a look does not undo what the store has not shown yet."""
    rests, now = Rests(), house.now()
    rests.begin(house.store, "ann", Rest(now + HOUR))
    rests.begin(house.store, "ann", Rest(now + HOUR / 2))
    house.store.rest("ann", None)
    assert rests.until(house.store, "ann", now) == now + HOUR
    assert rests.until(house.store, "bob", now) is None
