"""Calendars and calendar lists."""

from gcal_standin.server import Server
from tests.standin.caller import Caller
from tests.standin.samples import timed


def test_primary_is_the_users_address(caller: Caller) -> None:
    """`primary` is the calendar whose id is its user's address, in whatever case it is written."""
    assert caller.ok("GET", "calendars/primary")["id"] == "owner@example.com"
    assert caller.ok("GET", "calendars/Owner@Example.com")["id"] == "owner@example.com"


def test_a_secondary_calendar(caller: Caller) -> None:
    """A new calendar has an id of its own, organizes its events, and is gone once deleted."""
    made = caller.ok("POST", "calendars", {"summary": "Team", "timeZone": "Asia/Tokyo"})
    event = caller.events(made["id"]).insert(timed())

    assert made["id"].endswith("@group.calendar.google.com")
    assert event["organizer"] == {"email": made["id"], "displayName": "Team", "self": True}
    assert event["creator"] == {"email": "owner@example.com"}
    caller.ok("DELETE", f"calendars/{made['id']}")
    assert caller.call("GET", f"calendars/{made['id']}").refusal == (404, "notFound")
    assert caller.call("POST", "calendars", {}).refusal == (400, "required")
    assert caller.call("POST", "calendars", {"summary": "x", "timeZone": "No/Where"}).refusal == (
        400,
        "invalid",
    )


def test_users_come_when_called_for(standin: Server, caller: Caller) -> None:
    """An unknown address is 404, unless the stand-in is set to create users."""
    assert caller.call("GET", "calendars/new@example.com").refusal == (404, "notFound")
    standin.control("POST", "settings", {"createsUsers": True})

    assert caller.ok("GET", "calendars/new@example.com")["id"] == "new@example.com"
    assert caller.call("GET", "calendars/x@group.calendar.google.com").refusal == (404, "notFound")


def test_the_calendar_list(standin: Server, caller: Caller) -> None:
    """A user's list has their own calendars and those shared with them, with their role, in pages."""
    team = caller.ok("POST", "calendars", {"summary": "Team"})["id"]
    standin.control("POST", "users", {"email": "bob@example.com"})
    shared = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    caller.ok("POST", f"calendars/{team}/acl", shared)

    with Caller(standin.url, "bob@example.com") as bob:
        entries = bob.ok("GET", "users/me/calendarList")["items"]
        assert [(e["id"], e["accessRole"], e.get("primary", False)) for e in entries] == [
            (team, "reader", False),
            ("bob@example.com", "owner", True),
        ]
        owned = bob.ok("GET", "users/me/calendarList", minAccessRole="owner")["items"]
        assert [entry["id"] for entry in owned] == ["bob@example.com"]
        first = bob.ok("GET", "users/me/calendarList", maxResults=1)
        second = bob.ok("GET", "users/me/calendarList", maxResults=1, pageToken=first["nextPageToken"])
        assert [page["items"][0]["id"] for page in (first, second)] == [team, "bob@example.com"]
        assert bob.ok("GET", f"users/me/calendarList/{team}")["accessRole"] == "reader"
        assert bob.call("GET", "users/me/calendarList/owner@example.com").refusal == (404, "notFound")


def test_changes_of_the_calendar_list(standin: Server, caller: Caller) -> None:
    """A sync token of the list tells calendars that came and went, and expires when told to."""
    path = "users/me/calendarList"
    token = caller.ok("GET", path)["nextSyncToken"]
    team = caller.ok("POST", "calendars", {"summary": "Team"})["id"]

    came = caller.ok("GET", path, syncToken=token)
    caller.ok("DELETE", f"calendars/{team}")
    went = caller.ok("GET", path, syncToken=came["nextSyncToken"])

    assert [entry["id"] for entry in came["items"]] == [team]
    assert [(entry["id"], entry["deleted"]) for entry in went["items"]] == [(team, True)]
    assert caller.call("GET", path, syncToken="x").refusal == (400, "invalid")
    assert caller.call("GET", path, syncToken=token, minAccessRole="owner").refusal == (400, "invalid")
    standin.control("POST", "expire")
    assert caller.call("GET", path, syncToken=token).refusal == (410, "fullSyncRequired")
