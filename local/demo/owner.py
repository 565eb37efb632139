"""What the calendar's owner and the add-on do: conferences are made first, then events that carry them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.demo.wrong import Wrong
from local.system import System

CALENDAR = "owner@example.com"  # what `primary` stands for
SOLUTION = "My Web Conference"
LENGTH = timedelta(minutes=45)
TITLE_BEFORE = "New meeting"  # what the add-on calls a conference whose event has no title yet
Body = dict[str, Any]


class Owner:
    """Writes through the Calendar API. `answered_at` is when the last call returned."""

    answered_at: datetime

    def __init__(self, system: System, client: httpx.Client) -> None:
        self._events = f"{system.calendar.url}/calendar/v3/calendars/primary/events"
        self._conferences = f"{system.conferences.url}/conferences"
        self._client = client

    def make_conference(self) -> Body:
        """The conferenceData of a new one."""
        made = self._call("POST", self._conferences, {"title": TITLE_BEFORE})
        return {
            "conferenceId": made["id"],
            "conferenceSolution": {"key": {"type": "addOn"}, "name": SOLUTION},
            "entryPoints": [{"entryPointType": "video", "uri": made["join_url"]}],
        }

    def insert(self, title: str, start: datetime, conference: Body, **more: object) -> str:
        """The new event's id."""
        body = {"summary": title, "conferenceData": conference, **times(start), **more}
        return str(self._call("POST", self._events, body)["id"])

    def patch(self, event_id: str, change: Mapping[str, object]) -> None:
        self._call("PATCH", f"{self._events}/{event_id}", change)

    def delete(self, event_id: str) -> None:
        self._call("DELETE", f"{self._events}/{event_id}")

    def instances(self, event_id: str) -> list[Body]:
        found: list[Body] = self._call("GET", f"{self._events}/{event_id}/instances")["items"]
        return found

    def _call(self, verb: str, url: str, body: Mapping[str, object] | None = None) -> Any:
        """Without conferenceDataVersion=1 Calendar would silently drop conferences."""
        knows = {"conferenceDataVersion": 1} if verb in {"POST", "PATCH"} else {}
        answer = self._client.request(verb, url, params=knows, json=body)
        self.answered_at = datetime.now(UTC)
        if not answer.is_success:
            raise Wrong(f"{verb} {url} answered {answer.status_code}: {answer.text}")
        return answer.json() if answer.content else None


def times(start: datetime) -> Body:
    return {"start": _moment(start), "end": _moment(start + LENGTH)}


def _moment(at: datetime) -> Body:
    return {"dateTime": at.isoformat(), "timeZone": "UTC"}
