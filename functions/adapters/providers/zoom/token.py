"""Zoom's access tokens for a server-to-server app: fetched when needed, kept while they last.

https://developers.zoom.us/docs/internal-apps/s2s-oauth/. A token lasts an hour, and others may be in use
beside it, so that instances need not share one.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from functions.adapters.providers.zoom.errors import Credentials
from functions.adapters.web.client import Answer, Call, Http
from functions.adapters.web.tokens import Cache
from functions.core.errors import RetryLater

SPARE_S = 60.0  # a token that ends sooner is not used any more
API_URL = "https://api.zoom.us/v2"

_ZOOM = ("zoom.us", "zoomgov.com")
_HINTS = {
    "invalid_client": "see ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET",
    "invalid_request": "see ZOOM_ACCOUNT_ID; is the app activated?",
    "unsupported_grant_type": "is it a server-to-server OAuth app?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """It ends a little after `until`. `scopes` is empty if Zoom did not say them; `api_url` is where this
    account's API is.
    """

    text: str
    until: float
    scopes: frozenset[str]
    api_url: str


class Tokens(Cache[Token]):
    def __init__(
        self, *, url: str, account: str, client: tuple[str, str], http: Http, clock: Callable[[], float]
    ) -> None:
        self._url = url
        self._body = urlencode({"grant_type": "account_credentials", "account_id": account}).encode()
        self._basic = base64.b64encode(":".join(client).encode()).decode()
        self._http = http
        super().__init__(self._fetched, clock=clock, slow="Zoom takes long to give a token")

    def _fetched(self) -> Token:
        begun = self._clock()
        answer = self._http.send(self._call)
        said = answer.json()
        if not httpx.codes.is_success(answer.status):
            raise _refusal(answer, said)
        if not isinstance(said, dict) or not isinstance(said.get("access_token"), str):
            why = "this is not how Zoom gives a token, see ZOOM_TOKEN_URL"
            raise RetryLater(why)  # what it said may be a token
        lasts = said.get("expires_in")
        return Token(
            text=said["access_token"],
            until=begun + (lasts if isinstance(lasts, int) else 0) - SPARE_S,
            scopes=frozenset(str(said.get("scope", "")).replace(",", " ").split()),
            api_url=_api_url(str(said.get("api_url", ""))),
        )

    def _call(self) -> Call:
        headers = {
            "accept": "application/json",
            "authorization": f"Basic {self._basic}",
            "content-type": "application/x-www-form-urlencoded",
        }
        return Call(method="POST", url=self._url, headers=headers, body=self._body)


def _refusal(answer: Answer, said: object) -> Credentials:
    error = said.get("error") if isinstance(said, dict) else None
    hint = _HINTS.get(
        str(error), "see ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET and ZOOM_TOKEN_URL"
    )
    return Credentials(f"Zoom gives no token: {answer.words()}; {hint}", logged=f"{answer.brief}; {hint}")


def _api_url(said: str) -> str:
    """The account's own API, if that is Zoom's: the token goes there."""
    try:
        url = httpx.URL(said)
    except httpx.InvalidURL:
        return API_URL
    zooms = any(url.host == each or url.host.endswith(f".{each}") for each in _ZOOM)
    usual = url.port is None and not url.userinfo
    return f"https://{url.host}/v2" if url.scheme == "https" and zooms and usual else API_URL
