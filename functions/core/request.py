"""The message that asks for a sync, as JSON. What cannot be read is a BadRequest that names the field."""

import json
from collections.abc import Mapping
from dataclasses import asdict

from functions.core.errors import BadRequest
from functions.core.model import Reason, SyncRequest


def encode(request: SyncRequest) -> bytes:
    return json.dumps(asdict(request)).encode()


def decode(message: object) -> SyncRequest:
    """Reads JSON text or bytes, or an object already parsed. Unknown fields are ignored."""
    fields = _parsed(message) if isinstance(message, bytes | str) else message
    if not isinstance(fields, Mapping):
        raise BadRequest("the sync request is not a JSON object")
    calendar_id = _text(fields, "calendar_id")
    if not calendar_id:
        raise BadRequest("calendar_id is missing")
    return SyncRequest(
        calendar_id=calendar_id,
        reason=_reason(fields),
        channel_id=_text(fields, "channel_id"),
        resource_id=_text(fields, "resource_id"),
    )


def _parsed(text: bytes | str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest("the sync request is not JSON") from None


def _text(fields: Mapping[object, object], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not _sound(value):
        raise BadRequest(f"{name} is not a text")
    return value


def _sound(value: str) -> bool:
    """Half of a surrogate pair is valid JSON, but no text that could be stored or sent."""
    return value.encode(errors="ignore").decode() == value


def _reason(fields: Mapping[object, object]) -> Reason:
    value = _text(fields, "reason")
    if value is None:
        raise BadRequest("reason is missing")
    try:
        return Reason(value)
    except ValueError:
        raise BadRequest(f"reason is none of {', '.join(Reason)}") from None
