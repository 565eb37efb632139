"""Calendar lists: what is in them, what users make of it, and who hears of changes."""

from collections.abc import Iterator
from typing import Any

import pytest

from gcal_standin import server
from gcal_standin.server import Server
from tests.standin.caller import Caller, Json
from tests.standin.receiver import Receiver, channel, delivered

LIST = "users/me/calendarList"
BOB = "bob@example.com"


@pytest.fixture
def team(standin: Server, caller: Caller) -> str:
    """A calendar of the owner's that everybody may read, and that is in nobody else's list."""
    standin.control("POST", "users", {"email": BOB})
    made: str = caller.ok("POST", "calendars", {"summary": "Team"})["id"]
    caller.ok("POST", f"calendars/{made}/acl", {"role": "reader", "scope": {"type": "default"}})
    return made


@pytest.fixture
def bob(standin: Server, team: str) -> Iterator[Caller]:
    with Caller(standin.url, BOB) as calling:
        yield calling


def names(caller: Caller, **query: Any) -> list[str]:
    return [entry["id"] for entry in caller.ok("GET", LIST, **query)["items"]]


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


def test_a_calendar_is_put_into_a_list_and_taken_out(bob: Caller, team: str) -> None:
    """What one may read can be put into the list; taken out, it is shown as deleted to who asks for that."""
    assert names(bob) == [BOB]
    assert bob.call("GET", f"{LIST}/{team}").refusal == (404, "notFound")
    token = bob.ok("GET", LIST)["nextSyncToken"]

    entry = bob.ok("POST", LIST, {"id": team, "summaryOverride": "Theirs", "colorId": "5"})

    assert entry == bob.ok("GET", f"{LIST}/{team}")
    assert (entry["summary"], entry["summaryOverride"], entry["accessRole"]) == ("Team", "Theirs", "reader")
    assert (entry["colorId"], entry["backgroundColor"], entry["foregroundColor"]) == (
        "5",
        "#ff7537",
        "#000000",
    )
    assert names(bob) == [BOB, team]
    assert names(bob, syncToken=token) == [team]
    assert bob.call("DELETE", f"{LIST}/{team}").status == 204
    assert names(bob) == [BOB]
    assert bob.call("DELETE", f"{LIST}/{team}").refusal == (404, "notFound")
    told = {"kind": "calendar#calendarListEntry", "id": team, "deleted": True}
    for query in ({"syncToken": token}, {"showDeleted": True}):
        gone = bob.ok("GET", LIST, **query)["items"][-1]
        assert gone | told == gone
    assert bob.ok("POST", LIST, {"id": team})["colorId"] == "14"


def test_what_cannot_be_put_into_a_list_or_taken_out(bob: Caller, caller: Caller, team: str) -> None:
    """A calendar needs an id and must be one that the user may see; its data owner keeps it."""
    hidden = caller.ok("POST", "calendars", {"summary": "Hidden"})["id"]

    assert bob.call("POST", LIST, {}).refusal == (400, "required")
    assert bob.call("POST", LIST, {"id": "nowhere@example.com"}).refusal == (404, "notFound")
    assert bob.call("POST", LIST, {"id": hidden}).refusal == (404, "notFound")
    refused = (403, "cannotUnsubscribeFromOwnedCalendar")
    assert bob.call("DELETE", f"{LIST}/{BOB}").refusal == refused
    assert caller.call("DELETE", f"{LIST}/{team}").refusal == refused


def test_an_entry_is_its_users_own(standin: Server, caller: Caller, bob: Caller, team: str) -> None:
    """What one user makes of a calendar is theirs alone, and their reminders come with its events."""
    bob.ok("POST", LIST, {"id": team})
    mine = caller.ok("GET", f"{LIST}/{team}")
    reminders = [{"method": "email", "minutes": 30}]

    bob.ok("PATCH", f"{LIST}/{team}", {"defaultReminders": reminders, "selected": False})

    entry = bob.ok("GET", f"{LIST}/{team}")
    assert (entry["defaultReminders"], "selected" in entry) == (reminders, False)
    assert bob.events(team).page()["defaultReminders"] == reminders
    assert caller.ok("GET", f"{LIST}/{team}") == mine
    assert caller.events(team).page()["defaultReminders"] == [{"method": "popup", "minutes": 10}]


def test_a_put_resets_what_google_resets(bob: Caller, team: str) -> None:
    """As recorded, a PUT without them ends reminders, and keeps colours and notifications."""
    mails = {"notifications": [{"type": "eventCreation", "method": "email"}]}
    given = {"id": team, "colorId": "7", "summaryOverride": "Theirs", "notificationSettings": mails}
    bob.ok("POST", LIST, given)

    entry = bob.ok("PUT", f"{LIST}/{team}", {"selected": True})

    assert (entry["colorId"], entry["backgroundColor"], entry["selected"]) == ("7", "#42d692", True)
    assert (entry["notificationSettings"], entry["defaultReminders"]) == (mails, [])
    assert "summaryOverride" not in entry


def test_colours_of_ones_own(bob: Caller, team: str) -> None:
    """Colours by value are taken if the call says so, with the id that is nearest; else ignored."""
    bob.ok("POST", LIST, {"id": team})
    pair = {"backgroundColor": "#AC725F", "foregroundColor": "#ffffff"}

    ignored = bob.ok("PATCH", f"{LIST}/{team}", pair)
    taken = bob.ok("PATCH", f"{LIST}/{team}", pair, colorRgbFormat=True)
    again = bob.ok("PATCH", f"{LIST}/{team}", {"colorId": "2"})

    shown = [(e["colorId"], e["backgroundColor"], e["foregroundColor"]) for e in (ignored, taken, again)]
    assert shown == [
        ("14", "#9fe1e7", "#000000"),
        ("1", "#ac725f", "#ffffff"),
        ("2", "#d06b64", "#000000"),
    ]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"colorId": "25"}, (400, "invalid")),
        ({"backgroundColor": "blue", "foregroundColor": "#000000"}, (400, "invalid")),
        ({"backgroundColor": "#102030"}, (400, "required")),
        ({"selected": "yes"}, (400, "invalid")),
        ({"defaultReminders": [{"method": "sms", "minutes": 5}]}, (400, "invalid")),
        (
            {"notificationSettings": {"notifications": [{"type": "party", "method": "email"}]}},
            (400, "invalid"),
        ),
        ({"notificationSettings": {"notifications": [{"type": "agenda"}]}}, (400, "invalid")),
    ],
)
def test_refused_entries(caller: Caller, body: Json, refusal: tuple[int, str]) -> None:
    """No colour that there is not, no reminder or notification that Google does not have."""
    got = caller.call("PATCH", f"{LIST}/owner@example.com", body, colorRgbFormat="backgroundColor" in body)
    assert got.refusal == refusal


def test_an_entry_has_a_version(caller: Caller) -> None:
    """`primary` can be read but not written, an etag is checked, and what changes nothing moves none."""
    path = f"{LIST}/owner@example.com"
    before = caller.ok("GET", f"{LIST}/primary")

    assert caller.call("PUT", f"{LIST}/primary", {}).refusal == (400, "invalid")
    assert caller.call("PATCH", f"{LIST}/primary", {}).refusal == (400, "invalid")
    assert caller.ok("PATCH", path, {"selected": True})["etag"] == before["etag"]
    changed = caller.ok("PATCH", path, {"colorId": "3"}, headers={"If-Match": before["etag"]})
    assert changed["etag"] != before["etag"]
    stale = {"If-Match": before["etag"]}
    assert caller.call("PATCH", path, {"colorId": "4"}, headers=stale).refusal == (412, "conditionNotMet")


def test_hidden_calendars(bob: Caller, team: str) -> None:
    """A hidden calendar is left out of the list unless it is asked for; a change of the list tells it."""
    bob.ok("POST", LIST, {"id": team})
    token = bob.ok("GET", LIST)["nextSyncToken"]

    assert bob.ok("PATCH", f"{LIST}/{team}", {"hidden": True})["hidden"] is True

    assert names(bob) == [BOB]
    assert names(bob, showHidden=True) == [BOB, *names(bob, syncToken=token)] == [BOB, team]
    for name, value in (("showHidden", False), ("showDeleted", False), ("showOwnOrganizationOnly", True)):
        query: Json = {"syncToken": token, name: value}
        assert bob.call("GET", LIST, **query).refusal == (400, "invalid")


def test_ones_own_organisation(standin: Server, caller: Caller) -> None:
    """Only calendars of the user's domain are listed on request."""
    standin.control("POST", "users", {"email": "eve@elsewhere.example"})
    rule = {"role": "reader", "scope": {"type": "user", "value": "owner@example.com"}}
    with Caller(standin.url, "eve@elsewhere.example") as eve:
        eve.ok("POST", "calendars/primary/acl", rule)

    assert names(caller) == ["owner@example.com", "eve@elsewhere.example"]
    assert names(caller, showOwnOrganizationOnly=True) == ["owner@example.com"]


def test_others_changes_are_not_told(standin: Server, caller: Caller, bob: Caller, team: str) -> None:
    """A sync token tells what changed in one's own list, and not that others have calendars."""
    token = bob.ok("GET", LIST)["nextSyncToken"]
    caller.ok("PATCH", f"{LIST}/{team}", {"colorId": "1"})
    caller.ok("POST", "calendars", {"summary": "Other"})

    assert names(bob, syncToken=token) == []
    rule = {"role": "reader", "scope": {"type": "user", "value": BOB}}
    caller.ok("POST", f"calendars/{team}/acl", rule)
    assert names(bob, syncToken=token) == [team]
    caller.ok("DELETE", f"calendars/{team}/acl/user:{BOB}")
    went = bob.ok("GET", LIST, syncToken=token)["items"]
    assert [(entry["id"], entry.get("deleted")) for entry in went] == [(team, True)]


def test_a_watched_list(standin: Server, caller: Caller, bob: Caller, team: str, receiver: Receiver) -> None:
    """A channel on a list hears of what comes, changes and goes in it, of nothing in others, of no event."""
    watched = bob.ok("POST", f"{LIST}/watch", channel(receiver))
    delivered(standin)
    caller.ok("POST", "calendars", {"summary": "Not his"})
    bob.events().insert({"start": {"date": "2026-01-01"}, "end": {"date": "2026-01-02"}})
    delivered(standin)
    assert receiver.states() == ["sync"]

    bob.ok("POST", LIST, {"id": team})
    bob.ok("PATCH", f"{LIST}/{team}", {"colorId": "1"})
    bob.ok("PATCH", f"{LIST}/{team}", {"colorId": "1"})
    bob.call("DELETE", f"{LIST}/{team}")
    delivered(standin)

    assert receiver.states() == ["sync", "exists", "exists", "exists"]
    assert watched["resourceUri"] == "https://www.googleapis.com/calendar/v3/users/me/calendarList?alt=json"
    assert receiver.got[-1]["X-Goog-Resource-URI"] == watched["resourceUri"]
    bob.ok("POST", "channels/stop", {"id": watched["id"], "resourceId": watched["resourceId"]})
    bob.ok("POST", LIST, {"id": team})
    delivered(standin)
    assert len(receiver.got) == 4


def test_watching_a_list_is_checked(standin: Server, caller: Caller, receiver: Receiver) -> None:
    """An id is unique among all channels, and a sync token must be good."""
    caller.ok("POST", f"{LIST}/watch", channel(receiver))

    taken = caller.call("POST", "calendars/primary/events/watch", channel(receiver))
    assert taken.refusal == (400, "channelIdNotUnique")
    assert caller.call("POST", f"{LIST}/watch", channel(receiver)).refusal == (400, "channelIdNotUnique")
    assert caller.call("POST", f"{LIST}/watch", channel(receiver, "b"), syncToken="x").refusal == (
        400,
        "invalid",
    )
    assert caller.call("POST", f"{LIST}/watch", {"id": "c"}).refusal == (400, "required")


def test_lists_survive(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Entries, sync tokens and channels on lists are there after a restart."""
    data = tmp_path_factory.mktemp("lists") / "data"
    with server.start(data=data) as standin, Caller(standin.url) as caller:
        caller.ok("PATCH", f"{LIST}/owner@example.com", {"colorId": "3"})
        gone = caller.ok("POST", "calendars", {"summary": "Gone"})["id"]
        token = caller.ok("GET", LIST)["nextSyncToken"]
        caller.ok("DELETE", f"calendars/{gone}")
        came = caller.ok("POST", "calendars", {"summary": "Team"})["id"]
        caller.ok("POST", f"{LIST}/watch", {"id": "c", "type": "web_hook", "address": "http://127.0.0.1:9/"})
        late = caller.ok("GET", LIST)["nextSyncToken"]
        caller.ok("PATCH", "calendars/owner@example.com", {"description": "No change of any list"})

    with server.start(data=data) as standin, Caller(standin.url) as caller:
        assert caller.ok("GET", f"{LIST}/primary")["colorId"] == "3"
        assert names(caller, syncToken=token) == [came, gone]
        assert names(caller, syncToken=late) == []
        assert [each["id"] for each in standin.control("GET", "channels")] == ["c"]
        more = caller.ok("POST", "calendars", {"summary": "More"})["id"]
        assert names(caller, syncToken=late) == [more]
