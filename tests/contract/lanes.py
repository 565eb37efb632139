"""The two ways from `publish` to an HTTP endpoint, each set to try five times in quick succession."""

import time
from pathlib import Path
from typing import Protocol

from google.cloud.pubsub_v1 import (  # type: ignore[import-untyped]
    PublisherClient,
    SubscriberClient,
)

from functions.adapters.queues.pubsub import PubsubQueue
from functions.adapters.queues.sqlite import SqliteQueue, Terms
from functions.ports import Queue
from local.pump import Pump
from tests.contract.endpoint import WAIT_MAX_S
from tests.contract.queue_worker import TOPIC

TRIES = 5  # the fewest that Pub/Sub allows


class Lane(Protocol):
    worker: tuple[str, str]

    @property
    def queue(self) -> Queue: ...

    def publish_data(self, data: bytes) -> None:
        """What a program other than ours may send."""
        ...

    def dead_letters(self) -> list[bytes]:
        """Waits for one if there is none yet."""
        ...

    def close(self) -> None: ...


class SqliteLane:
    def __init__(self, path: Path, url: str) -> None:
        terms = Terms(ack_within=5, backoff_min=0.05, backoff_max=0.2, deliveries_max=TRIES)
        self.queue = SqliteQueue(str(path), terms=terms)
        self.worker = ("sqlite", str(path))
        self._pump = Pump(self.queue, url)
        self._pump.start()

    def publish_data(self, data: bytes) -> None:
        self.queue.publish_data(data)

    def dead_letters(self) -> list[bytes]:
        deadline = time.monotonic() + WAIT_MAX_S
        while not (letters := self.queue.dead_letters()):
            assert time.monotonic() < deadline, "no dead letter came"
            time.sleep(0.01)
        return [letter.data for letter in letters]

    def close(self) -> None:
        self._pump.stop()
        self.queue.close()


class PubsubLane:
    def __init__(self, project: str, url: str) -> None:
        self.worker = ("pubsub", project)
        self._publisher = PublisherClient()
        self._subscriber = SubscriberClient()
        self._topic = self._publisher.topic_path(project, TOPIC)
        self._dead = self._subscriber.subscription_path(project, "dead-letters")
        self._push = self._subscriber.subscription_path(project, TOPIC)
        self._make(project, url)
        self.queue = PubsubQueue(project=project, topic=TOPIC)

    def _make(self, project: str, url: str) -> None:
        dead_topic = self._publisher.topic_path(project, "dead-letters")
        for topic in (self._topic, dead_topic):
            self._publisher.create_topic(name=topic)
        self._subscriber.create_subscription(name=self._dead, topic=dead_topic)
        push = {
            "name": self._push,
            "topic": self._topic,
            "push_config": {"push_endpoint": url},
            "dead_letter_policy": {"dead_letter_topic": dead_topic, "max_delivery_attempts": TRIES},
        }
        self._subscriber.create_subscription(request=push)

    def publish_data(self, data: bytes) -> None:
        self._publisher.publish(self._topic, data).result(10)

    def dead_letters(self) -> list[bytes]:
        pulled = self._subscriber.pull(subscription=self._dead, max_messages=10, timeout=WAIT_MAX_S)
        return [each.message.data for each in pulled.received_messages]

    def close(self) -> None:
        self.queue.close()
        self._subscriber.delete_subscription(subscription=self._push)  # the port may be another test's next
        self._publisher.stop()
        self._publisher.transport.close()
        self._subscriber.close()
