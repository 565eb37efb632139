"""What a client asks a person for, as its link to the authorisation page says it.

https://developers.google.com/identity/protocols/oauth2/web-server
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcal_standin.consent import scopes
from gcal_standin.consent.clients import Client, Clients
from gcal_standin.consent.errors import Refused, invalid_grant, missing

S256, PLAIN = "S256", "plain"
_PROMPTS = {"consent", "select_account"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """PKCE (RFC 7636). Nothing at all if the client does not use it."""

    text: str = ""
    method: str = PLAIN

    def check(self, verifier: str) -> None:
        if not self.text and verifier:
            raise invalid_grant("code_verifier or verifier is not needed.")
        if self.text and not verifier:
            raise invalid_grant("Missing code verifier.")
        if not hmac.compare_digest(self._of(verifier).encode(), self.text.encode()):
            raise invalid_grant("Invalid code verifier.")

    def _of(self, verifier: str) -> str:
        if self.method == PLAIN:
            return verifier
        return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    client: Client
    redirect_uri: str
    scopes: Sequence[str]
    challenge: Challenge
    state: str = ""
    nonce: str = ""
    login_hint: str = ""
    offline: bool = False
    asks_again: bool = False  # prompt=consent: also who has consented already gives a refresh token


def read(params: Mapping[str, str], clients: Clients) -> Authorisation:
    """Refused is shown to the person: Google sends nobody to an address that may not be the client's."""
    client = clients.find(_needed(params, "client_id"))
    redirect_uri = _needed(params, "redirect_uri")
    if redirect_uri not in client.redirect_uris:
        said = f"The redirect URI in the request, {redirect_uri}, does not match the client's."
        raise Refused(400, "redirect_uri_mismatch", said)
    if _needed(params, "response_type") != "code":
        raise Refused(400, "unsupported_response_type", "The stand-in answers response_type=code alone.")
    return Authorisation(
        client=client,
        redirect_uri=redirect_uri,
        scopes=scopes.asked(params.get("scope", "")),
        challenge=_challenge(params),
        state=params.get("state", ""),
        nonce=params.get("nonce", ""),
        login_hint=params.get("login_hint", ""),
        offline=_access_type(params) == "offline",
        asks_again="consent" in _prompts(params),
    )


def _needed(params: Mapping[str, str], name: str) -> str:
    if not params.get(name):
        raise missing(name)
    return params[name]


def _challenge(params: Mapping[str, str]) -> Challenge:
    challenge = Challenge(
        text=params.get("code_challenge", ""), method=params.get("code_challenge_method", PLAIN)
    )
    if challenge.method not in {S256, PLAIN}:
        raise Refused(400, "invalid_request", f"Invalid code_challenge_method: {challenge.method}")
    return challenge


def _access_type(params: Mapping[str, str]) -> str:
    found = params.get("access_type", "online")
    if found not in {"online", "offline"}:
        raise Refused(400, "invalid_request", f"Invalid parameter value for access_type: {found}")
    return found


def _prompts(params: Mapping[str, str]) -> set[str]:
    found = set(params.get("prompt", "").split())
    if not found <= _PROMPTS:
        raise Refused(400, "invalid_request", f"The stand-in does not implement prompt={params['prompt']}")
    return found
