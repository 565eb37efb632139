"""The sync of one calendar: covered, lease, asked again, paging, 410, failures, time running out, death."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

import pytest

from functions.adapters.calendar.event import read
from functions.adapters.calendar.google import GoogleCalendar
from functions.core import protocol
from functions.core.aside import set_aside
from functions.core.conference import Conference
from functions.core.enrolment import Access, Enrolment, SyncToken
from functions.core.errors import Rejected, RetryLater
from functions.core.model import Change, Reason, SyncRequest
from functions.core.protocol import take, token_for
from functions.flow.reconcile import PAGES_MAX
from functions.flow.sweep import sweep
from functions.flow.sync import ROUNDS_MAX, sync
from functions.ports import Calendar, Page, Provider
from local.conferences.faults import Fault
from tests.flow.wrapped import Effects, Killed, WrappedProvider, WrappedStore, one_each
from tests.support.rig import OWNER, SOLUTIONS, Rig, conference_data, usual

UPDATED, DELETED = "conference.updated", "conference.deleted"
SKEW_S = protocol.CLOCK_SKEW_MAX.total_seconds()


def between(house: Rig, hook: Callable[[Change], None]) -> None:
    """Do something of one's own each time a provider is about to be called."""
    inner = house.context.provider("webhook")
    wrapped = WrappedProvider(inner=inner, before=hook)
    house.context = replace(house.context, provider=lambda _: wrapped)


def one_by_one(house: Rig) -> Calendar:
    """A calendar that gives one event on each page."""

    class OneByOne(GoogleCalendar):
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            whole = super().changes(access, token=token, page_token=None)
            return one_each(whole, whole.events, page_token)

    return house.google(OneByOne)


def scripted(house: Rig, changes: Callable[[], Page]) -> Calendar:
    """A calendar whose reads give what a test says."""

    class Scripted(GoogleCalendar):
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            del access, token, page_token
            return changes()

    return house.google(Scripted)


def _given(provider: Provider, _: str) -> Provider:
    return provider


def counted(house: Rig) -> WrappedStore:
    store = WrappedStore(inner=house.context.store)
    house.context = replace(house.context, store=store)
    return store


def test_a_covered_request_costs_one_read(house: Rig) -> None:
    """A request published well before a finished sync began is acknowledged by one read of the store."""
    early = house.delivery()
    house.sleep(SKEW_S)
    house.sync()
    reads = house.calls()
    store = counted(house)
    assert sync(house.context, house.request(), early) == "covered"
    assert (store.reads, store.writes, house.calls() - reads) == (1, 0, 0)


def test_a_sync_that_finds_nothing_costs_two_reads_and_two_writes(house: Rig) -> None:
    """The lease and the commit are the writes, the commit reads first; no other record is looked at."""
    store = counted(house)
    assert house.sync() == "synced"
    assert (store.reads, store.writes) == (2, 2)


def test_a_taken_lease_costs_two_reads_and_one_write(house: Rig) -> None:
    """A delivery that meets a taken lease asks its holder to read again, looks once more, and is done."""
    house.people().add(house.room())
    costs: list[tuple[int, int]] = []

    def second(_: Change) -> None:
        store = WrappedStore(inner=house.context.store)
        assert sync(replace(house.context, store=store), house.request(), house.delivery()) == "asked_again"
        costs.append((store.reads, store.writes))

    between(house, second)
    house.sync()
    assert costs == [(2, 1)]


def test_a_request_that_is_covered_by_the_read_under_way_asks_for_nothing(house: Rig) -> None:
    """Published well before the holder began to read: it need not be asked."""
    early = house.delivery()
    house.sleep(SKEW_S)
    house.people().add(house.room())
    writes: list[int] = []

    def late(_: Change) -> None:
        store = WrappedStore(inner=house.context.store)
        assert sync(replace(house.context, store=store), house.request(), early) == "asked_again"
        writes.append(store.writes)

    between(house, late)
    reads = house.calls()
    house.sync()
    assert (writes, house.calls() - reads) == ([0], 1)


def test_a_burst_costs_two_reads(house: Rig) -> None:
    """However many requests arrive during a sync, it reads once more, and all the others are covered."""
    house.people().add(house.room())
    deliveries = [house.delivery() for _ in range(50)]
    late: list[str] = []

    def burst(_: Change) -> None:
        published = [house.delivery() for _ in range(100)]
        late.extend(sync(house.context, house.request(), one) for one in published)
        deliveries.extend(published)

    between(house, burst)
    reads = house.calls()
    house.sync()
    assert {sync(house.context, house.request(), one) for one in deliveries} == {"covered"}
    assert set(late) == {"asked_again"}
    assert house.calls() - reads == 2


def test_a_burst_that_one_read_may_have_covered_costs_one_more(house: Rig) -> None:
    """Published just before a lone read: the first to come waits out what the clocks may differ by, and reads
    for all.
    """
    early = [house.delivery() for _ in range(20)]
    house.sync()
    reads, slept = house.calls(), house.slept
    assert [sync(house.context, house.request(), one) for one in early] == ["synced", *["covered"] * 19]
    assert house.calls() - reads == 1
    assert house.slept - slept <= protocol.CLOCK_SKEW_MAX


def test_a_calendar_that_leaves_while_a_burst_is_waited_out(house: Rig) -> None:
    """Its lease went with its record: nothing is read any more."""
    early = house.delivery()
    house.sync()
    reads = house.calls()
    house.context = replace(house.context, sleep=lambda _: house.drop())
    with pytest.raises(RetryLater, match="lost to another sync"):
        sync(house.context, house.request(), early)
    assert house.calls() == reads


def test_a_lone_notification_is_not_delayed(house: Rig) -> None:
    """Nor one that comes right after another was answered."""
    house.sync()
    house.sync()
    assert house.slept == timedelta()


@pytest.mark.parametrize("ahead", [-1.9, -1.0, -0.3, 0.3, 1.0, 1.9])
def test_no_change_is_missed_while_the_clocks_differ(house: Rig, ahead: float) -> None:
    """The queue's clock runs before or behind the store's, and a change is made while a read is under way."""
    rooms = [house.room() for _ in range(3)]
    house.people().add(rooms[0])
    outcomes: list[str] = []

    def notified() -> str:
        said = house.delivery()
        return sync(house.context, house.request(), replace(said, published_at=said.published_at + by))

    def meanwhile(_: Change) -> None:
        if not outcomes:
            house.people().add(rooms[1])
            outcomes.append(notified())

    by = timedelta(seconds=ahead)
    between(house, meanwhile)
    outcomes.append(notified())
    house.people().add(rooms[2])
    outcomes.append(notified())
    assert outcomes == ["asked_again", "synced", "synced"]
    assert sorted(house.told()) == sorted((UPDATED, room, None) for room in rooms)


def test_a_sync_that_fails_owes_what_it_was_asked_for(house: Rig) -> None:
    """The requests that met its lease were acknowledged: the next sweep asks for them, not the one after."""
    house.people().add(house.room())
    met: list[str] = []

    def meet(_: Change) -> None:
        if not met:
            met.append(house.sync())
        raise RetryLater("out of order")

    between(house, meet)
    with pytest.raises(RetryLater):
        house.sync()
    assert met == ["asked_again"]
    house.waiting()
    assert sweep(house.context).asked == 1


def test_a_change_made_during_a_sync_is_not_lost(house: Rig) -> None:
    """Its notification meets the lease; the holder reads again before it lets go."""
    first, second = house.room(), house.room()
    house.people().add(first)
    added: list[str] = []

    def meanwhile(_: Change) -> None:
        if not added:
            added.append(house.people().add(second))
            assert house.sync() == "asked_again"

    between(house, meanwhile)
    house.sync()
    assert house.told() == [(UPDATED, first, None), (UPDATED, second, None)]


def test_a_request_that_just_misses_the_commit_takes_over(house: Rig) -> None:
    """The holder lets go between the look and the request: the delivery that asked looks again and reads."""
    store = counted(house)
    missed: list[str] = []

    def commit_first(calendar_id: str, at: datetime) -> None:
        del calendar_id, at
        house.amend(lambda found: replace(found, lease=None))
        missed.append("now")

    house.lease_to_another(house.now())
    store.ask_again = commit_first  # type: ignore[method-assign]
    assert house.sync() == "synced"
    assert missed == ["now"]


def test_a_request_covered_between_two_looks_is_done(house: Rig) -> None:
    """The holder finishes a later read just before it is asked: nothing is left to do for us."""
    store = counted(house)
    house.lease_to_another(house.now())

    def finish(calendar_id: str, at: datetime) -> None:
        del calendar_id
        house.amend(lambda found: replace(found, lease=None, synced_at=at + protocol.CLOCK_SKEW_MAX))

    store.ask_again = finish  # type: ignore[method-assign]
    reads = house.calls()
    assert house.sync() == "asked_again"
    assert house.calls() == reads


def test_who_meets_a_lease_says_when_by_the_clock_of_the_store(house: Rig) -> None:
    """The queue's may be ahead of it, and times that are compared come from one clock."""
    store, asked = counted(house), list[datetime]()
    house.lease_to_another(house.now())

    def ask(calendar_id: str, at: datetime) -> None:
        del calendar_id
        asked.append(at)

    store.ask_again = ask  # type: ignore[method-assign]
    ahead = replace(house.delivery(), published_at=house.store_time() + timedelta(seconds=5))
    assert sync(house.context, house.request(), ahead) == "asked_again"
    assert [at < ahead.published_at for at in asked] == [True]


def test_a_calendar_that_leaves_while_it_is_asked_for(house: Rig) -> None:
    """Taken off the list between two looks: nothing to take, nothing to do."""
    store = counted(house)
    house.lease_to_another(house.now())
    store.ask_again = lambda *_: house.drop()  # type: ignore[method-assign]
    assert house.sync() == "asked_again"


def test_a_calendar_that_leaves_during_its_sync(house: Rig) -> None:
    """The lease is gone with the record: nothing is written back."""
    house.people().add(house.room())
    between(house, lambda _: house.drop())
    with pytest.raises(RetryLater, match="lost to another sync"):
        house.sync()
    assert house.context.store.enrolment(OWNER) is None


def test_a_calendar_written_without_end_by_others_fails_the_message(house: Rig) -> None:
    """There is a limit to trying; the message comes again."""
    store = counted(house)
    store.before_save = lambda record: store.inner.ask_again(OWNER, datetime.now(UTC))
    store.save = lambda *_: None  # type: ignore[method-assign]
    with pytest.raises(RetryLater, match="too many at once"):
        house.sync()


def test_a_conference_whose_record_vanishes_during_its_call(house: Rig) -> None:
    """Its calendar left meanwhile: the outcome has nowhere to be noted, and that is no error."""
    room = house.room()
    house.people().add(room)

    def leave_meanwhile(_: Change) -> None:
        for kept in house.context.store.conferences():
            house.context.store.remove(kept.value, kept.version)

    between(house, leave_meanwhile)
    assert house.sync() == "synced"
    assert house.told() == [(UPDATED, room, None)]


def test_time_up_during_reconciliation(house: Rig) -> None:
    """What has been looked up is settled all the same, or no delivery would come farther."""
    rooms = [house.room(str(number)) for number in range(3)]
    past = {"start": {"dateTime": "2020-01-01T10:00:00Z"}, "end": {"dateTime": "2020-01-01T11:00:00Z"}}
    events = [house.people().add(room, **past) for room in rooms]
    house.sync()
    house.calendar.control("POST", "expire", {})
    for event in events:
        house.people().delete(event)
    clock = [0.0]

    def slow(_: Change) -> None:
        clock[0] += 1_000

    between(house, slow)
    house.with_policy(concurrency=1)
    house.context = replace(house.context, monotonic=lambda: clock[0])
    delivery = house.delivery()
    assert sync(house.context, house.request(), delivery) == "synced"
    assert {house.seen(room)["status"] for room in rooms} == {"deleted"}


def test_the_same_message_again_takes_over_at_once(house: Rig) -> None:
    """Its first delivery died holding the lease; the old holder's commit no longer matches."""
    room = house.room()
    house.people().add(room)
    delivery = house.delivery()
    outcomes: list[str] = []

    def redelivered(_: Change) -> None:
        if not outcomes:
            outcomes.append("under way")
            outcomes.append(sync(house.context, house.request(), delivery))

    between(house, redelivered)
    with pytest.raises(RetryLater, match="lost to another sync"):
        sync(house.context, house.request(), delivery)
    assert outcomes == ["under way", "synced"]
    assert house.seen(room)["title"] == "Planning"


def test_an_expired_lease_is_taken_over(house: Rig) -> None:
    """A holder that died is not waited for longer than its lease."""
    house.lease_to_another(house.now() - timedelta(seconds=120))
    assert house.sync() == "synced"
    assert house.enrolment().lease is None


def test_an_empty_page_has_a_successor(house: Rig) -> None:
    """Reading goes on past an empty page; the token is that of the last page."""
    house.calendar.control("POST", "settings", {"emptyPageEvery": 2})
    rooms = [house.room(str(number)) for number in range(3)]
    for room in rooms:
        house.people().add(room)
    house.sync()
    assert sorted(room for _, room, _ in house.told()) == sorted(rooms)


def test_410_reads_everything_and_reconciles(house: Rig) -> None:
    """Deleted while the token was dead: found missing one by one; live ones stay as they are."""
    gone, kept, past = house.room("gone"), house.room("kept"), house.room("past")
    event = house.people().add(gone)
    house.people().add(kept)
    long_ago = {"dateTime": "2020-01-01T10:00:00Z"}
    house.people().add(past, start=long_ago, end={"dateTime": "2020-01-01T11:00:00Z"})
    house.sync()
    house.told()
    house.calendar.control("POST", "expire", {})
    house.people().delete(event)
    assert house.sync() == "synced"
    assert house.told() == [(DELETED, gone, None)]
    assert [bool(house.record(room).holds) for room in (gone, kept, past)] == [False, True, True]


def test_410_counts_changes_since_the_last_good_sync_as_new(house: Rig) -> None:
    """An event made while the token was dead is pushed even when the lookback is shorter than that."""
    house.with_policy(lookback=0)
    room = house.room()
    house.people().add(room)
    house.calendar.control("POST", "expire", {})
    house.sync()
    assert house.told() == [(UPDATED, room, None)]


def test_a_calendar_that_answers_410_for_ever_is_tried_later(house: Rig) -> None:
    """One restart for each request, then the message comes again: no repair storm."""
    house.calendar.control(
        "POST",
        "faults",
        {"method": "events.list", "times": 9, "status": 410, "reason": "fullSyncRequired"},
    )
    reads = house.calls()
    with pytest.raises(RetryLater):
        house.sync()
    assert house.calls() - reads == 2
    assert house.enrolment().lease is None


def test_other_parameters_void_the_token(house: Rig) -> None:
    """A token made with other read parameters is not used: the calendar is read in full."""
    house.amend(lambda found: replace(found, token=SyncToken(value="t", read_params="older")))
    house.sync()
    assert token_for(house.enrolment(), house.context.read_params)
    asked = house.calendar.control("GET", "requests", None)["requests"]
    assert "syncToken" not in str([one for one in asked if one["method"] == "events.list"][-1]["query"])


def test_a_refused_read_is_said_and_lets_the_lease_go(house: Rig) -> None:
    """400 for a full read is our fault or Calendar's, and no reason to look healthy."""
    house.amend(lambda found: replace(found, token=None))
    house.calendar.control("POST", "faults", {"method": "events.list", "status": 400, "reason": "invalid"})
    with pytest.raises(Rejected, match="400 invalid"):
        house.sync()
    assert house.enrolment().lease is None
    assert "400 invalid" in house.enrolment().trouble.why
    assert house.enrolment().trouble.since is not None
    assert house.sync() == "synced"
    assert house.enrolment().trouble.since is None


def test_a_passing_failure_leaves_the_token_and_comes_again(house: Rig) -> None:
    """The others go on; on redelivery what was applied costs no call."""
    bad, good = house.room("bad"), house.room("good")
    house.people().add(bad)
    house.people().add(good)
    house.conferences.faults.add(Fault(kind="status", status=503, count=100, conference_id=bad))
    token = house.enrolment().token
    delivery = house.delivery()
    with pytest.raises(RetryLater, match="1 conferences failed"):
        sync(house.context, house.request(), delivery)
    assert house.enrolment().token == token
    assert house.enrolment().trouble.why
    assert (UPDATED, good, None) in house.told()
    house.conferences.faults.clear()
    assert sync(house.context, house.request(), delivery) == "synced"
    assert house.told() == [(UPDATED, bad, None)]
    assert house.enrolment().trouble.why == ""


def test_e27_a_refusal_parks_that_conference_alone(house: Rig) -> None:
    """The vendor's words are kept; it is tried again when the event changes, and not before."""
    bad, good = house.room("bad"), house.room("good")
    event = house.people().add(bad)
    house.people().add(good)
    house.conferences.faults.add(Fault(kind="status", status=422, conference_id=bad))
    assert house.sync() == "synced"
    refused = house.record(bad).refused
    assert refused is not None
    assert "422" in refused.reason
    house.told()
    house.people().change(event, colorId="3")
    house.sync()
    house.sweep_later()
    assert house.told() == []
    house.people().change(event, summary="Shorter")
    house.sync()
    assert house.told() == [(UPDATED, bad, None)]
    assert not set_aside(house.record(bad))


def test_e26_a_conference_that_is_gone_is_parked(house: Rig) -> None:
    """Its system answers 410 to an update: set aside as gone, no retry."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.conferences.faults.add(Fault(kind="status", status=410, conference_id=room))
    house.people().change(event, summary="Renamed")
    assert house.sync() == "synced"
    refused = house.record(room).refused
    assert refused is not None
    assert refused.reason == "conference is gone"


def test_a_title_changed_and_changed_back_is_two_changes(house: Rig) -> None:
    """Each has an id of its own, so a receiver that knows ids takes both."""
    room = house.room()
    event = house.people().add(room, summary="A")
    for title in ("B", "A"):
        house.sync()
        house.people().change(event, summary=title)
    house.sync()
    ids = [line["id"] for line in house.conferences.rooms.log()]
    assert len(set(ids)) == len(ids) == 3
    assert house.seen(room)["title"] == "A"


def test_an_answer_lost_after_the_effect_is_repeated_under_the_same_id(house: Rig) -> None:
    """Also when the event is changed back meanwhile, the system ends up with what the event says."""
    room = house.room()
    event = house.people().add(room, summary="A")
    house.sync()
    house.conferences.faults.add(Fault(kind="drop", count=100))
    house.people().change(event, summary="B")
    with pytest.raises(RetryLater):
        house.sync()
    assert house.seen(room)["title"] == "B"
    assert len({line["id"] for line in house.conferences.rooms.log()[1:]}) == 1
    house.conferences.faults.clear()
    house.people().change(event, summary="A")
    house.ahead += timedelta(minutes=5)
    house.sync()
    assert house.seen(room)["title"] == "A"


def test_a_call_that_failed_is_in_nobodys_way(house: Rig) -> None:
    """Its end is known, if not its effect: the next message need not wait until the claim is over."""
    room = house.room()
    event = house.people().add(room)
    house.conferences.faults.add(Fault(kind="drop", count=3))
    with pytest.raises(RetryLater):
        house.sync()
    house.conferences.faults.clear()
    house.people().change(event, summary="Changed")
    assert house.sync() == "synced"
    assert house.seen(room)["title"] == "Changed"


def test_what_was_told_beside_a_call_that_never_ended_is_told_over(house: Rig) -> None:
    """The newer change does not wait; once the older call can no longer arrive, the newest is pushed."""
    room = house.room()
    event = house.people().add(room)
    good = house.context
    deadly = WrappedProvider(inner=good.provider("webhook"), effects=Effects(die_at=1))
    with pytest.raises(Killed):
        sync(replace(good, provider=partial(_given, deadly)), house.request(), house.delivery())
    house.amend(lambda found: replace(found, lease=None))
    house.people().change(event, summary="Changed")
    assert house.sync() == "synced"
    assert len(house.told()) == 1
    late = replace(deadly.made[0], id="late")  # whatever its id: that it is a new one to its system is enough
    good.provider("webhook").apply(late)
    house.told()
    house.sweep_later(60)
    assert house.told() == []
    house.sweep_later(240)
    assert len(house.told()) == 1
    assert house.seen(room)["title"] == "Changed"
    assert house.record(room).due_at is None


def test_a_retry_of_a_call_that_never_ended_is_enough_for_who_knows_changes_by_id(house: Rig) -> None:
    """A repeated id has no second effect, however late the first call arrives."""
    room = house.room()
    house.people().add(room)
    good, delivery = house.context, house.delivery()
    deadly = WrappedProvider(inner=good.provider("webhook"), effects=Effects(die_at=1))
    with pytest.raises(Killed):
        sync(replace(good, provider=partial(_given, deadly)), house.request(), delivery)
    assert sync(good, house.request(), delivery) == "synced"
    assert len(house.told()) == 1
    house.sweep_later(600)
    assert house.told() == []
    assert house.record(room).due_at is None


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_effect_then_redelivered(house: Rig, *, after: bool) -> None:
    """Wherever the process dies, the redelivery sets all right, and the token moves once."""
    inner_store, inner = house.context.store, house.context.provider("webhook")
    for die_at in range(1, 40):
        room, other = house.room(), house.room()
        house.people().add(room, summary="New")
        event = house.people().add(other)
        effects = Effects(die_at=die_at, after=after)
        store = WrappedStore(inner=inner_store, effects=effects)
        provider = WrappedProvider(inner=inner, effects=effects)
        deadly = replace(house.context, store=store, provider=partial(_given, provider))
        token, delivery = house.enrolment().token, house.delivery()
        house.sleep(SKEW_S)
        house.told()
        try:
            sync(deadly, house.request(), delivery)
        except Killed:
            moved = house.enrolment().token != token
            came_of_it = sync(house.context, house.request(), delivery)
            assert came_of_it == ("covered" if moved else "synced")
        assert house.enrolment().token != token
        assert {house.seen(one)["title"] for one in (room, other)} == {"New", "Planning"}
        told = {
            line["id"] for line in house.conferences.rooms.log() if line["conference_id"] in (room, other)
        }
        assert len(told) == 2
        house.people().delete(event)
        if effects.made < die_at:
            return
    pytest.fail("the sync never got through all its effects")


def test_time_nearly_up_continues_in_another_delivery(house: Rig) -> None:
    """What was done stays done, the place in the read is kept, and a request asks for the rest."""
    rooms = [house.room(str(number)) for number in range(5)]
    for room in rooms:
        house.people().add(room)
    clock = [0.0]

    def slow(_: Change) -> None:
        clock[0] += 10

    between(house, slow)
    house.context = replace(house.context, monotonic=lambda: clock[0])
    house.with_policy(time_limit=15, concurrency=1)
    assert house.sync() == "continued"
    (request,) = house.waiting()
    assert request.reason is Reason.CONTINUE
    for _ in range(5):
        if sync(house.context, request, house.delivery()) == "synced":
            break
    assert sorted(room for _, room, _ in house.told()) == sorted(rooms)


def test_time_up_between_pages_goes_on_with_the_next_page(house: Rig) -> None:
    """The token moves only when the last page is done; then to the one of the whole read."""
    rooms = [house.room(str(number)) for number in range(4)]
    for room in rooms:
        house.people().add(room)
    house.context = replace(house.context, calendar=one_by_one(house))
    token = house.enrolment().token
    clock = [0.0]

    def jump(_: Change) -> None:
        clock[0] += 1_000

    between(house, jump)
    house.context = replace(house.context, monotonic=lambda: clock[0])
    outcomes: list[str] = []
    while "synced" not in outcomes and len(outcomes) < 20:
        outcomes.append(house.sync(reason=Reason.CONTINUE))
        assert (house.enrolment().token != token) == (outcomes[-1] == "synced")
    assert "continued" in outcomes
    assert sorted(room for _, room, _ in house.told()) == sorted(rooms)


def test_a_request_that_goes_on_with_an_old_read_is_answered_by_a_new_one(house: Rig) -> None:
    """What changed since that read began is read too, without waiting for the next notification."""
    first, late = house.room("first"), house.room("late")
    for room in (first, house.room()):
        house.people().add(room)
    house.context = replace(house.context, calendar=one_by_one(house))
    clock = [0.0]

    def slow(_: Change) -> None:
        clock[0] += 1_000

    between(house, slow)
    house.context = replace(house.context, monotonic=lambda: clock[0])
    assert house.sync() == "continued"
    house.context = replace(house.context, monotonic=lambda: 0.0)
    house.people().add(late, id="v" * 26)  # told last, so that no page of the old read is another one now
    assert house.sync() == "synced"
    assert house.record(late).holds


def test_one_conference_that_breaks_us_does_not_stop_the_others(house: Rig) -> None:
    """A bug is raised, and the message comes again; but first all pages are done, and the lease is let go."""
    rooms = [house.room(str(number)) for number in range(12)]
    for room in rooms:
        house.people().add(room)

    def broken(change: Change) -> None:
        if change.key.id == rooms[0]:
            raise ZeroDivisionError

    between(house, broken)
    house.with_policy(concurrency=1)
    house.context = replace(house.context, calendar=one_by_one(house))
    with pytest.raises(ZeroDivisionError):
        house.sync()
    assert sorted(room for _, room, _ in house.told()) == sorted(rooms[1:])
    assert (house.enrolment().lease, house.enrolment().trouble.why) == (None, "ZeroDivisionError")


def test_asked_without_end_continues_in_another_delivery(house: Rig) -> None:
    """A calendar that changes all the time does not keep one delivery for ever."""
    store = counted(house)
    days = count(1)

    def ask(record: object) -> None:
        if isinstance(record, Enrolment) and store.writes % 2:
            store.inner.ask_again(OWNER, datetime.now(UTC) + timedelta(days=next(days)))

    store.before_save = ask
    reads = house.calls()
    assert house.sync() == "continued"
    assert house.calls() - reads == ROUNDS_MAX
    assert [request.reason for request in house.waiting()] == [Reason.CONTINUE]


def test_pages_without_end_are_cut_off(house: Rig) -> None:
    """A read that turns in a circle fails; it does not run until the function is killed."""
    pages = [0]

    def again() -> Page:
        pages[0] += 1
        return Page(events=[], next_page="again", next_token=None, access_role="owner")

    house.context = replace(house.context, calendar=scripted(house, again))
    with pytest.raises(RetryLater, match="no end"):
        house.sync()
    assert pages == [PAGES_MAX]


def test_a_read_without_a_token_at_its_end_commits_nothing(house: Rig) -> None:
    """Forgetting the token would turn the next sync into a full one, for ever."""
    token = house.enrolment().token

    forgetful = Page(events=[], next_page=None, next_token=None, access_role="owner")
    house.context = replace(house.context, calendar=scripted(house, lambda: forgetful))
    with pytest.raises(RetryLater, match="without a sync token"):
        house.sync()
    assert house.enrolment().token == token


def test_a_calendar_nobody_enrolled_has_its_channel_stopped(house: Rig) -> None:
    """The request is acknowledged, and there will be no more of them."""
    channel = house.enrolment().watch.channel
    assert channel is not None
    house.drop()
    request = SyncRequest(
        calendar_id=OWNER, reason=Reason.NOTIFICATION, channel_id=channel.id, resource_id=channel.resource_id
    )
    assert sync(house.context, request, house.delivery()) == "not_enrolled"
    assert house.calendar.control("GET", "channels", None) == []


@pytest.mark.parametrize("status", [404, 503])
def test_an_orphan_channel_is_stopped_and_never_in_the_way(house: Rig, status: int) -> None:
    """A channel that is not the calendar's is stopped; if that fails, the sync goes on all the same."""
    house.calendar.control("POST", "faults", {"method": "channels.stop", "status": status})
    request = SyncRequest(calendar_id=OWNER, reason=Reason.NOTIFICATION, channel_id="stray", resource_id="r")
    assert sync(house.context, request, house.delivery()) == "synced"
    assert house.calls("channels.stop") == 1


def test_access_lost_for_twenty_minutes_marks_the_calendar(house: Rig) -> None:
    """Then it backs off, is tried within the hour, and comes back by itself when access does."""
    house.calendar.control("POST", "role", {"calendarId": OWNER, "role": "none"})
    for _ in range(4):
        assert house.sync() == "access_lost"
        house.let_pass(300)
    assert house.enrolment().trouble.lost_at is None
    assert [house.sync() for _ in range(2)] == ["access_lost", "backed_off"]
    assert house.enrolment().trouble.lost_at is not None
    house.calendar.control("POST", "role", {"calendarId": OWNER, "role": None})
    house.let_pass(2_940)
    assert sweep(house.context).asked == 0
    house.let_pass(120)
    assert sweep(house.context).asked == 1
    assert house.sync() == "synced"
    assert house.enrolment().trouble.lost_at is None


def test_five_notifications_of_one_trouble_do_not_rest_the_calendar(house: Rig) -> None:
    """Once access is back, the next one is read at once."""
    house.people().add(house.room())
    house.calendar.control("POST", "role", {"calendarId": OWNER, "role": "none"})
    assert [house.sync() for _ in range(6)] == ["access_lost"] * 6
    assert (house.enrolment().trouble.lost_at, house.enrolment().trouble.backoff_until) == (None, None)
    house.calendar.control("POST", "role", {"calendarId": OWNER, "role": None})
    assert house.sync() == "synced"


def test_a_spent_quota_rests_all_the_users_calendars_for_an_hour(house: Rig) -> None:
    """403 quotaExceeded: the message is done, the sweep asks again an hour later; others are not touched."""
    house.drop()
    team = house.calendar.control("POST", "calendars", {"owner": OWNER})["id"]
    other = house.calendar.control("POST", "users", {"email": "other@example.com"})
    del other
    for calendar_id, user in ((OWNER, OWNER), (team, OWNER), ("other@example.com", "other@example.com")):
        house.enrol(calendar_id, user)
    quota = {"method": "events.list", "status": 403, "reason": "quotaExceeded"}
    house.calendar.control("POST", "faults", quota)
    assert house.sync() == "backed_off"
    assert (house.sync(), house.sync(team)) == ("backed_off", "backed_off")
    assert house.sync("other@example.com") == "synced"
    assert {request.calendar_id for request in _swept(house, 3_590)} == set()
    assert {request.calendar_id for request in _swept(house, 20)} == {OWNER, team}


def _swept(house: Rig, seconds: int) -> list[SyncRequest]:
    house.waiting()
    house.sweep_later(seconds)
    return house.waiting()


def test_a_passing_calendar_error_fails_the_message(house: Rig) -> None:
    """Not forbidden, only out of order for now: the message comes again, nobody is marked."""
    fault = {"method": "events.list", "status": 503, "reason": "backendError"}
    house.calendar.control("POST", "faults", fault)
    with pytest.raises(RetryLater):
        house.sync()
    assert house.enrolment().trouble.losses == 0
    assert house.sync() == "synced"


def test_a_lost_lease_cannot_commit(house: Rig) -> None:
    """A holder that lost its lease moves no token, and neither does what it does on failing."""
    house.people().add(house.room())
    token = house.enrolment().token

    def steal(_: Change) -> None:
        now = house.now()
        house.amend(
            lambda found: take(replace(found, lease=None), "thief", published_at=now, now=now, seconds=60)
        )

    between(house, steal)
    with pytest.raises(RetryLater, match="lost to another sync"):
        house.sync()
    left = house.enrolment()
    assert (left.token, left.lease and left.lease.owner) == (token, "thief")


def test_the_lease_is_extended_while_work_goes_on(house: Rig) -> None:
    """After a third of its time the lease is made longer, by the store's clock."""
    house.people().add(house.room())
    clock = [0.0]
    seen: list[Enrolment] = []

    def work(_: Change) -> None:
        seen.append(house.enrolment())
        clock[0] += 25
        house.people().add(house.room())

    between(house, work)
    house.context = replace(house.context, monotonic=lambda: clock[0])
    store = counted(house)
    store.before_save = lambda record: seen.append(record) if isinstance(record, Enrolment) else None
    house.sync()
    leases = [one.lease.expires_at for one in seen if one.lease]
    assert leases[-1] - leases[0] >= timedelta(seconds=20)


def test_a_redelivery_of_a_finished_message_is_covered(house: Rig) -> None:
    """At-least-once delivery of the same message does nothing twice."""
    house.people().add(house.room())
    delivery = house.delivery()
    house.sleep(SKEW_S)
    assert sync(house.context, house.request(), delivery) == "synced"
    assert sync(house.context, house.request(), delivery) == "covered"


def test_two_writers_of_one_conference_decide_anew(house: Rig) -> None:
    """Overtaken between decision and write, the decision is made again on the newer record."""
    room = house.room()
    house.people().add(room)
    store = counted(house)
    overtaken: list[str] = []

    def overtake(record: Enrolment | Conference) -> None:
        if isinstance(record, Conference) and not overtaken:
            overtaken.append("once")
            store.inner.save(Conference(key=record.key), None)

    store.before_save = overtake
    assert house.sync() == "synced"
    assert house.told() == [(UPDATED, room, None)]


def test_a_conference_written_without_end_by_others_fails_the_message(house: Rig) -> None:
    """There is a limit to deciding anew."""
    house.people().add(house.room())
    store = counted(house)
    wins = count()

    def always(record: Enrolment | Conference) -> None:
        if isinstance(record, Conference):
            kept = next(iter(store.inner.conferences()), None)
            other = Conference(key=record.key, solution=str(next(wins)))
            store.inner.save(other, kept.version if kept else None)

    store.before_save = always
    with pytest.raises(RetryLater, match="too many at once"):
        house.sync()


def test_unreadable_items_do_not_stop_a_page(house: Rig) -> None:
    """What is not even an object is noted with the calendar; the rest of the page is done."""
    room = house.room()
    good = {**usual(), "conferenceData": conference_data(room), "id": "good"}
    events = [read(raw, OWNER, SOLUTIONS) for raw in (7, None, {"id": ""}, good)]
    odd = Page(events=events, next_page=None, next_token="next", access_role="owner")
    house.context = replace(house.context, calendar=scripted(house, lambda: odd))
    assert house.sync() == "synced"
    assert house.told() == [(UPDATED, room, None)]
    assert house.enrolment().unreadable
