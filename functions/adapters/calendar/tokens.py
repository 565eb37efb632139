"""What a failure to get a token means: read from the last answer itself, not from the library's error.

The library takes each refusal of IAM to sign, and each page that is not JSON, for a lasting one (RECORDED.md
G). Only an error of the token endpoint itself, for a user, is about that user.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from google.auth import impersonated_credentials
from google.auth.credentials import Credentials, TokenState
from google.auth.exceptions import GoogleAuthError

from functions.adapters.calendar.refusals import PROJECT_REST_S, SERVER_ERROR, Cause, Refused
from functions.core.errors import AccessLost, RetryLater

SIGNING = ":signJwt"
MAY_SIGN = "iam.serviceAccounts.signJwt"  # the one permission that this needs
ABOUT_THE_USER = frozenset({"invalid_grant", "unauthorized_client", "admin_policy_enforced", "access_denied"})
REFUSED = 400
PASSING = frozenset({Cause.SOON, Cause.MINUTE})
# What the library raises, besides its own errors, on an answer that it was not written for.
NOT_UNDERSTOOD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Own(Credentials):
    """The running account's own. Without them no user can be asked for, but no user's access is lost."""

    def __init__(self, inner: Credentials) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._inner = inner

    @property
    def token_state(self) -> TokenState:
        state: TokenState = self._inner.token_state
        return state

    @property
    def service_account_email(self) -> str | None:
        return getattr(self._inner, "service_account_email", None)

    def refresh(self, request: Any) -> None:
        with _own_trouble(request) as heard:
            self._inner.refresh(heard)  # type: ignore[no-untyped-call]

    def before_request(self, request: Any, method: str, url: str, headers: Any) -> None:
        with _own_trouble(request) as heard:
            self._inner.before_request(heard, method, url, headers)  # type: ignore[no-untyped-call]

    def apply(self, headers: Any, token: str | None = None) -> None:
        self._inner.apply(headers, token)  # type: ignore[no-untyped-call]


@contextmanager
def _own_trouble(request: Any) -> Iterator["_Heard"]:
    heard = _Heard(request)
    try:
        yield heard
    except (GoogleAuthError, OSError, *NOT_UNDERSTOOD) as error:
        said = f"no token for the running account {heard.code}".rstrip()
        if not heard.code:
            raise RetryLater(f"{said}, for now: {error!r}", logged=said) from error
        said += ": has the login ended, or is the account gone?"
        delay = PROJECT_REST_S
        raise RetryLater(f"{said} {error}", delay=delay, of_project=True, logged=said) from error


class ActingAs(impersonated_credentials.Credentials):
    """A user's: IAM signs a text for the `account`, and the token endpoint gives a token for it."""

    def __init__(self, *, user: str, source: Credentials, account: str, scopes: list[str]) -> None:
        super().__init__(source, account, scopes, subject=user)  # type: ignore[no-untyped-call]
        self._user, self._account = user, account

    def refresh(self, request: Any) -> None:
        heard = _Heard(request)
        try:
            super().refresh(heard)  # type: ignore[no-untyped-call]
        except (GoogleAuthError, OSError, *NOT_UNDERSTOOD) as error:
            raise self._meaning(heard, error) from error
        if not _sendable(self.token):
            self.token = None
            raise RetryLater(f"no token for {self._user} for now: what was given is none")

    def _meaning(self, heard: "_Heard", error: Exception) -> AccessLost | RetryLater:
        if heard.url.endswith(SIGNING):
            return self._unsigned(heard, error)
        code = heard.code
        if code in ABOUT_THE_USER:
            return AccessLost(f"no access as {self._user}: {error}", logged=f"no access: {code}")
        return self._for_now(heard, error)

    def _unsigned(self, heard: "_Heard", error: Exception) -> RetryLater:
        """If IAM refuses to sign, it does so for every user."""
        if heard.status < REFUSED or Refused(heard.status, heard.body).cause in PASSING:
            return self._for_now(heard, error)
        advice = f"IAM does not sign for {self._account} ({heard.status}): grant the running account "
        advice += f"a role on it with the permission {MAY_SIGN}, with the IAM Credentials API on"
        return RetryLater(f"{advice}: {error}", delay=PROJECT_REST_S, of_project=True, logged=advice)

    def _for_now(self, heard: "_Heard", error: Exception) -> RetryLater:
        logged = f"no token for now: {heard.place} answered {heard.status or 'nothing'} {heard.code}".rstrip()
        return RetryLater(f"no token for {self._user} for now: {error!r}", logged=logged)


class _Heard:
    """A transport request that keeps the last answer."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self.url, self.status, self.body = "", 0, b""

    def __call__(self, url: str, **asked: Any) -> Any:
        self.url, self.status, self.body = url, 0, b""
        response = self._request(url=url, **asked)
        self.status, self.body = response.status, response.data
        return response

    @property
    def place(self) -> str:
        return "IAM" if self.url.endswith(SIGNING) else "the token endpoint"

    @property
    def code(self) -> str:
        """The OAuth error code, if the answer has one."""
        try:
            body = json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        code = body.get("error") if isinstance(body, dict) else None
        refused = REFUSED <= self.status < SERVER_ERROR
        return code if refused and isinstance(code, str) and code.isidentifier() else ""


def _sendable(token: object) -> bool:
    return isinstance(token, str) and bool(token) and token.isascii() and token.isprintable()
