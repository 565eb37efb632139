"""Holds every answer against the Calendar discovery document that google-api-python-client ships.

Written apart from the stand-in's own reading of that document, so that both must be right.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from importlib.resources import files
from typing import Any, Self

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

Json = dict[str, Any]
DOCUMENT: Json = json.loads(
    (files("googleapiclient") / "discovery_cache/documents/calendar.v3.json").read_text(encoding="utf-8")
)
SCHEMAS: Json = DOCUMENT["schemas"]
METHODS: dict[str, Json] = {
    f"{resource}.{name}": method
    for resource, content in DOCUMENT["resources"].items()
    for name, method in content["methods"].items()
}
# What the document says only in prose: fields no answer of this kind may lack.
NEEDED = {
    "Event": {"kind", "etag", "id", "status"},
    "Events": {"kind", "etag", "summary", "updated", "timeZone", "accessRole", "defaultReminders", "items"},
    "Calendar": {"kind", "etag", "id", "summary", "timeZone"},
    "CalendarList": {"kind", "etag", "items"},
    "CalendarListEntry": {"kind", "etag", "id"},
    "Acl": {"kind", "etag", "items"},
    "AclRule": {"kind", "etag", "id", "scope", "role"},
    "Channel": {"kind", "id", "resourceId", "resourceUri", "expiration"},
}
_PYTHON = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}


class Witness:
    """A WSGI application around the stand-in that notes whatever Google's document does not allow."""

    def __init__(self) -> None:
        self._app: Callable[..., Any] | None = None
        self.wrong: list[str] = []
        self.seen: set[str] = set()

    def around(self, app: Callable[..., Any]) -> Self:
        self._app = app
        return self

    def __call__(self, environ: Json, start_response: Any) -> Iterable[bytes]:
        assert self._app is not None
        body, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        response = Response(list(body), status, headers)
        self.wrong += self._faults(Request(environ), response)
        return response(environ, start_response)

    def _faults(self, request: Request, response: Response) -> list[str]:
        verb = request.headers.get("X-HTTP-Method-Override", request.method)
        name = method_of(verb, request.path)
        if name is None:
            return []
        self.seen.add(name)
        text = response.get_data(as_text=True)
        if response.status_code >= 400:
            found = list(_envelope_faults(json.loads(text), response.status_code))
        elif response.status_code in {204, 304}:
            found = [f"a body with {response.status_code}"] if text else []
        else:
            schema = METHODS[name]["response"]["$ref"]
            found = list(faults(schema, json.loads(text), masked="fields" in request.args))
        return [f"{name}: {fault}" for fault in found]


def method_of(verb: str, path: str) -> str | None:
    for name, method in METHODS.items():
        pattern = "/calendar/v3/" + re.sub(r"\{\w+\}", "[^/]+", method["path"])
        if verb == method["httpMethod"] and re.fullmatch(pattern, path):
            return name
    return None


def faults(schema: str, value: Any, *, masked: bool = False) -> Iterator[str]:
    """Yield where an answer departs from its schema."""
    yield from _faults({"$ref": schema}, value, schema, masked=masked)


def _envelope_faults(content: Json, status: int) -> Iterator[str]:
    error = content["error"]
    if error["code"] != status or not error["message"]:
        yield f"the envelope's code is {error['code']}, not {status}"
    for detail in error["errors"]:
        if {"domain", "reason", "message"} - detail.keys():
            yield f"an error without domain, reason or message: {detail}"


def _faults(spec: Json, value: Any, path: str, *, masked: bool) -> Iterator[str]:
    name = spec.get("$ref")
    spec = SCHEMAS[name] if name else spec
    kind = spec.get("type", "any")
    if kind == "any":
        return
    if not _is(value, kind):
        yield f"{path} is {value!r}, not of type {kind}"
    elif kind == "array":
        for item in value:
            yield from _faults(spec["items"], item, f"{path}[]", masked=masked)
    elif "additionalProperties" in spec:
        for key, item in value.items():
            yield from _faults(spec["additionalProperties"], item, f"{path}.{key}", masked=masked)
    elif kind == "object":
        yield from _object_faults(spec, value, path, name, masked=masked)
    elif kind == "string" and not _well_formed(value, spec.get("format")):
        yield f"{path} is {value!r}, not {spec['format']}"


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _PYTHON[kind]) and not (kind == "integer" and isinstance(value, bool))


def _object_faults(spec: Json, value: Json, path: str, name: str | None, *, masked: bool) -> Iterator[str]:
    known = spec.get("properties", {})
    for key in value.keys() - known.keys():
        yield f"{path}.{key} is unknown to the document"
    if not masked:
        for key in NEEDED.get(name or "", set()) - value.keys():
            yield f"{path}.{key} is missing"
    if "kind" in known and value.get("kind", known["kind"].get("default")) != known["kind"].get("default"):
        yield f"{path}.kind is {value['kind']!r}"
    for key in value.keys() & known.keys():
        yield from _faults(known[key], value[key], f"{path}.{key}", masked=masked)


def _well_formed(text: str, form: str | None) -> bool:
    try:
        if form == "date-time":
            return datetime.fromisoformat(text).tzinfo is not None
        if form == "date":
            return bool(date.fromisoformat(text))
    except ValueError:
        return False
    return form != "int64" or text.lstrip("-").isdigit()
