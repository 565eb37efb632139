"""The methods of `acl`: who may do what with a calendar."""

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import (
    condition_not_met,
    deleted,
    forbidden,
    not_found,
    not_implemented,
)
from gcal_standin.model.roles import check_rule
from gcal_standin.model.times import Json
from gcal_standin.web.call import NOTHING, Answer, Call, told
from gcal_standin.web.pages import Pages, Snapshot

EVERYBODY = "__public_principal__@public.calendar.google.com"
_DEFAULT, _MAX = 100, 250
_FIRST_ETAG = '"00000000000000000000"'  # of the rule that a calendar is made with


def get(call: Call) -> Answer:
    return told(_resource(_rule(call, call.calendar("writer"))))


class AclList:
    """The rules page by page. A request for their changes is refused: there are none here."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def __call__(self, call: Call) -> Answer:
        if "syncToken" in call.params:
            raise not_implemented("the parameter syncToken of acl.list")
        calendar = call.calendar("writer")
        key, token = f"acl {calendar.id}", call.params.get("pageToken")
        snapshot = self._pages.resume(token, key) if token else _rules(key, calendar)
        page, successor = self._pages.turn(snapshot, min(call.params.get("maxResults", _DEFAULT), _MAX))
        head: Json = {"kind": "calendar#acl", "etag": calendar.settings.etag, "items": page}
        return told(head | ({"nextPageToken": successor} if successor else {}))


def insert(call: Call) -> Answer:
    return told(_put(call, call.calendar("owner"), call.body))


def update(call: Call) -> Answer:
    calendar = call.calendar("owner")
    known = _changeable(call, calendar)
    return told(_put(call, calendar, {**known, "role": call.body.get("role")}))


def patch(call: Call) -> Answer:
    calendar = call.calendar("owner")
    known = _changeable(call, calendar)
    return told(_put(call, calendar, {**known, **call.body, "scope": known["scope"]}))


def delete(call: Call) -> Answer:
    calendar = call.calendar("owner")
    rule = _changeable(call, calendar)
    if rule["role"] == "none":
        raise deleted()
    call.world.drop_rule(calendar, rule["id"])
    return NOTHING


def _rules(key: str, calendar: Calendar) -> Snapshot[Json]:
    rules = [_resource(rule) for rule in calendar.settings.rules.values()]
    return Snapshot(key=key, items=rules, position=calendar.settings.version_ms)


def _rule(call: Call, calendar: Calendar) -> Json:
    rule = calendar.settings.rules.get(call.params["ruleId"])
    if rule is None:
        raise not_found()
    return rule


def _changeable(call: Call, calendar: Calendar) -> Json:
    """Return a rule that the caller may change: not their own, and no other version than they mean."""
    rule = _rule(call, calendar)
    if rule["scope"].get("value") == call.actor(calendar):
        raise forbidden("cannotChangeOwnAcl", "Cannot change your own access level.")
    if call.if_match not in (None, "*", _resource(rule)["etag"]):
        raise condition_not_met()
    return rule


def _put(call: Call, calendar: Calendar, body: Json) -> Json:
    scope = body.get("scope") or {}
    if scope.get("type") == "default" and scope.get("value") == EVERYBODY:
        scope = {"type": "default"}
    rule = check_rule({**body, "scope": scope})
    if scope["type"] == "default":
        rule["scope"] = {"type": "default", "value": EVERYBODY}
    return _resource(call.world.put_rule(calendar, rule))


def _resource(rule: Json) -> Json:
    return {"kind": "calendar#aclRule", "etag": _FIRST_ETAG, **rule}
