"""The methods of `calendars`."""

from base64 import b64encode
from collections import Counter

from gcal_standin.model.bodies import merged
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import ApiError, condition_not_met, forbidden, not_implemented, required
from gcal_standin.model.times import Json
from gcal_standin.web.call import NOTHING, Answer, Call, told

_FIELDS = ("summary", "description", "location", "timeZone")
_NOT_IMPLEMENTED = ("autoAcceptInvitations", "labelProperties", "workingHours")


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


def patch(call: Call) -> Answer:
    calendar = _changeable(call)
    change = {name: call.body[name] for name in _FIELDS if name in call.body}
    return _rewritten(call, calendar, merged(calendar.settings.fields, change))


def update(call: Call) -> Answer:
    """Replace the texts; the time zone that a body omits stays, as no calendar is without."""
    calendar = _changeable(call)
    given = {name: call.body[name] for name in _FIELDS if call.body.get(name)}
    return _rewritten(call, calendar, {"timeZone": calendar.settings.fields["timeZone"]} | given)


def delete(call: Call) -> Answer:
    calendar = call.calendar("owner")
    if call.named_caller not in (None, calendar.settings.owner):
        raise forbidden("forbidden", "Only its data owner can delete a calendar.")
    call.world.remove_calendar(calendar)
    return NOTHING


def _changeable(call: Call) -> Calendar:
    calendar = call.calendar("owner")
    for name in _NOT_IMPLEMENTED:
        if call.body.get(name):
            raise not_implemented(f"the field {name} of {call.method}")
    if call.if_match not in (None, "*", _etag(calendar)):
        raise condition_not_met()
    return calendar


def _rewritten(call: Call, calendar: Calendar, fields: Json) -> Answer:
    if not fields.get("summary"):
        raise required("Missing summary.")
    if not fields.get("timeZone"):
        raise required("Missing time zone.")
    call.world.rewrite(calendar, fields)
    return told(_resource(calendar))


def _etag(calendar: Calendar) -> str:
    """Return its etag, which is not that of its entry in a list."""
    return f'"{b64encode(calendar.settings.etag.encode()).decode()}"'


def _resource(calendar: Calendar) -> Json:
    settings = calendar.settings
    return {
        "kind": "calendar#calendar",
        "etag": _etag(calendar),
        "id": settings.id,
        **{name: settings.fields[name] for name in _FIELDS if name in settings.fields},
        **({} if settings.primary else {"dataOwner": settings.owner}),
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }
