"""The methods of `calendars`."""

from base64 import b64encode
from collections import Counter

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import ApiError, forbidden
from gcal_standin.model.times import Json
from gcal_standin.web.call import NOTHING, Answer, Call, told

_FIELDS = ("summary", "description", "location", "timeZone")


def get(call: Call) -> Answer:
    return told(_resource(call.calendar()))


class NewCalendars:
    """A user may make only so many: deleted ones count, too, as with Google."""

    def __init__(self) -> None:
        self.per_user_max: int | None = None
        self._made: Counter[str] = Counter()

    def insert(self, call: Call) -> Answer:
        if self.per_user_max is not None and self._made[call.caller] >= self.per_user_max:
            raise ApiError(403, "quotaExceeded", "Calendar usage limits exceeded.", domain="usageLimits")
        fields = {name: call.body[name] for name in _FIELDS if call.body.get(name)}
        made = call.world.add_calendar(call.caller, {"timeZone": "UTC"} | fields)
        self._made[call.caller] += 1
        return told(_resource(made))


def delete(call: Call) -> Answer:
    calendar = call.calendar("owner")
    if call.named_caller not in (None, calendar.settings.owner):
        raise forbidden("forbidden", "Only its data owner can delete a calendar.")
    call.world.remove_calendar(calendar)
    return NOTHING


def _resource(calendar: Calendar) -> Json:
    settings = calendar.settings
    return {
        "kind": "calendar#calendar",
        "etag": f'"{b64encode(settings.etag.encode()).decode()}"',  # not that of its entry in a list
        "id": settings.id,
        **{name: settings.fields[name] for name in _FIELDS if name in settings.fields},
        **({} if settings.primary else {"dataOwner": settings.owner}),
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }
