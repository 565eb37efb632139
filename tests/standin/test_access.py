"""With `auth` each call needs an access token, which says whose call it is and what it may ask for."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gcal_standin import server
from gcal_standin.server import Server
from tests.standin.consenting import BOB, CLIENT, GOOGLE, OWNED, WRITING, Client, client_of, register
from tests.standin.described import METHODS, Witness
from tests.standin.samples import timed

Json = dict[str, Any]
OWNER = "owner@example.com"
PRIMARY = "calendars/primary/events"
SHARED = f"calendars/{OWNER}/events"
READING = f"{GOOGLE}calendar.events.readonly"
CHANNEL = {"id": "c1", "type": "web_hook", "address": "https://sync.example.com/hook"}


@pytest.fixture
def standin(witness: Witness) -> Iterator[Server]:
    with server.start(around=witness.around, auth=True) as running:
        yield running
    assert witness.wrong == []


@pytest.fixture
def client(standin: Server) -> Iterator[Client]:
    with client_of(standin) as asking:
        yield asking


def share(standin: Server, role: str) -> None:
    standin.control("POST", "role", {"calendarId": OWNER, "role": role, "user": BOB})


def error(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["errors"][0]["reason"]


def test_a_token_says_whose_call_it_is(client: Client) -> None:
    """`primary` is its user's calendar; the stand-in's header means nothing any more."""
    token = client.tokens(scope=WRITING)["access_token"]
    made = client.calendar(PRIMARY, token, "POST", timed()).json()
    headers = {"Authorization": f"Bearer {token}", "X-Standin-User": OWNER}
    got = client.http.get(f"/calendar/v3/{PRIMARY}", headers=headers).json()

    assert got["summary"] == BOB
    assert [each["id"] for each in got["items"]] == [made["id"]]
    assert made["creator"]["email"] == BOB


def test_a_token_of_the_calendars_own_page(standin: Server, client: Client) -> None:
    """A control gives one: its person may do all there, and no client's consent comes or goes with it."""
    kept = client.tokens()
    token = standin.control("POST", "tokens", {"account": BOB})["access_token"]
    made = client.calendar(PRIMARY, token, "POST", timed()).json()
    assert made["creator"]["email"] == BOB
    assert client.calendar(f"calendars/{BOB}/acl", token).status_code == 200

    client.http.post("/revoke", params={"token": token})
    assert error(client.calendar(PRIMARY, token)) == (401, "authError")
    assert client.refresh(kept["refresh_token"]).status_code == 200


@pytest.mark.parametrize("token", ["ya29.unknown", BOB])
def test_an_unknown_token(client: Client, token: str) -> None:
    """401 as it is recorded, for an address in place of a token too."""
    got = client.calendar(PRIMARY, token)

    assert error(got) == (401, "authError")
    assert got.json()["error"]["status"] == "UNAUTHENTICATED"
    assert got.json()["error"]["message"].startswith("Request had invalid authentication credentials.")
    assert 'error="invalid_token"' in got.headers["WWW-Authenticate"]


def test_no_token(client: Client) -> None:
    """Nobody in particular may do nothing."""
    assert error(client.calendar(PRIMARY, "")) == (401, "required")


def test_a_token_ends(client: Client) -> None:
    """After an hour, or by a control; a refreshed one works."""
    told = client.tokens()
    client.standin.control("POST", "clock", {"advanceSeconds": 3598})
    assert client.calendar(PRIMARY, told["access_token"]).status_code == 200
    client.standin.control("POST", "clock", {"advanceSeconds": 2})
    assert error(client.calendar(PRIMARY, told["access_token"])) == (401, "authError")

    fresh = client.refresh(told["refresh_token"]).json()["access_token"]
    others = client.tokens(OWNER)["access_token"]
    client.standin.control("POST", "grants/expire", {"account": BOB})
    assert error(client.calendar(PRIMARY, fresh)) == (401, "authError")
    assert client.calendar(PRIMARY, others).status_code == 200
    again = client.refresh(told["refresh_token"]).json()["access_token"]
    assert client.calendar(PRIMARY, again).status_code == 200


def test_a_revoked_token(client: Client) -> None:
    """What was revoked opens nothing."""
    told = client.tokens()
    client.http.post("/revoke", data={"token": told["refresh_token"]})
    assert error(client.calendar(PRIMARY, told["access_token"])) == (401, "authError")


def test_a_scope_that_is_not_enough(client: Client) -> None:
    """403 as reports have it: which method, and in the header which scopes would do."""
    token = client.tokens()["access_token"]
    got = client.calendar(PRIMARY, token, "POST", timed())

    assert error(got) == (403, "insufficientPermissions")
    told = got.json()["error"]
    assert told["message"] == "Request had insufficient authentication scopes."
    assert (told["status"], told["errors"][0]["message"]) == ("PERMISSION_DENIED", "Insufficient Permission")
    assert told["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
            "metadata": {"service": "calendar-json.googleapis.com", "method": "calendar.v3.Events.Insert"},
        }
    ]
    assert 'error="insufficient_scope"' in got.headers["WWW-Authenticate"]
    assert WRITING in got.headers["WWW-Authenticate"]


def test_what_was_not_ticked_does_not_open(client: Client) -> None:
    """Who left the calendar out signed in, and no more."""
    token = client.tokens(ticked=[])["access_token"]
    assert error(client.calendar(PRIMARY, token)) == (403, "insufficientPermissions")


CALLS = {
    "events.list": ("GET", PRIMARY, None),
    "events.get": ("GET", f"{PRIMARY}/e1", None),
    "events.insert": ("POST", PRIMARY, timed()),
    "events.watch": ("POST", f"{PRIMARY}/watch", CHANNEL),
    "channels.stop": ("POST", "channels/stop", {"id": "c1", "resourceId": "r"}),
    "calendars.get": ("GET", "calendars/primary", None),
    "calendarList.list": ("GET", "users/me/calendarList", None),
    "acl.list": ("GET", "calendars/primary/acl", None),
}


@pytest.mark.parametrize("name", CALLS)
def test_scopes_are_those_of_googles_document(client: Client, name: str) -> None:
    """Each method opens with exactly the scopes that Google's description lists for it."""
    verb, path, body = CALLS[name]
    scopes = ["", ".acls", ".calendarlist.readonly", ".calendars.readonly", ".events", ".events.owned"]
    scopes += [".events.owned.readonly", ".events.readonly", ".readonly", ".settings.readonly"]
    for scope in (f"{GOOGLE}calendar{each}" for each in scopes):
        token = client.tokens(scope=scope)["access_token"]
        refused = client.calendar(path, token, verb, body).status_code == 403
        assert refused is (scope not in METHODS[name]["scopes"]), scope


def test_owned_scopes_open_owned_calendars(client: Client) -> None:
    """A calendar that was shared is not there for them, until its user is an owner."""
    token = client.tokens()["access_token"]
    wide = client.tokens(scope=READING)["access_token"]
    for role in ("reader", "writer"):
        share(client.standin, role)
        assert error(client.calendar(SHARED, token)) == (404, "notFound")
        assert client.calendar(SHARED, wide).json()["accessRole"] == role
    share(client.standin, "owner")
    assert client.calendar(SHARED, token).json()["accessRole"] == "owner"


def test_a_wider_scope_beside_an_owned_one(client: Client) -> None:
    """The widest of a token's scopes decides."""
    share(client.standin, "reader")
    token = client.tokens(scope=f"{OWNED} {READING}")["access_token"]
    assert client.calendar(SHARED, token).status_code == 200


def test_tokens_by_a_control(client: Client) -> None:
    """A test has a token without a browser: of whom it names, for the scopes and the client that it names."""
    told = client.standin.control("POST", "tokens", {"account": OWNER})
    assert told.keys() == {"access_token", "expires_in", "token_type", "scope"}
    assert client.calendar(PRIMARY, told["access_token"]).json()["summary"] == OWNER

    asked = {"account": BOB, "scopes": [READING], "client": CLIENT}
    told = client.standin.control("POST", "tokens", asked)
    assert client.calendar(PRIMARY, told["access_token"]).json()["summary"] == BOB
    assert client.calendar(PRIMARY, told["access_token"], "POST", timed()).status_code == 403
    assert client.refresh(told["refresh_token"]).json()["scope"] == READING


def test_free_and_busy_with_little(client: Client) -> None:
    """Its own scopes open what is whole for them: free and busy times, and the palettes."""
    body = {"timeMin": "2026-01-01T00:00:00Z", "timeMax": "2026-01-02T00:00:00Z", "items": [{"id": OWNER}]}
    share(client.standin, "reader")
    for scope in ("calendar.freebusy", "calendar.events.freebusy"):
        token = client.standin.control("POST", "tokens", {"account": BOB, "scopes": [GOOGLE + scope]})
        got = client.calendar("freeBusy", token["access_token"], "POST", body)
        assert got.json()["calendars"] == {OWNER: {"busy": []}}
    assert client.calendar("colors", token["access_token"]).status_code == 200
    assert client.calendar(PRIMARY, token["access_token"]).status_code == 501


def test_rules_decide_behind_the_scope(client: Client) -> None:
    """A scope opens nothing that its user may not see."""
    token = client.tokens(scope=READING)["access_token"]
    assert error(client.calendar(SHARED, token)) == (404, "notFound")


def test_a_scope_that_the_stand_in_does_not_tell_apart(client: Client) -> None:
    """Refused by name, and not taken for more or less than it is."""
    token = client.tokens(scope=f"{GOOGLE}calendar.app.created")["access_token"]
    got = client.calendar(PRIMARY, token)
    assert error(got) == (501, "notImplemented")
    assert "calendar.app.created" in got.json()["error"]["message"]


def test_channels_belong_to_user_and_client(client: Client) -> None:
    """Another user or another client stops nothing; a new consent for the same client does."""
    register(client.standin, "999-web", "other")
    stranger = Client(client.standin, client.http, id="999-web", secret="other")
    told = client.calendar(f"{PRIMARY}/watch", client.tokens()["access_token"], "POST", CHANNEL).json()
    stop = {"id": "c1", "resourceId": told["resourceId"]}

    for token in (client.tokens(OWNER), stranger.tokens()):
        got = client.calendar("channels/stop", token["access_token"], "POST", stop)
        assert error(got) == (404, "notFound")
    later = client.tokens()["access_token"]
    assert client.calendar("channels/stop", later, "POST", stop).status_code == 204


def test_a_setting_opens_and_closes(client: Client) -> None:
    """Without `auth` all is open again."""
    client.standin.control("POST", "settings", {"auth": False})
    assert client.calendar(PRIMARY, BOB).json()["summary"] == BOB
    client.standin.control("POST", "settings", {"auth": True})
    assert client.calendar(PRIMARY, BOB).status_code == 401
