"""Holds a value against a schema of Google's document, and says what is wrong and what would be right."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from gcal_standin.model.errors import ApiError
from gcal_standin.model.times import zone_of
from gcal_standin.web.discovery import Json, document

_NAMES: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}
_TYPES: dict[str, type] = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}
_MOMENT = "2026-01-05T10:00:00+01:00"
_FORMATS = {
    "date": ("a date such as 2026-01-05", date),
    "date-time": (f"a moment such as {_MOMENT}", datetime),
}


def described(value: Any) -> str:
    return f"{_NAMES[type(value)]}" if isinstance(value, dict | list | None) else f"{value!r}"


def unknown(name: str, known: Iterable[str], where: str) -> str:
    written = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), written, n=1)
    better = f"did you mean `{written[close[0]]}`?" if close else "leave it out."
    return f"There is no `{name}` in {where}: {better}"


def mistyped(path: str, value: Any, wanted: type, example: str = "") -> str:
    such = f", as in {example}" if example else ""
    return f"`{path}` is {_NAMES[wanted]}{such}, and here it is {described(value)}."


def zone(path: str, name: str | None) -> Iterator[str]:
    try:
        zone_of(name or "UTC")
    except ApiError:
        yield f"`{path}` is the name of a time zone such as Europe/Berlin, and there is no {name!r}."


def faults(schema: str, value: Any, path: str) -> Iterator[str]:
    """Yield a sentence for each field that is unknown, of a wrong type or malformed."""
    return _faults({"$ref": schema}, value, path)


def _faults(spec: Json, value: Any, path: str) -> Iterator[str]:
    spec = document()["schemas"][spec["$ref"]] if "$ref" in spec else spec
    wanted = _TYPES.get(spec.get("type", "any"))
    if value is None or wanted is None:
        return
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        yield mistyped(path, value, wanted)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _faults(spec["items"], item, f"{path}[{number}]")
    elif isinstance(value, dict):
        yield from _fields(spec, value, path)
    elif isinstance(value, str):
        yield from _text(spec, value, path)


def _fields(spec: Json, value: Json, path: str) -> Iterator[str]:
    known, others = spec.get("properties", {}), spec.get("additionalProperties")
    for name, item in value.items():
        if name in known or others:
            yield from _faults(known.get(name, others), item, f"{path}.{name}")
        else:
            yield unknown(name, known, f"`{path}`")


def _text(spec: Json, value: str, path: str) -> Iterator[str]:
    if path.endswith(("start.timeZone", "end.timeZone", "originalStartTime.timeZone")):
        yield from zone(path, value)
    if spec.get("format") not in _FORMATS:
        return
    what, kind = _FORMATS[spec["format"]]
    try:
        kind.fromisoformat(value)
    except ValueError:
        yield f"`{path}` is {what}, and here it is {value!r}."
