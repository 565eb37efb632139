"""What Google refuses of an event, a rule or a calendar by its published limits."""

from typing import Any

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import all_day, conference, series, timed

BOB = "bob@example.com"
OWN = "user:owner@example.com"
REMINDER = {"method": "popup", "minutes": 10}


def reminders(*overrides: Json, default: bool = False) -> Json:
    return {"reminders": {"useDefault": default, "overrides": list(overrides)}}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"attendees": [{"email": "somebody"}]}, "invalid", id="guest without a domain"),
        pytest.param({"attendees": [{"email": "a b@example.com"}]}, "invalid", id="guest with a space"),
        pytest.param(
            reminders(REMINDER, default=True),
            "cannotUseDefaultRemindersAndSpecifyOverride",
            id="default reminders and others",
        ),
        pytest.param(reminders(*[REMINDER] * 6), "eventRemindersCountExceedsLimit", id="six reminders"),
        pytest.param(reminders({"method": "sms", "minutes": 10}), "invalid", id="reminder by sms"),
        pytest.param(reminders({"method": "popup"}), "invalid", id="reminder without a time"),
        pytest.param(reminders({"method": "popup", "minutes": None}), "invalid", id="reminder at null"),
        pytest.param(reminders({"method": "popup", "minutes": 40_321}), "invalid", id="early reminder"),
        pytest.param({"colorId": "12"}, "invalid", id="colour"),
        pytest.param({"visibility": "secret"}, "invalid", id="visibility"),
        pytest.param({"eventType": "party"}, "invalid", id="type"),
        pytest.param({"eventType": "workingLocation"}, "malformedWorkingLocationEvent", id="nowhere"),
    ],
)
def test_fields_that_are_refused(events: Events, fields: Json, reason: str) -> None:
    """Such a field makes neither an event nor a change of one."""
    made = events.insert(timed())

    assert events.refused("POST", body=timed(**fields)) == (400, reason)
    if "eventType" not in fields:
        assert events.refused("PATCH", made["id"], fields) == (400, reason)
    assert [item["etag"] for item in events.page()["items"]] == [made["etag"]]


@pytest.mark.parametrize(
    "fields",
    [
        {"attendees": [{"email": "Some.Body+x@sub.example.com"}]},
        reminders(*[REMINDER] * 5),
        reminders({"method": "email", "minutes": 40_320}, {"method": "popup", "minutes": 0}),
        {"colorId": "11"},
        {"visibility": "confidential"},
    ],
)
def test_fields_at_their_limit(events: Events, fields: Json) -> None:
    """What is just within the limits is stored."""
    assert fields.keys() <= events.insert(timed(**fields)).keys()


def test_overrides_need_the_default_off(events: Events) -> None:
    """An event that has the default reminders gets others only together with the word that it has not."""
    made = events.insert(timed())
    change = {"reminders": {"overrides": [REMINDER]}}

    refusal = (400, "cannotUseDefaultRemindersAndSpecifyOverride")
    assert events.refused("PATCH", made["id"], change) == refusal
    assert events.patch(made["id"], reminders(REMINDER))["reminders"]["overrides"] == [REMINDER]


def test_long_properties(events: Events) -> None:
    """A property whose key is too long is dropped, and too long a value is cut, without a word."""
    given = {"k" * 44: "v" * 1024, "k" * 45: "v", "long": "v" * 1025}

    made = events.insert(timed(extendedProperties={"private": given, "shared": {"a": "b"}}))

    kept = {"k" * 44: "v" * 1024, "long": "v" * 1024}
    assert made["extendedProperties"] == {"private": kept, "shared": {"a": "b"}}


@pytest.mark.parametrize("kind", ["focusTime", "outOfOffice", "workingLocation", "birthday", "fromGmail"])
def test_types_of_event_and_where_they_live(standin: Server, caller: Caller, kind: str) -> None:
    """A person's state is written on their primary calendar alone, and Gmail's events by Gmail alone."""
    team = standin.control("POST", "calendars", {"summary": "Team"})["id"]
    body = timed(eventType=kind, workingLocationProperties={"type": "homeOffice", "homeOffice": {}})

    assert caller.events(team).refused("POST", body=body) == (400, "eventTypeRestriction")
    own = caller.call("POST", caller.events().path, body)
    assert own.status == (400 if kind == "fromGmail" else 200)


def test_out_of_office_has_hours(events: Events) -> None:
    """An absence that lasts all day is none of this type."""
    body = all_day(eventType="outOfOffice")
    assert events.refused("POST", body=body) == (400, "malformedOutOfOfficeEvent")


def test_a_series_ends_in_one_way(events: Events) -> None:
    """A rule with COUNT and UNTIL is refused, in whichever order."""
    for ends in ("COUNT=3;UNTIL=20260201T000000Z", "UNTIL=20260201T000000Z;COUNT=3"):
        assert events.refused("POST", body=series(f"FREQ=DAILY;{ends}")) == (400, "invalid")


@pytest.mark.parametrize("verb", ["PUT", "PATCH"])
def test_an_instance_does_not_recur(events: Events, verb: str) -> None:
    """A rule given to one instance is refused, and the series stays as it was."""
    made = events.insert(series())
    instance = events.get(f"{made['id']}/instances")["items"][1]

    body = instance | {"recurrence": ["RRULE:FREQ=DAILY;COUNT=2"]}
    assert events.refused(verb, instance["id"], body) == (400, "invalid")
    assert events.get(made["id"])["etag"] == made["etag"]


def test_imports_of_others_events(caller: Caller, events: Events) -> None:
    """Who is neither organizer nor guest imports nothing."""
    boss = {"email": "boss@elsewhere.example"}
    foreign = timed(iCalUID="x@elsewhere", organizer=boss, attendees=[{"email": BOB}])

    nobody = foreign | {"organizer": boss, "attendees": [{"email": None}]}
    assert caller.call("POST", f"{events.path}/import", nobody).status == 400
    got = caller.call("POST", f"{events.path}/import", foreign)
    assert got.refusal == (400, "participantIsNeitherOrganizerNorAttendee")
    mine = foreign | {"organizer": {"email": "Owner@example.com"}}
    caller.ok("POST", f"{events.path}/import", mine)


@pytest.mark.parametrize("event_id", ["wxyz1", "abc", "ABCDE", "a" * 1025])
def test_ids_that_are_none(caller: Caller, events: Events, event_id: str) -> None:
    """An id has base32hex's letters, five of them at least; the refusal names no field."""
    error = caller.call("POST", events.path, timed(id=event_id)).body["error"]

    assert (error["code"], error["message"]) == (400, "Invalid resource id value.")
    assert error["errors"][0].keys() == {"domain", "reason", "message"}


def test_a_conference_nobody_asked_for(events: Events) -> None:
    """Without conferenceDataVersion the event is made, and its conference dropped without a word."""
    body = timed(conferenceData=conference())

    assert "conferenceData" not in events.insert(body)
    assert "conferenceData" in events.insert(body, conferenceDataVersion=1)


def test_ones_own_rule(standin: Server, caller: Caller) -> None:
    """Nobody changes or deletes their own access, not even an owner; others may, if they are owners."""
    standin.control("POST", "users", {"email": BOB})
    path = "calendars/owner@example.com/acl"
    shared = {"role": "owner", "scope": {"type": "user", "value": BOB}}
    caller.ok("POST", path, shared)

    with Caller(standin.url, BOB) as bob:
        for verb, body in (("DELETE", None), ("PATCH", {"role": "reader"}), ("PUT", shared)):
            refusal = bob.call(verb, f"{path}/user:{BOB}", body).refusal
            assert refusal == (403, "cannotChangeOwnAcl")
    assert caller.call("DELETE", f"{path}/{OWN}").refusal == (403, "cannotChangeOwnAcl")
    caller.ok("DELETE", f"{path}/user:{BOB}")


def test_everybodys_rule(caller: Caller) -> None:
    """The rule for everybody has the public principal's address, whether it was given or not."""
    everybody = "__public_principal__@public.calendar.google.com"
    for scope in ({"type": "default"}, {"type": "default", "value": everybody}):
        made = caller.ok("POST", "calendars/primary/acl", {"role": "reader", "scope": scope})
        assert (made["id"], made["scope"]) == ("default", {"type": "default", "value": everybody})


def test_versions_of_rules(caller: Caller) -> None:
    """Each rule has an etag of its own, and a change of another version is refused."""
    path = "calendars/primary/acl"
    made = caller.ok("POST", path, {"role": "reader", "scope": {"type": "user", "value": BOB}})
    other = caller.ok("POST", path, {"role": "reader", "scope": {"type": "default"}})
    changed = caller.ok("PATCH", f"{path}/{made['id']}", {"role": "writer"})

    assert len({made["etag"], other["etag"], changed["etag"]}) == 3
    assert caller.ok("GET", f"{path}/default")["etag"] == other["etag"]
    for verb, body in (("PATCH", {"role": "owner"}), ("DELETE", None)):
        stale = caller.call(verb, f"{path}/{made['id']}", body, headers={"If-Match": made["etag"]})
        assert stale.refusal == (412, "conditionNotMet")
    caller.ok("DELETE", f"{path}/{made['id']}", headers={"If-Match": changed["etag"]})


def test_rules_page_by_page(caller: Caller) -> None:
    """The rules of a calendar come in pages, each rule once."""
    path = "calendars/primary/acl"
    for name in "abcd":
        scope = {"type": "user", "value": f"{name}@example.com"}
        caller.ok("POST", path, {"role": "reader", "scope": scope})

    found: list[str] = []
    page: Json = {"nextPageToken": ""}
    while "nextPageToken" in page:
        more: dict[str, Any] = {"pageToken": page["nextPageToken"]} if page["nextPageToken"] else {}
        page = caller.ok("GET", path, maxResults=2, **more)
        assert len(page["items"]) <= 2
        found += [item["id"] for item in page["items"]]
    assert found == [OWN, *(f"user:{name}@example.com" for name in "abcd")]


def test_who_deletes_a_calendar(standin: Server, caller: Caller) -> None:
    """A primary calendar is deleted by nobody, a secondary one by its data owner alone."""
    standin.control("POST", "users", {"email": BOB})
    team = caller.ok("POST", "calendars", {"summary": "Team"})
    shared = {"role": "owner", "scope": {"type": "user", "value": BOB}}
    caller.ok("POST", f"calendars/{team['id']}/acl", shared)

    assert caller.call("DELETE", "calendars/primary").refusal == (403, "cannotDeletePrimaryCalendar")
    with Caller(standin.url, BOB) as bob:
        assert bob.call("DELETE", f"calendars/{team['id']}").refusal == (403, "forbidden")
        entry = bob.ok("GET", f"users/me/calendarList/{team['id']}")
    assert team["dataOwner"] == entry["dataOwner"] == "owner@example.com"
    assert team["etag"] != entry["etag"]
    caller.ok("DELETE", f"calendars/{team['id']}")


def test_too_many_calendars(standin: Server, caller: Caller) -> None:
    """Past a user's number no calendar is made, and deleting one gives nothing back."""
    standin.control("POST", "settings", {"calendarsPerUserMax": 2})
    first, _ = (caller.ok("POST", "calendars", {"summary": "Team"})["id"] for _ in range(2))

    for _ in range(2):
        got = caller.call("POST", "calendars", {"summary": "More"})
        assert got.refusal == (403, "quotaExceeded")
        caller.call("DELETE", f"calendars/{first}")


def test_a_new_calendar_is_in_utc(standin: Server, caller: Caller) -> None:
    """A calendar made without a time zone is in UTC, wherever its owner is."""
    standin.world.time_zone = "Asia/Tokyo"

    assert caller.ok("POST", "calendars", {"summary": "Team"})["timeZone"] == "UTC"
