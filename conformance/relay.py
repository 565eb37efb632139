"""An HTTP server that hands requests on to another and answers back; it can lose answers, or be slow."""

import threading
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

Chosen = Callable[[str, bytes], bool]

_OWN = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"})


class Relay:
    """`lose` picks, by method and body, whose answers are lost; `delay` is in seconds, before each."""

    def __init__(self, port: int, *, lose: Chosen | None = None, delay: float = 0.0) -> None:
        self.handed_on = 0
        self.lost = 0
        self.lose = lose
        self.delay = delay
        self.upstream = port
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(relay: Relay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _hand_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            relay.handed_on += 1
            relay.stopping.wait(relay.delay)
            upstream = HTTPConnection("127.0.0.1", relay.upstream, timeout=10)
            upstream.request(self.command, self.path, body or None, dict(self.headers.items()))
            answer = upstream.getresponse()
            said = answer.read()
            upstream.close()
            if relay.lose and relay.lose(self.command, body):
                relay.lost += 1
                self.close_connection = True
                return
            self._say(answer.status, answer.getheaders(), said)

        def _say(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            try:
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in _OWN:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # the client has given up, which is often what a test is about

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._hand_on)
    return Handler
