"""A Pub/Sub emulator's topic of sync requests, pushed to the function that listens for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient  # type: ignore[import-untyped]
from google.cloud.pubsub_v1.types import PushConfig  # type: ignore[import-untyped]

TOPIC = "calendar-sync"
ACK_DEADLINE_S = 600  # as deployed


@contextmanager
def pushed(project: str, url: str, ack_deadline: int = ACK_DEADLINE_S) -> Iterator[None]:
    """While inside, what is published in the project comes to the URL. Finds the emulator by its variable."""
    with PublisherClient() as publisher, SubscriberClient() as subscriber:
        topic = publisher.topic_path(project, TOPIC)
        publisher.create_topic(name=topic)
        name = subscriber.subscription_path(project, TOPIC)
        push = PushConfig(push_endpoint=url)
        subscriber.create_subscription(
            name=name, topic=topic, push_config=push, ack_deadline_seconds=ack_deadline
        )
        try:
            yield
        finally:
            subscriber.delete_subscription(subscription=name)
