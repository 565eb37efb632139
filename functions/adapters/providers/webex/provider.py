"""Conferences that are Webex meetings: made by others, changed and deleted here, with nobody mailed.

The event's title, description, times and recurrence have a place there; guests and location have none. What
an event asks for and Webex cannot keep is said in the outcome. Settings: see `WebexSettings`.
"""

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import assert_never
from urllib.parse import urlsplit

from functions.adapters.providers.links import sound
from functions.adapters.providers.owners import NOT_THEIRS
from functions.adapters.providers.webex import instances as webex_instances
from functions.adapters.providers.webex import meeting as webex_meeting
from functions.adapters.providers.webex.api import LIMITS, Api, Json, Talk
from functions.adapters.providers.webex.token import lifetime, no_token, note_end
from functions.adapters.providers.wish import meeting_of
from functions.adapters.web.client import Http
from functions.adapters.web.guard import Guard
from functions.adapters.web.tokens import Credentials, Tokens, asking
from functions.core.errors import Gone, Rejected
from functions.core.fields import address
from functions.core.model import Abilities, Ability, Change, Kind, Meeting, Outcome

URL = "https://webexapis.com/v1"
OF_CALENDAR, ANY = "calendar", "any"

IN_PERSONAL_ROOM = "changes of a meeting in a personal room"
NO_INSTANCE = "an instance that Webex does not have"
LEFT_OUT = "a date left out of a series"
INSTANCE_ALL_DAY = "an instance of an all-day series"
LAST_INSTANCE = "the cancellation of the only instance that a meeting has"

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SERIES_ID = re.compile(
    r"[0-9a-z]{1,64}"
)  # Webex makes 32 hexadecimal digits; a date of a series has `_` and its start
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_STATES: Mapping[object, str] = {
    "inProgress": "it is running",
    "lobby": "it is running",
    "ended": "it is over",
    "missed": "it is over",
    "expired": "it is over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebexSettings:
    """Each field is the setting `WEBEX_<FIELD>`. ValueError if one is missing or cannot be used.

    client_id, client_secret, refresh_token: of an integration or a service app.
    host_email: `calendar` lets an event change only meetings of its people, whom Webex names as the host. An
        address lets every event change the meetings of this host, `any` all that the token's user has.
    api_url: another address of the API, for tests.
    """

    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    host_email: str = OF_CALENDAR
    api_url: str = URL

    def __post_init__(self) -> None:
        for name in ("client_id", "client_secret", "refresh_token"):
            if not getattr(self, name):
                raise ValueError(f"WEBEX_{name.upper()} is missing")
        if self.host_email not in {OF_CALENDAR, ANY} and self.host_email.count("@") != 1:
            raise ValueError("WEBEX_HOST_EMAIL must be calendar, any, or an e-mail address")
        Guard(setting="WEBEX_API_URL", switch="", allow_private=True).url(self.api_url)
        parts = urlsplit(self.api_url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("WEBEX_API_URL must start with https://: secrets go there")


class WebexProvider:
    Settings = WebexSettings
    abilities = Abilities(
        fields=frozenset({"title", "description", "start", "end", "time_zone", "all_day", "recurrence"}),
        can=frozenset(Ability),
        resets=True,
    )

    def __init__(
        self,
        settings: WebexSettings,
        *,
        http: Http | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        http, url = http or Http(limits=LIMITS), settings.api_url.rstrip("/")
        names = ("client_id", "client_secret", "refresh_token")
        form = {"grant_type": "refresh_token", **{name: getattr(settings, name) for name in names}}
        self._refresh_token = settings.refresh_token
        self._of_calendar = settings.host_email == OF_CALENDAR
        self._host = settings.host_email if "@" in settings.host_email else ""
        self._now = now
        self._http = http
        self._tokens = Tokens(
            ask=partial(asking, http, url=f"{url}/access_token", form=form),
            no_token=no_token,
            clock=clock,
            learned=note_end,
        )
        self._api = Api(url=url, http=http, tokens=self._tokens, now=now)

    def canonical(self, conference_id: str) -> str | None:
        """That of a series, which a single meeting is too; never of one of its dates, `<series>_<start>`."""
        return conference_id if _SERIES_ID.fullmatch(conference_id) else None

    def apply(self, change: Change) -> Outcome:
        if self.canonical(change.key.id) is None:
            raise Rejected("the conference's id is no id of a Webex series")
        return self._http.change(lambda: self._carry_out(self._talk(change), change))

    def owners(self, conference_id: str, speakers: Collection[str]) -> frozenset[str] | None:
        if not self._of_calendar or self.canonical(conference_id) is None:
            return None
        return self._http.within(lambda: self._owners(conference_id, speakers))

    def _owners(self, conference_id: str, speakers: Collection[str]) -> frozenset[str]:
        """None of the speakers, if none of them has it: of others' meetings Webex says that there is none."""
        with suppress(Gone):
            return _owners(self._found(conference_id, speakers).get(conference_id))
        return frozenset()

    def _talk(self, change: Change) -> Talk:
        if not self._of_calendar:
            return self._api.talk(self._host)
        try:
            talk = self._found(change.key.id, change.speakers)
        except Gone:
            return self._api.talk()  # what that means is for each kind of change to say
        if _owners(talk.get(change.key.id)).isdisjoint(change.speakers):
            raise Rejected(NOT_THEIRS)
        return talk

    def _found(self, conference_id: str, speakers: Collection[str]) -> Talk:
        """Seen by the token's own user, or on behalf of one of these, for tokens that may ask so. Gone."""
        for host in ("", *sorted(name for name in speakers if "@" in name)):
            with suppress(Gone):
                return self._api.talk(host).having(conference_id)
        raise Gone("no meeting has this id", logged="no such meeting")

    def _carry_out(self, talk: Talk, change: Change) -> Outcome:
        match change.kind:
            case Kind.UPDATED:
                return self._update(talk, change.key.id, meeting_of(change))
            case Kind.DELETED:
                return self._delete(talk, change.key.id)
            case Kind.OCCURRENCE_UPDATED:
                return self._update_instance(talk, change, meeting_of(change))
            case Kind.OCCURRENCE_CANCELLED:
                return self._cancel_instance(talk, change)
            case _:
                assert_never(change.kind)

    def check(self) -> str:
        """Says how long the refresh token is good for, and renews that.

        Rejected if it ends soon, or if only an operator can help.
        """
        try:
            granted = self._tokens.exchange()
            self._api.talk(self._host).listed()
        except Credentials as wrong:
            raise Rejected(str(wrong), logged=wrong.logged) from wrong
        return lifetime(granted, self._refresh_token)

    def _update(self, talk: Talk, name: str, meeting: Meeting) -> Outcome:
        held = talk.get(name)
        if _is_personal(held):
            return Outcome(unsupported=(IN_PERSONAL_ROOM,))
        if held.get("meetingType") == "meeting":
            raise Rejected(f"{name!r} is one running or past instance, not a meeting that can be changed")
        wish = webex_meeting.whole(meeting, held, self._now())
        try:
            said = talk.patch(name, wish.fields)
        except Rejected as refused:
            raise _explained(refused, held) from refused
        return Outcome(
            link=sound(said.get("webLink"), said.get("password")),
            unsupported=(*wish.unsupported, *self._without(talk, said, wish.without)),
        )

    @staticmethod
    def _delete(talk: Talk, name: str) -> Outcome:
        """A personal room is its owner's for good."""
        held = talk.get(name)
        if _is_personal(held):
            return Outcome(unsupported=(IN_PERSONAL_ROOM,))
        try:
            talk.delete(name)
        except Rejected as refused:
            raise _explained(refused, held) from refused
        return Outcome()

    def _update_instance(self, talk: Talk, change: Change, meeting: Meeting) -> Outcome:
        """One that is not there is no reason to set the whole conference aside, and no sign that it is gone:
        Webex cannot bring back an instance that was cancelled, and makes only so many.
        """
        start = _original(change)
        if start is None:
            return Outcome(unsupported=(INSTANCE_ALL_DAY,))
        series = talk.get(change.key.id)  # Gone if it is
        if _is_personal(series):
            return Outcome(unsupported=(IN_PERSONAL_ROOM,))
        wish = webex_meeting.occurrence(meeting, self._now())
        with suppress(Gone):
            name = webex_instances.name_of(change.key.id, start)
            if webex_instances.is_one(talk.get(name), series):
                talk.patch(name, wish.fields)
                return Outcome(unsupported=wish.unsupported)
        return Outcome(unsupported=(NO_INSTANCE,))

    def _cancel_instance(self, talk: Talk, change: Change) -> Outcome:
        """Nothing, if it is not there or its series is not: so it should be."""
        start = _original(change)
        if start is None:
            return Outcome(unsupported=(INSTANCE_ALL_DAY,))
        with suppress(Gone):
            series = talk.get(change.key.id)
            return Outcome(unsupported=self._take_out(talk, series, start))
        return Outcome()

    def _without(self, talk: Talk, series: Json, starts: Sequence[datetime]) -> tuple[str, ...]:
        """Take these instances out; what is unsupported then."""
        unsupported: list[str] = []
        for start in starts:
            try:
                unsupported += self._take_out(talk, series, start)
            except Rejected:
                unsupported.append(LEFT_OUT)
        return tuple(dict.fromkeys(unsupported))

    def _take_out(self, talk: Talk, series: Json, start: datetime) -> tuple[str, ...]:
        """Delete one instance, if that cannot be all there is; what is unsupported if not."""
        if _is_personal(series):
            return (IN_PERSONAL_ROOM,)
        if not webex_instances.has_others(series, start, self._now()):
            return (LAST_INSTANCE,)
        name = webex_instances.name_of(str(series.get("id")), start)
        with suppress(Gone):  # as it should be
            if not webex_instances.is_one(talk.get(name), series):
                return (NO_INSTANCE,)
            talk.delete(name)
        return ()


def _original(change: Change) -> datetime | None:
    """None where Webex could have no such instance. Never a reason to touch the series."""
    text = change.occurrence or ""
    return datetime.fromisoformat(text) if _STAMP.fullmatch(text) else None


def _owners(held: Json) -> frozenset[str]:
    """Its host; an odd address is nobody's."""
    host = held.get("hostEmail")
    return frozenset({address(host)} if isinstance(host, str) and host.count("@") == 1 else ())


def _is_personal(held: Json) -> bool:
    return held.get("scheduledType") == "personalRoomMeeting"


def _explained(refused: Rejected, held: Json) -> Rejected:
    state = _STATES.get(held.get("state"))
    if not state:
        return refused
    words, brief = f"{refused}; {state}", f"{refused.logged}; {state}"
    return Rejected(words, logged=brief, may_be_all=refused.may_be_all)
