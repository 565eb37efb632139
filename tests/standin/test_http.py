"""HTTP itself: connections, compression, headers, verbs, other origins, and the API's own description."""

import socket
import sys
import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import httpx
import pytest
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events
from tests.standin.samples import timed

EVENTS = "/calendar/v3/calendars/primary/events"
PAGE = "https://page.example.com"


@pytest.fixture
def http(standin: Server) -> Iterator[httpx.Client]:
    """A client that takes compressed answers and keeps its connection."""
    with httpx.Client(base_url=standin.url) as client:
        yield client


def test_one_connection_serves_many_calls(standin: Server) -> None:
    """Calls follow each other on a connection, whatever became of the bodies and answers before."""
    host, port = standin.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line, line.makefile("rb") as heard:
        for verb, path, body in (
            ("GET", EVENTS, b""),
            ("POST", "/calendar/v3/nowhere", b'{"a": 1}'),
            ("HEAD", EVENTS, b""),
            ("POST", "/standin/expire", b"{}"),
            ("GET", EVENTS, b"a body that nobody reads"),
            ("DELETE", f"{EVENTS}/unknown", b""),
        ):
            head = f"{verb} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            line.sendall(head.encode() + body)
            length = 0
            assert heard.readline().startswith(b"HTTP/1.1 ")
            while field := heard.readline().strip().lower():
                assert field != b"connection: close"
                length = int(field[15:]) if field.startswith(b"content-length:") else length
            heard.read(0 if verb == "HEAD" else length)


def test_a_chunked_body(standin: Server, http: httpx.Client) -> None:
    """A body sent in chunks is read like any other, and the connection goes on."""
    pieces = [b'{"summary": "x", "start": {"date": "2026-01-05"},', b' "end": {"date": "2026-01-06"}}']

    made = http.post(EVENTS, content=iter(pieces)).json()

    assert http.get(f"{EVENTS}/{made['id']}").json()["summary"] == "x"


def test_an_application_that_fails(
    standin: Server, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug is 500 for the client and a traceback for us."""
    del standin.service.requests
    said = StringIO()
    monkeypatch.setattr(sys, "stderr", said)

    assert http.get("/standin/requests").status_code == 500
    until = time.monotonic() + 10
    while "AttributeError" not in said.getvalue() and time.monotonic() < until:
        time.sleep(0.01)
    assert "AttributeError" in said.getvalue()


@pytest.mark.parametrize(("accepted", "packed"), [("gzip, deflate", True), ("identity", False)])
def test_answers_are_compressed(http: httpx.Client, accepted: str, *, packed: bool) -> None:
    """Whoever takes gzip gets it, and it saves most of a page; others get the text."""
    for _ in range(20):
        http.post(EVENTS, json=timed())

    answer = http.get(EVENTS, headers={"Accept-Encoding": accepted})

    assert len(answer.json()["items"]) == 20
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert (int(answer.headers["Content-Length"]) < len(answer.content) / 4) is packed


def test_head_is_get_without_the_body(http: httpx.Client, events: Events) -> None:
    """HEAD has status and headers of GET."""
    path = f"{EVENTS}/{events.insert(timed())['id']}"
    plain = {"Accept-Encoding": "identity"}
    got, head = http.get(path, headers=plain), http.head(path, headers=plain)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control", "Vary"):
        assert head.headers[name] == got.headers[name]
    assert http.head(f"{EVENTS}/unknown").status_code == 404


def test_headers_of_reads_and_writes(caller: Caller, events: Events) -> None:
    """A read may be kept and must be asked for again, a write not even kept; a list has no ETag header."""
    written = caller.call("POST", events.path, timed())
    path = f"{events.path}/{written.body['id']}"
    read, listed = caller.call("GET", path), caller.call("GET", events.path)
    gone = caller.call("DELETE", path)

    assert read.headers["ETag"] == written.headers["ETag"] == read.body["etag"]
    assert "ETag" not in listed.headers
    assert listed.body["etag"]
    for got in (read, listed):
        assert got.headers["Cache-Control"] == "private, max-age=0, must-revalidate, no-transform"
    for got in (written, gone):
        assert got.headers["Cache-Control"].startswith("no-cache, no-store")
    for got in (read, listed, written, gone, caller.call("GET", f"{events.path}/unknown")):
        assert got.headers["Vary"] == "Origin, X-Origin, Referer"


def test_a_page_of_another_origin(http: httpx.Client) -> None:
    """A browser's question is answered with what it asks for, and the page may see what comes, errors too."""
    wish = {"Origin": PAGE, "Access-Control-Request-Method": "PATCH"}
    asked = http.options(EVENTS, headers=wish | {"Access-Control-Request-Headers": "authorization"})

    assert asked.status_code == 200
    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "authorization"
    for answer in (asked, *(http.get(path, headers={"Origin": PAGE}) for path in (EVENTS, "/calendar/v3/x"))):
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    own = (http.options(EVENTS), http.get(EVENTS))
    assert not [name for one in own for name in one.headers if name.startswith("access-control")]


def test_a_page_may_have_tokens(http: httpx.Client) -> None:
    """The endpoints of consent are as open to pages as the API."""
    for path in ("/token", "/revoke", "/tokeninfo"):
        asked = http.options(path, headers={"Origin": PAGE, "Access-Control-Request-Method": "POST"})
        answered = http.post(path, headers={"Origin": PAGE})
        for got in (asked, answered):
            assert got.headers["Access-Control-Allow-Origin"] == PAGE
        assert (asked.status_code, answered.status_code) == (200, 400)


def test_the_controls_are_for_no_page(http: httpx.Client) -> None:
    """A web page may not play with the controls."""
    for got in (
        http.options("/standin/expire", headers={"Origin": PAGE}),
        http.get("/standin/clock", headers={"Origin": PAGE}),
    ):
        assert got.status_code == 403
        assert "Access-Control-Allow-Origin" not in got.headers
    own = str(http.base_url).rstrip("/")
    assert http.get("/standin/clock", headers={"Origin": own}).status_code == 200


def test_a_verb_in_a_header(http: httpx.Client, events: Events) -> None:
    """X-HTTP-Method-Override is the verb of a POST, whose body and query keep their meaning."""
    path = f"{EVENTS}/{events.insert(timed())['id']}"

    changed = http.post(
        path,
        json={"summary": "New"},
        params={"fields": "summary"},
        headers={"X-HTTP-Method-Override": "PATCH"},
    )
    assert changed.json() == {"summary": "New"}
    assert http.post(path, headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert events.get(path.rpartition("/")[2])["status"] == "cancelled"
    assert http.get(EVENTS, headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 200


def test_the_api_describes_itself(standin: Server, http: httpx.Client) -> None:
    """The document is where Google has it, and a client built from it comes here, batches too."""
    for path in ("/discovery/v1/apis/calendar/v3/rest", "/$discovery/rest?version=v3"):
        assert http.get(path).json()["baseUrl"] == f"{standin.url}/calendar/v3/"
    assert http.get("/$discovery/rest?version=v2").status_code == 404

    where = f"{standin.url}/discovery/v1/apis/{{api}}/{{apiVersion}}/rest"
    nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
    found: list[Any] = []
    with build(
        "calendar", "v3", discoveryServiceUrl=where, credentials=nobody, static_discovery=False
    ) as client:
        batch = client.new_batch_http_request(callback=lambda *told: found.append(told[1:]))
        batch.add(client.calendars().get(calendarId="primary"))
        batch.execute()
    assert [(answer["id"], error) for answer, error in found] == [("owner@example.com", None)]
