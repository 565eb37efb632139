"""Commands about users who consent themselves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.house import House
from tests.host.connecting import CLIENT, GRANT_KEY, URL, Connecting, connecting
from tests.support.rig import OWNER

NEW_KEY = "n" * 32


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connecting]:
    with connecting(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def house(story: Connecting, capsys: pytest.CaptureFixture[str]) -> House:
    return House(
        calendar=story.calendar,
        conferences=story.conferences,
        environment=story.environment,
        captured=capsys,
    )


def test_a_link(story: Connecting, house: House) -> None:
    """It is for one user, who then is connected."""
    found = house.run("connect", OWNER.upper(), "--json").json
    assert found["user"] == OWNER
    assert found["url"].startswith(f"{URL}/?ticket=")
    query = found["url"].removeprefix(f"{URL}/")
    assert story.browser().connect(query=query).status_code == 200
    assert URL in house.run("connect", OWNER).out


def test_disconnected(story: Connecting, house: House) -> None:
    story.browser().connect()
    ran = house.run("disconnect", OWNER)
    assert (ran.code, "1 calendar" in ran.out) == (0, True)
    assert story.nothing_kept()
    assert house.run("disconnect", OWNER).code == 3


def test_resealed(story: Connecting, house: House) -> None:
    """With the new key first; then the old one may go."""
    story.browser().connect()
    house.set(GRANT_KEYS=f"{NEW_KEY},{GRANT_KEY}")
    assert house.run("reseal", "--json").json == {"resealed": 1, "current": 0, "failed": 0}
    assert house.run("reseal", "--json").json == {"resealed": 0, "current": 1, "failed": 0}
    house.set(GRANT_KEYS=NEW_KEY)
    assert house.run("sync", OWNER).code == 0
    house.set(GRANT_KEYS=GRANT_KEY)
    ran = house.run("reseal")
    assert (ran.code, "GRANT_KEYS" in ran.out) == (1, True)


def test_where_users_are_not_asked(story: Connecting, house: House) -> None:
    house.set(CALENDAR_AUTH="anonymous")
    for command in (["connect", OWNER], ["disconnect", OWNER], ["reseal"]):
        ran = house.run(*command)
        assert (ran.code, "CALENDAR_AUTH: must be oauth" in ran.err) == (4, True)


def test_doctor(story: Connecting, house: House) -> None:
    """A refresh token that there never was tells a good client from a bad one."""
    story.browser().connect()
    checks = {one["check"]: one for one in house.run("doctor", "--user", OWNER, "--json").json["checks"]}
    assert checks["consent"]["found"] == f"Google knows the client {CLIENT}"
    assert checks["calendar"]["ok"] is True
    house.set(GOOGLE_OAUTH_CLIENT_SECRET="wrong")
    checks = {one["check"]: one for one in house.run("doctor", "--json").json["checks"]}
    assert checks["consent"]["ok"] is False
    assert "GOOGLE_OAUTH_CLIENT_SECRET" in checks["consent"]["found"]
    assert checks["calendar"]["ok"] is None


def test_doctor_without_the_settings(story: Connecting, house: House) -> None:
    """All that is missing is named, and nothing is asked for."""
    house.unset("GRANT_KEYS", "GOOGLE_OAUTH_CLIENT_ID")
    ran = house.run("doctor")
    assert ran.code == 4
    assert "GRANT_KEYS: is not set" in ran.out
    assert "GOOGLE_OAUTH_CLIENT_ID: is not set" in ran.out


def test_status_of_who_ended_their_consent(story: Connecting, house: House) -> None:
    story.browser().connect()
    story.settle()
    story.control("POST", "grants/end", account=OWNER)
    story.later(86_400)
    for _ in range(7):
        story.later(600)
    ran = house.run("status", OWNER)
    assert f"consent ended: send them to {URL}" in ran.out
