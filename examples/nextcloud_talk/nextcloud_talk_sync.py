"""Conferences that are conversations of Nextcloud Talk: https://nextcloud-talk.readthedocs.io/en/latest/conversation/.

A conversation has a name and a description, and no times: one serves a whole series. Its token, the last part
of its link, is the conference id.
"""

import base64
import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from functions.adapters.providers.texts import cut
from functions.adapters.web.client import Call, Http, raise_for
from functions.core.errors import Gone, Rejected
from functions.core.model import Abilities, Ability, Change, Kind, Outcome

NAME_MAX = 255
UNTITLED = "Conference"  # Talk takes no empty name
DONE = Outcome()
_TOKEN = re.compile("[a-z0-9]{4,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkSettings:
    """Each field is the setting `NEXTCLOUD_TALK_<FIELD>`.

    url: the server's, such as `https://cloud.example.com`.
    user, password: of an account that moderates the conversations; best an app password.
    """

    url: str = ""
    user: str = ""
    password: str = ""

    def __post_init__(self) -> None:
        for name in ("url", "user", "password"):
            if not getattr(self, name):
                raise ValueError(f"NEXTCLOUD_TALK_{name.upper()} is missing")
        if urlsplit(self.url).scheme not in {"http", "https"}:
            raise ValueError("NEXTCLOUD_TALK_URL must begin with https://")


class TalkProvider:
    Settings = TalkSettings
    abilities = Abilities(fields=frozenset({"title"}), can=frozenset({Ability.TITLE}))

    def __init__(self, settings: TalkSettings, *, http: Http | None = None) -> None:
        self._rooms = f"{settings.url.rstrip('/')}/ocs/v2.php/apps/spreed/api/v4/room"
        who = base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode()
        self._headers = {
            "authorization": f"Basic {who}",
            "ocs-apirequest": "true",
            "accept": "application/json",
            "content-type": "application/json",
        }
        self._http = http or Http()

    def apply(self, change: Change) -> Outcome:
        return self._http.change(lambda: self._carried_out(change))

    def check(self) -> None:
        """That the account may list its conversations."""
        raise_for(self._http.send(lambda: Call(method="GET", url=self._rooms, headers=self._headers)), {})

    def _carried_out(self, change: Change) -> Outcome:
        match change.kind:
            case Kind.UPDATED:
                title = cut(change.meeting.title if change.meeting else "", NAME_MAX)
                return self._ask("PUT", change, roomName=title if title.strip() else UNTITLED)
            case Kind.DELETED:
                return self._ask("DELETE", change)
            case _:
                raise Rejected("Talk has one conversation for a whole series")

    def _ask(self, method: str, change: Change, **body: str) -> Outcome:
        """Talk gives the same answer to a user who is not a member of the conversation."""
        if not _TOKEN.fullmatch(change.key.id):
            raise Gone(f"{change.key.id!r} is no token of a conversation", logged="no token")
        call = Call(
            method=method,
            url=f"{self._rooms}/{change.key.id}",
            headers=self._headers,
            body=json.dumps(body).encode() if body else b"",
        )
        raise_for(self._http.send(lambda: call), {404: Gone})
        return DONE
