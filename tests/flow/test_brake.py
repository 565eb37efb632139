"""Deletions that syncs are told of one by one: too many within a day wait for an operator."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.conference import Conference
from functions.core.enrolment import Access, Brake, Enrolment
from functions.core.errors import RetryLater
from functions.core.model import Reason
from functions.flow.brake import holds_back
from functions.flow.context import Notes, begin_work
from functions.flow.leaving import leave
from functions.flow.plan import let_go, plan
from functions.flow.status import state
from functions.flow.sync import sync
from functions.ports import Page, Versioned
from tests.flow.test_mass_deletion import deleted, filled, vanish
from tests.flow.wrapped import Effects, Killed, Record, WrappedStore
from tests.support.logged import logged, named
from tests.support.rig import OWNER, Rig, conference_data, rig, usual

BOB = "bob@example.com"
GRACE_S = 300
DAY_S = 86_400


@pytest.fixture
def house() -> Iterator[Rig]:
    """As elsewhere, with a grace; what is deleted in the calendar is deleted by the sweep."""
    with rig(grace=GRACE_S) as made:
        made.enrol()
        yield made


def delete(house: Rig, events: Sequence[str]) -> None:
    """Somebody does, and a notification tells of it."""
    for event in events:
        house.people().delete(event)
    assert house.sync() == "synced"


def restore(house: Rig, events: Sequence[str]) -> None:
    for event in events:
        house.people().change(event, status="confirmed")
    house.sync()


def wiped(house: Rig, gone: int = 24, count: int = 30) -> dict[str, str]:
    """So many of them are deleted, as an intruder would, and their grace is over."""
    rooms = filled(house, count)
    delete(house, sorted(rooms)[:gone])
    house.sweep_later(2 * GRACE_S)
    return rooms


def withheld(house: Rig, calendar_id: str = OWNER) -> tuple[int, int] | None:
    found = house.enrolment(calendar_id).brake.withheld
    return (found.releases, found.holds) if found else None


def kinds(house: Rig) -> list[str]:
    faults = state(house.context, OWNER)["faults"]
    return [fault["kind"] for fault in faults]  # type: ignore[attr-defined]


def test_most_of_a_calendar_is_deleted_and_no_conference_is(house: Rig) -> None:
    """Told event by event: the mark is there at once, said once, and no grace ends in a deletion."""
    rooms = filled(house, 30)
    with logged() as lines:
        for event in sorted(rooms)[:24]:
            delete(house, [event])
        assert (withheld(house), kinds(house)) == ((24, 30), ["deletions_withheld"])
        house.sweep_later(2 * GRACE_S)
        house.sweep_later(house.context.policy.sync_every)
    assert deleted(house, rooms) == 0
    (line,) = named(lines, "sync.deletions_withheld")
    assert (line["calendar_id"], line["releases"], line["holds"]) == (OWNER, 20, 30)


@pytest.mark.parametrize(("gone", "held", "lost"), [(20, 39, 0), (20, 40, 20), (19, 19, 19)])
def test_the_numbers_are_those_of_a_full_read(house: Rig, gone: int, held: int, lost: int) -> None:
    """More than half of what the calendar held, and at least twenty."""
    rooms = wiped(house, gone, held)
    assert (deleted(house, rooms), withheld(house)) == (lost, None if lost else (gone, held))


def test_what_was_deleted_before_stays_so_and_counts(house: Rig) -> None:
    """Twelve are deleted for good, then twelve more go: these are kept."""
    rooms = wiped(house, 12)
    assert deleted(house, rooms) == 12
    delete(house, sorted(rooms)[12:24])
    house.sweep_later(2 * GRACE_S)
    assert (deleted(house, rooms), withheld(house)) == (12, (24, 30))


def test_a_few_each_day_are_no_mass(house: Rig) -> None:
    """A day later the count begins anew."""
    rooms = wiped(house, 15)
    house.let_pass(DAY_S + 3_600)
    delete(house, sorted(rooms)[15:])
    house.sweep_later(2 * GRACE_S)
    assert (deleted(house, rooms), withheld(house)) == (30, None)


def test_what_is_withheld_is_so_for_as_long_as_it_takes(house: Rig) -> None:
    """Days go by and nobody looks; then more is deleted: it waits as well, and other changes go on."""
    rooms = wiped(house)
    house.let_pass(3 * DAY_S)
    house.people().change("event029", summary="Goes on")
    delete(house, ["event024"])
    house.sweep_later(2 * GRACE_S)
    assert (deleted(house, rooms), withheld(house)) == (0, (25, 30))
    assert house.seen(rooms["event029"])["title"] == "Goes on"


def test_it_is_looked_at_again_as_seldom_as_a_calendar(house: Rig) -> None:
    """Not at each sweep: what is withheld asks Calendar nothing for hours."""
    wiped(house)
    house.calendar.control("DELETE", "requests", None)
    house.sweep_later(house.context.policy.sync_every - GRACE_S)
    assert house.calls("events.get") == 0


def test_confirmed_they_go(house: Rig) -> None:
    """What plan shows is deleted by the next sweep, and the count begins anew."""
    rooms = wiped(house)
    shown = plan(house.context, OWNER)
    assert shown.braked
    assert (shown.braked.releases, shown.releases) == (24, 0)
    assert {end.key.id for end in shown.endings if end.withheld} == {
        rooms[name] for name in sorted(rooms)[:24]
    }
    assert let_go(house.context, OWNER, 0, braked=24) == "synced"
    house.sweep_later(1)
    assert (deleted(house, rooms), house.enrolment().brake) == (24, Brake())
    delete(house, ["event029"])
    house.sweep_later(2 * GRACE_S)
    assert deleted(house, rooms) == 25


def test_more_than_was_shown_stays_withheld(house: Rig) -> None:
    """One more is gone by the time it is confirmed."""
    rooms = wiped(house)
    delete(house, ["event024"])
    let_go(house.context, OWNER, 0, braked=24)
    house.sweep_later(1)
    assert (deleted(house, rooms), withheld(house)) == (0, (25, 30))


def test_confirmed_within_the_grace_they_have_their_grace(house: Rig) -> None:
    """A confirmation is no reason to delete earlier than usual."""
    rooms = filled(house, 30)
    delete(house, sorted(rooms)[:24])
    let_go(house.context, OWNER, 0, braked=24)
    house.sweep_later(1)
    assert (deleted(house, rooms), withheld(house)) == (0, None)
    house.sweep_later(GRACE_S)
    assert deleted(house, rooms) == 24


def test_a_confirmation_that_was_cut_short_is_not_lost(house: Rig) -> None:
    """Killed right after it was stored: they are deleted when they are looked at next."""
    rooms = wiped(house)
    deadly = WrappedStore(inner=house.store, effects=Effects(die_at=1, after=True))
    with pytest.raises(Killed):
        let_go(replace(house.context, store=deadly), OWNER, 0, braked=24)
    house.sweep_later(house.context.policy.sync_every)
    assert deleted(house, rooms) == 24


def test_a_sync_under_way_does_not_swallow_the_confirmation(house: Rig) -> None:
    """It began before and knows nothing of it; its own release counts from then on."""
    rooms = wiped(house)
    house.people().delete("event024")

    def confirmed_meanwhile(record: Record) -> None:
        if isinstance(record, Enrolment) and record.lease is None:
            store.before_save = lambda _: None
            let_go(house.context, OWNER, 0, braked=24)

    store = WrappedStore(inner=house.store, before_save=confirmed_meanwhile)
    assert sync(replace(house.context, store=store), house.request(), house.delivery()) == "synced"
    assert (withheld(house), [hour.releases for hour in house.enrolment().brake.hours]) == (None, [1])
    house.sweep_later(1)
    assert deleted(house, rooms) == 24


def test_a_deletion_under_way_hears_of_the_confirmation(house: Rig) -> None:
    """The operator confirms while the sweep looks at one of them: the next sweep deletes it at the latest."""
    rooms = wiped(house)
    house.ahead += timedelta(seconds=house.context.policy.sync_every)

    def confirmed_meanwhile(record: Record) -> None:
        if isinstance(record, Conference):
            store.before_save = lambda _: None
            let_go(house.context, OWNER, 0, braked=24)

    good, store = house.context, WrappedStore(inner=house.store, before_save=confirmed_meanwhile)
    house.context = replace(good, store=store)
    house.sweep_later(1)
    house.context = good
    house.sweep_later(1)
    assert (deleted(house, rooms), withheld(house)) == (24, None)


def test_what_comes_back_counts_no_more(house: Rig) -> None:
    """Some are restored: they are held again, and the rest waits for the operator all the same."""
    rooms = wiped(house)
    restore(house, sorted(rooms)[:10])
    house.sweep_later(house.context.policy.sync_every)
    assert (deleted(house, rooms), withheld(house)) == (0, (14, 30))
    assert all(house.record(rooms[name]).holds for name in sorted(rooms)[:10])


def test_the_mark_goes_when_all_have_come_back(house: Rig) -> None:
    """And the count begins anew."""
    rooms = wiped(house)
    restore(house, sorted(rooms)[:24])
    assert (house.enrolment().brake, kinds(house)) == (Brake(), [])
    delete(house, ["event000"])
    house.sweep_later(2 * GRACE_S)
    assert deleted(house, rooms) == 1


def test_deleted_and_restored_over_and_over_is_no_mass(house: Rig) -> None:
    """Ten events come and go three times: nothing counts that came back within its grace."""
    rooms = filled(house, 30)
    for _ in range(3):
        delete(house, sorted(rooms)[:10])
        restore(house, sorted(rooms)[:10])
    assert house.enrolment().brake == Brake()


def test_what_another_event_carries_is_no_deletion(house: Rig) -> None:
    """A copy in another calendar holds each: it neither counts nor waits, until the copies go."""
    house.calendar.control("POST", "users", {"email": BOB})
    house.enrol(BOB)
    rooms = filled(house, 24)
    for number, room in enumerate(rooms.values()):
        body = {**usual(), "id": f"copy{number:03}", "conferenceData": conference_data(room)}
        house.calendar.control("POST", "events", {"calendarId": BOB, "event": body})
    house.sync(BOB)
    delete(house, sorted(rooms))
    assert house.enrolment().brake == Brake()
    for number in range(24):
        house.people(BOB).delete(f"copy{number:03}")
    house.sync(BOB)
    house.sweep_later(2 * GRACE_S)
    assert (deleted(house, rooms), withheld(house), withheld(house, BOB)) == (0, None, (24, 24))


@pytest.mark.parametrize("first", ["from", "to"])
def test_what_is_moved_to_another_calendar_is_no_deletion(house: Rig, first: str) -> None:
    """Whichever of the two is read first; where it was, nothing counts."""
    team = house.calendar.control("POST", "calendars", {"owner": OWNER, "summary": "Team"})["id"]
    house.enrol(team, OWNER)
    made = [house.room() for _ in range(3)]
    rooms = {house.people().add(room): room for room in made}
    house.sync()
    for event in rooms:
        house.people().move(event, team)
    for calendar_id in (OWNER, team) if first == "from" else (team, OWNER):
        house.sync(calendar_id)
    assert (house.enrolment().brake, house.enrolment(team).brake) == (Brake(), Brake())
    house.sweep_later(2 * GRACE_S)
    assert deleted(house, rooms) == 0


def test_instances_that_are_off_are_no_deletions(house: Rig) -> None:
    """Of a series of thirty dates, twenty-four are cancelled: the conference is the series'."""
    room = house.room()
    series = house.people().add(room, recurrence=["RRULE:FREQ=DAILY;COUNT=30"])
    house.sync()
    for one in house.people().instances(series)[:24]:
        house.people().delete(one["id"])
    house.sync()
    assert house.enrolment().brake == Brake()


def test_what_a_full_read_found_is_guarded_once(house: Rig) -> None:
    """An operator has confirmed its releases: they are not counted, and their deletions not withheld."""
    rooms = filled(house, 30)
    vanish(house, sorted(rooms)[:24])
    house.sync()
    let_go(house.context, OWNER, 24)
    assert house.enrolment().brake == Brake()
    house.sweep_later(2 * GRACE_S)
    assert deleted(house, rooms) == 24


def test_both_guards_at_once_are_confirmed_by_one_word(house: Rig) -> None:
    """Of sixty, thirty-two were told of one by one, and a full read finds the rest gone."""
    rooms = wiped(house, 32, 60)
    vanish(house, sorted(rooms)[32:])
    house.sync()
    assert (house.enrolment().withheld is not None, withheld(house)) == (True, (32, 60))
    shown = plan(house.context, OWNER, full=True)
    assert (shown.releases, sum(end.withheld for end in shown.endings)) == (28, 32)
    let_go(house.context, OWNER, shown.releases, braked=32)
    house.sweep_later(2 * GRACE_S)
    assert (deleted(house, rooms), kinds(house)) == (60, [])


def test_leaving_is_no_deletion(house: Rig) -> None:
    """What is withheld of a calendar that leaves is forgotten with it, and nothing is deleted."""
    rooms = wiped(house)
    leave(house.context, OWNER)
    house.enrol()
    house.sweep_later(house.context.policy.sync_every)
    assert (deleted(house, rooms), house.enrolment().brake) == (0, Brake())


def test_without_a_grace_the_brake_holds_from_the_twentieth_on(house: Rig) -> None:
    """Each deletion follows at once; no more than the guard lets through."""
    house.with_policy(grace=0)
    rooms = filled(house, 30)
    delete(house, sorted(rooms)[:26])
    gone = deleted(house, rooms)
    assert 0 < gone < 26
    delete(house, ["event029"])
    found = withheld(house)
    assert (deleted(house, rooms), found and found[0]) == (gone, 27)


def test_it_costs_no_write_for_each_event(house: Rig) -> None:
    """A sync of sixty deletions: one record for each, its lease, its commit, and one look at the mass."""
    rooms = filled(house, 120)
    for event in sorted(rooms)[:60]:
        house.people().delete(event)
    writes: Counter[str] = Counter()
    store = WrappedStore(inner=house.store, before_save=lambda one: writes.update([type(one).__name__]))
    sync(replace(house.context, store=store), house.request(), house.delivery())
    assert writes == {"Conference": 60, "Enrolment": 3}
    assert house.enrolment().brake.holds == 120


def test_what_is_held_is_counted_once_a_day(house: Rig) -> None:
    """Forty-four held: further syncs do not count again before more than half of that is gone."""
    rooms = filled(house, 44)
    delete(house, sorted(rooms)[:20])
    counted: list[str | None] = []

    class Counting(WrappedStore):
        def conferences(
            self, *, held_in: str | None = None, due_by: datetime | None = None
        ) -> Iterator[Versioned[Conference]]:
            counted.append(held_in)
            return super().conferences(held_in=held_in, due_by=due_by)

    house.context = replace(house.context, store=Counting(inner=house.store))
    delete(house, ["event020"])
    assert counted == []
    delete(house, sorted(rooms)[21:24])
    assert counted == [OWNER]
    assert withheld(house) == (24, 44)


@pytest.mark.parametrize("delay", [0, 120])
def test_a_sync_that_fails_has_counted_what_it_released(house: Rig, delay: int) -> None:
    """Its second page cannot be read: the first one's releases are counted, and those of no page twice."""
    rooms = filled(house, 30)
    for event in sorted(rooms)[:24]:
        house.people().delete(event)

    class Broken(GoogleCalendar):
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            if page_token:
                raise RetryLater("no second page", delay=delay)
            return replace(super().changes(access, token=token, page_token=None), next_page="2")

    broken = replace(house.context, calendar=house.google(Broken))
    if delay:
        assert sync(broken, house.request(), house.delivery()) == "backed_off"
    else:
        with pytest.raises(RetryLater, match="no second page"):
            sync(broken, house.request(), house.delivery())
    assert sum(hour.releases for hour in house.enrolment().brake.hours) == 24
    house.sync(reason=Reason.INITIALIZE)
    house.sweep_later(2 * GRACE_S)
    assert (deleted(house, rooms), withheld(house)) == (0, (24, 30))


def test_a_release_that_only_the_sweep_has_seen_counts(house: Rig) -> None:
    """It looks at a conference for another reason, and finds its event deleted before a sync does."""
    rooms = filled(house, 1)
    ((event, room),) = rooms.items()
    kept = house.store.known([], [house.record(room).key])[0]
    house.store.save(replace(kept.value, push_at=house.now()), kept.version)
    house.people().delete(event)
    house.sweep_later(1)
    assert (house.record(room).holds, [hour.releases for hour in house.enrolment().brake.hours]) == ((), [1])


def test_a_calendar_that_left_meanwhile_has_no_brake(house: Rig) -> None:
    """Neither is it asked, nor is a release stored with it."""
    notes = Notes()
    work = begin_work(house.context, "a sweep", notes)
    house.drop()
    assert not holds_back(work, OWNER)


def test_a_calendar_that_leaves_while_it_is_read(house: Rig) -> None:
    """What it released is counted nowhere, and the lease is lost as ever."""
    filled(house, 1)
    house.people().delete("event000")

    class Leaving(GoogleCalendar):
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            page = super().changes(access, token=token, page_token=None)
            if page_token:
                house.drop()
            return replace(page, next_page=None if page_token else "2")

    broken = replace(house.context, calendar=house.google(Leaving))
    with pytest.raises(RetryLater, match="lost"):
        sync(broken, house.request(), house.delivery())
    assert house.store.enrolment(OWNER) is None
