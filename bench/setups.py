"""The whole system as processes, on the embedded parts or on the emulators."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.deployed import ROOT
from bench.environ import new_project
from bench.parts import parts
from local.subscription import TOPIC, pushed
from local.system.system import Plan, System

RECEIVER, SUBSCRIBER = "receive_notification", "sync_calendar"


@contextmanager
def embedded() -> Iterator[System]:
    """The pump is a process too: in this one it would share the interpreter with all that is outside."""
    with System(Plan(pump=False)) as system:
        queue, url = str(system.data / "queue.sqlite"), system.functions[SUBSCRIBER].url
        command = [sys.executable, "-m", "local.pump", queue, url, "--backoff-min", "0.5"]
        pump = subprocess.Popen(command, cwd=ROOT)
        try:
            yield system
        finally:
            pump.terminate()
            pump.wait()


@contextmanager
def emulated() -> Iterator[System]:
    with parts(Path(sys.executable)) as running:
        project = new_project()
        settings = {
            "STORE": "firestore",
            "QUEUE": "pubsub",
            "SYNC_TOPIC": TOPIC,
            "GOOGLE_CLOUD_PROJECT": project,
            "FIRESTORE_EMULATOR_HOST": running.firestore,
            "PUBSUB_EMULATOR_HOST": running.pubsub,
        }
        with (
            System(Plan(settings=settings)) as system,
            pushed(project, system.functions[SUBSCRIBER].url),
        ):
            yield system


SETUPS: Mapping[str, Callable[[], AbstractContextManager[System]]] = {
    "embedded": embedded,
    "emulators": emulated,
}
