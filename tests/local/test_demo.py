"""The whole system as a user starts it: it tells what comes of each step, and leaves nothing behind."""

import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import pytest

from local.conferences.server import new_secret
from local.demo.story import STORY
from local.system import CONNECT, FUNCTIONS, Plan, StartFailed, System
from tests.local.shell import awaited, in_shell
from tests.support import needs

pytestmark = pytest.mark.slow
TIMEOUT_S = 120
ENOUGH_S = 3  # for what would come next without a pause
END = "The operator's command line"  # what `up` prints last, and two lines of it
PARTS = ["calendar", "way", "conference", "right"]
COLUMNS = 100
FIRST = f"1. {STORY[0].title}: {STORY[0].outcome}"
SVG = "http://www.w3.org/2000/svg"  # its name, which nothing is fetched from
EXAMPLES = {"open": ([], '"synced":true'), "consent": (["--consent"], "Your calendar is connected")}


class Machine:
    """Runs commands whose temporary files, and so whose processes, can be told from all others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environ = {**os.environ, "TMPDIR": str(folder)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "local", *arguments]
        return subprocess.run(
            command, env=self._environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "local", *arguments]
        with subprocess.Popen(command, env=self._environ, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.terminate()

    def functions(self) -> list[str]:
        """Which functions are being served, by the settings in the environment of their processes."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command, environ = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
            except OSError:  # ended meanwhile, or somebody else's
                continue
            if f"STORE=sqlite:{self.folder}".encode() in environ:
                found += [name for name in (*FUNCTIONS, CONNECT) if name.encode() in command.split(b"\0")]
        return sorted(set(found))

    def left_behind(self) -> list[str]:
        return [*self.functions(), *(path.name for path in self.folder.iterdir())]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    if not Path("/proc").is_dir():
        pytest.skip("needs /proc to look for processes left behind")
    return Machine(tmp_path)


def lines_with(text: str, start: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith(start)]


def test_the_demo_tells_each_step_and_each_comes_out_right(machine: Machine) -> None:
    """The demo ends with 0, says of every step what came of it, and sums up; the picture shows the same."""
    picture = machine.folder / "told.svg"
    done = machine.run("demo", "--svg", str(picture))
    assert done.returncode == 0, done.stdout + done.stderr
    _, *steps, last = re.split(r"\n\n", done.stdout.rstrip())
    assert [step.splitlines()[0].strip() for step in steps] == [
        f"{number}. {step.title}: {step.outcome}" for number, step in enumerate(STORY, 1)
    ]
    for step, told in zip(STORY, steps, strict=True):
        assert [line.split()[0] for line in told.splitlines()[1:] if line[4] != " "] == PARTS
        assert " → ".join(step.way) in told
    assert last.startswith(f"All {len(STORY)} steps came out right")
    assert max(map(len, done.stdout.splitlines())) <= COLUMNS
    assert not re.search(r"\x1b|[0-9a-f]{12}", done.stdout), "colours, or an id"
    assert shown(picture.read_text()) == "".join(done.stdout.split())
    picture.unlink()
    assert machine.left_behind() == []


def shown(drawn: str) -> str:
    """The picture's text, without spaces; what it would fetch, or says of this machine, fails."""
    assert not re.search(r"https?:|url\(|@import|/tmp|127\.0\.0\.1", drawn.replace(f'xmlns="{SVG}"', ""))
    read = ET.fromstring(drawn)  # noqa: S314 - it is our own
    pieces = read.iterfind(f".//{{{SVG}}}g[@class='story-matrix']/{{{SVG}}}text")
    return "".join("".join(piece.text or "" for piece in pieces).split())


def test_the_picture_beside_readme_tells_the_story_as_it_is() -> None:
    """Each step in its order; otherwise it is to be drawn anew."""
    told = shown((Path(__file__).parents[2] / "docs" / "pictures" / "demo.svg").read_text())
    steps = [f"{number}.{step.title}:{step.outcome}" for number, step in enumerate(STORY, 1)]
    assert re.search(".*".join(re.escape("".join(step.split())) for step in steps), told)
    assert f"All{len(STORY)}stepscameoutright" in told


def test_a_change_is_shown_in_the_calendar_on_its_way_and_in_the_conference(machine: Machine) -> None:
    """Events as Calendar has them and conferences by name, each where the story has brought it."""
    told = machine.run("demo").stdout.split("\n\n")
    moved, copied, cancelled, removed, followed = (words(told[number]) for number in (3, 5, 7, 8, 9))
    at = re.compile(r"calendar Planning (\w+ \d+ \w+ 14:00) with Planning's room").search(moved)
    assert at
    assert "Planning's room conference.updated after " in moved
    assert f"conference Planning's room {at[1]} live, 'Planning'" in moved
    assert "calendar Planning, once more " in copied
    assert "sync → nothing to tell conference Planning's room " in copied
    assert " called off way " in cancelled
    assert "Team round's room occurrence.cancelled after " in cancelled
    assert re.search(r"live, 'Team round', off \w+ \d+ \w+ right", cancelled)
    assert " weekly, without a conference way " in removed
    assert re.search(r"Team round's room [\w: ]+ deleted right", removed)
    assert re.search(r"calendar Planning for spring [\w: ]+ deleted way", followed)
    assert "live, 'Planning, once more' right" in followed


def words(told: str) -> str:
    return " ".join(told.split())


def test_the_demo_takes_its_time(machine: Machine) -> None:
    """With a pause after each step nothing of the next is told before it is over; a signal ends it."""
    with machine.running("demo", "--slow", "600") as process:
        assert process.stdout is not None
        told = list(takewhile(lambda line: not line.strip().startswith("right"), process.stdout))
        assert any(FIRST in line for line in told)
        assert not select.select([process.stdout], [], [], ENOUGH_S)[0]
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
        assert process.wait(TIMEOUT_S) == 128 + signal.SIGINT
    assert machine.left_behind() == []


def test_the_demo_says_which_step_failed(machine: Machine) -> None:
    """A conference system that refuses our signature fails the first step that must reach it."""
    done = machine.run("demo", "--patience", "4", "--set", f"WEBHOOK_SECRET={new_secret()}")
    assert done.returncode == 1
    assert lines_with(done.stdout, "Step ") == [f"Step 2 of {len(STORY)} failed: {STORY[1].title}."]
    assert "the conference system answered 401" in done.stdout
    assert "updated for Planning's room" in done.stdout
    assert len(lines_with(done.stdout, "right ")) == 1
    assert machine.left_behind() == []


def test_the_demo_says_that_nobody_could_connect(machine: Machine) -> None:
    """A browser that is sent to a Google which does not answer ends the story where it begins."""
    done = machine.run("demo", "--set", "GOOGLE_OAUTH_URL=http://127.0.0.1:9")
    assert done.returncode == 1
    assert lines_with(done.stdout, "Step ") == [f"Step 1 of {len(STORY)} failed: {STORY[0].title}."]
    assert "the browser cannot go on" in done.stdout
    assert machine.left_behind() == []


def test_a_wrong_outcome_is_shown_beside_the_expected_one(machine: Machine) -> None:
    """A grace so long that nothing is deleted in time fails the step that waits for the deletion."""
    done = machine.run("demo", "--patience", "4", "--set", "DELETE_GRACE_SECONDS=600")
    assert done.returncode == 1
    assert f"failed: {next(step.title for step in STORY if step.waits)}." in done.stdout
    rooms = lines_with(done.stdout.partition("expected conferences:")[2], "")
    assert sum("deleted 'Team round'" in line for line in rooms) == 1
    assert sum("live 'Team round'" in line for line in rooms) == 1


def test_a_function_that_does_not_start(machine: Machine) -> None:
    """Settings that a function refuses end the start with the function's own words."""
    done = machine.run("demo", "--set", "CHANNEL_TOKEN_KEYS=short")
    assert done.returncode == 1
    assert "receive_notification did not start" in done.stderr
    assert "CHANNEL_TOKEN_KEYS: each key needs 32 characters or more" in done.stderr
    assert machine.left_behind() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_start(machine: Machine, number: signal.Signals) -> None:
    """The demo interrupted while it starts, or hardly has, stops what it has started."""
    with machine.running("demo") as process:
        while not machine.functions():
            assert process.poll() is None
        process.send_signal(number)
        assert process.wait(TIMEOUT_S) == 128 + number
    assert machine.left_behind() == []


@pytest.mark.parametrize("command", [["up", "--port", "0"], ["demo"]], ids=lambda each: each[0])
def test_nothing_outlives_a_killed_system(machine: Machine, command: Sequence[str]) -> None:
    """Whoever kills the command itself, at work or still at the start, ends all of its processes."""
    with machine.running(*command) as process:
        while not machine.functions():
            assert process.poll() is None
        process.kill()
        process.wait()
    for _ in range(100):
        if not machine.functions():
            return
        time.sleep(0.05)
    pytest.fail(f"still running: {machine.functions()}")


def test_an_impatient_end(machine: Machine) -> None:
    """Ctrl-C again and again ends the system like the first one."""
    with machine.running("up", "--port", "0") as process:
        assert process.stdout is not None
        process.stdout.readline()
        for _ in range(3):
            process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(TIMEOUT_S) == 0
    assert machine.left_behind() == []


def test_the_system_runs_until_it_is_told_to_stop(machine: Machine) -> None:
    """`up` says where everything is, all of it works, and Ctrl-C ends it with 0."""
    with machine.running("up", "--port", "0") as process:
        assert process.stdout is not None
        page, *lines = [process.stdout.readline() for _ in range(10)]
        addresses = {line[2:23].strip(): line[24:].split()[0] for line in lines[2:]}
        assert machine.functions() == sorted(FUNCTIONS)
        assert post(addresses["initialize_syncing"], {"calendar_id": "primary"})["synced"] is True
        assert post(addresses["sweep_calendars"], {})["failed"] == 0
        assert post(addresses["conference system"], {"title": "Planning"})["id"]
        with urlopen(page.split()[1], timeout=30) as shown:
            assert b"Conferences" in shown.read()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(TIMEOUT_S) == 0
    assert machine.left_behind() == []


@pytest.mark.parametrize(("options", "first"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_examples_work_as_printed(machine: Machine, options: Sequence[str], first: str) -> None:
    """All of them in one shell, with time for what each brings about; `first` is what the first comes to."""
    bash = shutil.which("bash") if shutil.which("curl") else None
    if not bash:
        needs.missing("bash and curl")
    with machine.running("up", "--port", "0", "--set", "DELETE_GRACE_SECONDS=0", *options) as process:
        assert process.stdout is not None
        script = unhurried("".join(takewhile(lambda line: not line.startswith(END), process.stdout)))
        served, done = machine.functions(), in_shell(bash, script)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(TIMEOUT_S) == 0
    assert done.returncode == 0, done.stdout + done.stderr
    assert (CONNECT in served) is bool(options)
    assert first in done.stdout
    assert "conference.updated" in done.stdout
    assert machine.left_behind() == []


def unhurried(printed: str) -> str:
    """The examples; before the next one, what was done must have reached the conference."""
    conferences = printed.partition("conference system ")[2].split()[0]
    examples = printed.partition("another terminal:\n")[2].partition("\nLogs and databases")[0]
    reached = {"# rename it": '"title":"Planning"', "# what the conference": "Planning for spring"}
    for then, this in reached.items():
        assert then in examples
        examples = examples.replace(then, f"{awaited(conferences, this)}\n{then}")
    deleted = awaited(conferences, '"status":"deleted"')
    return f"{examples}\n{deleted}"


def post(url: str, body: dict[str, object]) -> dict[str, object]:
    request = Request(url, json.dumps(body).encode(), {"content-type": "application/json"}, method="POST")
    with urlopen(request, timeout=30) as answer:
        said: dict[str, object] = json.loads(answer.read())
        return said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["up", "--set", "STORE"], "is not NAME=VALUE"),
        (["up", "--data", "."], "holds something else"),
        (["demo", "--slow", "er"], "'er' is no time"),
        (["demo", "--svg", "nowhere/told.svg"], "there is no folder nowhere"),
    ],
    ids=["setting", "folder", "pace", "picture"],
)
def test_wishes_that_cannot_be_met(machine: Machine, arguments: Sequence[str], said: str) -> None:
    """What cannot be understood, or would write over something, is refused before anything starts."""
    done = machine.run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_port_that_is_taken() -> None:
    """A port that another program has is named."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(StartFailed, match=f"port {port} is taken.* --port "), System(Plan(port=port)):
            pass


def test_the_scheduler_calls_by_itself() -> None:
    """A system with a schedule sweeps without being asked: a calendar that cannot be watched is read."""
    settings = {"SYNC_EVERY_SECONDS": "1", "DELETE_GRACE_SECONDS": "0"}
    with System(Plan(settings=settings, sweep_every=0.5)) as system:
        user = "owner@example.com"
        system.calendar.control("POST", "watchable", {"calendarId": user, "watchable": False})
        enrolled = system.call("initialize_syncing", json={"calendar_id": user}).json()
        assert (enrolled["watchable"], enrolled["channel"]) == (False, None)
        room = system.conferences.rooms.create("New meeting")
        system.calendar.control("POST", "events", {"calendarId": user, "event": _event(room.id)})
        assert _title_becomes(system, room.id, "Planning")


def _event(conference_id: str) -> dict[str, object]:
    solution = {"key": {"type": "addOn"}, "name": "My Web Conference"}
    return {
        "summary": "Planning",
        "start": {"dateTime": "2030-05-02T10:00:00Z"},
        "end": {"dateTime": "2030-05-02T11:00:00Z"},
        "conferenceData": {"conferenceId": conference_id, "conferenceSolution": solution},
    }


def _title_becomes(system: System, conference_id: str, title: str) -> bool:
    for _ in range(1_000):
        conference = system.conferences.rooms.find(conference_id)
        if conference and conference["title"] == title:
            return True
        system.quiet(0.01)
        time.sleep(0.02)
    return False
