"""A calendar as one user has it in their list: its colours, its reminders, what it is called there.

https://developers.google.com/workspace/calendar/api/v3/reference/calendarList
"""

import re

from gcal_standin.model import colors
from gcal_standin.model.bodies import merged
from gcal_standin.model.calendar import Settings
from gcal_standin.model.errors import invalid, required
from gcal_standin.model.limits import check_overrides
from gcal_standin.model.times import Json

FIELDS = (
    "colorId", "backgroundColor", "foregroundColor", "hidden", "selected", "summaryOverride",
    "defaultReminders", "notificationSettings",
)  # fmt: skip
_RGB = ("backgroundColor", "foregroundColor")
# What a PUT that does not name them leaves as they were, as it was recorded.
_KEPT = ("colorId", *_RGB, "notificationSettings")
_AT_FIRST: Json = {
    "colorId": "14",
    "selected": True,
    "defaultReminders": [{"method": "popup", "minutes": 10}],
}
_AT_LEAST: Json = {"colorId": "14", "defaultReminders": [], "selected": False}
_COLOR = re.compile(r"#[0-9a-f]{6}")
_TEXT_ON_COLOR = "#000000"
_TYPES = ("eventCreation", "eventChange", "eventCancellation", "eventResponse", "agenda")


def entry(settings: Settings, user: str) -> Json:
    """Return what the user made of the calendar in their list."""
    return _AT_FIRST | settings.entries.get(user, {})


def shown(known: Json) -> Json:
    """Return an entry's fields as Google tells them: what is off is left out."""
    color = {"backgroundColor": colors.background(known["colorId"]), "foregroundColor": _TEXT_ON_COLOR}
    told = color | {name: known[name] for name in FIELDS if name in known}
    return {name: value for name, value in told.items() if value is not False}


def patched(known: Json, body: Json, *, rgb: bool) -> Json:
    entry: Json = merged(known, _checked(body, rgb=rgb, known=known))
    return _AT_LEAST | entry


def updated(known: Json, body: Json, *, rgb: bool) -> Json:
    """Return an entry after a PUT: what is omitted is off, but for colours and notifications."""
    kept = {name: known[name] for name in (*_KEPT, "version_ms") if name in known}
    return patched(kept, body, rgb=rgb)


def _checked(body: Json, *, rgb: bool, known: Json) -> Json:
    """Return the change that a body makes, with colours that belong together."""
    change = {name: value for name, value in body.items() if name in FIELDS}
    if not rgb:
        change = {name: value for name, value in change.items() if name not in _RGB}
    if any(name in change for name in _RGB):
        change |= _own_colors(change, known)
    elif change.get("colorId"):
        colors.background(change["colorId"])
        change |= dict.fromkeys(_RGB)
    check_overrides(change.get("defaultReminders") or [])
    _check_notifications((change.get("notificationSettings") or {}).get("notifications") or [])
    return change


def _own_colors(change: Json, known: Json) -> Json:
    both = {name: str(change.get(name) or known.get(name) or "").lower() for name in _RGB}
    for name, color in both.items():
        if not color:
            raise required(f"Missing {name}.")
        if not _COLOR.fullmatch(color):
            raise invalid(f"Invalid {name} value.")
    return both | {"colorId": colors.nearest(both["backgroundColor"])}


def _check_notifications(notifications: list[Json]) -> None:
    for each in notifications:
        if each.get("type") not in _TYPES:
            raise invalid("Invalid notification type.")
        if each.get("method") != "email":
            raise invalid("Invalid notification method.")
