"""A real Janus, by each of its two APIs."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from uuid import uuid4

from conformance.system import System
from functions.adapters.providers.janus import LIMITS, JanusProvider, JanusSettings
from functions.adapters.web.client import Http, Limits
from functions.core.errors import RetryLater
from tests.support.janus import ADMIN_SECRET, API_SECRET, Janus


class JanusSystem:
    unknown = "nobody-knows-me"
    title_max = 1_024

    def __init__(self, server: Janus, *, by_admin: bool) -> None:
        self._server = server
        self._by_admin = by_admin
        self.port = server.ports[1 if by_admin else 0]
        self.untitled = ""

    def _settings(self, port: int, *, right: bool = True) -> JanusSettings:
        url = f"http://127.0.0.1:{port}"
        if self._by_admin:
            return JanusSettings(admin_url=f"{url}/admin", admin_secret=ADMIN_SECRET if right else "wrong")
        return JanusSettings(url=f"{url}/janus", api_secret=API_SECRET if right else "wrong")

    def provider(self, *, port: int | None = None, limits: Limits | None = None) -> JanusProvider:
        http = Http(limits=limits or LIMITS, sleep=lambda _seconds: None)
        return JanusProvider(self._settings(port or self.port), http=http)

    def refused(self) -> tuple[JanusProvider, type[Exception], str]:
        word = "JANUS_ADMIN_SECRET" if self._by_admin else "JANUS_API_SECRET"
        return JanusProvider(self._settings(self.port, right=False)), RetryLater, word

    def make(self) -> str:
        name = f"room-{uuid4().hex[:8]}"
        self._server.make_room(name)
        self.untitled = f"Room {name}"
        return name

    def make_refusing(self) -> str:
        name = f"room-{uuid4().hex[:8]}"
        self._server.make_room(name, secret="its own")
        return name

    def changes(self, method: str, body: bytes) -> bool:
        return b'"request": "edit"' in body or b'"request": "destroy"' in body

    def title(self, conference_id: str) -> str | None:
        return self._server.title(conference_id)

    def restart(self) -> None:
        self._server.restart()

    def held(self) -> AbstractContextManager[object]:
        return nullcontext()


@contextmanager
def _running(folder: Path, *, by_admin: bool) -> Iterator[System]:
    server = Janus(folder / "config")
    server.start()
    try:
        yield JanusSystem(server, by_admin=by_admin)
    finally:
        server.stop()


def janus(folder: Path) -> AbstractContextManager[System]:
    return _running(folder, by_admin=False)


def janus_admin(folder: Path) -> AbstractContextManager[System]:
    return _running(folder, by_admin=True)
