"""What the flows may rely on in every store: SQLite in memory and in a file, and Firestore's emulator."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, takewhile
from pathlib import Path
from threading import Barrier
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings

from functions.adapters.stores import records
from functions.adapters.stores.firestore import FirestoreStore
from functions.adapters.stores.records import record_id
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.conference import Conference, Pushed, Refusal
from functions.core.enrolment import Enrolment, Lease, Rest, SyncToken, Watch
from functions.core.errors import RetryLater
from functions.core.expiry import PAST_KEPT
from functions.core.hold import Hold
from functions.core.model import Channel, ConferenceKey, EventRef
from functions.ports import Store, Versioned
from tests.contract import samples, store_writer
from tests.contract.samples import FULL_CONFERENCE, FULL_ENROLMENT, NOW
from tests.core.largest import busy, crowded
from tests.support.logged import logged, named

THREADS = 16
Record = Enrolment | Conference
WRITES_MAX = 400  # of a thread that nobody stops
LONG_AGO = "2001-01-01T00:00:00Z"
SECOND = timedelta(seconds=1)
ANY_RECORD = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.emulators
def test_firestore_forgets_what_was_deleted_long_ago(firestore_project: str) -> None:
    """What is deleted and held by nobody, or over, names the time; one that is restored names none."""
    deleted = Conference(key=ConferenceKey("p", "1"), deleted_at=NOW)
    restored = replace(deleted, deleted_at=None, holds=FULL_CONFERENCE.holds)
    with closing(FirestoreStore(project=firestore_project)) as store:
        version = store.save(deleted, None)
        document = store._document(Conference, record_id(deleted))
        assert document.get().get("expires_at") == NOW + timedelta(days=60)
        assert store.known([], [deleted.key])[0].value == deleted
        assert store.save(restored, version)
        assert document.get().get("expires_at") is None
        past = Conference(
            key=ConferenceKey("p", "2"), holds=(Hold(ref=EventRef("c", "e"), over_on="2026-11-22"),)
        )
        assert store.save(past, None)
        over = store._document(Conference, record_id(past)).get().get("expires_at")
        assert over == datetime(2026, 11, 22, tzinfo=UTC) + PAST_KEPT
        assert store.save(FULL_ENROLMENT, None)
        assert "expires_at" not in (
            store._document(Enrolment, record_id(FULL_ENROLMENT)).get().to_dict() or {}
        )


@pytest.mark.emulators
def test_a_fenced_write_that_others_lock_out_comes_again(firestore_project: str) -> None:
    """Somebody else's transaction has read the record and is not done: that is passing trouble."""
    with closing(FirestoreStore(project=firestore_project)) as store:
        store.save(Enrolment(calendar_id="c", fence=1), None)
        one = Conference(key=ConferenceKey("p", "1"))
        version = store.save(one, None)
        transaction = store._client.transaction()
        transaction._begin()
        list(transaction.get_all([store._document(Conference, record_id(one))]))
        with pytest.raises(RetryLater, match="Firestore"):
            store.save(one, version, {"c": 1})
        transaction._rollback()
        assert store.save(one, version, {"c": 1})


def in_threads(work: Callable[[int], object]) -> list[object]:
    """Runs it in all threads at once, with the thread's number."""
    barrier = Barrier(THREADS)

    def run(number: int) -> object:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def read(store: Store, calendar_id: str) -> Versioned[Enrolment]:
    kept = store.enrolment(calendar_id)
    assert kept
    return kept


def room(number: int, *holds: Hold, due_at: datetime | None = None) -> Conference:
    key = ConferenceKey("janus", f"room {number}")
    return Conference(key=key, holds=holds, delete_at=due_at, push_at=due_at)


def numbers(found: Iterator[Versioned[Conference]]) -> list[int]:
    return [int(kept.value.key.id.removeprefix("room ")) for kept in found]


def calendars(found: Iterator[Versioned[Enrolment]]) -> list[str]:
    return [kept.value.calendar_id for kept in found]


def test_an_unknown_calendar_has_no_enrolment(store: Store) -> None:
    """A calendar that nobody enrolled is None, not an error."""
    assert store.enrolment("nobody") is None


def test_full_records_come_back_equal(store: Store) -> None:
    """Every field of a record survives, made anew and written over another."""
    for first in (FULL_ENROLMENT, Enrolment(calendar_id=FULL_ENROLMENT.calendar_id)):
        assert store.save(first, None)
        kept = read(store, first.calendar_id)
        assert kept.value == first
        version = store.save(FULL_ENROLMENT, kept.version)
        assert version
        assert read(store, first.calendar_id).value == FULL_ENROLMENT
        assert store.remove(first, version)
    assert store.save(FULL_CONFERENCE, None)
    assert [kept.value for kept in store.conferences()] == [FULL_CONFERENCE]


@ANY_RECORD
@given(samples.enrolments())
def test_any_enrolment_comes_back_equal(store: Store, enrolment: Enrolment) -> None:
    """Whatever an enrolment holds, the store gives it back."""
    if kept := store.enrolment(enrolment.calendar_id):
        assert store.remove(kept.value, kept.version)
    assert store.save(enrolment, None)
    assert read(store, enrolment.calendar_id).value == enrolment


@ANY_RECORD
@given(samples.conferences())
def test_any_conference_comes_back_equal(store: Store, conference: Conference) -> None:
    """Whatever a conference holds, the store gives it back, by its key, event and calendar."""
    for kept in store.known([], [conference.key]):
        assert store.remove(kept.value, kept.version)
    assert store.save(conference, None)
    found = [store.known([], [conference.key]), *(store.known([hold.ref], []) for hold in conference.holds)]
    found += [list(store.conferences(held_in=hold.ref.calendar_id)) for hold in conference.released]
    assert all(conference in [kept.value for kept in each] for each in found)


def test_only_one_makes_a_record(store: Store) -> None:
    """Of all that make the same record at once, one succeeds and the others learn that they did not."""
    made = in_threads(lambda number: store.save(Enrolment(calendar_id="a", fence=number), None))
    assert len([version for version in made if version]) == 1
    assert made[read(store, "a").value.fence]


def test_a_write_needs_the_version_it_was_decided_on(store: Store) -> None:
    """A version serves one write and is refused after that."""
    first = store.save(Enrolment(calendar_id="a"), None)
    second = store.save(Enrolment(calendar_id="a", fence=1), first)
    assert second
    assert store.save(Enrolment(calendar_id="a", fence=2), first) is None
    kept = read(store, "a")
    assert (kept.value.fence, kept.version) == (1, second)


def enrolled(fence: int) -> Enrolment:
    return Enrolment(calendar_id="ann@example.com", fence=fence)


def test_a_fenced_write_needs_the_fences_it_was_decided_under(store: Store) -> None:
    """The first write of a record and the next: one other fence, or a calendar that is gone, forbids it."""
    store.save(enrolled(3), None)
    store.save(replace(enrolled(5), calendar_id="bob@example.com"), None)
    one = Conference(key=ConferenceKey("p", "1"))
    both = {"ann@example.com": 3, "bob@example.com": 5}
    for wrong in ({**both, "ann@example.com": 2}, {**both, "bob@example.com": 6}, {"eve@example.com": 0}):
        assert store.save(one, None, wrong) is None
    assert store.known([], [one.key]) == []
    version = store.save(one, None, both)
    assert version
    assert store.save(one, version, {"bob@example.com": 4}) is None
    assert store.save(one, "0" * 16 if isinstance(store, SqliteStore) else LONG_AGO, both) is None
    assert store.save(replace(one, solution="s"), version, both)


def test_nothing_is_written_under_a_fence_once_the_next_is_there(store: Store) -> None:
    """A process that has taken the lease sees all that the holder before it ever writes."""
    kept_by = store.save(enrolled(1), None)
    seen: list[str] = []

    def work(number: int) -> list[str]:
        if number == 0:
            while len(list(store.conferences())) < THREADS:
                pass
            version = kept_by
            while not store.save(enrolled(2), version):
                version = read(store, "ann@example.com").version
            seen.extend(kept.value.key.id for kept in store.conferences())
            return []
        keys = (f"{number}-{each}" for each in range(WRITES_MAX))
        return list(takewhile(written_under_the_first, keys))

    def written_under_the_first(key: str) -> bool:
        record = Conference(key=ConferenceKey("p", key))
        return store.save(record, None, {"ann@example.com": 1}) is not None

    written = [key for each in in_threads(work) for key in cast("list[str]", each)]
    assert sorted(seen) == sorted(written)
    assert len(written) < WRITES_MAX * (THREADS - 1)


def test_a_removed_record_is_gone_for_its_old_versions(store: Store) -> None:
    """Neither after its removal nor after it was made anew does a version of the old record match."""
    old = store.save(Enrolment(calendar_id="a"), None)
    assert old
    assert store.remove(Enrolment(calendar_id="a"), old)
    assert store.save(Enrolment(calendar_id="a"), old) is None
    assert store.enrolment("a") is None
    assert store.save(Enrolment(calendar_id="a"), None)
    assert store.save(Enrolment(calendar_id="a", fence=1), old) is None
    assert not store.remove(Enrolment(calendar_id="a"), old)
    assert store.enrolment("a") is not None


def test_a_removal_needs_the_version_it_was_decided_on(store: Store) -> None:
    """What another has written in between stays; what is gone is not removed twice, and that is no error."""
    changed: list[tuple[Record, Record]] = [
        (FULL_ENROLMENT, replace(FULL_ENROLMENT, due_at=None)),
        (FULL_CONFERENCE, replace(FULL_CONFERENCE, push_at=None)),
    ]
    for record, other in changed:
        first = store.save(record, None)
        # A write that changes nothing may keep the version.
        second = store.save(other, first)
        assert first
        assert second
        assert not store.remove(record, first)
        assert store.remove(record, second)
        assert not store.remove(record, second)


def test_only_one_of_a_write_and_a_removal_succeeds(store: Store) -> None:
    """However many of both come at once for one version."""
    version = store.save(Enrolment(calendar_id="a"), None)
    assert version
    raised = Enrolment(calendar_id="a", fence=1)
    done = in_threads(
        lambda number: store.save(raised, version) if number % 2 else store.remove(raised, version)
    )
    assert len([one for one in done if one]) == 1


def test_a_removed_conference_is_not_found_by_anything(store: Store) -> None:
    """With the record go the marks by which events and calendars find it."""
    version = store.save(FULL_CONFERENCE, None)
    assert version
    assert store.remove(FULL_CONFERENCE, version)
    assert store.known([hold.ref for hold in FULL_CONFERENCE.holds], [FULL_CONFERENCE.key]) == []
    assert list(store.conferences(held_in="a@example.com")) == []


def test_read_at_does_not_go_back(store: Store) -> None:
    """The store's time is aware and moves on from read to read, also in lists."""
    store.save(Enrolment(calendar_id="a"), None)
    times = [
        read(store, "a").read_at,
        *(kept.read_at for kept in store.enrolments()),
        read(store, "a").read_at,
    ]
    assert times == sorted(times)
    assert times[0].utcoffset() == timedelta(0)


def take_lease(store: Store, owner: str) -> tuple[bool, int]:
    """Whether this owner got it, and how often it had to look."""
    for rounds in count(1):
        kept = read(store, "a")
        if kept.value.lease:
            return False, rounds
        fence = kept.value.fence + 1
        lease = Lease(owner=owner, fence=fence, started_at=NOW, expires_at=NOW + SECOND)
        if store.save(replace(kept.value, lease=lease, fence=fence), kept.version):
            return True, rounds
    raise AssertionError


def test_one_of_many_gets_the_lease_and_the_others_learn_it_at_once(store: Store) -> None:
    """Of 16 contenders one gets the lease; each other knows after two looks at the most, without a wait."""
    store.save(Enrolment(calendar_id="a"), None)
    ends = [
        end for end in in_threads(lambda number: take_lease(store, str(number))) if isinstance(end, tuple)
    ]
    assert sorted(won for won, _ in ends) == [False] * (THREADS - 1) + [True]
    assert max(rounds for _, rounds in ends) <= 2
    assert read(store, "a").value.fence == 1


def test_a_lost_lease_cannot_commit(store: Store) -> None:
    """A holder whose lease another took over writes nothing, and what the new one wrote stays."""
    store.save(Enrolment(calendar_id="a", token=SyncToken(value="old")), None)
    assert take_lease(store, "first")[0]
    held = read(store, "a")
    taken = Lease(owner="second", fence=2, started_at=NOW, expires_at=NOW + SECOND)
    assert store.save(replace(held.value, lease=taken, fence=2), held.version)
    assert store.save(replace(held.value, lease=None, token=SyncToken(value="new")), held.version) is None
    assert (read(store, "a").value.lease, read(store, "a").value.token) == (taken, SyncToken(value="old"))


def test_asking_again_only_ever_raises_the_time(store: Store) -> None:
    """The newest time stays, in whatever order they come, and nothing else changes."""
    store.save(replace(FULL_ENROLMENT, asked_again_at=None), None)
    for seconds in (1, 3, 2):
        store.ask_again(FULL_ENROLMENT.calendar_id, NOW + seconds * SECOND)
    expected = replace(FULL_ENROLMENT, asked_again_at=NOW + 3 * SECOND)
    assert read(store, FULL_ENROLMENT.calendar_id).value == expected


def test_asking_again_makes_no_enrolment(store: Store) -> None:
    """A calendar that nobody enrolled stays unknown."""
    store.ask_again("nobody", NOW)
    assert store.enrolment("nobody") is None


def test_a_commit_does_not_overlook_that_it_was_asked_again(store: Store) -> None:
    """Asking again makes versions read before it unfit for writing."""
    version = store.save(Enrolment(calendar_id="a"), None)
    store.ask_again("a", NOW)
    assert store.save(Enrolment(calendar_id="a", token=SyncToken(value="new")), version) is None
    assert read(store, "a").value.asked_again_at == NOW


def test_asking_again_is_never_lost_among_writers(store: Store) -> None:
    """With 16 threads asking again and writing at once, the newest time and every write are there."""
    store.save(Enrolment(calendar_id=store_writer.CALENDAR), None)

    def work(number: int) -> None:
        for turn in range(5):
            store.ask_again(store_writer.CALENDAR, NOW + (turn * THREADS + number) * SECOND)
            if number < 4:
                store_writer.raise_fence(store)

    in_threads(work)
    found = read(store, store_writer.CALENDAR).value
    assert (found.fence, found.asked_again_at) == (20, NOW + (5 * THREADS - 1) * SECOND)


def test_conferences_are_known_by_event_series_and_key(store: Store) -> None:
    """An event finds what it holds and a series what its instances hold; each conference comes once."""
    series, instance, other = EventRef("a", "series"), EventRef("a", "series_1"), EventRef("b", "series")
    store.save(room(1, Hold(ref=series)), None)
    store.save(room(2, Hold(ref=instance, series_id="series")), None)
    store.save(replace(room(3, Hold(ref=other)), released=(Hold(ref=series),)), None)

    def known(refs: list[EventRef], *keys: int) -> list[int]:
        found = store.known(refs, [room(key).key for key in keys])
        return sorted(numbers(iter(found)))

    assert known([series]) == [1, 2]
    assert known([instance]) == [2]
    assert known([other, other], 3, 3, 9) == [3]
    assert known([], 1, 2) == [1, 2]
    assert known([EventRef("a", "nothing")]) == []
    assert known([]) == []


def test_a_thousand_events_are_looked_up_in_one_batch(store: Store) -> None:
    """A page of a thousand events finds its conferences, each once though many of the events hold it."""
    refs = [EventRef("a", f"event {number}") for number in range(1_000)]
    for number in range(50):
        store.save(room(number, *(Hold(ref=ref) for ref in refs[number::50])), None)
    found = store.known(refs, [room(number).key for number in range(100)])
    assert sorted(numbers(iter(found))) == list(range(50))
    assert len(found) == 50


def test_a_known_conference_can_be_written(store: Store) -> None:
    """The version that a batch gives is as good as any."""
    store.save(room(1, Hold(ref=EventRef("a", "e"))), None)
    for refs, keys in (([EventRef("a", "e")], []), ([], [room(1).key])):
        (kept,) = store.known(refs, keys)
        assert store.save(replace(kept.value, revision=kept.value.revision + 1), kept.version)
    assert store.known([], [room(1).key])[0].value.revision == 2


def test_a_conference_follows_its_holds(store: Store) -> None:
    """After a hold is released the event finds nothing, its calendar still does until it is forgotten."""
    hold = Hold(ref=EventRef("a", "e"))
    held = store.save(room(1, hold), None)
    assert numbers(store.conferences(held_in="a")) == [1]
    released = store.save(replace(room(1), released=(hold,)), held)
    assert (store.known([hold.ref], []), numbers(store.conferences(held_in="a"))) == ([], [1])
    store.save(room(1), released)
    assert numbers(store.conferences(held_in="a")) == []


def test_due_conferences_come_most_urgent_first(store: Store) -> None:
    """Those due by the time and on it, in order; none that is due later or never."""
    for number, seconds in enumerate((3, 1, 2, 0, 4)):
        store.save(room(number, due_at=NOW + seconds * SECOND), None)
    store.save(room(9), None)
    assert numbers(store.conferences(due_by=NOW + 3 * SECOND)) == [3, 1, 2, 0]
    assert sorted(numbers(store.conferences())) == [0, 1, 2, 3, 4, 9]


def test_due_enrolments_come_most_urgent_first(store: Store) -> None:
    """Those due by the time and on it, in order; none that is due later or never."""
    for name, seconds in (("late", 3), ("first", 1), ("second", 2)):
        store.save(Enrolment(calendar_id=name, due_at=NOW + seconds * SECOND), None)
    store.save(Enrolment(calendar_id="never"), None)
    assert calendars(store.enrolments(due_by=NOW + 2 * SECOND)) == ["first", "second"]
    assert sorted(calendars(store.enrolments())) == ["first", "late", "never", "second"]


def test_expiring_enrolments_start_with_those_not_watched(store: Store) -> None:
    """A watchable calendar without a channel counts as ended; one that cannot be watched never comes."""

    def watch(seconds: int) -> Watch:
        return Watch(channel=Channel(id="c", resource_id="r", expires_at=NOW + seconds * SECOND))

    store.save(Enrolment(calendar_id="later", watch=watch(3)), None)
    store.save(Enrolment(calendar_id="ends", watch=watch(2)), None)
    store.save(Enrolment(calendar_id="ends first", watch=watch(1)), None)
    store.save(Enrolment(calendar_id="unwatched"), None)
    store.save(Enrolment(calendar_id="unwatchable", watch=replace(watch(0), possible=False)), None)
    assert calendars(store.enrolments(expiring_by=NOW + 2 * SECOND)) == ["unwatched", "ends first", "ends"]


def test_a_channel_ends_when_it_counts_as_ending(store: Store) -> None:
    """Whenever it expires: so channels opened at one time are not replaced at one time."""
    channel = Channel(id="c", resource_id="r", expires_at=NOW)
    for name, seconds in (("third", 13), ("first", 11), ("second", 12)):
        watch = Watch(channel=channel, ends_at=NOW + seconds * SECOND)
        store.save(Enrolment(calendar_id=name, watch=watch), None)
    assert calendars(store.enrolments(expiring_by=NOW + 12 * SECOND)) == ["first", "second"]


def test_enrolments_of_one_user(store: Store) -> None:
    """Exactly this user's calendars come."""
    for name, user in (("a", "ada"), ("b", "bob"), ("c", "ada"), ("d", None)):
        store.save(Enrolment(calendar_id=name, user=user), None)
    assert sorted(calendars(store.enrolments(user="ada"))) == ["a", "c"]


@pytest.mark.parametrize("asked", ["all", "due"])
def test_long_lists_come_whole_while_they_are_written(store: Store, asked: str) -> None:
    """More than two pages come each once and in order, though the reader puts a later time on every one it
    gets.
    """
    made = [room(number, due_at=NOW + number // 7 * SECOND) for number in range(450)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda one: store.save(one, None), made))
    seen = []
    for kept in store.conferences(due_by=NOW + 999 * SECOND if asked == "due" else None):
        seen.append(kept.value)
        assert store.save(replace(kept.value, delete_at=NOW + 1000 * SECOND), kept.version)
    assert sorted(seen, key=lambda one: one.key) == sorted(made, key=lambda one: one.key)
    assert asked == "all" or [one.due_at for one in seen] == [one.due_at for one in made]


def test_check_passes_on_a_store_that_is_there(store: Store) -> None:
    """A check of a store in order says nothing and writes nothing."""
    store.check()
    assert list(store.enrolments()) == []


def test_processes_share_one_file(tmp_path: Path) -> None:
    """Processes that open one new file at once lose none of each other's writes."""
    path = str(tmp_path / "store.sqlite")
    command = [sys.executable, "-m", "tests.contract.store_writer", path, "100"]
    for process in [subprocess.Popen(command) for _ in range(3)]:
        assert process.wait() == 0
    with closing(SqliteStore(path)) as opened:
        assert read(opened, store_writer.CALENDAR).value.fence == 300


def test_a_file_keeps_its_records(tmp_path: Path) -> None:
    """Records and versions outlive the store that wrote them."""
    path = str(tmp_path / "store.sqlite")
    with closing(SqliteStore(path)) as before:
        version = before.save(FULL_ENROLMENT, None)
    with closing(SqliteStore(path)) as after:
        assert read(after, FULL_ENROLMENT.calendar_id).value == FULL_ENROLMENT
        assert after.save(FULL_ENROLMENT, version)


def test_the_largest_record_is_taken(store: Store) -> None:
    """Whatever ids and words come in from outside, the record that they make can be written, and found."""
    largest = busy(crowded())
    version = store.save(largest, None)
    assert version is not None
    assert store.save(replace(largest, revision=9_999), version) is not None
    last = largest.holds[-1].ref
    assert [kept.value.revision for kept in store.known([last], [])] == [9_999]


def test_a_record_of_another_format_hides_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is passed over with a line, and a read by its name says so."""
    with monkeypatch.context() as before:
        before.setattr(records, "FORMAT", records.FORMAT - 1)
        store.save(Enrolment(calendar_id="old"), None)
        store.save(room(1), None)
    store.save(Enrolment(calendar_id="new"), None)
    store.save(room(2), None)
    with logged() as lines:
        assert calendars(store.enrolments()) == ["new"]
        assert [kept.value for kept in store.known([], [room(1).key, room(2).key])] == [room(2)]
    assert len(named(lines, "store.record_unreadable")) == 2
    with pytest.raises(records.OtherFormat, match="the enrolment old is stored in format"):
        store.enrolment("old")


def test_what_has_been_refused_for_so_long_is_counted(store: Store) -> None:
    """Of each conference the longest refusal, be it of an occurrence; not what is pushed again by then."""
    then = datetime(2026, 11, 30, 9, tzinfo=UTC)
    later = Refusal(reason="no", since=then + 2 * SECOND)
    occurrence = Pushed(fingerprint="f", event_id="e", refused=Refusal(reason="no", since=then))
    whole = replace(room(1), refused=later)
    version = store.save(whole, None)
    store.save(replace(room(2), refused=later, occurrences={"2026-12-01": occurrence}), None)
    store.save(room(3), None)
    assert [store.count_refused(since=then + n * SECOND) for n in (-1, 0, 1, 2)] == [0, 1, 1, 2]
    assert store.save(replace(whole, refused=None), version)
    assert store.count_refused(since=then + 2 * SECOND) == 1


def test_a_rest_only_ever_grows(store: Store) -> None:
    """The latest time stays, in whatever order they come; none that is over, or taken back, is shown."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    for seconds in (1, 3, 2):
        store.rest("ann", Rest(soon + seconds * SECOND, "quota"))
    store.rest("bob", Rest(soon + 5 * SECOND, "odd \ud800"))
    ann, bob = Rest(soon + 3 * SECOND, "quota"), Rest(soon + 5 * SECOND, "odd ?")
    assert store.resting(soon) == {"ann": ann, "bob": bob}
    assert list(store.resting(soon + 3 * SECOND)) == ["bob"]
    store.rest("bob", None)
    store.rest("nobody", None)
    assert list(store.resting(soon)) == ["ann"]
