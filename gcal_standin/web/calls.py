"""Calls of the API's methods: what is asked becomes a call, and what is answered is logged."""

import json
from typing import Any
from urllib.parse import parse_qs

from werkzeug.wrappers import Request, Response

from gcal_standin.model.errors import ApiError, not_implemented
from gcal_standin.web import answers, discovery
from gcal_standin.web.access import Access
from gcal_standin.web.call import Answer, Call
from gcal_standin.web.faults import Fault
from gcal_standin.web.requestlog import Entry
from gcal_standin.web.service import Service

_API = "/calendar/v3/"
_NO_FAULT = Fault()
_FORM = "application/x-www-form-urlencoded"


class Calls:
    """Promise: a call meets one service from its begin to its end, also if there is a reset meanwhile."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def respond(self, request: Request) -> Response:
        verb, query = _asked(request)
        name, reason = request.path, None
        try:
            method, path = _route(verb, request.path)
            name = method.id
            response = self._called(method, path, query, request)
        except ApiError as error:
            reason, response = error.reason or None, answers.refused(error)
        entry = Entry(
            method=name,
            verb=verb,
            path=request.path,
            query=query,
            status=response.status_code,
            reason=reason,
            bytes=response.content_length or 0,
            at_ms=self._service.world.clock.now_ms(),
        )
        self._service.requests.add(entry)
        return response

    def _called(
        self, method: discovery.Method, path: dict[str, str], query: dict[str, list[str]], request: Request
    ) -> Response:
        service = self._service
        if method.id not in service.handlers:
            raise not_implemented(f"calendar.{method.id}")
        with service.world.lock:
            access = service.gate.access(method, request)
        fault = service.faults.take(method.id, self._named_calendar(path, access)) or _NO_FAULT
        service.closing.wait(fault.hang_seconds)
        failure = fault.error()
        if failure is not None and not fault.after:
            raise failure
        call = self._call(method, path, query, request, access)
        service.quota.spend(query.get("quotaUser", [call.caller])[-1])
        answer = self._handled(call)
        if failure is not None:
            raise failure
        return answers.success(answer, method, query, request)

    def _handled(self, call: Call) -> Answer:
        service = self._service
        with service.world.lock:
            try:
                answer = service.handlers[call.method](call)
            finally:
                service.settle()
        if call.method.endswith(".watch") and service.notifier.disturbance.sync_before_answer:
            service.notifier.wait_idle(5.0)
        return answer

    def _named_calendar(self, path: dict[str, str], access: Access) -> str | None:
        named = path.get("calendarId")
        return (access.user or self._service.world.default_user) if named == "primary" else named

    def _call(
        self,
        method: discovery.Method,
        path: dict[str, str],
        query: dict[str, list[str]],
        request: Request,
        access: Access,
    ) -> Call:
        return Call(
            world=self._service.world,
            method=method.id,
            params=discovery.parameters(method, query, path),
            query=query,
            body=discovery.body(method.request, _json(request)) if method.request else {},
            named_caller=access.user,
            client=access.client,
            owned=access.owned,
            if_match=request.headers.get("If-Match"),
        )


def _route(verb: str, path: str) -> tuple[discovery.Method, dict[str, str]]:
    if not path.startswith(_API):
        raise ApiError(404, "notFound", "Not Found")
    return discovery.route(verb, path.removeprefix(_API))


def _asked(request: Request) -> tuple[str, dict[str, list[str]]]:
    """Return verb and query; clients send a very long GET as a POST whose form is the query."""
    query = request.args.to_dict(flat=False)
    override = request.headers.get("X-HTTP-Method-Override") if request.method == "POST" else None
    if override and request.mimetype == _FORM:
        query |= parse_qs(request.get_data(as_text=True), keep_blank_values=True)
    verb = (override or request.method).upper()
    return "GET" if verb == "HEAD" else verb, query


def _json(request: Request) -> Any:
    text = request.get_data()
    try:
        return json.loads(text) if text else {}
    except ValueError as error:
        raise ApiError(400, "parseError", "Parse Error") from error
