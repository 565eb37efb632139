"""Access tokens for Webex: a refresh token is exchanged for one, which is kept while it is good.

The refresh token itself stays in the secret store. Webex lets it live for some time (90 days) after each
exchange: only one that nobody uses ends.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from functions.adapters.web.client import Answer, Call, Http
from functions.adapters.web.tokens import Cache
from functions.core.errors import RetryLater

EARLY_S = 300.0  # a token is renewed so long before its end
USUAL_S = 3_600.0  # for how long it is taken to be good if Webex does not say

MEND = "see WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET, WEBEX_REFRESH_TOKEN; how to make a new one: docs/webex.md"


class Credentials(RetryLater):
    """Webex does not take what we show: it is put right in one place, and no meeting is set aside for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who asks for tokens, and where."""

    url: str
    client_id: str
    client_secret: str
    refresh_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """`refresh_left` is for how many seconds more the refresh token is good, None if Webex did not say;
    `replaced`: it gave another refresh token than ours.
    """

    token: str
    until: float
    refresh_left: float | None
    replaced: bool


class Tokens(Cache[Granted]):
    def __init__(self, client: Client, http: Http, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._http = http
        super().__init__(self.exchange, clock=clock, slow="Webex takes long to give an access token")

    def exchange(self) -> Granted:
        """A new access token. RetryLater, Credentials."""
        began = self._clock()
        answer = self._http.send(self._call)
        said = answer.json()
        token = said.get("access_token") if isinstance(said, dict) else None
        if not isinstance(said, dict) or not isinstance(token, str) or not token.isascii() or not token:
            raise _refused(answer)
        lasts = _seconds(said.get("expires_in"))
        return Granted(
            token=token,
            until=began + (USUAL_S if lasts is None else lasts) - EARLY_S,
            refresh_left=_seconds(said.get("refresh_token_expires_in")),
            replaced=said.get("refresh_token") not in (None, self._client.refresh_token),
        )

    def _call(self) -> Call:
        asked = {
            "grant_type": "refresh_token",
            "client_id": self._client.client_id,
            "client_secret": self._client.client_secret,
            "refresh_token": self._client.refresh_token,
        }
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        return Call(method="POST", url=self._client.url, headers=headers, body=urlencode(asked).encode())


def _refused(answer: Answer) -> RetryLater:
    """Its words are not repeated: what was sent were secrets."""
    if answer.status in {400, 401, 403}:
        return Credentials(f"{answer.brief} to the refresh token: {MEND}")
    return RetryLater(f"{answer.brief} and no access token: see WEBEX_API_URL")


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
