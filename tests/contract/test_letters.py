"""What an operator may rely on with dead letters: SQLite's, and those of Pub/Sub's emulator."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient  # type: ignore[import-untyped]

from functions.adapters.queues import messages
from functions.adapters.queues.pubsub_letters import FIRST_PUBLISHED, TIMES, PubsubLetters
from functions.adapters.queues.sqlite import SqliteQueue, Terms
from functions.core.errors import Rejected, RetryLater
from functions.core.letter import Letter
from functions.core.model import Reason, SyncRequest
from functions.flow.letters import waiting
from functions.ports import Letters

NAME = "calendar-sync-dead-letters"


class Box(Protocol):
    """Where letters end, and a way to put some there."""

    @property
    def letters(self) -> Letters: ...

    def put(self, *data: bytes) -> None: ...

    def close(self) -> None: ...


class SqliteBox:
    def __init__(self, path: Path) -> None:
        self.letters = SqliteQueue(str(path), terms=Terms(deliveries_max=1))

    def put(self, *data: bytes) -> None:
        for one in data:
            self.letters.publish_data(one)
            (delivery,) = self.letters.claim(1)
            self.letters.fail(delivery, "HTTP 500")

    def close(self) -> None:
        self.letters.close()


class PubsubBox:
    def __init__(self, project: str) -> None:
        self._publisher, self._subscriber = PublisherClient(), SubscriberClient()
        self.topic = self._publisher.topic_path(project, NAME)
        self._publisher.create_topic(name=self.topic)
        name = self._subscriber.subscription_path(project, NAME)
        self._subscriber.create_subscription(name=name, topic=self.topic, ack_deadline_seconds=60)
        self.letters = PubsubLetters(project=project, subscription=NAME, wait=1)

    def put(self, *data: bytes, **attributes: str) -> None:
        for one in data:
            self._publisher.publish(self.topic, one, **attributes).result(10)

    def close(self) -> None:
        self.letters.close()
        self._subscriber.close()
        self._publisher.stop()
        self._publisher.transport.close()


@pytest.fixture(params=["sqlite", pytest.param("pubsub", marks=pytest.mark.emulators)])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Box]:
    made: Box = (
        PubsubBox(request.getfixturevalue("pubsub_project"))
        if request.param == "pubsub"
        else SqliteBox(tmp_path / "queue.sqlite")
    )
    with closing(made):
        yield made


def asked(name: str) -> SyncRequest:
    return SyncRequest(calendar_id=name, reason=Reason.SWEEP)


def requests(letters: Sequence[Letter]) -> list[str]:
    return sorted(letter.request.calendar_id for letter in letters if letter.request)


def test_they_are_shown_and_stay(box: Box) -> None:
    """Once more, too, and at once: nobody has to wait until they are there again."""
    box.put(messages.encode(asked("a")), messages.encode(asked("b")), b"\xffnonsense")
    seen = waiting(box.letters)
    assert requests(seen) == ["a", "b"]
    (odd,) = [letter for letter in seen if letter.request is None]
    assert (odd.data, odd.why) == (b"\xffnonsense", "the sync request is not JSON")
    assert [one.id for one in waiting(box.letters)] == [one.id for one in seen]
    assert seen[0].published_at <= seen[1].published_at <= seen[2].published_at


def test_what_is_removed_is_gone(box: Box) -> None:
    """The others are there again."""
    box.put(messages.encode(asked("a")), messages.encode(asked("b")))
    with box.letters.held(10) as found:
        box.letters.remove([letter for letter in found if letter.request == asked("a")])
    assert requests(waiting(box.letters)) == ["b"]
    with box.letters.held(10) as found:
        box.letters.remove([])
    assert requests(waiting(box.letters)) == ["b"]


def test_no_more_than_asked_for(box: Box) -> None:
    """The rest comes when these are gone."""
    box.put(*(messages.encode(asked(str(number))) for number in range(5)))
    with box.letters.held(3) as found:
        assert len(found) == 3
        box.letters.remove(found)
    with box.letters.held(3) as found:
        assert len(found) == 2


def test_an_empty_box(box: Box) -> None:
    """Is no trouble."""
    assert waiting(box.letters) == []


def test_cut_short_they_stay(box: Box) -> None:
    """Whatever ends the work, what was not removed is there at once."""
    box.put(messages.encode(asked("a")))
    with pytest.raises(KeyboardInterrupt), box.letters.held(10):
        raise KeyboardInterrupt
    assert requests(waiting(box.letters)) == ["a"]


@pytest.mark.emulators
def test_what_pubsub_says_of_a_letter(pubsub_project: str) -> None:
    """When it was first published, and how often it was tried, as attributes; odd ones count for nothing."""
    with closing(PubsubBox(pubsub_project)) as box:
        box.put(b"a", **{TIMES: "100", FIRST_PUBLISHED: "2026-06-01T14:00:00.000+02:00"})
        (letter,) = waiting(box.letters)
        assert (letter.deliveries, letter.published_at.isoformat()) == (100, "2026-06-01T12:00:00+00:00")
        with box.letters.held(1) as found:
            box.letters.remove(found)
        box.put(b"a", **{TIMES: "many", FIRST_PUBLISHED: "long ago"})
        (letter,) = waiting(box.letters)
        assert (letter.deliveries, letter.published_at.year > 2000) == (0, True)


@pytest.mark.emulators
def test_no_such_subscription(pubsub_project: str) -> None:
    """It is said what is missing."""
    with (
        closing(PubsubLetters(project=pubsub_project, subscription=NAME, wait=1)) as letters,
        pytest.raises(Rejected, match="calendar-sync-dead-letters is not there"),
    ):
        waiting(letters)


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passing trouble, not an empty box."""
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", "127.0.0.1:9")
    with closing(PubsubLetters(project="p", subscription=NAME, wait=1)) as letters, pytest.raises(RetryLater):
        waiting(letters)
