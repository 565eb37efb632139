"""How an enrolment is moved on by its lease's holder: read and written in one transaction."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from google.api_core import exceptions

from functions.adapters.stores.firestore import FirestoreStore
from functions.core.enrolment import Enrolment, Lease
from functions.core.errors import RetryLater
from functions.ports import Store
from tests.contract.samples import FULL_ENROLMENT, NOW
from tests.contract.test_store import SECOND, THREADS, in_threads, read

TURNS = 3
LOST: Mapping[str, tuple[type[Exception], str]] = {
    "unavailable": (exceptions.ServiceUnavailable, "the answer was lost"),
    "deadline": (exceptions.DeadlineExceeded, "no answer in time"),
    "repeated": (exceptions.InvalidArgument, "Transaction is invalid or closed."),
}


def raised(found: Enrolment, _: datetime) -> Enrolment:
    return replace(found, confirmed=found.confirmed + 1)


def test_what_is_made_of_a_record_is_written(store: Store) -> None:
    """With the store's time; the version that comes back is as good as any."""
    store.save(FULL_ENROLMENT, None)
    before = read(store, FULL_ENROLMENT.calendar_id)
    times: list[datetime] = []

    def moved(found: Enrolment, at: datetime) -> Enrolment:
        times.append(at)
        return raised(found, at)

    made = store.transact(FULL_ENROLMENT.calendar_id, moved)
    assert made
    assert made.value == replace(FULL_ENROLMENT, confirmed=31)
    after = read(store, FULL_ENROLMENT.calendar_id)
    assert (after.value, after.version) == (made.value, made.version)
    assert before.read_at <= times[-1] == made.read_at <= after.read_at
    assert store.save(FULL_ENROLMENT, before.version) is None
    assert store.save(FULL_ENROLMENT, made.version)


def test_nothing_is_written_where_there_is_nothing_to_write(store: Store) -> None:
    """No enrolment, none made of it, or the same."""
    assert store.transact("nobody", raised) is None
    version = store.save(Enrolment(calendar_id="a"), None)
    assert store.transact("a", lambda *_: None) is None
    same = store.transact("a", lambda found, _: found)
    assert (same and same.value, same and same.version) == (Enrolment(calendar_id="a"), version)
    assert read(store, "a").version == version


def test_an_error_writes_nothing_and_is_in_nobodys_way(store: Store) -> None:
    """A bug in what decides leaves the record as it was."""
    version = store.save(Enrolment(calendar_id="a"), None)
    with pytest.raises(ZeroDivisionError):
        store.transact("a", lambda found, _: replace(found, fence=1 // 0))
    assert read(store, "a").version == version
    assert store.transact("a", raised)


def test_asking_again_is_not_lost_to_a_commit(store: Store) -> None:
    """Whoever asks during the transaction, or around it, is in the record afterwards."""
    store.save(Enrolment(calendar_id="a"), None)

    def work(number: int) -> None:
        for turn in range(5):
            if number:
                store.ask_again("a", NOW + (turn * THREADS + number) * SECOND)
            else:
                assert store.transact("a", raised)

    in_threads(work)
    found = read(store, "a").value
    assert (found.confirmed, found.asked_again_at) == (5, NOW + (5 * THREADS - 1) * SECOND)


@dataclass(kw_only=True)
class Api:
    """Firestore's API. The next commit loses its answer, as one of `LOST`; while it is dead none is made."""

    inner: Any
    lose: str = ""
    dead: bool = False
    ended: Counter[str] = field(default_factory=Counter)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def commit(self, *args: Any, **more: Any) -> Any:
        if self.dead:
            _fail("unavailable")
        try:
            made = self.inner.commit(*args, **more)
        except exceptions.GoogleAPICallError as error:
            self.ended[type(error).__name__] += 1
            raise
        self.ended["made"] += 1
        if self.lose:
            how, self.lose = self.lose, ""
            _fail(how)
        return made


def _fail(how: str) -> None:
    kind, words = LOST[how]
    raise kind(words)


def observed(store: FirestoreStore, **settings: Any) -> Api:
    api = Api(inner=store._client._firestore_api, **settings)
    store._client._firestore_api_internal = api
    return api


def turn(store: Store, owner: str) -> bool:
    """Whether this owner got the lease by compare-and-set; if so, its commit let it go."""
    kept = read(store, "a")
    if kept.value.lease:
        return False
    fence = kept.value.fence + 1
    lease = Lease(owner=owner, fence=fence, started_at=NOW, expires_at=NOW + SECOND)
    if not store.save(replace(kept.value, lease=lease, fence=fence), kept.version):
        return False

    def committed(found: Enrolment, _: datetime) -> Enrolment | None:
        held = found.lease is not None and found.lease.fence == fence
        return replace(found, lease=None, confirmed=found.confirmed + 1) if held else None

    return store.transact("a", committed) is not None


def test_of_sixteen_contenders_none_stalls(store: Store) -> None:
    """The lease by compare-and-set, then the commit: no turn is lost, and none meets another's read lock."""
    store.save(Enrolment(calendar_id="a"), None)
    api = observed(store) if isinstance(store, FirestoreStore) else None

    def work(number: int) -> None:
        done = 0
        while done < TURNS:
            done += turn(store, str(number))
            store.ask_again("a", NOW)

    in_threads(work)
    found = read(store, "a").value
    assert (found.confirmed, found.fence, found.lease) == (TURNS * THREADS, TURNS * THREADS, None)
    assert api is None or api.ended["Aborted"] == 0


@pytest.mark.emulators
@pytest.mark.parametrize("how", LOST)
def test_a_commit_whose_answer_was_lost_is_done_once(firestore_project: str, how: str) -> None:
    """The next try finds in the record what the first one wrote, and says so."""
    with closing(FirestoreStore(project=firestore_project, timeout=60)) as store:
        store.save(Enrolment(calendar_id="a"), None)
        api = observed(store, lose=how)

        def once(found: Enrolment, at: datetime) -> Enrolment:
            return found if found.confirmed else raised(found, at)

        made = store.transact("a", once)
        assert made
        assert (made.value.confirmed, api.ended["made"]) == (1, 2)
        kept = read(store, "a")
        assert (kept.value, kept.version) == (made.value, made.version)


@pytest.mark.emulators
def test_a_firestore_that_never_answers_is_passing_trouble(firestore_project: str) -> None:
    """Nothing is written, and who asks is told to come again."""
    project = firestore_project
    with (
        closing(FirestoreStore(project=project, timeout=60)) as store,
        closing(FirestoreStore(project=project, timeout=0.3)) as impatient,
    ):
        store.save(Enrolment(calendar_id="a"), None)
        observed(impatient, dead=True)
        with pytest.raises(RetryLater, match="Firestore"):
            impatient.transact("a", raised)
        assert read(store, "a").value.confirmed == 0


@pytest.mark.emulators
def test_a_fenced_write_that_may_be_made_is_passing_trouble(firestore_project: str) -> None:
    """The client repeats it after a lost answer, and hears that its transaction is over: no bug of ours."""
    with closing(FirestoreStore(project=firestore_project, timeout=60)) as store:
        store.save(Enrolment(calendar_id="a", fence=1), None)
        observed(store, lose="repeated")
        with pytest.raises(RetryLater, match="Firestore"):
            store.save(Enrolment(calendar_id="b"), None, {"a": 1})
