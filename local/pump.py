"""Delivers an SQLite queue to an HTTP endpoint the way a Pub/Sub push subscription does.

A 2xx answer acknowledges; anything else, or none in time, brings the message back after the queue's backoff.
"""

import argparse
import base64
import logging
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event, Thread

import httpx

from functions.adapters.queues.sqlite import Delivery, SqliteQueue, Terms
from functions.core.errors import RetryLater

POLL_S = 0.01
AT_ONCE = 8
ANSWER_SHARE = 0.9  # of the queue's patience
SUBSCRIPTION = "projects/local/subscriptions/calendar-sync"

# Told of each delivery: with None before it, then with what went wrong, empty if nothing.
Heard = Callable[[Delivery, str | None], None]

log = logging.getLogger("local.pump")


def push_body(delivery: Delivery) -> dict[str, object]:
    published = delivery.published_at.isoformat().replace("+00:00", "Z")
    message = {
        "data": base64.b64encode(delivery.data).decode(),
        "attributes": {},
        "messageId": delivery.id,
        "message_id": delivery.id,
        "publishTime": published,
        "publish_time": published,
    }
    return {"message": message, "subscription": SUBSCRIPTION, "deliveryAttempt": delivery.attempt}


class Pump:
    """Runs in threads of its own from `start` to `stop`, with up to `at_once` deliveries under way.

    `answer_within`, in seconds, is a little less than the queue's own patience unless given: the pump must
    report a failure before the queue gives the message to another.
    """

    def __init__(
        self,
        queue: SqliteQueue,
        url: str,
        *,
        at_once: int = AT_ONCE,
        answer_within: float | None = None,
        heard: Heard = lambda _delivery, _error: None,
    ) -> None:
        self._queue = queue
        self._heard = heard
        self._url = url
        self._at_once = at_once
        timeout = answer_within or ANSWER_SHARE * queue.terms.ack_within
        self._client = httpx.Client(timeout=timeout, trust_env=False)  # on one machine there is no proxy
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="pump")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the deliveries under way have ended."""
        self._stopping.set()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        under_way: set[Future[None]] = set()
        with ThreadPoolExecutor(self._at_once) as pool:
            while not self._stopping.is_set():
                under_way |= {pool.submit(self._deliver, each) for each in self._claim(len(under_way))}
                if not under_way:
                    self._stopping.wait(POLL_S)
                    continue
                done, under_way = wait(under_way, POLL_S, FIRST_COMPLETED)
                for delivered in done:
                    delivered.result()

    def _claim(self, under_way: int) -> Sequence[Delivery]:
        try:
            return self._queue.claim(self._at_once - under_way)
        except RetryLater as error:
            log.warning("pump.queue_busy", extra={"error": str(error)})
            return []

    def _deliver(self, delivery: Delivery) -> None:
        self._heard(delivery, None)
        error = self._push(delivery)
        self._heard(delivery, error)
        try:
            if error:
                self._queue.fail(delivery, error)
            else:
                self._queue.ack(delivery)
        except RetryLater as busy:
            log.warning("pump.will_repeat", extra={"message_id": delivery.id, "error": str(busy)})

    def _push(self, delivery: Delivery) -> str:
        """What went wrong, empty if nothing."""
        try:
            answer = self._client.post(self._url, json=push_body(delivery))
        except httpx.HTTPError as error:
            return f"{type(error).__name__}: {error}"
        return "" if answer.is_success else f"HTTP {answer.status_code}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m local.pump", description="Deliver a queue until stopped."
    )
    parser.add_argument("queue", help="the queue's SQLite file")
    parser.add_argument("url", help="where sync_calendar listens")
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--backoff-min", type=float, default=Terms().backoff_min, help="seconds")
    asked = parser.parse_args(argv)
    signals = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # before threads start, so that only sigwait gets them
    queue = SqliteQueue(asked.queue, terms=Terms(backoff_min=asked.backoff_min))
    pump = Pump(queue, asked.url, at_once=asked.at_once)
    pump.start()
    signal.sigwait(signals)
    pump.stop()
    queue.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
