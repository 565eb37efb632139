"""As much of Cloud Logging's query language as our filters use, evaluated on one line.

https://cloud.google.com/logging/docs/view/logging-query-language: comparisons of a field with one value or
with several in parentheses, AND, OR, NOT, parentheses. A field that is absent matches no comparison.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]
Test = Callable[[Line], bool]
TOKEN = re.compile(r'\s*(=~|!=|>=|<=|[=<>()]|"(?:[^"\\]|\\.)*"|[^\s=<>()!"]+)')


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


def extract(extractor: str, line: Line) -> str | None:
    """What a label or value extractor takes out of the line; None if it finds nothing."""
    plain = re.fullmatch(r"EXTRACT\(([\w.]+)\)", extractor)
    if plain:
        found = lookup(line, plain[1])
        return None if found is None else shown(found)
    match = re.fullmatch(r'REGEXP_EXTRACT\(([\w.]+), "(.*)"\)', extractor)
    if not match:
        raise Unsupported(extractor)
    taken = re.search(match[2], shown(lookup(line, match[1])))
    return taken[1] if taken else None


def lookup(line: Line, path: str) -> Any:
    """A field by its path as in a log entry; our fields are its `jsonPayload`."""
    first, _, rest = path.partition(".")
    if first == "severity":
        return line["severity"]
    if first != "jsonPayload":
        raise Unsupported(path)
    return line.get(rest)


def shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@dataclass
class _Parser:
    left: list[str]

    def either(self) -> Test:
        tests = [self.every()]
        while self.next_is("OR"):
            tests.append(self.every())
        return lambda line: any(test(line) for test in tests)

    def every(self) -> Test:
        tests = [self.one()]
        while self.next_is("AND"):
            tests.append(self.one())
        return lambda line: all(test(line) for test in tests)

    def one(self) -> Test:
        if self.next_is("NOT"):
            inner = self.one()
            return lambda line: not inner(line)
        if self.next_is("("):
            inner = self.either()
            self.must_be(")")
            return inner
        field, operator = self.take(), self.take()
        values = self.values()
        return lambda line: any(compare(lookup(line, field), operator, value) for value in values)

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
    if found is None:
        return False
    wanted = json.loads(value) if value.startswith('"') else value
    if operator == "=~":
        return re.search(wanted, shown(found)) is not None
    if operator in {"=", "!="}:
        return (shown(found) == wanted) is (operator == "=")
    numbers = {"<": float.__lt__, ">": float.__gt__, "<=": float.__le__, ">=": float.__ge__}
    if operator not in numbers:
        raise Unsupported(operator)
    return bool(numbers[operator](float(found), float(wanted)))
