"""Occurrences that a conference system has lost are pushed again, and one that asks for a long back-off gets
it.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance.changes import deletion
from functions.core.errors import Rejected, RetryLater
from functions.core.holding import release
from functions.core.model import Abilities, Change, EventRef, Kind, Outcome
from functions.flow.calls import OCCURRENCES_MAX
from functions.flow.sync import sync
from local.conferences.faults import Fault
from tests.flow.weekly import weekly
from tests.flow.wrapped import Effects, Killed, WrappedProvider
from tests.support.rig import OWNER, Rig

UPDATED, DELETED = "conference.updated", "conference.deleted"
MOVED, OFF = "occurrence.updated", "occurrence.cancelled"
STARTS = [f"2031-01-{day}T09:00:00Z" for day in ("06", "13", "20", "27")]
A_DAY_S = 86_400


class Resetting(WrappedProvider):
    """As Webex: an update of a series undoes what was pushed of its occurrences."""

    @property
    def abilities(self) -> Abilities:
        return replace(self.inner.abilities, resets=True)


@dataclass(kw_only=True)
class Resting(WrappedProvider):
    """As Zoom when the limit of the day is reached for some conferences."""

    tired: bool = True
    calls: int = 0

    def apply(self, change: Change) -> Outcome:
        self.calls += 1
        if self.tired:
            raise RetryLater("the limit of the day is reached", delay=A_DAY_S)
        return super().apply(change)


def failed_once(house: Rig) -> None:
    """The message fails, comes again within seconds, and is done."""
    delivery = house.delivery()
    with pytest.raises(RetryLater):
        sync(house.context, house.request(), delivery)
    assert sync(house.context, house.request(), delivery) == "synced"


def through(house: Rig, kind: type[WrappedProvider], **more: Any) -> Any:
    made = kind(inner=house.context.provider("webhook"), **more)
    house.context = replace(house.context, provider=lambda _: made)
    return made


def exceptions(house: Rig, room: str) -> str:
    """A series of which the second is renamed, the third off, and the fourth without the conference."""
    series, second = weekly(house, room)
    house.people().change(second, summary="Only this")
    house.people().delete(f"{series}_20310120T090000Z")
    house.people().change(f"{series}_20310127T090000Z", conferenceData=None)
    house.sync()
    house.told()
    return series


def occurrences(house: Rig, room: str) -> dict[str, str]:
    return {start: each["status"] for start, each in house.seen(room)["occurrences"].items()}


ALL_AGAIN = [(MOVED, STARTS[1]), (OFF, STARTS[2]), (OFF, STARTS[3])]
AS_IT_WAS = {STARTS[1]: "updated", STARTS[2]: "cancelled", STARTS[3]: "cancelled"}


def test_after_an_update_that_resets_them(house: Rig) -> None:
    """In the same sync, each as its event is now; then no more until something changes."""
    through(house, Resetting)
    room = house.room()
    series = exceptions(house, room)
    house.people().change(series, summary="All")
    house.sync()
    told = house.told()
    assert told[0] == (UPDATED, room, None)
    assert sorted((kind, start) for kind, _, start in told[1:]) == sorted(ALL_AGAIN)
    house.sync()
    house.sweep_later()
    assert (house.told(), house.record(room).due_at) == ([], None)


def test_one_that_was_changed_with_its_series_is_told_once(house: Rig) -> None:
    """The page has both: the series is pushed first, then the instance as it is."""
    through(house, Resetting)
    room = house.room()
    series = exceptions(house, room)
    house.people().change(series, summary="All")
    house.people().change(f"{series}_20310113T090000Z", summary="Only this, again")
    house.sync()
    assert [told[2] for told in house.told()].count(STARTS[1]) == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 5))
def test_killed_in_between(house: Rig, at: int, after: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """At each call: delivered again or swept, every occurrence is pushed after its series."""
    room = house.room()
    series = exceptions(house, room)
    provider = through(house, Resetting, effects=Effects(die_at=at, after=after))
    house.people().change(series, summary="All")
    delivery = house.delivery()
    with pytest.raises(Killed):
        sync(house.context, house.request(), delivery)
    assert provider.effects.made >= at
    house.let_pass(200)
    sync(house.context, house.request(), delivery)
    house.sweep_later()
    starts = [start for _, _, start in house.told()]
    last = len(starts) - 1 - starts[::-1].index(None)
    assert set(starts[last + 1 :]) == set(STARTS[1:])


def test_many_are_told_in_several_goes(house: Rig) -> None:
    """So many with their series and each of its pages, the rest right after it."""
    through(house, Resetting)
    room = house.room()
    start = {"dateTime": "2031-01-06T09:00:00Z", "timeZone": "UTC"}
    end = {"dateTime": "2031-01-06T10:00:00Z", "timeZone": "UTC"}
    series = house.people().add(room, recurrence=["RRULE:FREQ=DAILY;COUNT=130"], start=start, end=end)
    house.sync()
    for day in range(1, 2 * OCCURRENCES_MAX + 3):
        at = datetime(2031, 1, 6, 9, tzinfo=UTC) + timedelta(days=day)
        house.people().delete(f"{series}_{at:%Y%m%dT%H%M%SZ}")
    house.sync()
    house.told()
    house.people().change(series, summary="All")
    house.sync()
    assert (len(house.told()), house.record(room).due_at) == (1 + 2 * OCCURRENCES_MAX + 2, None)


def deleted_and_restored(house: Rig, room: str, series: str) -> None:
    assert house.seen(room)["status"] == "deleted"
    house.people().change(series, status="confirmed")
    house.sync()
    house.sweep_later()
    assert (house.seen(room)["status"], occurrences(house, room)) == ("live", AS_IT_WAS)


def test_a_conference_made_anew_is_told_of_them(house: Rig) -> None:
    """Its system lost it, or it was deleted and its event restored: both know nothing of them."""
    room = house.room()
    series = exceptions(house, room)
    house.context.provider("webhook").apply(deletion(room))
    house.people().change(f"{series}_20310113T090000Z", summary="Only this, again")
    house.sync()
    assert occurrences(house, room) == AS_IT_WAS
    house.people().delete(series)
    house.sync()
    deleted_and_restored(house, room, series)


@dataclass(kw_only=True)
class Unsaid(WrappedProvider):
    """It carries a deletion out, and then fails to say so."""

    def apply(self, change: Change) -> Outcome:
        outcome = super().apply(change)
        if change.kind is Kind.DELETED:
            raise RetryLater("500")
        return outcome


def test_after_a_deletion_that_failed_too_late(house: Rig) -> None:
    """Its event is restored before it is tried again: after it is recreated, all occurrences are pushed."""
    room = house.room()
    series = exceptions(house, room)
    through(house, Unsaid)
    house.people().delete(series)
    with suppress(RetryLater):
        house.sync()
    deleted_and_restored(house, room, series)


def test_a_system_at_its_limit_holds_nothing_else_up(house: Rig) -> None:
    """Its message comes once more, and the token moves on; the conference is pushed when the back-off is
    over.
    """
    room = house.room()
    event = house.people().add(room)
    house.sync()
    provider = through(house, Resting)
    house.people().change(event, summary="Too late for today")
    token = house.enrolment().token
    failed_once(house)
    assert house.enrolment().token != token
    house.told()
    house.sweep_later(A_DAY_S - 600)
    assert provider.calls == 1
    provider.tired = False
    house.sweep_later(900)
    assert house.seen(room)["title"] == "Too late for today"
    assert (house.record(room).due_at, house.record(room).parked) == (None, None)


def test_all_that_a_rest_kept_from_being_told_is_told_after_it(house: Rig) -> None:
    """A series and two instances, changed on one page."""
    room = house.room()
    series, second = weekly(house, room)
    provider = through(house, Resting)
    house.people().change(series, summary="All")
    house.people().change(second, summary="Only this")
    house.people().delete(f"{series}_20310120T090000Z")
    failed_once(house)
    assert provider.calls == 1
    provider.tired = False
    house.sweep_later(A_DAY_S + 60)
    assert sorted(house.told(), key=str) == sorted(
        [(UPDATED, room, None), (MOVED, room, STARTS[1]), (OFF, room, STARTS[2])], key=str
    )


@pytest.mark.parametrize("delay", [None, 9.5, 20, 599])
def test_one_that_fails_for_ever_is_set_aside_with_a_time_of_its_own(house: Rig, delay: float | None) -> None:
    """After a second try, and not before its system wants to hear from us; its neighbours are in step."""
    room, other = house.room(), house.room()
    event, neighbour = house.people().add(room), house.people().add(other)
    house.sync()

    @dataclass(kw_only=True)
    class Dead(WrappedProvider):
        calls: int = 0

        def apply(self, change: Change) -> Outcome:
            if change.key.id != room:
                return super().apply(change)
            self.calls += 1
            raise RetryLater("dead", delay=delay)

    good, provider = house.context, through(house, Dead)
    house.people().change(event, summary="Never")
    house.people().change(neighbour, summary="Now")
    failed_once(house)
    assert house.seen(other)["title"] == "Now"
    assert provider.calls == (1 if delay else 2)
    house.people().change(event, summary="Never ever")
    house.people().change(neighbour, summary="Then")
    assert house.sync() == "synced"
    assert house.seen(other)["title"] == "Then"
    assert provider.calls == (1 if delay else 2)
    parked = house.record(room).parked
    assert parked
    assert parked.retry_at == house.record(room).due_at
    house.context = good
    house.sweep_later(605)
    assert house.seen(room)["title"] == "Never ever"
    assert (house.record(room).due_at, house.record(room).parked) == (None, None)


@pytest.mark.parametrize("once", [True, False])
def test_a_try_that_got_no_answer_may_take_effect_late(house: Rig, *, once: bool) -> None:
    """Pushed once more when it can no longer arrive, but for a system that knows changes by their ids."""
    room = house.room()
    event = house.people().add(room)
    house.sync()

    class Slow(WrappedProvider):
        @property
        def abilities(self) -> Abilities:
            return replace(self.inner.abilities, once=once)

        def apply(self, change: Change) -> Outcome:
            return replace(super().apply(change), may_land=len(self.made) == 1)

    provider = through(house, Slow)
    house.people().change(event, summary="Late")
    house.sync()
    house.people().change(event, summary="Newest")
    house.sync()
    provider.inner.apply(replace(provider.made[0], id="late"))
    house.told()
    house.sweep_later(300)
    assert house.told() == ([] if once else [(UPDATED, room, None)])
    assert house.seen(room)["title"] == ("Late" if once else "Newest")
    assert house.record(room).due_at is None


@pytest.mark.parametrize("error", [RetryLater("silence", may_land=True), Rejected("late", may_land=True)])
def test_a_call_without_an_answer_may_take_effect_after_the_next_change(
    house: Rig, error: RetryLater | Rejected
) -> None:
    """It failed for now, or its next try was refused; what is pushed of the event then is pushed again."""
    room = house.room()
    event = house.people().add(room)
    house.sync()

    class Silent(WrappedProvider):
        def apply(self, change: Change) -> Outcome:
            self.made.append(change)
            raise error

    good, silent = house.context, through(house, Silent)
    house.people().change(event, summary="Late")
    with suppress(RetryLater):
        house.sync()
    house.context = good
    house.people().change(event, summary="Newest")
    house.sync()
    good.provider("webhook").apply(silent.made[0])
    house.told()
    house.sweep_later(300)
    assert house.told() == [(UPDATED, room, None)]
    assert (house.seen(room)["title"], house.record(room).due_at) == ("Newest", None)


def test_occurrences_wait_while_their_conference_is_gone_for_good(house: Rig) -> None:
    """Its system does not recreate it; no message fails for that, and all is pushed once it is back."""
    room = house.room()
    series, second = weekly(house, room)
    house.conferences.faults.add(Fault(kind="status", status=410, count=100))
    asked: list[int] = []
    for hour in ("11", "12", "13"):
        house.people().change(second, summary=f"At {hour}")
        assert house.sync() == "synced"
        asked.append(len(house.told()))
    assert asked == [2, 0, 0]
    house.conferences.faults.clear()
    house.people().change(series, description="Somebody has mended it")
    house.sync()
    house.sweep_later(1)
    occurrences = [what for what in house.told() if what[0] == "occurrence.updated"]
    assert occurrences == [("occurrence.updated", room, "2031-01-13T09:00:00Z")]


def test_an_event_is_decided_anew_if_others_wrote_its_record_during_its_call(house: Rig) -> None:
    """They saw it let go before it was restored: it is held again, and not deleted after its grace."""
    room = house.room()
    event = EventRef(OWNER, house.people().add(room))
    store = house.context.store

    class Meanwhile(WrappedProvider):
        def apply(self, change: Change) -> Outcome:
            (kept,) = store.known([], [change.key])
            if not self.made:
                gone = release(kept.value, event, now=house.now(), grace=300)
                assert store.save(gone, kept.version)
            return super().apply(change)

    through(house, Meanwhile)
    assert house.sync() == "synced"
    found = house.record(room)
    assert ([hold.ref for hold in found.holds], found.delete_at) == ([event], None)


@dataclass(kw_only=True)
class Unheard(WrappedProvider):
    """Its first call is not answered; it does not know a change by its id."""

    calls: int = 0

    @property
    def abilities(self) -> Abilities:
        return replace(self.inner.abilities, once=False)

    def apply(self, change: Change) -> Outcome:
        self.calls += 1
        if self.calls == 1:
            raise RetryLater("no answer in time", may_land=True)
        return super().apply(change)


def test_a_try_not_heard_of_before_one_that_worked(house: Rig) -> None:
    """It said the same: nothing is pushed again when it can no longer arrive. After a newer one, it is."""
    tries = through(house, Unheard)
    room = house.room()
    event = house.people().add(room)
    failed_once(house)
    house.sweep_later(400)
    assert tries.calls == 2

    tries.calls = 0
    house.people().change(event, summary="Daily")
    failed_once(house)
    house.people().change(event, summary="Weekly")
    house.sync()
    assert tries.calls == 3
    house.sweep_later(400)
    assert tries.calls == 4
    assert house.seen(room)["title"] == "Weekly"
