"""Starts the Firestore and Pub/Sub emulators of gcloud straight from their jars, on free ports."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from local.system.ports import ports

START_ATTEMPTS_MAX = 3
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
POLL_S = 0.05
FIRESTORE_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
FIRESTORE_JAR = "cloud-firestore-emulator/cloud-firestore-emulator.jar"
PUBSUB_JAR = "pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"
MISSING = "needs java and: gcloud components install cloud-firestore-emulator pubsub-emulator"


class EmulatorFailed(Exception):
    """An emulator does not run; the text says which."""


def present() -> bool:
    return bool(shutil.which("java") and _jars(FIRESTORE_JAR) and _jars(PUBSUB_JAR))


@contextmanager
def firestore() -> Iterator[str]:
    """The emulator's host and port, while it runs."""
    with _running(["java", "-Duser.language=en", "-cp", _jar(FIRESTORE_JAR), FIRESTORE_MAIN]) as address:
        yield address


@contextmanager
def pubsub() -> Iterator[str]:
    """The emulator's host and port, while it runs."""
    with _running(["java", "-jar", _jar(PUBSUB_JAR)]) as address:
        yield address


def _jar(pattern: str) -> str:
    found = _jars(pattern)
    if not found:
        raise EmulatorFailed(MISSING)
    return found[-1]


def _jars(pattern: str) -> list[str]:
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return []
    return sorted(str(jar) for jar in Path(gcloud).resolve().parents[1].glob(f"platform/{pattern}"))


@contextmanager
def _running(command: Sequence[str]) -> Iterator[str]:
    """If it does not start, another port is tried: elsewhere than on Linux, one found free may be taken."""
    for _ in range(START_ATTEMPTS_MAX):
        with (
            ports(0, 1) as (port,),
            _process([*command, "--host=127.0.0.1", f"--port={port}"]) as process,
        ):
            if _ready(process, address := f"127.0.0.1:{port}"):
                yield address
                return
    raise EmulatorFailed(f"did not start: {' '.join(command)}")


@contextmanager
def _process(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_S)


def _ready(process: subprocess.Popen[bytes], address: str) -> bool:
    """False if it ended, as it does when another took the port meanwhile."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"http://{address}/", trust_env=False).is_success:
                return process.poll() is None
        except httpx.TransportError:
            time.sleep(POLL_S)
    return False
