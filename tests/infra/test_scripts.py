"""What is run before the first build and by operators: safe to repeat, and no secret where it can be read."""

import os
import subprocess

import pytest

from functions import providers
from functions.settings import examine
from functions.wiring import NEEDED
from tests.infra.conftest import ANSWERS, Shell

PROJECT = ("my-project", "europe-west1")
SERVICE = """{"spec": {"template": {"spec": {"containers": [{"env": [
    {"name": "GOOGLE_CLOUD_PROJECT", "value": "p"},
    {"name": "CONFERENCE_SOLUTIONS", "value": "It's Web=webhook"},
    {"name": "NOTIFICATION_URL", "value": "https://receive.example.com/"},
    {"name": "FIRESTORE_DATABASE", "value": "(default)"},
    {"name": "THREADS", "value": "8"},
    {"name": "CHANNEL_TOKEN_KEYS", "valueFrom": {"secretKeyRef": {"name": "channel-token-keys", "key": "4"}}}
]}]}}}}"""


def test_bootstrap_makes_what_a_build_needs(shell: Shell) -> None:
    """APIs, the state's bucket, Google's agents, the deploying account with its roles, secrets, settings."""
    ran = shell.run("bootstrap.sh", *PROJECT, **ANSWERS)
    assert (ran.returncode, ran.stderr) == (0, "")
    asked = shell.asked()
    for part in (
        "services enable",
        "storage buckets create gs://my-project-terraform",
        "--service=pubsub.googleapis.com",
        "iam service-accounts create calendar-sync-deploy",
        "secrets versions add webhook-secret",
    ):
        assert any(part in line for line in asked), part
    assert not any(role in line for line in asked for role in ("roles/owner", "roles/editor"))
    assert shell.kept("webhook-secret") == "whsec_c2VjcmV0"
    assert 'conference_solutions = "My \\"Web\\" Conference=webhook"' in shell.settings.read_text()
    assert 'WEBHOOK_URL = "https://hook.example.com/$${path}"' in shell.settings.read_text()


def test_bootstrap_can_be_repeated(shell: Shell) -> None:
    """The second time nothing is made, no secret gets another value, and settings that were edited stay."""
    shell.run("bootstrap.sh", *PROJECT, **ANSWERS)
    shell.settings.write_text(shell.settings.read_text() + "# edited\n")
    before = shell.settings.read_text()
    shell.asked()
    ran = shell.run("bootstrap.sh", *PROJECT, **{**ANSWERS, "WEBHOOK_SECRET": "another"})
    assert (ran.returncode, ran.stderr) == (0, "")
    made = [line for line in shell.asked() if " create " in line and "identity" not in line]
    assert made == []
    assert shell.kept("webhook-secret") == "whsec_c2VjcmV0"
    assert shell.settings.read_text() == before


def test_a_secret_is_never_an_argument(shell: Shell) -> None:
    """Whoever sees the list of processes sees no secret, and no file but Secret Manager's has it."""
    ran = shell.run("bootstrap.sh", *PROJECT, **ANSWERS)
    assert "c2VjcmV0" not in "\n".join([*shell.asked(), ran.stdout, shell.settings.read_text()])


def test_a_webhook_secret_is_made_for_who_has_none(shell: Shell) -> None:
    """A sound one, and how its receiver gets it is said."""
    ran = shell.run("bootstrap.sh", *PROJECT, **{**ANSWERS, "WEBHOOK_SECRET": ""})
    assert "gcloud secrets versions access latest --secret=webhook-secret --project=my-project" in ran.stdout
    made = shell.kept("webhook-secret")
    given = {"WEBHOOK_URL": "https://hook.example.com/", "WEBHOOK_SECRET": made}
    assert providers.made("webhook", given).abilities.fields


@pytest.mark.parametrize("missing", ["CONFERENCE_SOLUTIONS", "WEBHOOK_URL"])
def test_what_is_missing_is_named(shell: Shell, missing: str) -> None:
    """Where nobody sits to be asked, the variable is named, and no half settings are left behind."""
    ran = shell.run("bootstrap.sh", *PROJECT, **{**ANSWERS, missing: ""})
    assert ran.returncode == 2
    assert f"{missing} is not set" in ran.stderr
    assert not shell.settings.exists()


def test_a_secret_of_janus_is_asked_for_by_name(shell: Shell) -> None:
    """Only the secrets of the systems in use are kept."""
    answers = {
        "CONFERENCE_SOLUTIONS": "uri:https://janus.example.com/=janus",
        "JANUS_URL": "https://janus.example.com/janus",
        "JANUS_API_SECRET": "open sesame",
    }
    assert shell.run("bootstrap.sh", *PROJECT, **answers).returncode == 0
    assert shell.kept("janus-api-secret") == "open sesame"
    assert not any("webhook-secret" in line for line in shell.asked())


def test_what_zoom_needs_is_asked_for(shell: Shell) -> None:
    """Its app's ids are settings, the app's secret is kept, and together they make a provider."""
    answers = {
        "CONFERENCE_SOLUTIONS": "uri:https://zoom.us/=zoom",
        "ZOOM_ACCOUNT_ID": "account",
        "ZOOM_CLIENT_ID": "client",
        "ZOOM_CLIENT_SECRET": "open sesame",
    }
    assert shell.run("bootstrap.sh", *PROJECT, **answers).returncode == 0
    written = shell.settings.read_text()
    assert 'ZOOM_ACCOUNT_ID = "account"\n  ZOOM_CLIENT_ID = "client"\n' in written
    assert "sesame" not in written
    assert shell.kept("zoom-client-secret") == "open sesame"
    assert providers.made("zoom", answers).abilities.fields


def test_webex_brings_two_secrets(shell: Shell) -> None:
    """Its client's and the refresh token; the client's id is a setting."""
    answers = {
        "CONFERENCE_SOLUTIONS": "Webex Meeting=webex",
        "WEBEX_CLIENT_ID": "C123",
        "WEBEX_CLIENT_SECRET": "client-word",
        "WEBEX_REFRESH_TOKEN": "refresh-word",
    }
    assert shell.run("bootstrap.sh", *PROJECT, **answers).returncode == 0
    kept = [shell.kept(f"webex-{name}") for name in ("client-secret", "refresh-token")]
    assert kept == ["client-word", "refresh-word"]
    assert 'WEBEX_CLIENT_ID = "C123"' in shell.settings.read_text()


OAUTH = {
    **ANSWERS,
    "CALENDAR_AUTH": "oauth",
    "GOOGLE_OAUTH_CLIENT_ID": "1-abc.apps.googleusercontent.com",
    "GOOGLE_OAUTH_CLIENT_SECRET": "open sesame",
}


def test_what_users_consent_to_is_asked_for(shell: Shell) -> None:
    """The client's id is a setting, its secret is kept; own address and add-on only if there are any."""
    assert shell.run("bootstrap.sh", *PROJECT, **OAUTH).returncode == 0
    written = shell.settings.read_text()
    assert 'calendar_auth        = "oauth"' in written
    assert 'google_oauth_client_id = "1-abc.apps.googleusercontent.com"' in written
    assert shell.kept("google-oauth-client-secret") == "open sesame"
    assert "sesame" not in written
    assert "connect_url" not in written
    assert "addon_client_id" not in written


def test_an_own_address_and_an_add_on_are_written_down(shell: Shell) -> None:
    """Whoever has them names them."""
    more = {
        "CONNECT_URL": "https://connect.example.com",
        "ADDON_CLIENT_ID": "2-abc.apps.googleusercontent.com",
    }
    assert shell.run("bootstrap.sh", *PROJECT, **OAUTH, **more).returncode == 0
    written = shell.settings.read_text()
    assert 'connect_url          = "https://connect.example.com"\n' in written
    assert 'addon_client_id      = "2-abc.apps.googleusercontent.com"\n' in written


@pytest.mark.parametrize("auth", ["", "delegation", "service_account"])
def test_a_mode_is_asked_for_nothing_of_another(shell: Shell, auth: str) -> None:
    """Without a mode it is delegation; what belongs to consent is neither needed nor kept."""
    given = {**OAUTH, "CALENDAR_AUTH": auth}
    assert shell.run("bootstrap.sh", *PROJECT, **given).returncode == 0
    written = shell.settings.read_text()
    assert f'calendar_auth        = "{auth or "delegation"}"' in written
    assert "oauth" not in written
    assert not any("google-oauth-client-secret" in line for line in shell.asked())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"CALENDAR_AUTH": "anonymous"}, "CALENDAR_AUTH must be delegation, service_account or oauth"),
        ({"GOOGLE_OAUTH_CLIENT_ID": ""}, "GOOGLE_OAUTH_CLIENT_ID is not set"),
        ({"GOOGLE_OAUTH_CLIENT_SECRET": ""}, "GOOGLE_OAUTH_CLIENT_SECRET is not set"),
    ],
)
def test_a_mode_that_cannot_work_is_refused(shell: Shell, change: dict[str, str], said: str) -> None:
    """What is missing or unknown is named."""
    ran = shell.run("bootstrap.sh", *PROJECT, **{**OAUTH, **change})
    assert (ran.returncode, said in ran.stderr) == (2, True)


@pytest.mark.parametrize("script", ["bootstrap.sh", "settings.sh"])
def test_how_to_call_it(shell: Shell, script: str) -> None:
    """Without its arguments a script says which these are."""
    ran = shell.run(script)
    assert (ran.returncode, "PROJECT REGION" in ran.stderr) == (2, True)


def test_an_operators_shell_gets_the_deployed_settings(shell: Shell) -> None:
    """With the secrets in the versions that are deployed, and what only a host needs left out."""
    (shell.folder / "answer").write_text(SERVICE)
    script = shell.folder / "infra" / "settings.sh"
    environ = {"PATH": f"{shell.folder / 'bin'}:{os.environ['PATH']}", "FAKE_GCLOUD": str(shell.folder)}
    ended = subprocess.run(
        ["bash", "-c", 'eval "$("$0" p europe-west1)"; env -0', str(script)],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    found = dict(pair.split("=", 1) for pair in ended.stdout.split("\0") if pair)
    assert found["CONFERENCE_SOLUTIONS"] == "It's Web=webhook"
    assert found["CHANNEL_TOKEN_KEYS"] == "value of channel-token-keys in its version 4"
    assert "THREADS" not in found
    assert examine(found, NEEDED["renew"])[1] == []
