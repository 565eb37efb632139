"""Channel tokens: they prove that a notification is from a channel of ours, and of which calendar.

A token is `v1.<calendar>.<signature>`: the calendar id, and an HMAC-SHA256 over the channel id and that, both
in base64url without padding. It is the only proof of origin that a notification has.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Protocol

from functions.core.errors import BadRequest

# The form that Calendar takes. A token has dots, so it is never mistaken for a channel id:
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
    """None if this is not what `_encode` makes of some text."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return data.decode() if data and _encode(data) == text else None
    except (binascii.Error, ValueError):
        return None


class Headers(Protocol):
    """Finds a header by its name, whatever its case."""

    def get(self, name: str, /) -> str | None: ...
