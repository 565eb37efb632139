"""What stands before Calendar refuses in words of its own: quota, credentials, and answers that are no JSON.

Today such a refusal bears `status` and `details` beside `errors`; until some years ago it had `errors` alone.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, TypeVar

from gcal_standin.model.errors import ApiError, full_sync_required

PRESENT, OLD = ENVELOPES = ("present", "old")
_PROJECT = "123456789012"
_SERVICE = "calendar-json.googleapis.com"
_QUOTA_DEFAULT = 600
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_MESSAGES = {
    "accessNotConfigured": "Access Not Configured.",
    "authError": "Invalid Credentials",
    "backendError": "Backend Error",
    "dailyLimitExceeded": "Daily Limit Exceeded",
    "fullSyncRequired": full_sync_required().message,
    "quotaExceeded": "Calendar usage limits exceeded.",
    "rateLimitExceeded": "Rate Limit Exceeded",
    "userRateLimitExceeded": "User Rate Limit Exceeded",
}
_USAGE = {
    "accessNotConfigured",
    "dailyLimitExceeded",
    "quotaExceeded",
    "rateLimitExceeded",
    "userRateLimitExceeded",
}
# Recorded with details; of the other reasons no such record is known, so they have them on request only.
_DETAILED = {"rateLimitExceeded"}
_MINUTE = (
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service "
    f"'{_SERVICE}' for consumer 'project_number:{_PROJECT}'."
)
_EXPECTED = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
    "See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
Kind = TypeVar("Kind", bound=ApiError)


class Detailed(ApiError):
    """A refusal in the present envelope: `status` and `details` beside what the old one has."""

    details: list[dict[str, Any]]
    summary: str | None = None  # the message of the whole, where it says more than that of its one error
    challenge: str | None = None  # what WWW-Authenticate says beside the realm

    def envelope(self) -> dict[str, Any]:
        error = super().envelope()["error"] | {"status": _STATUSES.get(self.status, "UNKNOWN")}
        details = {"details": self.details} if self.details else {}
        return {"error": error | details | {"message": self.summary or self.message}}


class Garbled(ApiError):
    """An answer whose body is this text, whatever its status: a proxy's page, or JSON cut short."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, "", "")
        self.text = text


def refusal(status: int, reason: str, *, message: str | None = None, envelope: str | None = None) -> ApiError:
    """Return the refusal for this reason; no `envelope` means the one that is recorded of it."""
    if envelope == PRESENT or (envelope is None and reason in _DETAILED):
        return _detailed(status, reason, message)
    return _made(ApiError, status, reason, message)


def over_quota(per_minute: int, envelope: str) -> ApiError:
    """Return the answer to a user's call beyond so many in a minute."""
    if envelope == OLD:
        return refusal(403, "userRateLimitExceeded", envelope=OLD)
    return _detailed(403, "rateLimitExceeded", None, per_minute)


def no_credentials() -> ApiError:
    """A call without a token."""
    return _unauthenticated("required", "Login Required.", "is missing required authentication credential")


def invalid_credentials() -> ApiError:
    """A token that Google never gave, or that has ended."""
    return _unauthenticated("authError", "Invalid Credentials", "had invalid authentication credentials")


def insufficient_scope(method: str, scopes: Iterable[str]) -> ApiError:
    """A token without any of the scopes that open this method."""
    error = Detailed(403, "insufficientPermissions", "Insufficient Permission")
    error.summary = "Request had insufficient authentication scopes."
    error.challenge = f'error="insufficient_scope", scope="{" ".join(sorted(scopes))}"'
    name = ".".join(part[0].upper() + part[1:] for part in method.split("."))
    info = _info("ACCESS_TOKEN_SCOPE_INSUFFICIENT")
    error.details = [info | {"metadata": {"service": _SERVICE, "method": f"calendar.v3.{name}"}}]
    return error


def _unauthenticated(reason: str, message: str, what: str) -> ApiError:
    error = _made(Detailed, 401, reason, message)
    error.details = []
    error.summary = f"Request {what}. {_EXPECTED}"
    return error


def _info(reason: str) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
    }


def _made(kind: type[Kind], status: int, reason: str, message: str | None) -> Kind:
    domain, where = "usageLimits" if reason in _USAGE else "global", {}
    if status == HTTPStatus.UNAUTHORIZED:
        where = {"locationType": "header", "location": "Authorization"}
    if reason == "fullSyncRequired":
        known = full_sync_required()
        domain, where = known.domain, known.where
    return kind(status, reason, message or _MESSAGES.get(reason, reason), domain=domain, **where)


def _detailed(status: int, reason: str, message: str | None, per_minute: int = _QUOTA_DEFAULT) -> Detailed:
    minute = reason == "rateLimitExceeded"
    error = _made(Detailed, status, reason, message or (_MINUTE if minute else None))
    common = {"service": _SERVICE, "consumer": f"projects/{_PROJECT}"}
    info = _info(re.sub(r"(?<!^)(?=[A-Z])", "_", reason).upper())
    info |= {"metadata": common | (_limit(per_minute) if minute else {})}
    error.details = [info, *([_HELP] if minute else [])]
    return error


def _limit(per_minute: int) -> dict[str, str]:
    return {
        "quota_limit": "defaultPerMinutePerUser",
        "quota_location": "global",
        "quota_metric": "calendar-json.googleapis.com/default",
        "quota_limit_value": str(per_minute),
    }


_HELP = {
    "@type": "type.googleapis.com/google.rpc.Help",
    "links": [
        {
            "description": "Request a higher quota limit.",
            "url": "https://cloud.google.com/docs/quota#requesting_higher_quota",
        }
    ],
}
