"""The one piece of HTTP for providers: limits on time and size, a few retries, what a status means.

What a vendor's own codes mean is said in its adapter; where a connection may lead, in `guard`.
"""

import json
import random
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar

import httpcore
import httpx

from functions.adapters.web.lookups import Addresses
from functions.adapters.web.transport import Backend, Deadline, Transport
from functions.adapters.web.waits import retry_after
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Outcome

# Three tries and two pauses end within a minute, the usual lease: a change is never made by two at once.
T = TypeVar("T")
CONNECT_S = 5.0
READ_S = 15.0
CALL_S = 15.0  # one try, from connecting to the answer's last byte
TRIES = 3
BACKOFF_S = 0.5
CHANGE_S = 50.0  # a pause may come on top
WAIT_MAX_S = 5.0  # a longer Retry-After is left to the caller's queue
ANSWER_MAX_BYTES = 1 << 20
WORDS_MAX = 200

PASSING = frozenset({408, 425, 429, *range(500, 600)})
# So does a receiver answer to a wrong secret, and whoever else is there to a wrong address.
MAY_BE_ALL = frozenset({400, 401, 403, 404, 405, 407, *range(300, 400)})
_TROUBLE = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.RemoteProtocolError,
)
_UNSENT = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout)
_GAVE_UP = frozenset({408, 502, 504})  # from a proxy in front of the system, which may still be at work


class _Tries(threading.local):
    """Whether a try of the change that this thread makes got no answer."""

    unanswered = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A body longer than `ANSWER_MAX_BYTES` ends there."""

    host: str
    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> object:
        """None if the body is not JSON: vendors in trouble answer HTML or XML."""
        try:
            value: object = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return value

    def words(self) -> str:
        """Who answered what, for people: short, printable, on one line."""
        text = self.body[: WORDS_MAX * 4].decode("utf-8", "replace")
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        return f"{self.brief}: {text[:WORDS_MAX]}".rstrip(": ")

    @property
    def brief(self) -> str:
        """As `words`, without the system's own words: these may repeat what was pushed."""
        return f"{self.host} answered {self.status}"


Wait = Callable[[Answer, datetime], float | None]


def raise_for(answer: Answer, errors: Mapping[int, type[Gone | Rejected]]) -> None:
    """2xx passes; other statuses raise what `errors` says, else Rejected. Redirects are never followed."""
    if httpx.codes.is_success(answer.status):
        return
    if answer.status in errors:
        raise errors[answer.status](answer.words(), logged=answer.brief)
    raise refused(answer)


def refused(answer: Answer) -> Rejected:
    return Rejected(answer.words(), logged=answer.brief, may_be_all=answer.status in MAY_BE_ALL)


def asked(answer: Answer, now: datetime) -> float | None:
    """How long an answer that means passing trouble asks us to wait."""
    return retry_after(answer.headers, now)


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def authorities() -> ssl.SSLContext:
    """Reading the certificate authorities takes some 25 ms, and one context serves all connections."""
    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """In seconds. All calls of one change, with all tries and pauses, should fit into a lease: if there are
    several, `change` is their time together.
    """

    connect: float = CONNECT_S
    read: float = READ_S
    call: float = CALL_S
    tries: int = TRIES
    change: float = CHANGE_S


class Http:
    """Safe to share between threads. `addresses` decides where a name leads; by default the system does."""

    def __init__(
        self,
        *,
        addresses: Addresses | None = None,
        limits: Limits = Limits(),
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._limits = limits
        self._sleep = sleep
        self._chance = chance
        self._now = now
        self._deadline = Deadline()
        self._tries = _Tries()
        timeout = httpx.Timeout(limits.read, connect=limits.connect, pool=limits.connect)
        # No proxy from the environment: a guarded address means the connection itself.
        self._client = httpx.Client(
            transport=Transport(Backend(addresses, self._deadline), authorities()),
            timeout=timeout,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )
        weakref.finalize(self, self._client.close)

    def change(self, make: Callable[[], Outcome]) -> Outcome:
        """All calls of this thread in `make` share the time of one change. The outcome or error says whether
        a call that got no answer may take effect late.
        """
        self._tries.unanswered = False
        try:
            outcome = self.within(make)
        except (RetryLater, Rejected, Gone) as error:
            error.may_land = self._tries.unanswered
            raise
        return replace(outcome, may_land=self._tries.unanswered)

    def within(self, make: Callable[[], T]) -> T:
        """All calls of this thread in `make` share the time of one change."""
        with self._deadline.within(self._limits.change):
            return make()

    def send(self, make: Callable[[], Call], *, wait: Wait = asked) -> Answer:
        """The first answer that is not passing trouble; RetryLater when the tries are used up.

        `make` is called for each try, because a signature has the time of its try in it; `wait` says how long
        an answer that means passing trouble asks us to wait, if it does.
        """
        tried = 0
        while True:
            tried += 1
            try:
                return self._settled(make(), wait)
            except RetryLater as trouble:
                if tried == self._limits.tries or (trouble.delay or 0.0) > WAIT_MAX_S:
                    raise
                self._pause(tried, trouble.delay)

    def _settled(self, call: Call, wait: Wait) -> Answer:
        try:
            answer = self._once(call)
        except _TROUBLE as error:
            self._note_unanswered(call, sent=not isinstance(error, _UNSENT))
            raise _unreachable(httpx.URL(call.url).host, error) from error
        if answer.status in PASSING:
            self._note_unanswered(call, sent=answer.status in _GAVE_UP)
            raise RetryLater(answer.words(), delay=wait(answer, self._now()), logged=answer.brief)
        return answer

    def _note_unanswered(self, call: Call, *, sent: bool) -> None:
        self._tries.unanswered = self._tries.unanswered or (sent and call.method != "GET")

    def _pause(self, tried: int, asked: float | None) -> None:
        backoff = BACKOFF_S * 2.0 ** (tried - 1) * (0.5 + self._chance())
        self._sleep(max(asked or 0.0, backoff))

    def _once(self, call: Call) -> Answer:
        headers = {"accept-encoding": "identity", **call.headers}
        with (
            self._deadline.within(self._limits.call),
            self._client.stream(call.method, call.url, content=call.body, headers=headers) as response,
        ):
            return Answer(
                host=response.url.host,
                status=response.status_code,
                headers=response.headers,
                body=_bounded(response),
            )


def _unreachable(host: str, error: Exception) -> RetryLater:
    return RetryLater(f"{host}: {type(error).__name__} {error}".rstrip())


def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) >= ANSWER_MAX_BYTES:
            break
    return bytes(body[:ANSWER_MAX_BYTES])
