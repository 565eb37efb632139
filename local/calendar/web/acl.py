"""The methods of `acl`: who may do what with a calendar."""

from local.calendar.model.calendar import Calendar
from local.calendar.model.errors import deleted, not_found, not_implemented
from local.calendar.model.roles import check_rule
from local.calendar.model.times import Json
from local.calendar.web.call import NOTHING, Answer, Call, told


def get(call: Call) -> Answer:
    calendar = call.calendar("writer")
    return told(_resource(calendar, _rule(call, calendar)))


def list_(call: Call) -> Answer:
    """All rules on one page: who needs more pages or their changes is told so."""
    for name in ("syncToken", "pageToken", "maxResults"):
        if name in call.params:
            raise not_implemented(f"the parameter {name} of acl.list")
    calendar = call.calendar("writer")
    items = [_resource(calendar, rule) for rule in calendar.settings.rules.values()]
    return told({"kind": "calendar#acl", "etag": calendar.settings.etag, "items": items})


def insert(call: Call) -> Answer:
    calendar = call.calendar("owner")
    return told(_resource(calendar, _put(call, calendar, call.body)))


def update(call: Call) -> Answer:
    calendar = call.calendar("owner")
    known = _rule(call, calendar)
    return told(_resource(calendar, _put(call, calendar, {**known, "role": call.body.get("role")})))


def patch(call: Call) -> Answer:
    calendar = call.calendar("owner")
    known = _rule(call, calendar)
    return told(_resource(calendar, _put(call, calendar, {**known, **call.body, "scope": known["scope"]})))


def delete(call: Call) -> Answer:
    calendar = call.calendar("owner")
    rule = _rule(call, calendar)
    if rule["role"] == "none":
        raise deleted()
    del calendar.settings.rules[rule["id"]]
    call.world.access_changed(calendar)
    return NOTHING


def _rule(call: Call, calendar: Calendar) -> Json:
    rule = calendar.settings.rules.get(call.params["ruleId"])
    if rule is None:
        raise not_found()
    return rule


def _put(call: Call, calendar: Calendar, body: Json) -> Json:
    rule = check_rule(body)
    calendar.settings.rules[rule["id"]] = rule
    call.world.access_changed(calendar)
    return rule


def _resource(calendar: Calendar, rule: Json) -> Json:
    return {"kind": "calendar#aclRule", "etag": calendar.settings.etag, **rule}
