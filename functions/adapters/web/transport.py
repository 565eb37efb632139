"""Connections for `http`: which addresses they go to, and how long one call may hold its thread.

httpx limits each read, so an answer of one byte every few seconds would never end. Here every lookup of a
name, connect, read and write of a call draws on one deadline.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpcore
import httpx

from functions.adapters.web.guard import resolve
from functions.adapters.web.lookups import Addresses, Lookups

Clock = Callable[[], float]

CONNECTIONS_MAX = 32
IDLE_S = 30.0


class Deadline(threading.local):
    """The end of the current call, for each thread its own. One within another ends with it."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._end: float | None = None

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        outer = self._end
        end = self._clock() + seconds
        self._end = end if outer is None else min(outer, end)
        try:
            yield
        finally:
            self._end = outer

    def cap(self, timeout: float | None, late: type[Exception]) -> float | None:
        """The time that a step may take, at most `timeout`; raises `late` when none is left."""
        if self._end is None:
            return timeout
        left = self._end - self._clock()
        if left <= 0:
            raise late("the answer takes too long")
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.cap(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.cap(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = self._deadline.cap(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Connects to the addresses that `addresses` gives for a name, and to no other; by default, the system
    says where it leads.
    """

    def __init__(
        self,
        addresses: Addresses | None,
        deadline: Deadline,
        inner: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._lookups = Lookups(addresses or resolve)
        self._deadline = deadline
        self._inner = inner or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        refused: Exception = httpcore.ConnectError(f"no address for {host}")
        left = partial(self._deadline.cap, timeout, httpcore.ConnectTimeout)
        for address in self._targets(host, port, left):
            try:
                stream = self._inner.connect_tcp(address, port, left(), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
            else:
                return _Stream(stream, self._deadline)
        raise refused

    def _targets(self, host: str, port: int, left: Callable[[], float | None]) -> Sequence[str]:
        try:
            return self._lookups.find(host, port, left)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error


class Transport(httpx.BaseTransport):
    """httpx over a pool with our own backend: httpx has no public way to say where to connect."""

    def __init__(self, backend: Backend, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            network_backend=backend,
            max_connections=CONNECTIONS_MAX,
            max_keepalive_connections=CONNECTIONS_MAX,
            keepalive_expiry=IDLE_S,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.content,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer.iter_stream())

    def close(self) -> None:
        self._answer.close()
