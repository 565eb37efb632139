"""How a browser is led to Google's consent and back, with nothing stored meanwhile.

A *ticket* says who is expected to consent. A *state* goes to Google and comes back; it is signed, it lasts
for `STATE_S`, and it fits one browser only, which has the *secret* in a cookie. PKCE's verifier and the nonce
follow from that secret, so who has the state, or an answer of Google's, has nothing without it (RFC 9700
sections 2.1.1 and 4.7; OpenID Connect Core 3.1.2.1).
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from functions.core import fields, signed
from functions.core.caller import ISSUERS
from functions.core.errors import BadRequest
from functions.core.fields import Json, Odd

TICKET_S = 7 * 86_400
STATE_S = 600
SKEW_S = 60
CALENDAR_BYTES_MAX = 320
SUBJECT_CHARACTERS_MAX = 255  # OpenID Connect Core 2
OWN_CALENDAR = "primary"
WHO = ("openid", "email")
READING = "https://www.googleapis.com/auth/calendar.events.owned.readonly"
WRITING = "https://www.googleapis.com/auth/calendar.events.owned"
AGAIN = "This page is too old, or was opened in another window. Please start again."
# What people read when Google sends them back without consent; see
# https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors
REFUSALS = {
    "access_denied": "You did not allow access, so nothing is connected and nothing was kept.",
    "admin_policy_enforced": "The administrator of your organization does not allow this service to read "
    "calendars. Please ask them to allow it.",
    "org_internal": "This service is only for users of the organization that runs it.",
}


class Purpose(StrEnum):
    """What a user signs in for, and what their consent to disconnect is for."""

    CONNECT = "connect"
    DISCONNECT = "disconnect"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a browser is here for: `user` is who must sign in, if that is known, and `subject` who has."""

    purpose: Purpose
    user: str = ""
    calendar_id: str = OWN_CALENDAR
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What Google gives for a code. No refresh token, if it gave none."""

    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...]
    claims: Json = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signed in, as Google says: the address, and the account's own id."""

    user: str
    subject: str


def scope_for(*, writes: bool) -> str:
    return WRITING if writes else READING


def ticket(user: str, keys: Sequence[str], now: datetime) -> str:
    return signed.sign("ticket", {"user": user}, keys, now)


def ticket_url(page: str, user: str, keys: Sequence[str], now: datetime) -> str:
    """Where this user, and nobody else, connects."""
    return f"{page}/?ticket={ticket(user, keys, now)}"


def ticket_user(given: str, keys: Sequence[str], now: datetime) -> str:
    """Whom it is for. BadRequest if it is not ours, or over."""
    found = signed.verify("ticket", given, keys, now, lasts=TICKET_S)
    if found is None:
        raise BadRequest("This link is too old, or not complete. Please ask for a new one.")
    return fields.text(found, "user")


def state(visit: Visit, secret: str, keys: Sequence[str], now: datetime) -> str:
    said = {
        "purpose": visit.purpose.value,
        "user": visit.user,
        "calendar_id": visit.calendar_id,
        "subject": visit.subject,
        "browser": _of(secret, "browser"),
    }
    return signed.sign("state", said, keys, now)


def visit_of(given: str, secret: str, keys: Sequence[str], now: datetime) -> Visit:
    """The visit that a state is of. BadRequest if it is not ours, over, or of another browser."""
    found = signed.verify("state", given, keys, now, lasts=STATE_S)
    if found is None or not secret or not signed.same(fields.text(found, "browser"), _of(secret, "browser")):
        raise BadRequest(AGAIN)
    return Visit(
        purpose=Purpose(fields.text(found, "purpose")),
        user=fields.text(found, "user"),
        calendar_id=fields.text(found, "calendar_id"),
        subject=fields.text(found, "subject"),
    )


def verifier(secret: str) -> str:
    """PKCE's (RFC 7636 section 4.1)."""
    return _of(secret, "verifier")


def question(
    visit: Visit, *, secret: str, its_state: str, client_id: str, redirect_uri: str, scope: str
) -> Mapping[str, str]:
    """What Google's consent page is asked. A sign-in only needs to know who it is."""
    connects = visit.purpose is Purpose.CONNECT
    lasting = {"access_type": "offline", "prompt": "consent"} if connects else {}
    hint = {"login_hint": visit.user} if visit.user else {}
    return {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join([*WHO, *([scope] if connects else [])]),
        "state": its_state,
        "nonce": _of(secret, "nonce"),
        "code_challenge": signed.encode(hashlib.sha256(verifier(secret).encode()).digest()),
        "code_challenge_method": "S256",
        **lasting,
        **hint,
    }


def signed_in(claims: Json, *, client_id: str, secret: str, now: datetime) -> Identity:
    """Who signed in for this browser and this client. BadRequest otherwise.

    The signature is not looked at: the token comes from Google's own server, over TLS (OpenID Connect Core
    3.1.3.7, 6).
    """
    try:
        ours = claims.get("iss") in ISSUERS and claims.get("aud") == client_id
        fresh = _lasts(claims, now) and signed.same(fields.text(claims, "nonce"), _of(secret, "nonce"))
        who = identity(claims)
    except Odd:
        raise BadRequest(AGAIN) from None
    if not (ours and fresh and who):
        raise BadRequest(AGAIN)
    return who


def identity(claims: Json) -> Identity | None:
    """Whom claims name, if Google has verified the address. Odd."""
    user, subject = fields.text(claims, "email"), fields.text(claims, "sub")
    if claims.get("email_verified") is not True or not user or not subject:
        return None
    limited = fields.limited(user, "email", CALENDAR_BYTES_MAX)
    return Identity(
        user=fields.address(limited), subject=fields.limited(subject, "sub", SUBJECT_CHARACTERS_MAX)
    )


def refusal(error: str) -> BadRequest:
    """Why Google sent a browser back without a code, in plain words."""
    return BadRequest(REFUSALS.get(error, AGAIN))


def wanted_calendar(given: str) -> str:
    """The calendar that a link names. BadRequest."""
    try:
        return fields.address(fields.limited(given or OWN_CALENDAR, "calendar_id", CALENDAR_BYTES_MAX))
    except Odd as odd:
        raise BadRequest(str(odd)) from None


def _lasts(claims: Json, now: datetime) -> bool:
    until = claims.get("exp")
    return isinstance(until, int | float) and now.timestamp() - SKEW_S < until


def _of(secret: str, what: str) -> str:
    return signed.encode(hmac.digest(secret.encode("utf-8", "surrogatepass"), what.encode(), "sha256"))
