"""Plain HTTP to the stand-in: one call, one status, one JSON body."""

import json
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from typing import Any, Self
from urllib.parse import quote, urlencode

Json = dict[str, Any]


@dataclass(frozen=True)
class Got:
    status: int
    body: Any
    headers: Message

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and reason of an error, to compare with what Google answers."""
        return self.status, self.body["error"]["errors"][0]["reason"]


class Caller:
    """Calls of one user; nobody in particular when no user is named."""

    def __init__(self, url: str, user: str | None = None) -> None:
        self._headers = {"X-Standin-User": user} if user else {}
        self._http = HTTPConnection(url.removeprefix("http://"), timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def call(self, verb: str, path: str, body: Json | None = None, **more: Any) -> Got:
        """Call a path below `/calendar/v3/`; `headers` apart, keywords are query parameters."""
        headers = self._headers | more.pop("headers", {})
        params = {name: str(v).lower() if isinstance(v, bool) else v for name, v in more.items()}
        url = f"/calendar/v3/{quote(path)}?{urlencode(params, doseq=True)}"
        self._http.request(verb, url, None if body is None else json.dumps(body).encode(), headers)
        answer = self._http.getresponse()
        content = answer.read()
        return Got(answer.status, json.loads(content) if content else None, answer.headers)

    def ok(self, verb: str, path: str, body: Json | None = None, **more: Any) -> Any:
        got = self.call(verb, path, body, **more)
        assert got.status < 300, (verb, path, got)
        return got.body

    def events(self, calendar: str = "primary") -> "Events":
        return Events(self, f"calendars/{calendar}/events")


class Events:
    """The events of one calendar, each method by its name at Google."""

    def __init__(self, caller: Caller, path: str) -> None:
        self._caller = caller
        self.path = path

    def insert(self, body: Json, **more: Any) -> Any:
        return self._caller.ok("POST", self.path, body, **more)

    def get(self, event_id: str, **more: Any) -> Any:
        return self._caller.ok("GET", f"{self.path}/{event_id}", **more)

    def patch(self, event_id: str, body: Json, **more: Any) -> Any:
        return self._caller.ok("PATCH", f"{self.path}/{event_id}", body, **more)

    def update(self, event_id: str, body: Json, **more: Any) -> Any:
        return self._caller.ok("PUT", f"{self.path}/{event_id}", body, **more)

    def delete(self, event_id: str, **more: Any) -> None:
        self._caller.ok("DELETE", f"{self.path}/{event_id}", **more)

    def page(self, **more: Any) -> Any:
        return self._caller.ok("GET", self.path, **more)

    def all(self, **more: Any) -> tuple[list[Json], str]:
        """Read every page; return the items and the sync token."""
        items, page = [], self.page(**more)
        items += page["items"]
        while "nextPageToken" in page:
            page = self.page(**more, pageToken=page["nextPageToken"])
            items += page["items"]
        return items, page.get("nextSyncToken", "")

    def refused(
        self, verb: str, event_id: str = "", body: Json | None = None, **more: Any
    ) -> tuple[int, str]:
        path = f"{self.path}/{event_id}" if event_id else self.path
        return self._caller.call(verb, path, body, **more).refusal
