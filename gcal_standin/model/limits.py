"""What Google takes of an event's single fields: addresses, reminders, colours, types, properties."""

import re
from typing import Any

from gcal_standin.model import colors
from gcal_standin.model.errors import ApiError, invalid
from gcal_standin.model.times import Json

EVENT_TYPES = ("birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation")
_PRIMARY_ONLY = ("birthday", "focusTime", "outOfOffice", "workingLocation")
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
_CHOICES = {
    "eventType": EVENT_TYPES,
    "status": ("confirmed", "tentative", "cancelled"),
    "visibility": ("default", "public", "private", "confidential"),
    "colorId": colors.ids(colors.EVENT),
}
_METHODS = ("email", "popup")
_REMINDERS_MAX = 5
_MINUTES_MAX = 40_320
_KEY_MAX, _VALUE_MAX = 44, 1024


def check_fields(body: Json) -> None:
    """Refuse a complete body for any of its fields."""
    for name, known in _CHOICES.items():
        if body.get(name, known[0]) not in known:
            raise invalid(f"Invalid {name} value.")
    for person in body.get("attendees", ()):
        if person.get("email") and not _ADDRESS.fullmatch(person["email"]):
            raise invalid("Invalid attendee email.")
    for line in body.get("recurrence", ()):
        if "COUNT=" in line.upper() and "UNTIL=" in line.upper():
            raise invalid("Invalid recurrence rule.")
    _check_reminders(body.get("reminders", {}))
    _check_kind(body)


def check_place(body: Json, *, primary: bool) -> None:
    """Refuse types of event that cannot be made here: Gmail's own, and on a secondary calendar a person's."""
    kind = body.get("eventType", "default")
    if kind == "fromGmail" or (kind in _PRIMARY_ONLY and not primary):
        raise _restricted("eventTypeRestriction", f"An event of type {kind} cannot be created here.")


def within_limits(properties: Json) -> Json:
    """Return extended properties as Google keeps them: too long a key is dropped, too long a value cut."""
    return {
        kind: {key: value[:_VALUE_MAX] for key, value in pairs.items() if len(key) <= _KEY_MAX}
        for kind, pairs in properties.items()
    }


def _check_reminders(reminders: Json) -> None:
    overrides: list[Any] = reminders.get("overrides") or []
    if overrides and reminders.get("useDefault"):
        raise _restricted(
            "cannotUseDefaultRemindersAndSpecifyOverride",
            "Cannot specify both default reminders and overrides at the same time.",
        )
    check_overrides(overrides)


def check_overrides(overrides: list[Json]) -> None:
    """Refuse a list of reminders, be it an event's own or what a calendar has for all."""
    if len(overrides) > _REMINDERS_MAX:
        raise _restricted("eventRemindersCountExceedsLimit", "Event reminders count exceeds limit.")
    for reminder in overrides:
        if reminder.get("method") not in _METHODS:
            raise invalid("Invalid reminder method.")
        minutes = reminder.get("minutes")
        if minutes is None or not 0 <= minutes <= _MINUTES_MAX:
            raise invalid("Invalid reminder minutes.")


def _check_kind(body: Json) -> None:
    kind = body.get("eventType")
    if kind == "outOfOffice" and "date" in body["start"]:
        raise _restricted("malformedOutOfOfficeEvent", "An out of office event cannot last all day.")
    if kind == "workingLocation" and not body.get("workingLocationProperties"):
        raise _restricted("malformedWorkingLocationEvent", "A working location event needs its properties.")


def _restricted(reason: str, message: str) -> ApiError:
    return ApiError(400, reason, message, domain="calendar")
