"""Serves one stand-in in threads of this process. This is what tests start."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gcal_standin.model.times import Json
from gcal_standin.model.world import World
from gcal_standin.seed import export, lines
from gcal_standin.seed.lines import Line
from gcal_standin.seed.plant import plant
from gcal_standin.web.app import App
from gcal_standin.web.service import Service
from gcal_standin.web.wire import Http

Application = Callable[..., Any]
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what others give as the host


class Server:
    """A running stand-in. `world` and `service` may be looked at and changed with `world.lock` held."""

    def __init__(self, app: App, http: Http) -> None:
        self._app = app
        self.port = http.port
        host = _ANYWHERE.get(http.host, http.host)
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        self._http = http
        self._thread = threading.Thread(
            target=http.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )
        self._thread.start()

    @property
    def service(self) -> Service:
        return self._app.service

    @property
    def world(self) -> World:
        return self._app.service.world

    def control(self, verb: str, path: str, body: Json | None = None) -> Any:
        """Do what a request to `/standin/PATH` does, without the request."""
        return self._app.controls.run(verb, path, body or {})

    def reset(self) -> None:
        """Begin anew: all is as it was after the start."""
        self._app.reset()

    def seed(self, more: Path | str | Iterable[Json]) -> dict[str, int]:
        """Add what a file, a text of JSON lines or some objects say; BadSeed if any line is wrong."""
        return self._app.controls.seed(_read(more))

    def export(self) -> str:
        """Return users, calendars and events as JSON lines that `seed` takes."""
        with self.world.lock:
            return export.text(self.world)

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


def start(  # noqa: PLR0913 - each is an option of the command
    port: int = 0,
    data: Path | None = None,
    *,
    host: str = "127.0.0.1",
    user: str = "owner@example.com",
    time_zone: str = "UTC",
    auth: bool = False,
    http_receivers: bool = False,
    seed: Path | str | Iterable[Json] | None = None,
    around: Callable[[Application], Application] = lambda app: app,
) -> Server:
    """Start a stand-in whose `primary` is `user`; port 0 takes a free one, no `data` keeps all in memory.

    With `auth` each call needs an access token of the stand-in's own, with `http_receivers` channels may have
    http addresses anywhere. `seed` is planted at the start and after each reset, unless `data` has something.
    `around` wraps the WSGI application: tests look at every answer with it.
    """
    first = _read(seed) if seed is not None else []

    def begin(generation: int) -> Service:
        world = World(default_user=user, time_zone=time_zone, generation=generation)
        if not (data and data.exists() and data.stat().st_size):
            plant(world, first)
        service = Service(world, data)
        service.gate.strict = auth
        service.channels.http_anywhere = http_receivers
        return service

    app = App(begin)
    try:
        return Server(app, Http(host, port, around(app)))
    except OSError:
        app.service.close()
        raise


def _read(seed: Path | str | Iterable[Json]) -> list[Line]:
    if isinstance(seed, Path):
        return lines.read(seed.read_text(encoding="utf-8"))
    return lines.read(seed) if isinstance(seed, str) else lines.taken(seed)
