"""The small Webex as a server on the loopback interface, inside this process.

POST /v1/access_token          the exchange of a refresh token
GET /v1/meetings, GET, PATCH, DELETE /v1/meetings/ID
"""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from local.conferences.faults import Faults
from local.webex.meetings import Meetings, Refusal

HOST = "127.0.0.1"
POLL_S = 0.02
HANG_S = 60.0
CLIENT = {"client_id": "an-integration", "client_secret": "client-word"}
SCOPES = frozenset({"meeting:schedules_read", "meeting:schedules_write"})

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Keys:
    """Who may come in. `lasts` and `refresh_lasts` are what the next exchange says, in seconds."""

    refresh_token: str = "refresh-word"
    lasts: float = 1_209_600
    refresh_lasts: float | None = 7_776_000
    gives: str = ""
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    issued: set[str] = field(default_factory=set)
    exchanges: int = 0

    def exchange(self, form: Json) -> Json:
        if {name: form.get(name) for name in CLIENT} != CLIENT:
            raise Refusal(401, "client_id or client_secret is wrong")
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh_token:
            raise Refusal(400, f"The refresh token {form.get('refresh_token')} is expired or invalid")
        self.exchanges += 1
        token = f"access-{uuid4().hex}"
        self.issued.add(token)
        said = {"access_token": token, "expires_in": self.lasts, "token_type": "Bearer"}
        said["refresh_token"] = self.gives or self.refresh_token
        if self.refresh_lasts is not None:
            said["refresh_token_expires_in"] = self.refresh_lasts
        return said

    def admit(self, header: str, method: str) -> None:
        if header.removeprefix("Bearer ") not in self.issued:
            raise Refusal(401, "The request requires a valid access token")
        if f"meeting:schedules_{'read' if method == 'GET' else 'write'}" not in self.scopes:
            raise Refusal(403, "The token lacks a scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`meeting` is empty for the list."""

    method: str
    meeting: str
    query: dict[str, str]
    body: Json


class Server:
    """Runs from its making to `stop`; after `restart` it has its meetings and the same address."""

    def __init__(self, folder: Path) -> None:
        self.keys = Keys()
        self.faults = Faults()
        self.log: list[Asked] = []
        self._path = folder / "webex.json"
        self.user: str | None = None  # whose token it is, who sees their own meetings; with None it sees all
        self._stopping = threading.Event()
        self._start(0)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/v1"

    def restart(self) -> None:
        self.stop()
        self._start(self.port)

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _start(self, port: int) -> None:
        self._stopping.clear()
        self.meetings = Meetings(self._path)
        self._server = ThreadingHTTPServer((HOST, port), _bound(self))
        self._server.daemon_threads = True
        self.port: int = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_S,), daemon=True)
        self._thread.start()

    def answer(self, asked: Asked) -> tuple[int, Json | None]:
        if asked.method == "PATCH":
            whose = {"hostEmail": self.user} if self.user else {}
            return 200, _shown(self.meetings.patch(asked.meeting, {**whose, **asked.body}))
        host = asked.query.get("hostEmail") or self.user
        if asked.method == "DELETE":
            mail = asked.query.get("sendEmail", "true") == "true"
            self.meetings.delete(asked.meeting, host, mail=mail)
            return 204, None
        if asked.meeting:
            return 200, _shown(self.meetings.get(asked.meeting, host))
        return 200, {
            "items": [_shown(each) for each in self.meetings.listed()[: int(asked.query.get("max", 10))]]
        }

    def wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)


def _shown(own: Json) -> Json:
    """With all that Webex says of a meeting, whether asked or not."""
    return {
        **{name: value for name, value in own.items() if name != "connector"},
        "meetingSeriesId": own["id"].partition("_")[0],
        "meetingNumber": "123456789",
        "hostUserId": "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x",
        "hostDisplayName": "Owner",
        "hostKey": "123456",
        "siteUrl": "site.example.com",
        "enabledBreakoutSessions": False,
        "telephony": {"accessCode": "1234567890", "callInNumbers": []},
    }


class _Handler(BaseHTTPRequestHandler):
    house: ClassVar[Server]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""

    def do_POST(self) -> None:
        form = _flat(self._read().decode())
        self._serve(lambda: (200, self.house.keys.exchange(form)), "token")

    def do_GET(self) -> None:
        self._meeting()

    def do_PATCH(self) -> None:
        self._meeting()

    def do_DELETE(self) -> None:
        self._meeting()

    def _meeting(self) -> None:
        raw, url = self._read(), urlsplit(self.path)
        name = unquote(url.path.removeprefix("/v1/meetings").removeprefix("/"))
        body = json.loads(raw) if raw else {}
        asked = Asked(method=self.command, meeting=name, query=_flat(url.query), body=body)
        self.house.log.append(asked)

        def do() -> tuple[int, Json | None]:
            self.house.keys.admit(self.headers.get("authorization", ""), self.command)
            return self.house.answer(asked)

        self._serve(do, self.command, name)

    def _read(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _serve(self, do: Callable[[], tuple[int, Json | None]], *names: str) -> None:
        """With the first trouble that was ordered for one of these names."""
        fault = next((found for name in names if (found := self.house.faults.next_for(name))), None)
        if fault and fault.kind == "status":
            text = fault.text or json.dumps(_error("as ordered"))
            self._say(fault.status, text.encode(), **fault.headers)
            return
        if fault and fault.kind == "hang":
            self.house.wait(HANG_S)
            self.close_connection = True
            return
        try:
            status, body = do()
        except Refusal as refusal:
            status, body = refusal.status, _error(str(refusal))
        if fault and fault.kind == "drop":
            self.close_connection = True
            return
        self.house.wait(fault.seconds if fault else 0.0)
        self._say(status, b"" if body is None else json.dumps(body).encode())

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        usual = {"Content-Type": "application/json;charset=UTF-8", "Content-Length": str(len(body))}
        if status == HTTPStatus.NO_CONTENT:
            usual = {}
        for name, value in {**usual, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # whoever asked may have gone
            self.wfile.write(body)


def _bound(server: Server) -> type[_Handler]:
    return type("Handler", (_Handler,), {"house": server})


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _error(message: str) -> Json:
    return {
        "message": message,
        "errors": [{"description": message}],
        "trackingId": f"ROUTER_{uuid4().hex[:12].upper()}",
    }
