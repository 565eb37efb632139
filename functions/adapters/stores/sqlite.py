"""The store in one SQLite file, or in memory. Every write is one statement that compares the version.

The document is the record; the database derives columns and marks for queries from it. A version is random,
so that a record that was removed and written again is never taken for the old one.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

from functions.adapters.sqlite import Clock, Database, Row, utcnow
from functions.adapters.stores import records
from functions.adapters.stores.records import Record
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment, Rest
from functions.core.grant import Grant
from functions.core.model import ConferenceKey, EventRef
from functions.core.times import micros, moment
from functions.ports import RESTING_MAX, UNFENCED, Fences, Move, Version, Versioned

T = TypeVar("T", Enrolment, Conference, Grant)

PAGE_SIZE = 200
START = (-(2**63), "")  # sorts before every pair of an order column and an id
TABLES: dict[type, str] = {Enrolment: "enrolments", Conference: "conferences", Grant: "grants"}
MARK = """DELETE FROM marks WHERE id = new.id;
    INSERT INTO marks SELECT 'event_keys', value, new.id FROM json_each(new.body, '$.event_keys');
    INSERT INTO marks SELECT 'calendar_keys', value, new.id FROM json_each(new.body, '$.calendar_keys');"""
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS enrolments (
        id TEXT PRIMARY KEY, version TEXT NOT NULL, body TEXT NOT NULL,
        user TEXT AS (json_extract(body, '$.user')),
        due_at INTEGER AS (json_extract(body, '$.due_at')),
        ends_at INTEGER AS (json_extract(body, '$.ends_at')))""",
    "CREATE INDEX IF NOT EXISTS enrolments_user ON enrolments (user, id)",
    "CREATE INDEX IF NOT EXISTS enrolments_due ON enrolments (due_at, id)",
    "CREATE INDEX IF NOT EXISTS enrolments_end ON enrolments (ends_at, id)",
    """CREATE TABLE IF NOT EXISTS conferences (
        id TEXT PRIMARY KEY, version TEXT NOT NULL, body TEXT NOT NULL,
        due_at INTEGER AS (json_extract(body, '$.due_at')))""",
    "CREATE INDEX IF NOT EXISTS conferences_due ON conferences (due_at, id)",
    "CREATE INDEX IF NOT EXISTS conferences_refused ON conferences (json_extract(body, '$.refused_at'))",
    "CREATE TABLE IF NOT EXISTS grants (id TEXT PRIMARY KEY, version TEXT NOT NULL, body TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS marks (
        field TEXT, value TEXT, id TEXT, PRIMARY KEY (field, value, id)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS marks_of ON marks (id)",
    f"CREATE TRIGGER IF NOT EXISTS made AFTER INSERT ON conferences BEGIN {MARK} END",
    f"CREATE TRIGGER IF NOT EXISTS written AFTER UPDATE ON conferences BEGIN {MARK} END",
    "CREATE TABLE IF NOT EXISTS rests (user TEXT PRIMARY KEY, until INTEGER NOT NULL, why TEXT NOT NULL)",
    """CREATE TRIGGER IF NOT EXISTS removed AFTER DELETE ON conferences BEGIN
        DELETE FROM marks WHERE id = old.id; END""",
)
HELD = """NOT EXISTS (SELECT 1 FROM json_each(?4) AS held LEFT JOIN enrolments AS known ON known.id = held.key
    WHERE json_extract(known.body, '$.fence') IS NOT held.value)"""


class _Save(NamedTuple):
    """The statements that write a record that is not there yet, and one that is."""

    first: str
    next: str


SAVES = {
    kind: _Save(
        f"INSERT INTO {table} (version, body, id) SELECT ?1, ?2, ?3 WHERE {HELD} ON CONFLICT DO NOTHING",
        f"UPDATE {table} SET version = ?1, body = ?2 WHERE id = ?3 AND version = ?5 AND {HELD}",  # noqa: S608 - as above
    )
    for kind, table in TABLES.items()
}
ALL = ("1", "id")
WHERE = {
    "user": ("user = ?", "id"),
    "due_at": ("due_at <= ?", "due_at"),
    "ends_at": ("ends_at <= ?", "ends_at"),
    "calendar_keys": ("id IN (SELECT id FROM marks WHERE field = 'calendar_keys' AND value = ?)", "id"),
}
KNOWN = """SELECT version, body FROM conferences
    WHERE id IN (SELECT value FROM json_each(?)) OR id IN (SELECT id FROM marks
        WHERE field = 'event_keys' AND value IN (SELECT value FROM json_each(?)))"""
REST = """INSERT INTO rests VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET until = max(until, excluded.until), why = excluded.why"""
REFUSED = "SELECT count(*) FROM conferences WHERE json_extract(body, '$.refused_at') <= ?"
RESTING = "SELECT user, until, why FROM rests WHERE until > ? ORDER BY until DESC LIMIT ?"
ASK_AGAIN = """UPDATE enrolments SET version = ?1, body = json_set(body, '$.asked_again_at', ?2)
    WHERE id = ?3 AND coalesce(json_extract(body, '$.asked_again_at') < ?2, 1)"""


class SqliteStore:
    """Its time is the machine's. `path` may be `:memory:`, which lasts as long as the store."""

    def __init__(self, path: str, *, clock: Clock = utcnow) -> None:
        self._database = Database(path, SCHEMA)
        self._clock = clock

    def enrolment(self, calendar_id: str) -> Versioned[Enrolment] | None:
        rows = self._database.rows(
            "SELECT version, body FROM enrolments WHERE id = ?", (records.calendar_key(calendar_id),)
        )
        return self._kept(Enrolment, rows[0]) if rows else None

    def enrolments(
        self, *, user: str | None = None, due_by: datetime | None = None, expiring_by: datetime | None = None
    ) -> Iterator[Versioned[Enrolment]]:
        return self._select(Enrolment, records.one_of(user=user, due_at=due_by, ends_at=expiring_by))

    def known(
        self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
    ) -> Sequence[Versioned[Conference]]:
        ids = json.dumps([records.conference_id(key) for key in keys])
        events = json.dumps([records.event_key(ref) for ref in refs])
        rows = self._database.rows(KNOWN, (ids, events))
        return list(records.readable(partial(self._kept, Conference, row) for row in rows))

    def conferences(
        self, *, held_in: str | None = None, due_by: datetime | None = None
    ) -> Iterator[Versioned[Conference]]:
        calendar = records.calendar_key(held_in) if held_in is not None else None
        return self._select(Conference, records.one_of(calendar_keys=calendar, due_at=due_by))

    def count_refused(self, *, since: datetime) -> int:
        return int(self._database.rows(REFUSED, (micros(since),))[0][0])

    def save(self, record: Record, version: Version | None, fences: Fences = UNFENCED) -> Version | None:
        statements, new = SAVES[type(record)], secrets.token_hex(8)
        held = json.dumps({records.calendar_key(name): fence for name, fence in fences.items()})
        values = [new, json.dumps(records.document(record)), records.record_id(record), held]
        if version is None:
            written = self._database.changed(statements.first, values)
        else:
            written = self._database.changed(statements.next, [*values, version])
        return new if written else None

    def transact(self, calendar_id: str, change: Move) -> Versioned[Enrolment] | None:
        with self._database.together():
            kept = self.enrolment(calendar_id)
            value = change(kept.value, kept.read_at) if kept else None
            if kept is None or value is None or value == kept.value:
                return kept if value else None
            version = self.save(value, kept.version)
        return replace(kept, value=value, version=version) if version else None

    def ask_again(self, calendar_id: str, at: datetime) -> None:
        values = (secrets.token_hex(8), micros(at), records.calendar_key(calendar_id))
        self._database.changed(ASK_AGAIN, values)

    def rest(self, user: str, rest: Rest | None) -> None:
        if rest is None:
            self._database.changed("DELETE FROM rests WHERE user = ?", (user,))
            return
        why = rest.why.encode(errors="replace").decode()
        self._database.changed("DELETE FROM rests WHERE until < ?", (micros(self._clock()),))
        self._database.changed(REST, (user, micros(rest.until), why))

    def resting(self, now: datetime) -> Mapping[str, Rest]:
        rows = self._database.rows(RESTING, (micros(now), RESTING_MAX))
        return {user: Rest(moment(until), why) for user, until, why in rows}

    def remove(self, record: Record, version: Version) -> bool:
        statement = f"DELETE FROM {TABLES[type(record)]} WHERE id = ? AND version = ?"  # noqa: S608 - a table of ours
        return self._database.changed(statement, (records.record_id(record), version)) > 0

    def grant(self, user: str) -> Versioned[Grant] | None:
        rows = self._database.rows("SELECT version, body FROM grants WHERE id = ?", (records.user_key(user),))
        return self._kept(Grant, rows[0]) if rows else None

    def grants(self) -> Iterator[Versioned[Grant]]:
        return self._select(Grant, None)

    def keep_grant(self, grant: Grant, version: Version | None) -> Version | None:
        return self.save(grant, version)

    def drop_grant(self, grant: Grant, version: Version) -> bool:
        return self.remove(grant, version)

    def check(self) -> None:
        self._database.rows("SELECT count(*) FROM enrolments WHERE id = ''")

    def close(self) -> None:
        self._database.close()

    def _select(self, kind: type[T], asked: tuple[str, str | int] | None) -> Iterator[Versioned[T]]:
        """Page by page, so that the caller may write while it reads."""
        test, order = WHERE[asked[0]] if asked else ALL
        values: Row = asked[1:] if asked else ()
        statement = (
            f"SELECT version, body, {order}, id FROM {TABLES[kind]} "  # noqa: S608 - names of ours
            f"WHERE {test} AND ({order}, id) > (?, ?) ORDER BY {order}, id LIMIT {PAGE_SIZE}"
        )
        after: Row = START
        while page := self._database.rows(statement, (*values, *after)):
            yield from records.readable(partial(self._kept, kind, row) for row in page)
            after = page[-1][2:]

    def _kept(self, kind: type[T], row: Row) -> Versioned[T]:
        version, body = row[:2]
        value = records.restore(kind, json.loads(body))
        return Versioned(value=value, version=version, read_at=self._clock())
