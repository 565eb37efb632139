"""What the embedded store and queue make of a file that is locked, full, or no database."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest

from functions.adapters.queues.sqlite import SqliteQueue
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.enrolment import Enrolment
from functions.core.errors import Rejected, RetryLater
from functions.core.model import Reason, SyncRequest
from tests.contract.samples import FULL_CONFERENCE

REQUEST = SyncRequest(calendar_id="a" * 10_000, reason=Reason.SWEEP)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "both.sqlite")


@pytest.fixture
def queue(path: str) -> Iterator[SqliteQueue]:
    with closing(SqliteQueue(path)) as opened:
        yield opened


def test_a_locked_file_is_retry_later(path: str, queue: SqliteQueue) -> None:
    """A write held up for too long says so; once the others are done all goes on, with nothing half done."""
    queue.publish(REQUEST)
    queue._database.rows("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for call in (lambda: queue.publish(REQUEST), lambda: queue.claim(1)):
            with pytest.raises(RetryLater, match="locked"):
                call()
        assert set(queue.publish_all([REQUEST])) == {REQUEST}
        other.execute("ROLLBACK")
    assert [delivery.attempt for delivery in queue.claim(9)] == [1]


def test_opening_waits_for_others_who_open(path: str) -> None:
    """A process that finds a new file in use waits until it is free instead of failing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor() as pool:
        other.execute("CREATE TABLE new (one)")
        other.execute("BEGIN")
        other.execute("SELECT * FROM new")
        opening = pool.submit(SqliteQueue, path)
        wait([opening], timeout=0.2)
        other.execute("COMMIT")
        with closing(opening.result()) as queue:
            queue.check()


def test_a_full_disk_is_retry_later(queue: SqliteQueue) -> None:
    """What does not fit is refused as passing trouble, and the queue works on when there is room."""
    ((pages,),) = queue._database.rows("PRAGMA page_count")
    queue._database.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(RetryLater, match="full"):
        queue.publish(REQUEST)
    with pytest.raises(RetryLater, match="full"), queue._database.together():
        queue.publish(REQUEST)
    queue._database.rows("PRAGMA max_page_count = 10000")
    queue.publish(REQUEST)
    assert [delivery.attempt for delivery in queue.claim(9)] == [1]


def test_store_and_queue_may_share_a_file(path: str, queue: SqliteQueue) -> None:
    """One file may hold both."""
    with closing(SqliteStore(path)) as store:
        store.save(Enrolment(calendar_id="a"), None)
        queue.publish(REQUEST)
        store.check()
        queue.check()
        assert (store.enrolment("a") is not None, queue.waiting()) == (True, 1)


def test_a_removed_conference_leaves_nothing_behind(path: str) -> None:
    """With the record go the marks of the events and calendars that found it."""
    with closing(SqliteStore(path)) as store:
        version = store.save(FULL_CONFERENCE, None)
        assert version
        assert store._database.rows("SELECT count(*) FROM marks") == [(8,)]
        assert store.remove(FULL_CONFERENCE, version)
        assert store._database.rows("SELECT count(*) FROM marks") == [(0,)]


@pytest.mark.parametrize("opening", [SqliteStore, SqliteQueue])
@pytest.mark.parametrize("wrong", ["missing/folder.sqlite", "text.sqlite"])
def test_a_path_that_cannot_be_used_is_named(opening: type, wrong: str, tmp_path: Path) -> None:
    """A folder that is not there, or a file that is no database, is a lasting error that names the path."""
    (tmp_path / "text.sqlite").write_text("no database " * 100)
    with pytest.raises(Rejected, match=wrong):
        opening(str(tmp_path / wrong))
