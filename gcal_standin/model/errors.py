"""What Google refuses, in Google's words: status, reason, domain and message."""

from typing import Any


class ApiError(Exception):
    def __init__(
        self, status: int, reason: str, message: str, *, domain: str = "global", **where: str
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain
        self.where = where
        self.retry_after: float | None = None

    def envelope(self) -> dict[str, Any]:
        detail = {"domain": self.domain, "reason": self.reason, "message": self.message, **self.where}
        return {"error": {"errors": [detail], "code": self.status, "message": self.message}}


def invalid(message: str) -> ApiError:
    return ApiError(400, "invalid", message)


def required(message: str) -> ApiError:
    return ApiError(400, "required", message)


def invalid_parameter(name: str, message: str) -> ApiError:
    return ApiError(400, "invalidParameter", message, locationType="parameter", location=name)


def not_found() -> ApiError:
    return ApiError(404, "notFound", "Not Found")


def forbidden(reason: str, message: str) -> ApiError:
    return ApiError(403, reason, message)


def duplicate() -> ApiError:
    return ApiError(409, "duplicate", "The requested identifier already exists.")


def deleted() -> ApiError:
    return ApiError(410, "deleted", "Resource has been deleted")


def full_sync_required() -> ApiError:
    return ApiError(
        410,
        "fullSyncRequired",
        "Sync token is no longer valid, a full sync is required.",
        domain="calendar",
        locationType="parameter",
        location="syncToken",
    )


def condition_not_met() -> ApiError:
    return ApiError(412, "conditionNotMet", "Precondition Failed", locationType="header", location="If-Match")


def not_implemented(name: str) -> ApiError:
    """Promise: whatever the stand-in does not know is refused by name, and never silently ignored."""
    return ApiError(501, "notImplemented", f"The stand-in does not implement {name}.")
