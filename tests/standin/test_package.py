"""The distribution: built, installed into an environment of its own, and used from there."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from email.message import Message
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from gcal_standin.seed.lines import BadSeed
from gcal_standin.server import Server
from tests.standin import test_mcp, test_node
from tests.standin.caller import Caller
from tests.support import linked

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "gcal_standin"
NEEDED = ["python-dateutil", "tzdata", "werkzeug"]
QUIET = ["--quiet", "--no-index", "--no-deps", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip makes of the folder as it would be elsewhere."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(
        SOURCE, folder / "src", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    )
    pip = [sys.executable, "-m", "pip", "wheel", *QUIET, "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*pip, str(folder / "src")], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an environment with the wheel and what it needs, and nothing else."""
    home = tmp_path_factory.mktemp("environment")
    packages = linked.empty(home)
    linked.with_needs(NEEDED, packages)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", *QUIET, str(wheel)]
    subprocess.run(pip, check=True)
    return python


@pytest.fixture
def more(python: Path, tmp_path: Path) -> Path:
    """A folder for packages beside those that the wheel needs."""
    folder = tmp_path / "more"
    folder.mkdir()
    return folder


def run(python: Path, *arguments: str, cwd: Path, more: Path) -> subprocess.CompletedProcess[str]:
    environ = {"PYTHONPATH": str(more), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(python), *arguments]
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)


@contextmanager
def served(python: Path, *options: str) -> Iterator[str]:
    """The address of the installed command."""
    command = [str(python.with_name("gcal-standin")), "--port", "0", *options]
    with subprocess.Popen(command, cwd=python.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[2].removesuffix("/calendar/v3/")
        finally:
            process.terminate()
            assert process.wait(timeout=10) == 0


def blocks(language: str) -> list[str]:
    """The README's blocks in a language."""
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [content for name, content in found if name == language]


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("dist-info/METADATA"))
        return message_from_string(archive.read(name).decode())


def test_what_is_in_the_wheel(wheel: Path) -> None:
    """Its modules, Google's document with its notice, the licence; three packages are needed, and no more."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        licences = [archive.read(name).decode() for name in names if name.endswith("/LICENSE")]
    modules = {
        path.relative_to(ROOT).as_posix() for path in SOURCE.rglob("*.py") if "build" not in path.parts
    }
    assert modules <= names
    assert {f"gcal_standin/google/{name}" for name in ("calendar.v3.json", "NOTICE")} <= names
    assert "gcal_standin/py.typed" in names
    assert licences == [(ROOT / "LICENSE").read_text()]
    required = metadata(wheel).get_all("Requires-Dist") or []
    plain = [each for each in required if "extra ==" not in each]
    assert sorted(each.partition(">")[0].strip() for each in plain) == NEEDED


def test_the_document_is_the_newest_that_we_have() -> None:
    """It is what google-api-python-client ships: a newer one is copied, its version goes to the notice."""
    shipped = files("googleapiclient") / "discovery_cache" / "documents" / "calendar.v3.json"
    assert (SOURCE / "google" / "calendar.v3.json").read_bytes() == shipped.read_bytes()


def test_the_command_with_what_it_needs(python: Path) -> None:
    """It serves; only identity tokens want the extra, and the refusal says so."""
    with served(python) as url, httpx.Client(base_url=url) as http:
        assert http.get("/calendar/v3/calendars/primary/events").json()["items"] == []
        assert http.get("/oauth2/v3/certs").status_code == 501
        assert "gcal-standin[consent]" in http.get("/oauth2/v1/certs").json()["error_description"]
        identity = {"account": "owner@example.com", "audience": "x"}
        assert "gcal-standin[consent]" in http.post("/standin/identity", json=identity).text


def test_the_image(python: Path) -> None:
    """Its entry point serves, and its health check tells a served stand-in from none."""
    lines = dict(
        line.split(maxsplit=1)
        for line in (SOURCE / "Dockerfile").read_text().splitlines()
        if line[:1] not in "# "
    )
    entry = json.loads(lines["ENTRYPOINT"])
    _, check = lines["HEALTHCHECK"].split("CMD ")
    assert entry[0] == "gcal-standin"
    with served(python, *entry[1:]) as url:
        port = url.rpartition(":")[2]
        script = json.loads(check)[2].replace(":8081/", f":{port}/")
        assert subprocess.run([python, "-c", script], check=False).returncode == 0
    stopped = subprocess.run([python, "-c", script], check=False, stderr=subprocess.DEVNULL)
    assert stopped.returncode == 1


GCSA = """
import sys
from datetime import datetime, timezone

from gcsa.event import Event
from gcsa.google_calendar import GoogleCalendar
from google.auth.credentials import AnonymousCredentials
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build

url = sys.argv[1]
calendar = GoogleCalendar(credentials=Credentials(token="any"))
where = {"api_endpoint": f"{url}/calendar/v3/"}
calendar.service = build("calendar", "v3", credentials=AnonymousCredentials(), client_options=where)
start, end = (datetime(2026, 1, 5, hour, tzinfo=timezone.utc) for hour in (10, 11))
made = calendar.add_event(Event("Tea", start=start, end=end))
print([event.summary for event in calendar.get_events(time_min=start, time_max=end)])
"""


@pytest.mark.slow
def test_it_serves_gcsa(python: Path, more: Path, tmp_path: Path) -> None:
    """A client that nobody here wrote works with what was installed."""
    linked.with_needs(["gcsa"], more)
    with served(python) as url:
        done = run(python, "-W", "ignore", "-c", GCSA, url, cwd=tmp_path, more=more)
    assert (done.stdout, done.returncode) == ("['Tea']\n", 0), done.stderr


TESTS = """
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

EVENT = {"summary": "Tea", "start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}}


def events(standin):
    with urlopen(f"{standin.url}/calendar/v3/calendars/primary/events") as answer:
        return answer.read().decode()


def test_each_has_its_own(gcal_standin):
    assert "Tea" not in events(gcal_standin)
    gcal_standin.seed([{"event": EVENT}])
    assert "Tea" in events(gcal_standin)


def test_nothing_is_left(gcal_standin):
    assert "Tea" not in events(gcal_standin)


@pytest.mark.gcal_standin(auth=True, seed=[{"event": EVENT}])
def test_options(gcal_standin):
    assert "Tea" in gcal_standin.export()
    with pytest.raises(HTTPError, match="401"):
        events(gcal_standin)


def test_that_needs_none():
    import sys

    assert "gcal_standin.server" in sys.modules  # by the tests before
"""
UNUSED = """
import sys


def test_nothing_is_loaded():
    assert "gcal_standin.server" not in sys.modules
"""


@pytest.mark.slow
def test_the_example_in_its_readme(python: Path, more: Path, tmp_path: Path) -> None:
    """It runs as it stands."""
    linked.with_needs(["pytest", "google-api-python-client"], more)
    (tmp_path / "test_example.py").write_text(blocks("python")[0])
    done = run(
        python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py", cwd=tmp_path, more=more
    )
    assert "2 passed" in done.stdout, done.stdout


def test_the_seed_in_its_readme(standin: Server, caller: Caller) -> None:
    """It is taken as it stands, and what is shown of wrong lines is what is said of them."""
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    (seed,) = (each for each in blocks("") if each.startswith('{"user"'))
    assert standin.seed(seed) == {"users": 1, "calendars": 1, "events": 1}
    assert caller.events("team@group.calendar.google.com").page()["items"][0]["summary"] == "Tea"
    when = {"start": {"dateTime": "soon"}, "end": {"date": "2026-01-06"}}
    remarks = "#\n#\n", "#\n#\n#\n"
    with pytest.raises(BadSeed) as refused:
        standin.seed(
            f'{remarks[0]}{{"event": {{"sumary": "x"}}}}\n{remarks[1]}{json.dumps({"event": when})}\n'
        )
    for sentence in refused.value.sentences:
        assert f"seed.jsonl: {sentence}\n" in text


def test_the_fixture_elsewhere(python: Path, more: Path, tmp_path: Path) -> None:
    """A project that has the wheel installed has the fixture, without a word in its own files."""
    linked.with_needs(["pytest"], more)
    project = tmp_path / "project"
    project.mkdir()
    (project / "test_theirs.py").write_text(TESTS)
    (project / "test_before.py").write_text(UNUSED)
    strict = ["--strict-markers", "-W", "error", "-p", "no:cacheprovider", "-q"]
    done = run(python, "-m", "pytest", *strict, cwd=project, more=more)
    assert "5 passed" in done.stdout, done.stdout
    listed = run(python, "-m", "pytest", "--fixtures", "-q", cwd=project, more=more)
    assert "A stand-in Google Calendar of this test's own" in listed.stdout


def test_the_versions_in_its_readme() -> None:
    """The clients that are said to have been tried are those that the tests here are run with."""
    pins = (ROOT / "requirements-dev.txt").read_text() + (ROOT / "requirements-clients.txt").read_text()
    readme = (SOURCE / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (?:.*?\()?([\w-]+)\)? \| (\d[\d.]*) \|", readme, re.MULTILINE)
    assert len(told) >= 7
    for name, version in told:
        pinned = re.search(
            rf"^{name.replace('_', '-')}(?:\[.*\])?==(\S+)", pins, re.MULTILINE | re.IGNORECASE
        )
        assert pinned is not None, name
        assert pinned[1] == version, name
    for client in (test_node.CLIENT, test_mcp.CLIENT):
        name, _, version = client.rpartition("@")
        assert re.search(rf"^\| .*{re.escape(name)}.* \| {re.escape(version)} \|", readme, re.MULTILINE)
