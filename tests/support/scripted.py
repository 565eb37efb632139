"""An HTTP server that says exactly what a test tells it to, byte by byte, and keeps what it heard."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

Say = Callable[[socket.socket], None]


def answer(status: int, body: bytes = b"", **headers: str) -> Say:
    """One whole answer; a keyword `retry_after` becomes the header `retry-after`."""
    lines = [f"HTTP/1.1 {status} Said", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda line: line.sendall(whole)


def hang_up(line: socket.socket) -> None:
    line.shutdown(socket.SHUT_RDWR)


def drip(first: bytes, last: bytes) -> Say:
    """Between `first` and `last` 60 bytes, one every 50 ms: each comes soon, the whole takes long."""

    def say(line: socket.socket) -> None:
        line.sendall(first)
        for _ in range(60):
            time.sleep(0.05)
            line.sendall(b"a")
        line.sendall(last)

    return say


def endless(line: socket.socket) -> None:
    """An answer that goes on for as long as somebody reads it."""
    line.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n")
    while True:
        line.sendall(b"x" * 65_536)


@dataclass(slots=True)
class Heard:
    head: str
    body: bytes

    def header(self, name: str) -> str:
        lines = (line.partition(": ") for line in self.head.split("\r\n"))
        return next(value for key, _, value in lines if key.lower() == name)


@dataclass(slots=True)
class Scripted:
    """Answers each connection with the next thing to say; the last one stands for all that follow."""

    says: list[Say]
    tls: ssl.SSLContext | None = None
    heard: list[Heard] = field(default_factory=list)
    accepted: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            say = self.says[min(self.accepted, len(self.says) - 1)]
            self.accepted += 1
            self._run(lambda line=line, say=say: self._serve(line, say))  # type: ignore[misc]

    def _serve(self, line: socket.socket, say: Say) -> None:
        line.settimeout(5)
        try:
            if self.tls:
                line = self.tls.wrap_socket(line, server_side=True)
            self.heard.append(_read(line))
            say(line)
        except OSError:
            pass  # the client hung up, which is often what a test is about
        finally:
            line.close()


def _read(line: socket.socket) -> Heard:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(line)
    head, _, body = data.partition(b"\r\n\r\n")
    heard = Heard(head=head.decode("latin-1"), body=body)
    while len(heard.body) < _length(heard.head):
        heard.body += _more(line)
    return heard


def _length(head: str) -> int:
    lines: Iterable[str] = head.lower().split("\r\n")
    return next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), 0)


def _more(line: socket.socket) -> bytes:
    data = line.recv(65_536)
    if not data:
        raise ConnectionError("the client hung up")
    return data
