"""What Zoom knows of one account: its app, meetings, webinars and calls. Survives a server's restart."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from local.zoom.faults import DAILY, IS_WEBINAR, IS_WEBINAR_READ
from local.zoom.meetings import PERSONAL, SINGLE, Meeting, Refusal

UPDATES_MAX = 100  # of one host's meetings in a day of UTC
HOST = "owner@example.com"
SCOPES = ("read", "update", "delete")
_FIRST_ID = 81_234_500_000


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A call as it came: `query` by name, `body` as sent."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any] | None


@dataclass(slots=True, kw_only=True)
class App:
    """A server-to-server app. `scopes` are those of its next token."""

    account_id: str = "acc-1"
    client_id: str = "client-1"
    client_secret: str = "secret-1"
    scopes: set[str] = field(default_factory=lambda: {f"meeting:{each}:meeting:admin" for each in SCOPES})
    lasts: int = 3_600
    api_url: str = "https://api.zoom.us"
    tokens: dict[str, set[str]] = field(default_factory=dict)


class Account:
    """Safe to share between threads."""

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self.now = now
        self.app = App()
        self.base = ""
        self.calls: list[Heard] = []
        self.daily_headers = False  # Zoom does not always send what it documents
        self._lock = threading.RLock()
        self._meetings: dict[int, Meeting] = {}
        self._numbers = count(_FIRST_ID)
        self._gone_hosts: set[str] = set()
        self._updates: Counter[tuple[str, str]] = Counter()

    def make(self, host: str = HOST, *, webinar: bool = False, **fields: Any) -> str:
        """A meeting as somebody made it by hand; its number."""
        with self._lock:
            number = next(self._numbers)
            start = fields.pop("start_time", None)
            usual = {"topic": "as made", "agenda": "", "type": 5 if webinar else SINGLE, "password": "pass42"}
            made = Meeting(id=number, host=host, fields={**usual, **fields}, webinar=webinar)
            made.start = datetime.fromisoformat(start) if start else None
            self._meetings[number] = made
            return str(number)

    def make_personal(self, host: str = HOST) -> str:
        name = self.make(host, type=PERSONAL)
        with self._lock:
            self._meetings[int(name)].fields["pmi"] = name
        return name

    def meeting(self, name: str) -> Meeting:
        """For tests, to look at and to change as its host would."""
        return self._meetings[int(name)]

    def find(self, name: str) -> dict[str, Any] | None:
        """As last pushed; None if it is not there."""
        with self._lock:
            found = self._meetings.get(int(name))
            return found.told(self.base, self.now()) if found else None

    def remove_host(self, host: str) -> None:
        self._gone_hosts.add(host)

    def spend(self, host: str) -> None:
        """The host's meetings were updated as often as they may be in a day."""
        self._updates[host, self._today()] = UPDATES_MAX

    def _today(self) -> str:
        return self.now().astimezone(UTC).date().isoformat()

    def grant(self) -> dict[str, Any]:
        with self._lock:
            text = uuid4().hex
            self.app.tokens[text] = set(self.app.scopes)
            return {
                "access_token": text,
                "token_type": "bearer",
                "expires_in": self.app.lasts,
                "scope": " ".join(sorted(self.app.scopes)),
                "api_url": self.app.api_url,
            }

    def allow(self, token: str, scope: str) -> None:
        """Refusal if the token is none of ours, or was not given the scope."""
        granted = self.app.tokens.get(token)
        if granted is None:
            raise Refusal(401, 124, "Invalid access token.")
        if scope not in granted:
            names = f"[{scope.removesuffix(':admin')}, {scope}]"
            raise Refusal(400, 4711, f"Invalid access token, does not contain scopes:{names}.")

    def read(self, number: int, *, webinar: bool) -> dict[str, Any]:
        with self._lock:
            known = self._known(number, webinar=webinar, words=IS_WEBINAR_READ)
            return known.told(self.base, self.now())

    def update(self, number: int, wish: dict[str, Any], occurrence: str | None, *, webinar: bool) -> None:
        with self._lock:
            known = self._known(number, webinar=webinar)
            self._count(known.host)
            if occurrence is None:
                known.update(wish, self.now())
            else:
                known.update_one(occurrence, wish, self.now())

    def delete(self, number: int, occurrence: str | None, *, webinar: bool) -> None:
        """Without an occurrence the whole series goes."""
        with self._lock:
            known = self._known(number, webinar=webinar)
            if known.kind == PERSONAL:
                raise Refusal(400, 3018, "Not allowed to delete PMI.")
            if known.started:
                raise Refusal(400, 3002, "Sorry, you cannot delete this meeting since it is in progress.")
            # To go with its last occurrence is the worst that Zoom may do with a meeting.
            if occurrence is None or not known.call_off(occurrence):
                del self._meetings[number]

    def _known(self, number: int, *, webinar: bool, words: str = IS_WEBINAR) -> Meeting:
        known = self._meetings.get(number)
        if known is None:
            raise Refusal(404, 3001, f"{'Webinar' if webinar else 'Meeting'} does not exist: {number}.")
        if known.host in self._gone_hosts:
            raise Refusal(404, 1001, f"User does not exist: {known.host}.")
        if known.webinar and not webinar:
            raise Refusal(400, 3000, words)
        return known

    def _count(self, host: str) -> None:
        day = (host, self._today())
        if self._updates[day] >= UPDATES_MAX:
            raise Refusal(429, 429, DAILY)
        self._updates[day] += 1
