"""As whom Calendar is asked: each user (keyless domain-wide delegation), the service account, or nobody.

For delegation IAM `signJwt` signs as `CALENDAR_SERVICE_ACCOUNT`, or as the running account if none is named,
so no key exists anywhere. The running account needs Token Creator on the signing one, and the signing one
the scopes below, granted in the admin console (FACTS.md 7). It is one account for all functions: only the
OAuth client that opened a channel may stop it (FACTS.md 1.3), and a function stops channels of others.
"""

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

import google.auth
import google_auth_httplib2
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import DefaultCredentialsError

from functions.adapters.calendar.http import CalendarHttp
from functions.adapters.calendar.tokens import ActingAs, Own
from functions.core.errors import Rejected

SCOPES = (
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar.calendars.readonly",
)
SIGNING_SCOPE = "https://www.googleapis.com/auth/iam"
USERS_MAX = 1_000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

CredentialsOf = Callable[[str], Credentials]


def credentials_of(auth: str, endpoint: str | None, account: str | None = None) -> CredentialsOf:
    """From a user to credentials as `CALENDAR_AUTH` says. Rejected if there are none of that kind here."""
    if auth == "anonymous":
        if urlsplit(endpoint or "").hostname not in LOOPBACK:
            raise Rejected("CALENDAR_AUTH=anonymous: CALENDAR_API_ENDPOINT must be on this machine")
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        return lambda _: nobody
    if auth == "service_account":
        own = _default(SCOPES)
        return lambda _: own
    source = _default((SIGNING_SCOPE,))
    principal = account or _principal(source)
    return lru_cache(maxsize=USERS_MAX)(lambda user: _acting_as(user, source, principal))


def _acting_as(user: str, source: Credentials, principal: str) -> Credentials:
    return ActingAs(user=user, source=source, account=principal, scopes=list(SCOPES))


def _default(scopes: tuple[str, ...]) -> Own:
    try:
        credentials, _ = google.auth.default(scopes=list(scopes))
    except DefaultCredentialsError as error:
        raise Rejected(
            f"no Google credentials: run gcloud auth application-default login ({error})"
        ) from error
    return Own(credentials)


def _principal(source: Own) -> str:
    """On Google's machines the account's address is known only after its first token was fetched."""
    if source.service_account_email == "default":
        source.refresh(google_auth_httplib2.Request(CalendarHttp()))
    principal = source.service_account_email
    if not principal:
        raise Rejected(
            "CALENDAR_AUTH=delegation needs a service account, and these are a person's credentials: "
            "set CALENDAR_SERVICE_ACCOUNT, or add --impersonate-service-account to "
            "gcloud auth application-default login"
        )
    return principal
