"""One call to an API of Google's, as somebody: a refusal is raised, and what passes soon is tried again."""

import random
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, TypeVar

import google_auth_httplib2
import httplib2
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.transport import DEFAULT_REFRESH_STATUS_CODES

from functions.adapters.calendar.http import CalendarHttp
from functions.adapters.calendar.refusals import Refused

NO_SUCCESS = 300
# No answer, or one that cannot be read.
BROKEN = (httplib2.HttpLib2Error, OSError, HTTPException, ValueError, RecursionError)
T = TypeVar("T")


class Asked(google_auth_httplib2.AuthorizedHttp):  # type: ignore[misc]
    """Raises Refused for whatever is not a success, a 401 after one more token. Without credentials there is
    none to be had. One user's for one call: the HTTP is everybody's.
    """

    def __init__(self, credentials: Credentials, http: CalendarHttp) -> None:
        renewed_on = () if isinstance(credentials, AnonymousCredentials) else DEFAULT_REFRESH_STATUS_CODES
        super().__init__(credentials, http=http, refresh_status_codes=renewed_on, max_refresh_attempts=1)

    def request(self, *asked: Any, **named: Any) -> tuple[Any, bytes]:
        response, content = super().request(*asked, **named)
        if response.status >= NO_SUCCESS:
            raise Refused(response.status, content, response)
        return response, content


def tried(once: Callable[[], T], more: int, sleep: Callable[[float], None]) -> T:
    """At most so many times more, longer apart each time."""
    for attempt in range(more):
        try:
            return once()
        except Refused as refused:
            if not refused.passes_soon:
                raise
        except BROKEN:
            pass
        sleep(random.uniform(0, 2.0 ** (attempt + 1)))  # noqa: S311 - spreads calls, keeps no secret
    return once()
