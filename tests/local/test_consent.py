"""The system whose users consent themselves: six functions, and a Google that asks them and wants tokens."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from local.demo import story
from local.demo.browser import Browser
from local.demo.observer import Observer
from local.demo.owner import CALENDAR, Owner
from local.demo.story import Play
from local.system import CONNECT, FUNCTIONS, Plan, System

pytestmark = pytest.mark.slow
PATIENCE_S = 60
READING = "https://www.googleapis.com/auth/calendar.events.owned.readonly"


@pytest.fixture(scope="module")
def shared() -> Iterator[System]:
    with System(Plan(settings=story.SETTINGS)) as running:
        yield running


@pytest.fixture
def system(shared: System) -> System:
    """Nobody is connected, and no meeting was ever written."""
    shared.call("initialize_syncing", "DELETE", params={"calendar_id": CALENDAR})
    assert shared.calendar.control("GET", "channels") == []
    return shared


@contextmanager
def playing(system: System) -> Iterator[Play]:
    with httpx.Client(trust_env=False) as client:
        yield Play(system, Owner(system, client), Observer(system, {}, PATIENCE_S))


def commanded(system: System, command: str) -> str:
    """What a shell with the settings read in prints."""
    line = f"set -a; . {system.data / 'settings.env'}; set +a; {sys.executable} -m functions {command}"
    done = subprocess.run(
        ["sh", "-c", line], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_who_needs_no_consent_starts_nothing_for_it() -> None:
    """Five functions and an open Calendar, unless the settings ask for more."""
    assert Plan().functions == FUNCTIONS
    assert not Plan().consent
    assert Plan(settings={"CALENDAR_AUTH": "oauth"}).functions == (*FUNCTIONS, CONNECT)


def test_changes_follow_a_consent() -> None:
    """Over real HTTP: a person connects, and their changes reach the conference by what they allowed."""
    with System(Plan(settings=story.SETTINGS)) as system, playing(system) as play:
        story.connect(play)
        (grant,) = [each for each in system.calendar.control("GET", "grants") if each["refreshToken"]]
        assert (grant["user"], READING in grant["scopes"]) == (CALENDAR, True)
        assert grant["accessTokens"]
        story.appear(play)
        story.move(play)
        assert httpx.get(f"{system.calendar.url}/calendar/v3/calendars/primary/events").status_code == 401


def test_who_ticks_nothing_is_not_connected(system: System) -> None:
    """The page of Google may be answered like that, and then nothing is watched or kept."""
    browser = Browser()
    told = browser.fill(browser.open(system.functions[CONNECT].url), account=CALENDAR, decision="allow")
    assert (told.status, "tick it" in told.text) == (400, True)
    assert system.calendar.control("GET", "channels") == []
    found = system.call("initialize_syncing", "GET", params={"calendar_id": CALENDAR})
    assert found.status_code == 404


def test_the_command_line(system: System) -> None:
    """With the system's settings a shell sees who is connected, makes links, and ends it."""
    assert "no calendar is enrolled" in commanded(system, "status")
    link = commanded(system, f"connect {CALENDAR}").split()[-1]
    browser = Browser()
    asked = browser.open(link)
    assert "connected" in browser.fill(asked, account=CALENDAR, scope=READING, decision="allow").text
    assert CALENDAR in commanded(system, "status")
    assert f"Google knows the client {system.settings['GOOGLE_OAUTH_CLIENT_ID']}" in commanded(
        system, f"doctor {CALENDAR}"
    )
    assert "disconnected" in commanded(system, f"disconnect {CALENDAR}")
    assert system.calendar.control("GET", "channels") == []


def test_the_addon_is_known(system: System) -> None:
    """An identity token for the add-on's client asks whether its user is connected."""
    asked = {"account": CALENDAR, "audience": system.settings["ADDON_CLIENT_ID"]}
    token = system.calendar.control("POST", "identity", asked)["id_token"]
    address, headers = f"{system.settings['CONNECT_URL']}/status", {"Authorization": f"Bearer {token}"}
    assert httpx.post(address, headers=headers).json()["connected"] is False
    with playing(system) as play:
        story.connect(play)
    assert httpx.post(address, headers=headers).json()["connected"] is True


def test_the_settings_are_their_owners_alone(system: System) -> None:
    """They hold secrets."""
    assert (Path(system.data) / "settings.env").stat().st_mode & 0o077 == 0
