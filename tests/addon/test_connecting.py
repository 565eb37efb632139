"""The add-on and `connect_calendar`, over HTTP: who has not connected is led there, and no other."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.conferences.server import Loopback
from tests.addon.test_addon import TRY, node
from tests.host.conftest import client
from tests.host.connecting import ADDON, BOB, CLIENT, SECRET, Connecting, connecting
from tests.support.rig import OWNER

pytestmark = pytest.mark.node


class Served:
    """`connect_calendar` at an address of its own, which is `CONNECT_URL` too."""

    def __init__(self, story: Connecting, url: str) -> None:
        self.story, self.url = story, url
        story.set(CONNECT_URL=url)
        story.control("POST", "clients", id=CLIENT, secret=SECRET, redirectUris=[f"{url}/callback"])

    def picked(self, audience: str = ADDON) -> dict[str, Any]:
        """What Calendar is given when its owner picks the conference."""
        token = self.story.control("POST", "identity", account=OWNER, audience=audience)["id_token"]
        conferences = f"{self.story.conferences.url}/conferences"
        found: dict[str, Any] = json.loads(node(TRY, OWNER, conferences, "", self.url, token))
        return found

    def sign_in_at(self) -> str:
        """Where the add-on sends the owner, for whom no conference was made."""
        before = len(self.story.conferences.rooms.all())
        given = self.picked()["given"]
        assert given["Error"]["ConferenceErrorType"] == "AUTHENTICATION"
        assert len(self.story.conferences.rooms.all()) == before
        return str(given["Error"]["AuthenticationUrl"])

    def made(self) -> bool:
        """Whether the owner is given a conference, of which nothing is to be noted."""
        found = self.picked()
        assert found["logged"] == []
        return self.story.conferences.rooms.find(found["given"]["ConferenceId"]) is not None

    def open(self, url: str, account: str = OWNER) -> httpx.Response:
        """A browser is led to Google, where this account signs in and consents, and back."""
        led = httpx.get(url)
        assert (led.status_code, httpx.URL(led.headers["Location"]).path) == (303, "/o/oauth2/v2/auth")
        cookie = led.headers["Set-Cookie"].partition(";")[0]
        self.story.control("POST", "consents", account=account)
        back = httpx.get(led.headers["Location"]).headers["Location"]
        return httpx.get(back, headers={"Cookie": cookie})


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with connecting(tmp_path, monkeypatch) as story:
        line = Loopback(0)
        made = Served(story, line.url)
        line.run(client("connect_calendar").application, "connect_calendar")
        yield made
        line.halt()
        line.close()


def test_led_to_connect_and_then_served(served: Served) -> None:
    """Until they have consented at the link that they are given, and again once the consent has ended."""
    assert served.open(served.sign_in_at()).status_code == 200
    assert served.made()
    served.story.settle()
    assert served.made()
    served.story.lose()
    again = served.sign_in_at()
    assert not served.story.google_grants()
    assert served.open(again).status_code == 200
    assert served.made()


def test_the_link_is_for_who_asked(served: Served) -> None:
    """Somebody else who follows it is not connected by it, and neither is its owner."""
    assert served.open(served.sign_in_at(), BOB).status_code == 403
    assert served.sign_in_at()


def test_a_token_of_another_addon(served: Served) -> None:
    """Nobody learns of the owner from it, and their conference is made all the same."""
    found = served.picked("another.apps.googleusercontent.com")
    assert found["given"]["ConferenceId"]
    assert [(line["message"], line["why"][:10]) for line in found["logged"]] == [
        ("calendar.consent_unknown", "answer 401")
    ]
