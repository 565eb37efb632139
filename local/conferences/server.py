"""The conference system as a server on the loopback interface, inside this process."""

import base64
import secrets
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self
from wsgiref.types import WSGIApplication

from werkzeug.serving import WSGIRequestHandler, make_server

from local.conferences.diary import Diary
from local.conferences.faults import Faults
from local.conferences.rooms import Rooms
from local.conferences.web import build

HOST = "127.0.0.1"
POLL_S = 0.005  # how soon a stop is noticed


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: what came in is in the system's own log."""


class Loopback:
    """Where an application is served, on the loopback interface: the address is kept from the making to
    `close`, between `halt` and the next `run` too.
    """

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server((HOST, port))
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"

    def run(self, app: WSGIApplication, name: str) -> None:
        self._server = make_server(
            HOST, 0, app, threaded=True, request_handler=Quiet, fd=self._listener.fileno()
        )
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, args=(POLL_S,), name=name, daemon=True)
        self._thread.start()

    def halt(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def close(self) -> None:
        self._listener.close()


class Server:
    """Runs from its making to `stop`. `rooms` and `faults` are there for tests in the same process."""

    def __init__(self, *, port: int, secret: str, data: Path | None) -> None:
        self.secret = secret
        self._stopping = threading.Event()
        self._line = Loopback(port)
        self.url = self._line.url
        self.webhook_url = f"{self.url}/webhook"
        self.rooms = Rooms(self.url, Diary(data))
        self.faults = Faults()
        app = build(self.rooms, self.faults, secret=secret, stopping=self._stopping)
        self._line.run(app, "conferences")

    def stop(self) -> None:
        self._stopping.set()
        self._line.halt()
        self._line.close()
        self.rooms.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def start(port: int = 0, secret: str | None = None, data: Path | None = None) -> Server:
    """Port 0 takes a free one; without a secret a new one is made, without `data` all is in memory."""
    return Server(port=port, secret=secret or new_secret(), data=data)
