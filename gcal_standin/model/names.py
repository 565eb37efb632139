"""Ids as Calendar forms them: of instances, and of the later part of a series that was split.

What was formed here is read here too. Nothing else may read an id: another form may come at any time.
"""

import hashlib
import re
from base64 import b32hexencode
from datetime import UTC, date, datetime

from gcal_standin.model.times import Slot

_INSTANCE_ID = re.compile(r"^(?P<base>.+)_(?P<slot>\d{8}(T\d{6}Z)?)$")
_LATER_PART = re.compile(r"_R\d{8}(T\d{6})?$")
_OPAQUE_LENGTH = 26


def slot_name(original: Slot) -> str:
    """Write an original start: a date, or a moment in UTC."""
    return (
        f"{original.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        if isinstance(original, datetime)
        else f"{original:%Y%m%d}"
    )


def slot_named(text: str) -> Slot | None:
    """Read what `slot_name` wrote; None where it names no day or hour there is."""
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None


def unit_of(series_id: str) -> str:
    """Return the id that the parts of a series have in common; one with an id of its own is a unit alone."""
    return _LATER_PART.sub("", series_id)


def later_part_id(series_id: str, begin: Slot) -> str:
    return f"{unit_of(series_id)}_R{slot_name(begin).removesuffix('Z')}"


def instance_id(series_id: str, original: Slot) -> str:
    """Return the id of one date: its unit and the date, so that it may mean one part, then another."""
    return f"{unit_of(series_id)}_{slot_name(original)}"


def opaque_instance_id(series_id: str, original: Slot) -> str:
    """Return an id in which nothing can be read, the same for the same date of the same series."""
    digest = hashlib.sha256(f"{series_id} {slot_name(original)}".encode()).digest()
    return b32hexencode(digest).decode().lower()[:_OPAQUE_LENGTH]


def parse_instance_id(event_id: str) -> tuple[str, Slot] | None:
    """Return unit and original start of an id that `instance_id` may have made."""
    found = _INSTANCE_ID.match(event_id)
    slot = slot_named(found["slot"]) if found else None
    return (found["base"], slot) if found and slot is not None else None
