"""How the Google adapters translate what their server says, told by a server that refuses everything."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.api_core.exceptions import PermissionDenied

from functions.adapters.queues.pubsub import PubsubQueue
from functions.adapters.stores.firestore import FirestoreStore
from functions.core.enrolment import Enrolment
from functions.core.errors import Rejected, RetryLater
from functions.core.model import ConferenceKey, EventRef, Reason, SyncRequest
from tests.contract.samples import NOW

TIMEOUT_S = 0.3
VERSION = "2026-11-22T13:00:00.123456Z"
ENROLMENT = Enrolment(calendar_id="a")
REQUEST = SyncRequest(calendar_id="a", reason=Reason.SWEEP)
Code = grpc.StatusCode


class Refusal(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Answers each call with `code`; `calls` counts them."""

    code = Code.UNAVAILABLE
    calls = 0

    def service(self, _: object) -> object:
        self.calls += 1
        return grpc.stream_stream_rpc_method_handler(lambda _, call: call.abort(self.code, "no"))


@pytest.fixture
def refusal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Refusal]:
    refusal = Refusal()
    with ThreadPoolExecutor(4) as pool:
        server = grpc.server(pool, handlers=[refusal])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{port}")
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", f"127.0.0.1:{port}")
        yield refusal
        server.stop(None).wait()


@pytest.fixture
def store(refusal: Refusal) -> Iterator[FirestoreStore]:
    opened = FirestoreStore(project="test", database="rooms", timeout=TIMEOUT_S)
    yield opened
    opened.close()


@pytest.fixture
def queue(refusal: Refusal) -> Iterator[PubsubQueue]:
    opened = PubsubQueue(project="test", topic="calendar-sync", timeout=TIMEOUT_S)
    yield opened
    opened.close()


CALLS: dict[str, Callable[[FirestoreStore], Any]] = {
    "enrolment": lambda store: store.enrolment("a"),
    "enrolments": lambda store: list(store.enrolments()),
    "known by event": lambda store: store.known([EventRef("a", "e")], []),
    "known by key": lambda store: store.known([], [ConferenceKey("p", "1")]),
    "known by many": lambda store: store.known([EventRef("a", str(n)) for n in range(31)], []),
    "conferences": lambda store: list(store.conferences(due_by=NOW)),
    "make": lambda store: store.save(ENROLMENT, None),
    "save": lambda store: store.save(ENROLMENT, VERSION),
    "ask again": lambda store: store.ask_again("a", NOW),
    "remove": lambda store: store.remove(ENROLMENT, VERSION),
    "check": lambda store: store.check(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_every_call_of_the_store_says_that_trouble_passes(store: FirestoreStore, call: Any) -> None:
    """An unavailable Firestore is RetryLater from whichever call, at the latest when its time is over."""
    with pytest.raises(RetryLater, match="Firestore"):
        call(store)


@pytest.mark.parametrize(
    "code", [Code.ABORTED, Code.CANCELLED, Code.DEADLINE_EXCEEDED, Code.INTERNAL, Code.RESOURCE_EXHAUSTED]
)
def test_passing_errors_are_retry_later(store: FirestoreStore, refusal: Refusal, code: Any) -> None:
    """Each of Firestore's passing errors is RetryLater, for a read and for a write."""
    refusal.code = code
    for call in ("enrolment", "save"):
        with pytest.raises(RetryLater):
            CALLS[call](store)


@pytest.mark.parametrize("code", [Code.ALREADY_EXISTS, Code.FAILED_PRECONDITION, Code.NOT_FOUND])
def test_conflicts_are_said(store: FirestoreStore, refusal: Refusal, code: Any) -> None:
    """A write whose condition does not hold is None, made anew or over a version; a removal is False."""
    refusal.code = code
    assert [CALLS[call](store) for call in ("make", "save", "remove")] == [None, None, False]


def test_a_write_that_may_have_been_made_is_not_repeated(store: FirestoreStore, refusal: Refusal) -> None:
    """After an unclear outcome the repetition of a successful write would look like another's."""
    with pytest.raises(RetryLater):
        store.save(ENROLMENT, VERSION)
    assert refusal.calls == 1


def test_a_write_that_was_not_made_is_repeated(store: FirestoreStore, refusal: Refusal) -> None:
    """An aborted write is tried again until its time is over."""
    refusal.code = Code.ABORTED
    with pytest.raises(RetryLater):
        store.save(ENROLMENT, VERSION)
    assert refusal.calls > 1


def test_only_what_is_needed_is_asked(store: FirestoreStore, refusal: Refusal) -> None:
    """No events and no keys cost no call."""
    assert store.known([], []) == []
    assert refusal.calls == 0


def test_a_lasting_error_is_not_hidden(store: FirestoreStore, refusal: Refusal) -> None:
    """A missing grant comes through as what it is."""
    refusal.code = Code.PERMISSION_DENIED
    with pytest.raises(PermissionDenied):
        store.enrolment("a")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (
            Code.NOT_FOUND,
            "rooms of project test is not there: make it with gcloud firestore databases create",
        ),
        (Code.PERMISSION_DENIED, "grant roles/datastore.user"),
    ],
)
def test_the_check_of_the_store_says_what_to_do(
    store: FirestoreStore, refusal: Refusal, code: Any, advice: str
) -> None:
    """An operator reads which database is meant and what would help."""
    refusal.code = code
    with pytest.raises(Rejected, match=advice):
        store.check()


@pytest.mark.parametrize("code", [Code.UNAVAILABLE, Code.NOT_FOUND, Code.PERMISSION_DENIED, Code.INTERNAL])
def test_what_was_not_published_is_retry_later(queue: PubsubQueue, refusal: Refusal, code: Any) -> None:
    """Whatever Pub/Sub has against a message, its sender is told to come again."""
    refusal.code = code
    with pytest.raises(RetryLater, match="Pub/Sub"):
        queue.publish(REQUEST)
    other = replace(REQUEST, calendar_id="other")
    assert set(queue.publish_all([REQUEST, other])) == {REQUEST, other}


@pytest.mark.parametrize(
    ("code", "error", "advice"),
    [
        (
            Code.NOT_FOUND,
            Rejected,
            "topics/calendar-sync is not there: make it with gcloud pubsub topics create",
        ),
        (Code.PERMISSION_DENIED, Rejected, "grant roles/pubsub.viewer"),
        (Code.UNAVAILABLE, RetryLater, "Pub/Sub"),
    ],
)
def test_the_check_of_the_queue_says_what_to_do(
    queue: PubsubQueue, refusal: Refusal, code: Any, error: type[Exception], advice: str
) -> None:
    """An operator reads which topic is meant and what would help."""
    refusal.code = code
    with pytest.raises(error, match=advice):
        queue.check()


@pytest.mark.parametrize(
    "make",
    [lambda: FirestoreStore(project="test"), lambda: PubsubQueue(project="test", topic="calendar-sync")],
    ids=["firestore", "pubsub"],
)
def test_missing_credentials_are_named(make: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials, the error says how to get some."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere")
    with pytest.raises(Rejected, match="gcloud auth application-default login"):
        make()
