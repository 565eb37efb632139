"""What is deployed: exactly the listed files; from them and their requirements each function starts."""

import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bench.build import LIST, build, build_environ, deployed
from local.system.ports import ports
from tests.host.conftest import FUNCTIONS, ROOT
from tests.infra.test_variables import QUIET
from tests.support import linked

START_S = 60.0
# As infra/functions.tf gives them; nothing is called, so nobody need be there.
SETTINGS = {
    "GOOGLE_CLOUD_PROJECT": "p",
    "SYNC_TOPIC": "calendar-sync",
    "FIRESTORE_DATABASE": "(default)",
    "CALENDAR_SERVICE_ACCOUNT": "calendar-sync-user@p.iam.gserviceaccount.com",
    "NOTIFICATION_URL": "https://receive-notification.example.com/",
    "CHANNEL_TOKEN_KEYS": "k" * 64,
    "CONFERENCE_SOLUTIONS": "My Web Conference=webhook",
    "WEBHOOK_URL": "https://hook.example.com/",
    "WEBHOOK_SECRET": "whsec_" + "c2VjcmV0" * 5,
    "LOG_EXECUTION_ID": "true",
    "THREADS": "8",
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive in an empty folder."""
    folder = tmp_path_factory.mktemp("deployed")
    packed = folder.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        for name in deployed():
            archive.write(ROOT / name, name)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def python(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an environment with the archive's requirements and nothing else."""
    return linked.python(unpacked / "requirements.txt", tmp_path_factory.mktemp("environment"))


def test_nothing_but_the_product_is_deployed() -> None:
    """Main, its requirements, and the package; no tests, no stand-ins, nothing that was compiled."""
    names = deployed()
    code = {"main.py", "functions/flow/sync.py", "functions/adapters/web/client.py"}
    assert {*code, "requirements.txt"} <= set(names)
    assert {Path(name).parts[0] for name in names} == {"main.py", "requirements.txt", "functions"}
    assert {Path(name).suffix for name in names} == {".py", ".txt"}


@pytest.mark.terraform
def test_terraform_reads_the_list_as_we_do(tmp_path: Path) -> None:
    """The archive that is tested here is the one that is deployed."""
    each = f'for one in split("\\n", trimspace(file("{LIST}"))) : fileset("{ROOT}", one)'
    asked = subprocess.run(
        ["terraform", "console"],
        cwd=tmp_path,
        input=f"jsonencode(sort(flatten([{each}])))",
        env=QUIET,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(json.loads(asked.stdout)) == deployed()


def recompiled(folder: Path) -> set[str]:
    """The deployed modules that a start cannot take from their .pyc; nothing is written."""
    stems = (
        name.removesuffix(".py").removesuffix("/__init__") for name in deployed() if name.endswith(".py")
    )
    loads = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    command = [sys.executable, "-B", "-v", "-c", loads, *(stem.replace("/", ".") for stem in stems)]
    done = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=True)
    found = re.findall(r"^# code object from '?([^'\n]+[.]py)'?$", done.stderr, re.MULTILINE)
    return {Path(name).relative_to(folder).as_posix() for name in found if name.startswith(str(folder))}


def test_no_start_compiles_what_the_build_compiled(tmp_path: Path) -> None:
    """Each .pyc is good, though the image dates the sources anew; as built without our line, none is."""
    build(tmp_path / "ours", Path(sys.executable), build_environ())
    build(tmp_path / "plain", Path(sys.executable), {})
    assert recompiled(tmp_path / "plain") == {name for name in deployed() if name.endswith(".py")}
    assert recompiled(tmp_path / "ours") == set()


@contextmanager
def served(python: Path, source: Path, function: str) -> Iterator[str]:
    """The function's URL, once it answers; it ends with the block."""
    command = [str(python), "-m", "functions_framework", "--target", function, "--host", "127.0.0.1"]
    environ = {"PATH": os.environ["PATH"], **SETTINGS}
    with ports(0, 1) as (port,), (source.parent / f"{function}.log").open("w+") as log:
        command += ["--port", str(port)]
        process = subprocess.Popen(command, cwd=source, env=environ, stdout=log, stderr=subprocess.STDOUT)
        try:
            url = f"http://127.0.0.1:{port}/"
            deadline = time.monotonic() + START_S
            while not answers(url):
                log.seek(0)
                assert process.poll() is None, log.read()
                assert time.monotonic() < deadline, log.read()
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait()


def answers(url: str) -> bool:
    try:
        httpx.get(f"{url}robots.txt")
    except httpx.TransportError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_starts_from_the_archive(python: Path, unpacked: Path, function: str) -> None:
    """Settings are read and modules loaded at start; the receiver, needing nobody for it, refuses a call."""
    with served(python, unpacked, function) as url:
        if function == "receive_notification":
            assert httpx.post(url).status_code == httpx.codes.BAD_REQUEST
