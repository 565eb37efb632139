"""Calendars: made, rewritten, deleted."""

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events
from tests.standin.samples import all_day, timed


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


def test_a_calendar_is_rewritten(standin: Server, caller: Caller) -> None:
    """A patch changes what it names, null takes away, and what changes nothing moves no etag."""
    made = caller.ok("POST", "calendars", {"summary": "Team", "description": "Ours", "location": "Rome"})
    path = f"calendars/{made['id']}"

    changed = caller.ok("PATCH", path, {"summary": "Crew", "timeZone": "Asia/Tokyo", "location": None})
    same = caller.ok("PATCH", path, {"summary": "Crew"})

    assert changed | {"etag": ""} == {
        "kind": "calendar#calendar",
        "etag": "",
        "id": made["id"],
        "summary": "Crew",
        "description": "Ours",
        "timeZone": "Asia/Tokyo",
        "dataOwner": "owner@example.com",
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }
    assert made["etag"] != changed["etag"] == same["etag"]
    replaced = caller.ok("PUT", path, {"summary": "Crew"})
    assert (replaced["timeZone"], "description" in replaced) == ("Asia/Tokyo", False)


def test_refused_changes_of_a_calendar(standin: Server, caller: Caller) -> None:
    """A calendar keeps a title and a zone that there is; only owners change it, of the version they mean."""
    standin.control("POST", "users", {"email": "bob@example.com"})
    path = f"calendars/{caller.ok('POST', 'calendars', {'summary': 'Team'})['id']}"
    rule = {"role": "writer", "scope": {"type": "user", "value": "bob@example.com"}}
    caller.ok("POST", f"{path}/acl", rule)

    assert caller.call("PATCH", path, {"summary": None}).refusal == (400, "required")
    assert caller.call("PATCH", path, {"timeZone": "No/Where"}).refusal == (400, "invalid")
    assert caller.call("PUT", path, {}).refusal == (400, "required")
    stale = {"If-Match": '"1"'}
    assert caller.call("PATCH", path, {"summary": "x"}, headers=stale).refusal == (412, "conditionNotMet")
    hours = {"workingHours": {"workingHoursEnabled": True}}
    assert caller.call("PATCH", path, hours).refusal == (501, "notImplemented")
    with Caller(standin.url, "bob@example.com") as bob:
        assert bob.call("PATCH", path, {"summary": "His"}).refusal == (403, "requiredAccessLevel")
    assert caller.ok("GET", path)["summary"] == "Team"


def test_days_move_with_their_calendar(caller: Caller, events: Events) -> None:
    """In another zone a day begins at another hour, whatever week that puts it in."""
    for day in range(1, 15):
        events.insert(all_day(f"2026-01-{day:02d}", f"2026-01-{day + 1:02d}"))
    caller.ok("PATCH", "calendars/owner@example.com", {"timeZone": "Pacific/Kiritimati"})

    for day in range(2, 15):
        noon = {"timeMin": f"2026-01-{day - 1:02d}T11:00:00Z", "timeMax": f"2026-01-{day - 1:02d}T12:00:00Z"}
        assert [each["start"] for each in events.page(**noon)["items"]] == [{"date": f"2026-01-{day:02d}"}]
