"""The service with users who consent themselves, between a stand-in of all of Google and a conference system,
and browsers that go from one to the other.
"""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from functions import wiring
from functions.adapters.queues.messages import decode
from functions.adapters.queues.sqlite import SqliteQueue
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.enrolment import Enrolment, Trouble
from functions.core.grant import Grant
from functions.core.hold import BEFORE_ALL
from functions.core.model import Reason, SyncRequest
from functions.ports import Version
from functions.settings import Settings
from gcal_standin import server as standin
from local.conferences import server as conferences
from local.pump import push_body
from tests.host.conftest import client, watched
from tests.host.service import AT_ONCE, Clock, Meanwhile
from tests.support.rig import KEYS, OWNER, SOLUTION, conference_data, earlier, usual
from tests.support.wired import forget

BOB = "bob@example.com"
URL = "https://connect.example.com"
CLIENT, SECRET = "123-web.apps.googleusercontent.com", "the-secret-of-our-client"
ADDON = "456-addon.apps.googleusercontent.com"
GRANT_KEY = "grant-key-" + "g" * 32
DAY_S = 86_400
READING = "https://www.googleapis.com/auth/calendar.events.owned.readonly"


@dataclass(kw_only=True)
class Browser:
    """Keeps its cookies, and follows nothing by itself."""

    standin: standin.Server
    web: FlaskClient
    pages: list[str] = field(default_factory=list)
    cookies: set[str] = field(default_factory=set)

    def ask(self, path: str, verb: str = "GET", **more: Any) -> TestResponse:
        answer = self.web.open(path, method=verb, base_url=URL, **more)
        self.pages.append(answer.text)
        self.cookies |= {self.cookie()} - {""}
        return answer

    def google(self, answer: TestResponse, **said: Any) -> str:
        """Where Google sends the browser, after a person answered; a path of ours."""
        assert answer.status_code == 303, answer.text
        self.standin.control("POST", "consents", said)
        sent = httpx.get(answer.headers["Location"])
        assert sent.status_code == 302, sent.text
        back = sent.headers["Location"]
        assert back.startswith(f"{URL}/callback?")
        return str(back.removeprefix(URL))

    def connect(self, user: str = OWNER, query: str = "", **said: Any) -> TestResponse:
        return self.ask(self.google(self.ask(f"/{query}"), account=user, **said))

    def cookie(self) -> str:
        found = self.web.get_cookie("__Host-connect", domain="connect.example.com")
        return found.value if found else ""


@dataclass(kw_only=True)
class Connecting:
    calendar: standin.Server
    conferences: conferences.Server
    folder: Path
    store: SqliteStore
    queue: SqliteQueue
    clock: Clock
    meanwhile: Meanwhile
    environment: pytest.MonkeyPatch
    before_grant: list[Callable[[], object]]
    before_publish: list[Exception]
    before_drop: list[Exception]
    printed: list[str]
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        made = Browser(standin=self.calendar, web=client("connect_calendar"))
        self.browsers.append(made)
        return made

    def secrets(self) -> set[str]:
        """Each code and token that there ever was, the browsers' cookies, and our secrets."""
        issued: list[str] = self.control("GET", "grants/issued")
        return {*issued, *(one for each in self.browsers for one in each.cookies), SECRET, GRANT_KEY, KEYS[0]}

    def leaks(self) -> list[str]:
        """Where one of these stands: in a file of store or queue as it is now, in the log, or on a page."""
        places = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        places["log"] = "".join(self.printed).encode()
        places["pages"] = "".join(page for each in self.browsers for page in each.pages).encode()
        secrets = self.secrets()
        return [name for name, text in places.items() if any(one.encode() in text for one in secrets)]

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.environment.setenv(name, value)
        forget()

    def control(self, verb: str, path: str, **body: Any) -> Any:
        return self.calendar.control(verb, path, body)

    def calls(self, method: str = "oauth2.token") -> int:
        return int(self.control("GET", "requests")["calls"].get(method, 0))

    def grant(self, user: str = OWNER) -> Grant | None:
        kept = self.store.grant(user)
        return kept.value if kept else None

    def google_grants(self, user: str = OWNER) -> list[Any]:
        return [one for one in self.control("GET", "grants") if one["user"] == user]

    def enrolment(self, calendar_id: str = OWNER) -> Enrolment | None:
        kept = self.store.enrolment(calendar_id)
        return kept.value if kept else None

    def nothing_kept(self, user: str = OWNER) -> bool:
        """Neither a grant nor an enrolment here, nor a consent at Google."""
        return not (self.grant(user) or self.enrolment(user) or self.google_grants(user))

    def waiting(self) -> list[SyncRequest]:
        return [decode(delivery.data) for delivery in self.queue.claim(1_000)]

    def settle(self) -> None:
        """Everything that waits is delivered."""
        while deliveries := self.queue.claim(1_000):
            for delivery in deliveries:
                answer = client("sync_calendar").post("/", json=push_body(delivery))
                assert answer.status_code < 300, answer.text
                self.queue.ack(delivery)

    def sync(self, calendar_id: str) -> None:
        """As after a notification."""
        self.queue.publish(SyncRequest(calendar_id=calendar_id, reason=Reason.NOTIFICATION))
        self.settle()

    def trouble(self) -> Trouble:
        found = self.enrolment()
        assert found
        return found.trouble

    def let_pass(self, seconds: int) -> None:
        """All that is remembered lies so much further back."""
        by = timedelta(seconds=seconds)
        for kept in self.store.enrolments():
            assert self.store.save(earlier(kept.value, by), kept.version)
        for standing in self.store.grants():
            assert self.store.keep_grant(earlier(standing.value, by), standing.version)
        for user, rest in self.store.resting(BEFORE_ALL).items():
            self.store.rest(user, None)
            self.store.rest(user, earlier(rest, by))
        forget()  # as after so long a time, nothing of rests is remembered

    def later(self, seconds: int) -> None:
        """So much later the sweep asks for what is due, and that is delivered, whatever comes of it."""
        self.let_pass(seconds)
        answer = client("sweep_calendars").post("/")
        assert answer.status_code == 200, answer.text
        for delivery in self.queue.claim(1_000):
            client("sync_calendar").post("/", json=push_body(delivery))
            self.queue.ack(delivery)

    def lose(self) -> None:
        """The owner ends their consent at Google, and the sweep goes on for hours."""
        self.control("POST", "grants/end", account=OWNER, client=CLIENT)
        self.later(DAY_S)
        for _ in range(7):
            self.later(600)
        assert self.trouble().lost_at

    def call(self, function: str, verb: str = "POST", **more: Any) -> TestResponse:
        return client(function).open("/", method=verb, **more)


class Tee(io.StringIO):
    """Prints on, and keeps what was printed."""

    def __init__(self, on: TextIO, printed: list[str]) -> None:
        super().__init__()
        self._on = on
        self._printed = printed

    def write(self, text: str) -> int:
        self._printed.append(text)
        return self._on.write(text)


@contextmanager
def connecting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connecting]:
    """As long as the test lasts. In the end nothing secret was stored, logged or shown, whatever happened."""
    clock, printed = Clock(), list[str]()
    monkeypatch.setattr(sys, "stdout", Tee(sys.stdout, printed))
    meanwhile: Meanwhile = {"list": [], "get": [], "save": []}
    with conferences.start(port=0) as system, standin.start(port=0, auth=True) as calendar:
        environment = {
            "STORE": f"sqlite:{folder / 'store'}",
            "QUEUE": f"sqlite:{folder / 'queue'}",
            "CALENDAR_AUTH": "oauth",
            "CALENDAR_API_ENDPOINT": calendar.url,
            "GOOGLE_OAUTH_URL": calendar.url,
            "GOOGLE_OAUTH_CLIENT_ID": CLIENT,
            "GOOGLE_OAUTH_CLIENT_SECRET": SECRET,
            "GRANT_KEYS": GRANT_KEY,
            "CONNECT_URL": URL,
            "ADDON_CLIENT_ID": ADDON,
            "NOTIFICATION_URL": "http://127.0.0.1:9/",
            "CHANNEL_TOKEN_KEYS": KEYS[0],
            "CONFERENCE_SOLUTIONS": f"{SOLUTION}=webhook",
            "WEBHOOK_URL": system.webhook_url,
            "WEBHOOK_SECRET": system.secret,
            "WEBHOOK_ALLOW_PRIVATE": "true",
            "OPERATORS": "*",
            "DELETE_GRACE_SECONDS": "0",
            "FOLD_SECONDS": "0",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        forget()
        made = wiring.context
        before_grant: list[Callable[[], object]] = []
        before_publish: list[Exception] = []
        before_drop: list[Exception] = []

        class Store(SqliteStore):
            def keep_grant(self, grant: Grant, version: str | None) -> str | None:
                while before_grant:
                    before_grant.pop()()
                return super().keep_grant(grant, version)

            def drop_grant(self, grant: Grant, version: Version) -> bool:
                if before_drop:
                    raise before_drop.pop()
                return super().drop_grant(grant, version)

        class Queue(SqliteQueue):
            def publish(self, request: SyncRequest) -> None:
                if before_publish:
                    raise before_publish.pop()
                super().publish(request)

        def make_queue(given: Settings) -> Queue:
            return Queue(given.queue.removeprefix("sqlite:"), clock=clock.now)

        def make_store(given: Settings) -> Store:
            return Store(given.store.removeprefix("sqlite:"), clock=clock.now)

        monkeypatch.setattr(wiring, "make_store", make_store)
        monkeypatch.setattr(wiring, "make_queue", make_queue)
        monkeypatch.setattr(wiring, "context", lambda function: watched(made(function), meanwhile, clock))
        calendar.control("POST", "users", {"email": BOB})
        calendar.control(
            "POST", "clients", {"id": CLIENT, "secret": SECRET, "redirectUris": [f"{URL}/callback"]}
        )
        with (
            closing(SqliteStore(str(folder / "store"), clock=clock.now)) as store,
            closing(SqliteQueue(str(folder / "queue"), terms=AT_ONCE, clock=clock.now)) as queue,
        ):
            service = Connecting(
                calendar=calendar,
                conferences=system,
                folder=folder,
                store=store,
                queue=queue,
                clock=clock,
                meanwhile=meanwhile,
                environment=monkeypatch,
                before_grant=before_grant,
                before_publish=before_publish,
                before_drop=before_drop,
                printed=printed,
            )
            yield service
            assert not service.leaks()
        monkeypatch.setattr(wiring, "context", made)
        forget()


def asked(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


class Calendar:
    """The calendar page of the owner, whose tokens are none of the service's."""

    def __init__(self, story: Connecting) -> None:
        token = story.control("POST", "tokens", account=OWNER)["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}
        self._url = f"{story.calendar.url}/calendar/v3/calendars/{OWNER}/events"

    def add(self, room: str, title: str = "Talk") -> str:
        event = {**usual(), "summary": title, "conferenceData": conference_data(room)}
        got = httpx.post(self._url, params={"conferenceDataVersion": 1}, json=event, headers=self._headers)
        assert got.status_code == 200, got.text
        return str(got.json()["id"])

    def rename(self, event: str, title: str) -> None:
        got = httpx.patch(f"{self._url}/{event}", json={"summary": title}, headers=self._headers)
        assert got.status_code == 200, got.text


def title_of(story: Connecting, room: str) -> str:
    found = story.conferences.rooms.find(room)
    assert found
    return str(found["title"])
