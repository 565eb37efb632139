"""What is counted in an enrolment is what its conferences' records say, and heals where it is not."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from functions.adapters.stores.sqlite import SqliteStore
from functions.core import counts, watching
from functions.core.conference import Conference, Counts, Refusal
from functions.core.enrolment import Enrolment, Tally
from functions.core.errors import RetryLater
from functions.core.model import ConferenceKey, Reason
from functions.flow.context import Notes, counting, save_conference
from functions.flow.fleet import Overview
from functions.flow.leaving import leave
from functions.flow.recount import Recounted, recount_all
from functions.flow.retry import Choice, retry_all
from functions.flow.sync import sync
from functions.ports import UNFENCED, Fences, Version, Versioned
from local.conferences.faults import Fault
from tests.flow.wrapped import Effects, Killed, Record, WrappedStore
from tests.support.rig import OWNER, Rig

BOB = "bob@example.com"
DAY_S = 86_400
REFUSES = Fault(kind="status", status=422, count=1_000)


def tally(house: Rig, calendar_id: str = OWNER) -> Tally:
    return house.enrolment(calendar_id).tally


def counted(house: Rig, calendar_id: str = OWNER) -> Counts | None:
    return tally(house, calendar_id).counts


def recounted(house: Rig, calendar_id: str = OWNER) -> Counts:
    records = (kept.value for kept in house.store.conferences())
    return dict(counts.total(records).get(calendar_id, {}))


def reads(house: Rig) -> list[str]:
    """From now on: the calendars whose conferences are read."""
    asked: list[str] = []

    class Counting(WrappedStore):
        def conferences(
            self, *, held_in: str | None = None, due_by: datetime | None = None
        ) -> Iterator[Versioned[Conference]]:
            asked.extend([held_in] if held_in else [])
            return super().conferences(held_in=held_in, due_by=due_by)

    house.context = replace(house.context, store=Counting(inner=house.store))
    return asked


def with_bob(house: Rig) -> None:
    house.calendar.control("POST", "users", {"email": BOB})
    house.enrol(BOB)
    house.sync(BOB)


def shared(house: Rig) -> str:
    """One conference is carried by an event of each; returns the owner's, which leads."""
    room = house.room()
    event = house.people().add(room)
    house.people(BOB).add(room)
    house.sync()
    house.sync(BOB)
    return event


def in_doubt(house: Rig) -> bool:
    return tally(house).counted_at is None


def test_the_first_read_counts(house: Rig) -> None:
    """Before it nothing is known, and after it all is."""
    room = house.room()
    house.people().add(room)
    house.amend(lambda found: replace(found, tally=Tally()))
    house.sync()
    assert (counted(house), in_doubt(house)) == ({"holds": 1}, False)


def test_changes_are_counted_without_a_look(house: Rig) -> None:
    """Held, refused, tried again, let go: by the records that are written anyway."""
    asked = reads(house)
    room = house.room()
    house.conferences.faults.add(replace(REFUSES, count=1, conference_id=room))
    event = house.people().add(room)
    house.people().add(house.room())
    house.sync()
    assert counted(house) == {"holds": 2, "refused": 1}
    house.people().change(event, summary="Renamed")
    house.sync()
    house.people().delete(event)
    house.sync()
    assert (counted(house), asked, in_doubt(house)) == ({"holds": 1}, [], False)


def test_an_operator_and_the_sweep_are_counted_too(house: Rig) -> None:
    """What they change of a conference is stored with the enrolments of those who hold it."""
    with_bob(house)
    house.conferences.faults.add(REFUSES)
    shared(house)
    both = {"holds": 1, "refused": 1}
    assert (counted(house), counted(house, BOB)) == (both, both)
    house.conferences.faults.clear()
    list(retry_all(house.context, Choice(), ["webhook"]))
    assert (counted(house), counted(house, BOB)) == ({"holds": 1}, {"holds": 1})
    assert (recounted(house), recounted(house, BOB)) == ({"holds": 1}, {"holds": 1})


def test_what_is_tried_again_is_counted_at_once(house: Rig) -> None:
    """Not only when all is: whoever is killed, or stops, has little to count anew."""
    house.conferences.faults.add(replace(REFUSES, count=1))
    house.people().add(house.room())
    house.sync()
    trying = retry_all(house.context, Choice(), ["webhook"])
    next(trying)
    assert counted(house) == {"holds": 1}
    assert list(trying) == []


def test_several_calendars_are_told_at_once(house: Rig) -> None:
    """A sweep may have something to tell thousands, and must end in time."""
    with_bob(house)
    house.conferences.faults.add(REFUSES)
    for name in (OWNER, BOB):
        house.people(name).add(house.room())
        house.sync(name)
    house.conferences.faults.clear()
    together = Barrier(2)

    def meet(record: Record) -> None:
        if isinstance(record, Enrolment):
            together.wait(timeout=10)

    store = WrappedStore(inner=house.store, before_save=meet)
    list(retry_all(replace(house.context, store=store), Choice(), ["webhook"]))
    assert (counted(house), counted(house, BOB)) == ({"holds": 1}, {"holds": 1})


def test_a_sync_counts_for_others_who_hold_it(house: Rig) -> None:
    """The primary event is refused for both, by one calendar's sync."""
    with_bob(house)
    event = shared(house)
    house.conferences.faults.add(REFUSES)
    house.people().change(event, summary="Renamed")
    house.sync()
    assert counted(house, BOB) == {"holds": 1, "refused": 1} == recounted(house, BOB)


def test_who_leaves_takes_a_refusal_along(house: Rig) -> None:
    """It was of the leading event: nothing waits for that any more, and others do not count it."""
    with_bob(house)
    house.conferences.faults.add(REFUSES)
    shared(house)
    leave(house.context, OWNER)
    assert counted(house, BOB) == {"holds": 1} == recounted(house, BOB)


def test_a_process_that_is_killed(house: Rig) -> None:
    """Whoever takes its lease over counts anew."""
    house.people().add(house.room())
    deadly = WrappedStore(inner=house.store, effects=Effects(die_at=3, after=True))
    delivery = house.delivery()
    with pytest.raises(Killed):
        sync(replace(house.context, store=deadly), house.request(), delivery)
    assert (counted(house), recounted(house)) == ({}, {"holds": 1})
    asked = reads(house)
    assert sync(house.context, house.request(), delivery) == "synced"
    assert (counted(house), asked, in_doubt(house)) == ({"holds": 1}, [OWNER], False)


class Unsure(WrappedStore):
    """Writes the first record that is such, or does not, and does not say which."""

    kind: type = Conference
    written: bool = True
    struck: bool = False

    def save(self, record: Record, version: Version | None, fences: Fences = UNFENCED) -> Version | None:
        if self.struck or not isinstance(record, self.kind):
            return super().save(record, version, fences)
        self.struck = True
        if self.written:
            super().save(record, version, fences)
        raise RetryLater("no answer")


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("kind", [Conference, Enrolment])
def test_a_write_without_an_answer(house: Rig, kind: type, *, written: bool) -> None:
    """It is not known whether it is counted: the next read counts anew."""
    with_bob(house)
    house.conferences.faults.add(REFUSES)
    shared(house)
    house.conferences.faults.clear()
    house.let_pass(60)  # after the last count, by any clock
    unsure = Unsure(inner=house.store)
    unsure.kind, unsure.written = kind, written
    with suppress(RetryLater):
        list(retry_all(replace(house.context, store=unsure), Choice(), ["webhook"]))
    list(retry_all(house.context, Choice(), ["webhook"]))
    for name in (OWNER, BOB):
        house.sync(name)
    assert counted(house) == recounted(house)
    assert counted(house, BOB) == recounted(house, BOB)


def test_a_store_that_is_down(house: Rig) -> None:
    """Nothing can be stored of what changed, and the command says so; a day later it is counted."""
    house.conferences.faults.add(replace(REFUSES, count=1))
    house.people().add(house.room())
    house.sync()

    def down(record: Record) -> None:
        if isinstance(record, Enrolment):
            raise RetryLater("down")

    store = WrappedStore(inner=house.store, before_save=down)
    with pytest.raises(RetryLater, match="down"):
        list(retry_all(replace(house.context, store=store), Choice(), ["webhook"]))
    assert counted(house) == {"holds": 1, "refused": 1}
    house.let_pass(DAY_S)
    house.sync()
    assert counted(house) == {"holds": 1} == recounted(house)


def test_it_is_counted_again_after_a_day(house: Rig) -> None:
    """A record may expire, and nobody says so."""
    room = house.room()
    house.people().add(room)
    house.sync()
    (kept,) = house.store.known([], [ConferenceKey("webhook", room)])
    house.store.remove(kept.value, kept.version)
    asked = reads(house)
    house.sync()
    assert (counted(house), asked) == ({"holds": 1}, [])
    house.let_pass(DAY_S)
    house.sync()
    assert (counted(house), asked) == ({}, [OWNER])
    house.sync()
    assert asked == [OWNER]


def test_time_is_up(house: Rig) -> None:
    """The token moves on; the next read counts."""
    house.amend(lambda found: replace(found, tally=Tally()))
    seconds = iter(range(0, 100_000, 400))
    late = replace(house.context, monotonic=lambda: next(seconds))
    assert sync(late, house.request(), house.delivery()) in {"synced", "continued"}
    assert counted(house) is None
    house.sync()
    assert counted(house) == {}


def test_others_who_write_while_it_is_counted(house: Rig) -> None:
    """What they stored may be in the count or not: it is in doubt, and the next read counts."""
    house.amend(lambda found: replace(found, tally=Tally(counts={"holds": 1})))

    class Meanwhile(WrappedStore):
        def conferences(
            self, *, held_in: str | None = None, due_by: datetime | None = None
        ) -> Iterator[Versioned[Conference]]:
            house.amend(lambda found: replace(found, tally=Tally(counts={"holds": 2})))
            return super().conferences(held_in=held_in, due_by=due_by)

    busy = replace(house.context, store=Meanwhile(inner=house.store))
    assert sync(busy, house.request(), house.delivery()) == "synced"
    assert (counted(house), in_doubt(house)) == ({}, True)
    house.sync()
    assert (counted(house), in_doubt(house)) == ({}, False)


def lost(*, refused: bool = True) -> Conference:
    why = Refusal(reason="no", since=datetime.now(UTC)) if refused else None
    return Conference(key=ConferenceKey("webhook", "lost"), refused=why)


def test_all_are_counted_at_once(house: Rig) -> None:
    """What was unknown, wrong or in doubt is stored, and nothing a second time."""
    with_bob(house)
    house.people().add(house.room())
    house.sync()
    house.amend(lambda found: replace(found, tally=Tally()))
    assert recount_all(house.store) == Recounted(conferences=1, calendars=2, mended=1, left=0)
    assert (counted(house), in_doubt(house)) == ({"holds": 1}, False)
    writes = WrappedStore(inner=house.store)
    assert recount_all(writes) == Recounted(conferences=1, calendars=2, mended=0, left=0)
    assert writes.writes == 0


def test_all_are_counted_while_somebody_is_at_work(house: Rig) -> None:
    """Whoever has a lease may have changes at hand; whoever writes at that moment is not waited for."""
    house.amend(lambda found: replace(found, tally=Tally()))
    house.lease_to_another(house.store_time())
    assert recount_all(house.store).mended == 1
    assert (counted(house), in_doubt(house)) == ({}, True)

    def written(record: Record) -> None:
        if isinstance(record, Enrolment):
            store.before_save = lambda _: None
            house.amend(lambda found: replace(found, fence=found.fence + 1))

    store = WrappedStore(inner=house.store, before_save=written)
    assert recount_all(store) == Recounted(conferences=0, calendars=1, mended=0, left=1)


def test_all_are_counted_while_one_leaves(house: Rig) -> None:
    """It has nothing to count any more."""
    house.amend(lambda found: replace(found, tally=Tally()))
    house.amend(lambda found: watching.leave(found, now=house.now()))
    assert recount_all(house.store) == Recounted(conferences=0, calendars=1, mended=1, left=0)
    assert counted(house) is None


def test_when_all_were_counted_is_of_the_store() -> None:
    """An operator's own clock may be anything."""
    then = datetime(2026, 6, 1, tzinfo=UTC)
    store = SqliteStore(":memory:", clock=lambda: then)
    store.save(Enrolment(calendar_id=OWNER), None)
    for _ in range(2):
        recount_all(store)
        kept = store.enrolment(OWNER)
        assert kept
        assert kept.value.tally == Tally(counts={}, counted_at=then)
        store.save(replace(kept.value, tally=Tally()), kept.version)
        store.save(lost(refused=False), None)


def test_what_an_older_release_has_refused(house: Rig) -> None:
    """It did not index that: it is among the parked from the next count of all on."""
    store = house.store
    assert isinstance(store, SqliteStore)
    house.conferences.faults.add(REFUSES)
    house.people().add(house.room())
    house.sync()
    later = house.store_time() + timedelta(days=1)
    store._database.changed("UPDATE conferences SET body = json_remove(body, '$.refused_at')", ())
    assert store.count_refused(since=later) == 0
    recount_all(store)
    assert store.count_refused(since=later) == 1


def test_strays_are_found_by_a_query(house: Rig) -> None:
    """Those that an older release wrote, from the next count of all on."""
    store = house.store
    assert isinstance(store, SqliteStore)
    store.save(lost(), None)
    assert [one["conference_id"] for one in Overview(store).stray] == ["lost"]
    store._database.changed("DELETE FROM marks", ())
    assert Overview(store).stray == []
    recount_all(store)
    assert [one["conference_id"] for one in Overview(store).stray] == ["lost"]
    (kept,) = store.known([], [lost().key])
    store.save(lost(refused=False), kept.version)
    assert Overview(store).stray == []


def test_a_process_whose_clock_is_ahead_counts_nothing_twice(house: Rig) -> None:
    """What it changed was counted anew before it stored by how much: that is in doubt, and counted again."""
    room = house.room()
    house.people().add(room)
    house.sync()
    kept, notes = house.store.known([], [ConferenceKey("webhook", room)])[0], Notes()
    ahead = replace(house.context, now=lambda: house.now() + timedelta(minutes=1))
    refused = replace(kept.value, refused=Refusal(reason="no", since=house.now()))
    with counting(ahead, notes):
        assert save_conference(ahead, notes, kept, refused)
        recount_all(house.store)
    house.sync(reason=Reason.SWEEP)
    assert counted(house) == recounted(house) == {"holds": 1, "refused": 1}
