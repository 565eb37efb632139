"""Refusals as Calendar words them: in the envelope of old, and in the present one with `details`."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

Envelope = Callable[..., bytes]
STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}


def old(status: int, reason: str, message: str = "no", *, domain: str = "global") -> bytes:
    return json.dumps({"error": _error(status, reason, message, domain)}).encode()


def present(
    status: int,
    reason: str,
    message: str = "no",
    *,
    domain: str = "global",
    detail: str | None = None,
    limit: str | None = None,
) -> bytes:
    """`detail` is the reason as `details` spell it, if that is not the same in capitals; `limit` names the
    one that was reached.
    """
    info: dict[str, Any] = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": detail or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", reason).upper(),
        "domain": "googleapis.com",
    }
    if limit:
        info["metadata"] = {"quota_limit": limit, "service": "calendar-json.googleapis.com"}
    links = {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"description": "Read on."}]}
    told = STATUSES.get(status) or HTTPStatus(status).name
    error = _error(status, reason, message, domain) | {"status": told, "details": [info, links]}
    return json.dumps({"error": error}).encode()


def details_alone(status: int, detail: str) -> bytes:
    """As Google's other interfaces word it."""
    whole: dict[str, Any] = json.loads(present(status, "", detail=detail))
    del whole["error"]["errors"]
    return json.dumps(whole).encode()


def _error(status: int, reason: str, message: str, domain: str) -> dict[str, Any]:
    return {
        "code": status,
        "message": message,
        "errors": [{"domain": domain, "reason": reason, "message": message}],
    }
