"""Sync requests as messages of a queue. If one cannot be read, a BadRequest names the field."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from functions.core import fields
from functions.core.errors import BadRequest
from functions.core.fields import Json, Odd
from functions.core.model import Reason, SyncRequest

Pushed = tuple[SyncRequest, datetime]


def encode(request: SyncRequest) -> bytes:
    return json.dumps(asdict(request)).encode()


def decode(message: object) -> SyncRequest:
    """Reads JSON text or bytes, or an object already parsed. Unknown fields are ignored."""
    try:
        given = fields.parsed(message, "sync request")
        return SyncRequest(
            calendar_id=fields.required(given, "calendar_id"),
            reason=_reason(given),
            channel_id=fields.text(given, "channel_id") or None,
            resource_id=fields.text(given, "resource_id") or None,
        )
    except Odd as odd:
        raise BadRequest(str(odd)) from None


def opened(data: bytes) -> tuple[SyncRequest | None, str]:
    """The request, or None and why it is none."""
    try:
        return decode(data), ""
    except BadRequest as error:
        return None, str(error)


def _reason(given: Json) -> Reason:
    try:
        return Reason(fields.required(given, "reason"))
    except ValueError:
        raise Odd(f"reason is none of {', '.join(Reason)}") from None


def decode_pushed(message: object) -> Pushed:
    """A Pub/Sub message as it is pushed: the request in its `data`, and when it was published."""
    if not isinstance(message, Mapping):
        raise BadRequest("the message is not an object")
    try:
        data = base64.b64decode(fields.required(message, "data"), validate=True)
        published_at = fields.instant(message, "publishTime")
    except (Odd, ValueError) as error:  # base64 has an error of its own for what is not ASCII
        raise BadRequest(f"the message cannot be read: {error}") from None
    if published_at is None:
        raise BadRequest("publishTime is missing")
    return decode(data), published_at
