"""A user's consent in a real browser: from the add-on's answer to a conference that follows, and its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.host.conftest import client
from tests.host.connecting import (
    ADDON,
    BOB,
    CLIENT,
    SECRET,
    Calendar,
    Connecting,
    connecting,
    title_of,
)
from tests.host.service import listening
from tests.support.chromium import DESK_WIDTH, PHONE_WIDTH, fits, picture, window
from tests.support.rig import OWNER

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True, kw_only=True)
class Story:
    """The service, whose public function a browser reaches at `url`."""

    service: Connecting
    url: str

    def addon(self, user: str = OWNER) -> dict[str, object]:
        """What the add-on is told about a user, as whom Google signed them in."""
        token = self.service.control("POST", "identity", account=user, audience=ADDON)["id_token"]
        answer = httpx.post(f"{self.url}/status", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def sent_to(self, user: str = OWNER) -> str:
        """Where the add-on sends a user, who is not connected."""
        told = self.addon(user)
        assert told["connected"] is False
        return str(told["url"])


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with (
        connecting(tmp_path, monkeypatch) as service,
        listening(client("connect_calendar")) as address,
    ):
        url = address.rstrip("/")
        service.set(CONNECT_URL=url)
        body = {"id": CLIENT, "secret": SECRET, "redirectUris": [f"{url}/callback"]}
        service.control("POST", "clients", **body)
        yield Story(service=service, url=url)


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """On a phone, unless the test says how wide."""
    with window(browser, getattr(request, "param", PHONE_WIDTH)) as made:
        yield made


def consent(page: Page, user: str = OWNER, *, tick: bool = True) -> None:
    """What a person does on Google's page."""
    assert fits(page)
    page.get_by_label(user).check()
    if tick:
        page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Continue").click()


def shown(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert fits(page)


@pytest.mark.parametrize("page", [DESK_WIDTH, PHONE_WIDTH], ids=["desk", "phone"], indirect=True)
def test_the_whole_story(story: Story, page: Page, request: pytest.FixtureRequest) -> None:
    """Connected, followed, ended at Google, told so by the add-on, connected again, and caught up at once."""
    service, room = story.service, story.service.conferences.rooms.create("Room").id
    where = request.node.callspec.id
    page.goto(story.sent_to())
    picture(page, f"consent-{where}")
    consent(page)
    shown(page, "Your calendar is connected")
    picture(page, f"connected-{where}")
    service.settle()
    assert story.addon()["connected"] is True

    event = Calendar(service).add(room, "Planning")
    service.sync(OWNER)
    assert title_of(service, room) == "Planning"

    service.lose()
    Calendar(service).rename(event, "Meanwhile")
    page.goto(story.sent_to())
    consent(page)
    shown(page, "Your calendar is connected")
    service.settle()
    assert title_of(service, room) == "Meanwhile"
    assert story.addon()["connected"] is True


def test_disconnected(story: Story, page: Page) -> None:
    """By the link of the page, which asks first. Then nothing of theirs is read, and the conference stays."""
    service, room = story.service, story.service.conferences.rooms.create("Room").id
    page.goto(story.url)
    consent(page)
    shown(page, "Your calendar is connected")
    service.settle()
    event = Calendar(service).add(room, "Planning")
    service.sync(OWNER)
    page.get_by_role("link", name="end that").click()
    page.get_by_label(OWNER).check()
    page.get_by_role("button", name="Continue").click()
    shown(page, "Disconnect your calendars?")
    assert service.grant()
    page.get_by_role("button", name="Disconnect").click()
    shown(page, "Your calendars are disconnected")
    assert not service.grant()
    assert not service.enrolment()
    assert CLIENT not in {one["client"] for one in service.google_grants()}
    Calendar(service).rename(event, "Not followed")
    service.settle()
    assert title_of(service, room) == "Planning"


@pytest.mark.parametrize(
    ("account", "tick", "says"),
    [(OWNER, False, "tick"), (BOB, True, BOB)],
    ids=["without the tick", "as somebody else"],
)
def test_refused(story: Story, page: Page, account: str, tick: bool, says: str) -> None:  # noqa: FBT001
    """It is said why, nothing is kept, and the same link works at the second try."""
    ticket = story.sent_to()
    page.goto(ticket)
    consent(page, account, tick=tick)
    shown(page, "That did not work")
    expect(page.get_by_role("paragraph").filter(has_text=says)).to_be_visible()
    assert story.service.nothing_kept(account)
    page.goto(ticket)
    consent(page)
    shown(page, "Your calendar is connected")


def test_cancelled(story: Story, page: Page) -> None:
    page.goto(story.sent_to())
    page.get_by_label(OWNER).check()
    page.get_by_role("button", name="Cancel").click()
    shown(page, "That did not work")
    assert story.service.nothing_kept()


def test_a_link_of_another_browser(story: Story, page: Page, browser: Browser) -> None:
    """Whoever is handed the page of Google that somebody else was led to connects nothing."""
    page.goto(story.sent_to())
    with window(browser) as other:
        other.goto(page.url)
        consent(other)
        shown(other, "That did not work")
    assert not story.service.grant()
    assert not story.service.enrolment()


def test_the_cookie(story: Story, page: Page) -> None:
    """Chromium takes it, keeps it from scripts, and it is gone once it was used."""
    page.goto(story.sent_to())
    [cookie] = page.context.cookies(story.url)
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-connect", True, True)
    consent(page)
    shown(page, "Your calendar is connected")
    assert page.context.cookies(story.url) == []
