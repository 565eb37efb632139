"""Sync tokens: a position in one calendar's log, bound to the parameters of the read that made it."""

import base64
import binascii
import json
from typing import Any

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import ApiError, full_sync_required

# What makes a different read; page size and mask may change from one read to the next.
BOUND = ("singleEvents", "eventTypes", "showHiddenInvitations", "maxAttendees", "timeZone")
REFUSED = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax",
    "updatedMin",
)  # fmt: skip


def make(calendar: Calendar, position: int, params: dict[str, Any]) -> str:
    content = [calendar.id, calendar.settings.sync_epoch, position, _bound(params)]
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


def position_of(calendar: Calendar, token: str, params: dict[str, Any]) -> int:
    """Return where the token's reader stands; raise what Google answers if that is nowhere."""
    try:
        calendar_id, epoch, position, bound = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError, TypeError) as error:
        raise _refused("Invalid sync token value.") from error
    if calendar_id != calendar.id:
        raise _refused("Invalid sync token value.")
    if epoch != calendar.settings.sync_epoch or position > calendar.log.last:
        raise full_sync_required()
    if (
        params.get("showDeleted") is False
        or any(name in params for name in REFUSED)
        or bound != _bound(params)
    ):
        raise _refused("Sync token cannot be used with other request restrictions.")
    return int(position)


def _bound(params: dict[str, Any]) -> dict[str, Any]:
    kept = {name: params[name] for name in BOUND if params.get(name)}
    return kept | ({"eventTypes": sorted(kept["eventTypes"])} if "eventTypes" in kept else {})


def _refused(message: str) -> ApiError:
    return ApiError(400, "invalid", message, locationType="parameter", location="syncToken")
