"""HTTP around an account.

POST /oauth/token                        grant_type=account_credentials
GET, PATCH, DELETE /v2/meetings/NUMBER   and /v2/webinars/NUMBER
POST /v2/users/HOST/meetings             makes one, for callers outside this process
"""

import socket
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, jsonify, request

from local.conferences.faults import Fault, Faults
from local.zoom.account import Account, Heard
from local.zoom.faults import AS_ORDERED, TOKEN
from local.zoom.meetings import Refusal

_VERBS = {"GET": "read", "PATCH": "update", "DELETE": "delete"}


class Front:
    def __init__(self, account: Account, faults: Faults, stopping: threading.Event) -> None:
        self._account = account
        self._faults = faults
        self._stopping = stopping

    def token(self) -> Response:
        return self._answered(TOKEN, self._token)

    def meeting(self, number: int) -> Response:
        return self._answered(request.method, lambda: self._carry_out(number, webinar=False))

    def webinar(self, number: int) -> Response:
        return self._answered(request.method, lambda: self._carry_out(number, webinar=True))

    def create(self, host: str) -> Response:
        name = self._account.make(host, **request.get_json())
        return _json(201, self._account.find(name))

    def _answered(self, method: str, carry_out: Any) -> Response:
        self._note(method)
        fault = self._faults.next_for(method)
        if fault and fault.kind == "status":
            text = fault.text or AS_ORDERED
            return Response(text, fault.status, fault.headers, mimetype=_type(text))
        answer: Response = carry_out()
        if fault:
            self._suffer(fault)
        return answer

    def _suffer(self, fault: Fault) -> None:
        if fault.kind == "slow":
            self._stopping.wait(fault.seconds)
        else:
            line: socket.socket = request.environ["werkzeug.socket"]
            line.shutdown(socket.SHUT_RDWR)

    def _note(self, method: str) -> None:
        body = request.get_json(silent=True) if method == "PATCH" else None
        heard = Heard(method=method, path=request.path, query=dict(request.args.items()), body=body)
        self._account.calls.append(heard)

    def _token(self) -> Response:
        app, given = self._account.app, request.authorization
        if given is None or (given.username, given.password) != (app.client_id, app.client_secret):
            return _json(400, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"})
        if request.form.get("grant_type") != "account_credentials":
            return _json(400, {"reason": "unsupported grant type", "error": "unsupported_grant_type"})
        if request.form.get("account_id") != app.account_id:
            return _json(400, {"reason": "Bad Request", "error": "invalid_request"})
        return _json(200, self._account.grant())

    def _carry_out(self, number: int, *, webinar: bool) -> Response:
        kind = "webinar" if webinar else "meeting"
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        occurrence = request.args.get("occurrence_id")
        try:
            self._account.allow(token, f"{kind}:{_VERBS[request.method]}:{kind}:admin")
            if request.method == "GET":
                return _json(200, self._account.read(number, webinar=webinar))
            if request.method == "PATCH":
                self._account.update(number, request.get_json(), occurrence, webinar=webinar)
            else:
                self._account.delete(number, occurrence, webinar=webinar)
        except Refusal as refusal:
            return self._refused(refusal)
        return Response(status=204)

    def _refused(self, refusal: Refusal) -> Response:
        answer = _json(refusal.status, {"code": refusal.code, "message": str(refusal)})
        if refusal.status == 429 and self._account.daily_headers:  # noqa: PLR2004
            answer.headers["X-RateLimit-Type"] = "Daily-limit"
            answer.headers["Retry-After"] = _tomorrow(self._account.now())
        return answer


def build(account: Account, faults: Faults, stopping: threading.Event) -> Flask:
    app, front = Flask(__name__), Front(account, faults, stopping)
    app.add_url_rule("/oauth/token", view_func=front.token, methods=["POST"])
    app.add_url_rule("/v2/users/<host>/meetings", view_func=front.create, methods=["POST"])
    for name, view in (("meetings", front.meeting), ("webinars", front.webinar)):
        app.add_url_rule(f"/v2/{name}/<int:number>", name, view, methods=list(_VERBS))
    return app


def _tomorrow(now: datetime) -> str:
    return f"{(now.astimezone(UTC) + timedelta(days=1)).date()}T00:00:00Z"


def _json(status: int, body: object) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    return answer


def _type(text: str) -> str:
    if text.startswith("{"):
        return "application/json"
    return "application/xml" if text.startswith("<?xml") else "text/html"
