"""Conferences that are rooms of Janus' VideoRoom plugin: the event's title becomes the room's description.

Nothing else of an event has a place there: no times, recurrence, attendees, text or location. A room that
somebody is in is closed when its event is deleted. Janus answers HTTP 200 to everything, so what an answer
means is in its codes. Settings: see `JanusSettings`.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, assert_never
from uuid import uuid4

from functions.adapters.providers.texts import clean
from functions.adapters.web.client import Call, Http, Limits
from functions.adapters.web.guard import Guard
from functions.adapters.web.tokens import Credentials
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Abilities, Ability, Change, Kind, Outcome

PLUGIN = "janus.plugin.videoroom"

# Janus answers within milliseconds or not at all, and one change takes up to four calls.
LIMITS = Limits(connect=3.0, read=5.0, call=6.0, tries=2)

TITLE_CHARACTERS_MAX = 1_024

_NO_SUCH_ROOM = 426
_UNKNOWN_ERROR = 499
_SESSION_LOST = frozenset({458, 459})
_JSON_REFUSED = frozenset({454, 455})
_UNAUTHORIZED = 403

# What an operator would look at, by code. 429 is a missing element here, not a rate limit.
_CORE_HINTS = {
    _UNAUTHORIZED: "see {secret}",
    460: "is the VideoRoom plugin loaded?",
    472: "Janus takes no sessions now",
}
# If so, it is so for all rooms, unless one has a secret of its own.
_ROOM_HINTS = {429: "see JANUS_ROOM_SECRET", 430: "see JANUS_STRING_IDS", 433: "see JANUS_ROOM_SECRET"}

# Janus answers "edited" and "permanent" for other ids too, but forgets the room at its next start.
_TEXT_ID = re.compile(r"[A-Za-z0-9_*-]{1,255}")
_NUMBER_ID = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JanusSettings:
    """Each field is the setting `JANUS_<FIELD>`. ValueError if they do not fit together.

    url: the public API, such as `https://janus.example.com/janus`; api_secret: its secret, if it has one.
    admin_url, admin_secret: the admin API (`.../admin`), used instead when both are given: one request for
        each change where the public API takes four. Its port is best kept off the internet.
    room_secret: the secret of the rooms, if they have one; Janus demands it for every change.
    string_ids: as in the plugin's configuration; without it a conference id must be a number.
    permanent: changes survive a restart of Janus. Without it deleted rooms come back.
    """

    url: str = ""
    api_secret: str = ""
    admin_url: str = ""
    admin_secret: str = ""
    room_secret: str = ""
    string_ids: bool = True
    permanent: bool = True

    def __post_init__(self) -> None:
        if bool(self.admin_url) != bool(self.admin_secret):
            raise ValueError("JANUS_ADMIN_URL and JANUS_ADMIN_SECRET go together")
        if not self.url and not self.admin_url:
            raise ValueError("JANUS_URL is missing")
        for name, url in (("JANUS_URL", self.url), ("JANUS_ADMIN_URL", self.admin_url)):
            if url:
                Guard(setting=name, switch="", allow_private=True).url(url)

    @property
    def by_admin(self) -> bool:
        return bool(self.admin_url)


class _SessionLost(Exception):
    """Janus was restarted between two steps."""


class JanusProvider:
    Settings = JanusSettings
    abilities = Abilities(fields=frozenset({"title"}), can=frozenset({Ability.TITLE}))

    def __init__(self, settings: JanusSettings, *, http: Http | None = None) -> None:
        self._settings = settings
        self._http = http or Http(limits=LIMITS)

    def apply(self, change: Change) -> Outcome:
        return self._http.change(lambda: self._carry_out(change))

    def _carry_out(self, change: Change) -> Outcome:
        match change.kind:
            case Kind.UPDATED:
                self._change_room(change, "edit", new_description=_description(change))
            case Kind.DELETED:
                self._change_room(change, "destroy")
            case Kind.OCCURRENCE_UPDATED | Kind.OCCURRENCE_CANCELLED:
                raise Rejected("Janus has one room for a whole series")
            case _:
                assert_never(change.kind)
        return Outcome()

    def check(self) -> None:
        """Raises with the name of the setting that looks wrong, else with what could not be reached."""
        # Asking for a room of the wrong type is refused before Janus looks for it.
        self._ask({"request": "exists", "room": self._room("1")})

    def _change_room(self, change: Change, verb: str, **more: str) -> None:
        wish = {"request": verb, "room": self._room(change.key.id), "permanent": self._settings.permanent}
        self._ask({**wish, **more, **self._given(secret=self._settings.room_secret)})

    @staticmethod
    def _given(**secrets: str) -> dict[str, str]:
        return {name: value for name, value in secrets.items() if value}

    def canonical(self, conference_id: str) -> str | None:
        """A room's number without leading zeros, or with JANUS_STRING_IDS a text as it is written."""
        if self._settings.string_ids:
            return conference_id if _TEXT_ID.fullmatch(conference_id) else None
        return str(int(conference_id)) if _NUMBER_ID.fullmatch(conference_id) else None

    def _room(self, conference_id: str) -> str | int:
        if self.canonical(conference_id) == conference_id:
            return conference_id if self._settings.string_ids else int(conference_id)
        if self._settings.string_ids:
            raise Rejected(f"{conference_id!r} is no room id: letters, digits, - _ * only")
        raise Rejected(f"{conference_id!r} is no room number, and JANUS_STRING_IDS is false")

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._ask_once(request)
        except _SessionLost:
            answer = self._ask_again(request)
        code = answer.get("error_code")
        if code is None:
            return answer
        words, brief = _words(code, answer.get("error"), _ROOM_HINTS.get(code)), f"Janus {code}"
        if code == _NO_SUCH_ROOM:
            raise Gone(words, logged=brief)
        if code == _UNKNOWN_ERROR:
            raise RetryLater(words, logged=brief)
        raise Rejected(words, logged=brief, may_be_all=code in _ROOM_HINTS)

    def _ask_again(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._ask_once(request)
        except _SessionLost as error:
            said = "Janus lost the session twice"
            raise RetryLater(f"{said}: {error}", logged=said) from error

    def _ask_once(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._by_admin(request) if self._settings.by_admin else self._by_session(request)

    def _by_admin(self, request: dict[str, Any]) -> dict[str, Any]:
        by = {"janus": "message_plugin", "admin_secret": self._settings.admin_secret, "plugin": PLUGIN}
        return _part(self._post(self._settings.admin_url, {**by, "request": request}), "response")

    def _by_session(self, request: dict[str, Any]) -> dict[str, Any]:
        """A session for each change: one that is kept would be dead after a minute without use, which is
        how long a function often sleeps, and would have to be found dead first.
        """
        session = f"{self._settings.url.rstrip('/')}/{self._id_of(self._say('', janus='create'))}"
        try:
            handle = self._id_of(self._say(session, janus="attach", plugin=PLUGIN))
            answer = self._say(f"{session}/{handle}", janus="message", body=request)
        finally:
            # Janus ends a forgotten session by itself; the change's own outcome is what counts.
            with suppress(RetryLater, Rejected, _SessionLost):
                self._say(session, janus="destroy")
        return _part(_part(answer, "plugindata"), "data")

    def _say(self, url: str, **body: Any) -> dict[str, Any]:
        return self._post(
            url or self._settings.url, {**body, **self._given(apisecret=self._settings.api_secret)}
        )

    @staticmethod
    def _id_of(answer: dict[str, Any]) -> int:
        number = _part(answer, "data").get("id")
        if not isinstance(number, int):
            raise RetryLater("Janus gave no id")
        return number

    def _post(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        whole = json.dumps({**body, "transaction": uuid4().hex}).encode()
        headers = {"content-type": "application/json"}
        answer = self._http.send(lambda: Call(method="POST", url=url, headers=headers, body=whole))
        said = answer.json()
        if answer.status != 200 or not isinstance(said, dict):  # noqa: PLR2004
            setting = "JANUS_ADMIN_URL" if self._settings.by_admin else "JANUS_URL"
            said = f"this is not how Janus answers, see {setting}"
            raise RetryLater(f"{said}: {answer.words()}", logged=f"{said}: {answer.brief}")
        if said.get("janus") == "error":
            raise self._core_error(_part(said, "error"))
        return said

    def _core_error(self, error: dict[str, Any]) -> Exception:
        """Passing, but for JSON that Janus cannot read: the rest is put right in one place for all rooms."""
        code = error.get("code", 0)
        secret = "JANUS_ADMIN_SECRET" if self._settings.by_admin else "JANUS_API_SECRET"
        words = _words(code, error.get("reason"), _CORE_HINTS.get(code, "").format(secret=secret))
        if code in _SESSION_LOST:
            return _SessionLost(words)
        if code == _UNAUTHORIZED:
            return Credentials(words, logged=f"Janus {code}")
        return (Rejected if code in _JSON_REFUSED else RetryLater)(words, logged=f"Janus {code}")


def _words(code: object, reason: object, hint: str | None) -> str:
    return f"Janus {code}: {str(reason)[:200]}" + (f"; {hint}" if hint else "")


def _part(answer: dict[str, Any], name: str) -> dict[str, Any]:
    part = answer.get(name)
    if not isinstance(part, dict):
        raise RetryLater(f"Janus left out {name!r} in its answer")
    return part


def _description(change: Change) -> str:
    """Janus takes an empty description for none given and keeps the old one. So a room without a title gets
    the name that Janus gives to new ones.
    """
    title = clean(change.meeting.title if change.meeting else "")
    return title[:TITLE_CHARACTERS_MAX] or f"Room {change.key.id}"
