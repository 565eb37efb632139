"""Connections to Calendar and to what gives its tokens, kept for whoever asks next: answers that end, and no
redirects, which Calendar does not use.

httplib2 reads an answer whole, whatever its length. It refuses one that unpacks to more than a hundred times
its size, which a page of similar events may well do: here only the unpacked length counts.
"""

import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from select import POLLIN, poll
from socket import socket
from typing import Any
from weakref import finalize

import httplib2
from httplib2.decode import DecodeLimitError

TIMEOUT_S = 30
IDLE_MAX = 32
ANSWER_MAX_BYTES = 16 << 20  # a page of 100 events, each with all the text that Calendar takes, has some 6


class TooLong(HTTPException):
    """An answer is longer than `ANSWER_MAX_BYTES`, packed or unpacked."""


class _Answer(HTTPResponse):
    def read(self, amt: int | None = None) -> bytes:
        if amt is not None:
            return super().read(amt)
        try:
            body = super().read(ANSWER_MAX_BYTES + 1)
        finally:
            self.close()  # the library leaves open what breaks off or names no length, until it is collected
        if len(body) > ANSWER_MAX_BYTES:
            raise TooLong
        return body


@cache
def _authorities() -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.load_verify_locations(httplib2.CA_CERTS)
    return tls


class _Encrypted(httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc]
    """The library reads the authorities for each connection anew: 42 ms of processor and 0.8 MiB."""

    def __init__(self, host: str, *, timeout: float, proxy_info: Any, **_: object) -> None:
        HTTPSConnection.__init__(self, host, timeout=timeout, context=_authorities())
        self.proxy_info = proxy_info("https")


class CalendarHttp(httplib2.Http):  # type: ignore[misc]
    """Not to be shared between threads."""

    def __init__(self) -> None:
        super().__init__(timeout=TIMEOUT_S, decode_limit_hard=ANSWER_MAX_BYTES, decode_limit_ratio=0)
        self.follow_redirects = False

    def __del__(self) -> None:
        """Calendar keeps connections open: they are closed with this object."""
        self.close()

    def request(self, uri: str, *asked: Any, **named: Any) -> Any:
        if uri.startswith("https:"):
            named["connection_type"] = _Encrypted
        return super().request(uri, *asked, **named)

    def _conn_request(self, conn: Any, *request: Any) -> Any:
        conn.response_class = _Answer
        if conn.sock and _was_left(conn.sock):
            conn.close()  # the library sends a POST on it, and not always anew
        try:
            return super()._conn_request(conn, *request)
        except DecodeLimitError as error:
            raise TooLong from error
        except BaseException:
            conn.close()  # what is left of the answer would be taken for that of the next user
            raise


def _was_left(line: socket) -> bool:
    """Whether the other side has closed a connection on which nothing is under way."""
    told = poll()
    told.register(line, POLLIN)
    return bool(told.poll(0))


def _close_all(https: deque[CalendarHttp]) -> None:
    for http in https:
        http.close()


class Idle:
    """Safe to share between threads. Each HTTP is lent to one call at a time, for whichever user and thread:
    connections of their own would be three for each of them, each with its handshake (MEASURED.md 8).
    """

    def __init__(self) -> None:
        self._https: deque[CalendarHttp] = deque(maxlen=IDLE_MAX)
        finalize(self, _close_all, self._https)  # before whatever is collected with it

    @contextmanager
    def lent(self) -> Iterator[CalendarHttp]:
        """The one that was in use last, or else a new one."""
        try:
            http = self._https.pop()
        except IndexError:
            http = CalendarHttp()
        try:
            yield http
        finally:
            self._https.append(http)
