"""The small Webex, behind Prism with Webex's own description of its API."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from conformance.system import System
from functions.adapters.providers.webex.api import LIMITS
from functions.adapters.providers.webex.meeting import TITLE_CHARACTERS_MAX, UNTITLED
from functions.adapters.providers.webex.provider import WebexProvider
from functions.adapters.web.client import Limits
from functions.core.errors import RetryLater
from local.conferences.faults import Fault
from local.webex.meetings import Refusal
from local.webex.server import Server
from tests.support.prism import Prism, prism
from tests.support.webex import description, provider


class WebexSystem:
    untitled = UNTITLED
    title_max = TITLE_CHARACTERS_MAX

    def __init__(self, server: Server, front: Prism) -> None:
        self._server = server
        self._front = front
        self.port = urlsplit(front.url).port or 0
        self.unknown = uuid4().hex

    def provider(self, *, port: int | None = None, limits: Limits | None = None) -> WebexProvider:
        http = self._front.http(limits=limits or LIMITS, sleep=lambda _seconds: None)
        return provider(f"http://127.0.0.1:{port or self.port}", http=http)

    def refused(self) -> tuple[WebexProvider, type[Exception], str]:
        return provider(self._front.url, refresh_token="wrong"), RetryLater, "WEBEX_REFRESH_TOKEN"

    def make(self) -> str:
        return self._server.meetings.create("as made")

    def make_refusing(self) -> str:
        return self._server.meetings.create("as made", connector=True)

    def limit(self, seconds: int) -> None:
        headers = {"retry-after": str(seconds)}
        self._server.faults.add(Fault(kind="status", conference_id="PATCH", status=429, headers=headers))

    def changes(self, method: str, body: bytes) -> bool:
        return method in {"PATCH", "DELETE"}

    def title(self, conference_id: str) -> str | None:
        try:
            title: str = self._server.meetings.get(conference_id)["title"]
        except Refusal:
            return None
        return title

    def restart(self) -> None:
        self._server.restart()

    def held(self) -> AbstractContextManager[object]:
        return self._front.held()


@contextmanager
def webex(folder: Path) -> Iterator[System]:
    server = Server(folder)
    try:
        with prism(description(folder), server.url) as front:
            yield WebexSystem(server, front)
    finally:
        server.stop()
