"""Serves one stand-in on 127.0.0.1, in threads of this process. This is what tests start."""

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gcal_standin.model.times import Json
from gcal_standin.model.world import World
from gcal_standin.web.app import App
from gcal_standin.web.service import Service
from gcal_standin.web.wire import Http

Application = Callable[..., Any]


class Server:
    """A running stand-in. `world` and `service` may be looked at and changed with `world.lock` held."""

    def __init__(self, app: App, service: Service, http: Http) -> None:
        self._app = app
        self.service = service
        self.world = service.world
        self.url = f"http://127.0.0.1:{http.server_port}"
        self._http = http
        self._thread = threading.Thread(
            target=http.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )
        self._thread.start()

    def control(self, verb: str, path: str, body: Json | None = None) -> Any:
        """Do what a request to `/standin/PATH` does, without the request."""
        return self._app.controls.run(verb, path, body or {})

    def stop(self) -> None:
        self.service.close()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    port: int = 0,
    data: Path | None = None,
    *,
    user: str = "owner@example.com",
    time_zone: str = "UTC",
    auth: bool = False,
    around: Callable[[Application], Application] = lambda app: app,
) -> Server:
    """Start a stand-in whose `primary` is `user`; port 0 takes a free one, no `data` keeps all in memory.

    With `auth` each call needs an access token of the stand-in's own.
    `around` wraps the WSGI application: tests look at every answer with it.
    """
    service = Service(World(default_user=user, time_zone=time_zone), data)
    service.gate.strict = auth
    app = App(service)
    return Server(app, service, Http(port, around(app)))
