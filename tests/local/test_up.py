"""What `up` takes, keeps from one run to the next, and says."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import takewhile
from pathlib import Path

import pytest
from rich.console import Console

from local import said, up
from local.conferences import server as conferences
from local.conferences.diary import Diary
from local.conferences.faults import Fault
from local.conferences.rooms import Rooms
from local.follow import Follower, Source
from local.system import Plan, StartFailed, System
from local.system.kept import FILE, webhook_secret
from local.system.served import ROOT
from tests.local.shell import awaited, in_shell
from tests.support import needs
from tests.support.nursery import begin

USER = "owner@example.com"
NOW = datetime(2030, 5, 2, 10, tzinfo=UTC)
WRONG = {
    "port of letters": (["--port", "abc"], "give a number up to 65527, such as 8800"),
    "port too high": (["--port", "65528"], "give a number up to 65527, such as 8800"),
    "no time": (["--sweep-every", "-1"], "give seconds, such as 5"),
    "no URL": (["--to", "hook"], "such as http://127.0.0.1:3000/hook"),
    "no host": (["--to", "http://"], "names no host"),
    "no such port": (["--to", "http://127.0.0.1:99999/"], "names port 99999"),
    "no folder": (["--data", "file"], "is not a folder"),
    "no place": (["--data", "file/folder"], "name a folder that you may write to"),
    "something else": (["--data", "else"], "name an empty folder"),
    "another version": (["--data", "old"], "is of version 0, this is version 1"),
    "no setting": (["--set", "GRACE"], "is not NAME=VALUE"),
}


@pytest.mark.parametrize(("options", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    told: str,
) -> None:
    """An option that cannot be used ends the command with a sentence that says what could be."""
    monkeypatch.chdir(tmp_path)
    for folder, content in {"else": "else", "old": json.dumps({"version": 0})}.items():
        Path(folder).mkdir()
        Path(folder, FILE).write_text(content)
    Path("file").touch()
    with pytest.raises(SystemExit, match="2"):
        up.main(options)
    assert told in " ".join(capsys.readouterr().err.split())


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """The secret of one's own receiver stays what it is, and is its owner's alone."""
    path = tmp_path / "made" / "secret"
    secret = webhook_secret(path)
    assert secret.startswith("whsec_")
    assert webhook_secret(path) == secret
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_folder_goes_on(tmp_path: Path) -> None:
    """All is there that was there, on other ports: calendar, sync token, channel, a parked conference."""
    plan = Plan(data=tmp_path / "data", begin=begin)
    with System(plan) as system:
        system.call("initialize_syncing", json={"calendar_id": USER})
        kept, parked = (system.conferences.rooms.create("New").id for _ in range(2))
        system.conferences.faults.add(Fault(kind="status", status=400, conference_id=parked))
        for each in (kept, parked):
            write(system, each, "Before")
        before, secrets = state(system), system.settings
        assert [each["conference_id"] for each in before["parked"]] == [parked]
        assert title(system, kept) == "Before"
    with System(plan) as system:
        assert state(system) == before
        secret = {"CHANNEL_TOKEN_KEYS", "WEBHOOK_SECRET"}
        assert {name: system.settings[name] for name in secret} == {name: secrets[name] for name in secret}
        system.calendar.control("DELETE", "requests")
        write(system, kept, "After")
        assert title(system, kept) == "After"
        reads = system.calendar.service.requests.entries("events.list")
        assert reads
        assert all("syncToken" in each.query for each in reads)


def write(system: System, conference_id: str, title: str) -> None:
    """Write a meeting that carries the conference; return when all of it has been told."""
    solution = {"key": {"type": "addOn"}, "name": "My Web Conference"}
    event = {
        "id": f"e{conference_id}",
        "summary": title,
        "start": {"dateTime": "2030-05-02T10:00:00Z"},
        "end": {"dateTime": "2030-05-02T11:00:00Z"},
        "conferenceData": {"conferenceId": conference_id, "conferenceSolution": solution},
    }
    system.calendar.control("POST", "events", {"calendarId": USER, "event": event})
    assert system.quiet(30)


def state(system: System) -> dict[str, list[dict[str, str]]]:
    """What the service knows of the calendar, without what changes by the second."""
    found = system.call("initialize_syncing", "GET", params={"calendar_id": USER}).json()
    return {name: value for name, value in found.items() if "seconds" not in name}


def title(system: System, conference_id: str) -> str:
    (found,) = [each["title"] for each in system.conferences.rooms.all() if each["id"] == conference_id]
    return str(found)


@pytest.mark.slow
def test_a_folder_has_one_system(tmp_path: Path) -> None:
    """A second system is told that its folder is in use, and disturbs nothing."""
    plan = Plan(data=tmp_path, begin=begin)
    with System(plan) as system:
        with pytest.raises(StartFailed, match=f"{tmp_path} is used by another"), System(plan):
            pass
        assert system.call("sweep_calendars").json()["failed"] == 0


def test_the_conference_system_goes_on(tmp_path: Path) -> None:
    """Conferences, passcodes, what was told and answered; a line cut short by a crash is left out."""
    path = tmp_path / "rooms"
    rooms = Rooms("http://one", Diary(path))
    room = rooms.create("New")
    rooms.lock(room.id, "1234")
    message = {
        "type": "conference.updated",
        "data": {"conference_id": room.id, "event": {"id": "e", "title": "T"}},
    }
    rooms.note(id="m1", status=200)
    rooms.take("m1", message)
    rooms.clear_log()
    rooms.note(id="m1", status=200)
    before, log, answer = rooms.find(room.id), rooms.log(), rooms.take("m1", message)
    rooms.close()
    path.write_bytes(path.read_bytes() + b'["create", "Cut')

    again = Rooms("http://one", Diary(path))
    assert (again.all(), again.log(), again.take("m1", message)) == ([before], log, answer)
    again.create("Another")
    again.close()
    last = Rooms("http://one", Diary(path))
    assert [each["title"] for each in last.all()] == ["T", "Another"]
    last.close()


def line(at: float, message: str, **fields: object) -> str:
    moment = (NOW + timedelta(seconds=at)).isoformat()
    return (
        json.dumps({"severity": "INFO", "time": moment, "message": message, "logger": "x", **fields}) + "\n"
    )


def test_logs_are_merged(tmp_path: Path) -> None:
    """Lines of all functions by their time, each once, whole ones only; what found nothing is left out."""
    one, other = tmp_path / "one", tmp_path / "other"
    out = StringIO()
    follower = Follower(
        [Source("one", one), Source("other", other)], Console(file=out, width=20, soft_wrap=True)
    )
    decided = line(1, "conference.decided", row="E02", event_id="e", conference_id=None, channel_id="c")
    one.write_text(
        line(2, "sync.failed", why="no\x1bway", severity="WARNING") + decided + line(9, "late.one")[:20]
    )
    quiet = line(0.5, "sync.page_read", events=0) + line(
        0.6, "sweep.done", conferences=0, failed=0, left=False
    )
    other.write_text(quiet + line(1.5, "sync.page_read", events=3, full=False) + "Booting worker\n")

    follower.look(NOW + timedelta(seconds=5))
    told = [each.split(maxsplit=2)[1:] for each in out.getvalue().splitlines()]
    assert told == [
        ["one", "conference.decided  row=E02  event_id=e"],
        ["other", "sync.page_read  events=3"],
        ["one", "sync.failed  why=no way"],
        ["other", "Booting worker"],
    ]
    with one.open("a") as file:
        file.write(line(9, "late.one")[20:] + line(19, "later.one"))
    follower.look(NOW + timedelta(seconds=10))
    assert [each.split()[1:] for each in out.getvalue().splitlines()[4:]] == [["one", "late.one"]]


def test_the_interpreter_is_said_as_short_as_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From where it lies below, by the way to it; from elsewhere in full; quoted if a shell needs that."""
    python = tmp_path / "my env" / "bin" / "python"
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.chdir(tmp_path)
    assert said.interpreter() == "'my env/bin/python'"
    monkeypatch.chdir("/")
    assert said.interpreter() == f"'{str(python)[1:]}'"
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert said.interpreter() == f"'{python}'"


@pytest.mark.slow
def test_a_receiver_of_ones_own(tmp_path: Path) -> None:
    """The examples, as printed, reach it, signed with the secret that is kept, and the log tells of it."""
    bash = shutil.which("bash") if shutil.which("curl") else None
    if not bash:
        needs.missing("bash and curl")
    own = conferences.start(secret=webhook_secret(tmp_path / ".local" / "webhook-secret"))
    own.rooms.create("New", "r1")
    with served(tmp_path, own.webhook_url) as process:
        assert process.stdout is not None
        printed = "".join(takewhile(lambda text: not text.startswith("Logs and databases"), process.stdout))
        done = in_shell(bash, unhurried(printed, f"{own.url}/conferences"))
        process.send_signal(signal.SIGINT)
        log = process.stdout.read()
        assert process.wait(60) == 0
    own.stop()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "conference.updated  E02" in done.stdout.partition("WHAT")[2]
    assert own.secret in printed
    assert "Nobody listens" not in printed
    assert "provider.applied  provider=webhook  conference_id=r1  kind=conference.deleted" in log


@contextmanager
def served(folder: Path, to: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "local", "up", "--port", "0", "--to", to, "--log"]
    command += ["--set", "DELETE_GRACE_SECONDS=0", "--sweep-every", "0.2"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def unhurried(printed: str, conferences: str) -> str:
    """The examples; before the next one, what was done must have reached the receiver."""
    examples = printed.partition("another terminal:\n")[2]
    reached = {"# rename it": '"title":"Planning"', "# what was pushed": "Planning for spring"}
    for then, this in reached.items():
        assert then in examples
        examples = examples.replace(then, f"{awaited(conferences, this)}\n{then}")
    return "\n".join([examples, awaited(conferences, '"status":"deleted"'), "sleep 1"])


def test_nobody_listens_yet() -> None:
    """A receiver that is not there is no reason not to begin."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        url = f"http://127.0.0.1:{there.getsockname()[1]}/hook"
        assert said.reachable(url)
    assert not said.reachable(url)
