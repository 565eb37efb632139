"""Who calls `initialize_syncing`, what they ask for, and whether they may.

Cloud Run lets in the callers that IAM admits. It verifies their identity token and hands it on without its
signature, so nothing here can verify it: on a function that everybody may invoke, anybody could write any
e-mail into it. The function must stay private.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.core import fields
from functions.core.channel import Headers
from functions.core.errors import BadRequest
from functions.core.fields import Json, Odd

# If a request has both headers, Cloud Run verifies this one only, and hands the other on as it came:
# https://cloud.google.com/run/docs/authenticating/service-to-service
VERIFIED_FIRST = "X-Serverless-Authorization"
BEARER = re.compile(r"[Bb]earer [A-Za-z0-9_-]+\.(?P<claims>[A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*")
# Longer than any e-mail address: what is stored of a caller's request must have a limit.
ADDRESS_BYTES_MAX = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """With `everything`, all is allowed; otherwise only to enrol calendars with their own `email` as user."""

    email: str | None
    everything: bool

    def enrols(self, calendar_id: str, user: str | None) -> tuple[str, str | None]:
        """The same, if the caller may enrol it. BadRequest (403)."""
        own = self.email is not None and user == self.email
        if not (self.everything or own):
            raise BadRequest(
                f"{self._name} may enrol calendars only with their own e-mail as user", status=403
            )
        return calendar_id, user

    def operates(self, calendar_id: str) -> str:
        """The same, if the caller may ask for its state or let it leave. BadRequest (403)."""
        if not self.everything:
            raise BadRequest(f"{self._name} is not one of the OPERATORS", status=403)
        return calendar_id

    def operates_on(self, arguments: Json) -> str:
        """As `operates`, for the calendar that a query string names."""
        return self.operates(named(arguments))

    @property
    def _name(self) -> str:
        return self.email or "a caller without a verified e-mail"


def recognize(headers: Headers, operators: Sequence[str]) -> Caller:
    """Without operators, IAM alone decides: every caller may do everything."""
    email = _email(headers)
    named = {fields.address(operator) for operator in operators}
    return Caller(email=email, everything=not operators or email in named)


def _email(headers: Headers) -> str | None:
    """The verified e-mail that the token names; None if it names none or cannot be read."""
    verified_first = headers.get(VERIFIED_FIRST)
    token = headers.get("Authorization") if verified_first is None else verified_first
    match = BEARER.fullmatch(token or "")
    claims = _object(match["claims"]) if match else {}
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str) or not email:
        return None
    return fields.address(email)


def _object(encoded: str) -> Mapping[str, object]:
    try:
        read = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, Mapping) else {}


def wanted(body: bytes) -> tuple[str, str | None]:
    """The calendar id and user that a body asks to enrol."""
    try:
        given = fields.parsed(body or b"null", "body", ' such as {"calendar_id": "..."}')
        return _address(fields.required(given, "calendar_id"), "calendar_id"), _user(given)
    except Odd as odd:
        raise BadRequest(str(odd)) from None


def _user(given: Json) -> str | None:
    return _address(fields.text(given, "user"), "user") or None


def _address(value: str, name: str) -> str:
    return fields.address(fields.limited(value, name, ADDRESS_BYTES_MAX))


def named(arguments: Json) -> str:
    """The calendar id in a query string."""
    try:
        return fields.address(fields.required(arguments, "calendar_id"))
    except Odd as odd:
        raise BadRequest(str(odd)) from None


def erases(arguments: Json) -> bool:
    """Whether a query string asks to erase. BadRequest."""
    value = arguments.get("erase", "false")
    if value not in ("true", "false"):
        raise BadRequest("erase must be true or false")
    return value == "true"
