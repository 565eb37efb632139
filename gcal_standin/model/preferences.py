"""What a user chose in Calendar's pages: the settings that the API tells.

https://developers.google.com/workspace/calendar/api/v3/reference/settings
"""

from gcal_standin.model.calendar import Settings

ZONE = "timezone"
# In the order in which Google tells them, with the values that they have at first.
AT_FIRST = {
    "autoAddHangouts": "false",
    "defaultEventLength": "60",
    "dateFieldOrder": "MDY",
    "weekStart": "0",
    "format24HourTime": "false",
    "hideInvitations": "false",
    "hideInvitationsSetting": "NONE",
    "locale": "en",
    "remindOnRespondedEventsOnly": "false",
    "showDeclinedEvents": "true",
    ZONE: "",
    "useKeyboardShortcuts": "true",
    "hideWeekends": "false",
}
_ALLOWED = {
    "dateFieldOrder": ("MDY", "DMY", "YMD"),
    "weekStart": ("0", "1", "6"),
    **{name: ("true", "false") for name, value in AT_FIRST.items() if value in {"true", "false"}},
}


def preference(settings: Settings, name: str) -> tuple[str, int]:
    """Return a setting of the user whose primary calendar this is, and when it changed, in microseconds."""
    chosen = settings.preferences.get(name, {"value": AT_FIRST[name], "us": 0})
    return settings.fields["timeZone"] if name == ZONE else chosen["value"], chosen["us"]


def fault(name: str, value: object) -> str | None:
    """Return what is wrong with a setting and what would be right, None if nothing is."""
    if name == ZONE:
        return "The setting timezone is the time zone of the user's calendar: give `timeZone` instead."
    if name not in AT_FIRST:
        return f"There is no setting `{name}`, but {', '.join(each for each in AT_FIRST if each != ZONE)}."
    if not isinstance(value, str):
        return f"The setting {name} is a text such as {AT_FIRST[name]!r}, not {value!r}."
    if value not in _ALLOWED.get(name, (value,)):
        return f"The setting {name} is one of {', '.join(_ALLOWED[name])}, not {value!r}."
    if name == "defaultEventLength" and not (value.isdecimal() and int(value) > 0):
        return f"The setting {name} is a number of minutes such as '60', not {value!r}."
    return None
