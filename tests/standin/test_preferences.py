"""What is the same for all, the palettes, and what users chose: their settings."""

from typing import Any

import pytest

from gcal_standin import server
from gcal_standin.model.errors import ApiError
from gcal_standin.server import Server
from tests.standin.caller import Caller
from tests.standin.receiver import Receiver, channel, delivered

SETTINGS = "users/me/settings"
OWNER = "owner@example.com"


def chosen(standin: Server, **settings: str) -> None:
    standin.control("POST", "preferences", {"email": OWNER, "settings": settings})


def values(caller: Caller, **query: Any) -> dict[str, str]:
    return {each["id"]: each["value"] for each in caller.ok("GET", SETTINGS, **query)["items"]}


def test_the_palettes(caller: Caller) -> None:
    """24 colours of calendars and 11 of events, with the day when they changed last."""
    colors = caller.ok("GET", "colors")

    assert colors["updated"] == "2012-02-14T00:00:00.000Z"
    assert list(colors["calendar"]) == [str(number) for number in range(1, 25)]
    assert list(colors["event"]) == [str(number) for number in range(1, 12)]
    assert colors["calendar"]["14"] == {"background": "#9fe1e7", "foreground": "#1d1d1d"}
    assert colors["event"]["11"] == {"background": "#dc2127", "foreground": "#1d1d1d"}


def test_settings_at_first(caller: Caller) -> None:
    """They have the values that Google documents, and the time zone is that of the user's calendar."""
    caller.ok("PATCH", f"calendars/{OWNER}", {"timeZone": "Europe/Oslo"})

    assert values(caller) == {
        "autoAddHangouts": "false",
        "dateFieldOrder": "MDY",
        "defaultEventLength": "60",
        "format24HourTime": "false",
        "hideInvitations": "false",
        "hideInvitationsSetting": "NONE",
        "hideWeekends": "false",
        "locale": "en",
        "remindOnRespondedEventsOnly": "false",
        "showDeclinedEvents": "true",
        "timezone": "Europe/Oslo",
        "useKeyboardShortcuts": "true",
        "weekStart": "0",
    }
    assert caller.ok("GET", f"{SETTINGS}/timezone")["value"] == "Europe/Oslo"
    assert caller.call("GET", f"{SETTINGS}/theme").refusal == (404, "notFound")


def test_settings_in_pages_and_changes(standin: Server, caller: Caller) -> None:
    """They come in pages; a sync token tells those that changed since, and is void when told to be."""
    first = caller.ok("GET", SETTINGS, maxResults=7)
    second = caller.ok("GET", SETTINGS, maxResults=7, pageToken=first["nextPageToken"])
    assert [len(page["items"]) for page in (first, second)] == [7, 6]
    token = second["nextSyncToken"]
    assert values(caller, syncToken=token) == {}

    chosen(standin, locale="de", weekStart="0")
    caller.ok("PATCH", f"calendars/{OWNER}", {"timeZone": "Asia/Tokyo"})

    assert values(caller, syncToken=token) == {"locale": "de", "timezone": "Asia/Tokyo"}
    assert caller.call("GET", SETTINGS, syncToken="x").refusal == (400, "invalid")
    standin.control("POST", "expire")
    assert caller.call("GET", SETTINGS, syncToken=token).refusal == (410, "fullSyncRequired")


def test_watched_settings(standin: Server, caller: Caller, receiver: Receiver) -> None:
    """A channel hears of each change, and of nothing that changes nothing."""
    watched = caller.ok("POST", f"{SETTINGS}/watch", channel(receiver))
    chosen(standin, locale="de")
    chosen(standin, locale="de")
    delivered(standin)

    assert receiver.states() == ["sync", "exists"]
    assert watched["resourceUri"] == "https://www.googleapis.com/calendar/v3/users/me/settings?alt=json"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("theme", "dark", "There is no setting `theme`, but autoAddHangouts,"),
        ("weekStart", "2", "weekStart is one of 0, 1, 6, not '2'"),
        ("hideWeekends", True, "is a text such as 'false', not True"),
        ("defaultEventLength", "0", "is a number of minutes such as '60', not '0'"),
        ("timezone", "UTC", "give `timeZone` instead"),
    ],
)
def test_wrong_settings(standin: Server, setting: str, value: object, said: str) -> None:
    """What is wrong is said, with what would be right."""
    with pytest.raises(ApiError, match=said):
        standin.control("POST", "preferences", {"email": OWNER, "settings": {setting: value}})


def test_settings_survive(tmp_path_factory: pytest.TempPathFactory) -> None:
    """They are there after a restart, and so are their sync tokens."""
    data = tmp_path_factory.mktemp("settings") / "data"
    with server.start(data=data) as standin, Caller(standin.url) as caller:
        token = caller.ok("GET", SETTINGS)["nextSyncToken"]
        chosen(standin, locale="de")
    with server.start(data=data) as standin, Caller(standin.url) as caller:
        assert values(caller, syncToken=token) == {"locale": "de"}
