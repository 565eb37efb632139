"""The store in Firestore. A write names the update time it was decided on, or that there is no document yet.
A transaction is used only if fences of calendars must be checked, and by the one that holds an enrolment's
lease: its read locks make writers wait, and two of them that mean to write what both have read stall.

Needed: the automatic single-field indexes of `user`, `due_at` and `ends_at` (enrolments), `due_at`,
`refused_at`, `event_keys` and `calendar_keys` (conferences), `until` (rests). No composite ones; all other
fields, and all of `grants`, may be exempted. Policies on `expires_at` let Firestore remove conferences that
were deleted, or whose events were over, long ago, and rests that are over. See infra/state.tf.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from google.api_core import exceptions
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.auth.exceptions import DefaultCredentialsError
from google.cloud import firestore

from functions.adapters.stores import records
from functions.adapters.stores.records import Record
from functions.adapters.stores.rpc import PASSING, limits, transact, translated
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment, Rest
from functions.core.errors import Rejected
from functions.core.expiry import expires_at
from functions.core.grant import Grant
from functions.core.model import ConferenceKey, EventRef
from functions.core.times import micros, moment
from functions.ports import RESTING_MAX, UNFENCED, Fences, Move, Version, Versioned

T = TypeVar("T", Enrolment, Conference, Grant)
Snapshot = firestore.DocumentSnapshot[firestore.DocumentReference]
Snapshots = Sequence[Snapshot]

RPC_TIMEOUT_S = 10.0
PAGE_SIZE = 200
VALUES_MAX = 30  # of one array_contains_any
QUERIES_AT_ONCE = 8
RESTS = "rests"
COLLECTIONS: dict[type, str] = {Enrolment: "enrolments", Conference: "conferences", Grant: "grants"}
TESTS = {"user": "==", "due_at": "<=", "ends_at": "<=", "calendar_keys": "array_contains"}
CONFLICT = (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound)


class FirestoreStore:
    """Its time is Firestore's own. `timeout` is for each call with its retries, in seconds."""

    def __init__(self, *, project: str, database: str = "(default)", timeout: float = RPC_TIMEOUT_S) -> None:
        self._name = f"database {database} of project {project}"
        try:
            self._client = firestore.Client(project=project, database=database)
        except DefaultCredentialsError as error:
            raise Rejected(
                f"no Google credentials: run gcloud auth application-default login ({error})"
            ) from error
        self._harmless = limits(timeout, *PASSING)
        # After any other failure the write may have been made, and its repetition would look like a conflict.
        self._conditional = limits(timeout, exceptions.Aborted)

    def enrolment(self, calendar_id: str) -> Versioned[Enrolment] | None:
        document = self._document(Enrolment, records.calendar_key(calendar_id))
        with translated():
            snapshot = document.get(**self._harmless)
        return _kept(Enrolment, snapshot) if snapshot.exists else None

    def enrolments(
        self, *, user: str | None = None, due_by: datetime | None = None, expiring_by: datetime | None = None
    ) -> Iterator[Versioned[Enrolment]]:
        return self._select(Enrolment, records.one_of(user=user, due_at=due_by, ends_at=expiring_by))

    def known(
        self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
    ) -> Sequence[Versioned[Conference]]:
        events = list(dict.fromkeys(records.event_key(ref) for ref in refs))
        chunks = [events[start : start + VALUES_MAX] for start in range(0, len(events), VALUES_MAX)]
        reads: list[Callable[[], Snapshots]] = [self._holding(chunk) for chunk in chunks]
        if keys:
            reads.append(self._of_keys(keys))
        found = {snapshot.id: snapshot for read in _at_once(reads) for snapshot in read}
        there = [snapshot for snapshot in found.values() if snapshot.exists]
        return list(records.readable(partial(_kept, Conference, snapshot) for snapshot in there))

    def conferences(
        self, *, held_in: str | None = None, due_by: datetime | None = None
    ) -> Iterator[Versioned[Conference]]:
        calendar = records.calendar_key(held_in) if held_in is not None else None
        return self._select(Conference, records.one_of(calendar_keys=calendar, due_at=due_by))

    def count_refused(self, *, since: datetime) -> int:
        """Charged as one read for each 1,000."""
        waiting = firestore.FieldFilter("refused_at", "<=", micros(since))
        with translated():
            counted = self._collection(Conference).where(filter=waiting).count().get(**self._harmless)
        return int(counted[0][0].value)  # type: ignore[index]  # each is a list of one

    def save(self, record: Record, version: Version | None, fences: Fences = UNFENCED) -> Version | None:
        document = self._document(type(record), records.record_id(record))
        body = records.document(record) | _expiry(record)

        def write(batch: firestore.WriteBatch) -> None:
            if version is None:
                batch.create(document, body)
            else:
                batch.update(
                    document, body, option=self._client.write_option(last_update_time=_time(version))
                )

        try:
            with translated():
                return self._write_fenced(write, fences) if fences else self._write(write)
        except CONFLICT:
            return None

    def _write(self, write: Callable[[firestore.WriteBatch], None]) -> Version:
        batch = self._client.batch()
        write(batch)
        return _version(batch.commit(**self._conditional)[0].update_time)

    def _write_fenced(self, write: Callable[[firestore.WriteBatch], None], fences: Fences) -> Version | None:
        """In a transaction: its read locks make whoever takes a lease wait, and nobody else for long."""
        wanted = {records.calendar_key(name): fence for name, fence in fences.items()}
        documents = [self._document(Enrolment, name) for name in wanted]

        def write_if_held(transaction: firestore.Transaction) -> None:
            found = {one.id: one.get("fence") for one in transaction.get_all(documents) if one.exists}
            if found == wanted:
                write(transaction)

        _, written_at = transact(self._client, write_if_held)
        return _version(written_at) if written_at else None

    def transact(self, calendar_id: str, change: Move) -> Versioned[Enrolment] | None:
        document = self._document(Enrolment, records.calendar_key(calendar_id))

        def move(transaction: firestore.Transaction) -> Versioned[Enrolment] | None:
            snapshot = next(iter(transaction.get_all([document])))
            kept = _kept(Enrolment, snapshot) if snapshot.exists else None
            value = change(kept.value, kept.read_at) if kept else None
            if kept is None or value is None:
                return None
            if value != kept.value:
                transaction.update(document, records.document(value))
            return replace(kept, value=value)

        with translated():
            # Also after an answer was lost: what was written then is read, and `change` knows it.
            made: Versioned[Enrolment] | None
            made, written_at = self._harmless["retry"](transact)(self._client, move)
        return replace(made, version=_version(written_at)) if made and written_at else made

    def ask_again(self, calendar_id: str, at: datetime) -> None:
        document = self._document(Enrolment, records.calendar_key(calendar_id))
        raised = {"asked_again_at": firestore.Maximum(micros(at))}
        try:
            with translated():
                document.update(raised, **self._harmless)
        except exceptions.NotFound:
            return

    def rest(self, user: str, rest: Rest | None) -> None:
        document = self._client.collection(RESTS).document(records.calendar_key(user))
        with translated():
            if rest is None:
                document.delete(**self._harmless)
                return
            why, until = rest.why.encode(errors="replace").decode(), firestore.Maximum(micros(rest.until))
            body = {"user": user, "until": until, "why": why, "expires_at": rest.until}
            document.set(body, merge=True, **self._harmless)

    def resting(self, now: datetime) -> Mapping[str, Rest]:
        later = firestore.FieldFilter("until", ">", micros(now))
        query = self._client.collection(RESTS).where(filter=later).order_by("until", direction="DESCENDING")
        found = [each.to_dict() or {} for each in self._page(query.limit(RESTING_MAX))]
        return {each["user"]: Rest(moment(each["until"]), each["why"]) for each in found}

    def remove(self, record: Record, version: Version) -> bool:
        document = self._document(type(record), records.record_id(record))
        unchanged = self._client.write_option(last_update_time=_time(version))
        try:
            with translated():
                document.delete(option=unchanged, **self._conditional)
        except CONFLICT:
            return False
        return True

    def grant(self, user: str) -> Versioned[Grant] | None:
        document = self._document(Grant, records.user_key(user))
        with translated():
            snapshot = document.get(**self._harmless)
        return _kept(Grant, snapshot) if snapshot.exists else None

    def grants(self) -> Iterator[Versioned[Grant]]:
        return self._select(Grant, None)

    def keep_grant(self, grant: Grant, version: Version | None) -> Version | None:
        return self.save(grant, version)

    def drop_grant(self, grant: Grant, version: Version) -> bool:
        return self.remove(grant, version)

    def check(self) -> None:
        try:
            with translated():
                self._collection(Enrolment).limit(1).get(**self._harmless)
        except exceptions.NotFound as error:
            raise Rejected(
                f"{self._name} is not there: make it with gcloud firestore databases create"
            ) from error
        except exceptions.Forbidden as error:
            raise Rejected(f"{self._name}: grant roles/datastore.user ({error.message})") from error

    def close(self) -> None:
        self._client.close()  # type: ignore[no-untyped-call]

    def _collection(self, kind: type) -> firestore.CollectionReference:
        return self._client.collection(COLLECTIONS[kind])

    def _document(self, kind: type, name: str) -> firestore.DocumentReference:
        return self._collection(kind).document(name)

    def _holding(self, events: Sequence[str]) -> Callable[[], Snapshots]:
        carries = firestore.FieldFilter("event_keys", "array_contains_any", events)
        query = self._collection(Conference).where(filter=carries)
        return lambda: query.get(**self._harmless)

    def _of_keys(self, keys: Sequence[ConferenceKey]) -> Callable[[], Snapshots]:
        documents = [self._document(Conference, records.conference_id(key)) for key in dict.fromkeys(keys)]
        return lambda: list(self._client.get_all(documents, **self._harmless))

    def _select(self, kind: type[T], asked: tuple[str, str | int] | None) -> Iterator[Versioned[T]]:
        query = self._query(kind, asked)
        page = self._page(query)
        while page:
            yield from records.readable(partial(_kept, kind, snapshot) for snapshot in page)
            page = self._page(query.start_after(page[-1])) if len(page) == PAGE_SIZE else []

    def _query(self, kind: type, asked: tuple[str, str | int] | None) -> firestore.Query:
        collection = self._collection(kind)
        if asked is None:
            return collection.order_by("__name__").limit(PAGE_SIZE)
        field, value = asked
        order = field if TESTS[field] == "<=" else "__name__"
        matching = collection.where(filter=firestore.FieldFilter(field, TESTS[field], value))
        return matching.order_by(order).limit(PAGE_SIZE)

    def _page(self, query: firestore.Query) -> Snapshots:
        with translated():
            return query.get(**self._harmless)


def _expiry(record: Record) -> dict[str, datetime | None]:
    """When a conference's record may be removed. None is written too, to replace an older time."""
    return {"expires_at": expires_at(record)} if isinstance(record, Conference) else {}


def _at_once(reads: Sequence[Callable[[], Snapshots]]) -> list[Snapshots]:
    with translated():
        if len(reads) < 2:  # noqa: PLR2004 - one needs no thread
            return [read() for read in reads]
        with ThreadPoolExecutor(QUERIES_AT_ONCE) as pool:
            return list(pool.map(lambda read: read(), reads))


def _kept(kind: type[T], snapshot: Snapshot) -> Versioned[T]:
    value = records.restore(kind, snapshot.to_dict() or {})
    read_at = moment(micros(snapshot.read_time))
    return Versioned(value=value, version=_version(snapshot.update_time), read_at=read_at)


def _version(update_time: Any) -> Version:
    return str(update_time.rfc3339())


def _time(version: Version) -> object:
    return DatetimeWithNanoseconds.from_rfc3339(version)  # type: ignore[no-untyped-call]
