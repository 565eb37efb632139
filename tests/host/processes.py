"""The functions as processes of their own, on the real parts or on the embedded ones."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from local.subscription import TOPIC, pushed
from local.system.served import SOURCE
from local.system.system import Plan, System
from tests.support.nursery import begin
from tests.support.rig import OWNER, People

Found = TypeVar("Found")
WAIT_S = 60.0
ACK_DEADLINE_S = 10


def until(asked: Callable[[], Found | None], what: str) -> Found:
    """What is found at last; a test that waits in vain says for what."""
    deadline = time.monotonic() + WAIT_S
    while not (found := asked()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)
    return found


@contextmanager
def cloud(project: str, settings: Mapping[str, str] | None = None, source: Path = SOURCE) -> Iterator[System]:
    """The system on Firestore and Pub/Sub, whose push subscription delivers to `sync_calendar`."""
    emulators = {name: os.environ[name] for name in ("FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST")}
    on_google = {"STORE": "firestore", "QUEUE": "pubsub", "GOOGLE_CLOUD_PROJECT": project}
    usual = {**on_google, **emulators, "SYNC_TOPIC": TOPIC, "DELETE_GRACE_SECONDS": "1"}
    plan = Plan(settings={**usual, **(settings or {})}, source=source, begin=begin)
    with (
        System(plan) as system,
        pushed(project, system.functions["sync_calendar"].url, ACK_DEADLINE_S),
    ):
        yield system


def enrol(system: System, calendar_id: str = OWNER) -> None:
    answer = system.call("initialize_syncing", json={"calendar_id": calendar_id})
    assert answer.status_code == 200, answer.text
    assert answer.json()["synced"]


def people(system: System, calendar_id: str = OWNER) -> People:
    return People(url=f"{system.calendar.url}/calendar/v3/calendars/{calendar_id}/events")
