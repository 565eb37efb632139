"""What Calendar's refusals mean, read from the body itself: `error.errors[0].reason`, then `error.details`.

The vendor's library reads `details` first if both are there, and fails on bodies of other shapes (RECORDED.md
F), so it never sees a refusal. A body without Calendar's envelope is not Calendar's: somebody on the way has
answered.
"""

import json
import random
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from functions.adapters.web.waits import retry_after
from functions.core.enrolment import Access
from functions.core.errors import AccessLost, Rejected, RetryLater

QUOTA_REST_S = 3_600  # the user's limit against abuse: quick retries make it worse (LESSONS.md)
MINUTE_S = 60  # the window of the limits by the minute
USERS_SPREAD_S, PROJECTS_SPREAD_S = 15, 60  # at random on top, so that not all come back at once
PROJECT_REST_S = 600  # until somebody has acted, every call is in vain
NO_ACCESS = frozenset({401, 403, 404})
TIMED_OUT, TOO_MANY = 408, 429
SERVER_ERROR = 500
TOKEN_VOID = frozenset({"fullSyncRequired", "updatedMinTooLongAgo"})
NO_HEADERS: Mapping[str, str] = {}
REASON = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")


class Cause(Enum):
    """Whose trouble it is, or how soon it passes."""

    PROJECT = auto()
    QUOTA = auto()
    MINUTE = auto()
    SOON = auto()
    LATER = auto()
    CALL = auto()
    ACCESS = auto()


CAUSES = {
    # About our project, not about the user who happens to be asked for (FACTS.md 4, RECORDED.md F).
    "accessNotConfigured": Cause.PROJECT,
    "dailyLimitExceeded": Cause.PROJECT,
    "SERVICE_DISABLED": Cause.PROJECT,
    "BILLING_DISABLED": Cause.PROJECT,
    "CONSUMER_SUSPENDED": Cause.PROJECT,
    "CONSUMER_INVALID": Cause.PROJECT,
    "quotaExceeded": Cause.QUOTA,
    # The calls of a minute are spent: trying again within it only spends the next one.
    "rateLimitExceeded": Cause.MINUTE,
    "userRateLimitExceeded": Cause.MINUTE,
    "RATE_LIMIT_EXCEEDED": Cause.MINUTE,
    "channelIdNotUnique": Cause.LATER,  # our watch, sent twice as a connection broke: the next has a new id
    "push.webhookUrlUnauthorized": Cause.CALL,  # about our notification URL
    "pushNotSupportedForRequestedResource": Cause.CALL,
    "forbiddenForNonOrganizer": Cause.CALL,
    "notACalendarUser": Cause.ACCESS,
}


STATUSES = {TIMED_OUT: Cause.SOON, TOO_MANY: Cause.MINUTE}


class Refused(Exception):
    """Calendar answered with `status` and these `reasons`, of which the first counts most.

    `worded` is whether the body is Calendar's at all, `limit` the name of the limit that was reached, and
    `wait` for how many seconds we are asked to wait.
    """

    def __init__(self, status: int, content: bytes, headers: Mapping[str, str] = NO_HEADERS) -> None:
        super().__init__(status)
        error = _error(content)
        self.status = status
        self.worded = error is not None
        self.reasons = tuple(_reasons(error or {}))
        self.limit = next(_limits(error or {}), "")
        self.wait = retry_after(headers, datetime.now(UTC))
        message = (error or {}).get("message")
        self.message = message if isinstance(message, str) else ""

    @property
    def reason(self) -> str:
        return self.reasons[0] if self.reasons else ""

    @property
    def cause(self) -> Cause:
        if self.status >= SERVER_ERROR:
            return Cause.SOON
        for reason in self.reasons:
            if reason in CAUSES:
                return CAUSES[reason]
        if self.status in STATUSES:
            return STATUSES[self.status]
        if not self.worded:
            return Cause.LATER
        return Cause.ACCESS if self.status in NO_ACCESS else Cause.CALL

    @property
    def passes_soon(self) -> bool:
        """Whether it is worth trying again at once."""
        return self.cause is Cause.SOON and not self.wait

    @property
    def _minute(self) -> float:
        """Until a limit by the minute lets us in again: a user's is reached by few calls of ours, the
        project's by those of all users.
        """
        of_user = self.limit.endswith("PerUser") or self.reason == "userRateLimitExceeded"
        spread = USERS_SPREAD_S if of_user else PROJECTS_SPREAD_S
        return max(MINUTE_S, self.wait or 0) + random.uniform(0, spread)  # noqa: S311 - spreads calls

    def translated(self, access: Access) -> AccessLost | Rejected | RetryLater:
        limit = f" ({self.limit})" if self.limit else ""
        brief = f"Calendar answered {self.status} {self.reason}{limit} for {access.calendar_id}"
        said = f"{brief}: {self.message}"
        match self.cause:
            case Cause.PROJECT:
                advice = "look at the project's Calendar API: is it on, is a quota spent?"
                return RetryLater(
                    f"{advice} {said}", delay=PROJECT_REST_S, of_project=True, logged=f"{advice} {brief}"
                )
            case Cause.QUOTA:
                return RetryLater(said, delay=QUOTA_REST_S, logged=brief)
            case Cause.MINUTE:
                return RetryLater(said, delay=self._minute, logged=brief)
            case Cause.SOON | Cause.LATER:
                return RetryLater(said, delay=self.wait, logged=brief)
            case Cause.CALL:
                return Rejected(said, logged=brief)
            case Cause.ACCESS:
                return AccessLost(said, logged=brief)


def voids_token(error: Rejected) -> bool:
    """Whether Calendar asks for a full read, even if we gave no token."""
    return isinstance(error.__cause__, Refused) and error.__cause__.reason in TOKEN_VOID


def _error(content: bytes) -> Mapping[str, Any] | None:
    """The envelope's inside, which some of Google's servers put into a list."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    first = body[0] if isinstance(body, list) and body else body
    error = first.get("error") if isinstance(first, Mapping) else None
    return error if isinstance(error, Mapping) else None


def _reasons(error: Mapping[str, Any]) -> Iterator[str]:
    for each in [*_listed(error, "errors")[:1], *_listed(error, "details")]:
        reason = each.get("reason") if isinstance(each, Mapping) else None
        if isinstance(reason, str) and REASON.fullmatch(reason):
            yield reason


def _limits(error: Mapping[str, Any]) -> Iterator[str]:
    for each in _listed(error, "details"):
        metadata = each.get("metadata") if isinstance(each, Mapping) else None
        limit = metadata.get("quota_limit") if isinstance(metadata, Mapping) else None
        if isinstance(limit, str) and REASON.fullmatch(limit):
            yield limit


def _listed(error: Mapping[str, Any], name: str) -> list[Any]:
    found = error.get(name)
    return found if isinstance(found, list) else []
