"""Google's own description of the API, which stands beside: routes, parameters and schemas.

Routes and checks follow the document, so that a method nobody thought of is refused by name.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gcal_standin.model.errors import ApiError, invalid_parameter, required
from gcal_standin.model.times import parse_moment

Json = dict[str, Any]
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "boolean": bool, "integer": int, "array": list, "object": dict, "number": (int, float),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    id: str  # such as "events.list"
    verb: str
    path: re.Pattern[str]
    parameters: Json
    request: str | None
    response: str | None
    scopes: frozenset[str]  # each of them is enough


@cache
def document() -> Json:
    path = files("gcal_standin") / "google" / "calendar.v3.json"
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    return content


def describes(path: str, version: str | None) -> bool:
    """Tell whether a path is one of those under which Google publishes the document."""
    return path == "/discovery/v1/apis/calendar/v3/rest" or (path == "/$discovery/rest" and version == "v3")


def document_at(root: str) -> Json:
    """Return the document as published by a stand-in whose paths begin with `root`."""
    return document() | {
        "rootUrl": root,
        "mtlsRootUrl": root,
        "baseUrl": f"{root}{document()['servicePath']}",
    }


@cache
def methods() -> tuple[Method, ...]:
    return tuple(_methods(document()))


def route(verb: str, path: str) -> tuple[Method, dict[str, str]]:
    """Find the method of a path below `/calendar/v3/`."""
    for method in methods():
        found = method.path.fullmatch(path)
        if found and method.verb == verb:
            return method, found.groupdict()
    raise ApiError(404, "notFound", "Not Found")


def _methods(doc: Json) -> Iterator[Method]:
    for resource, content in doc["resources"].items():
        for name, method in content["methods"].items():
            yield Method(
                id=f"{resource}.{name}",
                verb=method["httpMethod"],
                path=re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", method["path"])),
                parameters=method.get("parameters", {}),
                request=method.get("request", {}).get("$ref"),
                response=method.get("response", {}).get("$ref"),
                scopes=frozenset(method.get("scopes", ())),
            )


def parameters(method: Method, given: dict[str, list[str]], path: dict[str, str]) -> Json:
    """Read the query by the document: typed values, by name; what it does not know is ignored."""
    read: Json = dict(path)
    for name, texts in given.items():
        spec = method.parameters.get(name)
        if spec is None:
            continue
        values = [_value(name, spec, text) for text in texts]
        read[name] = values if spec.get("repeated") else values[-1]
    for name, spec in method.parameters.items():
        if spec.get("required") and name not in read:
            raise required(f"Required parameter: {name}")
    return read


def _value(name: str, spec: Json, text: str) -> Any:
    if spec["type"] == "boolean":
        if text.lower() not in {"true", "false"}:
            raise invalid_parameter(name, f"Invalid boolean value: '{text}'.")
        return text.lower() == "true"
    if spec["type"] == "integer":
        return _integer(name, spec, text)
    if spec.get("format") == "date-time":
        return parse_moment(text)
    if "enum" in spec and text not in spec["enum"]:
        raise invalid_parameter(
            name, f"Invalid string value: '{text}'. Allowed values: [{', '.join(spec['enum'])}]"
        )
    return text


def _integer(name: str, spec: Json, text: str) -> int:
    low, high = int(spec.get("minimum", -(2**31))), int(spec.get("maximum", 2**31 - 1))
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise invalid_parameter(
            name, f"Invalid value '{text}'. Values must be within the range: [{low}, {high}]"
        )
    return number


def body(schema: str, content: Any) -> Json:
    """Return the part of a request's body that the document knows; raise where a type is wrong."""
    if not isinstance(content, dict):
        raise ApiError(400, "parseError", "Parse Error")
    known: Json = _known({"$ref": schema}, content, schema)
    return known


def _fits(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and not (kind == "integer" and isinstance(value, bool))


def _known(spec: Json, value: Any, name: str) -> Any:
    spec = document()["schemas"][spec["$ref"]] if "$ref" in spec else spec
    kind = spec.get("type", "any")
    if value is None or kind == "any":
        return value
    if kind == "string" and spec.get("format") == "int64" and isinstance(value, int):
        return str(value)
    if not _fits(value, kind):
        raise ApiError(400, "invalid", f"Invalid value for: {name}")
    if kind == "array":
        if None in value:
            raise ApiError(400, "invalid", f"Invalid value for: {name}")
        return [_known(spec["items"], item, name) for item in value]
    if kind == "object" and "additionalProperties" in spec:
        return {key: _known(spec["additionalProperties"], item, key) for key, item in value.items()}
    if kind == "object":
        fields = spec.get("properties", {})
        return {key: _known(fields[key], item, key) for key, item in value.items() if key in fields}
    return value
