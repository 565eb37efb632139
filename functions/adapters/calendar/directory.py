"""The users of a Workspace domain, by the Admin SDK's Directory API, as one of its administrators.

https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list
For the command line alone: no function asks for this scope.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from functions.adapters.calendar.asked import BROKEN, Asked, tried
from functions.adapters.calendar.auth import credentials_of
from functions.adapters.calendar.http import CalendarHttp
from functions.adapters.calendar.refusals import Cause, Refused
from functions.core.errors import AccessLost, Rejected, RetryLater
from functions.ports import Members

GOOGLES = "https://admin.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/admin.directory.user.readonly"
USERS_AT_ONCE = 500  # the most
FIELDS = "nextPageToken,users(primaryEmail,suspended,archived)"
ALL_DOMAINS = "my_customer"
TRIES_MORE = 2
PASSING = frozenset({Cause.QUOTA, Cause.MINUTE, Cause.SOON, Cause.LATER})
CONSOLE = "the admin console's domain-wide delegation (https://admin.google.com/ac/owl/domainwidedelegation)"


class GoogleDirectory:
    """`admin` is as whom it is asked: an administrator who may read users."""

    def __init__(
        self,
        *,
        admin: str,
        auth: str,
        endpoint: str | None = None,
        account: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._admin, self._sleep = admin, sleep
        self._url = f"{endpoint or GOOGLES}/admin/directory/v1/users"
        self._asked = Asked(credentials_of(auth, endpoint, account, scopes=(SCOPE,))(admin), CalendarHttp())

    def members(self, *, domain: str | None, page_token: str | None) -> Members:
        asked = {"domain": domain} if domain else {"customer": ALL_DOMAINS}
        asked |= {
            "maxResults": str(USERS_AT_ONCE),
            "projection": "basic",
            "orderBy": "email",
            "fields": FIELDS,
        }
        asked |= {"pageToken": page_token} if page_token else {}
        return _members(self._got(f"{self._url}?{urlencode(asked)}"))

    def _got(self, url: str) -> object:
        def once() -> object:
            _, content = self._asked.request(url)
            return json.loads(content)

        try:
            return tried(once, TRIES_MORE, self._sleep)
        except AccessLost as error:
            raise Rejected(f"{error}. {self._advice}") from error
        except Refused as refused:
            raise self._meaning(refused) from refused
        except BROKEN as error:
            raise RetryLater(f"the Directory could not be reached or understood: {error!r}") from error

    @property
    def _advice(self) -> str:
        return (
            f"In {CONSOLE} grant the client id of CALENDAR_SERVICE_ACCOUNT the scope {SCOPE} as well; "
            f"{self._admin} must be an administrator who may read users"
        )

    def _meaning(self, refused: Refused) -> Rejected | RetryLater:
        said = f"the Directory answered {refused.status} {refused.reason}: {refused.message}"
        if refused.cause in PASSING:
            return RetryLater(said, delay=refused.wait)
        if refused.cause is Cause.PROJECT:
            return Rejected(f"{said}. Switch it on: gcloud services enable admin.googleapis.com")
        return Rejected(f"{said}. {self._advice}" if refused.cause is Cause.ACCESS else said)


def _members(answer: object) -> Members:
    """Whoever is suspended or archived cannot use a calendar. RetryLater if it is not a page of users."""
    if not isinstance(answer, Mapping):
        raise _unclear("no object")
    users, token = answer.get("users", []), answer.get("nextPageToken")
    if not isinstance(users, list) or not all(isinstance(user, Mapping) for user in users):
        raise _unclear("users")
    if len(users) > USERS_AT_ONCE:
        raise _unclear("more users than were asked for")
    if token is not None and not (isinstance(token, str) and token.isprintable()):
        raise _unclear("nextPageToken")
    active = [user for user in users if not (user.get("suspended") or user.get("archived"))]
    return Members(users=[_address(user) for user in active], next_page=token or None)


def _address(user: Mapping[str, Any]) -> str:
    given = user.get("primaryEmail")
    return given if isinstance(given, str) else ""


def _unclear(what: str) -> RetryLater:
    return RetryLater(f"the Directory's answer cannot be understood: {what}")
