"""Users who consent themselves: codes and refresh tokens become access tokens, and all of it ends again.

Not the vendor's refresh: that one takes a page in HTML, and a client that Google does not know, for the
user's lasting trouble, and lets each thread refresh for itself (RECORDED.md G). Access tokens are kept in
memory only; refresh tokens only sealed.
https://developers.google.com/identity/protocols/oauth2/web-server
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

import httpx
from google.auth.credentials import Credentials as GoogleCredentials

from functions.adapters.calendar.refusals import PROJECT_REST_S
from functions.adapters.seal import Seal
from functions.adapters.web.client import Answer, Http
from functions.adapters.web.tokens import Granted, Tokens, asking
from functions.core.consent import Given, Identity
from functions.core.errors import AccessLost, BadRequest, RetryLater
from functions.core.fields import Json
from functions.core.grant import Grant
from functions.ports import Grants

USERS_MAX = 1_000
OURS = "see GOOGLE_OAUTH_CLIENT_ID and GOOGLE_OAUTH_CLIENT_SECRET"
MADE_UP = "1//made-up"
ABOUT_CONSENT = frozenset({"invalid_grant", "admin_policy_enforced"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Google's, or all of them on a stand-in."""

    page: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - a URL
    revoke: str = "https://oauth2.googleapis.com/revoke"

    @classmethod
    def on(cls, origin: str) -> "Places":
        base = origin.rstrip("/")
        return cls(page=f"{base}/o/oauth2/v2/auth", token=f"{base}/token", revoke=f"{base}/revoke")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Ours, as registered at Google."""

    id: str
    secret: str


class GoogleConsents:
    """Safe to share between threads. `advice` is what a user without consent is to do."""

    def __init__(  # noqa: PLR0913 - each is a thing of its own
        self,
        *,
        client: Client,
        seal: Seal,
        kept: Grants,
        advice: str,
        places: Places = Places(),
        http: Http | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._seal = seal
        self._kept = kept
        self._advice = advice
        self._places = places
        self._http = http or Http()
        self._clock = clock
        self._tokens = lru_cache(maxsize=USERS_MAX)(self._tokens_of)

    @property
    def client_id(self) -> str:
        return self._client.id

    def page(self, question: Mapping[str, str]) -> str:
        return f"{self._places.page}?{urlencode(question)}"

    def exchange(self, code: str, *, verifier: str, redirect_uri: str) -> Given:
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        answer = self._asked({**form, "redirect_uri": redirect_uri})
        if error_in(answer) == "invalid_grant":
            raise BadRequest("Google does not take its code any more. Please start again.")
        said = answer.json()
        if not httpx.codes.is_success(answer.status) or not isinstance(said, dict):
            raise _ours(answer)
        claims = _claims(_text(said, "id_token"))
        if not claims:
            raise _ours(answer)
        scopes = tuple(_text(said, "scope").split())
        return Given(refresh_token=_text(said, "refresh_token"), scopes=scopes, claims=claims)

    def sealed(self, given: Given, who: Identity, now: datetime) -> Grant:
        closed = self._seal.close(given.refresh_token, who.user, who.subject)
        return Grant(user=who.user, subject=who.subject, sealed=closed, scopes=given.scopes, granted_at=now)

    def resealed(self, grant: Grant) -> Grant | None:
        if self._seal.is_by_first(grant.sealed):
            return None
        closed = self._seal.close(self._opened(grant), grant.user, grant.subject)
        return replace(grant, sealed=closed)

    def give_back(self, given: Given) -> None:
        self._revoke(given.refresh_token)

    def revoke(self, grant: Grant) -> None:
        self._revoke(self._opened(grant))

    def check(self) -> str:
        """A refresh token that there never was: Google looks at the client first."""
        answer = self._asked({"grant_type": "refresh_token", "refresh_token": MADE_UP})
        if error_in(answer) != "invalid_grant":
            raise _ours(answer)
        return f"Google knows the client {self._client.id}"

    def credentials(self, user: str) -> GoogleCredentials:
        """For one call."""
        return _Bearer(self._tokens(user))

    def _tokens_of(self, user: str) -> Tokens:
        no_token = partial(self._no_token, user)
        return Tokens(ask=partial(self._refreshed, user), no_token=no_token, clock=self._clock)

    def _refreshed(self, user: str) -> Answer:
        """AccessLost without consent."""
        kept = self._kept.grant(user)
        if kept is None:
            raise AccessLost(f"{user} has not connected their calendar: {self._advice}")
        token = self._opened(kept.value)
        if newer := self.resealed(kept.value):
            self._kept.keep_grant(newer, kept.version)
        return self._asked({"grant_type": "refresh_token", "refresh_token": token})

    def _no_token(self, user: str, answer: Answer) -> AccessLost | RetryLater:
        code = error_in(answer)
        if code in ABOUT_CONSENT:
            said = f"consent ended: {self._advice}"
            return AccessLost(f"{said} ({user}: {code})", logged=f"{said} ({code})")
        return _ours(answer)

    def _opened(self, grant: Grant) -> str:
        return self._seal.open(grant.sealed, grant.user, grant.subject)

    def _asked(self, form: Mapping[str, str]) -> Answer:
        ours = {"client_id": self._client.id, "client_secret": self._client.secret}
        return self._sent(self._places.token, {**ours, **form})

    def _revoke(self, token: str) -> None:
        if not token:
            return
        answer = self._sent(self._places.revoke, {"token": token})
        if not httpx.codes.is_success(answer.status) and error_in(answer) != "invalid_token":
            raise RetryLater(f"a consent could not be given back: {answer.brief} {error_in(answer)}".rstrip())

    def _sent(self, url: str, form: Mapping[str, str]) -> Answer:
        """Words of an answer are not repeated: what was sent were secrets."""
        try:
            return asking(self._http, url=url, form=form)
        except RetryLater as error:
            raise RetryLater(f"no token for now: {error.logged}", delay=error.delay) from None


def error_in(answer: Answer) -> str:
    """The OAuth error code, if the answer has one."""
    said = answer.json()
    code = said.get("error") if isinstance(said, dict) else None
    return code if isinstance(code, str) and code.isidentifier() else ""


def _ours(answer: Answer) -> RetryLater:
    """An operator has to act, if Google has understood the question; nobody's consent has ended."""
    said = f"no token: {answer.brief} {error_in(answer)}".rstrip()
    if error_in(answer):
        return RetryLater(f"{said}, {OURS}", delay=PROJECT_REST_S, of_project=True)
    return RetryLater(said)


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _claims(token: str) -> Json:
    """What an identity token says; nothing, if it is none. It comes from Google's own server."""
    part = token.split(".")[1] if token.count(".") == 2 else ""  # noqa: PLR2004 - three parts
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


class _Bearer(GoogleCredentials):
    """A user's access token for one call, and another one if that is refused: it may have ended early."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._tokens = tokens
        self._used: Granted | None = None

    def before_request(self, request: Any, method: str, url: str, headers: Any) -> None:  # noqa: ARG002 - theirs
        self._used = self._tokens.get()
        headers["authorization"] = f"Bearer {self._used.token}"

    def refresh(self, request: Any) -> None:  # noqa: ARG002 - as the library has it
        self._tokens.get(refused=self._used)
