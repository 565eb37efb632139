"""`freebusy.query`: when the users of some calendars are busy."""

from datetime import UTC, datetime, timedelta

from gcal_standin.model.errors import ApiError, invalid, required
from gcal_standin.model.freebusy import busy
from gcal_standin.model.times import Json, parse_moment, when_of, zone_of
from gcal_standin.web.call import Answer, Call

_CALENDARS_MAX, _GROUP_MAX = 50, 100
# That more is refused was seen at about three months; the figure is not published.
_SPAN_MAX = timedelta(days=92)


def query(call: Call) -> Answer:
    low, high = (_moment(call, name) for name in ("timeMin", "timeMax"))
    if low >= high:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    if high - low > _SPAN_MAX:
        raise ApiError(400, "timeRangeTooLong", "The requested time range is too long.", domain="calendar")
    _at_most(call, "groupExpansionMax", _GROUP_MAX)
    expanded = _at_most(call, "calendarExpansionMax", _CALENDARS_MAX)
    names = dict.fromkeys(_id(item) for item in call.body.get("items") or [])
    calendars = {
        name: _calendar(call, name, low, high) if place < expanded else _failed("tooManyCalendarsRequested")
        for place, name in enumerate(names)
    }
    return Answer(
        content={
            "kind": "calendar#freeBusy",
            "timeMin": _stamp(low),
            "timeMax": _stamp(high),
            "calendars": calendars,
        }
    )


def _moment(call: Call, name: str) -> datetime:
    if not call.body.get(name):
        raise required(f"Missing {name} parameter.")
    return parse_moment(call.body[name])


def _at_most(call: Call, name: str, highest: int) -> int | float:
    """Return a limit that the call sets itself; without it, as was seen, there is none."""
    given = call.body.get(name)
    if given is None:
        return float("inf")
    if not 1 <= given <= highest:
        raise invalid(f"Invalid value for: {name}")
    return int(given)


def _id(item: Json) -> str:
    if not item.get("id"):
        raise required("Missing id.")
    return str(item["id"])


def _calendar(call: Call, name: str, low: datetime, high: datetime) -> Json:
    """Return one calendar's answer: whoever may not see it gets an error in the place of its times."""
    zone = zone_of(call.body.get("timeZone") or "UTC")
    try:
        calendar = call.world.calendar(name, call.caller)
    except ApiError as error:
        return _failed(error.reason)
    if call.role(calendar) == "none":
        return _failed("notFound")
    spans = busy(calendar, low, high)
    told = [
        {
            name: when_of(moment.astimezone(zone), None)["dateTime"]
            for name, moment in zip(("start", "end"), span, strict=True)
        }
        for span in spans
    ]
    return {"busy": told}


def _failed(reason: str) -> Json:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
