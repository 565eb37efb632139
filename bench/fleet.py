"""How long `status` takes with many calendars, and how many documents it reads: none of conferences."""

import json
import secrets
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench import report
from bench.counted import CountedStore
from bench.environ import environ
from bench.house import STORES, Unexpected
from bench.plan import Parts, Scale
from functions.adapters.stores import records
from functions.adapters.stores.firestore import COLLECTIONS, FirestoreStore
from functions.adapters.stores.records import Document
from functions.adapters.stores.sqlite import TABLES, SqliteStore
from functions.core.conference import Conference, Refusal, counted
from functions.core.enrolment import Enrolment, SyncToken, Tally, Trouble, Watch
from functions.core.hold import Hold
from functions.core.model import Channel, ConferenceKey, EventRef
from functions.flow.fleet import Overview
from functions.ports import WholeStore

# The emulator looks through all conferences for the strays, within 10 s or not at all.
CONFERENCES_EACH = dict(zip(STORES, (20, 1), strict=True))
FIRST_BYTE_S = 1.0
ILL_EVERY = 100  # one calendar in so many has its conferences parked, one in twice as many no access
ROW = "INSERT INTO {} (version, body, id) VALUES (?, ?, ?)"
BATCH = 400
LATER = timedelta(days=5)


class Taken(NamedTuple):
    """Seconds from the start of the command; a row is the second line, below the head."""

    first_byte: float
    first_row: float
    whole: float


class Town(NamedTuple):
    store: WholeStore
    settings: Mapping[str, str]


def run(parts: Parts, scale: Scale) -> report.Table:
    rows = [_row(name, parts, scale) for name in STORES]
    return report.Table(
        title=f"`status` of {scale.fleet:,} calendars",
        command="python -m bench fleet",
        header=(
            "store",
            "conferences",
            "first row, s",
            "whole, s",
            "documents read",
            "first byte, s",
            "target",
            "",
        ),
        rows=rows,
        notes=[
            f"A process of its own, with its start and imports; medians of {scale.fleet_rounds} runs.",
            f"One calendar in {ILL_EVERY} has its conferences parked, one in {2 * ILL_EVERY} no access.",
            "The emulator has no indexes: it looks through all conferences for the strays, so it has few.",
            "The documents are those that Firestore charges: three for queries that find nothing.",
        ],
    )


def _row(name: str, parts: Parts, scale: Scale) -> Sequence[str]:
    with _town(name, parts, scale.fleet) as town:
        times = [_timed(town.settings) for _ in range(scale.fleet_rounds)]
        watched = CountedStore(inner=town.store)
        found = Overview(watched)
        _expect((sum(1 for _ in found.states()), len(found.stray)), (scale.fleet, 0))
    taken = Taken(*(statistics.median(each) for each in zip(*times, strict=True)))
    read = watched.counts.take()["charged"]
    verdict = report.at_most(taken.first_byte, FIRST_BYTE_S)
    said = [f"{seconds:.2f}" for seconds in (taken.first_row, taken.whole)]
    held = f"{scale.fleet * CONFERENCES_EACH[name]:,}"
    return (name, held, *said, f"{read:,}", f"{taken.first_byte:.2f}", f"at most {FIRST_BYTE_S:.0f}", verdict)


def _timed(settings: Mapping[str, str]) -> Taken:
    command, began = [sys.executable, "-m", "functions", "status"], time.monotonic()
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, bufsize=0) as running:
        stream = running.stdout
        if stream is None:
            raise Unexpected("nothing to read from")
        stream.read(1)
        first_byte = time.monotonic() - began
        while stream.read(1) != b"\n":  # the head
            pass
        stream.read(1)
        first_row = time.monotonic() - began
        while stream.read(1 << 16):
            pass
        whole = time.monotonic() - began
    _expect(running.returncode, 0)
    return Taken(first_byte, first_row, whole)


def _expect(found: object, expected: object) -> None:
    if found != expected:
        raise Unexpected(f"{found} instead of {expected}")


@contextmanager
def _town(name: str, parts: Parts, calendars: int) -> Iterator[Town]:
    with TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "store.sqlite"
        embedded = name == STORES[0]
        settings = environ(parts, STORE=f"sqlite:{file}" if embedded else "firestore")
        store = (
            SqliteStore(str(file)) if embedded else FirestoreStore(project=settings["GOOGLE_CLOUD_PROJECT"])
        )
        with closing(store):
            if isinstance(store, FirestoreStore):
                _fill_firestore(store, _documents(calendars, CONFERENCES_EACH[name]))
            else:
                _fill_sqlite(file, _documents(calendars, CONFERENCES_EACH[name]))
            yield Town(store, settings)


def _documents(calendars: int, conferences: int) -> Iterator[tuple[type, str, Document]]:
    """As syncs leave them: with their counts."""
    for number in range(calendars):
        conference = _conference(number)
        told, key = records.document(conference), conference.key
        found = Counter[str]()
        for each in range(conferences):
            name = key._replace(id=f"{key.id}-{each}")
            yield Conference, records.conference_id(name), told | {"key": name._asdict()}
            found += counted(conference)[_name(number)]
        calendar = _calendar(number, found)
        yield Enrolment, records.record_id(calendar), records.document(calendar)


def _name(number: int) -> str:
    return f"owner{number}@example.com"


def _calendar(number: int, found: Mapping[str, int]) -> Enrolment:
    now = datetime.now(UTC)
    lost = Trouble(lost_at=now, why="invalid_grant") if number % (2 * ILL_EVERY) == ILL_EVERY else Trouble()
    channel = Channel(id=secrets.token_hex(16), resource_id="resource", expires_at=now + LATER)
    return Enrolment(
        calendar_id=_name(number),
        watch=Watch(channel=channel, ends_at=channel.expires_at),
        token=SyncToken(value=secrets.token_urlsafe(24), read_params="all"),
        synced_at=now,
        clear_at=now,
        trouble=lost,
        due_at=now + LATER,
        tally=Tally(counts=dict(found), counted_at=now),
    )


def _conference(number: int) -> Conference:
    refused = Refusal(reason="it said no", since=datetime.now(UTC))
    return Conference(
        key=ConferenceKey("webhook", f"room-{number}"),
        holds=(Hold(ref=EventRef(_name(number), "event")),),
        applied="sent",
        refused=None if number % ILL_EVERY else refused,
    )


def _fill_sqlite(file: Path, found: Iterator[tuple[type, str, Document]]) -> None:
    """In one transaction, as the store writes them."""
    with sqlite3.connect(file) as database:
        for kind, name, document in found:
            row = (secrets.token_hex(8), json.dumps(document), name)
            database.execute(ROW.format(TABLES[kind]), row)
    database.close()


def _fill_firestore(store: FirestoreStore, found: Iterator[tuple[type, str, Document]]) -> None:
    client = store._client  # noqa: SLF001 - the store writes one record after the other
    while some := list(islice(found, BATCH)):
        batch = client.batch()
        for kind, name, document in some:
            batch.set(client.collection(COLLECTIONS[kind]).document(name), document)
        batch.commit()
