"""What every part of the suite may ask for."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest

from local import emulators
from tests.support import needs, vendor

# The quick ones of these take every branch of core and flow. Counting doubles what a test costs: the others
# have a run of their own.
COUNTED = (
    "tests/core/",
    "tests/flow/",
    "tests/cli/test_conferences.py",
    "tests/cli/test_consent.py",
    "tests/cli/test_enrolling_a_domain.py",
    "tests/cli/test_enrolling_many.py",
    "tests/cli/test_fleet.py",
    "tests/cli/test_history.py",
    "tests/cli/test_letters.py",
    "tests/cli/test_retry_all.py",
    "tests/cli/test_status.py",
    "tests/host/test_claims.py",
    "tests/host/test_connect.py",
    "tests/host/test_consented.py",
    "tests/host/test_one_user.py",
    "tests/host/test_owners.py",
    "tests/host/test_rows_odd.py",
    "tests/host/test_rows_parts.py",
    "tests/host/test_rows_refused.py",
    "tests/host/test_who_may_enrol.py",
)
# A busy machine makes any example slow; how fast things are is for the benchmarks to say.
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.load_profile("default")
vendor.hasten()
# Thousands of databases wait for the disk, and one that forgets with the machine is as good.
MEMORY, ROOM_BYTES = Path("/dev/shm"), 2 << 30  # noqa: S108 - what is made in it is the user's alone
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_itemcollected(item: pytest.Item) -> None:
    left_out = any(item.get_closest_marker(name) for name in ("slow", "no_cover"))
    if item.nodeid.startswith(COUNTED) and not left_out:
        item.add_marker("counted")


def pytest_runtest_setup(item: pytest.Item) -> None:
    needs.look(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    if skipped:
        terminalreporter.write_line(needs.line(str(longrepr[2]) for longrepr in skipped))


@pytest.fixture(scope="session")
def firestore_address() -> Iterator[str]:
    """Host and port of a Firestore emulator that runs as long as the session."""
    with emulators.firestore() as address:
        yield address


@pytest.fixture(scope="session")
def pubsub_address() -> Iterator[str]:
    """Host and port of a Pub/Sub emulator that runs as long as the session."""
    with emulators.pubsub() as address:
        yield address


@pytest.fixture
def firestore_project(firestore_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A project whose Firestore is empty; clients made during the test find the emulator."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_address)
    return f"test-{uuid4().hex}"


@pytest.fixture
def pubsub_project(pubsub_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A project without topics; clients made during the test find the emulator."""
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub_address)
    return f"test-{uuid4().hex}"
