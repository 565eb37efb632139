"""The accounts of bootstrap.sh: each may do what accounts.txt and rights.txt say, and nothing else."""

import re
from typing import Any

import pytest
import yaml

from tests.infra.conftest import ANSWERS, INFRA, Shell

PROJECT = ("my-project", "europe-west1")
DEPLOYER = "serviceAccount:calendar-sync-deploy@my-project.iam.gserviceaccount.com"
SIGNS = "projects/my-project/roles/calendarSyncSignsForUsers"
READERS = ["sync-calendar", "renew-channels", "sweep-calendars", "initialize-syncing"]
OPERATED = {**ANSWERS, "OPERATORS": "user:ann@example.com,group:ops@example.com"}


def rights(account: str) -> dict[str, str]:
    """What it is given in a project: the condition by role."""
    lines = re.findall(rf"^{account} (\S+) ?(.*)$", (INFRA / "rights.txt").read_text(), re.MULTILINE)
    return {role.replace("PROJECT", "my-project"): on.replace("PROJECT", "my-project") for role, on in lines}


def policy(shell: Shell, account: str) -> set[tuple[str, str]]:
    """Who may do what with an account."""
    bound: Any = yaml.safe_load((shell.folder / f"policy-{account}").read_text())
    return {(grant["role"], who) for grant in bound["bindings"] for who in grant["members"]}


def given(asked: list[str]) -> set[tuple[str, str]]:
    """Which account got which role in the project."""
    found = (re.search(r"add-iam-policy-binding my-project .*:(\S+)@.*--role=(\S+)", line) for line in asked)
    return {(each[1], each[2]) for each in found if each}


def test_who_deploys_acts_as_the_named_accounts_alone(shell: Shell) -> None:
    """As those that something runs as; not as the one that acts as the users, nor in the whole project."""
    assert shell.run("bootstrap.sh", *PROJECT, **OPERATED).returncode == 0
    acted = {path.name for path in shell.folder.glob("policy-*") if DEPLOYER in path.read_text()}
    push = ["push", "schedule", "build"]
    named = [*READERS, "receive-notification", "connect-calendar", *(f"calendar-sync-{who}" for who in push)]
    assert acted == {f"policy-{name}" for name in named}
    for name in named:
        assert {role for role, who in policy(shell, name) if who == DEPLOYER} == {
            "roles/iam.serviceAccountUser"
        }
    assert not any("iam.serviceAccountUser" in line for line in shell.asked())


def test_nobody_signs_for_users_but_who_reads_calendars(shell: Shell) -> None:
    """The four functions and the operators, and nobody may do anything else with that account."""
    shell.run("bootstrap.sh", *PROJECT, **OPERATED)
    readers = {f"serviceAccount:{name}@my-project.iam.gserviceaccount.com" for name in READERS}
    who = {*readers, "user:ann@example.com", "group:ops@example.com"}
    assert policy(shell, "calendar-sync-user") == {(SIGNS, each) for each in who}


@pytest.mark.parametrize(
    ("auth", "allowed"),
    [
        (
            "service_account",
            {
                ("roles/iam.serviceAccountUser", DEPLOYER),
                ("roles/iam.serviceAccountTokenCreator", "user:ann@example.com"),
                ("roles/iam.serviceAccountTokenCreator", "group:ops@example.com"),
            },
        ),
        ("oauth", set()),
    ],
)
def test_where_it_does_not_act_as_users(shell: Shell, auth: str, allowed: set[tuple[str, str]]) -> None:
    """Functions run as it, or it does nothing; what it was allowed before is taken back."""
    client = {
        "GOOGLE_OAUTH_CLIENT_ID": "1-a.apps.googleusercontent.com",
        "GOOGLE_OAUTH_CLIENT_SECRET": "word",
    }
    ran = shell.run("bootstrap.sh", *PROJECT, **OPERATED, **client, CALENDAR_AUTH=auth)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert policy(shell, "calendar-sync-user") == allowed


def test_googles_agents_make_tokens_of_two_accounts(shell: Shell) -> None:
    """Pub/Sub of the one that it calls as, the scheduler of its own."""
    shell.run("bootstrap.sh", *PROJECT, **ANSWERS)
    makes = "roles/iam.serviceAccountOpenIdTokenCreator"
    agents = {"push": "gcp-sa-pubsub", "schedule": "gcp-sa-cloudscheduler"}
    for name, agent in agents.items():
        who = f"serviceAccount:service-123456789012@{agent}.iam.gserviceaccount.com"
        assert (makes, who) in policy(shell, f"calendar-sync-{name}")


def test_who_builds_has_exactly_its_rights(shell: Shell) -> None:
    """What rights.txt lists is given, each with its condition; what an older release gave is taken back."""
    rest = ["roles/iam.serviceAccountUser", "roles/iam.serviceAccountAdmin", "roles/secretmanager.admin"]
    kept = "roles/run.admin"
    wider = 'roles/resourcemanager.projectIamAdmin hasOnly(["roles/iam.serviceAccountUser"])'
    (shell.folder / "had-calendar-sync-deploy").write_text("\n".join([*rest, kept, wider, ""]))
    assert shell.run("bootstrap.sh", *PROJECT, **ANSWERS).returncode == 0
    asked = shell.asked()
    builders = ["calendar-sync-test", "calendar-sync-plan", "calendar-sync-deploy"]
    expected = {(account, role) for account in builders for role in rights(account)}
    assert given(asked) == expected - {("calendar-sync-deploy", kept)}
    taken = [line for line in asked if "remove-iam-policy-binding" in line]
    assert {re.search(r"--role=(\S+)", line)[1] for line in taken} == {*rest, wider.split(maxsplit=1)[0]}  # type: ignore[index]
    conditions = (shell.folder / "conditions").read_text()
    for account in builders:
        for role, on in rights(account).items():
            assert (
                not on
                or f"{role} {{title: only what calendar-conference-sync needs, expression: '{on}'}}"
                in conditions
            )


def test_who_tests_may_nothing() -> None:
    """But write its log, read what it tests, and leave the list of what is in it."""
    bucket = "projects/_/buckets/my-project-builds/objects"
    assert rights("calendar-sync-test") == {
        "roles/logging.logWriter": "",
        "roles/storage.objectViewer": f'resource.name.startsWith("{bucket}/source/")',
        "roles/storage.objectCreator": f'resource.name.startsWith("{bucket}/sbom/")',
    }


def test_who_plans_changes_nothing_and_reads_no_data() -> None:
    """Its role reads definitions, and who may use them; objects only of builds, state and archive."""
    held = rights("calendar-sync-plan")
    reads = "projects/my-project/roles/calendarSyncReads"
    assert set(held) == {
        reads,
        "roles/cloudbuild.builds.viewer",
        "roles/logging.logWriter",
        "roles/storage.objectViewer",
    }
    assert re.findall(r"buckets/my-project-([a-z-]+)", held["roles/storage.objectViewer"]) == [
        "builds",
        "terraform",
        "functions-source",
    ]
    permissions = yaml.safe_load((INFRA / "reads.yaml").read_text())["includedPermissions"]
    assert {permission.rpartition(".")[2] for permission in permissions} <= {
        "get",
        "getIamPolicy",
        "getMetadata",
        "list",
    }
    data = {"datastore.entities", "logging.logEntries", "secretmanager.versions.access", "storage.objects"}
    assert not [each for each in permissions if any(each.startswith(one) for one in data)]


def test_no_right_leads_to_an_account() -> None:
    """In the project nobody who builds may make, become or give away accounts, keys or roles."""
    leads = re.compile(r"roles/(owner|editor|iam\.(?!googleapis)|resourcemanager\.)")
    held = {
        role: on for who in ("test", "plan", "deploy") for role, on in rights(f"calendar-sync-{who}").items()
    }
    found = {role: on for role, on in held.items() if leads.match(role)}
    assert list(found) == ["roles/resourcemanager.projectIamAdmin"]
    only = re.search(r"hasOnly\(\[(.*)\]\)$", found["roles/resourcemanager.projectIamAdmin"])
    assert only
    assert not leads.search(only[1])


def test_a_new_account_is_waited_for(shell: Shell) -> None:
    """It is not known everywhere at once, so what names it is tried again."""
    (shell.folder / "refuses").write_text("2 set-iam-policy sync-calendar@")
    assert shell.run("bootstrap.sh", *PROJECT, **ANSWERS).returncode == 0
    assert len([line for line in shell.asked() if "set-iam-policy sync-calendar@" in line]) == 3


def test_nothing_is_kept_in_somebody_elses_bucket(shell: Shell) -> None:
    """A bucket of this name that another project has would show the state to its owner."""
    (shell.folder / "owner").write_text("666\n")
    ran = shell.run("bootstrap.sh", *PROJECT, **ANSWERS)
    assert ran.returncode == 2
    assert (
        "my-project-terraform belongs to another project (666), not to my-project (123456789012)"
        in ran.stderr
    )
    assert not any("versions add" in line for line in shell.asked())


def test_secrets_stay_in_the_region_where_a_policy_asks_for_it(shell: Shell) -> None:
    """And everywhere else they are wherever Google keeps them."""
    shell.run("bootstrap.sh", *PROJECT, "--regional", **ANSWERS)
    made = [line for line in shell.asked() if line.startswith("secrets create")]
    assert len(made) == 2
    assert all(line.endswith("--replication-policy=user-managed --locations=europe-west1") for line in made)
