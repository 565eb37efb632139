"""What Zoom's answers mean: one table of its codes.

A body may be XML or HTML where JSON is promised. Codes: https://developers.zoom.us/docs/api/meetings/ names
them for each call, https://developers.zoom.us/docs/integrations/oauth-error-messages/ those of tokens.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from functions.adapters.web.client import Answer, refused
from functions.adapters.web.tokens import Credentials
from functions.adapters.web.waits import retry_after
from functions.core.errors import Gone, Rejected

# What the service reads and changes, each with the names of older apps' scopes that hold it.
SCOPES: Mapping[str, frozenset[str]] = {
    "meeting:read:meeting:admin": frozenset({"meeting:read:admin", "meeting:write:admin"}),
    "meeting:update:meeting:admin": frozenset({"meeting:write:admin"}),
    "meeting:delete:meeting:admin": frozenset({"meeting:write:admin"}),
}

_HOST = "Zoom does not know the meeting's host: was the user removed, or moved to another account?"
_GONE = frozenset({3001})
_SCOPE = frozenset({4700, 4711})
_HINTS = {
    1001: _HOST,
    1010: _HOST,
    1120: _HOST,
    3161: "the meeting's host has no licence to schedule",
}
_NOT_TAKEN = "Zoom does not take the token that it just gave: is the app activated?"
_XML_CODE = re.compile(rb"<code>\s*([0-9]{1,6})\s*</code>")
_SCOPE_NAMES = re.compile(r"\[([a-z0-9_:, ]{1,200})\]")


class Refused(Rejected):
    """Zoom refused with one of its own codes: it took the token, and knew what it was asked."""


class IsWebinar(Refused):
    """The number is a webinar's, which has a path of its own."""


class IsPersonal(Refused):
    """A personal room, which cannot be deleted."""


class GoingOn(Refused):
    """People are in the meeting."""


class ScopeMissing(Credentials):
    """The app was not granted what this call takes."""


_CLASSES: Mapping[int, type[Refused]] = {3002: GoingOn, 3018: IsPersonal, 3037: IsPersonal}


def error_of(answer: Answer) -> Exception:
    """The error that an answer other than 2xx stands for."""
    code = code_of(answer)
    brief = f"{answer.brief}, code {code}" if code else answer.brief
    if code in _SCOPE:
        return ScopeMissing(f"{answer.words()}; {lacking(_scopes_in(answer))}", logged=brief)
    if answer.status == 401:  # noqa: PLR2004
        return Credentials(f"{answer.words()}; {_NOT_TAKEN}", logged=f"{brief}; {_NOT_TAKEN}")
    if code in _GONE:
        return Gone(answer.words(), logged=brief)
    if code is None:
        return refused(answer)
    hint = f"; {_HINTS[code]}" if code in _HINTS else ""
    return _class_of(code, answer)(answer.words() + hint, logged=brief + hint)


def code_of(answer: Answer) -> int | None:
    said = answer.json()
    if isinstance(said, dict):
        code = said.get("code")
        return code if isinstance(code, int) else None
    found = _XML_CODE.search(answer.body[:2_000])
    return int(found[1]) if found else None


def _class_of(code: int, answer: Answer) -> type[Refused]:
    """3000 is said of many things, and of a webinar in the words `webinar info` or `webinar information`."""
    if code == 3000 and b"webinar info" in answer.body.lower():  # noqa: PLR2004
        return IsWebinar
    return _CLASSES.get(code, Refused)


def lacking(scopes: list[str]) -> str:
    """What to do about scopes that were not granted."""
    return f"grant the app, under Scopes, and activate it again: {', '.join(scopes or SCOPES)}"


def _scopes_in(answer: Answer) -> list[str]:
    """Of the names that Zoom would take, those for apps of a whole account, as ours is."""
    found = _SCOPE_NAMES.search(answer.body[:2_000].decode("utf-8", "replace"))
    names = [name.strip() for name in found[1].split(",")] if found else []
    return [name for name in names if name.endswith(":admin")]


def wait(answer: Answer, now: datetime) -> float | None:
    """How long to wait after passing trouble. The limit of a day ends at 00:00 UTC, and its answer does not
    always say so in its headers.
    """
    asked = retry_after(answer.headers, now)
    if asked is None and answer.status == 429 and _is_daily(answer):  # noqa: PLR2004
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return (midnight - now).total_seconds()
    return asked


def _is_daily(answer: Answer) -> bool:
    kind = answer.headers.get("x-ratelimit-type", "").lower()
    return kind.startswith("daily") or b"daily rate limit" in answer.body[:2_000].lower()
