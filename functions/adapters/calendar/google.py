"""Google Calendar, by google-api-python-client with its static discovery document.

httplib2 is not thread-safe: the service object only builds requests, each is executed with an HTTP that no
other call has meanwhile (MEASURED.md 5). A refusal is raised before the library reads it; what it means, and
whether it is tried again at once, is in `refusals`.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import httplib2
from googleapiclient import discovery

from functions.adapters.calendar import answers
from functions.adapters.calendar.asked import BROKEN, Asked, tried
from functions.adapters.calendar.auth import CredentialsOf, credentials_of, scopes_for
from functions.adapters.calendar.event import read
from functions.adapters.calendar.http import Idle
from functions.adapters.calendar.refusals import Refused, voids_token
from functions.core.enrolment import Access
from functions.core.errors import AccessLost, Rejected, RetryLater, SyncTokenExpired
from functions.core.hold import missing
from functions.core.model import Channel, Event, EventRef, Solution, Unreadable
from functions.core.read_params import read_params_of
from functions.ports import Page

TRIES_MORE = 2
PAGE_EVENTS = 100  # as many of the fattest events as each of a function's requests has memory for
EVENT_FIELDS = (
    "id,etag,status,eventType,created,updated,summary,description,location,start,end,recurrence,recurringEventId,"
    "originalStartTime,organizer(email,self),creator(email),attendees(email,responseStatus,optional,resource),"
    "extendedProperties/private,"
    "conferenceData(conferenceId,conferenceSolution/name,"
    "entryPoints(uri,passcode,password,pin,accessCode,meetingCode))"
)
# A token belongs to these two: if one changes, all older tokens are void, and each calendar is read in full
# once. Neither the mask nor the size of a page is among them, or many a release would read the world anew.
# But events that do not change would never show what the mask has learned since their token: if a decision
# needs that, raise MASK, and say here for which field.
CHOSEN = {"eventTypes": ["default"]}
MASK = 1
READ = {
    **CHOSEN,
    "maxResults": PAGE_EVENTS,
    "fields": f"nextPageToken,nextSyncToken,accessRole,items({EVENT_FIELDS})",
}
NOT_FOUND = 404
CHANGED_SINCE = frozenset({404, 410, 412})  # deleted, or not what it was
UNWATCHABLE = "pushNotSupportedForRequestedResource"
QUOTA_USER_CHARACTERS_MAX = 40
T = TypeVar("T")


class GoogleCalendar:
    """`solutions` say which conferences are ours; `address` is where notifications go, needed to watch;
    `account` signs for the users under delegation, or `users` gives what they have consented to; without
    `writes` no right to change events is asked for;
    `tries_more` is how often a failed call is repeated.
    """

    def __init__(  # noqa: PLR0913 - each is a setting of its own
        self,
        *,
        auth: str,
        solutions: tuple[Solution, ...],
        endpoint: str | None = None,
        address: str | None = None,
        account: str | None = None,
        writes: bool = False,
        users: CredentialsOf | None = None,
        tries_more: int = TRIES_MORE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._credentials = users or credentials_of(auth, endpoint, account, scopes=scopes_for(writes=writes))
        self._delegated, self._consented = auth == "delegation", users is not None
        self._solutions = solutions
        self._address = address
        self._tries_more = tries_more
        self._sleep = sleep
        options = {"api_endpoint": f"{endpoint.rstrip('/')}/calendar/v3/"} if endpoint else {}
        service: Any = discovery.build(
            "calendar", "v3", http=httplib2.Http(), client_options=options, cache_discovery=False
        )
        # Each of these costs milliseconds to make, and only builds requests.
        self._calendars, self._events, self._channels = (
            service.calendars(),
            service.events(),
            service.channels(),
        )
        self._idle = Idle()

    @property
    def read_params(self) -> str:
        return read_params_of(json.dumps({**CHOSEN, "mask": MASK}, sort_keys=True), self._solutions)

    def resolve(self, access: Access) -> str:
        if access.user is None and access.calendar_id == "primary" and (self._delegated or self._consented):
            raise Rejected("calendar primary of whom? give the user, or the calendar's own id")
        if self._consented:
            own_id = access.subject if access.calendar_id == "primary" else access.calendar_id
            self.role(Access(own_id, access.user))  # no consent that is asked for covers calendars.get
            return own_id
        request = self._calendars.get(calendarId=access.calendar_id)
        return str(self._call(access, request, answers.named)["id"])

    def role(self, access: Access) -> str:
        request = self._events.list(calendarId=access.calendar_id, maxResults=1, fields="accessRole")
        return str(self._call(access, request, answers.role))

    def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
        """A full read begins with today, UTC: all its pages must be asked for with the same time."""
        today = datetime.now(UTC).strftime("%Y-%m-%dT00:00:00Z")
        where = {"syncToken": token} if token else {"timeMin": today}
        more = {"pageToken": page_token} if page_token else {}
        request = self._events.list(calendarId=access.calendar_id, **READ, **where, **more)
        try:
            return self._call(access, request, self._page(access))
        except Rejected as error:
            if token or page_token or voids_token(error):
                said = "refused with the token or page given"
                raise SyncTokenExpired(f"{said}: {error}", logged=f"{said}: {error.logged}") from error
            raise

    def everything(self, access: Access, *, page_token: str | None) -> Page:
        more = {"pageToken": page_token} if page_token else {}
        request = self._events.list(calendarId=access.calendar_id, **READ, **more)
        return replace(self._call(access, request, self._page(access)), next_token=None)

    def _page(self, access: Access) -> Callable[[object], Page]:
        its_events = partial(
            read, calendar_id=access.calendar_id, solutions=self._solutions, user=access.subject
        )
        return partial(answers.page, read=its_events)

    def event(self, access: Access, event_id: str) -> Event | Unreadable:
        """A lost calendar answers 404 too (FACTS.md 4): a 404 counts only while the calendar is there."""
        request = self._events.get(calendarId=access.calendar_id, eventId=event_id, fields=EVENT_FIELDS)
        found = self._unless(_not_found, access, request, answers.named)
        if found is None:
            self.resolve(access)
            return missing(EventRef(access.calendar_id, event_id))
        return read(found, access.calendar_id, self._solutions, access.subject)

    def shows(self, access: Access, series_id: str, original_start: str) -> bool:
        """A date is refused, of an all-day series too; its midnight in UTC is taken (RECORDED.md B.4)."""
        moment = original_start if "T" in original_start else f"{original_start}T00:00:00Z"
        where = {"calendarId": access.calendar_id, "eventId": series_id, "originalStart": moment}
        request = self._events.instances(**where, fields="kind,items(id)")
        found = self._unless(_not_found, access, request, answers.shown)
        if found is None:
            self.resolve(access)
        return bool(found)

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:
        """By patch, which leaves attendees and conference data as they are (FACTS.md 3)."""
        request = self._events.patch(
            calendarId=access.calendar_id,
            eventId=event_id,
            body=dict(fields),
            sendUpdates="none",
            fields="id",
        )
        request.headers["If-Match"] = etag
        return self._unless(_changed_since, access, request, answers.named) is not None

    def watch(self, access: Access, *, channel_id: str, token: str, ttl: int) -> Channel | None:
        if not self._address:
            raise Rejected("NOTIFICATION_URL is not set, so there is no address for notifications")
        body = {
            "id": channel_id,
            "type": "web_hook",
            "address": self._address,
            "token": token,
            "params": {"ttl": str(ttl)},
        }
        request = self._events.watch(calendarId=access.calendar_id, eventTypes=READ["eventTypes"], body=body)
        return self._unless(_unwatchable, access, request, partial(answers.channel, ttl=ttl))

    def stop(self, access: Access, *, channel_id: str, resource_id: str) -> None:
        request = self._channels.stop(body={"id": channel_id, "resourceId": resource_id})
        self._unless(_not_found, access, request, answers.nothing)

    def _unless(
        self, known: Callable[[Refused], bool], access: Access, request: Any, read: Callable[[object], T]
    ) -> T | None:
        """As `_call`; None for a refusal that is `known`, which is an answer too."""
        try:
            return self._call(access, request, read)
        except (AccessLost, Rejected) as error:
            if isinstance(error.__cause__, Refused) and known(error.__cause__):
                return None
            raise

    def _call(self, access: Access, request: Any, read: Callable[[object], T]) -> T:
        self._charge(access, request)
        try:
            return read(self._tried(access, request))
        except Refused as refused:
            raise refused.translated(access) from refused
        except BROKEN as error:
            said = "Calendar could not be reached or understood"
            raise RetryLater(f"{said}: {error!r}", logged=f"{said}: {type(error).__name__}") from error

    def _tried(self, access: Access, request: Any) -> Any:
        return tried(lambda: self._once(access, request), self._tries_more, self._sleep)

    def _once(self, access: Access, request: Any) -> Any:
        credentials = self._credentials(access.subject)
        with self._idle.lent() as http:
            return request.execute(http=Asked(credentials, http))

    def _charge(self, access: Access, request: Any) -> None:
        """Under delegation all calls count for the service account's quota unless each names its user."""
        if self._delegated:
            payer = hashlib.sha256(access.subject.encode()).hexdigest()[:QUOTA_USER_CHARACTERS_MAX]
            glue = "&" if "?" in request.uri else "?"
            request.uri += f"{glue}quotaUser={payer}"


def _not_found(refused: Refused) -> bool:
    return refused.status == NOT_FOUND


def _changed_since(refused: Refused) -> bool:
    return refused.status in CHANGED_SINCE


def _unwatchable(refused: Refused) -> bool:
    return UNWATCHABLE in refused.reasons
