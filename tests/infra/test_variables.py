"""What Terraform refuses, and that the refusal says what a person has to do."""

import base64
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from functions import providers
from functions.settings import AUTH
from tests.host.conftest import ROOT
from tests.infra.conftest import ANSWERS, Shell

pytestmark = pytest.mark.terraform

GOOD: dict[str, Any] = {
    "project": "my-project",
    "region": "europe-west1",
    "conference_solutions": "My Web Conference=webhook",
    "settings": {"WEBHOOK_URL": "https://hook.example.com/"},
}
BUDGET = {"account": "012345-6789AB-CDEF01", "amount": 50}
HASH = f"--hash=sha256:{'0f' * 32}"
CONSENT = {"calendar_auth": "oauth", "google_oauth_client_id": "1-abc.apps.googleusercontent.com"}
CANARY = {"sync-calendar": "sync-calendar-00041-abc"}
QUIET = {"PATH": os.environ["PATH"], "TF_CLI_CONFIG_FILE": "/dev/null", "CHECKPOINT_DISABLE": "1"}


def terraform(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["terraform", *words, "-no-color"]
    return subprocess.run(command, cwd=folder, env=QUIET, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The variables by themselves: they need no provider, and nothing is planned but their validation."""
    folder = tmp_path_factory.mktemp("variables")
    shutil.copy(ROOT / "infra" / "variables.tf", folder)
    assert terraform(folder, "init").returncode == 0
    return folder


def planned(folder: Path, given: dict[str, Any]) -> str:
    """What a plan says of them on one line; empty if they are accepted."""
    (folder / "given.json").write_text(json.dumps(given))
    ended = terraform(folder, "plan", "-input=false", "-var-file=given.json")
    return re.sub(r"[\s│]+", " ", ended.stderr) if ended.returncode else ""


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"calendar_auth": "service_account"},
        {"budget": BUDGET},
        CONSENT,
        {
            **CONSENT,
            "connect_url": "https://connect.example.com",
            "addon_client_id": "2-abc.apps.googleusercontent.com",
        },
        {
            "conference_solutions": "A=B=webhook; uri:https://janus.example.com/=janus;",
            "secrets": ["JANUS_API_SECRET"],
        }
        | {
            "settings": {
                "WEBHOOK_URL": "https://h.example.com/",
                "JANUS_URL": "https://janus.example.com/janus",
            }
        },
        {
            "conference_solutions": "uri:https://zoom.us/=zoom",
            "settings": {"ZOOM_ACCOUNT_ID": "a", "ZOOM_CLIENT_ID": "c", "ZOOM_RECURRENCE": "fixed"},
        },
        {
            "conference_solutions": "Webex=webex",
            "settings": {"WEBEX_CLIENT_ID": "C1", "WEBEX_HOST_EMAIL": "calendar"},
        },
        {
            "conference_solutions": "Acme=acme_sync.meet:Provider",
            "settings": {"ACME_SYNC_URL": "https://acme.example.com/"},
            "secrets": ["ACME_SYNC_API_KEY"],
        },
        {
            "conference_solutions": "Acme=acme-sync",
            "settings": {"ACME_SYNC_URL": "https://acme.example.com/"},
            "provider_packages": [
                f"acme-sync==1.0 {HASH} {HASH}",
                f"acme[more] @ https://example.com/acme-1-py3-none-any.whl {HASH}",
            ],
        },
        {"calendar_requests_per_minute": 600, "settings": {**GOOD["settings"], "FOLD_SECONDS": "5"}},
        {"firestore_location": "eur3", "firestore_database": "calendar-sync"},
        {"kms_key": "projects/my-keys/locations/europe-west1/keyRings/ring/cryptoKeys/key"},
        {"notification_url": "https://sync.example.com/calendar"},
        {"settings": {**GOOD["settings"], "TIME_LIMIT_SECONDS": "300", "WRITE_BACK": "location"}},
        {
            "notification_url": "https://sync.example.com/",
            "site_verification": ["google0123456789abcdef.html"],
        },
        {"initialize_callers": ["domain:example.com"], "operators": ["group:ops@example.com"]},
        {"initialize_callers": ["serviceAccount:add-on@my-project.iam.gserviceaccount.com"]},
        {"settings": {**GOOD["settings"], "CALENDARS_PER_USER": "9", "LINK_HOSTS": "meet.example.com"}},
        {"canary": {"percent": 0, "rest": {"sync-calendar": "sync-calendar-00041-abc"}}},
        {"network": {"network": None, "subnetwork": "conferences", "egress": "ALL_TRAFFIC"}},
        {"labels": {"cost-centre": "4711"}, "adopt": True},
    ],
)
def test_what_is_right_is_accepted(variables: Path, change: dict[str, Any]) -> None:
    """The forms that the descriptions show."""
    assert planned(variables, {**GOOD, **change}) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"project": "My Project"}, "project must be a project id such as my-project-123"),
        ({"region": "europe-west1-b"}, "one region such as europe-west1: not a zone"),
        ({"region": "eur3"}, "nor a multi-region (eur3)"),
        ({"firestore_location": "europe"}, "or one of the multi-regions eur3, nam5, nam7"),
        ({"kms_key": "key"}, "kms_key must be a key's whole name"),
        ({"firestore_database": "Default"}, "firestore_database must be (default), or"),
        ({"conference_solutions": " ; "}, "conference_solutions is empty: no event would carry"),
        ({"conference_solutions": "My Web Conference"}, "name=provider pairs by semicolon"),
        ({"conference_solutions": "=webhook"}, "name=provider pairs by semicolon"),
        ({"conference_solutions": "Web=teams"}, "Known providers: webhook, janus, zoom"),
        ({"conference_solutions": "Web=acme sync:Provider"}, "paths such as acme_sync:Provider"),
        (
            {"conference_solutions": "A=acme:Provider", "settings": {"ACMES_URL": "u"}},
            "WEBHOOK_, JANUS_, ZOOM_, WEBEX_, ACME_, which is a provider's",
        ),
        (
            {"secrets": ["ACME_API_KEY"]},
            "names of providers' settings that end in SECRET, TOKEN, KEY or PASSWORD",
        ),
        ({"provider_packages": [f"acme-sync {HASH}"]}, "provider_packages must each name one version"),
        (
            {"provider_packages": ["acme-sync==1.0"]},
            "pip takes nothing without a hash where the rest has some",
        ),
        ({"provider_packages": ["acme-sync==1.0 --hash=sha256:12"]}, "and the hashes of its files"),
        (
            {"provider_packages": [f"acme-sync>=1 {HASH}"]},
            "another could be installed with the next deployment",
        ),
        ({"conference_solutions": "uri:https://m.example.com=webhook"}, "a slash after the host"),
        ({"notification_url": "http://sync.example.com/"}, "must be an https URL"),
        ({"site_verification": ["google0123456789abcdef"]}, "names of files as Search Console gives them"),
        ({"notification_url": "https://localhost/"}, "a host that Calendar can reach"),
        ({"settings": {**GOOD["settings"], "WEBHOOK_SECRET": "s"}}, "settings must hold no secret"),
        ({"settings": {**GOOD["settings"], "CHANNEL_TOKEN_KEYS": "s"}}, "settings must hold no secret"),
        ({"settings": {**GOOD["settings"], "DELETE_GRACE": "9"}}, "settings may hold CHANNEL_TTL_SECONDS"),
        ({"settings": {**GOOD["settings"], "STORE": "sqlite:x"}}, "follow from the other variables"),
        ({"settings": {**GOOD["settings"], "LEASE_SECONDS": "1m"}}, "must be whole numbers"),
        ({"calendar_requests_per_minute": 599}, "at least the 600 that Calendar allows a single user"),
        ({"calendar_requests_per_minute": 6000.5}, "must be a whole number of requests"),
        (
            {"settings": {**GOOD["settings"], "TIME_LIMIT_SECONDS": "600"}},
            "TIME_LIMIT_SECONDS may be at most 480",
        ),
        ({"settings": {**GOOD["settings"], "WRITE_BACK": "title"}}, "WRITE_BACK must be off, location or"),
        ({"settings": {}}, "settings must hold WEBHOOK_URL, the https URL of its receiver"),
        (
            {"settings": {"WEBHOOK_URL": "http://h.example.com/"}},
            "settings must hold WEBHOOK_URL, the https URL",
        ),
        ({"conference_solutions": "W=janus"}, "settings must hold JANUS_URL, or JANUS_ADMIN_URL"),
        (
            {"conference_solutions": "W=zoom", "settings": {"ZOOM_CLIENT_ID": "c"}},
            "settings must hold ZOOM_ACCOUNT_ID and ZOOM_CLIENT_ID",
        ),
        (
            {"conference_solutions": "W=webex"},
            "settings must hold WEBEX_CLIENT_ID, the id of the integration",
        ),
        (
            {
                "conference_solutions": "W=webex",
                "settings": {"WEBEX_CLIENT_ID": "C", "WEBEX_REFRESH_TOKEN": "s"},
            },
            "settings must hold no secret",
        ),
        ({"secrets": ["whsec_c2VjcmV0"]}, "such as WEBHOOK_SECRET or JANUS_API_SECRET, not their values"),
        ({"initialize_callers": ["allUsers"]}, "Everybody (allUsers, allAuthenticatedUsers) is not accepted"),
        ({"initialize_callers": ["domain:example.com"]}, "Name somebody there, such as user:someone@"),
        (
            {"initialize_callers": ["serviceAccount:a@p.iam.gserviceaccount.com", "user:ann@example.com"]},
            "operators names nobody who could look at these and let them go",
        ),
        ({"settings": {**GOOD["settings"], "OPERATORS": "*"}}, "follow from the other variables"),
        ({"initialize_audiences": ["two words"]}, "initialize_audiences must be client ids or URLs"),
        ({"canary": {"percent": 100, "rest": CANARY}}, "To give it all of them, drop canary"),
        ({"canary": {"percent": 7.5, "rest": CANARY}}, "a whole number from 0 to 99"),
        ({"canary": {"percent": 10, "rest": {}}}, "canary.rest must name functions"),
        (
            {"canary": {"percent": 10, "rest": {"sync_calendar": "sync-calendar-1"}}},
            "The functions: receive-",
        ),
        ({"canary": {"percent": 10, "rest": {"sync-calendar": "1"}}}, "The output revisions has the names"),
        (
            {"network": {"network": None, "subnetwork": None, "egress": "ALL_TRAFFIC"}},
            "network must name a network, a subnetwork",
        ),
        (
            {"network": {"network": "default", "subnetwork": None, "egress": "all-traffic"}},
            "network.egress must be PRIVATE_RANGES_ONLY",
        ),
        ({"labels": {"Cost Centre": "4711"}}, "labels must be lower-case letters"),
        ({"operators": ["operators@example.com"]}, "user:someone@example.com or group:operators"),
        ({"alert_emails": ["operators"]}, "must be e-mail addresses"),
        ({"budget": {"account": "my account", "amount": 50}}, "must be the id of a billing account"),
        ({"budget": {**BUDGET, "amount": 0}}, "must be a whole amount of money"),
        ({"budget": {**BUDGET, "amount": 12.5}}, "must be a whole amount of money"),
        ({"calendar_auth": "anonymous"}, "calendar_auth must be delegation (an administrator grants it)"),
        ({"calendar_auth": "oauth"}, "so google_oauth_client_id must be the id of an OAuth client"),
        (
            {"calendar_auth": "oauth", "google_oauth_client_id": "GOCSPX-secret"},
            "such as 1234567890-abc.apps.googleusercontent.com: docs/connect.md says how",
        ),
        ({**CONSENT, "connect_url": "http://connect.example.com"}, "connect_url must be https and a host"),
        ({**CONSENT, "connect_url": "https://connect.example.com/"}, "connect_url must be https and a host"),
        ({**CONSENT, "connect_url": "https://example.com/connect"}, "this and /callback, to the letter"),
        ({**CONSENT, "addon_client_id": "script"}, "addon_client_id must be what showAudience prints"),
        (
            {**CONSENT, "settings": {**GOOD["settings"], "GRANT_KEYS": "s"}},
            "settings must hold no secret",
        ),
        (
            {**CONSENT, "settings": {**GOOD["settings"], "CONNECT_URL": "https://c.example.com"}},
            "follow from the other variables",
        ),
    ],
)
def test_a_refusal_says_what_to_do(variables: Path, change: dict[str, Any], said: str) -> None:
    """Each faulty input gets one message, in words that name it and what would be right."""
    refused = planned(variables, {**GOOD, **change})
    assert said in refused
    assert refused.count("Error: ") == 1


@pytest.mark.parametrize(
    "mode",
    [
        {},
        {"CALENDAR_AUTH": "service_account"},
        {
            "CALENDAR_AUTH": "oauth",
            "GOOGLE_OAUTH_CLIENT_ID": "1-abc.apps.googleusercontent.com",
            "GOOGLE_OAUTH_CLIENT_SECRET": "word",
            "CONNECT_URL": "https://connect.example.com",
            "ADDON_CLIENT_ID": "2-abc.apps.googleusercontent.com",
        },
    ],
)
def test_what_bootstrap_writes_is_accepted(variables: Path, shell: Shell, mode: dict[str, str]) -> None:
    """Whatever signs the answers hold, Terraform reads them as they were meant."""
    solutions = 'W "${x}" %{y} \\ =webhook;J=janus'
    answers = {**ANSWERS, **mode, "CONFERENCE_SOLUTIONS": solutions, "JANUS_URL": "https://j.example.com/"}
    shell.run("bootstrap.sh", "my-project", "europe-west1", **answers)
    given = [f"-var-file={shell.settings}", "-var=project=my-project"]
    ended = terraform(variables, "plan", "-input=false", *given)
    assert (ended.returncode, ended.stderr) == (0, "")
    asked = subprocess.run(
        ["terraform", "console", *given],
        cwd=variables,
        input="base64encode(var.conference_solutions)",
        env=QUIET,
        capture_output=True,
        text=True,
        check=True,
    )
    assert base64.b64decode(asked.stdout).decode() == solutions


def test_the_providers_are_those_of_the_settings() -> None:
    """A new provider is known here as soon as it is known there."""
    (found,) = re.findall(r"known_providers = \[(.*)\]", (ROOT / "infra" / "variables.tf").read_text())
    assert tuple(re.findall(r'"(\w+)"', found)) == tuple(providers.OURS)


def test_the_ways_to_read_are_those_of_the_settings() -> None:
    """All but the one for a stand-in on the same machine."""
    text = (ROOT / "infra" / "variables.tf").read_text()
    (found,) = re.findall(r"contains\(\[(.*)\], var\.calendar_auth\)", text)
    assert set(re.findall(r'"(\w+)"', found)) == set(AUTH) - {"anonymous"}
