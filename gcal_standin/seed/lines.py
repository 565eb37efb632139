"""From the text of a seed to its lines, or to a sentence for each thing that is wrong with one."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gcal_standin.model.preferences import fault
from gcal_standin.model.roles import ROLES
from gcal_standin.model.times import Json
from gcal_standin.seed import shapes

USER, CALENDAR, EVENT = KINDS = ("user", "calendar", "event")
_FIELDS: dict[str, dict[str, type]] = {
    USER: {"user": str, "timeZone": str, "settings": dict},
    CALENDAR: {
        "calendar": str,
        "owner": str,
        "summary": str,
        "description": str,
        "location": str,
        "timeZone": str,
        "watchable": bool,
        "acl": list,
        "entries": dict,
    },
    EVENT: {"event": dict, "in": str, "unchecked": bool},
}
_EXAMPLES = {
    USER: '{"user": "bob@example.com", "timeZone": "Europe/Berlin"}',
    CALENDAR: '{"calendar": "team@group.calendar.google.com", "summary": "Team"}',
    EVENT: '{"event": {"summary": "Tea", "start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}}}',
}
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")


class BadSeed(ValueError):
    """Each of `sentences` says what is wrong with a line and what would be right; nothing was taken."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    kind: str
    content: Json

    @property
    def name(self) -> str:
        return f"line {self.number}"


def read(text: str) -> list[Line]:
    """Read JSON lines; empty ones and those that begin with # are none."""
    numbered = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return _checked((number, _json(line)) for number, line in numbered if line.strip()[0] != "#")


def taken(objects: Iterable[Any]) -> list[Line]:
    """Take lines that are objects already; they are numbered from 1 on."""
    return _checked(enumerate(objects, 1))


def _checked(found: Iterable[tuple[int, Any]]) -> list[Line]:
    """Return users first, then calendars, then events, each in their order."""
    lines: list[Line] = []
    wrong: list[str] = []
    for number, content in found:
        line, faults = _line(number, content)
        lines += [line] if line else []
        wrong += [f"line {number}: {each}" for each in faults]
    if wrong:
        raise BadSeed(wrong)
    return sorted(lines, key=lambda line: KINDS.index(line.kind))


@dataclass(frozen=True, slots=True)
class _NoJson:
    said: str


def _json(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        return _NoJson(f"This is no JSON ({error}). A line is one object such as {_EXAMPLES[USER]}.")


def _line(number: int, content: Any) -> tuple[Line | None, list[str]]:
    if isinstance(content, _NoJson):
        return None, [content.said]
    if not isinstance(content, dict):
        return None, [f"This is {shapes.described(content)}. A line is one object such as {_EXAMPLES[USER]}."]
    kinds = [kind for kind in KINDS if kind in content]
    if len(kinds) != 1:
        has = " and ".join(f"`{kind}`" for kind in kinds) or "none of them"
        return None, [f"A line has one of `user`, `calendar` and `event`, and this has {has}. {_SUCH}"]
    return Line(number, kinds[0], content), [*_faults(kinds[0], content)]


_SUCH = f"Such as {_EXAMPLES[EVENT]}."


def _faults(kind: str, content: Json) -> list[str]:
    known = _FIELDS[kind]
    wrong = [shapes.unknown(name, known, f"a line with `{kind}`") for name in content if name not in known]
    for name, value in content.items():
        if name in known and not isinstance(value, known[name]):
            wrong.append(shapes.mistyped(name, value, known[name], _EXAMPLES[kind]))
    return wrong or [*_CHECKS[kind](content)]


def _user(content: Json) -> Iterable[str]:
    yield from _address("user", content["user"])
    yield from shapes.zone("timeZone", content.get("timeZone"))
    yield from (said for name, value in content.get("settings", {}).items() if (said := fault(name, value)))


def _calendar(content: Json) -> Iterable[str]:
    if not content["calendar"]:
        yield 'The id of a calendar is missing: give one such as "team@group.calendar.google.com".'
    if "owner" in content:
        yield from _address("owner", content["owner"])
    yield from shapes.zone("timeZone", content.get("timeZone"))
    for number, rule in enumerate(content.get("acl", [])):
        yield from _rule(f"acl[{number}]", rule)
    for user, entry in content.get("entries", {}).items():
        yield from _address("entries", user)
        yield from shapes.faults("CalendarListEntry", _without(entry, "deleted"), f"entries.{user}")


def _rule(path: str, rule: Any) -> Iterable[str]:
    found = [*shapes.faults("AclRule", rule, path)]
    yield from found
    if found:
        return
    if rule.get("role") not in ROLES:
        yield f"`{path}.role` is one of {', '.join(ROLES)}, and is {rule.get('role')!r}."
    scope = rule.get("scope") or {}
    whole = scope.get("type") == "default"
    if scope.get("type") not in {"default", "user", "group", "domain"} or whole == bool(scope.get("value")):
        yield (
            f'`{path}.scope` is {{"type": "user", "value": "bob@example.com"}}, the same with `group` or '
            f'`domain`, or {{"type": "default"}}, and is {scope!r}.'
        )


def _event(content: Json) -> Iterable[str]:
    if not content.get("unchecked"):
        yield from shapes.faults("Event", content["event"], "event")


def is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text))


def _address(name: str, value: str) -> Iterable[str]:
    if not is_address(value):
        yield f"`{name}` is an address such as bob@example.com, and is {value!r}."


def _without(value: Any, name: str) -> Any:
    return {each: value[each] for each in value if each != name} if isinstance(value, dict) else value


_CHECKS = {USER: _user, CALENDAR: _calendar, EVENT: _event}
