"""Sends cases through the deployed handler as a WSGI server would, and compares all that comes of each."""

import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import functions_framework

from functions import wiring
from functions.adapters.queues.sqlite import SqliteQueue
from tests.fuzz.cases import TOKEN, Case, make
from tests.fuzz.judge import judge, sent

ROOT = Path(__file__).parents[2]
RECEIVER = "receive_notification"
SECRET_CHARACTERS = 40  # a signature has 43, and the id of a channel 36
STORY = "{case.method} {case.path} {case.headers}\nblows: {case.blows}\nbody: {case.body!r:.60}"


class Wrong(AssertionError):
    """A case did not get what the contract says; the text tells its whole story."""


@dataclass(kw_only=True)
class Player:
    app: Any
    queue: SqliteQueue
    log: StringIO
    answers: Counter[str] = field(default_factory=Counter)
    blows: Counter[str] = field(default_factory=Counter)

    def play(self, case: Case) -> None:
        verdict, start = judge(case), self.log.tell()
        status, body = self._answer(case)
        published = [json.loads(delivery.data) for delivery in self._published()]
        wanted = [] if verdict.calendar is None else [self._request(case, verdict.calendar)]
        self._same(case, "status", verdict.status, status)
        self._same(case, "published", wanted, published)
        self._same(case, "body is empty", expected=True, found=verdict.hosts or body == b"")
        self._without_tokens(case, self.log.getvalue()[start:])
        self.blows.update(case.blows or ["none"])
        self.answers[
            f"{status}{', published' if published else ', by the framework' if verdict.hosts else ''}"
        ] += 1

    def forget_log(self) -> None:
        self.log.seek(0)
        self.log.truncate()

    def _answer(self, case: Case) -> tuple[int, bytes]:
        said: list[str] = []

        def start_response(
            status: str, _headers: object, _exc_info: object = None
        ) -> Callable[[bytes], None]:
            said.append(status)
            return lambda _: None

        chunks = self.app(environ(case), start_response)
        body = b"".join(chunks)
        if close := getattr(chunks, "close", None):
            close()
        return int(said[-1][:3]), body

    def _published(self) -> list[Any]:
        deliveries = self.queue.claim(9)
        for delivery in deliveries:
            self.queue.ack(delivery)
        return list(deliveries)

    def _request(self, case: Case, calendar: str) -> dict[str, str | None]:
        return {
            "calendar_id": calendar,
            "reason": "notification",
            "channel_id": sent(case, "X-Goog-Channel-ID"),
            "resource_id": sent(case, "X-Goog-Resource-ID") or None,
        }

    def _without_tokens(self, case: Case, lines: str) -> None:
        pieces = [
            piece for text in _texts(case) for piece in text.split(".") if len(piece) >= SECRET_CHARACTERS
        ]
        self._same(case, "pieces of tokens in the log", [], [piece for piece in pieces if piece in lines])
        self._same(case, "exceptions in the log", expected=False, found="Traceback" in lines)

    def _same(self, case: Case, what: str, expected: object, found: object) -> None:
        if expected != found:
            story = STORY.format(case=case)
            raise Wrong(f"case {case.number}: {what}: expected {expected!r}, found {found!r}\n{story}")


def _texts(case: Case) -> list[str]:
    """All that was sent where a token belongs; the signatures in them would open something."""
    return [text for name, text in case.headers if name.lower() == TOKEN.lower()]


def environ(case: Case) -> dict[str, object]:
    """As gunicorn makes it, which lets no other names in: an underscore might stand for a hyphen."""
    names = {name for name, _ in case.headers if _NAME.fullmatch(name)}
    headers = {f"HTTP_{name.upper().replace('-', '_')}": sent(case, name) for name in names}
    content = {name.removeprefix("HTTP_"): headers.pop(name) for name in list(headers) if name in _CONTENT}
    return {
        "CONTENT_LENGTH": str(len(case.body)),
        **headers,
        **content,
        "REQUEST_METHOD": case.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": case.path,
        "QUERY_STRING": case.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(case.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


_NAME = re.compile(r"[A-Za-z0-9-]+")
_CONTENT = ("HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE")


@contextmanager
def player() -> Iterator[Player]:
    """The receiver as its environment says; what it and its framework log is listened to."""
    app = functions_framework.create_app(RECEIVER, str(ROOT / "main.py"))  # type: ignore[no-untyped-call]
    queue = wiring.queue(RECEIVER)
    assert isinstance(queue, SqliteQueue)
    log = StringIO()
    ears = logging.StreamHandler(log)
    ears.setFormatter(logging.getLogger("functions").handlers[0].formatter)
    loggers = [logging.getLogger("functions"), logging.getLogger()]
    before = [logger.handlers for logger in loggers]
    for logger in loggers:
        logger.handlers = [ears]
    try:
        yield Player(app=app, queue=queue, log=log)
    finally:
        for logger, handlers in zip(loggers, before, strict=True):
            logger.handlers = handlers
        queue.close()


def cases(seed: int, count: int) -> Iterator[Case]:
    return (make(seed, number) for number in range(count))
