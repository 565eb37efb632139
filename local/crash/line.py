"""A line to a server that breaks and comes back, while the server and what it keeps stay."""

import socket
from contextlib import suppress
from threading import Lock, Thread
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
CHUNK = 65_536


class Line:
    """Carries bytes between its own `address` and the server's, inside a `with`."""

    def __init__(self, server: str) -> None:
        host, _, port = server.rpartition(":")
        self._server = (host, int(port))
        self._lock = Lock()
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0))
        self.address = f"{HOST}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()

    def cut(self) -> None:
        """Every connection ends, and new ones are refused."""
        _end(self._listener)
        self._thread.join()
        with self._lock:
            ends, self._ends = self._ends, []
        for each in ends:
            _end(each)

    def mend(self) -> None:
        self._listener = socket.create_server((HOST, int(self.address.rpartition(":")[2])))
        self._listen()

    def _listen(self) -> None:
        self._thread = Thread(target=self._accept, name="line", daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):  # the line was cut
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._server)
                with self._lock:
                    self._ends += [near, far]
                for source, sink in ((near, far), (far, near)):
                    Thread(target=_carry, args=(source, sink), daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK):
            sink.sendall(data)
    _end(source)
    _end(sink)


def _end(end: socket.socket) -> None:
    with suppress(OSError):  # whoever was at it may have hung up already
        end.shutdown(socket.SHUT_RDWR)
    end.close()
