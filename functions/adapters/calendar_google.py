"""Google Calendar, by google-api-python-client with its static discovery document.

httplib2 is not thread-safe: the service object only builds requests, each thread executes them with an HTTP
of its own (MEASURED.md 5). Errors go by Calendar's reason, not by the status alone (FACTS.md 4).
"""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any

import google_auth_httplib2
import httplib2
from google.auth.exceptions import GoogleAuthError, InvalidOperation, RefreshError
from googleapiclient import discovery
from googleapiclient.errors import HttpError

from functions.adapters.calendar_auth import CredentialsOf, credentials_of
from functions.adapters.calendar_http import CalendarHttp
from functions.core.errors import AccessLost, Rejected, RetryLater, SyncTokenExpired
from functions.core.model import Access, Channel
from functions.ports import Page

TRIES_MORE = 2
PAGE_EVENTS = 500
QUOTA_REST_S = 3_600  # the user's limit against abuse: quick retries make it worse (LESSONS.md)
CONNECTIONS_MAX = 32
EVENT_FIELDS = (
    "id,etag,status,eventType,created,updated,summary,description,location,start,end,recurrence,recurringEventId,"
    "originalStartTime,organizer(email,self),attendees(email,responseStatus,optional,resource),"
    "extendedProperties/private,"
    "conferenceData(conferenceId,conferenceSolution/name,entryPoints/uri)"
)
# A token belongs to these: another set of them, and the tokens made with it are void.
READ = {
    "eventTypes": ["default"],
    "maxResults": PAGE_EVENTS,
    "fields": f"nextPageToken,nextSyncToken,accessRole,items({EVENT_FIELDS})",
}
NOT_FOUND = 404
CHANGED_SINCE = frozenset({404, 410, 412})  # deleted, or not what it was
NO_ACCESS = frozenset({401, 403, 404})
PASSING = frozenset({408, 429})
SERVER_ERROR = 500
QUOTA_USER_CHARACTERS_MAX = 40
SLOW_DOWN = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
TOKEN_VOID = frozenset({"fullSyncRequired", "updatedMinTooLongAgo"})


class GoogleCalendar:
    """`address` is where notifications go, needed to watch; `account` signs for the users under delegation;
    `tries_more` are repetitions after a failure.
    """

    def __init__(
        self,
        *,
        auth: str,
        endpoint: str | None = None,
        address: str | None = None,
        account: str | None = None,
        tries_more: int = TRIES_MORE,
    ) -> None:
        self._credentials: CredentialsOf = credentials_of(auth, endpoint, account)
        self._delegated = auth == "delegation"
        self._address = address
        self._tries_more = tries_more
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
        self._own = threading.local()

    @property
    def shape(self) -> str:
        return hashlib.sha256(json.dumps(READ, sort_keys=True).encode()).hexdigest()[:12]

    def resolve(self, access: Access) -> str:
        if access.user is None and access.calendar_id == "primary" and self._delegated:
            raise Rejected("calendar primary of whom? give the user, or the calendar's own id")
        calendar = self._call(access, self._calendars.get(calendarId=access.calendar_id))
        return str(calendar["id"])

    def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
        """A full read begins with today, UTC: all its pages must be asked for with the same time."""
        today = datetime.now(UTC).strftime("%Y-%m-%dT00:00:00Z")
        where = {"syncToken": token} if token else {"timeMin": today}
        more = {"pageToken": page_token} if page_token else {}
        request = self._events.list(calendarId=access.calendar_id, **READ, **where, **more)
        try:
            answer = self._call(access, request)
        except Rejected as error:
            if token or page_token:
                said = "refused with the token or page given"
                raise SyncTokenExpired(f"{said}: {error}", logged=f"{said}: {error.logged}") from error
            raise
        return _page(answer)

    def everything(self, access: Access, *, page_token: str | None) -> Page:
        more = {"pageToken": page_token} if page_token else {}
        request = self._events.list(calendarId=access.calendar_id, **READ, **more)
        return replace(_page(self._call(access, request)), next_token=None)

    def event(self, access: Access, event_id: str) -> object | None:
        """A lost calendar answers 404 too (FACTS.md 4): 404 is believed only while the calendar is there."""
        request = self._events.get(calendarId=access.calendar_id, eventId=event_id, fields=EVENT_FIELDS)
        try:
            found: object = self._call(access, request)
        except AccessLost as error:
            if _status(error) != NOT_FOUND:
                raise
            self.resolve(access)
            return None
        return found

    def shows(self, access: Access, series_id: str, original_start: str) -> bool:
        """A date alone is refused, of an all-day series too; its midnight in UTC is not (RECORDED.md B.4)."""
        moment = original_start if "T" in original_start else f"{original_start}T00:00:00Z"
        request = self._events.instances(
            calendarId=access.calendar_id,
            eventId=series_id,
            originalStart=moment,
            fields="items(id)",
        )
        return bool(self._call(access, request).get("items"))

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
        try:
            self._call(access, request)
        except (AccessLost, Rejected) as error:
            if _status(error) in CHANGED_SINCE:
                return False
            raise
        return True

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
        try:
            answer = self._call(access, request)
        except Rejected as error:
            if _reason(error.__cause__) == "pushNotSupportedForRequestedResource":
                return None
            raise
        return _channel(answer, ttl)

    def stop(self, access: Access, *, channel_id: str, resource_id: str) -> None:
        request = self._channels.stop(body={"id": channel_id, "resourceId": resource_id})
        try:
            self._call(access, request)
        except AccessLost as error:
            if _status(error) != NOT_FOUND:
                raise

    def _call(self, access: Access, request: Any) -> Any:
        self._charge(access, request)
        try:
            return request.execute(http=self._http(access.subject), num_retries=self._tries_more)
        except HttpError as error:
            raise _translated(error, access) from error
        except InvalidOperation as error:
            raise AccessLost(f"calendar {access.calendar_id} wants credentials, and we have none") from error
        except GoogleAuthError as error:
            raise _auth_error(error, access) from error
        except (httplib2.HttpLib2Error, OSError, HTTPException, ValueError) as error:
            raise RetryLater(f"Calendar could not be reached or understood: {error!r}") from error

    def _charge(self, access: Access, request: Any) -> None:
        """Under delegation the service account pays for everybody unless each call names its user."""
        if self._delegated:
            payer = hashlib.sha256(access.subject.encode()).hexdigest()[:QUOTA_USER_CHARACTERS_MAX]
            glue = "&" if "?" in request.uri else "?"
            request.uri += f"{glue}quotaUser={payer}"

    def _http(self, subject: str) -> Any:
        """This thread's connections, one for each user it lately spoke for."""
        mine: OrderedDict[str, Any] = self._own.__dict__.setdefault("connections", OrderedDict())
        if subject not in mine:
            http = CalendarHttp()
            mine[subject] = google_auth_httplib2.AuthorizedHttp(self._credentials(subject), http=http)
        mine.move_to_end(subject)
        while len(mine) > CONNECTIONS_MAX:
            mine.popitem(last=False)
        return mine[subject]


def _page(answer: dict[str, Any]) -> Page:
    return Page(
        events=answer.get("items", []),
        next_page=answer.get("nextPageToken"),
        next_token=answer.get("nextSyncToken"),
        access_role=answer.get("accessRole", ""),
    )


def _channel(answer: dict[str, Any], ttl: int) -> Channel:
    """What was granted counts. `expiration` is a text of milliseconds."""
    asked_for = (datetime.now(UTC) + timedelta(seconds=ttl)).timestamp() * 1_000
    expires_at = datetime.fromtimestamp(int(answer.get("expiration", asked_for)) / 1_000, UTC)
    return Channel(id=answer["id"], resource_id=answer["resourceId"], expires_at=expires_at)


def _reason(error: BaseException | None) -> str:
    details: Any = error.error_details if isinstance(error, HttpError) else None
    first = details[0] if isinstance(details, list) and details else None
    return str(first.get("reason", "")) if isinstance(first, dict) else ""


def _status(error: Exception) -> int:
    return int(error.__cause__.status_code) if isinstance(error.__cause__, HttpError) else 0


def _translated(error: HttpError, access: Access) -> Exception:
    status, reason = int(error.status_code), _reason(error)
    brief = f"Calendar answered {status} {reason} for {access.calendar_id}"
    said = f"{brief}: {error.reason}"
    if reason == "quotaExceeded":
        return RetryLater(said, delay=QUOTA_REST_S, logged=brief)
    return _meaning(status, reason)(said, logged=brief)


def _meaning(status: int, reason: str) -> type[AccessLost | Rejected | RetryLater | SyncTokenExpired]:
    if reason == "push.webhookUrlUnauthorized":
        return Rejected  # of our address, not of the user
    if reason in TOKEN_VOID:
        return SyncTokenExpired
    if reason in SLOW_DOWN or status in PASSING or status >= SERVER_ERROR:
        return RetryLater
    if reason == "channelIdNotUnique":
        return RetryLater  # our own watch, sent twice over a broken connection: the next has a new id
    return AccessLost if status in NO_ACCESS else Rejected


def _auth_error(error: GoogleAuthError, access: Access) -> Exception:
    """`invalid_grant` says that the user or the delegation is gone; other failures to get a token pass."""
    if isinstance(error, RefreshError) and not error.retryable:
        return AccessLost(f"no access as {access.subject}: {error}")
    return RetryLater(f"no token for {access.subject} for now: {error}")
