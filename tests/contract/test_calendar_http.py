"""How much of an answer of Calendar is taken in, and where its answers cannot lead."""

import gzip
from http.client import HTTPException

import pytest

from functions.adapters.calendar import http as calendar_http
from functions.adapters.calendar.google import GoogleCalendar
from functions.adapters.calendar.http import CalendarHttp
from functions.core.enrolment import Access
from functions.core.errors import RetryLater
from tests.support.scripted import Say, Scripted, answer, endless

MOST = 1 << 20


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """As small a limit as a test needs."""
    monkeypatch.setattr(calendar_http, "ANSWER_MAX_BYTES", MOST)


def packed(body: bytes) -> Say:
    return answer(200, gzip.compress(body), content_encoding="gzip")


def calendar(server: Scripted) -> GoogleCalendar:
    endpoint = f"http://127.0.0.1:{server.port}"
    return GoogleCalendar(auth="anonymous", solutions=(), endpoint=endpoint, tries_more=0)


@pytest.mark.parametrize("say", [endless, answer(200, b"x" * (MOST + 1)), packed(b"x" * (MOST + 1))])
def test_an_answer_that_is_too_long_is_left(say: Say) -> None:
    """Endless, long, or long once it is unpacked: passing trouble of that calendar."""
    with Scripted([say]) as server, pytest.raises(RetryLater, match="TooLong"):
        calendar(server).changes(Access("c", None), token="t", page_token=None)


def test_the_longest_answer_is_read() -> None:
    """Of whatever it consists: a page of like events packs a thousand times smaller."""
    body = b'{"accessRole": "owner", "items": []}'
    body = b" " * (MOST - len(body)) + body
    with Scripted([packed(body), answer(200, body)]) as server:
        for _ in range(2):
            assert calendar(server).changes(Access("c", None), token="t", page_token=None).events == []


def test_an_answer_in_pieces_is_bounded_too() -> None:
    """Without a length said beforehand."""
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    whole = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + piece * 20 + b"0\r\n\r\n"
    with Scripted([lambda line: line.sendall(whole)]) as server, pytest.raises(HTTPException):
        CalendarHttp().request(server.url)


def test_no_redirect_is_followed() -> None:
    """The user's access token is for Calendar alone."""
    with Scripted([answer(200, b"{}")]) as other, Scripted([answer(302, location=other.url)]) as server:
        with pytest.raises(RetryLater, match="302"):
            calendar(server).changes(Access("c", None), token=None, page_token=None)
        assert other.accepted == 0
