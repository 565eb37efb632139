"""As whom Calendar is asked: each user (keyless domain-wide delegation), the service account, or nobody.

For delegation IAM `signJwt` signs as `CALENDAR_SERVICE_ACCOUNT`, or as the running account if none is named,
so no key exists anywhere. The running account needs `iam.serviceAccounts.signJwt` on the signing one, and
that one the scopes below, granted in the admin console (FACTS.md 7). It is one account for all functions:
only the OAuth client that opened a channel may stop it (FACTS.md 1.3), and a function stops channels of
others.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from urllib.parse import urlsplit

import google.auth
import google_auth_httplib2
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import DefaultCredentialsError

from functions.adapters.calendar.http import CalendarHttp
from functions.adapters.calendar.tokens import ActingAs, Own
from functions.core.errors import Rejected

# No other scope of a calendar's events lets `calendars.get` name the calendar (RECORDED.md G).
NAMING_SCOPE = "https://www.googleapis.com/auth/calendar.calendars.readonly"
READING_SCOPES = ("https://www.googleapis.com/auth/calendar.events.readonly", NAMING_SCOPE)
WRITING_SCOPES = ("https://www.googleapis.com/auth/calendar.events", NAMING_SCOPE)
SIGNING_SCOPE = "https://www.googleapis.com/auth/iam"
USERS_MAX = 1_000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

CredentialsOf = Callable[[str], Credentials]


def scopes_for(*, writes: bool) -> Sequence[str]:
    """What the service asks for; with domain-wide delegation exactly these are granted."""
    return WRITING_SCOPES if writes else READING_SCOPES


def credentials_of(
    auth: str, endpoint: str | None, account: str | None = None, *, scopes: Sequence[str] = READING_SCOPES
) -> CredentialsOf:
    """From a user to credentials as `CALENDAR_AUTH` says. Rejected if there are none of that kind here."""
    if auth == "anonymous":
        if urlsplit(endpoint or "").hostname not in LOOPBACK:
            raise Rejected("CALENDAR_AUTH=anonymous: CALENDAR_API_ENDPOINT must be on this machine")
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        return lambda _: nobody
    if auth == "service_account":
        own = _default(scopes)
        return lambda _: own
    source = _default((SIGNING_SCOPE,))
    principal = account or _principal(source)
    return lru_cache(maxsize=USERS_MAX)(partial(_acting_as, source, principal, scopes))


def _acting_as(source: Credentials, principal: str, scopes: Sequence[str], user: str) -> Credentials:
    return ActingAs(user=user, source=source, account=principal, scopes=list(scopes))


def _default(scopes: Sequence[str]) -> Own:
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
