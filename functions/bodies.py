"""How much of a request's body is let in.

The host reads the body of every request into memory, even for a function that never looks at it, and anybody
may send to the receiver. Here the body is limited before the host sees it.
"""

from collections.abc import Callable, Iterable
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
    served.wsgi_app = bounded(app.wsgi_app, bodyless=app.name == BODYLESS)


def bounded(app: WsgiApp, *, bodyless: bool) -> WsgiApp:
    """A body longer than `BODY_MAX_BYTES` is answered 413, and no more of it is read.

    A bodyless app finds no body, whatever was sent, and gives the same answer.
    """

    def served(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            body = _read(environ)
        except HTTPException as refusal:  # too long, or broken off
            if not bodyless:
                return refusal(environ, start_response)
            body = b""
        _replace(environ, b"" if bodyless else body)
        return app(environ, start_response)

    return served


def _read(environ: "WSGIEnvironment") -> bytes:
    stream = get_input_stream(environ, max_content_length=BODY_MAX_BYTES)
    body = stream.read()
    stream.read(1)  # if the body has no length, only this shows that there is more
    return body


def _replace(environ: "WSGIEnvironment", body: bytes) -> None:
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
