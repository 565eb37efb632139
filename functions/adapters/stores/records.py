"""Enrolments, conferences and grants as plain JSON documents, the same in both stores, and their ids there.

Times are whole microseconds since 1970 UTC, so that a store can compare and raise them. A mapping is a list
of keys and values, because a key may be what a field name may not. Unknown fields are ignored and missing
ones have their default: a newer or older release may have written the document. A change with which that
would lose something gets a new `FORMAT`.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from functions.core.aside import NOWHERE, is_stray
from functions.core.conference import Conference, refusals
from functions.core.enrolment import Enrolment
from functions.core.errors import Rejected
from functions.core.grant import Grant
from functions.core.model import ConferenceKey, EventRef
from functions.core.times import micros, moment
from functions.ports import Versioned

T = TypeVar("T")
Record = Enrolment | Conference | Grant
Document = dict[str, Any]
FORMAT = 2
log = logging.getLogger(__name__)


class OtherFormat(Rejected):
    """The record was written by a release whose format this one cannot read."""


def conference_id(key: ConferenceKey) -> str:
    return _hash(*key)


def event_key(ref: EventRef) -> str:
    return _hash(*ref)


def calendar_key(calendar_id: str) -> str:
    return _hash(calendar_id)


def user_key(user: str) -> str:
    return _hash(user)


def record_id(record: Record) -> str:
    if isinstance(record, Grant):
        return user_key(record.user)
    if isinstance(record, Enrolment):
        return calendar_key(record.calendar_id)
    return conference_id(record.key)


def _hash(*parts: str) -> str:
    """Ids may be longer than a store takes and have any characters; JSON keeps two of them apart."""
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def one_of(**asked: str | datetime | None) -> tuple[str, str | int] | None:
    """The single field that a query asks for, and its value as stored; None if it asks for all."""
    given = [
        (name, micros(value) if isinstance(value, datetime) else value)
        for name, value in asked.items()
        if value is not None
    ]
    if len(given) > 1:
        raise ValueError(f"ask for one of {', '.join(asked)}")
    return given[0] if given else None


def document(record: Record) -> Document:
    """The record with the fields that queries need besides its own."""
    return cast("Document", _pack(record)) | _index(record) | {"format": FORMAT}


def _index(record: Record) -> Document:
    match record:
        case Enrolment():
            return _enrolment_index(record)
        case Conference():
            return _conference_index(record)
        case Grant():
            return {}


def _enrolment_index(enrolment: Enrolment) -> Document:
    """`ends_at`: when its channel counts as ending, 0 if it has none, None if it cannot be watched."""
    watch = enrolment.watch
    ends_at = micros(watch.ends_at or watch.channel.expires_at) if watch.channel else 0
    return {"ends_at": ends_at if watch.possible else None}


def _conference_index(conference: Conference) -> Document:
    """`event_keys`: the events that hold or borrow it, and their series; `calendar_keys`: where it is or was
    held, by its history too while anybody holds it, or `NOWHERE`; `due_at`: when the sweep must look;
    `refused_at`: when the longest refusal began.
    """
    carrying = (*conference.holds, *conference.borrowed)
    refs = [hold.ref for hold in carrying]
    series = [EventRef(hold.ref.calendar_id, hold.series_id) for hold in carrying if hold.series_id]
    calendars = [hold.ref.calendar_id for hold in (*carrying, *conference.released)]
    entries = conference.history if carrying else ()
    calendars += [entry.event.calendar_id for entry in entries if entry.event]
    calendars += [NOWHERE] if is_stray(conference) else []
    return {
        "event_keys": _distinct(event_key(ref) for ref in (*refs, *series)),
        "calendar_keys": _distinct(calendar_key(calendar) for calendar in calendars),
        "due_at": micros(conference.due_at) if conference.due_at else None,
        "refused_at": min((micros(each.since) for each in refusals(conference).values()), default=None),
    }


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def restore(kind: type[T], stored: Mapping[str, Any]) -> T:
    """The record of a document. OtherFormat."""
    found = stored.get("format", 1)
    if found != FORMAT:
        name = stored.get("calendar_id") or stored.get("key") or stored.get("user")
        raise OtherFormat(
            f"the {kind.__name__.lower()} {name} is stored in format {found}, this release reads {FORMAT}: "
            "delete that record, then enrol its calendars again",
            logged=f"stored in format {found}, this release reads {FORMAT}",
        )
    return cast("T", _unpack(kind, stored))


def readable(kept: Iterable[Callable[[], Versioned[T]]]) -> Iterator[Versioned[T]]:
    """The records that can be read: one that cannot does not hide the others."""
    for make in kept:
        try:
            yield make()
        except OtherFormat as error:
            log.error("store.record_unreadable", extra={"why": error.logged})  # noqa: TRY400 - the text says all


def _pack(value: Any) -> Any:
    if isinstance(value, datetime):
        return micros(value)
    if isinstance(value, str):  # half a surrogate pair in a vendor's words must not make a record unwritable
        return value.encode(errors="replace").decode()
    if isinstance(value, Mapping):
        return [{"key": _pack(key), "value": _pack(item)} for key, item in value.items()]
    if is_dataclass(value) or hasattr(value, "_fields"):
        return {name: _pack(getattr(value, name)) for name in _hints(value.__class__)}
    if isinstance(value, tuple):
        return [_pack(item) for item in value]
    return value


def _unpack(hint: Any, stored: Any) -> Any:
    origin, inner = _parts(hint)
    if origin is UnionType:
        return None if stored is None else _unpack(inner[0], stored)
    if origin is tuple:
        return tuple(_unpack(inner[0], item) for item in stored)
    if origin is Mapping:
        return {pair["key"]: _unpack(inner[1], pair["value"]) for pair in stored}
    return _unpack_plain(hint, stored)


def _unpack_plain(hint: Any, stored: Any) -> Any:
    if hint is datetime:
        return moment(stored)
    if issubclass(hint, Enum):
        return hint(stored)
    if not isinstance(stored, Mapping):
        return stored
    return hint(
        **{name: _unpack(inner, stored[name]) for name, inner in _hints(hint).items() if name in stored}
    )


@cache
def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    return get_origin(hint), get_args(hint)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
