"""Calls of Webex's REST API: who asks, for how long, and what an answer means."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast
from urllib.parse import quote, urlencode

from functions.adapters.providers.webex.token import MEND
from functions.adapters.web.client import Answer, Call, Http, Limits
from functions.adapters.web.tokens import Credentials, Granted, Tokens
from functions.adapters.web.waits import retry_after
from functions.core.errors import Gone, Rejected, RetryLater

LIMITS = Limits(connect=3.0, read=10.0, call=12.0, tries=2)

Json = Mapping[str, object]

_LOCKED = 423
_UNAUTHORIZED = 401
_GONE = frozenset({404, 410})
_HINTS: Mapping[int, str] = {
    403: "the token needs meeting:schedules_read and meeting:schedules_write, or with WEBEX_HOST_EMAIL "
    "meeting:admin_schedule_read and meeting:admin_schedule_write",
}
_CONNECTOR = re.compile(r"calendar.?(connector|service)|hybrid.?calendar", re.IGNORECASE)
_BY_CONNECTOR = (
    "a Webex calendar connector made this meeting, and keeps it: Webex takes changes of it from nobody else"
)
_TRACKING_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_WORDS_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Safe to share between threads."""

    url: str
    http: Http
    tokens: Tokens
    now: Callable[[], datetime]

    def talk(self, host: str = "") -> "Talk":
        return Talk(api=self, host=host)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The calls of one change, on behalf of `host` if it is set. All raise Gone, Rejected, RetryLater."""

    api: Api
    host: str
    held: Json = field(default_factory=dict)

    def having(self, meeting_id: str) -> "Talk":
        """The same, with this meeting as it is now; who gets it from here on asks no more."""
        return replace(self, held={meeting_id: self.get(meeting_id)})

    def get(self, meeting_id: str) -> Json:
        if meeting_id in self.held:
            return cast("Json", self.held[meeting_id])
        return self._ask("GET", f"/meetings/{quote(meeting_id, safe='')}", {})

    def listed(self) -> None:
        """The least that can be read."""
        self._ask("GET", "/meetings", {"meetingType": "meetingSeries", "max": "1"})

    def patch(self, meeting_id: str, body: Json) -> Json:
        """Nobody is mailed: Calendar has done it."""
        by = {"hostEmail": self.host} if self.host else {}
        whole = json.dumps({**body, **by, "sendEmail": False}).encode()
        return self._ask("PATCH", f"/meetings/{quote(meeting_id, safe='')}", None, whole)

    def delete(self, meeting_id: str) -> None:
        """Nobody is mailed."""
        self._ask("DELETE", f"/meetings/{quote(meeting_id, safe='')}", {"sendEmail": "false"})

    def _ask(self, method: str, path: str, query: Mapping[str, str] | None, body: bytes = b"") -> Json:
        """`query` is None where the host is named in the body."""
        if query is not None and self.host:
            query = {**query, "hostEmail": self.host}
        url = f"{self.api.url}{path}" + (f"?{urlencode(query)}" if query else "")
        answer = self.api.tokens.used(lambda granted: self._send(granted, method, url, body))
        return _meant(answer, self.api.now())

    def _send(self, granted: Granted, method: str, url: str, body: bytes) -> Answer:
        headers = {"authorization": f"Bearer {granted.token}", "accept": "application/json"}
        if body:
            headers["content-type"] = "application/json"
        return self.api.http.send(lambda: Call(method=method, url=url, headers=headers, body=body))


@dataclass(frozen=True, slots=True)
class _Said:
    """An error as Webex words it. `sound` is False if it is no error of Webex's own."""

    answer: Answer
    message: str = field(default="")
    tracking_id: str = field(default="")
    sound: bool = field(default=False)

    @property
    def words(self) -> str:
        return f"{self.brief}: {self.message}" if self.message else self.brief

    @property
    def brief(self) -> str:
        """With what Cisco's support asks for, and nothing of an event."""
        return f"{self.answer.brief}" + (f" ({self.tracking_id})" if self.tracking_id else "")


def _meant(answer: Answer, now: datetime) -> Json:
    body = answer.json()
    if answer.status == 204:  # noqa: PLR2004
        return {}
    if answer.status == 200 and isinstance(body, dict):  # noqa: PLR2004
        return body
    raise _error(_said(answer, body), now)


def _said(answer: Answer, body: object) -> _Said:
    if not isinstance(body, dict):
        return _Said(answer)
    errors = body.get("errors")
    more = (
        [each.get("description") for each in errors if isinstance(each, dict)]
        if isinstance(errors, list)
        else []
    )
    texts = dict.fromkeys(str(each) for each in (body.get("message"), *more) if each)
    message = " ".join("; ".join(texts).split())
    tracking_id = str(body.get("trackingId") or "")
    return _Said(
        answer,
        message="".join(sign for sign in message if sign.isprintable())[:_WORDS_MAX],
        tracking_id=tracking_id if _TRACKING_ID.fullmatch(tracking_id) else "",
        sound=bool(message),
    )


def _error(said: _Said, now: datetime) -> Gone | Rejected | RetryLater:
    """All that a status means, but for 429 and 5xx, which have been tried again."""
    answer, brief = said.answer, said.brief
    if answer.status == _LOCKED:
        return RetryLater(said.words, delay=retry_after(answer.headers, now), logged=brief)
    if answer.status == _UNAUTHORIZED:
        return Credentials(f"{said.words}; {MEND}", logged=f"{brief}; {MEND}")
    if not said.sound:
        # Not Gone, whatever the status: a wrong address must not end conferences.
        hint = "this is not how Webex answers, see WEBEX_API_URL"
        return RetryLater(f"{hint}: {answer.words()}", logged=f"{hint}: {brief}")
    hint = _BY_CONNECTOR if _CONNECTOR.search(said.message) else _HINTS.get(answer.status, "")
    words = f"{said.words}; {hint}" if hint else said.words
    logged = f"{brief}; {hint}" if hint else brief
    if answer.status in _GONE and hint is not _BY_CONNECTOR:
        return Gone(words, logged=logged)
    return Rejected(words, logged=logged, may_be_all=answer.status in _HINTS and hint is not _BY_CONNECTOR)
