"""What bootstrap.sh asks: it takes no answer that Terraform would refuse, and loses nothing."""

import os
import pty
import re
import subprocess

import pytest

from tests.infra.conftest import ANSWERS, Shell

PROJECT = ("my-project", "europe-west1")
JANUS = {**ANSWERS, "CONFERENCE_SOLUTIONS": "W=janus", "JANUS_URL": "https://janus.example.com/janus"}
OAUTH = {**ANSWERS, "CALENDAR_AUTH": "oauth", "GOOGLE_OAUTH_CLIENT_ID": "1-a.apps.googleusercontent.com"}


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (("My Project", "europe-west1"), "PROJECT must be a project id"),
        (("123456789012", "europe-west1"), "PROJECT must be a project id"),
        (("my-project", "europe-west1-b"), "REGION must be one region"),
        (("my-project", "eu"), "REGION must be one region"),
        (("my-project", "europe-west1", "--force"), "infra/bootstrap.sh PROJECT REGION"),
    ],
)
def test_a_wrong_call_is_refused(shell: Shell, where: tuple[str, ...], said: str) -> None:
    """Before anything is asked of Google."""
    ran = shell.run("bootstrap.sh", *where, **ANSWERS)
    assert (ran.returncode, said in ran.stderr) == (2, True)
    assert not (shell.folder / "asked").exists()


@pytest.mark.parametrize(
    "answers",
    [
        {**ANSWERS, "CALENDAR_AUTH": "Delegation"},
        {**ANSWERS, "CONFERENCE_SOLUTIONS": " ; "},
        {**ANSWERS, "CONFERENCE_SOLUTIONS": "My Web Conference"},
        {**ANSWERS, "CONFERENCE_SOLUTIONS": "=webhook"},
        {**ANSWERS, "CONFERENCE_SOLUTIONS": "W=webhook;V=teams"},
        {**ANSWERS, "CONFERENCE_SOLUTIONS": "uri:https://m.example.com=webhook"},
        {**ANSWERS, "WEBHOOK_URL": "http://hook.example.com/"},
        {**ANSWERS, "WEBHOOK_URL": "hook.example.com"},
        {**JANUS, "JANUS_URL": "janus.example.com"},
        {**JANUS, "JANUS_HAS_SECRET": "maybe"},
        {**OAUTH, "GOOGLE_OAUTH_CLIENT_ID": "GOCSPX-secret"},
        {**OAUTH, "CONNECT_URL": "https://connect.example.com/"},
        {**OAUTH, "ADDON_CLIENT_ID": "script"},
        {**ANSWERS, "OPERATORS": "ann@example.com"},
        {**ANSWERS, "OPERATORS": "user:ann@example.com;user:ben@example.com"},
        {**ANSWERS, "ALERT_EMAIL": "operators"},
    ],
)
def test_a_wrong_answer_is_refused(shell: Shell, answers: dict[str, str]) -> None:
    """In words that name it and what would be right; no half settings are left."""
    ran = shell.run("bootstrap.sh", *PROJECT, **answers)
    assert ran.returncode == 2
    assert re.fullmatch(r"[A-Z_]+ must be \S.*\n", ran.stderr)
    assert [path.name for path in shell.settings.parent.glob("terraform.tfvars*")] == []


def test_people_are_listed_by_comma(shell: Shell) -> None:
    """Operators and the addresses of alerts."""
    people = {"OPERATORS": "user:ann@example.com,group:ops@example.com", "ALERT_EMAIL": "a@x.com,b@x.com"}
    assert shell.run("bootstrap.sh", *PROJECT, **ANSWERS, **people).returncode == 0
    written = shell.settings.read_text()
    assert 'operators            = ["user:ann@example.com", "group:ops@example.com"]\n' in written
    assert 'alert_emails         = ["a@x.com", "b@x.com"]\n' in written


EDITED = """\
region = "europe-west1" # ours
# who may what
operators = [
  "user:ann@example.com", # on duty
  # "user:left@example.com",
]
conference_solutions = "My Web Conference=webhook"
settings = {
  FOLD_SECONDS = "5"
  WEBHOOK_URL  = "https://old.example.com/$${x}"
}
secrets = [
  "ACME_API_KEY", "ACME_PASSWORD",
]
"""


def test_asked_again_only_the_answers_change(shell: Shell) -> None:
    """What is not answered stays as it is, and so does all that is not asked."""
    shell.settings.write_text(EDITED)
    given = {"WEBHOOK_URL": "https://new.example.com/", "ALERT_EMAIL": "a@x.com"}
    kept = {"ACME_API_KEY": "k", "ACME_PASSWORD": "p", "WEBHOOK_SECRET": "s"}
    ran = shell.run("bootstrap.sh", *PROJECT, "--ask", **given, **kept)
    assert (ran.returncode, ran.stderr) == (0, "")
    written = shell.settings.read_text()
    for line in (
        "# who may what",
        'operators            = ["user:ann@example.com"]',
        '  FOLD_SECONDS = "5"',
        '  WEBHOOK_URL = "https://new.example.com/"',
        'alert_emails         = ["a@x.com"]',
        'calendar_auth        = "delegation"',
        '  "ACME_API_KEY", "ACME_PASSWORD",',
    ):
        assert line in written.splitlines(), line
    assert "old.example.com" not in written
    assert shell.kept("acme-api-key") == "k"
    assert shell.kept("acme-password") == "p"


def test_without_being_told_it_asks_nothing_again(shell: Shell) -> None:
    """The settings that are there stay to the letter, whatever the environment says."""
    shell.settings.write_text(EDITED)
    kept = {"ACME_API_KEY": "k", "ACME_PASSWORD": "p", "WEBHOOK_SECRET": "s"}
    assert shell.run("bootstrap.sh", *PROJECT, **{**ANSWERS, **kept}).returncode == 0
    assert shell.settings.read_text() == EDITED


def test_a_region_cannot_be_changed_by_the_way(shell: Shell) -> None:
    """The functions would be in one, the state in another."""
    shell.settings.write_text(EDITED)
    ran = shell.run("bootstrap.sh", "my-project", "us-east1")
    assert (ran.returncode, "has another region, europe-west1" in ran.stderr) == (2, True)


def test_what_a_project_has_of_its_own_goes_first(shell: Shell) -> None:
    """Staging has another operator, and a system whose secret only it needs."""
    shell.settings.write_text(EDITED)
    (shell.settings.parent / "projects").mkdir()
    (shell.settings.parent / "projects" / "my-project.tfvars").write_text(
        'operators = ["user:ben@example.com"]\nconference_solutions = "Z=zoom"\nsecrets = []\n'
    )
    assert shell.run("bootstrap.sh", *PROJECT, ZOOM_CLIENT_SECRET="z").returncode == 0
    assert shell.kept("zoom-client-secret") == "z"
    signers = (shell.folder / "policy-calendar-sync-user").read_text()
    assert ("ben@example.com" in signers, "ann@example.com" in signers) == (True, False)
    assert not any("acme" in line or "webhook" in line for line in shell.asked())


def test_at_a_terminal_a_wrong_answer_is_asked_for_again(shell: Shell) -> None:
    """And an empty one takes what is there, which the question shows."""
    shell.settings.write_text(EDITED.replace('[\n  "ACME_API_KEY", "ACME_PASSWORD",\n]', "[]"))
    ours, theirs = pty.openpty()
    environ = {"PATH": f"{shell.folder / 'bin'}:{os.environ['PATH']}", "FAKE_GCLOUD": str(shell.folder)}
    command = [str(shell.settings.parent / "bootstrap.sh"), *PROJECT, "--ask"]
    answers = ["", "", "http://h.example.com", "https://h.example.com", "-", "", "secret"]
    with subprocess.Popen(
        command, env=environ, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as run:
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
        told = run.communicate()[0].decode()
    os.close(ours)
    os.close(theirs)
    assert run.returncode == 0, told
    assert "[My Web Conference=webhook]: " in told
    assert "That must be an https URL." in told
    written = shell.settings.read_text()
    assert '  WEBHOOK_URL = "https://h.example.com"' in written
    assert "operators            = []" in written
    assert shell.kept("webhook-secret") == "secret"
