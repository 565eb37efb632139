"""What the flows may rely on in every queue: SQLite with its pump, and Pub/Sub's emulator with a push
subscription. Each delivers to an HTTP endpoint.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from functions.adapters.queues import messages
from functions.core.errors import BadRequest
from functions.core.model import Reason, SyncRequest
from tests.contract.endpoint import Endpoint
from tests.contract.lanes import TRIES, Lane, PubsubLane, SqliteLane


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    opened = Endpoint()
    yield opened
    opened.stop()


@pytest.fixture(params=["sqlite", pytest.param("pubsub", marks=pytest.mark.emulators)])
def lane(request: pytest.FixtureRequest, endpoint: Endpoint, tmp_path: Path) -> Iterator[Lane]:
    opened: Lane
    if request.param == "pubsub":
        opened = PubsubLane(request.getfixturevalue("pubsub_project"), endpoint.url)
    else:
        opened = SqliteLane(tmp_path / "queue.sqlite", endpoint.url)
    yield opened
    opened.close()


def asked(name: str) -> SyncRequest:
    return SyncRequest(calendar_id=name, reason=Reason.NOTIFICATION, channel_id="c", resource_id="r")


def names(endpoint: Endpoint) -> list[str]:
    return [messages.decode(data).calendar_id for data in endpoint.data]


def readable(data: bytes) -> int:
    try:
        messages.decode(data)
    except BadRequest:
        return 400
    return 204


def test_a_request_arrives_as_a_push(lane: Lane, endpoint: Endpoint) -> None:
    """The endpoint gets the request with an id and an aware time of publishing, in Pub/Sub's form."""
    lane.queue.publish(asked("a"))
    endpoint.wait_until(lambda: bool(endpoint.bodies))
    message = endpoint.bodies[0]["message"]
    assert messages.decode(endpoint.data[0]) == asked("a")
    assert isinstance(message["messageId"], str)
    assert datetime.fromisoformat(message["publishTime"]).utcoffset() is not None
    assert message["attributes"] == {}


def test_a_failed_delivery_comes_again_under_its_id(lane: Lane, endpoint: Endpoint) -> None:
    """A 500 brings the same message back; a 204 ends it while others follow."""
    answers = iter([500, 204, 204])
    endpoint.answer = lambda _: next(answers)
    lane.queue.publish(asked("a"))
    endpoint.wait_until(lambda: len(endpoint.bodies) == 2)
    lane.queue.publish(asked("b"))
    endpoint.wait_until(lambda: len(endpoint.bodies) == 3)
    assert names(endpoint) == ["a", "a", "b"]
    ids = [body["message"]["messageId"] for body in endpoint.bodies]
    assert ids[0] == ids[1] != ids[2]


def test_a_failing_message_does_not_hold_up_the_others(lane: Lane, endpoint: Endpoint) -> None:
    """While one message fails again and again, the ones behind it arrive."""
    endpoint.answer = lambda data: 500 if messages.decode(data).calendar_id == "bad" else 204
    for name in ("bad", "a", "b", "c"):
        lane.queue.publish(asked(name))
    endpoint.wait_until(lambda: {"a", "b", "c"} <= set(names(endpoint)) and names(endpoint).count("bad") > 1)
    assert [Counter(names(endpoint))[name] for name in ("a", "b", "c")] == [1, 1, 1]


def test_what_cannot_be_read_becomes_a_dead_letter(lane: Lane, endpoint: Endpoint) -> None:
    """Data that is no sync request is tried five times and then kept as it was, for an operator."""
    endpoint.answer = readable
    lane.publish_data(b"\xffnonsense")
    lane.queue.publish(asked("a"))
    assert lane.dead_letters() == [b"\xffnonsense"]
    assert endpoint.data.count(b"\xffnonsense") == TRIES


def test_requests_wait_for_an_endpoint_that_is_down(lane: Lane, endpoint: Endpoint) -> None:
    """What was published while nobody listened arrives when somebody does."""
    endpoint.stop()
    for name in ("a", "b"):
        lane.queue.publish(asked(name))
    endpoint.start()
    endpoint.wait_until(lambda: set(names(endpoint)) == {"a", "b"})


def test_many_publishers_at_once(lane: Lane, endpoint: Endpoint) -> None:
    """What 16 threads publish at once arrives, each request once."""
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: lane.queue.publish(asked(str(number))), range(160)))
    endpoint.wait_until(lambda: len(endpoint.bodies) == 160)
    assert sorted(names(endpoint), key=int) == [str(number) for number in range(160)]


def test_many_published_together(lane: Lane, endpoint: Endpoint) -> None:
    """All are safe when the call returns, and each arrives once."""
    assert not lane.queue.publish_all([asked(str(number)) for number in range(160)])
    endpoint.wait_until(lambda: len(endpoint.bodies) == 160)
    assert sorted(names(endpoint), key=int) == [str(number) for number in range(160)]


def test_nothing_that_was_published_is_lost_over_a_kill(lane: Lane, endpoint: Endpoint) -> None:
    """A publisher killed in the midst of its work has lost nothing that it took for published."""
    command = [sys.executable, "-m", "tests.contract.queue_worker", *lane.worker]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as publisher:
        assert publisher.stdout
        published = {publisher.stdout.readline().strip() for _ in range(50)}
        publisher.kill()
        published |= set(publisher.stdout.read().split())
    assert len(published) >= 50
    endpoint.wait_until(lambda: published <= set(names(endpoint)))


def test_check_passes_on_a_queue_that_is_there(lane: Lane, endpoint: Endpoint) -> None:
    """A check of a queue in order publishes nothing."""
    lane.queue.check()
    lane.queue.publish(asked("a"))
    endpoint.wait_until(lambda: bool(endpoint.bodies))
    assert names(endpoint) == ["a"]
