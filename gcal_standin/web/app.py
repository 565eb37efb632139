"""The WSGI application: `/calendar/v3/` as Google serves it, and `/standin/` to control it."""

import threading
from collections.abc import Callable, Iterable
from itertools import count
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from gcal_standin.model.errors import ApiError
from gcal_standin.web import answers, batch, browsers, discovery
from gcal_standin.web.calls import Calls
from gcal_standin.web.controls import Controls
from gcal_standin.web.oauth import Oauth
from gcal_standin.web.service import Service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BATCH = "/batch/calendar/v3"
_CONTROLS = "/standin"


class App:
    """What `begin` made is served until a reset, after which it makes another, of the next generation."""

    def __init__(self, begin: Callable[[int], Service]) -> None:
        self._begin = begin
        self._generations = count()
        self._resetting = threading.Lock()
        self._serve(begin(next(self._generations)))

    @property
    def service(self) -> Service:
        return self._service

    def reset(self) -> None:
        """Forget all that was; calls that are under way end as if there had been no reset."""
        with self._resetting, self._service.world.lock:
            before = self._service
            before.close()
            if before.data is not None:
                before.data.unlink()
            self._serve(self._begin(next(self._generations)))

    def _serve(self, service: Service) -> None:
        self._service = service
        self.controls = Controls(service, self.reset)
        self._oauth = Oauth(service)
        self._calls = Calls(service)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self.respond(Request(environ))(environ, start_response)

    def respond(self, request: Request) -> Response:
        if request.path.startswith(_CONTROLS):
            return self.controls.respond(request)
        if request.method == "OPTIONS":
            return browsers.preflight(request)
        return browsers.opened(request, self._respond(request))

    def _respond(self, request: Request) -> Response:
        if self._oauth.serves(request.path):
            return self._oauth.respond(request)
        if request.path.rstrip("/") == _BATCH:
            return self._batch(request)
        if discovery.describes(request.path, request.args.get("version")):
            return answers.document(discovery.document_at(request.host_url))
        return self._calls.respond(request)

    def _batch(self, request: Request) -> Response:
        try:
            return batch.respond(request, self._calls.respond)
        except ApiError as error:
            return answers.refused(error)
