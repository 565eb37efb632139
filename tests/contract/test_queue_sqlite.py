"""The embedded queue's own terms: backoff, time to answer, dead letters, and its pump."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest

from functions.adapters.queues import messages
from functions.adapters.queues.sqlite import Delivery, SqliteQueue, Terms
from functions.core.model import Reason, SyncRequest
from local.pump import Pump
from tests.contract.endpoint import Endpoint
from tests.contract.samples import NOW


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(clock: Clock) -> Iterator[SqliteQueue]:
    with closing(SqliteQueue(":memory:", clock=clock)) as opened:
        yield opened


def publish(queue: SqliteQueue, *names: str) -> None:
    for name in names:
        queue.publish(SyncRequest(calendar_id=name, reason=Reason.SWEEP))


def claim(queue: SqliteQueue) -> Delivery:
    (delivery,) = queue.claim(1)
    return delivery


def name(delivery: Delivery) -> str:
    return messages.decode(delivery.data).calendar_id


def test_the_pause_doubles_up_to_ten_minutes(queue: SqliteQueue, clock: Clock) -> None:
    """After a failure a message waits 10 s, then twice as long each time, at most 600 s, and not less."""
    publish(queue, "a")
    for attempt, pause in enumerate((10, 20, 40, 80, 160, 320, *[600] * 93), start=1):
        delivery = claim(queue)
        assert delivery.attempt == attempt
        queue.fail(delivery, "HTTP 500")
        clock.pass_seconds(pause - 0.001)
        assert queue.claim(1) == []
        clock.pass_seconds(0.001)
    queue.fail(claim(queue), "HTTP 500")
    assert [(letter.deliveries, letter.why) for letter in queue.dead_letters()] == [(100, "HTTP 500")]


def test_an_unanswered_message_comes_again(queue: SqliteQueue, clock: Clock) -> None:
    """A claimed message is nobody else's for ten minutes; then it comes again, its publish time unchanged."""
    publish(queue, "a")
    claim(queue)
    clock.pass_seconds(599)
    assert queue.claim(1) == []
    clock.pass_seconds(1)
    again = claim(queue)
    assert (again.attempt, again.published_at) == (2, NOW)


def test_a_late_answer_counts_for_nothing(queue: SqliteQueue, clock: Clock) -> None:
    """An answer that comes after somebody else got the message neither ends nor delays it."""
    publish(queue, "a")
    first = claim(queue)
    clock.pass_seconds(600)
    second = claim(queue)
    queue.ack(first)
    queue.fail(first)
    assert queue.waiting() == 1
    queue.ack(second)
    assert queue.waiting() == 0


def test_a_message_that_kills_its_consumers_becomes_a_dead_letter(queue: SqliteQueue, clock: Clock) -> None:
    """A hundred deliveries without any answer are enough, and the next message is not held up."""
    publish(queue, "deadly")
    for _ in range(100):
        claim(queue)
        clock.pass_seconds(600)
    publish(queue, "a")
    assert name(claim(queue)) == "a"
    assert [letter.why for letter in queue.dead_letters()] == ["never answered"]


def test_the_longest_waiting_comes_first(queue: SqliteQueue, clock: Clock) -> None:
    """Messages are claimed in the order in which they became due, as many as asked for."""
    for each in ("a", "b", "c"):
        publish(queue, each)
        clock.pass_seconds(1)
    assert [name(delivery) for delivery in queue.claim(2)] == ["a", "b"]
    assert [name(delivery) for delivery in queue.claim(2)] == ["c"]


def test_ids_are_never_used_again(queue: SqliteQueue) -> None:
    """A message published after the queue ran empty has an id of its own."""
    publish(queue, "a")
    first = claim(queue)
    queue.ack(first)
    publish(queue, "b")
    assert claim(queue).id != first.id


def test_no_two_get_the_same_message(tmp_path: Path) -> None:
    """Of 4 connections with 4 threads each, every message is claimed by exactly one."""
    queues = [SqliteQueue(str(tmp_path / "queue.sqlite")) for _ in range(4)]
    publish(queues[0], *map(str, range(100)))

    def drain(number: int) -> list[str]:
        return [each.id for _ in range(50) for each in queues[number % 4].claim(1)]

    with ThreadPoolExecutor(16) as pool:
        claimed = [each for drained in pool.map(drain, range(16)) for each in drained]
    for queue in queues:
        queue.close()
    assert len(claimed) == len(set(claimed)) == 100


def test_a_killed_consumer_loses_nothing(tmp_path: Path, clock: Clock) -> None:
    """What a killed consumer did not finish comes again, and only that, once its time to answer is over."""
    path = str(tmp_path / "queue.sqlite")
    everything = {str(number) for number in range(50)}
    with closing(SqliteQueue(path, clock=clock)) as queue:
        publish(queue, *everything)
    command = [sys.executable, "-m", "tests.contract.queue_worker", "consume", path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as consumer:
        assert consumer.stdin
        assert consumer.stdout
        begun = [consumer.stdout.readline().strip()]
        for _ in range(20):
            print(file=consumer.stdin, flush=True)
            begun.append(consumer.stdout.readline().strip())
        consumer.kill()
    clock.now = datetime.now(NOW.tzinfo) + timedelta(seconds=600)
    with closing(SqliteQueue(path, clock=clock)) as queue:
        left = [name(delivery) for delivery in queue.claim(1000)]
    assert sorted(left) == sorted(everything - set(begun[:20]))


def test_the_pump_delivers_several_at_once(tmp_path: Path) -> None:
    """Four deliveries wait for each other in the endpoint, so they must be under way together."""
    together = Barrier(4, timeout=30)
    endpoint = Endpoint()
    endpoint.answer = lambda _: 204 if together.wait() >= 0 else 500
    with closing(SqliteQueue(str(tmp_path / "queue.sqlite"))) as queue:
        publish(queue, *"abcd")
        pump = Pump(queue, endpoint.url, at_once=4)
        pump.start()
        endpoint.wait_until(lambda: len(endpoint.bodies) == 4)
        pump.stop()
        endpoint.stop()
        assert queue.waiting() == 0


@pytest.mark.parametrize(("down", "error"), [(True, "ConnectError"), (False, "ReadTimeout")])
def test_no_answer_is_a_failed_delivery(tmp_path: Path, *, down: bool, error: str) -> None:
    """An endpoint that is down, or silent for too long, fails its messages by name."""
    endpoint, over = Endpoint(), Event()
    endpoint.answer = lambda _: 204 if over.wait(30) else 500
    if down:
        endpoint.stop()
    terms = Terms(deliveries_max=1)
    with closing(SqliteQueue(str(tmp_path / "queue.sqlite"), terms=terms)) as queue:
        publish(queue, "a")
        pump = Pump(queue, endpoint.url, answer_within=0.2)
        pump.start()
        while not (letters := queue.dead_letters()):
            time.sleep(0.01)
        over.set()
        pump.stop()
    if not down:
        endpoint.stop()
    assert letters[0].why.startswith(error)


def test_the_pump_runs_as_a_program(tmp_path: Path) -> None:
    """It delivers until it is told to stop, finishes what is under way, and ends well."""
    path, endpoint = str(tmp_path / "queue.sqlite"), Endpoint()
    with closing(SqliteQueue(path)) as queue:
        publish(queue, "a")
        with subprocess.Popen([sys.executable, "-m", "local.pump", path, endpoint.url]) as pump:
            endpoint.wait_until(lambda: bool(endpoint.bodies))
            pump.send_signal(signal.SIGTERM)
        endpoint.stop()
        assert (pump.returncode, queue.waiting()) == (0, 0)
