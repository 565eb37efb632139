"""The small Zoom as a server on the loopback interface, inside this process."""

import threading

from local.conferences.faults import Faults
from local.conferences.server import Loopback
from local.zoom.account import Account
from local.zoom.web import build


class Server:
    """Runs from its making to `stop`; started again it has the same address and knows what it knew."""

    def __init__(self, account: Account, *, port: int = 0) -> None:
        self.account = account
        self.faults = Faults()
        self._line = Loopback(port)
        self.url = self._line.url
        self.api_url = f"{self.url}/v2"
        self.token_url = f"{self.url}/oauth/token"
        account.base = self.url
        self._run()

    def _run(self) -> None:
        self._stopping = threading.Event()
        self._line.run(build(self.account, self.faults, self._stopping), "zoom")

    def _halt(self) -> None:
        self._stopping.set()
        self._line.halt()

    def restart(self) -> None:
        """The address is kept meanwhile; tokens are forgotten, as after a fault at Zoom's."""
        self._halt()
        self.account.app.tokens.clear()
        self._run()

    def stop(self) -> None:
        self._halt()
        self._line.close()


def start(account: Account | None = None, *, port: int = 0) -> Server:
    """Port 0 takes a free one."""
    return Server(account or Account(), port=port)
