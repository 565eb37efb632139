"""Whether Google signed an identity token: by its certificates, fetched when they are needed, and kept.

Who the token names and for whom it was made is not looked at here (`core.caller`).
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import cast

from google.auth import jwt
from google.auth.exceptions import GoogleAuthError

from functions.adapters.web.client import Answer, Call, Http, Limits
from functions.core.errors import BadRequest, RetryLater
from functions.core.fields import Json

CERTIFICATES = "https://www.googleapis.com/oauth2/v1/certs"
ALGORITHM = "RS256"  # what Google signs with; a token has no say in how it is verified
LIMITS = Limits(connect=3.0, read=5.0, call=5.0, tries=2)
# Whoever makes up key ids costs one request in so many seconds; a new key of Google's is known after as many.
AGAIN_S = 10.0
KEPT_MIN_S, KEPT_MAX_S = 300.0, 86_400.0
SKEW_S = 10  # between Google's clock and this machine's
# What the library raises on a token of another form; a ValueError is among its own errors.
NOT_GENUINE = (GoogleAuthError, ValueError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Certificates by their key's id, good until then; and what went wrong when they were last asked for."""

    by_id: Mapping[str, str] = field(default_factory=dict)
    until: float = 0.0
    again_at: float = 0.0
    trouble: str = ""


class GoogleIdentities:
    """Safe to share between threads. `clock` is in seconds."""

    def __init__(self, *, url: str = CERTIFICATES, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._http = Http(limits=LIMITS)
        self._lock = threading.Lock()
        self._kept = _Kept(until=clock(), again_at=clock())

    def claims(self, token: str) -> Json:
        """What Google has signed, while it is valid. BadRequest (403); RetryLater without certificates."""
        try:
            key_id = _key_id(token)
            certificates = {key_id: self._certificate(key_id)}
            claims: Json = jwt.decode(token, certs=certificates, clock_skew_in_seconds=SKEW_S)  # type: ignore[no-untyped-call]
        except NOT_GENUINE as error:
            said = "the identity token is not one that Google signed, or its time is over"
            raise BadRequest(said, status=403) from error
        return claims

    def _certificate(self, key_id: str) -> str:
        """ValueError if Google has no such key. RetryLater if Google cannot be asked."""
        kept = self._kept
        if not self._has(kept, key_id):
            kept = self._renewed()
        if self._has(kept, key_id):
            return kept.by_id[key_id]
        if kept.trouble:
            raise RetryLater(kept.trouble)
        raise ValueError("signed with a key that Google does not have")

    def _has(self, kept: _Kept, key_id: str) -> bool:
        return key_id in kept.by_id and self._clock() < kept.until

    def _renewed(self) -> _Kept:
        with self._lock:
            if self._clock() >= self._kept.again_at:
                self._kept = self._asked()
            return self._kept

    def _asked(self) -> _Kept:
        try:
            answer = self._http.send(lambda: Call(method="GET", url=self._url))
            certificates = _certificates(answer)
        except RetryLater as error:
            trouble = f"Google's certificates cannot be had: {error}"
            return replace(self._kept, trouble=trouble, again_at=self._clock() + AGAIN_S)
        now = self._clock()
        return _Kept(by_id=certificates, until=now + _good_for(answer), again_at=now + AGAIN_S)


def _key_id(token: str) -> str:
    header = jwt.decode_header(token)  # type: ignore[no-untyped-call]
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
        raise ValueError("signed in another way than Google does")
    return key_id


def _certificates(answer: Answer) -> Mapping[str, str]:
    found = answer.json()
    whole = isinstance(found, dict) and all(isinstance(each, str) for each in found.values())
    if answer.status != HTTPStatus.OK or not whole:
        raise RetryLater(f"{answer.brief}, and no certificates")
    return cast("Mapping[str, str]", found)


def _good_for(answer: Answer) -> float:
    """In seconds, as its Cache-Control says."""
    said = re.search(r"max-age=([0-9]{1,9})\b", answer.headers.get("cache-control", ""))
    return min(max(float(said[1]) if said else 0.0, KEPT_MIN_S), KEPT_MAX_S)
