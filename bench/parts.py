"""The emulators, while benchmarks run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.plan import Parts
from local import emulators


@contextmanager
def parts(python: Path) -> Iterator[Parts]:
    """EmulatorFailed if they are not on this machine. Clients made meanwhile in this process find them."""
    with emulators.firestore() as firestore, emulators.pubsub() as pubsub:
        addresses = {"FIRESTORE_EMULATOR_HOST": firestore, "PUBSUB_EMULATOR_HOST": pubsub}
        with _environ(addresses):
            yield Parts(python=python, firestore=firestore, pubsub=pubsub)


@contextmanager
def _environ(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
