"""The handlers in this process, between a stand-in Calendar and a conference system."""

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import functions_framework
import pytest
from flask import Flask
from flask.testing import FlaskClient

from functions import logs, wiring
from functions.adapters.queues.sqlite import SqliteQueue
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.flow.context import Context
from functions.settings import Settings
from gcal_standin import server as standin
from gcal_standin.server import Application
from local.conferences import server as conferences
from tests.flow.wrapped import WrappedStore
from tests.host.service import AT_ONCE, Clock, Meanwhile, Service, listening
from tests.support.rig import OWNER, SOLUTION
from tests.support.wired import forget

ROOT = Path(__file__).parents[2]
FUNCTIONS = (
    "receive_notification",
    "sync_calendar",
    "renew_channels",
    "sweep_calendars",
    "initialize_syncing",
)


@dataclass(frozen=True, kw_only=True)
class Host:
    """`heard` is each request to Calendar, as WSGI has it; `meanwhile` is what happens, one by one, when a
    list of events, or an event, has been read and before it is answered, or before a conference is written.
    """

    calendar: standin.Server
    conferences: conferences.Server
    client: Callable[[str], FlaskClient]
    folder: Path
    clock: Clock
    heard: list[Mapping[str, Any]]
    meanwhile: Meanwhile

    def enrol(self) -> None:
        answer = self.client("initialize_syncing").post("/", json={"calendar_id": OWNER})
        assert answer.status_code == 200, answer.json


@cache
def served(function: str) -> Flask:
    """One for all tests: what its settings say is asked for with each request."""
    app: Flask = functions_framework.create_app(function, str(ROOT / "main.py"))  # type: ignore[no-untyped-call]
    gc.unfreeze()  # a process of one function never lets go of what it began with, this one does
    return app


def client(function: str) -> FlaskClient:
    logs.start_logging(os.environ.get("GOOGLE_CLOUD_PROJECT", ""))  # to what stdout is in this test
    return served(function).test_client()


def noting(heard: list[Mapping[str, Any]], meanwhile: Meanwhile) -> Callable[[Application], Application]:
    def around(app: Application) -> Application:
        def noted(environ: dict[str, Any], start: Any) -> Any:
            heard.append(dict(environ))
            answer = app(environ, start)
            waiting = meanwhile["list" if environ["PATH_INFO"].endswith("/events") else "get"]
            if waiting and environ["REQUEST_METHOD"] == "GET" and "/events" in environ["PATH_INFO"]:
                waiting.pop(0)()
            return answer

        return noted

    return around


def watched(context: Context, meanwhile: Meanwhile, clock: Clock) -> Context:
    def before(record: Enrolment | Conference) -> None:
        if meanwhile["save"] and isinstance(record, Conference):
            meanwhile["save"].pop(0)()

    store = WrappedStore(inner=context.store, before_save=before)
    return replace(context, store=store, now=clock.now, sleep=clock.sleep)


def no_waiting(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Store and queue go by this clock."""

    def store(given: Settings) -> SqliteStore:
        return SqliteStore(given.store.removeprefix("sqlite:"), clock=clock.now)

    def queue(given: Settings) -> SqliteQueue:
        return SqliteQueue(given.queue.removeprefix("sqlite:"), clock=clock.now)

    monkeypatch.setattr(wiring, "make_store", store)
    monkeypatch.setattr(wiring, "make_queue", queue)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    heard: list[Mapping[str, Any]] = []
    meanwhile: Meanwhile = {"list": [], "get": [], "save": []}
    around = noting(heard, meanwhile)
    with conferences.start(port=0) as system, standin.start(port=0, around=around) as calendar:
        environment = {
            "STORE": f"sqlite:{tmp_path / 'store'}",
            "QUEUE": f"sqlite:{tmp_path / 'queue'}",
            "CALENDAR_AUTH": "anonymous",
            "CALENDAR_API_ENDPOINT": calendar.url,
            "NOTIFICATION_URL": "http://127.0.0.1:9/",
            "CHANNEL_TOKEN_KEYS": "k" * 32,
            "CONFERENCE_SOLUTIONS": f"{SOLUTION}=webhook",
            "WEBHOOK_URL": system.webhook_url,
            "WEBHOOK_SECRET": system.secret,
            "WEBHOOK_ALLOW_PRIVATE": "true",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        forget()
        clock, made = Clock(), wiring.context
        no_waiting(monkeypatch, clock)
        monkeypatch.setattr(wiring, "context", lambda function: watched(made(function), meanwhile, clock))
        yield Host(
            calendar=calendar,
            conferences=system,
            client=client,
            folder=tmp_path,
            heard=heard,
            meanwhile=meanwhile,
            clock=clock,
        )
        monkeypatch.setattr(wiring, "context", made)
        forget()


@pytest.fixture
def service(host: Host, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The whole service with the owner's calendar enrolled; deletion has no grace unless a test sets one."""
    clients = {name: host.client(name) for name in FUNCTIONS}
    with (
        listening(clients["receive_notification"]) as url,
        closing(SqliteStore(str(host.folder / "store"), clock=host.clock.now)) as store,
        closing(SqliteQueue(str(host.folder / "queue"), terms=AT_ONCE, clock=host.clock.now)) as queue,
    ):
        made = Service(
            calendar=host.calendar,
            conferences=host.conferences,
            environment=monkeypatch,
            clients=clients,
            heard=host.heard,
            meanwhile=host.meanwhile,
            kept=store,
            queue=queue,
        )
        made.set(NOTIFICATION_URL=url, DELETE_GRACE_SECONDS="0")
        made.enrol()
        yield made


@pytest.fixture
def project(firestore_project: str, pubsub_project: str) -> str:
    """One project on both emulators."""
    del pubsub_project
    return firestore_project
