"""The five handlers in this process, between a stand-in Calendar and a conference system."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import functions_framework
import pytest
from flask.testing import FlaskClient

from local.calendar import server as standin
from local.conferences import server as conferences
from tests.rig import OWNER, SOLUTION
from tests.wired import forget

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Host:
    calendar: standin.Server
    conferences: conferences.Server
    client: Callable[[str], FlaskClient]
    folder: Path

    def enrol(self) -> None:
        answer = self.client("initialize_syncing").post("/", json={"calendar_id": OWNER})
        assert answer.status_code == 200, answer.json


def client(function: str) -> FlaskClient:
    app = functions_framework.create_app(function, str(ROOT / "main.py"))  # type: ignore[no-untyped-call]
    found: FlaskClient = app.test_client()
    return found


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    system = conferences.start(port=0)
    with standin.start(port=0) as calendar:
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
        yield Host(calendar=calendar, conferences=system, client=client, folder=tmp_path)
        forget()
    system.stop()
