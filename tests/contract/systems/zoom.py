"""The small Zoom, behind Prism with Zoom's own description of its API."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from conformance.system import System
from functions.adapters.providers.zoom.fields import TOPIC_MAX, UNTITLED
from functions.adapters.providers.zoom.provider import LIMITS, ZoomProvider, ZoomSettings
from functions.adapters.web.client import Limits
from functions.core.errors import RetryLater
from local.conferences.faults import Fault
from local.zoom.server import Server, start
from tests.support.prism import Prism, prism

DESCRIPTION = "zoom-meetings.slim.json"


class ZoomSystem:
    """Every meeting has a host of its own: Zoom limits the updates of one."""

    untitled = UNTITLED
    unknown = "99999999999"
    title_max = TOPIC_MAX

    def __init__(self, server: Server, front: Prism) -> None:
        self._server = server
        self._front = front
        self.port = urlsplit(front.url).port or 0

    def _settings(self, *, port: int | None = None, secret: str | None = None) -> ZoomSettings:
        app = self._server.account.app
        return ZoomSettings(
            account_id=app.account_id,
            client_id=app.client_id,
            client_secret=secret or app.client_secret,
            api_url=f"http://127.0.0.1:{port or self.port}",
            token_url=self._server.token_url,
            hosts="any",
        )

    def provider(self, *, port: int | None = None, limits: Limits | None = None) -> ZoomProvider:
        http = self._front.http(limits=limits or LIMITS, sleep=lambda _seconds: None)
        return ZoomProvider(self._settings(port=port), http=http)

    def refused(self) -> tuple[ZoomProvider, type[Exception], str]:
        return ZoomProvider(self._settings(secret="wrong")), RetryLater, "ZOOM_CLIENT_SECRET"

    def make(self) -> str:
        return self._server.account.make(f"{uuid4().hex}@example.com")

    def make_refusing(self) -> str:
        name = self.make()
        self._server.faults.add(Fault(kind="status", conference_id="PATCH", status=400))
        return name

    def limit(self, seconds: int) -> None:
        headers = {"retry-after": str(seconds)}
        text = '{"code": 429, "message": "too many"}'
        self._server.faults.add(
            Fault(kind="status", conference_id="PATCH", status=429, headers=headers, text=text)
        )

    def changes(self, method: str, body: bytes) -> bool:
        return method in {"PATCH", "DELETE"}

    def title(self, conference_id: str) -> str | None:
        found = self._server.account.find(conference_id)
        return found["topic"] if found else None

    def restart(self) -> None:
        self._server.restart()

    def held(self) -> AbstractContextManager[object]:
        return self._front.held()


@contextmanager
def zoom(_folder: Path) -> Iterator[System]:
    server = start()
    try:
        with prism(DESCRIPTION, server.api_url) as front:
            yield ZoomSystem(server, front)
    finally:
        server.stop()
