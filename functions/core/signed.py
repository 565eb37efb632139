"""Texts that we sign, send away and get back: base64url of JSON, a dot, and its HMAC-SHA256.

As for channel tokens, the first key signs and all verify. `kind` is part of what is signed: no text is ever
taken for one of another kind, and none for a channel token, which begins with its version.
"""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from functions.core.fields import Json

CHARACTERS_MAX = 2_048
AHEAD_S = 60  # how far the clock of another machine may be ahead


def sign(kind: str, said: Mapping[str, str], keys: Sequence[str], now: datetime) -> str:
    body = encode(json.dumps({**said, "at": int(now.timestamp())}).encode())
    return f"{body}.{_signature(kind, body, keys[0])}"


def verify(kind: str, given: str, keys: Sequence[str], now: datetime, *, lasts: int) -> Json | None:
    """What was said, if one of the keys signed it as this kind, at most so many seconds ago."""
    body, _, signature = given.partition(".")
    if len(given) > CHARACTERS_MAX or not given.isascii():
        return None
    matches = [same(_signature(kind, body, key), signature) for key in keys]
    if not any(matches):
        return None
    found: Json = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    at = found["at"]
    return found if isinstance(at, int) and -AHEAD_S <= now.timestamp() - at <= lasts else None


def same(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signature(kind: str, body: str, key: str) -> str:
    return encode(hmac.digest(key.encode(), f"{kind}.{body}".encode(), "sha256"))
