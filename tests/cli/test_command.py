"""The command line as a whole: help, wrong usage, settings, streams, progress, interruptions."""

import io
import json
import logging
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from functions.cli.out import Out
from functions.cli.progress import CLEAR_LINE, Progress, listening
from tests.cli.house import House
from tests.support.rig import OWNER
from tests.support.scripted import Scripted

log = logging.getLogger("functions.flow.any")


def test_help_names_commands_and_exit_codes(house: House) -> None:
    """Help is one page with every command and every exit code."""
    with pytest.raises(SystemExit) as ended:
        house.run("--help")
    text = house.captured.readouterr().out
    assert ended.value.code == 0
    for word in ("enrol", "leave", "sync", "renew", "sweep", "status", "retry", "doctor"):
        assert f"\n    {word} " in text
    assert [line.split()[0] for line in text.split("exit codes:\n")[1].splitlines()] == list("012345")
    assert len(text.splitlines()) <= 40


@pytest.mark.parametrize("argv", [[], ["dance"], ["enrol"], ["status", "--color"], ["retry"]])
def test_wrong_usage(house: House, argv: list[str]) -> None:
    """A command that is not understood ends with the code for that."""
    with pytest.raises(SystemExit) as ended:
        house.run(*argv)
    assert ended.value.code == 2


def test_settings_that_are_wrong(house: House) -> None:
    """All faults are listed on standard error, for programs on standard output too."""
    house.set(STORE="postgres", LEASE_SECONDS="0")
    ran = house.run("status", "--json")
    assert ran.code == 4
    for told in (ran.err, ran.json["error"]["message"]):
        assert "STORE: must be firestore or sqlite:PATH" in told
        assert "LEASE_SECONDS: must be a whole number" in told


def test_a_command_needs_only_its_own_settings(house: House) -> None:
    """To look at the state takes no key, no notification URL, no provider and no access to calendars."""
    house.unset("CHANNEL_TOKEN_KEYS", "NOTIFICATION_URL", "CONFERENCE_SOLUTIONS", "WEBHOOK_URL")
    house.set(CALENDAR_AUTH="delegation", GOOGLE_APPLICATION_CREDENTIALS="nowhere.json")
    assert house.run("status").code == 0


def test_what_nobody_foresaw_is_not_hidden(enrolled: House, tmp_path: Path) -> None:
    """A record that cannot be what it should be ends with the place where that was found."""
    with closing(sqlite3.connect(tmp_path / "store.db")) as store, store:
        store.execute("UPDATE enrolments SET body = '[]'")
    with pytest.raises(AttributeError):
        enrolled.run("status")


@pytest.mark.slow
def test_interrupted(house: House) -> None:
    """Ctrl-C ends a command that waits, with the shell's code and without a traceback."""
    never = threading.Event()

    def wait(_: socket.socket) -> None:
        never.wait()

    with Scripted([wait]) as silent:
        house.set(NOTIFICATION_URL=silent.url)
        with _started("doctor") as process:
            while not silent.heard:
                assert process.poll() is None
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate()
        never.set()
    assert (process.returncode, err) == (130, "")


@pytest.mark.slow
def test_whoever_reads_it_has_seen_enough(enrolled: House) -> None:
    """A closed pipe ends a command quietly, and not as if all had been said."""
    with _started("status", "--json") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
    assert (process.returncode, err) == (141, "")


def _started(*argv: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "functions", *argv]
    # A shell that runs the tests in the background has its children ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)


def test_logs_stay_off_standard_output(enrolled: House) -> None:
    """Everything that is logged can be seen on standard error, and the document stays whole."""
    ran = enrolled.run("sync", OWNER, "--json", "--verbose")
    assert ran.json["outcome"] == "synced"
    assert f'info: sync.page_read calendar_id="{OWNER}" events=0 full=false\n' in ran.err


def test_quiet_by_default(enrolled: House) -> None:
    """Without a terminal and without warnings nothing is written on standard error."""
    assert enrolled.run("sync", OWNER).err == ""


def test_progress_is_drawn_in_place() -> None:
    """On a terminal the counts so far stand on one line, which is cleared for warnings and at the end."""
    stream = io.StringIO()
    progress = Progress(stream, live=True)
    with listening(progress):
        log.info("sync.page_read", extra={"events": 1_500})
        log.info("provider.applied")
        log.warning("sync.failed", extra={"why": "no\x1b[31m answer"})
        log.info("nothing.new")
    drawn = stream.getvalue().split(CLEAR_LINE)
    assert drawn == [
        "1 page read, 1,500 events read ...",
        "1 page read, 1,500 events read, 1 change made ...",
        'warning: sync.failed why="no\\u001b[31m answer"\n1 page read, 1,500 events read, 1 change made ...',
        "",
    ]


def test_progress_makes_way_for_the_result() -> None:
    """What is drawn is cleared before the result is written on the same terminal."""
    terminal = io.StringIO()
    progress = Progress(terminal, live=True)
    with listening(progress):
        log.info("channel.opened")
        Out(terminal, as_json=False, before=progress.clear).text("done")
    assert terminal.getvalue() == f"1 channel opened ...{CLEAR_LINE}done\n"


def test_what_an_adapter_refuses(house: House) -> None:
    """A store that cannot be opened is reported in a sentence, with where to look for the cause."""
    house.set(STORE="sqlite:/nowhere/store.db")
    ran = house.run("status", "--json")
    assert (ran.code, ran.json["error"]["kind"]) == (1, "Rejected")
    assert ran.err.endswith("Look for the cause with: python -m functions doctor\n")


def test_progress_gives_the_log_back() -> None:
    """After the command the log goes where it went before."""
    logger = logging.getLogger("functions")
    before = (list(logger.handlers), logger.level, logger.propagate)
    with listening(Progress(io.StringIO(), live=False)):
        assert logger.handlers != before[0]
    assert (list(logger.handlers), logger.level, logger.propagate) == before


def test_vendors_words_do_not_steer_the_terminal() -> None:
    """What a terminal would obey, or no encoding can carry, is shown as a space."""
    stream = io.StringIO()
    Out(stream, as_json=False).result({}, "a\x1b[2Jb\ud800c\nd")
    assert stream.getvalue() == "a [2Jb c\nd\n"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_long_document_is_written_as_it_comes(count: int) -> None:
    """A listing is one JSON document whatever its length, and its end is written when all is out."""
    stream = io.StringIO()
    items = [{"n": number} for number in range(count)]
    Out(stream, as_json=True).listing("items", items, str, lambda: {"all": len(items)})
    assert json.loads(stream.getvalue()) == {"items": items, "all": count}


@pytest.mark.slow
def test_as_a_program_of_its_own(enrolled: House) -> None:
    """Started as operators start it, it prints, and its exit code is the process's."""
    command = [sys.executable, "-m", "functions", "status"]
    for more, code in (["--json"], 0), ([OWNER, "--json"], 0), (["nobody@example.com", "--json"], 3):
        ran = subprocess.run([*command, *more], capture_output=True, check=False, text=True)
        assert (ran.returncode, isinstance(json.loads(ran.stdout), dict)) == (code, True)
