"""The methods of `calendars`."""

from local.calendar.model.calendar import Calendar
from local.calendar.model.times import Json
from local.calendar.web.call import NOTHING, Answer, Call, told

_FIELDS = ("summary", "description", "location", "timeZone")


def get(call: Call) -> Answer:
    return told(_resource(call.calendar()))


def insert(call: Call) -> Answer:
    fields = {name: call.body[name] for name in _FIELDS if call.body.get(name)}
    return told(_resource(call.world.add_calendar(call.caller, fields)))


def delete(call: Call) -> Answer:
    call.world.remove_calendar(call.calendar("owner"))
    return NOTHING


def _resource(calendar: Calendar) -> Json:
    settings = calendar.settings
    return {
        "kind": "calendar#calendar",
        "etag": settings.etag,
        "id": settings.id,
        **{name: settings.fields[name] for name in _FIELDS if name in settings.fields},
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }
