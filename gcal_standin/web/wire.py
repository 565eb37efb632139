"""HTTP/1.1 on sockets: a connection serves call after call; answers are packed if a client takes that."""

import gzip
import socket
import sys
from contextlib import suppress
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_FAST = 1
_BACKLOG = 128
_BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


class Http(ThreadedWSGIServer):
    """Serves in threads. Once closed, no connection is left on which a client could go on."""

    def __init__(self, host: str, port: int, app: Any) -> None:
        """OSError if there is no such host, or the port is another's."""
        self._open: set[socket.socket] = set()
        # Bound here: the base class would end the process where that fails.
        with _bound(host, port) as listening:
            super().__init__(host, listening.getsockname()[1], app, Handler, fd=listening.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks, or that `server_close` ends, is no bug."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            with suppress(OSError):  # the client was faster
                connection.shutdown(socket.SHUT_RDWR)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each call but the first waits for a delayed acknowledgement

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - named so by the base class
        """Say nothing but of bugs: the stand-in keeps its own request log."""
        if type == "error":
            super().log(type, message, *args)

    def make_environ(self) -> "WSGIEnvironment":
        """Read the body whole, whatever the application makes of it: after it the next call begins."""
        environ = super().make_environ()
        chunked = environ.get("wsgi.input_terminated")
        body = environ["wsgi.input"].read(-1 if chunked else int(environ.get("CONTENT_LENGTH") or 0))
        return environ | {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}

    def run_wsgi(self) -> None:
        try:
            self.environ = self.make_environ()
            response = Response.from_app(self.server.app, self.environ, buffered=True)
        except Exception:
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
            raise
        self._send(_packed(response, Request(self.environ)))

    def _send(self, response: Response) -> None:
        self.send_response(response.status_code)
        for name, value in response.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.get_data())


def _packed(response: Response, request: Request) -> Response:
    """Compress a body for a client that takes it so; an answer without a body is left as it is."""
    if request.method == "HEAD" or response.status_code in _BODILESS:
        return response
    body = response.get_data()
    if body and request.accept_encodings["gzip"]:
        body = gzip.compress(body, _FAST)
        response.headers["Content-Encoding"] = "gzip"
    response.set_data(body)
    return response
