"""The whole service in this process: real notifications come in by HTTP, the functions run under their
framework, and the queue is delivered when a story says so, so that a story has its order and no waiting.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from functions import wiring
from functions.adapters.queues.messages import decode
from functions.adapters.queues.sqlite import Delivery, SqliteQueue, Terms
from functions.adapters.stores.sqlite import SqliteStore
from local.pump import push_body
from tests.support.rig import OWNER, Outside
from tests.support.wired import forget

WAIT_MAX_S = 20.0

AT_ONCE = Terms(backoff_min=0, backoff_max=0)
Meanwhile = Mapping[str, list[Callable[[], object]]]


class Clock:
    """The machine's, on which whatever is slept goes by at once."""

    def __init__(self) -> None:
        self._slept = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._slept

    def sleep(self, seconds: float) -> None:
        self._slept += timedelta(seconds=seconds)


@dataclass(kw_only=True)
class Service(Outside):
    """`waiting` are the sync requests that were published and not yet delivered; `heard` and `meanwhile` are
    as the host has them.
    """

    environment: pytest.MonkeyPatch
    clients: dict[str, FlaskClient]
    heard: list[Mapping[str, Any]]
    meanwhile: Meanwhile
    kept: SqliteStore
    queue: SqliteQueue
    waiting: list[Delivery] = field(default_factory=list)

    @property
    def store(self) -> SqliteStore:
        return self.kept

    def set(self, **settings: str) -> None:
        """The functions run with these settings from now on, as if deployed anew."""
        for name, value in settings.items():
            self.environment.setenv(name, value)
        forget()

    def enrol(self, calendar_id: str = OWNER, user: str | None = None) -> None:
        body = {"calendar_id": calendar_id, "user": user}
        answer = self.clients["initialize_syncing"].post("/", json=body)
        assert answer.status_code == 200, answer.text

    def leave(self, calendar_id: str = OWNER) -> None:
        answer = self.clients["initialize_syncing"].delete("/", query_string={"calendar_id": calendar_id})
        assert answer.status_code == 200, answer.text

    def team(self) -> str:
        """Another calendar of the owner, and both enrolled in the owner's name."""
        name: str = self.control("calendars", owner=OWNER, summary="Team")["id"]
        self.leave()
        self.enrol(OWNER, OWNER)
        self.enrol(name, OWNER)
        return name

    def user(self, email: str) -> str:
        """Another user, whose calendar is enrolled in their own name."""
        self.control("users", email=email)
        self.enrol(email)
        return email

    def sync(self, calendar_id: str = OWNER) -> None:
        """What was notified of this calendar is delivered, with what comes of it; other calendars' waits."""
        while due := self._due(lambda found: found == calendar_id):
            self._deliver(due)

    def lose(self, calendar_id: str) -> None:
        """What was notified of this calendar never arrives."""
        lost = self._due(lambda found: found == calendar_id)
        assert lost
        for delivery in lost:
            self.queue.ack(delivery)

    def settle(self, *order: str) -> None:
        """Everything is delivered until nothing waits: these calendars' requests first, in this order."""
        for calendar_id in order:
            self.sync(calendar_id)
        while due := self._due(lambda _: True):
            self._deliver(due)
        assert not self.queue.dead_letters()

    def sweep(self) -> None:
        """The sweep, and then all that it asked for."""
        answer = self.clients["sweep_calendars"].post("/")
        assert answer.status_code == 200, answer.text
        self.settle()

    def renew(self) -> None:
        answer = self.clients["renew_channels"].post("/")
        assert answer.status_code == 200, answer.text
        self.settle()

    def sweep_later(self, seconds: int = 3_600) -> None:
        """What the instances remember of users who rest is as far back, too."""
        self.let_pass(seconds)
        for function in ("sync_calendar", "sweep_calendars"):
            wiring.context(function).rests.seen = {}
        self.sweep()

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Inside, calendars are read, but nothing is pushed, no event and no conference's record written."""
        self.told()
        self.calendar.control("DELETE", "requests")
        before = self._versions()
        yield
        asked = self.calendar.control("GET", "requests")["requests"]
        assert "events.list" in {entry["method"] for entry in asked}
        assert {entry["verb"] for entry in asked} == {"GET"}
        assert self.told() == []
        assert self._versions() == before

    def state(self, room: str) -> tuple[str, str, int]:
        """What its system holds of a conference: status, title, and how often it was made."""
        seen = self.seen(room)
        return seen["status"], seen["title"], seen["made"]

    def writes(self) -> list[Mapping[str, Any]]:
        """The service's own writes to events, as WSGI has them: people in these stories mail their guests."""
        return [
            one
            for one in self.heard
            if one["REQUEST_METHOD"] != "GET" and "sendUpdates=none" in one["QUERY_STRING"]
        ]

    def control(self, path: str, **body: Any) -> Any:
        return self.calendar.control("POST", path, body)

    def _versions(self) -> dict[object, str]:
        return {kept.value.key: kept.version for kept in self.store.conferences()}

    def arrive(self) -> None:
        """The receiver has got all notifications of the calendar."""
        assert self.calendar.service.notifier.wait_idle(WAIT_MAX_S)

    def _due(self, wanted: Callable[[str], bool]) -> list[Delivery]:
        self.arrive()
        self.waiting += self.queue.claim(1_000)
        due = [delivery for delivery in self.waiting if wanted(decode(delivery.data).calendar_id)]
        self.waiting = [delivery for delivery in self.waiting if delivery not in due]
        return due

    def _deliver(self, due: list[Delivery]) -> None:
        for delivery in due:
            self.deliver(delivery)

    def deliver(self, delivery: Delivery) -> bool:
        """Whether it was acknowledged."""
        answer = self.clients["sync_calendar"].post("/", json=push_body(delivery))
        if answer.status_code < 300:
            self.queue.ack(delivery)
        else:
            self.queue.fail(delivery, answer.text)
        return answer.status_code < 300


def held(service: Service, **fields: Any) -> tuple[str, str]:
    """A conference that has been pushed, and the event that carries it."""
    room = service.room()
    event = service.people().add(room, **fields)
    service.settle()
    service.told()
    return room, event


@contextmanager
def listening(client: FlaskClient) -> Iterator[str]:
    """The URL at which this function can be reached meanwhile."""
    server = make_server("127.0.0.1", 0, client.application, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
