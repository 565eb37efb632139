"""How an image is built: what Cloud Run is asked, what comes of it; gcloud, curl and wget are stand-ins."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.host.conftest import ROOT

TOOLS = ("sed", "head", "seq", "sleep", "cat")
PARENT = "projects/p/locations/europe-west1"
BUILD = f"{PARENT}/builds/b-1"
REQUEST = json.dumps(
    {"imageUri": "europe-west1-docker.pkg.dev/p/r/f:1", "buildpackBuild": {"functionTarget": "f"}}
)
TAKEN = json.dumps(
    {"buildOperation": {"name": "operations/build/p/x", "metadata": {"build": {"id": "b-1", "name": BUILD}}}},
    indent=2,
)
METADATA = '{"access_token":"of-the-build","expires_in":3599,"token_type":"Bearer"}'

STAND_IN = """\
import json, os, sys
from pathlib import Path
folder, words = Path({folder!r}), sys.argv[1:]
given = "" if sys.stdin.isatty() or "-K" not in words else sys.stdin.read()
with (folder / "asked").open("a") as asked:
    asked.write(json.dumps([{name!r}, words, given]) + "\\n")
if words[-1].startswith("http://metadata"):
    sys.stdout.write({metadata!r})
    raise SystemExit
left = json.loads((folder / "answers").read_text())
if not left:
    raise SystemExit(22)
(folder / "answers").write_text(json.dumps(left[1:]))
sys.stdout.write(left[0])
"""


class Builder:
    """The script, with nothing on its path but these stand-ins and a few tools."""

    def __init__(self, folder: Path, *programs: str) -> None:
        self.folder = folder
        for tool in TOOLS:
            (folder / tool).symlink_to(str(shutil.which(tool)))
        for name in programs:
            text = STAND_IN.format(folder=str(folder), name=name, metadata=METADATA)
            (folder / f"{name}.py").write_text(text)
            self._script(name, f'exec {sys.executable} {folder / name}.py "$@"')

    def log_in(self) -> None:
        self._script("gcloud", "echo of-a-person")

    def build(self, *answers: str) -> "subprocess.CompletedProcess[str]":
        (self.folder / "answers").write_text(json.dumps(answers))
        environ = {"PATH": str(self.folder), "PARENT": PARENT, "REQUEST": REQUEST, "PAUSE_S": "0"}
        command = ["/bin/sh", str(ROOT / "infra" / "images" / "build.sh")]
        return subprocess.run(
            command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    def asked(self) -> list[tuple[str, list[str], str]]:
        return [tuple(json.loads(line)) for line in (self.folder / "asked").read_text().splitlines()]

    def _script(self, name: str, text: str) -> None:
        (self.folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.folder / name).chmod(0o755)


@pytest.fixture
def person(tmp_path: Path) -> Builder:
    """Somebody's own machine."""
    made = Builder(tmp_path, "curl")
    made.log_in()
    return made


def status(word: str) -> str:
    return json.dumps({"status": word}, indent=2)


def test_it_asks_for_the_build_and_waits_for_it(person: Builder) -> None:
    """The request goes out as it is, and the build is looked at until it has ended."""
    ran = person.build(TAKEN, status("QUEUED"), status("WORKING"), status("SUCCESS"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{BUILD}\n", "")
    first, *others = (words for _, words, _ in person.asked())
    assert first[-1] == f"https://run.googleapis.com/v2/{PARENT}/builds:submit"
    assert REQUEST in first
    assert [words[-1] for words in others] == [
        f"https://cloudbuild.googleapis.com/v1/{BUILD}?fields=status"
    ] * 3


@pytest.mark.parametrize("word", ["FAILURE", "TIMEOUT", "CANCELLED", "INTERNAL_ERROR"])
def test_a_build_that_fails_is_named(person: Builder, word: str) -> None:
    """So nothing is deployed, and somebody can read why."""
    ran = person.build(TAKEN, status(word))
    assert (ran.returncode, ran.stderr) == (1, f"{BUILD} ended as {word}: gcloud builds log b-1\n")


def test_a_build_that_is_not_taken_is_an_error(person: Builder) -> None:
    """As where the right to ask for it is missing."""
    ran = person.build()
    assert (ran.returncode, ran.stderr) == (1, "Cloud Run took no build\n")


def test_nobody_else_on_the_machine_sees_the_token(person: Builder) -> None:
    """It is no argument of a program."""
    person.build(TAKEN, status("SUCCESS"))
    for _, words, given in person.asked():
        assert "of-a-person" not in " ".join(words)
        assert given == 'header = "Authorization: Bearer of-a-person"\n'


def test_it_needs_neither_gcloud_nor_curl(tmp_path: Path) -> None:
    """In the image that Terraform runs in: the account is the one of the build."""
    builder = Builder(tmp_path, "wget")
    ran = builder.build(TAKEN, status("SUCCESS"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{BUILD}\n", "")
    asked = [words for _, words, _ in builder.asked() if not words[-1].startswith("http://metadata")]
    assert [words[-1] for words in asked] == [
        f"https://run.googleapis.com/v2/{PARENT}/builds:submit",
        f"https://cloudbuild.googleapis.com/v1/{BUILD}?fields=status",
    ]
    assert all("--header=Authorization: Bearer of-the-build" in words for words in asked)
    assert f"--post-data={REQUEST}" in asked[0]


def test_no_test_has_anything_built() -> None:
    """Terraform runs the script in its tests as well, and somebody who runs them may be logged in."""
    tests = sorted((ROOT / "infra" / "tests").glob("*.tftest.hcl"))
    assert [path.name for path in tests if "target = module.images" not in path.read_text()] == []
