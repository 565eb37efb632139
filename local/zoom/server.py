"""The small Zoom as a server on the loopback interface, inside this process."""

import socket
import threading

from werkzeug.serving import make_server

from local.conferences.server import HOST, POLL_S, Quiet
from local.zoom.account import Account
from local.zoom.faults import Faults
from local.zoom.web import build


class Server:
    """Runs from its making to `stop`; started again it has the same address and knows what it knew."""

    def __init__(self, account: Account, *, port: int = 0) -> None:
        self.account = account
        self.faults = Faults()
        self._listener = socket.create_server((HOST, port))
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        self.api_url = f"{self.url}/v2"
        self.token_url = f"{self.url}/oauth/token"
        account.base = self.url
        self._run()

    def _run(self) -> None:
        self._stopping = threading.Event()
        app = build(self.account, self.faults, self._stopping)
        self._server = make_server(
            HOST, 0, app, threaded=True, request_handler=Quiet, fd=self._listener.fileno()
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), name="zoom", daemon=True
        )
        self._thread.start()

    def _halt(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def restart(self) -> None:
        """The address is kept meanwhile; tokens are forgotten, as after a fault at Zoom's."""
        self._halt()
        self.account.app.tokens.clear()
        self._run()

    def stop(self) -> None:
        self._halt()
        self._listener.close()


def start(account: Account | None = None, *, port: int = 0) -> Server:
    """Port 0 takes a free one."""
    return Server(account or Account(), port=port)
