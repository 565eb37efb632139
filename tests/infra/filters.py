"""As much of Cloud Logging's query language as our filters use, evaluated on one entry.

https://cloud.google.com/logging/docs/view/logging-query-language: comparisons of a field with one value or
with several in parentheses, AND, OR, NOT, parentheses. A part of a field's name may be quoted. A field that
is absent matches no comparison, one that is repeated matches if any of its values does.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]
Entry = Mapping[str, Any]
Test = Callable[[Entry], bool]
TOKEN = re.compile(r'\s*(=~|!=|>=|<=|[=<>()]|"(?:[^"\\]|\\.)*"|(?:[^\s=<>()!"]|(?<=[.])"[^"]*")+)')
PART = re.compile(r'"([^"]*)"|([^."]+)')
FIELDS = ("logName", "severity", "resource", "httpRequest", "jsonPayload", "protoPayload")
LEVELS = ("DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY")


class Unsupported(Exception):
    """The filter uses something that this evaluator does not know."""


def evaluate(text: str) -> Test:
    """Whether a line matches the filter. Unsupported if it cannot be said."""
    parser = _Parser(tokens(text))
    found = parser.either()
    if parser.left:
        raise Unsupported(f"{parser.left[0]!r} in {text!r}")
    return found


def tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Unsupported(text[at:])
        found.append(match[1])
        at = match.end()
    return found


def entry_of(line: Line) -> Entry:
    """The entry that Cloud Logging makes of a line of ours."""
    return {"severity": line["severity"], "jsonPayload": line}


def extract(extractor: str, entry: Entry) -> str | None:
    """What a label or value extractor takes out of the entry; None if it finds nothing."""
    plain = re.fullmatch(r"EXTRACT\(([\w.]+)\)", extractor)
    if plain:
        found = lookup(entry, plain[1])
        return shown(found[0]) if found else None
    match = re.fullmatch(r'REGEXP_EXTRACT\(([\w.]+), "(.*)"\)', extractor)
    if not match:
        raise Unsupported(extractor)
    taken = [re.search(match[2], shown(value)) for value in lookup(entry, match[1])]
    return taken[0][1] if taken and taken[0] else None


def lookup(entry: Entry, path: str) -> list[Any]:
    """All values of a field, by its path."""
    parts = [quoted or plain for quoted, plain in PART.findall(path)]
    if parts[0] not in FIELDS:
        raise Unsupported(path)
    found: list[Any] = [entry]
    for part in parts:
        inner = [each.get(part) for each in found if isinstance(each, Mapping)]
        found = [one for each in inner for one in (each if isinstance(each, list) else [each])]
    return [each for each in found if each is not None]


def shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@dataclass
class _Parser:
    left: list[str]

    def either(self) -> Test:
        tests = [self.every()]
        while self.next_is("OR"):
            tests.append(self.every())
        return lambda entry: any(test(entry) for test in tests)

    def every(self) -> Test:
        tests = [self.one()]
        while self.next_is("AND"):
            tests.append(self.one())
        return lambda entry: all(test(entry) for test in tests)

    def one(self) -> Test:
        if self.next_is("NOT"):
            inner = self.one()
            return lambda entry: not inner(entry)
        if self.next_is("("):
            inner = self.either()
            self.must_be(")")
            return inner
        field, operator = self.take(), self.take()
        values = self.values()
        return lambda entry: any(
            compare(found, operator, value) for found in lookup(entry, field) for value in values
        )

    def values(self) -> list[str]:
        if not self.next_is("("):
            return [self.take()]
        found = [self.take()]
        while self.next_is("OR"):
            found.append(self.take())
        self.must_be(")")
        return found

    def next_is(self, token: str) -> bool:
        if self.left and self.left[0] == token:
            self.left.pop(0)
            return True
        return False

    def must_be(self, token: str) -> None:
        if not self.next_is(token):
            raise Unsupported(f"{token!r} is missing before {self.left[:1]}")

    def take(self) -> str:
        if not self.left:
            raise Unsupported("the filter ends too early")
        return self.left.pop(0)


def compare(found: Any, operator: str, value: str) -> bool:
    wanted = json.loads(value) if value.startswith('"') else value
    if operator == "=~":
        return re.search(wanted, shown(found)) is not None
    if operator in {"=", "!="}:
        return (shown(found) == wanted) is (operator == "=")
    numbers = {"<": float.__lt__, ">": float.__gt__, "<=": float.__le__, ">=": float.__ge__}
    if operator not in numbers:
        raise Unsupported(operator)
    return bool(numbers[operator](_number(found), _number(wanted)))


def _number(value: Any) -> float:
    return float(LEVELS.index(value) if value in LEVELS else value)
