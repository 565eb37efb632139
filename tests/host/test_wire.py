"""The receiver as a process of its own, by bytes on the line: what a test client would put right."""

import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from functions.adapters.queues.sqlite import SqliteQueue
from functions.core.channel import sign
from local.system.ports import ports
from local.system.served import Served
from tests.support.rig import OWNER

KEY = "k" * 32
TOKEN = sign(OWNER, "channel", [KEY])
GOOD = {"X-Goog-Channel-ID": "channel", "X-Goog-Resource-State": "exists", "X-Goog-Channel-Token": TOKEN}
START_S, ANSWER_S = 60.0, 10.0


@dataclass(frozen=True, slots=True)
class Receiver:
    port: int
    queue: Path
    log: Path

    def send(self, head: str, body: bytes = b"") -> tuple[int, bytes]:
        with socket.create_connection(("127.0.0.1", self.port), ANSWER_S) as line:
            line.sendall(head.encode("latin-1") + b"\r\n\r\n" + body)
            answer = b""
            while piece := line.recv(65_536):
                answer += piece
        top, _, rest = answer.partition(b"\r\n\r\n")
        return int(top.split()[1]), rest

    def published(self) -> list[str]:
        queue = SqliteQueue(str(self.queue))
        deliveries = queue.claim(9)
        for delivery in deliveries:
            queue.ack(delivery)
        queue.close()
        return [json.loads(delivery.data)["calendar_id"] for delivery in deliveries]


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    folder = tmp_path_factory.mktemp("receiver")
    with ports(0, 1) as (port,):
        yield from _received(folder, port)


def _received(folder: Path, port: int) -> Iterator[Receiver]:
    environ = {"PATH": os.environ["PATH"], "CHANNEL_TOKEN_KEYS": KEY, "QUEUE": f"sqlite:{folder / 'queue'}"}
    served = Served("receive_notification", port, folder / "log")
    served.start(environ)
    with httpx.Client() as client:
        served.wait_until_ready(client, time.monotonic() + START_S)
    yield Receiver(port, folder / "queue", folder / "log")
    served.terminate()
    served.wait()


def head(first: str = "POST / HTTP/1.1", *more: str, **change: str | None) -> str:
    named = {name.replace("_", "-"): value for name, value in change.items()}
    headers = [f"{name}: {value}" for name, value in {**GOOD, **named}.items() if value is not None]
    return "\r\n".join([first, "Host: x", "Connection: close", *headers, *more])


@pytest.mark.parametrize(
    ("sent", "status", "calendars"),
    [
        (head(), 204, [OWNER]),
        (head().replace("X-Goog", "x-gOOG"), 204, [OWNER]),
        (head("POST / HTTP/1.1", "Content-Length: 0"), 204, [OWNER]),
        (head(X_Goog_Channel_Token=f"  {TOKEN}\t"), 204, [OWNER]),
        (head("POST / HTTP/1.1", f"X-Goog-Channel-Token: {TOKEN}"), 403, []),
        (head("POST / HTTP/1.1", "X-Goog-Channel-ID: channel"), 403, []),
        (head("POST / HTTP/1.1", f"X_Goog_Channel_Token: {TOKEN}", X_Goog_Channel_Token=None), 400, []),
        (head("POST / HTTP/1.1", f"X-Goog_Channel-Token: {TOKEN}", X_Goog_Channel_Token="v1.x.y"), 403, []),
        (head(X_Goog_Channel_Token=TOKEN.replace("v", "\xef\xbd\x96")), 403, []),
        (head(X_Goog_Channel_ID="\xff\xfe"), 403, []),
        (head(X_Goog_Channel_Token="x" * 8_000), 403, []),
        (head(X_Goog_Resource_State="sync"), 204, []),
        (head("GET / HTTP/1.1"), 405, []),
        (head("POST /any/path?token=x HTTP/1.1"), 204, [OWNER]),
    ],
)  # fmt: skip
def test_the_answers_on_the_line(receiver: Receiver, sent: str, status: int, calendars: list[str]) -> None:
    """Header names in any case, doubled headers, underscores for hyphens, bytes that are no ASCII."""
    assert receiver.send(sent) == (status, b"")
    assert receiver.published() == calendars
    assert TOKEN not in receiver.log.read_text()


@pytest.mark.parametrize(
    ("sent", "least"),
    [
        (head(X_Goog_Channel_Token="x" * 9_000), 400),
        (head("POST / HTTP/1.1", *(f"A{number}: b" for number in range(200))), 400),
        (head("post / HTTP/1.1"), 400),
        (head("POST / HTTP/1.1", "X-Goog-Channel-Token : x"), 400),
        (head("POST / HTTP/1.1", "Content-Length: -1"), 400),
        (head("POST / HTTP/1.1", "Content-Length: 1", "Content-Length: 2"), 400),
        (head("POST / HTTP/1.1", "Content-Length: 3", "Transfer-Encoding: chunked"), 400),
        (head("POST / HTTP/9.9"), 400),
        ("\x16\x03\x01\x02", 400),
    ],
)
def test_what_is_no_request_stops_at_the_server(receiver: Receiver, sent: str, least: int) -> None:
    """Too large, smuggled or broken: gunicorn refuses it before the function is asked, and goes on."""
    assert least <= receiver.send(sent)[0] < 500
    assert receiver.published() == []
    assert receiver.send(head(X_Goog_Resource_State="sync")) == (204, b"")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_does_not_keep_the_answer_away(receiver: Receiver, chunked: bool) -> None:  # noqa: FBT001
    """Google sends none; nothing of it is read."""
    body = b"x" * 50_000
    how = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
    framed = b"c350\r\n" + body + b"\r\n0\r\n\r\n" if chunked else body
    assert receiver.send(head("POST / HTTP/1.1", how), framed) == (204, b"")
    assert receiver.published() == [OWNER]


@pytest.mark.parametrize("how", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_slow_strangers_keep_nobody_waiting(receiver: Receiver, how: str) -> None:
    """Each of them announces a body and sends a byte of it now and then: an honest push is answered all the
    same, and so are they, at once.
    """
    slow = [socket.create_connection(("127.0.0.1", receiver.port), ANSWER_S) for _ in range(64)]
    for line in slow:
        line.sendall(
            head("POST / HTTP/1.1", how).replace("Connection: close\r\n", "").encode() + b"\r\n\r\n1"
        )
    assert receiver.send(head()) == (204, b"")
    assert [line.recv(4_096)[:12] for line in slow] == [b"HTTP/1.1 204"] * len(slow)
    assert len(receiver.published()) > 0
    for line in slow:
        line.close()
