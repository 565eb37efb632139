"""Who calls `initialize_syncing`, what they ask for, and whether they may.

Cloud Run lets in the callers that IAM admits, but a mistake in IAM lets in everybody. So a caller is whom a
token names that Google has signed. Cloud Run removes the signature of the token that it verifies itself. With
two headers it verifies `X-Serverless-Authorization` only, and hands `Authorization` on as it came. So callers
send the same token in both:
https://docs.cloud.google.com/run/docs/authenticating/service-to-service
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from functions.core import fields
from functions.core.channel import Headers
from functions.core.errors import BadRequest
from functions.core.fields import Json, Odd
from functions.core.model import CONFERENCE_ID_BYTES_MAX, ConferenceKey

EVERYBODY = "*"  # among the operators: whoever calls is one, with a token or without
ISSUERS = ("accounts.google.com", "https://accounts.google.com")
BEARER = re.compile(r"[Bb]earer (?P<token>[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.(?P<signature>[A-Za-z0-9_-]+))")
REMOVED = "SIGNATURE_REMOVED_BY_GOOGLE"
TWICE = "send your identity token as a bearer token in Authorization and in X-Serverless-Authorization"
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


ANYBODY = Caller(email=None, everything=True)


def presented(headers: Headers) -> str:
    """The identity token with its signature, not verified yet. BadRequest (403) if there is none."""
    given = headers.get("Authorization") or ""
    match = BEARER.fullmatch(given)
    if match is None:
        raise BadRequest(
            f"Authorization holds {'no identity token' if given else 'nothing'}: {TWICE}", status=403
        )
    if match["signature"] == REMOVED:
        raise BadRequest(f"Cloud Run has removed the token's signature: {TWICE}", status=403)
    return match["token"]


def recognize(claims: Json, *, audiences: Collection[str], operators: Sequence[str]) -> Caller:
    """Whom the claims of a verified token name. BadRequest (403) if it is not Google's, or not for us."""
    if claims.get("iss") not in ISSUERS:
        raise BadRequest("the identity token was not issued by Google", status=403)
    if _audience(claims) not in audiences:
        raise BadRequest(
            "the identity token is for an audience that INITIALIZE_AUDIENCES does not name", status=403
        )
    email = _email(claims)
    return Caller(email=email, everything=email in {fields.address(operator) for operator in operators})


def signed_in(claims: Json, *, audience: str) -> str:
    """The address that a verified token of the add-on's names. BadRequest if it is not for this audience."""
    email = _email(claims)
    if not audience or claims.get("iss") not in ISSUERS or claims.get("aud") != audience or email is None:
        raise BadRequest("the identity token is not one of ADDON_CLIENT_ID's, or names no verified e-mail")
    return email


def _audience(claims: Json) -> str | None:
    """A token for several audiences, which each of them could use at the others, counts as for none."""
    audience = claims.get("aud")
    return audience.rstrip("/") if isinstance(audience, str) else None


def _email(claims: Json) -> str | None:
    """The verified e-mail that the token names, if it does."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str) or not email:
        return None
    return fields.address(email)


def wanted(body: bytes) -> tuple[str, str | None]:
    """The calendar id and user that a body asks to enrol."""
    try:
        given = fields.parsed(body or b"null", "body", ' such as {"calendar_id": "..."}')
        return _address(fields.required(given, "calendar_id"), "calendar_id"), _user(given)
    except Odd as odd:
        raise BadRequest(str(odd)) from None


def claim_in(body: bytes) -> ConferenceKey | None:
    """The conference that a body asks to claim, its solution for provider; None if it names none."""
    try:
        given = fields.parsed(body or b"null", "body", "")
        if given.get("conference_id") is None:
            return None
        name = fields.limited(
            fields.required(given, "conference_id"), "conference_id", CONFERENCE_ID_BYTES_MAX
        )
        return ConferenceKey(fields.required(given, "solution"), name)
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
