"""What the calendar's owner and the add-on do: connect, make conferences, and then events with them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.demo.browser import Browser
from local.demo.wrong import Refused, Wrong, require
from local.system import CONNECT, System

CALENDAR = "owner@example.com"  # what `primary` stands for
SOLUTION = "My Web Conference"
LENGTH = timedelta(minutes=45)
TITLE_BEFORE = "New meeting"  # what the add-on calls a conference whose event has no title yet
CONNECTED = "Your calendar is connected"
SCOPE = re.compile(r'name="scope" value="([^"]+)"')  # of a box to tick
NOTHING: Mapping[str, str] = {}
Body = dict[str, Any]


class Owner:
    """A user who writes as Calendar's own page does, with a token that has nothing to do with the service's.

    `answered_at` is when the last call returned. Refused.
    """

    answered_at: datetime
    _touched: list[str]

    def __init__(self, system: System, client: httpx.Client, user: str = CALENDAR) -> None:
        self._user = user
        self._events = f"{system.calendar.url}/calendar/v3/calendars/{user}/events"
        self._conferences = f"{system.conferences.url}/conferences"
        self._system = system
        self._client = client
        token = system.calendar.control("POST", "tokens", {"account": user})["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}
        self._touched = []

    def connect(self) -> None:
        """Consent in a browser: to Google's page, where the owner picks their account and ticks the box."""
        browser = Browser()
        asked = browser.open(self._system.functions[CONNECT].url)
        require("Google's page answered otherwise", expected=200, found=asked.status)
        told = browser.fill(asked, account=self._user, scope=SCOPE.findall(asked.text), decision="allow")
        self.answered_at = datetime.now(UTC)
        if not (CONNECTED in told.text and self._user in told.text):
            raise Wrong(f"connect_calendar answered {told.status}: {told.text}")

    def make_conference(self) -> Body:
        """The conferenceData of a new one."""
        made = _answered(self._client.post(self._conferences, json={"title": TITLE_BEFORE}))
        return {
            "conferenceId": made["id"],
            "conferenceSolution": {"key": {"type": "addOn"}, "name": SOLUTION},
            "entryPoints": [{"entryPointType": "video", "uri": made["join_url"]}],
        }

    def insert(self, title: str, start: datetime, conference: Body, **more: object) -> str:
        """The new event's id."""
        body = {"summary": title, "conferenceData": conference, **times(start), **more}
        event_id = str(self._call("POST", self._events, body)["id"])
        self._touched.append(event_id)
        return event_id

    def patch(self, event_id: str, change: Mapping[str, object]) -> None:
        self._call("PATCH", f"{self._events}/{event_id}", change)
        self._touched.append(event_id)

    def delete(self, event_id: str) -> None:
        self._call("DELETE", f"{self._events}/{event_id}")
        self._touched.append(event_id)

    def touched(self) -> list[Body]:
        """The events that were written since this was last asked for, as Calendar has them now."""
        ids, self._touched = dict.fromkeys(self._touched), []
        return [self._call("GET", f"{self._events}/{each}") for each in ids]

    def get(self, event_id: str) -> Body:
        return dict(self._call("GET", f"{self._events}/{event_id}"))

    def shown(self, since: datetime, until: datetime) -> list[Body]:
        """What the user's page shows of these days: single instances, nothing that is deleted."""
        window = {"timeMin": since.isoformat(), "timeMax": until.isoformat()}
        asked = {**window, "singleEvents": "true", "maxResults": "2500"}
        found: list[Body] = self._call("GET", self._events, asked=asked)["items"]
        return found

    def instances(self, event_id: str) -> list[Body]:
        found: list[Body] = self._call("GET", f"{self._events}/{event_id}/instances")["items"]
        return found

    def _call(
        self,
        verb: str,
        url: str,
        body: Mapping[str, object] | None = None,
        asked: Mapping[str, str] = NOTHING,
    ) -> Any:
        """Without conferenceDataVersion=1 Calendar would silently drop conferences."""
        knows = {"conferenceDataVersion": "1"} if verb in {"POST", "PATCH"} else {}
        answer = self._client.request(verb, url, params={**knows, **asked}, json=body, headers=self._headers)
        self.answered_at = datetime.now(UTC)
        return _answered(answer)


def _answered(answer: httpx.Response) -> Any:
    if not answer.is_success:
        raise Refused(f"{answer.request.method} {answer.url}", answer.status_code, answer.text)
    return answer.json() if answer.content else None


def times(start: datetime, end: datetime | None = None) -> Body:
    return {"start": _moment(start), "end": _moment(end or start + LENGTH)}


def _moment(at: datetime) -> Body:
    return {"dateTime": at.isoformat(), "timeZone": "UTC"}
