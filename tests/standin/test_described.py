"""Every method and parameter of the discovery document is either taken or told by name."""

from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gcal_standin.model.world import World
from gcal_standin.server import Server
from gcal_standin.web import covered
from gcal_standin.web.service import Service
from tests.standin.caller import Caller, Got, Json
from tests.standin.described import DOCUMENT, METHODS, Witness, faults
from tests.standin.samples import series, timed

with closing(Service(World())) as service:
    NOT_IMPLEMENTED = {name for name, served in covered.methods(service.handlers).items() if not served}
PARAMETERS_NOT_IMPLEMENTED = {name: set(each) for name, each in covered.PARAMETERS.items()}
README = Path(__file__).parents[2] / "gcal_standin" / "README.md"
# Parameters whose good values only an earlier answer can give; other tests use them.
TOKENS = {"pageToken", "syncToken"}
VALUES = {
    "iCalUID": "uid@example.com",
    "originalStart": "2026-01-05T10:00:00+01:00",
    "privateExtendedProperty": "a=b",
    "sharedExtendedProperty": "a=b",
    "timeZone": "Asia/Tokyo",
    "destination": "bob@example.com",
    "updatedMin": "2099-01-01T00:00:00Z",
    "timeMax": "2026-06-01T00:00:00Z",
}


def parameters(method: str) -> dict[str, list[Any]]:
    """Return the query parameters of a method with good values for each."""
    spec = METHODS[method].get("parameters", {})
    return {
        name: values(name, each)
        for name, each in spec.items()
        if each["location"] == "query" and name not in TOKENS | PARAMETERS_NOT_IMPLEMENTED.get(method, set())
    }


def values(name: str, spec: Json) -> list[Any]:
    if name in VALUES:
        return [VALUES[name]]
    if "enum" in spec:
        return list(spec["enum"])
    if spec["type"] == "boolean":
        return ["true", "false"]
    if spec["type"] == "integer":
        return [spec.get("maximum", "5")]
    return ["2026-01-01T00:00:00Z" if spec.get("format") == "date-time" else "text"]


class Scene:
    """A calendar with what the paths of the document name."""

    def __init__(self, standin: Server, caller: Caller) -> None:
        standin.control("POST", "users", {"email": "bob@example.com"})
        self._caller = caller
        self._names = {
            "calendarId": caller.ok("POST", "calendars", {"summary": "Scene"})["id"],
            "ruleId": "user:bob@example.com",
            "setting": "locale",
        }
        self._events = caller.events(self._names["calendarId"])
        shared = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
        caller.ok("POST", f"calendars/{self._names['calendarId']}/acl", shared)
        shared = {"role": "reader", "scope": {"type": "user", "value": "owner@example.com"}}
        caller.ok("POST", "calendars/bob@example.com/acl", shared)

    def call(self, method: str, **params: Any) -> Got:
        spec = METHODS[method]
        body = series() if method.endswith(("instances", "insert")) else timed()
        names = self._names | {"eventId": self._events.insert(body)["id"]}
        if method.startswith("calendarList."):
            names["calendarId"] = "bob@example.com"  # nobody can take their own out of their list
        if params.get("orderBy") == "startTime":
            params["singleEvents"] = "true"
        if "destination" in spec.get("parameters", {}):
            params.setdefault("destination", "bob@example.com")
        return self._caller.call(
            spec["httpMethod"], spec["path"].format(**names), self._body(method), **params
        )

    def _body(self, method: str) -> Json | None:
        bodies: dict[str | None, Json] = {
            "Event": timed(iCalUID="new@example.com") if method == "events.import" else timed(),
            "AclRule": {"role": "writer", "scope": {"type": "user", "value": "bob@example.com"}},
            "Channel": {"id": uuid4().hex, "type": "webhook", "address": "http://127.0.0.1:9/"},
            "Calendar": {"summary": "New"},
            "CalendarListEntry": {"id": "bob@example.com", "backgroundColor": "#102030"}
            | {"foregroundColor": "#ffffff"},
            "FreeBusyRequest": {"timeMin": "2026-01-01T00:00:00Z", "timeMax": "2026-02-01T00:00:00Z"},
        }
        return bodies.get(METHODS[method].get("request", {}).get("$ref"))


@pytest.fixture
def scene(standin: Server, caller: Caller) -> Scene:
    standin.control("POST", "notifications", {"retryTimes": 0})
    return Scene(standin, caller)


def test_every_method_is_answered_or_told(scene: Scene, witness: Witness) -> None:
    """Every method of the document is implemented, or 501 with its name; the lists of both are complete."""
    last = ["acl.delete", "channels.stop", "calendarList.delete", "calendars.delete"]
    for method in [*(METHODS.keys() - set(last)), *last]:
        got = scene.call(method)
        if method in NOT_IMPLEMENTED:
            assert got.refusal == (501, "notImplemented")
            assert f"calendar.{method}" in got.body["error"]["message"]
        elif method == "channels.stop":
            assert got.refusal == (404, "notFound")
        else:
            assert got.status < 300, (method, got.body)
    assert witness.seen == METHODS.keys()


def test_the_table_of_methods(standin: Server) -> None:
    """The README's table is that of the code, which is held against every call; a control tells it, too."""
    assert covered.table(standin.service.handlers) in README.read_text(encoding="utf-8")
    told = standin.control("GET", "methods")
    assert told == {name: name not in NOT_IMPLEMENTED for name in sorted(METHODS)}


@pytest.mark.parametrize("method", sorted(METHODS.keys() - NOT_IMPLEMENTED))
def test_every_parameter_is_taken(scene: Scene, method: str) -> None:
    """Every query parameter of an implemented method is taken with each of its good values."""
    for parameter, good in parameters(method).items():
        for value in good:
            got = scene.call(method, **{parameter: value})
            assert got.status < 300, (parameter, value, got.body)


@pytest.mark.parametrize("method", sorted(PARAMETERS_NOT_IMPLEMENTED))
def test_parameters_that_are_not_taken_are_told(scene: Scene, method: str) -> None:
    """The parameters without effect here are 501 with their name, never ignored."""
    for parameter in PARAMETERS_NOT_IMPLEMENTED[method]:
        got = scene.call(method, **{parameter: "1"})
        assert got.refusal == (501, "notImplemented")
        assert parameter in got.body["error"]["message"]


def test_parameters_of_all_methods(scene: Scene) -> None:
    """The parameters common to all methods are taken."""
    for parameter in DOCUMENT["parameters"]:
        value = {"alt": "json", "prettyPrint": "true", "fields": "kind"}.get(parameter, "text")
        assert scene.call("events.list", **{parameter: value}).status == 200


def test_an_unknown_parameter_is_ignored(scene: Scene) -> None:
    """A parameter that is not in the document has no effect, as with Google."""
    assert scene.call("events.get", verbose="1").status == 200


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"colour": "red"}, "Event.colour is unknown"),
        ({"sequence": "1"}, "Event.sequence is '1', not of type integer"),
        ({"created": "yesterday"}, "Event.created is 'yesterday', not date-time"),
        ({"start": {"date": "2026-13-01"}}, "Event.start.date is '2026-13-01', not date"),
        ({"kind": "calendar#events"}, "Event.kind is 'calendar#events'"),
        ({"attendees": [{"name": "A"}]}, "Event.attendees[].name is unknown"),
        ({"recurrence": "RRULE"}, "Event.recurrence is 'RRULE', not of type array"),
    ],
)
def test_the_check_itself(content: Json, fault: str) -> None:
    """The check that every answer passes does find unknown fields, wrong types and malformed values."""
    whole = {"kind": "calendar#event", "etag": '"1"', "id": "x", "status": "confirmed"}

    assert list(faults("Event", whole)) == []
    assert fault in "\n".join(faults("Event", whole | content))
    assert list(faults("Event", {"id": "x"}, masked=True)) == []
    assert len(list(faults("Event", {"id": "x"}))) == 3
