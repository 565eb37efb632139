"""One SQLite file (or `:memory:`) for many threads and processes: one connection for each process, WAL, and
no wait longer than the busy timeout. What was written is on the disk before the call returns.
"""

import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from functions.core.errors import Rejected, RetryLater

BUSY_TIMEOUT_S = 10.0
OPEN_ATTEMPTS_MAX = 200
OPEN_PAUSE_S = 0.02

Clock = Callable[[], datetime]
Row = tuple[Any, ...]


def utcnow() -> datetime:
    return datetime.now(UTC)


class Database:
    """Runs statements one at a time, each its own transaction unless inside `together`."""

    def __init__(self, path: str, schema: Sequence[str]) -> None:
        self._lock = RLock()
        try:
            self._connection = _open(path)
            weakref.finalize(self, self._connection.close)  # from Python 3.13 on, dropping it is not enough
            with self.together():
                for statement in schema:
                    self._connection.execute(statement)
        except sqlite3.DatabaseError as error:
            raise Rejected(
                f"{path}: {error}. Name a file in a folder that exists and can be written"
            ) from error

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        with self._lock, _translated():
            return self._connection.execute(statement, values).fetchall()

    def changed(self, statement: str, values: Sequence[object] = ()) -> int:
        """How many rows the statement wrote."""
        with self._lock, _translated():
            return self._connection.execute(statement, values).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        """All statements inside are one transaction, and nobody else writes meanwhile."""
        with self._lock, _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk ends the transaction by itself
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _open(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Tried several times: this statement alone does not wait for others that open a new file too."""
    for _ in range(OPEN_ATTEMPTS_MAX):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(OPEN_PAUSE_S)
        else:
            return
    raise RetryLater("SQLite: the file stays locked")


PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
}


@contextmanager
def _translated() -> Iterator[None]:
    """A lock held for too long, a full disk and the like may pass; all else is a bug or a broken file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in PASSING:
            raise RetryLater(f"SQLite: {error}") from error
        raise
