"""A durable queue of sync requests in one SQLite file, for one machine: at least once, in no promised order.

A delivery not acknowledged within its time comes again, a failed one after a backoff; after the last try
the message is a dead letter, kept until an operator removes it.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.adapters.queues import messages
from functions.adapters.sqlite import Clock, Database, Row, utcnow
from functions.core.errors import RetryLater
from functions.core.letter import Letter
from functions.core.model import SyncRequest
from functions.core.times import micros, moment

# AUTOINCREMENT never gives an id twice: the owner of a lease is the id of the message that took it.
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL, published_at INTEGER NOT NULL,
        visible_at INTEGER NOT NULL, deliveries INTEGER NOT NULL DEFAULT 0, claim TEXT,
        dead_at INTEGER, error TEXT NOT NULL DEFAULT '')""",
    "CREATE INDEX IF NOT EXISTS messages_visible ON messages (visible_at) WHERE dead_at IS NULL",
)
WAITING = "SELECT id FROM messages WHERE dead_at IS NULL AND visible_at <= ? LIMIT 1"
BURY_SPENT = """UPDATE messages SET dead_at = ?1, claim = NULL, error = 'never answered'
    WHERE dead_at IS NULL AND visible_at <= ?1 AND deliveries >= ?2"""
CLAIM = """UPDATE messages SET claim = ?1, visible_at = ?2, deliveries = deliveries + 1
    WHERE id IN (SELECT id FROM messages WHERE dead_at IS NULL AND visible_at <= ?3
        ORDER BY visible_at, id LIMIT ?4)
    RETURNING id, body, published_at, deliveries"""
BACK = "UPDATE messages SET claim = NULL, visible_at = ?, error = ? WHERE id = ? AND claim = ?"
BURY = "UPDATE messages SET claim = NULL, dead_at = ?, error = ? WHERE id = ? AND claim = ?"
DEAD = """SELECT id, body, published_at, deliveries, error FROM messages WHERE dead_at IS NOT NULL
    ORDER BY id LIMIT ?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the queue treats its messages, in seconds; the defaults are those of the deployed subscription."""

    ack_within: float = 600
    backoff_min: float = 10
    backoff_max: float = 600
    deliveries_max: int = 100

    def backoff(self, attempt: int) -> float:
        """The pause after so many deliveries of one message."""
        return min(self.backoff_min * 2.0 ** (attempt - 1), self.backoff_max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One try at a message. `claim` ties ack and fail to this try."""

    id: str
    data: bytes
    published_at: datetime
    attempt: int
    claim: str


class SqliteQueue:
    """Many processes may publish and claim at once; one killed at any point loses no message."""

    def __init__(self, path: str, *, terms: Terms | None = None, clock: Clock = utcnow) -> None:
        self._database = Database(path, SCHEMA)
        self.terms = terms or Terms()
        self._clock = clock

    def publish(self, request: SyncRequest) -> None:
        self.publish_data(messages.encode(request))

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        """All of them or none."""
        try:
            with self._database.together():
                for request in requests:
                    self.publish(request)
        except RetryLater as error:
            return dict.fromkeys(requests, error)
        return {}

    def publish_data(self, data: bytes) -> None:
        now = micros(self._clock())
        self._database.changed(
            "INSERT INTO messages (body, published_at, visible_at) VALUES (?, ?, ?)", (data, now, now)
        )

    def check(self) -> None:
        self._database.rows("SELECT count(*) FROM messages WHERE id = 0")

    def claim(self, limit: int) -> Sequence[Delivery]:
        """Up to `limit` messages that nobody else gets before their time to acknowledge is over."""
        now = self._clock()
        if limit < 1 or not self._database.rows(WAITING, (micros(now),)):  # an idle poll takes no write lock
            return []
        claim = secrets.token_hex(8)
        until = now + timedelta(seconds=self.terms.ack_within)
        self._database.changed(BURY_SPENT, (micros(now), self.terms.deliveries_max))
        rows = self._database.rows(CLAIM, (claim, micros(until), micros(now), limit))
        return [_delivery(row, claim) for row in sorted(rows)]

    def ack(self, delivery: Delivery) -> None:
        self._database.changed(
            "DELETE FROM messages WHERE id = ? AND claim = ?", (int(delivery.id), delivery.claim)
        )

    def fail(self, delivery: Delivery, error: str = "") -> None:
        """The message comes again after a pause that doubles, or becomes a dead letter."""
        now, which = self._clock(), (error, int(delivery.id), delivery.claim)
        if delivery.attempt >= self.terms.deliveries_max:
            self._database.changed(BURY, (micros(now), *which))
        else:
            back_at = now + timedelta(seconds=self.terms.backoff(delivery.attempt))
            self._database.changed(BACK, (micros(back_at), *which))

    def dead_letters(self) -> Sequence[Letter]:
        return [_letter(row) for row in self._database.rows(DEAD, (-1,))]

    @contextmanager
    def held(self, most: int) -> Iterator[Sequence[Letter]]:
        """See `ports.Letters`. Two operators at once may see the same: each removes what is still there."""
        yield [_letter(row) for row in self._database.rows(DEAD, (most,))]

    def remove(self, letters: Sequence[Letter]) -> None:
        with self._database.together():
            for letter in letters:
                self._database.changed(
                    "DELETE FROM messages WHERE id = ? AND dead_at IS NOT NULL", (int(letter.id),)
                )

    def waiting(self) -> int:
        """How many messages are neither acknowledged nor dead."""
        rows = self._database.rows("SELECT count(*) FROM messages WHERE dead_at IS NULL")
        return int(rows[0][0])

    def close(self) -> None:
        self._database.close()


def _delivery(row: Row, claim: str) -> Delivery:
    number, data, published_at, attempt = row
    return Delivery(
        id=str(number), data=data, published_at=moment(published_at), attempt=attempt, claim=claim
    )


def _letter(row: Row) -> Letter:
    number, data, published_at, deliveries, error = row
    request, why = messages.opened(data)
    return Letter(
        id=str(number),
        data=data,
        request=request,
        published_at=moment(published_at),
        deliveries=deliveries,
        why=why or error,
    )
