"""The signed webhook's receiver."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

from conformance.system import System
from functions.adapters.providers.webhook import WebhookProvider, WebhookSettings
from functions.adapters.web.client import Http, Limits
from functions.core.errors import Rejected
from local.conferences.faults import Fault
from local.conferences.server import Server, new_secret, start


class WebhookSystem:
    untitled = ""
    unknown = "nobody-knows-me"
    title_max = 10_000

    def __init__(self, server: Server) -> None:
        self._server = server
        self.port = urlsplit(server.url).port or 0

    def provider(self, *, port: int | None = None, limits: Limits | None = None) -> WebhookProvider:
        url = f"http://127.0.0.1:{port}/webhook" if port else self._server.webhook_url
        http = Http(limits=limits or Limits(), sleep=lambda _seconds: None)
        settings = WebhookSettings(url=url, secret=self._server.secret, allow_private=True)
        return WebhookProvider(settings, http=http)

    def refused(self) -> tuple[WebhookProvider, type[Exception], str]:
        other = WebhookSettings(url=self._server.webhook_url, secret=new_secret(), allow_private=True)
        return WebhookProvider(other), Rejected, "401"

    def make(self) -> str:
        return self._server.rooms.create("as made").id

    def make_refusing(self) -> str:
        name = self.make()
        self._server.faults.add(Fault(kind="status", status=422, conference_id=name))
        return name

    def limit(self, seconds: int) -> None:
        self._server.faults.add(Fault(kind="status", status=429, headers={"retry-after": str(seconds)}))

    def changes(self, method: str, body: bytes) -> bool:
        return True

    def title(self, conference_id: str) -> str | None:
        found = self._server.rooms.find(conference_id)
        return found["title"] if found and found["status"] == "live" else None

    def restart(self) -> None:
        """The receiver keeps its conferences in memory: there is nothing to come back from."""

    def held(self) -> AbstractContextManager[object]:
        return nullcontext()


@contextmanager
def webhook(_folder: Path) -> Iterator[System]:
    server = start()
    try:
        yield WebhookSystem(server)
    finally:
        server.stop()
