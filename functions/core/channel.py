"""Channel tokens and what a notification says: is it ours, which calendar, is there anything to do.

A token is `v1.<calendar>.<signature>`: calendar is the calendar id, signature an HMAC-SHA256 over the
channel id and it, both base64url without padding. It is the only proof of origin a notification has.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from functions.core.errors import BadRequest
from functions.core.model import Reason, SyncRequest

# As Calendar takes one for a channel. A token has dots, so it is never taken for one:
# https://developers.google.com/workspace/calendar/api/v3/reference/events/watch
CHANNEL_ID = re.compile(r"[A-Za-z0-9_+/=-]{1,64}")
TOKEN_CHARACTERS_MAX = 256  # Calendar refuses a longer one (FACTS.md 1.1)
VERSION = "v1"


def sign(calendar_id: str, channel_id: str, keys: Sequence[str]) -> str:
    """The token for a new channel, signed with the first key. BadRequest if the calendar id is too long."""
    calendar = _encode(calendar_id.encode())
    token = f"{VERSION}.{calendar}.{_signature(keys[0], channel_id, calendar)}"
    if len(token) > TOKEN_CHARACTERS_MAX:
        raise BadRequest(
            f"the calendar id has {len(calendar_id)} characters: its channel token would need {len(token)}, "
            f"and Calendar takes at most {TOKEN_CHARACTERS_MAX}"
        )
    return token


def verify(token: str, channel_id: str, keys: Sequence[str]) -> str | None:
    """The calendar id that one of the keys signed for this channel, or None."""
    parts = token.split(".")
    if len(token) > TOKEN_CHARACTERS_MAX or len(parts) != 3 or parts[0] != VERSION:  # noqa: PLR2004 - three parts
        return None
    _, calendar, signature = parts
    given = signature.encode("utf-8", "surrogatepass")
    matches = [hmac.compare_digest(_signature(key, channel_id, calendar).encode(), given) for key in keys]
    return _decode(calendar) if any(matches) else None


def _signature(key: str, channel_id: str, calendar: str) -> str:
    message = f"{VERSION}.{channel_id}.{calendar}".encode("utf-8", "surrogatepass")
    return _encode(hmac.new(key.encode(), message, hashlib.sha256).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> str | None:
    """None for what `_encode` makes of no text."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return data.decode() if data and _encode(data) == text else None
    except (binascii.Error, ValueError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The HTTP status for Google, and the sync request to publish before giving it."""

    status: int
    request: SyncRequest | None = None


class Headers(Protocol):
    """Finds a header by its name, whatever its case."""

    def get(self, name: str, /) -> str | None: ...


def answer(method: str, headers: Headers, keys: Sequence[str]) -> Answer:
    """What a notification gets. The body is never read.

    A resource state that Google has not told us of still says that something changed.
    """
    if method != "POST":
        return Answer(status=405)
    channel_id = headers.get("X-Goog-Channel-ID")
    state = headers.get("X-Goog-Resource-State")
    token = headers.get("X-Goog-Channel-Token")
    if not (channel_id and state and token):
        return Answer(status=400)
    calendar_id = verify(token, channel_id, keys)
    if calendar_id is None:
        return Answer(status=403)
    if state == "sync":
        return Answer(status=204)
    resource_id = headers.get("X-Goog-Resource-ID") or None
    return Answer(status=204, request=_request(calendar_id, channel_id, resource_id))


def claimed_channel(headers: Headers) -> str:
    """The channel id that a notification claims to come from, fit for the log: empty if it cannot be one."""
    claimed = headers.get("X-Goog-Channel-ID") or ""
    return claimed if CHANNEL_ID.fullmatch(claimed) else ""


def _request(calendar_id: str, channel_id: str, resource_id: str | None) -> SyncRequest:
    return SyncRequest(
        calendar_id=calendar_id, reason=Reason.NOTIFICATION, channel_id=channel_id, resource_id=resource_id
    )
