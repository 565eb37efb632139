"""Who sees what: access rules, roles set by hand, private events."""

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import conference, series, timed

BOB = "bob@example.com"
DETAILS = {"summary", "description", "location", "attendees", "conferenceData", "creator", "organizer"}


def rule(role: str, user: str = BOB) -> Json:
    return {"role": role, "scope": {"type": "user", "value": user}}


def test_rules_decide(standin: Server, caller: Caller, events: Events) -> None:
    """A stranger finds no calendar; a rule gives them a role, and each list says which it is."""
    standin.control("POST", "users", {"email": BOB})
    made = events.insert(timed())
    with Caller(standin.url, BOB) as bob:
        his = bob.events("owner@example.com")
        assert his.refused("GET") == (404, "notFound")

        for role in ("freeBusyReader", "reader", "writer", "owner"):
            caller.ok("POST", "calendars/primary/acl", rule(role))
            assert his.page()["accessRole"] == role
            if role in {"writer", "owner"}:
                his.patch(made["id"], {"summary": role})
            else:
                assert his.refused("PATCH", made["id"], {}) == (403, "requiredAccessLevel")

        caller.ok("DELETE", f"calendars/primary/acl/user:{BOB}")
        assert his.refused("GET") == (404, "notFound")


def test_access_rules_are_resources(caller: Caller) -> None:
    """Rules are listed, read, changed and refused as Google's."""
    path = "calendars/primary/acl"
    made = caller.ok("POST", path, rule("reader"))

    assert made["id"] == f"user:{BOB}"
    assert caller.ok("GET", f"{path}/{made['id']}")["role"] == "reader"
    assert caller.ok("PATCH", f"{path}/{made['id']}", {"role": "writer"})["role"] == "writer"
    assert caller.ok("PUT", f"{path}/{made['id']}", rule("reader"))["role"] == "reader"
    assert {item["id"] for item in caller.ok("GET", path)["items"]} == {"user:owner@example.com", made["id"]}
    assert caller.ok("POST", path, {"role": "reader", "scope": {"type": "default"}})["id"] == "default"
    assert caller.call("POST", path, rule("king")).refusal == (400, "invalid")
    assert caller.call("POST", path, {"role": "reader", "scope": {"type": "user"}}).refusal == (
        400,
        "invalid",
    )
    assert caller.call("GET", f"{path}/user:nobody@example.com").refusal == (404, "notFound")


def test_a_new_rule_ends_sync_tokens(caller: Caller, events: Events) -> None:
    """When access changes, the sync tokens made before are no longer valid."""
    _, token = events.all()
    caller.ok("POST", "calendars/primary/acl", rule("reader"))

    assert events.refused("GET", syncToken=token) == (410, "fullSyncRequired")


@pytest.mark.parametrize("role", ["reader", "writerWithoutPrivateAccess"])
def test_private_events_hide_their_details(standin: Server, events: Events, role: str) -> None:
    """Below writer, a private event has times and no details, its conference included; others have all."""
    body = timed(conferenceData=conference(), description="x")
    plain, private = (
        events.insert(body | {"visibility": visibility}, conferenceDataVersion=1)["id"]
        for visibility in ("default", "private")
    )
    standin.control("POST", "role", {"calendarId": "owner@example.com", "role": role})

    shown = {item["id"]: item for item in events.page()["items"]}

    assert "conferenceData" in shown[plain]
    assert not DETAILS & shown[private].keys()
    assert shown[private]["visibility"] == "private"
    assert shown[private]["start"] == shown[plain]["start"]


def test_free_and_busy_alone(standin: Server, events: Events) -> None:
    """Who sees free and busy times only gets single instances without any detail."""
    events.insert(series(conferenceData=conference()), conferenceDataVersion=1)
    standin.control("POST", "role", {"calendarId": "owner@example.com", "role": "freeBusyReader"})

    page = events.page()

    assert page["accessRole"] == "freeBusyReader"
    assert len(page["items"]) == 4
    assert not any(DETAILS & item.keys() for item in page["items"])


def test_a_role_by_hand_for_one_user(standin: Server, caller: Caller, events: Events) -> None:
    """A role can be set for one user and taken back; `none` hides the calendar."""
    standin.control("POST", "users", {"email": BOB})
    named = {"calendarId": "owner@example.com", "user": BOB}
    standin.control("POST", "role", named | {"role": "reader"})
    with Caller(standin.url, BOB) as bob:
        assert bob.events("owner@example.com").page()["accessRole"] == "reader"
        assert events.page()["accessRole"] == "owner"
        standin.control("POST", "role", named | {"role": None})
        assert bob.events("owner@example.com").refused("GET") == (404, "notFound")

    standin.control("POST", "role", {"calendarId": "owner@example.com", "role": "none"})
    assert events.refused("GET") == (404, "notFound")


def test_an_access_token_names_the_caller(standin: Server, caller: Caller) -> None:
    """A bearer token that is an address acts as that user: `primary` is that user's calendar."""
    standin.control("POST", "users", {"email": BOB})

    got = caller.call("GET", "calendars/primary", headers={"Authorization": f"Bearer {BOB}"})

    assert got.body["id"] == BOB
