"""What would be right, for each refusal of Google's that a seed may meet."""

from gcal_standin.model.errors import ApiError
from gcal_standin.model.limits import EVENT_TYPES

_HINTS = {
    "Missing id.": "Give the `id` that Google gave it.",
    "Missing start time.": "An event has `start` and `end`, each with `date` or `dateTime`.",
    "Missing end time.": "An event has `start` and `end`, each with `date` or `dateTime`.",
    "Missing time zone definition for": "Give `timeZone`, which a series needs, or an offset such as +01:00.",
    "Invalid start time.": "It has either `date` (2026-01-05) or `dateTime` (2026-01-05T10:00:00+01:00).",
    "Invalid end time.": "It has either `date` (2026-01-05) or `dateTime` (2026-01-05T10:00:00+01:00).",
    "Start and end times must": "Give both days, or both moments.",
    "The specified time range is empty.": "`end` is not before `start`.",
    "Invalid time zone": "Take a name such as Europe/Berlin.",
    "Invalid recurrence rule.": "A line is such as RRULE:FREQ=WEEKLY;COUNT=4, with COUNT or UNTIL, not both.",
    "Invalid resource id value.": "An id has 5 to 1,024 of the digits and the letters a to v.",
    "The requested identifier already exists.": "Leave `id` and `iCalUID` out, or take others.",
    "Invalid attendee email.": "An attendee's email is an address such as bob@example.com.",
    "Missing attendee email.": "Each attendee has an `email`.",
    "Invalid value for: responseStatus": "It is needsAction, declined, tentative or accepted.",
    "Invalid eventType value.": f"It is one of {', '.join(EVENT_TYPES)}.",
    "Invalid status value.": "It is confirmed, tentative or cancelled.",
    "Invalid visibility value.": "It is default, public, private or confidential.",
    "Invalid colorId value.": "It is a text, from 1 to 11 for events and to 24 for calendars.",
    "Invalid reminder method.": "It is email or popup.",
    "Invalid reminder minutes.": "They are from 0 to 40,320.",
    "Event reminders count exceeds limit.": "There are five at most.",
    "Cannot specify both default reminders": "Give `useDefault`: false with `overrides`.",
    "Invalid conference data": "It has a `conferenceSolution` and `entryPoints`, at most one of each kind.",
    "Invalid conference type value.": "A `createRequest` has a `requestId` and makes a hangoutsMeet.",
    "An event of type": "Take the primary calendar, and no fromGmail.",
    "An out of office event": "Give `dateTime` in `start` and `end`.",
    "A working location event": "Give `workingLocationProperties`.",
    "Missing backgroundColor.": "An entry has both colours, such as #0088aa, or a `colorId` alone.",
    "Missing foregroundColor.": "An entry has both colours, such as #0088aa, or a `colorId` alone.",
    "Invalid backgroundColor value.": "It is a colour such as #0088aa.",
    "Invalid foregroundColor value.": "It is a colour such as #0088aa.",
    "Invalid notification": "Give `type`, such as eventCreation, and `method`: email.",
    "Invalid sequence value.": "Leave `sequence` out.",
}


def sentence(error: ApiError) -> str:
    """Return the refusal with what would be right."""
    hint = next((hint for start, hint in _HINTS.items() if error.message.startswith(start)), "")
    return f"{error.message} {hint}".strip()
