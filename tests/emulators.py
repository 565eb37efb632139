"""Starts the Firestore and Pub/Sub emulators of gcloud straight from their jars, on free ports."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

START_ATTEMPTS_MAX = 3
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
FIRESTORE_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"


FIRESTORE_JAR = "cloud-firestore-emulator/cloud-firestore-emulator.jar"
PUBSUB_JAR = "pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"


def require() -> None:
    """Skip the test if the emulators are not on this machine; in CI that is a failure."""
    if shutil.which("java") and _jars(FIRESTORE_JAR) and _jars(PUBSUB_JAR):
        return
    missing = "needs java and: gcloud components install cloud-firestore-emulator pubsub-emulator"
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


def firestore() -> Iterator[str]:
    """The emulator's host and port, while it runs."""
    require()
    return _running(["java", "-Duser.language=en", "-cp", _jars(FIRESTORE_JAR)[-1], FIRESTORE_MAIN])


def pubsub() -> Iterator[str]:
    """The emulator's host and port, while it runs."""
    require()
    return _running(["java", "-jar", _jars(PUBSUB_JAR)[-1]])


def _jars(pattern: str) -> list[str]:
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return []
    return sorted(str(jar) for jar in Path(gcloud).resolve().parents[1].glob(f"platform/{pattern}"))


def _running(command: Sequence[str]) -> Iterator[str]:
    for _ in range(START_ATTEMPTS_MAX):
        address = f"127.0.0.1:{_free_port()}"
        with _process([*command, "--host=127.0.0.1", f"--port={address.rpartition(':')[2]}"]) as process:
            if _ready(process, address):
                yield address
                return
    pytest.fail(f"did not start: {' '.join(command)}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
            if httpx.get(f"http://{address}/").is_success:
                return process.poll() is None
        except httpx.TransportError:
            time.sleep(0.05)
    return False
