"""Three builds as three accounts: what was not tested is neither planned nor deployed."""

import base64
import hashlib
import importlib.util
import json
import re
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.host.conftest import ROOT
from tests.infra.conftest import INFRA, Shell

BUILDS = {
    "test": INFRA / "builds" / "test.yaml",
    "plan": INFRA / "builds" / "plan.yaml",
    "deploy": ROOT / "cloudbuild.yaml",
}
TESTER = "projects/my-project/serviceAccounts/calendar-sync-test@my-project.iam.gserviceaccount.com"
SPEC = importlib.util.spec_from_file_location("tested", INFRA / "tested.py")
assert SPEC
assert SPEC.loader
tested = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tested)


def handed_in(digest: str, **more: Any) -> dict[str, Any]:
    """A build of an archive, as Cloud Build tells of it."""
    file = {"fileHash": [{"type": "SHA256", "value": digest}]}
    return {"sourceProvenance": {"fileHashes": {f"gs://my-project-builds/{digest}#1": file}}, **more}


def triggered(commit: str, **more: Any) -> dict[str, Any]:
    return {"buildTriggerId": "t", "substitutions": {"COMMIT_SHA": commit}, **more}


GOOD = {"status": "SUCCESS", "serviceAccount": TESTER}


@pytest.mark.parametrize(
    ("build", "test", "is_so"),
    [
        (handed_in("a"), handed_in("a", **GOOD), True),
        (handed_in("a"), handed_in("b", **GOOD), False),
        (handed_in("a"), handed_in("a", **GOOD | {"status": "FAILURE"}), False),
        (
            handed_in("a"),
            handed_in("a", **GOOD | {"serviceAccount": TESTER.replace("test@", "plan@")}),
            False,
        ),
        (handed_in("a"), handed_in("a", status="SUCCESS"), False),
        (triggered("c"), triggered("c", **GOOD), True),
        (triggered("c"), triggered("d", **GOOD), False),
        (triggered("c"), {"substitutions": {"COMMIT_SHA": "c"}, **GOOD}, False),
        (triggered(""), triggered("", **GOOD), False),
        ({}, {**GOOD}, False),
    ],
)
def test_what_counts_as_tested(build: Mapping[str, Any], test: Mapping[str, Any], *, is_so: bool) -> None:
    """The same archive, or the same commit of a trigger, tested well, as the account that tests run as."""
    account = "calendar-sync-test@my-project.iam.gserviceaccount.com"
    assert tested.tested(tested.source(build), [handed_in("z", **GOOD), test], account) is is_so


@pytest.mark.parametrize("status", ["SUCCESS", "FAILURE"])
def test_a_build_asks_cloud_build(shell: Shell, status: str) -> None:
    """And ends in words that say what is missing."""
    (shell.folder / "answer").write_text(json.dumps(handed_in("a")))
    (shell.folder / "list").write_text(json.dumps([handed_in("a", **GOOD | {"status": status})]))
    ran = shell.run("tested.py", "my-project", "global", "b1")
    assert (ran.returncode, "Not tested" in ran.stderr) == ((0, False) if status == "SUCCESS" else (1, True))
    assert all("--region=global" in line and "--project=my-project" in line for line in shell.asked())


@pytest.mark.parametrize(("content", "ends_well"), [("the archive", True), ("another", False)])
def test_while_a_build_runs_its_archive_is_read(shell: Shell, content: str, *, ends_well: bool) -> None:
    """Cloud Build need not say a hash before the build has ended: the archive itself has one."""
    running = {
        "sourceProvenance": {"resolvedStorageSource": {"bucket": "b", "object": "o.tgz", "generation": "1"}}
    }
    digest = base64.b64encode(hashlib.sha256(b"the archive").digest()).decode()
    (shell.folder / "answer").write_text(json.dumps(running))
    (shell.folder / "content").write_text(content)
    (shell.folder / "list").write_text(json.dumps([handed_in(digest, **GOOD)]))
    assert (shell.run("tested.py", "my-project", "global", "b1").returncode == 0) is ends_well
    assert "storage cat gs://b/o.tgz#1" in shell.asked()[-1].replace("'", "")


@pytest.mark.parametrize("who", BUILDS)
def test_each_build_has_its_account(who: str) -> None:
    """Of those that bootstrap.sh makes; the archive's hash is asked for, or it could not be known again."""
    build = yaml.safe_load(BUILDS[who].read_text())
    assert build["serviceAccount"].endswith(
        f"/serviceAccounts/calendar-sync-{who}@$PROJECT_ID.iam.gserviceaccount.com"
    )
    assert build["options"] == {"logging": "CLOUD_LOGGING_ONLY", "sourceProvenanceHash": ["SHA256"]}
    assert (build.get("tags") == [tested.TAG]) is (who == "test")


@pytest.mark.parametrize("who", ["plan", "deploy"])
def test_nothing_untested_is_planned_or_deployed(who: str) -> None:
    """It is looked at before all else, and only the tests run what packages bring along."""
    first, *rest = yaml.safe_load(BUILDS[who].read_text())["steps"]
    assert first["args"] == ["infra/tested.py", "$PROJECT_ID", "$LOCATION", "$BUILD_ID"]
    assert not any("python" in str(step).lower() or step.get("entrypoint") == "make" for step in rest)


def test_images_can_be_pinned_from_outside() -> None:
    """Each is a substitution, and the same one has the same image in all builds."""
    images: dict[str, set[str]] = {}
    for path in BUILDS.values():
        build = yaml.safe_load(path.read_text())
        assert all(re.fullmatch(r"\$_[A-Z]+", step["name"]) for step in build["steps"])
        for name, image in build["substitutions"].items():
            images.setdefault(name, set()).add(image)
    assert {name: len(found) for name, found in images.items()} == {
        "_PYTHON": 1,
        "_GCLOUD": 1,
        "_TERRAFORM": 1,
    }


def test_the_list_of_packages_is_kept() -> None:
    """Where `make sbom` writes it."""
    build = yaml.safe_load(BUILDS["test"].read_text())
    asked = subprocess.run(
        ["make", "-n", "sbom"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    (path,) = build["artifacts"]["objects"]["paths"]
    assert f"--output-file {path}" in asked
    assert build["steps"][-1]["args"] == ["sbom"]


def deploying(shell: Shell, *words: str) -> list[str]:
    """The builds that a deployment submits: the source and the file of each."""
    (shell.folder / "answer").write_text("my-project-builds/source/1.tgz\n")
    ran = shell.run("deploy.sh", "my-project", *words)
    assert ran.returncode == 0, ran.stderr
    submits = (re.match(r"builds submit (\S+) .*--config=(\S+)", line) for line in shell.asked())
    return [f"{each[1]} {each[2]}" for each in submits if each]


ARCHIVE = "gs://my-project-builds/source/1.tgz"


def test_one_archive_is_tested_planned_and_deployed(shell: Shell) -> None:
    """Not what lies in the folder by then; without --apply it ends with the plan."""
    tests, plans = ". infra/builds/test.yaml", f"{ARCHIVE} infra/builds/plan.yaml"
    assert deploying(shell) == [tests, plans]
    assert deploying(shell, "--apply") == [tests, plans, f"{ARCHIVE} cloudbuild.yaml"]
    assert deploying(shell, "--apply", "--tested=b1") == [plans, f"{ARCHIVE} cloudbuild.yaml"]


@pytest.mark.parametrize(("fails", "after"), [("test", 1), ("plan", 2)])
def test_after_a_failure_nothing_follows(shell: Shell, fails: str, after: int) -> None:
    """Neither a plan of what failed its tests nor a deployment of what could not be planned."""
    (shell.folder / "answer").write_text("my-project-builds/source/1.tgz\n")
    (shell.folder / "refuses").write_text(f"9 --config=infra/builds/{fails}.yaml")
    assert shell.run("deploy.sh", "my-project", "--apply").returncode != 0
    assert len([line for line in shell.asked() if line.startswith("builds submit")]) == after


@pytest.fixture
def terraform(shell: Shell) -> Shell:
    """With a stand-in for terraform that notes its words and the settings that it was given."""
    fake = shell.folder / "bin" / "terraform"
    fake.write_text(
        '#!/bin/sh\necho "$* project=$TF_VAR_project plan:$TF_CLI_ARGS_plan" >>"$FAKE_GCLOUD/asked"\n'
    )
    fake.chmod(0o755)
    return shell


def test_without_the_providers_hashes_nothing_is_planned(terraform: Shell) -> None:
    """It is said how they are made; Terraform is not even begun."""
    ran = terraform.run("terraform.sh", "my-project", "plan")
    assert (ran.returncode, "infra/terraform.sh lock" in ran.stderr) == (2, True)
    assert not (terraform.folder / "asked").exists()
    assert terraform.run("terraform.sh", "lock").returncode == 0
    assert terraform.asked()[1].startswith("providers lock -platform=linux_amd64 ")


def test_a_project_is_planned_with_its_own_state_and_settings(terraform: Shell) -> None:
    """The lock file is only read; a file of the project's own goes before the common settings."""
    (terraform.folder / "infra" / ".terraform.lock.hcl").write_text("hashes")
    (terraform.folder / "infra" / "projects").mkdir()
    (terraform.folder / "infra" / "projects" / "staging.tfvars").touch()
    terraform.run("terraform.sh", "my-project", "plan", "-lock=false")
    begun, planned = terraform.asked()
    assert "-lockfile=readonly -reconfigure -backend-config=bucket=my-project-terraform" in begun
    assert planned == "plan -lock=false project=my-project plan:"
    terraform.run("terraform.sh", "staging", "plan")
    assert terraform.asked()[1] == "plan project=staging plan:-var-file=projects/staging.tfvars"
