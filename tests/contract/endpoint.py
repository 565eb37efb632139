"""A small HTTP endpoint for push deliveries: answers as told and remembers what came."""

import base64
import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

WAIT_MAX_S = 60.0
Answer = Callable[[bytes], int]


class Endpoint:
    """`answer` gives the status for a message's data; `bodies` is what came, in order."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _: 204
        self.bodies: list[dict[str, Any]] = []
        self._came = Condition()
        self._address = ("127.0.0.1", 0)
        self.start()

    @property
    def url(self) -> str:
        return f"http://{self._address[0]}:{self._address[1]}/"

    @property
    def data(self) -> list[bytes]:
        return [base64.b64decode(body["message"]["data"]) for body in self.bodies]

    def start(self) -> None:
        """Also after `stop`, at the same address."""
        self._server = ThreadingHTTPServer(self._address, self._handler())
        self._address = ("127.0.0.1", self._server.server_port)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Looks after each delivery; an AssertionError when it takes far too long."""
        deadline = time.monotonic() + WAIT_MAX_S
        with self._came:
            while not holds():
                assert self._came.wait(deadline - time.monotonic()), (
                    f"only {len(self.bodies)} deliveries came"
                )

    def _take(self, body: dict[str, Any]) -> int:
        with self._came:
            self.bodies.append(body)
            self._came.notify_all()
        return self.answer(base64.b64decode(body["message"]["data"]))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self.send_response(take(json.loads(self.rfile.read(length))))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Keep the terminal for the test's own words."""

        return Handler
