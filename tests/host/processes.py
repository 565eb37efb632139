"""The five functions as processes of their own, on the real parts or on the embedded ones."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from google.cloud import pubsub_v1

from local.system.served import SOURCE
from local.system.system import Plan, System
from tests.rig import OWNER, People

WAIT_S = 60.0
TOPIC = "calendar-sync"


def until(true: Callable[[], object], what: str) -> None:
    """Wait for it; a test that waits in vain says for what."""
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


@contextmanager
def cloud(project: str, settings: Mapping[str, str] | None = None, source: Path = SOURCE) -> Iterator[System]:
    """The system on Firestore and Pub/Sub, whose push subscription delivers to `sync_calendar`."""
    emulators = {name: os.environ[name] for name in ("FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST")}
    on_google = {
        "STORE": "firestore",
        "QUEUE": "pubsub",
        "GOOGLE_CLOUD_PROJECT": project,
        "SYNC_TOPIC": TOPIC,
    }
    with pubsub_v1.PublisherClient() as publisher, pubsub_v1.SubscriberClient() as subscriber:
        topic = publisher.topic_path(project, TOPIC)
        publisher.create_topic(name=topic)
        usual = on_google | emulators | {"DELETE_GRACE_SECONDS": "1"}
        with System(Plan(settings={**usual, **(settings or {})}, source=source)) as system:
            name = subscriber.subscription_path(project, "sync")
            push = pubsub_v1.types.PushConfig(push_endpoint=system.functions["sync_calendar"].url)
            subscriber.create_subscription(name=name, topic=topic, push_config=push, ack_deadline_seconds=10)
            yield system
            subscriber.delete_subscription(subscription=name)


def enrol(system: System, calendar_id: str = OWNER) -> None:
    answer = system.call("initialize_syncing", json={"calendar_id": calendar_id})
    assert answer.status_code == 200, answer.text
    assert answer.json()["synced"]


def people(system: System, calendar_id: str = OWNER) -> People:
    return People(url=f"{system.calendar.url}/calendar/v3/calendars/{calendar_id}/events")
