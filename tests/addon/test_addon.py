"""The add-on: its logic under node, its manifest, and its way through a running system."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.system import System
from tests.support.rig import OWNER, SOLUTION, People

ROOT = Path(__file__).parents[2]
ADDON = ROOT / "addon"
TRY = ROOT / "local" / "addon" / "try.cjs"
TIMEOUT_S = 60
SERVICES = {
    "ConferenceDataService": "https://www.googleapis.com/auth/calendar.addons.execute",
    "UrlFetchApp": "https://www.googleapis.com/auth/script.external_request",
    "Session.getEffectiveUser": "https://www.googleapis.com/auth/userinfo.email",
    "ScriptApp.getIdentityToken": "openid",
}


def node(*arguments: str | Path) -> str:
    command = ["node", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ADDON / "appsscript.json").read_text())
    return found


@pytest.fixture
def scripts() -> str:
    return "".join(path.read_text() for path in ADDON.glob("*.js"))


@pytest.mark.node
@pytest.mark.parametrize("name", ["conference", "consent", "flow", "google"])
def test_under_node(name: str) -> None:
    """Every case of the add-on's own tests passes."""
    said = node("--test", Path(__file__).with_name(f"{name}.test.cjs"))
    assert re.search(r"^# pass [1-9]", said, re.MULTILINE), said


def test_the_manifest_asks_for_what_is_used(manifest: dict[str, Any], scripts: str) -> None:
    """Each scope belongs to a service that the scripts call, and each such service has its scope."""
    assert set(manifest["oauthScopes"]) == {
        scope for service, scope in SERVICES.items() if service in scripts
    }
    assert set(manifest["oauthScopes"]) == set(SERVICES.values())


def test_the_manifest_names_functions_that_are_there(manifest: dict[str, Any], scripts: str) -> None:
    """A solution's function is one of the scripts', and its name is the one that the sync knows."""
    (solution,) = manifest["addOns"]["calendar"]["conferenceSolution"]
    assert f"function {solution['onCreateFunction']}(" in scripts
    assert solution["name"] == SOLUTION


def test_addresses_to_be_fetched_have_a_path(manifest: dict[str, Any]) -> None:
    """As a versioned deployment wants them: https, a full domain, and a path."""
    assert all(re.fullmatch(r"https://[a-z.-]+/.*", prefix) for prefix in manifest["urlFetchWhitelist"])


@pytest.mark.node
@pytest.mark.slow
def test_on_a_running_system() -> None:
    """The conference it makes is there, its calendar is enrolled, and an event that carries it is told."""
    with System() as system:
        conferences, initialize = (
            f"{system.conferences.url}/conferences",
            system.functions["initialize_syncing"],
        )
        given = json.loads(node(TRY, OWNER, conferences, initialize.url))
        room = given["given"]["ConferenceId"]
        assert given["logged"] == []
        assert given["remembered"] == {f"enrolled {OWNER}": initialize.url}
        state = system.call("initialize_syncing", "GET", params={"calendar_id": OWNER}).json()
        assert (state["synced"], state["user"]) == (True, OWNER)

        People(url=f"{system.calendar.url}/calendar/v3/calendars/{OWNER}/events").add(room)
        assert system.quiet(TIMEOUT_S)
        told = system.conferences.rooms.find(room)
        assert told is not None
        assert (told["title"], told["join_url"]) == ("Planning", given["given"]["EntryPoint"]["Uri"])
