"""HTTP around the conferences: the signed webhook, the pages an add-on would use, the controls.

POST /webhook                  Standard Webhooks 1.0, as the service sends them
POST /conferences {title}      -> {id, join_url}; GET /conferences, GET /conferences/ID
GET, DELETE /log               the webhook requests received
POST, DELETE /control/faults   {kind, count, status, headers, seconds, conference_id, echo}
"""

import json
import socket
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, jsonify, request
from standardwebhooks import Webhook, WebhookVerificationError

from local.conferences.faults import Fault, Faults
from local.conferences.rooms import Reply, Rooms

HANG_S = 60.0


SERVED = "conferences.served"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What one server has; all share the pages, which take longer to make than most tests do."""

    rooms: Rooms
    faults: Faults
    hook: "Hook"


def build(rooms: Rooms, faults: Faults, *, secret: str, stopping: threading.Event) -> WSGIApplication:
    hook = Hook(rooms, faults, verifier=Webhook(secret), stopping=stopping)
    served = Served(rooms=rooms, faults=faults, hook=hook)

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return _pages()({**environ, SERVED: served}, start)

    return app


def _served() -> Served:
    served: Served = request.environ[SERVED]
    return served


@cache
def _pages() -> Flask:
    app = Flask(__name__)
    _add_pages(app)
    _add_controls(app)
    app.add_url_rule("/webhook", view_func=_hear, methods=["POST"])
    return app


def _hear() -> Response:
    return _served().hook.post()


def _add_pages(app: Flask) -> None:
    @app.post("/conferences")
    def create() -> Response:
        made = _served().rooms.create(request.get_json()["title"])
        return jsonify(id=made.id, join_url=made.join_url)

    @app.get("/conferences")
    def conferences() -> Response:
        return jsonify(_served().rooms.all())

    @app.get("/conferences/<name>")
    def conference(name: str) -> tuple[Response, int]:
        found = _served().rooms.find(name)
        return (jsonify(found), 200) if found else (jsonify(error=f"no conference {name}"), 404)

    @app.get("/log")
    def log() -> Response:
        return jsonify(_served().rooms.log())

    @app.delete("/log")
    def clear_log() -> tuple[str, int]:
        _served().rooms.clear_log()
        return "", 204


def _add_controls(app: Flask) -> None:
    @app.post("/control/faults")
    def add() -> tuple[Response, int]:
        try:
            fault = Fault.read(request.get_json())
        except (TypeError, ValueError) as error:
            return jsonify(error=str(error)), 400
        _served().faults.add(fault)
        return jsonify(asdict(fault)), 201

    @app.delete("/control/faults")
    def clear() -> tuple[str, int]:
        _served().faults.clear()
        return "", 204


class Hook:
    def __init__(self, rooms: Rooms, faults: Faults, *, verifier: Webhook, stopping: threading.Event) -> None:
        self._rooms = rooms
        self._faults = faults
        self._verifier = verifier
        self._stopping = stopping

    def post(self) -> Response:
        message = self._read()
        if message is None:
            return self._answer(Reply(status=401, body={"error": "the signature is not ours"}), None)
        fault = self._faults.next_for(message["data"].get("conference_id"))
        if fault is None:
            return self._answer(self._take(message), message)
        return self._suffer(fault, message)

    def _read(self) -> dict[str, Any] | None:
        body = request.get_data()
        try:
            message: dict[str, Any] = self._verifier.verify(body, dict(request.headers))
        except (WebhookVerificationError, ValueError):
            return None
        return message

    def _take(self, message: dict[str, Any]) -> Reply:
        return self._rooms.take(request.headers["webhook-id"], message)

    def _suffer(self, fault: Fault, message: dict[str, Any]) -> Response:
        if fault.kind == "status":
            words = f"as ordered: {message['data']['event']}" if fault.echo else "as ordered"
            answer = self._answer(Reply(status=fault.status, body={"error": words}), message)
            answer.headers.update(fault.headers)
            return answer
        if fault.kind == "slow":
            answer = self._answer(self._take(message), message)
            self._stopping.wait(fault.seconds)
            return answer
        self._note(Reply(status=0, body={}), message, fault.kind)
        if fault.kind == "hang":
            self._stopping.wait(HANG_S)
        if fault.kind == "drop":
            self._take(message)
        return _hang_up()

    def _answer(self, reply: Reply, message: dict[str, Any] | None) -> Response:
        self._note(reply, message, None)
        answer = jsonify(reply.body)
        answer.status_code = reply.status
        return answer

    def _note(self, reply: Reply, message: dict[str, Any] | None, fault: str | None) -> None:
        data = message["data"] if message else {}
        self._rooms.note(
            id=request.headers.get("webhook-id"),
            attempt=request.headers.get("webhook-timestamp"),
            type=message["type"] if message else None,
            conference_id=data.get("conference_id"),
            occurrence=data.get("occurrence"),
            status=reply.status,
            fault=fault,
            body=request.get_data(as_text=True),
        )


def _hang_up() -> Response:
    """End the connection under the answer that is then written to nobody."""
    line: socket.socket = request.environ["werkzeug.socket"]
    line.shutdown(socket.SHUT_RDWR)
    return Response(json.dumps({}), 200)
