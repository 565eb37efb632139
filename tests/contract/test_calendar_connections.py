"""Whose connections to Google are whose: one serves all users, one call at a time."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from socket import socket

import httplib2
import pytest
from google.auth import iam, impersonated_credentials
from google.oauth2 import credentials as login

from bench.googles import ACCOUNT, Google, google
from functions.adapters.calendar import http as calendar_http
from functions.adapters.calendar.google import GoogleCalendar
from functions.adapters.calendar.http import IDLE_MAX, Idle
from functions.core.enrolment import Access
from functions.core.errors import RetryLater
from tests.support.scripted import Say, Scripted, answer

THREADS = 8
USERS = [f"user{number}@example.com" for number in range(40)]
NAMED = b'{"id": "team@example.com"}'
KEPT = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n"
ANOTHERS = KEPT % 22 + b'{"id": "another user"}'
BROKEN = {
    "nothing": b"",
    "half a head": KEPT[:9],
    "half a body": KEPT % (9 + len(ANOTHERS)) + b"123456789",
    "no length": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nsome\r\n",
}


def access(user: str) -> Access:
    return Access("team@example.com", user)


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    with google() as made:
        for name, value in made.settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(httplib2, "CA_CERTS", made.settings["HTTPLIB2_CA_CERTS"])
        calendar_http._authorities.cache_clear()
        monkeypatch.setattr(login, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", made.tokens.url)
        monkeypatch.setattr(impersonated_credentials, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", made.tokens.url)
        monkeypatch.setattr(iam, "_IAM_SIGNJWT_ENDPOINT", made.iam.url + "/{}:signJwt")
        yield made
        calendar_http._authorities.cache_clear()


def delegated(servers: Google) -> GoogleCalendar:
    return GoogleCalendar(auth="delegation", solutions=(), endpoint=servers.calendar.url, account=ACCOUNT)


def lines(servers: Google) -> list[int]:
    """How many connections each server has had."""
    return [len(server.clients) for server in (servers.calendar, servers.iam, servers.tokens)]


def test_one_connection_serves_all_users(servers: Google) -> None:
    """One after another, whichever thread asks, and however often: each server is connected to once."""
    calendar = delegated(servers)
    for user in USERS:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(calendar.resolve, access(user)).result()
    assert len(servers.calendar.heard) == len(servers.iam.heard) == len(USERS)
    assert lines(servers) == [1, 1, 1]
    assert calendar_http._authorities.cache_info().misses == 1


def test_each_user_is_asked_for_with_their_own_token(servers: Google) -> None:
    """Many users at once, again and again, in threads that come and go: no more connections than calls at
    once, and no request has another user's token.
    """
    calendar = delegated(servers)
    for _ in range(3):
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda user: calendar.resolve(access(user)), USERS * 2))
    assert len(servers.calendar.heard) == len(USERS) * 6
    assert not [asked for asked in servers.calendar.heard if asked.charged_to_another]
    assert max(lines(servers)) <= THREADS


def keeping(body: bytes) -> Say:
    """An answer after which the client keeps its connection, which is then closed all the same."""
    return lambda line: line.sendall(KEPT % len(body) + body)


def anonymous(server: Scripted) -> GoogleCalendar:
    where = f"http://127.0.0.1:{server.port}"
    return GoogleCalendar(auth="anonymous", solutions=(), endpoint=where, address="https://s/", tries_more=0)


CALLS: dict[str, Callable[[GoogleCalendar], object]] = {
    "GET": lambda calendar: calendar.resolve(access("b")),
    "POST": lambda calendar: calendar.watch(access("b"), channel_id="c", token="t", ttl=60),
}


@pytest.mark.parametrize("verb", CALLS)
def test_a_kept_connection_that_was_closed_is_made_anew(verb: str) -> None:
    """Before the call, which is heard once; on the closed one, what has a body would break."""
    granted = answer(200, b'{"id": "team@example.com", "resourceId": "r"}')
    with Scripted([keeping(NAMED), granted]) as server:
        calendar = anonymous(server)
        calendar.resolve(access("a"))
        server._threads[-1].join()
        CALLS[verb](calendar)
    assert [heard.head.split()[0] for heard in server.heard] == ["GET", verb]
    assert server.accepted == 2


@pytest.mark.parametrize("broken", BROKEN)
def test_no_user_reads_what_is_left_of_anothers_answer(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """An answer breaks, and what looks like another comes once more is asked: the connection is given up."""
    monkeypatch.setattr(calendar_http, "TIMEOUT_S", 0.2)

    def halting(line: socket) -> None:
        line.sendall(BROKEN[broken])
        if line.recv(1):
            line.sendall(ANOTHERS)

    with Scripted([halting, answer(200, NAMED)]) as server:
        calendar = anonymous(server)
        with pytest.raises(RetryLater):
            calendar.resolve(access("a"))
        assert calendar.resolve(access("b")) == "team@example.com"
    assert server.accepted == 2


def test_the_idle_ones_are_few() -> None:
    """Of a burst, the ones last in use stay; the others are closed."""
    idle, lent = Idle(), []
    for _ in range(IDLE_MAX + 5):
        loan = idle.lent()
        lent.append((loan, loan.__enter__()))
    for loan, _ in lent:
        loan.__exit__(None, None, None)
    kept = []
    for _ in range(IDLE_MAX):
        with idle.lent() as http:
            kept.append(http)
    assert kept == [lent[-1][1]] * IDLE_MAX
    assert len(idle._https) == IDLE_MAX


class Line:
    """A connection that says, when it is collected, whether it had been closed by then."""

    closed = False

    def __init__(self, said: list[bool]) -> None:
        self.said = said

    def __del__(self) -> None:
        self.said.append(self.closed)

    def close(self) -> None:
        self.closed = True


def test_connections_are_closed_before_they_are_collected() -> None:
    """The order in which a circle of things is collected is anybody's guess."""
    said: list[bool] = []
    line, idle = Line(said), Idle()
    with idle.lent() as http:
        http.connections["kept"] = line
    vars(idle)["circle"] = idle
    del line, http, idle
    gc.collect()
    assert said == [True]
