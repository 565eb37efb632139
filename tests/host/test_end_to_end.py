"""The five functions as processes of their own, on the real parts: what a change in a calendar comes to."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from google.cloud import pubsub_v1

from functions.adapters.store_firestore import FirestoreStore
from functions.core.cursor import Enrolment
from local.conferences.faults import Fault
from local.system.environ import functions_environ
from local.system.served import Served
from local.system.system import Plan, System
from tests.janus import API_SECRET, Janus
from tests.rig import OWNER, SOLUTION, People

pytestmark = [pytest.mark.emulators, pytest.mark.slow]
WAIT_S = 60.0
TOPIC = "calendar-sync"


def until(true: Callable[[], object], what: str) -> None:
    """Wait for it; a test that waits in vain says for what."""
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


@contextmanager
def cloud(project: str, **settings: str) -> Iterator[System]:
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
        with System(
            Plan(settings=on_google | emulators | {"DELETE_GRACE_SECONDS": "1"} | settings)
        ) as system:
            name = subscriber.subscription_path(project, "sync")
            push = pubsub_v1.types.PushConfig(push_endpoint=system.functions["sync_calendar"].url)
            subscriber.create_subscription(name=name, topic=topic, push_config=push, ack_deadline_seconds=10)
            yield system
            subscriber.delete_subscription(subscription=name)


@pytest.fixture
def project(firestore_project: str, pubsub_project: str) -> str:
    """One project on both emulators."""
    del pubsub_project
    return firestore_project


def enrol(system: System) -> None:
    answer = system.call("initialize_syncing", json={"calendar_id": OWNER})
    assert answer.status_code == 200, answer.text
    assert answer.json()["synced"]


def people(system: System) -> People:
    return People(url=f"{system.calendar.url}/calendar/v3/calendars/{OWNER}/events")


def enrolment(project: str) -> Enrolment:
    kept = FirestoreStore(project=project).enrolment(OWNER)
    assert kept is not None
    return kept.value


@pytest.mark.janus
def test_a_change_in_the_calendar_reaches_the_janus_room(project: str, tmp_path: Path) -> None:
    """A title changed is the room's description; the event deleted, the room is destroyed for good."""
    janus = Janus(tmp_path / "janus")
    janus.start()
    try:
        janus.make_room("weekly")
        settings: dict[str, str] = {
            "CONFERENCE_SOLUTIONS": f"{SOLUTION}=janus",
            "JANUS_URL": janus.url,
            "JANUS_API_SECRET": API_SECRET,
        }
        with cloud(project, **settings) as system:
            enrol(system)
            event = people(system).add("weekly", summary="Weekly meeting")
            until(lambda: janus.title("weekly") == "Weekly meeting", "the first title")
            people(system).change(event, summary="Renamed — wöchentlich")
            until(lambda: janus.title("weekly") == "Renamed — wöchentlich", "the new title")
            people(system).delete(event)
            until(lambda: swept(system) and janus.title("weekly") is None, "the room's end")
        janus.stop()
        janus.start()
        assert janus.title("weekly") is None
    finally:
        janus.stop()


def swept(system: System) -> bool:
    answer = system.call("sweep_calendars")
    assert answer.status_code == 200, answer.text
    return True


def test_killed_between_call_and_commit(project: str) -> None:
    """The subscriber dies after the call took effect: redelivered, the same change, and the token moves."""
    with cloud(project) as system:
        enrol(system)
        token = enrolment(project).token
        room = system.conferences.rooms.create("Room").id
        system.conferences.faults.add(Fault(kind="slow", seconds=8))
        people(system).add(room, summary="Told once")
        until(system.conferences.rooms.log, "the first call")
        subscriber = system.functions["sync_calendar"]
        kill(subscriber)
        assert enrolment(project).token == token
        restart(system, subscriber)
        until(lambda: enrolment(project).token != token, "the token")
        assert {line["id"] for line in system.conferences.rooms.log()} == {
            system.conferences.rooms.log()[0]["id"]
        }
        assert found(system, room)["title"] == "Told once"
        assert enrolment(project).lease is None


def kill(function: Served) -> None:
    process = function._process
    assert process is not None
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def restart(system: System, function: Served) -> None:
    function.start(functions_environ(system.settings))
    function.wait_until_ready(system._client, time.monotonic() + WAIT_S)


def found(system: System, room: str) -> dict[str, Any]:
    conference = system.conferences.rooms.find(room)
    assert conference is not None
    return conference


def test_a_burst_of_notifications_on_the_real_parts(project: str) -> None:
    """Three hundred notifications at once cost at most two reads of the calendar, and nothing is lost."""
    with cloud(project) as system:
        enrol(system)
        room = system.conferences.rooms.create("Room").id
        system.calendar.control("POST", "notifications", {"duplicateNext": 299})
        system.calendar.control("DELETE", "requests", None)
        people(system).add(room, summary="Once")
        until(lambda: len(system.conferences.rooms.log()) > 0, "the call")
        system.quiet(WAIT_S)
        started = time.monotonic()
        reads = -1
        while reads != (now := lists(system)) or time.monotonic() - started < 5:
            reads = now
            time.sleep(1)
        assert 1 <= reads <= 2
        assert len(system.conferences.rooms.log()) == 1


def lists(system: System) -> int:
    calls: dict[str, int] = system.calendar.control("GET", "requests", None)["calls"]
    return calls.get("events.list", 0)
