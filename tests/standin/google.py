"""Google's own Python client, turned to a stand-in."""

from typing import TYPE_CHECKING

import google_auth_httplib2
import httplib2
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build

if TYPE_CHECKING:
    from googleapiclient._apis.calendar.v3 import CalendarResource


def service(url: str) -> "CalendarResource":
    nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
    transport = google_auth_httplib2.AuthorizedHttp(nobody, http=httplib2.Http(timeout=30))
    return build(
        "calendar",
        "v3",
        http=transport,
        client_options={"api_endpoint": f"{url}/calendar/v3/"},
        cache_discovery=False,
    )
