"""HTTP around the conferences: the signed webhook, the pages an add-on would use, the controls.

POST /webhook                  Standard Webhooks 1.0, as the service sends them
POST /conferences {title}      -> {id, join_url}; GET /conferences, GET /conferences/ID
GET, DELETE /log               the webhook requests received
POST, DELETE /control/faults   {kind, count, status, headers, seconds, conference_id, echo}
"""

import json
import socket
import threading
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, jsonify, request
from standardwebhooks import Webhook, WebhookVerificationError

from local.conferences.faults import Fault, Faults
from local.conferences.rooms import Reply, Rooms

HANG_S = 60.0


def build(rooms: Rooms, faults: Faults, *, secret: str, stopping: threading.Event) -> Flask:
    app = Flask(__name__)
    _add_pages(app, rooms)
    _add_controls(app, faults)
    hook = Hook(rooms, faults, verifier=Webhook(secret), stopping=stopping)
    app.add_url_rule("/webhook", view_func=hook.post, methods=["POST"])
    return app


def _add_pages(app: Flask, rooms: Rooms) -> None:
    @app.post("/conferences")
    def create() -> Response:
        made = rooms.create(request.get_json()["title"])
        return jsonify(id=made.id, join_url=made.join_url)

    @app.get("/conferences")
    def conferences() -> Response:
        return jsonify(rooms.all())

    @app.get("/conferences/<name>")
    def conference(name: str) -> tuple[Response, int]:
        found = rooms.find(name)
        return (jsonify(found), 200) if found else (jsonify(error=f"no conference {name}"), 404)

    @app.get("/log")
    def log() -> Response:
        return jsonify(rooms.log())

    @app.delete("/log")
    def clear_log() -> tuple[str, int]:
        rooms.clear_log()
        return "", 204


def _add_controls(app: Flask, faults: Faults) -> None:
    @app.post("/control/faults")
    def add() -> tuple[Response, int]:
        try:
            fault = Fault.read(request.get_json())
        except (TypeError, ValueError) as error:
            return jsonify(error=str(error)), 400
        faults.add(fault)
        return jsonify(asdict(fault)), 201

    @app.delete("/control/faults")
    def clear() -> tuple[str, int]:
        faults.clear()
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
        fault = self._faults.next_for(message["data"]["conference_id"])
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
        reply = Reply(status=0, body={})
        if fault.kind == "hang":
            self._note(reply, message, fault.kind)
            self._stopping.wait(HANG_S)
        else:
            self._note(reply, message, fault.kind)
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
