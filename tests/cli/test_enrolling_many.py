"""Enrolling a list of calendars: what is said of each, what is asked of Calendar, and how it ends."""

import io
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from functions import wiring
from functions.adapters.calendar.google import GoogleCalendar
from functions.adapters.queues.messages import decode
from functions.adapters.queues.sqlite import SqliteQueue
from functions.cli.progress import CLEAR_LINE, Progress, listening
from functions.core.enrolment import Access, Enrolment
from functions.core.errors import RetryLater
from functions.core.roster import Entry, Outcome, Result
from functions.core.watching import leave
from functions.flow.roster import enrol_all
from tests.cli.house import NOWHERE, House
from tests.support.rig import OWNER, SOLUTIONS, Rig, rig

TEAM = "team@example.com"


class Waits(Event):
    """Nobody waits: it is noted for how long they would have."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout)
        return self.is_set()


def names(how_many: int) -> list[str]:
    return [f"u{number}@example.com" for number in range(how_many)]


def plant(house: House | Rig, *ids: str) -> None:
    house.calendar.seed([{"calendar": name} for name in ids])


def listed(folder: Path, *lines: str) -> str:
    (folder / "users.csv").write_text("\n".join(lines))
    return str(folder / "users.csv")


def calls(house: House | Rig) -> dict[str, int]:
    found: dict[str, int] = house.calendar.control("GET", "requests", None)["calls"]
    return found


def asked(house: House) -> list[str]:
    """The calendars for which syncs wait in the queue."""
    house.store()
    queue = wiring.queue("sync")
    assert isinstance(queue, SqliteQueue)
    return sorted(decode(one.data).calendar_id for one in queue.claim(1_000))


def test_each_line_is_done_or_said(house: House, tmp_path: Path) -> None:
    """The good ones are enrolled and watched, a first sync of each is asked for and not made, and the others
    are said with their line.
    """
    plant(house, *names(3))
    path = listed(
        tmp_path,
        "email,user",
        "U0@example.com,",
        "u1@example.com",
        "u0@example.com",
        "nobody@example.com",
        "u2",
    )
    ran = house.run("enrol", "--from", path)
    *lines, blank, summary = ran.out.splitlines()
    assert (ran.code, ran.err, blank) == (1, "", "")
    assert sorted(lines)[:3] == [
        "line 2: u0@example.com enrolled",
        "line 3: u1@example.com enrolled",
        "line 4: u0@example.com named twice: as line 2",
    ]
    assert sorted(lines)[3].startswith("line 5: nobody@example.com no access: Calendar answered 404")
    assert (
        sorted(lines)[4] == "line 6: u2 unreadable: the address is not an e-mail address or a calendar's id"
    )
    assert summary == "5 lines: 2 enrolled, 1 named twice, 1 no access, 1 unreadable"
    assert asked(house) == names(2)
    assert {kept.value.calendar_id for kept in house.store().enrolments() if kept.value.watch.channel} == {
        *names(2)
    }
    assert len(house.calendar.control("GET", "channels")) == 2


def test_the_next_run_asks_calendar_nothing(house: House, tmp_path: Path) -> None:
    """What is enrolled is known from the store; what has not been read yet is asked for once more."""
    plant(house, *names(5))
    path = listed(tmp_path, *names(5))
    assert house.run("enrol", "--from", path).code == 0
    house.run("sync", names(1)[0])
    asked(house)
    before = calls(house)
    ran = house.run("enrol", "--from", path)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "5 lines: 5 enrolled already")
    assert (calls(house), asked(house)) == (before, names(5)[1:])


def test_for_programs(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """From standard input: a line for each, and the sums in the end. Other domains are no failure."""
    plant(house, OWNER)
    given = io.TextIOWrapper(io.BytesIO(b"owner@example.com\nx@other.example\n"))
    monkeypatch.setattr(sys, "stdin", given)
    ran = house.run("enrol", "--from", "-", "--domain", "Example.com", "--json")
    assert ran.code == 0
    assert ran.json == {
        "lines": [
            {"line": 2, "calendar_id": "x@other.example", "outcome": "other_domain", "why": ""},
            {"line": 1, "calendar_id": OWNER, "outcome": "enrolled", "why": ""},
        ],
        "summary": {"other_domain": 1, "enrolled": 1},
        "not_reached": 0,
    }
    assert [line.strip()[:10] for line in ran.out.splitlines()[1:]] == ['{"line": 2', '{"line": 1']


def test_its_own_user_may_be_named(house: House, tmp_path: Path) -> None:
    """That makes no other calendar of it."""
    ran = house.run("enrol", "--from", listed(tmp_path, OWNER), "--at-once", "1")
    assert ran.code == 0
    path = listed(tmp_path, f"{OWNER},{OWNER}")
    assert house.run("enrol", "--from", path).out.splitlines()[-1] == "1 line: 1 enrolled already"


def test_what_is_refused_and_what_passes(house: House, tmp_path: Path) -> None:
    """A spent quota is not waited for: it is listed, and the exit code says later."""
    plant(house, *names(2))
    path = listed(tmp_path, *names(2))
    house.fault("events.watch", 403, "quotaExceeded")
    ran = house.run("enrol", "--from", path)
    assert (ran.code, ran.out.splitlines()[-2:]) == (
        5,
        [
            "2 lines: 1 enrolled, 1 failed for now",
            "Run it again for the rest: what is enrolled stays as it is.",
        ],
    )
    assert (
        house.run("enrol", "--from", path).out.splitlines()[-1] == "2 lines: 1 enrolled, 1 enrolled already"
    )


def test_a_refused_project_ends_it(house: House, tmp_path: Path) -> None:
    """No more calendars are tried in vain, and how many were not reached is said."""
    plant(house, *names(40))
    house.fault("calendars.get", 403, "accessNotConfigured", times=100)
    ran = house.run("enrol", "--from", listed(tmp_path, *names(40)), "--at-once", "2", "--json")
    assert (ran.code, ran.json["summary"], ran.json["not_reached"]) == (5, {"failed": 2}, 38)
    assert "error: project.refused" in ran.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--from", "nowhere.csv"], "nowhere.csv: No such file or directory"),
        (["--from", "empty.csv"], "empty.csv names no calendar"),
        (["--from", "empty.csv", "--user", OWNER], "--user goes with one calendar"),
        ([OWNER, "--domain", "example.com"], "--domain, --at-once and --admin go with --from"),
        ([OWNER, "--at-once", "3"], "--domain, --at-once and --admin go with --from"),
    ],
)
def test_what_cannot_be_a_list(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], said: str
) -> None:
    """It is said in a sentence, and nothing is enrolled."""
    monkeypatch.chdir(tmp_path)
    Path("empty.csv").touch()
    ran = house.run("enrol", *argv)
    assert (ran.code, said in ran.err, ran.out) == (1, True, "")
    assert list(house.store().enrolments()) == []


def test_a_list_has_a_limit(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no list does not fill the memory."""
    monkeypatch.setattr("functions.cli.roster.LIST_BYTES_MAX", 1 << 20)
    with (tmp_path / "large").open("wb") as large:
        large.truncate((1 << 20) + 1)
    assert house.run("enrol", "--from", str(tmp_path / "large")).err.endswith("has more than 1 MiB\n")


@pytest.mark.parametrize("wish", ["0", "33", "many"])
def test_how_many_at_once_has_bounds(house: House, wish: str) -> None:
    """Others are not understood."""
    with pytest.raises(SystemExit) as ended:
        house.run("enrol", "--from", "-", "--at-once", wish)
    assert ended.value.code == 2


def _all(there: Rig, *entries: Entry, stop: Event | None = None, at_once: int = 8) -> dict[str, Result]:
    stop = stop or Waits()
    return {one.calendar_id: one for one in enrol_all(there.context, entries, at_once=at_once, stop=stop)}


def _faulty(there: Rig, method: str, status: int, reason: str, times: int = 1) -> None:
    wish = {"method": method, "status": status, "reason": reason, "times": times}
    there.calendar.control("POST", "faults", wish)


def test_passing_trouble_is_tried_again() -> None:
    """After as long as Calendar's limit by the minute lasts."""
    waits = Waits()
    with rig() as there:
        plant(there, TEAM)
        _faulty(there, "events.watch", 403, "rateLimitExceeded", times=2)
        assert _all(there, Entry(1, TEAM), stop=waits)[TEAM].outcome is Outcome.ENROLLED
        assert there.enrolment(TEAM).watch.channel
    assert [60 <= (seconds or 0) <= 120 for seconds in waits.seconds] == [True, True]


def test_trouble_that_does_not_pass_is_given_up() -> None:
    """After four tries, with longer and longer waits between them; nothing is left of it."""
    waits = Waits()
    with rig() as there:
        plant(there, TEAM)
        there.context = replace(there.context, queue=Full())
        found = _all(there, Entry(7, TEAM), stop=waits)
    assert found == {TEAM: Result(7, TEAM, Outcome.FAILED, "the queue is full")}
    assert waits.seconds == [1, 2, 4]


class Full:
    """A queue that takes nothing."""

    def __getattr__(self, _: str) -> Callable[..., Any]:
        def full(*_: Any) -> None:
            raise RetryLater("the queue is full")

        return full


class Impatient(Event):
    """It is set as soon as two wait for it."""

    waiting = count()

    def wait(self, timeout: float | None = None) -> bool:
        if next(self.waiting) == 1:
            self.set()
        return super().wait(timeout)


def test_a_stop_ends_the_waits() -> None:
    """What waits for its next try has failed, nothing else is begun, and the source is not read on."""
    read: list[str] = []

    def source() -> Iterator[Entry]:
        for number, name in enumerate(names(20)):
            read.append(name)
            yield Entry(number, name)

    with rig() as there:
        plant(there, *names(20))
        _faulty(there, "calendars.get", 403, "rateLimitExceeded", times=100)
        ends = enrol_all(there.context, source(), at_once=2, stop=Impatient())
        assert [one.outcome for one in ends] == [Outcome.FAILED] * 2
    assert read == names(2)


class Aliased(GoogleCalendar):
    """One calendar has a second address."""

    def resolve(self, access: Access) -> str:
        return OWNER if access.calendar_id == "alias@example.com" else super().resolve(access)


def test_two_addresses_of_one_calendar() -> None:
    """It is enrolled once, and a sync is asked for under its own id."""
    entries = [Entry(1, "alias@example.com"), Entry(2, OWNER)]
    with rig() as there:
        calendar = Aliased(
            auth="anonymous", solutions=SOLUTIONS, endpoint=there.calendar.url, address=NOWHERE
        )
        there.context = replace(there.context, calendar=calendar)
        found = _all(there, *entries, at_once=1)
        assert [one.outcome for one in found.values()] == [Outcome.ENROLLED, Outcome.ALREADY]
        assert [kept.value.calendar_id for kept in there.store.enrolments()] == [OWNER]
        assert {decode(one.data).calendar_id for one in there.queue.claim(9)} == {OWNER}
        assert len(there.calendar.control("GET", "channels")) == 1


def _change(there: Rig, calendar_id: str, change: Callable[[Enrolment], Enrolment]) -> None:
    kept = there.store.enrolment(calendar_id)
    assert kept
    assert there.store.save(change(kept.value), kept.version)


def test_what_is_not_whole_is_made_whole() -> None:
    """One without a channel, one that leaves, and one of another user are gone about as by `enrol` alone."""
    with rig() as there:
        plant(there, *names(3))
        for name in names(3):
            there.enrol(name)
        _change(there, names(3)[0], lambda found: replace(found, watch=replace(found.watch, channel=None)))
        _change(there, names(3)[1], lambda found: leave(found, now=there.now()))
        entries = [Entry(1, names(3)[0]), Entry(2, names(3)[1]), Entry(3, names(3)[2], OWNER)]
        found = _all(there, *entries)
        assert [found[name].outcome for name in names(3)] == [
            Outcome.ENROLLED,
            Outcome.ENROLLED,
            Outcome.REFUSED,
        ]
        assert all(there.enrolment(name).watch.channel for name in names(3))


def test_how_far_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal in place, in place of all counts; without one, a line now and then."""
    terminal, plain = io.StringIO(), io.StringIO()
    with listening(drawn := Progress(terminal, live=True)):
        drawn.far("1 of 2")
        drawn.far("2 of 2")
    assert terminal.getvalue().split(CLEAR_LINE) == ["1 of 2 ...", "2 of 2 ...", ""]
    monkeypatch.setattr("functions.cli.progress.LINE_EVERY_S", 0.0)
    Progress(plain, live=False).far("1 of 2")
    assert plain.getvalue() == "1 of 2\n"


@pytest.mark.slow
def test_killed_in_the_middle_and_run_again(house: House, tmp_path: Path) -> None:
    """All are enrolled once, whole, and a first sync of each is asked for."""
    many = names(150)
    plant(house, *many)
    path = listed(tmp_path, "email", *many)
    with _started(path) as process:
        _until(process, lambda: len(house.calendar.control("GET", "channels")) > 20)
        process.kill()
    stood = sum(1 for kept in house.store().enrolments() if kept.value.watch.channel)
    assert (process.returncode, 0 < stood < 150) == (-signal.SIGKILL, True)
    ran = house.run("enrol", "--from", path, "--json")
    assert (ran.code, ran.json["summary"]) == (0, {"already": stood, "enrolled": 150 - stood})
    found = {kept.value.calendar_id: kept.value.watch.channel for kept in house.store().enrolments()}
    open_ones = {channel["id"] for channel in house.calendar.control("GET", "channels")}
    assert sorted(found) == sorted(many)
    assert {channel.id for channel in found.values() if channel} <= open_ones
    assert set(asked(house)) == {*many}
    before = calls(house)
    assert house.run("enrol", "--from", path).out.splitlines()[-1] == "150 lines: 150 enrolled already"
    assert calls(house) == before


@pytest.mark.slow
def test_interrupted(house: House, tmp_path: Path) -> None:
    """Ctrl-C ends it with what has come of it so far, and how many were not reached."""
    plant(house, *names(150))
    with _started(listed(tmp_path, *names(150))) as process:
        _until(process, lambda: len(house.calendar.control("GET", "channels")) > 20)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    *_, summary, advice = out.splitlines()
    done, left = (int(word.split()[0]) for word in summary.removeprefix("150 lines: ").split(", "))
    assert (process.returncode, "Traceback" in err, advice.startswith("Run it again")) == (130, False, True)
    assert (done + left, left > 0) == (150, True)
    assert done == sum(1 for kept in house.store().enrolments() if kept.value.watch.channel)


def _started(path: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "functions", "enrol", "--from", path]
    # A shell that runs the tests in the background has its children ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)


def _until(process: "subprocess.Popen[str]", true: Callable[[], bool]) -> None:
    while not true():
        assert process.poll() is None
        time.sleep(0.005)
