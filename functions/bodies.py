"""How much of a request's body is let in.

The host reads the body of every request into memory, even for a function that never looks at it, and anybody
may send to the receiver. Here the body is limited before the host sees it.
"""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_input_stream

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

BODY_MAX_BYTES = 1 << 17  # what the functions are asked fits into a few hundred bytes
BODYLESS = "receive_notification"

WsgiApp = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


def bound(app: "Flask") -> None:
    """`app` is the host's; its name is that of the function that it serves."""
    served: Any = app
    served.wsgi_app = (bodyless if app.name == BODYLESS else bounded)(app.wsgi_app)


def bounded(app: WsgiApp) -> WsgiApp:
    """A body longer than `BODY_MAX_BYTES` is answered 413, and no more of it is read."""

    def served(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            body = _read(environ)
        except HTTPException as refusal:  # too long, or broken off
            return refusal(environ, start_response)
        _replace(environ, body)
        return app(environ, start_response)

    return served


def bodyless(app: WsgiApp) -> WsgiApp:
    """Nothing of a body is ever read, so nobody keeps a thread by sending one slowly.

    A connection that announces a body is not read from any more, and is closed after the answer: the server
    would read the rest of the body before the next request on it.
    """

    def served(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ
        _replace(environ, b"")
        if not announced:
            return app(environ, start_response)
        _shut(environ.get("gunicorn.socket"))
        return app(environ, partial(_closing, start_response))

    return served


def _shut(line: socket.socket | None) -> None:
    with suppress(OSError):  # the sender is gone
        if line is not None:
            line.shutdown(socket.SHUT_RD)


def _closing(
    start_response: "StartResponse", status: str, headers: list[tuple[str, str]], *more: Any
) -> Callable[[bytes], object]:
    return start_response(status, [*headers, ("Connection", "close")], *more)


def _read(environ: "WSGIEnvironment") -> bytes:
    stream = get_input_stream(environ, max_content_length=BODY_MAX_BYTES)
    body = stream.read()
    stream.read(1)  # if the body has no length, only this shows that there is more
    return body


def _replace(environ: "WSGIEnvironment", body: bytes) -> None:
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
