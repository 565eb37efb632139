"""The emulators as tests ask for them: without them a test is skipped, in CI it fails."""

import os
from collections.abc import Iterator

import pytest

from local import emulators


def require() -> None:
    """Skip the test if the emulators are not on this machine; in CI that is a failure."""
    if emulators.present():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(emulators.MISSING, pytrace=False)
    pytest.skip(emulators.MISSING)


def firestore() -> Iterator[str]:
    """The emulator's host and port, while it runs."""
    require()
    with emulators.firestore() as address:
        yield address


def pubsub() -> Iterator[str]:
    """The emulator's host and port, while it runs."""
    require()
    with emulators.pubsub() as address:
        yield address
