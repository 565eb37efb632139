"""A receiver of notifications on loopback that answers as it is told and keeps what came."""

import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from gcal_standin.server import Server

if TYPE_CHECKING:
    from email.message import Message


class _Server(ThreadingHTTPServer):
    receiver: "Receiver"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        receiver = self.server.receiver
        receiver.got.append(self.headers)
        receiver.bodies.append(self._chunks())
        self.send_response(receiver.answers.popleft() if receiver.answers else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the base class
        """Say nothing: the test looks at what came."""


class Receiver:
    def __init__(self) -> None:
        self.got: list[Message] = []
        self.bodies: list[bytes] = []
        self.answers: deque[int] = deque()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.receiver = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005})
        self.url = f"http://127.0.0.1:{self._server.server_port}/notify"

    def states(self, channel_id: str | None = None) -> list[str]:
        """By their numbers: one may be overtaken by the next."""
        of_it = [got for got in self.got if channel_id in (None, got["X-Goog-Channel-ID"])]
        in_turn = sorted(of_it, key=lambda got: int(got["X-Goog-Message-Number"]))
        return [got["X-Goog-Resource-State"] for got in in_turn]

    def numbers(self) -> list[int]:
        return [int(got["X-Goog-Message-Number"]) for got in self.got]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def channel(receiver: Receiver, channel_id: str = "channel-1", **more: object) -> dict[str, Any]:
    """Return the body of a call that watches."""
    return {"id": channel_id, "type": "web_hook", "address": receiver.url, "token": "t=1"} | more


def delivered(standin: Server) -> None:
    """Wait until all that is due was sent."""
    assert standin.control("POST", "notifications/wait", {"timeoutSeconds": 10})["idle"]
