"""The small Webex in tests: a provider for it, and Webex's own description to hold both against."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conformance.changes import change, meeting
from functions.adapters.providers.webex.provider import WebexProvider, WebexSettings
from functions.adapters.web.client import Http
from functions.core.model import Change, Kind, Meeting, Outcome
from local.conferences.faults import Fault
from local.webex.server import CLIENT, Asked, Server
from tests.support import needs
from tests.support.prism import Prism
from tests.support.rig import SOLUTION

DESCRIPTION = "webex-meeting.slim.json"
MONDAY, TUESDAY = datetime(2031, 1, 6, 9, tzinfo=UTC), datetime(2031, 1, 7, 9, tzinfo=UTC)
SECOND, THIRD = "2031-01-13T09:00:00Z", "2031-01-20T09:00:00Z"
HOUR = timedelta(hours=1)


def settings(url: str, **more: str) -> WebexSettings:
    usual = {**CLIENT, "refresh_token": "refresh-word", "api_url": url, "host_email": "any"}
    return WebexSettings(**{**usual, **more})


def environment(url: str) -> dict[str, str]:
    """The service's settings to tell it."""
    return {
        "CONFERENCE_SOLUTIONS": f"{SOLUTION}=webex",
        "WEBEX_API_URL": url,
        "WEBEX_CLIENT_ID": CLIENT["client_id"],
        "WEBEX_CLIENT_SECRET": CLIENT["client_secret"],
        "WEBEX_REFRESH_TOKEN": "refresh-word",
    }


def provider(url: str, *, http: Http | None = None, now: Any = None, **more: str) -> WebexProvider:
    """One that loses no time between its tries."""
    http = http or Http(sleep=lambda _seconds: None)
    return WebexProvider(settings(url, **more), http=http, **({"now": now} if now else {}))


def description(folder: Path) -> str:
    """Cisco's, with what its prose says and its schema leaves out: agenda and recurrence may be null. Tokens
    are described elsewhere, so their address is let through.
    """
    found = json.loads((needs.descriptions() / DESCRIPTION).read_text())
    operation = found["paths"]["/meetings/{meetingId}"]["patch"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" in schema:
        schema = found["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name in ("agenda", "recurrence"):
        schema["properties"][name]["nullable"] = True
    schema["additionalProperties"] = False
    answer = {"description": "a token or why not", "content": {"application/json": {"schema": {}}}}
    body = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}
    found["paths"]["/access_token"] = {"post": {"requestBody": body, "responses": {"default": answer}}}
    path = folder / DESCRIPTION
    path.write_text(json.dumps(found))
    return str(path)


@dataclass(slots=True)
class Site:
    """The small Webex, and the address at which the adapter finds it."""

    server: Server
    url: str
    prism: Prism | None = None

    def provider(self, **more: Any) -> WebexProvider:
        http = self.prism.http(sleep=lambda _seconds: None) if self.prism else None
        return provider(self.url, **{"http": http, **more})

    def make(self, **more: Any) -> str:
        return self.server.meetings.create("as made", **more)

    def of(self, name: str) -> dict[str, Any]:
        return self.server.meetings.get(name)

    def apply(self, name: str, **fields: Any) -> Outcome:
        return self.provider().apply(change(name, meeting=event(**fields)))

    def order(self, on: str, **fault: Any) -> None:
        self.server.faults.add(Fault(**{"kind": "status", "conference_id": on, **fault}))

    def asked(self, *methods: str) -> list[Asked]:
        return [each for each in self.server.log if each.method in methods]


def event(**fields: Any) -> Meeting:
    return meeting(**{"start": MONDAY, "end": MONDAY + HOUR, "recurrence": (), **fields})


def series(**fields: Any) -> Meeting:
    return event(**{"recurrence": ("RRULE:FREQ=WEEKLY;COUNT=6",), **fields})


def moved(name: str, occurrence: str, **fields: Any) -> Change:
    return change(name, kind=Kind.OCCURRENCE_UPDATED, occurrence=occurrence, meeting=event(**fields))


def cancelled(name: str, occurrence: str) -> Change:
    return change(name, kind=Kind.OCCURRENCE_CANCELLED, occurrence=occurrence, meeting=None)
