"""The conference system as a server on the loopback interface, inside this process."""

import base64
import secrets
import socket
import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from local.conferences.faults import Faults
from local.conferences.rooms import Rooms
from local.conferences.web import build

HOST = "127.0.0.1"
POLL_S = 0.02  # how soon a stop is noticed


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: what came in is in the system's own log."""


class Server:
    """Runs from its making to `stop`. `rooms` and `faults` are there for tests in the same process."""

    def __init__(self, *, port: int, secret: str) -> None:
        self.secret = secret
        self._stopping = threading.Event()
        self._listener = socket.create_server((HOST, port))
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        self.webhook_url = f"{self.url}/webhook"
        self.rooms = Rooms(self.url)
        self.faults = Faults()
        app = build(self.rooms, self.faults, secret=secret, stopping=self._stopping)
        self._server = make_server(
            HOST, 0, app, threaded=True, request_handler=Quiet, fd=self._listener.fileno()
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), name="conferences", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._listener.close()


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def start(port: int = 0, secret: str | None = None) -> Server:
    """Port 0 takes a free one; without a secret a new one is made."""
    return Server(port=port, secret=secret or new_secret())
