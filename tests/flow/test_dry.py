"""Ports on which nothing comes of it: reads are real, and no other call reaches the other side."""

from dataclasses import replace

import pytest

from conformance.changes import change
from functions.core.enrolment import Access, Enrolment
from functions.core.errors import RetryLater
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef, Outcome, Reason, SyncRequest
from functions.flow.dry import DryStore, dry
from local.conferences.faults import Fault
from tests.core.samples import held
from tests.support.rig import OWNER, Rig

ME = Access(OWNER, None)


@pytest.fixture
def trial(house: Rig) -> tuple[Rig, DryStore]:
    """The house on dry ports."""
    house.people().add(house.room())
    house.sync()
    house.context, store = dry(house.context, house.enrolment())
    return house, store


def test_every_call_outside_is_held_back(trial: tuple[Rig, DryStore]) -> None:
    """Writes, watches, stops, pushes, requests: all are answered, and none has an effect."""
    house, _ = trial
    context = house.context
    before = house.calendar.control("GET", "channels", None)
    house.calendar.control("DELETE", "requests", None)
    house.told()
    assert context.calendar.write(ME, "e", etag="1", fields={"location": "x"})
    assert context.calendar.watch(ME, channel_id="c", token="t", ttl=60) is None
    context.calendar.stop(ME, channel_id="c", resource_id="r")
    assert context.provider("webhook").apply(change("r1")) == Outcome()
    request = SyncRequest(calendar_id=OWNER, reason=Reason.SWEEP)
    context.queue.publish(request)
    assert context.queue.publish_all([request]) == {}
    context.queue.check()
    assert house.calendar.control("GET", "channels", None) == before
    assert house.calendar.control("GET", "requests", None)["requests"] == []
    assert (house.told(), house.queue.waiting()) == ([], 0)


def test_reads_are_real(trial: tuple[Rig, DryStore]) -> None:
    """Calendar, store and provider are asked as ever."""
    house, store = trial
    assert house.context.calendar.resolve(ME) == OWNER
    assert len(house.context.calendar.everything(ME, page_token=None).events) == 1
    assert (store.resting(house.now()), store.count_refused(since=house.now())) == ({}, 0)
    assert store.transact("nobody@example.com", lambda found, _: found) is None
    store.check()
    house.conferences.stop()
    with pytest.raises(RetryLater):
        house.context.provider("webhook").check()


def test_what_was_written_is_found_in_place_of_what_there_was(trial: tuple[Rig, DryStore]) -> None:
    """By its key, its events, their series, its calendar; and the store below has the old one."""
    _, store = trial
    (kept,) = store.conferences()
    ref = EventRef("d", "i")
    store.save(replace(kept.value, holds=(Hold(ref=ref, series_id="s"),)), kept.version)
    for refs in ([ref], [EventRef("d", "s")]):
        assert [one.value.holds[0].ref for one in store.known(refs, [])] == [ref]
    assert [one.value.holds[0].ref for one in store.known([], [kept.value.key])] == [ref]
    assert list(store.known([kept.value.holds[0].ref], [])) == []
    assert [one.value.key for one in store.conferences(held_in="d")] == [kept.value.key]
    assert list(store.conferences(held_in=OWNER)) == []
    store.save(held(key=ConferenceKey("webhook", "new")), None)
    assert list(store.conferences(held_in=OWNER)) == []
    assert list(store.known([EventRef("d", "another")], [])) == []
    assert [one.value for one in store.inner.conferences()] == [kept.value]
    store.save(replace(kept.value, holds=(), released=kept.value.holds), kept.version)
    assert [one.value.key for one in store.conferences(held_in=OWNER)] == [kept.value.key]


def test_nothing_is_taken_away(trial: tuple[Rig, DryStore]) -> None:
    """Neither by removing nor by asking again; an unknown calendar stays unknown."""
    house, store = trial
    (kept,) = store.conferences()
    assert store.remove(kept.value, kept.version)
    store.ask_again(OWNER, house.now())
    assert len(list(store.conferences())) == 1
    assert [one.value.asked_again_at for one in store.enrolments(user=None)] == [None]
    store.save(Enrolment(calendar_id="new"), None)
    assert store.enrolment("new") is None


def test_the_conference_system_may_be_down(trial: tuple[Rig, DryStore]) -> None:
    """Nothing is asked of it."""
    house, _ = trial
    house.conferences.faults.add(Fault(kind="status", status=500, count=9))
    house.people().add(house.room())
    assert house.sync() == "synced"
