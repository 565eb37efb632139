"""A command line, the stand-in Calendar and conference system it works on, and what came of a command."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from functions import wiring
from functions.adapters.queues.sqlite import SqliteQueue
from functions.cli.command import main
from functions.ports import Store
from gcal_standin.server import Server as StandIn
from local.conferences.faults import Fault
from local.conferences.server import Server as Conferences
from tests.support.rig import OWNER, SOLUTION, People
from tests.support.wired import forget

BUSY = Fault(kind="status", status=429, headers={"Retry-After": "60"})
NOWHERE = "http://127.0.0.1:9/"  # the discard port: nobody answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True, kw_only=True)
class House:
    calendar: StandIn
    conferences: Conferences
    environment: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    def run(self, *argv: str) -> Ran:
        """As a new process would: nothing made from earlier settings is left."""
        forget()
        self.captured.readouterr()
        code = main(argv)
        out, err = self.captured.readouterr()
        return Ran(code=code, out=out, err=err)

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.environment.setenv(name, value)

    def unset(self, *names: str) -> None:
        for name in names:
            self.environment.delenv(name, raising=False)

    def people(self, calendar_id: str = OWNER) -> People:
        return People(url=f"{self.calendar.url}/calendar/v3/calendars/{calendar_id}/events")

    def room(self, title: str = "Room") -> str:
        return self.conferences.rooms.create(title).id

    def store(self) -> Store:
        """The store that commands use, to bring it into a state or to look at it."""
        forget()
        return wiring.store("status")

    def change(self, change: Callable[[Any], Any], calendar_id: str = OWNER) -> None:
        """Rewrite a calendar's enrolment."""
        store = self.store()
        kept = store.enrolment(calendar_id)
        assert kept is not None
        assert store.save(change(kept.value), kept.version)

    def waiting(self) -> int:
        """How many sync requests are in the queue."""
        forget()
        queue = wiring.queue("sync")
        assert isinstance(queue, SqliteQueue)
        return queue.waiting()

    def fault(self, method: str, status: int, reason: str, times: int = 1, skip: int = 0) -> None:
        wish = {"method": method, "status": status, "reason": reason, "times": times, "skip": skip}
        self.calendar.control("POST", "faults", wish)


def settings(calendar: StandIn, conferences: Conferences, folder: str) -> dict[str, str]:
    """The environment of a system on one machine."""
    return {
        "STORE": f"sqlite:{folder}/store.db",
        "QUEUE": f"sqlite:{folder}/queue.db",
        "NOTIFICATION_URL": NOWHERE,
        "CHANNEL_TOKEN_KEYS": "k" * 32,
        "CONFERENCE_SOLUTIONS": f"{SOLUTION}=webhook",
        "WEBHOOK_URL": conferences.webhook_url,
        "WEBHOOK_SECRET": conferences.secret,
        "WEBHOOK_ALLOW_PRIVATE": "true",
        "CALENDAR_AUTH": "anonymous",
        "CALENDAR_API_ENDPOINT": calendar.url,
        "DELETE_GRACE_SECONDS": "0",
    }
