"""Conferences that are Zoom meetings or webinars: an event's title, text and times become theirs.

A meeting is looked at before it is changed: what it is decides what it may be told, and whose it is whether
it may be touched. A personal room never is. Nobody is invited or mailed, and passcodes stay as they are.
Settings: see `ZoomSettings`.
"""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import assert_never
from urllib.parse import urlencode

from functions.adapters.providers.owners import NOT_THEIRS
from functions.adapters.providers.wish import Wish, meeting_of
from functions.adapters.providers.zoom import fields as zoom_fields
from functions.adapters.providers.zoom import found as zoom_found
from functions.adapters.providers.zoom.api import Api
from functions.adapters.providers.zoom.errors import GoingOn, IsPersonal, IsWebinar, Refused, ScopeMissing
from functions.adapters.providers.zoom.found import Found, Occurrence, occurrence_at
from functions.adapters.providers.zoom.hosts import Hosts
from functions.adapters.providers.zoom.token import check_scopes, no_token
from functions.adapters.web.client import Http, Limits
from functions.adapters.web.guard import Guard
from functions.adapters.web.tokens import Credentials, Tokens, asking
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.fields import address
from functions.core.model import Abilities, Ability, Change, Kind, Meeting, Outcome

TOKEN_URL = "https://zoom.us/oauth/token"  # noqa: S105 - an address
OF_CALENDAR, ANY = "calendar", "any"
NO_FIXED_TIME, FIXED = "no_fixed_time", "fixed"

# One change is two calls, with a token to fetch and occurrences to delete some more.
LIMITS = Limits(connect=3.0, read=10.0, call=10.0, tries=2)

HELD_S = 600.0  # a host who has to wait as long is not asked for meanwhile
GOING_ON_S = 900.0
NEXT_LOOK_S = 86_400.0  # for an occurrence that Zoom has yet to make

_FIELDS = frozenset({"title", "description", "start", "end", "time_zone", "all_day", "recurrence"})
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_NO_REMINDERS = {
    False: {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"},
    True: {"cancel_webinar_reminder": "false"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoomSettings:
    """Each field is the setting `ZOOM_<FIELD>`. ValueError if one is missing or odd.

    account_id, client_id, client_secret: of a server-to-server OAuth app.
    recurrence: `no_fixed_time` makes a series a meeting that can be joined at any time; `fixed` gives it its
        times where Zoom has a way to say them.
    hosts: `calendar` lets an event change only meetings that have one of its people as host or alternative
        host. Addresses by comma let every event change the meetings of these hosts, `any` all.
    api_url, token_url: instead of Zoom's own.
    """

    account_id: str = ""
    client_id: str = ""
    client_secret: str = ""
    recurrence: str = NO_FIXED_TIME
    hosts: str = OF_CALENDAR
    api_url: str = ""
    token_url: str = ""

    def __post_init__(self) -> None:
        for name in ("account_id", "client_id", "client_secret"):
            if not getattr(self, name):
                raise ValueError(f"ZOOM_{name.upper()} is missing")
        if self.recurrence not in {NO_FIXED_TIME, FIXED}:
            raise ValueError(f"ZOOM_RECURRENCE must be {NO_FIXED_TIME} or {FIXED}, not {self.recurrence!r}")
        if odd := [host for host in self.allowed if host.count("@") != 1]:
            odd_ones = ", ".join(odd)
            raise ValueError(
                f"ZOOM_HOSTS must be calendar, any, or e-mail addresses by comma, not {odd_ones}"
            )
        if self.hosts not in {OF_CALENDAR, ANY} and not self.allowed:
            raise ValueError("ZOOM_HOSTS names nobody")
        for name, url in (("ZOOM_API_URL", self.api_url), ("ZOOM_TOKEN_URL", self.token_url)):
            if url:
                Guard(setting=name, switch="", allow_private=True).url(url)

    @property
    def allowed(self) -> frozenset[str]:
        hosts = "" if self.hosts in {OF_CALENDAR, ANY} else self.hosts
        return frozenset(address(host.strip()) for host in hosts.split(",") if host.strip())


class ZoomProvider:
    """Safe to share between threads."""

    Settings = ZoomSettings

    def __init__(
        self,
        settings: ZoomSettings,
        *,
        http: Http | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = settings.allowed
        self._of_calendar = settings.hosts == OF_CALENDAR
        self._fixed = settings.recurrence == FIXED
        self._now = now
        self._http = http or Http(limits=LIMITS)
        ask = partial(
            asking,
            self._http,
            url=settings.token_url or TOKEN_URL,
            form={"grant_type": "account_credentials", "account_id": settings.account_id},
            basic=b64encode(f"{settings.client_id}:{settings.client_secret}".encode()).decode(),
        )
        self._tokens = Tokens(ask=ask, no_token=no_token, clock=clock)
        self._api = Api(url=settings.api_url, http=self._http, tokens=self._tokens)
        self._hosts = Hosts(now)

    @property
    def abilities(self) -> Abilities:
        """`resets`: a series told anew has all its occurrences again, each at its usual time."""
        can = {Ability.TITLE, Ability.TIME}
        if self._fixed:
            can |= {Ability.RECURRENCE, Ability.OCCURRENCE_UPDATE, Ability.OCCURRENCE_CANCEL}
        return Abilities(fields=_FIELDS, can=frozenset(can), resets=self._fixed)

    def canonical(self, conference_id: str) -> str | None:
        """A meeting number, without the spaces or hyphens that people read it with."""
        number = re.sub("[ -]", "", conference_id)
        return number if _NUMBER.fullmatch(number) else None

    def owners(self, conference_id: str, speakers: Collection[str]) -> frozenset[str] | None:  # noqa: ARG002 - the app sees all
        if not self._of_calendar:
            return None
        return self._http.within(lambda: self._find(conference_id)).owners

    def apply(self, change: Change) -> Outcome:
        return self._http.change(lambda: self._apply(change))

    def _apply(self, change: Change) -> Outcome:
        found = self._find(change.key.id)
        if self._allowed and found.host not in self._allowed:
            raise Rejected("the meeting's host is not among ZOOM_HOSTS")
        if self._of_calendar and found.owners.isdisjoint(change.speakers):
            raise Rejected(NOT_THEIRS)
        if found.personal:
            return Outcome(unsupported=(zoom_fields.PERSONAL_ROOM,))
        try:
            return self._carry_out(change, found)
        except GoingOn as error:
            raise RetryLater(str(error), delay=GOING_ON_S, logged=error.logged) from error

    def _carry_out(self, change: Change, found: Found) -> Outcome:
        match change.kind:
            case Kind.UPDATED:
                return self._update(meeting_of(change), found)
            case Kind.DELETED:
                return self._delete(found)
            case Kind.OCCURRENCE_UPDATED:
                return self._update_one(meeting_of(change), found, self._original(change))
            case Kind.OCCURRENCE_CANCELLED:
                return self._cancel_one(found, self._original(change))
            case _:
                assert_never(change.kind)

    def check(self) -> None:
        """Raises with what to do about the app's credentials or scopes, or with what could not be reached."""
        try:
            check_scopes(self._tokens.get())
            self._api.read("/meetings/1")
        except (Gone, Refused):
            return  # nobody has that number, but Zoom let us ask for it
        except Credentials as error:
            raise Rejected(str(error), logged=error.logged) from error

    def _original(self, change: Change) -> datetime | None:
        """None for a date: that is an instance of an all-day series."""
        if not self._fixed or change.occurrence is None:
            raise Rejected("with ZOOM_RECURRENCE=no_fixed_time a series has no occurrences")
        return zoom_found.moment(change.occurrence)

    def _find(self, conference_id: str) -> Found:
        """Reading costs nothing of the day's limit."""
        if self.canonical(conference_id) != conference_id:
            raise Rejected("the conference's id is no meeting number")
        try:
            return self._read(f"/meetings/{conference_id}")
        except IsWebinar:
            return self._webinar(f"/webinars/{conference_id}")

    def _read(self, path: str, *, webinar: bool = False) -> Found:
        return Found(path=path, raw=self._api.read(path), webinar=webinar)

    def _webinar(self, path: str) -> Found:
        try:
            return self._read(path, webinar=True)
        except ScopeMissing as error:  # not needed for meetings, so no reason to hold those up
            raise Rejected(str(error), logged=error.logged) from error

    def _update(self, meeting: Meeting, found: Found) -> Outcome:
        """The link is as it was: nothing that is sent changes it."""
        wish = zoom_fields.whole(meeting, found, self._now(), fixed_times=self._fixed)
        if not found.has(wish.fields):
            self._patch(found, wish.fields)
        unsupported = dict.fromkeys((*wish.unsupported, *self._exclude(found, wish)))
        return Outcome(link=found.link, unsupported=tuple(unsupported))

    def _exclude(self, found: Found, wish: Wish) -> tuple[str, ...]:
        if not wish.without:
            return ()
        made = self._read(found.path, webinar=found.webinar)
        unsupported = self._take_out(made, [each for each in made.live if each.start in wish.without])
        later = any(made.will_make(when, self._now()) for when in wish.without)
        return (*unsupported, zoom_fields.EXCLUDED_LATER) if later else unsupported

    def _patch(self, found: Found, fields: Mapping[str, object], query: str = "") -> None:
        self._hosts.check(found.host)
        try:
            self._api.patch(found.path + query, fields)
        except RetryLater as trouble:
            if trouble.delay and trouble.delay >= HELD_S:
                self._hosts.hold(found.host, trouble.delay)
            raise

    def _delete(self, found: Found) -> Outcome:
        """Not while people are in it: it is theirs until they leave."""
        if found.going_on:
            raise RetryLater("the meeting is going on", delay=GOING_ON_S)
        try:
            self._api.delete(f"{found.path}?{urlencode(_NO_REMINDERS[found.webinar])}")
        except IsPersonal:
            return Outcome(unsupported=(zoom_fields.PERSONAL_ROOM,))
        return Outcome()

    def _update_one(self, meeting: Meeting, found: Found, original: datetime | None) -> Outcome:
        occurrence, unsupported = self._one(found, original)
        if occurrence is None:
            unsupported = unsupported or (zoom_fields.OCCURRENCE_GONE,)
            return Outcome(link=found.link, unsupported=unsupported, again_in=_again_in(unsupported))
        wish = zoom_fields.one(meeting, found, occurrence, self._now())
        try:
            self._patch(found, wish.fields, f"?{urlencode({'occurrence_id': occurrence.id})}")
        except Gone:  # the occurrence: the meeting was there a moment ago
            return Outcome(link=found.link, unsupported=(zoom_fields.OCCURRENCE_GONE,))
        return Outcome(link=found.link, unsupported=wish.unsupported)

    def _cancel_one(self, found: Found, original: datetime | None) -> Outcome:
        occurrence, unsupported = self._one(found, original)
        if occurrence is None:
            return Outcome(unsupported=unsupported, again_in=_again_in(unsupported))
        return Outcome(unsupported=self._take_out(found, [occurrence]))

    def _one(self, found: Found, original: datetime | None) -> tuple[Occurrence | None, tuple[str, ...]]:
        """The live occurrence that began then, or what is unsupported; neither if there is to be none."""
        if found.kind != zoom_found.FIXED or original is None:
            return None, (zoom_fields.OCCURRENCE_UNTIMED,)
        occurrence = occurrence_at(found, original)
        if occurrence is None and found.will_make(original, self._now()):
            return None, (zoom_fields.OCCURRENCE_AHEAD,)
        return occurrence if occurrence and occurrence.live else None, ()

    def _take_out(self, found: Found, gone: Sequence[Occurrence]) -> tuple[str, ...]:
        """Delete these, unless no other would be left: nobody says what Zoom does with the meeting then."""
        if len(gone) == len(found.live):
            return (zoom_fields.OCCURRENCE_LAST,) if gone else ()
        for occurrence in gone:
            self._delete_one(found, occurrence)
        return ()

    def _delete_one(self, found: Found, occurrence: Occurrence) -> None:
        """Its id is never left out: without one the whole series would go."""
        query = urlencode({"occurrence_id": occurrence.id, **_NO_REMINDERS[found.webinar]})
        with suppress(Gone):  # as above
            self._api.delete(f"{found.path}?{query}")


def _again_in(unsupported: tuple[str, ...]) -> float | None:
    return NEXT_LOOK_S if zoom_fields.OCCURRENCE_AHEAD in unsupported else None
