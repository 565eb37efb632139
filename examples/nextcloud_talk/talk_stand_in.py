"""As much of Nextcloud Talk as the promises need: moderators rename conversations and delete them."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

from nextcloud_talk_sync import NAME_MAX, UNTITLED, TalkProvider, TalkSettings

from functions.adapters.web.client import Http, Limits
from functions.core.errors import Rejected

ROOMS = "/ocs/v2.php/apps/spreed/api/v4/room"
USER, PASSWORD = "moderator", "app-password"


class Talk:
    """`conversations` are names by token, some `of_others`; `waits` are seconds that are answered first."""

    untitled = UNTITLED
    unknown = "abcdefgh"
    title_max = NAME_MAX

    def __init__(self) -> None:
        self.conversations: dict[str, str] = {}
        self.of_others: set[str] = set()
        self.waits: list[int] = []
        self._tokens = count(10_000)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def provider(self, *, port: int | None = None, limits: Limits | None = None) -> TalkProvider:
        url = f"http://127.0.0.1:{port or self.port}"
        http = Http(limits=limits or Limits(), sleep=lambda _seconds: None)
        return TalkProvider(TalkSettings(url=url, user=USER, password=PASSWORD), http=http)

    def refused(self) -> tuple[TalkProvider, type[Exception], str]:
        url = f"http://127.0.0.1:{self.port}"
        return TalkProvider(TalkSettings(url=url, user=USER, password="wrong")), Rejected, "401"

    def make(self) -> str:
        token = f"token{next(self._tokens)}"
        self.conversations[token] = "as made"
        return token

    def make_refusing(self) -> str:
        token = self.make()
        self.of_others.add(token)
        return token

    def limit(self, seconds: int) -> None:
        self.waits.append(seconds)

    def changes(self, method: str, body: bytes) -> bool:
        return method in {"PUT", "DELETE"}

    def title(self, conference_id: str) -> str | None:
        return self.conversations.get(conference_id)

    def restart(self) -> None:
        """It keeps its conversations in memory: there is nothing to come back from."""

    def held(self) -> AbstractContextManager[object]:
        return nullcontext()

    def answer(self, method: str, path: str, said: dict[str, str]) -> int:
        """The status, after the effect."""
        token = path.removeprefix(ROOMS).strip("/")
        if method == "GET" and not token:
            return 200
        if token not in self.conversations:
            return 404
        if token in self.of_others:
            return 403
        if method == "DELETE":
            del self.conversations[token]
            return 200
        name = said.get("roomName", "")
        if not name or len(name) > NAME_MAX:
            return 400
        self.conversations[token] = name
        return 200


def _handler(talk: Talk) -> type[BaseHTTPRequestHandler]:
    right = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            known = (
                self.headers.get("authorization") == right and self.headers.get("ocs-apirequest") == "true"
            )
            if not known:
                return self._say(401)
            if talk.waits:
                return self._say(429, talk.waits.pop())
            return self._say(talk.answer(self.command, self.path, json.loads(body or b"{}")))

        def _say(self, status: int, seconds: int | None = None) -> None:
            body = json.dumps({"ocs": {"meta": {"statuscode": status}, "data": []}}).encode()
            self.send_response(status)
            if seconds is not None:
                self.send_header("retry-after", str(seconds))
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    for method in ("GET", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._serve)
    return Handler


@contextmanager
def talk(_folder: Path) -> Iterator[Talk]:
    system = Talk()
    try:
        yield system
    finally:
        system.stop()
