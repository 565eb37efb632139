"""How all calendars stand: from enrolments alone, the worst first, with sums; and who is missing."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.core.conference import Conference, Refusal
from functions.core.enrolment import Enrolment, Rest, Tally, Trouble, Watch, Withheld
from functions.core.model import ConferenceKey
from functions.core.watching import leave
from functions.flow.fleet import Overview, percentiles, worst_first
from functions.flow.problems import Problem
from functions.ports import Store
from tests.cli.house import House
from tests.flow.wrapped import WrappedStore
from tests.support.rig import OWNER

NOW = datetime.now(UTC)
AGO = NOW - timedelta(hours=2)
WELL = Tally(counts={"holds": 3}, counted_at=NOW)
ILL: Mapping[Problem, Mapping[str, Any]] = {
    Problem.ACCESS_LOST: {"trouble": Trouble(lost_at=AGO, why="invalid_grant")},
    Problem.FAILING: {"trouble": Trouble(since=AGO, why="no answer")},
    Problem.BEHIND: {"due_at": AGO},
    Problem.CHANNEL_ENDED: {"watch": Watch()},
    Problem.DELETIONS_WITHHELD: {"withheld": Withheld(releases=20, holds=30, since=AGO)},
    Problem.PARKED: {"tally": replace(WELL, counts={"holds": 3, "refused": 2, "tired": 1, "waiting": 4})},
    Problem.UNNAMED: {"unnamed": ("e1",)},
    Problem.UNREADABLE: {"unreadable": {"e1": "start is missing"}},
    Problem.HIDDEN: {"details_hidden": True},
    Problem.LINKS_REFUSED: {"tally": replace(WELL, counts={"links_refused": 1})},
}


def calendar(name: str, **fields: Any) -> Enrolment:
    usual = {"watch": Watch(possible=False), "synced_at": NOW, "tally": WELL}
    return Enrolment(calendar_id=name, **{**usual, **fields})


def fill(store: Store, *calendars: Enrolment) -> None:
    for one in calendars:
        assert store.save(one, None)


def named(house: House, *argv: str) -> list[str]:
    return [one["calendar_id"] for one in house.run("status", "--json", *argv).json["calendars"]]


def test_the_worst_come_first(house: House) -> None:
    """In the order of the problems; what is well comes last."""
    ill = [calendar(f"{kind}@example.com", **fields) for kind, fields in ILL.items()]
    fill(house.store(), calendar("well@example.com"), *reversed(ill))
    assert named(house) == [*(one.calendar_id for one in ill), "well@example.com"]
    out = house.run("status").out
    assert sorted(named(house), key=lambda name: out.index(f"  {name}\n")) == named(house)


def test_the_worst_of_several_problems_counts() -> None:
    """And among equals the order in which they are read."""
    states = [{"n": 1, "faults": [{"kind": "hidden"}, {"kind": "failing"}]}, {"n": 2, "faults": []}]
    states += [{"n": 3, "faults": [{"kind": "failing"}]}, {"n": 4, "faults": [{"kind": "access_lost"}]}]
    assert [state["n"] for state in worst_first(states)] == [4, 1, 3, 2]


def test_what_nothing_is_worse_than_is_not_waited_for() -> None:
    """It is shown while the others are still read."""

    def read() -> Iterator[dict[str, Any]]:
        yield {"faults": []}
        yield {"faults": [{"kind": "access_lost"}]}
        pytest.fail("more is read than is needed")

    assert next(worst_first(read())) == {"faults": [{"kind": "access_lost"}]}


def test_no_conference_is_read(house: House) -> None:
    """One query each for the enrolments, who rests, and what is parked and of no calendar."""
    fill(house.store(), *(calendar(f"u{number}@example.com") for number in range(300)))
    asked: list[str | None] = []

    class Counting(WrappedStore):
        def conferences(self, **which: Any) -> Any:
            asked.append(which["held_in"])
            return super().conferences(**which)

    store = Counting(inner=house.store())
    found = Overview(store)
    assert (len(list(found.states())), found.stray, asked, store.reads) == (300, [], [""], 2)


def test_the_sums(house: House) -> None:
    """By kind, the worst first, and how long reads are overdue."""
    ill = [calendar(f"{kind}@example.com", **fields) for kind, fields in ILL.items()]
    fill(house.store(), calendar("well@example.com"), *ill)
    told = house.run("status", "--json").json["summary"]
    assert (told["calendars"], told["unhealthy"], told["holds"], told["parked"]) == (11, 10, 30, 7)
    assert list(told["problems"].items()) == [(kind.value, 1) for kind in Problem]
    lag = told["lag_seconds"]
    assert lag["p50"] == 0
    assert lag["p95"] == lag["p99"] == lag["most"] >= 7_200
    out = house.run("status").out
    assert "problems: 1 access_lost, 1 failing, 1 behind, " in out
    assert "lag: p50 0s, p95 2h " in out
    assert out.splitlines()[-1] == "11 calendars, 10 of them unhealthy; 30 holds, 7 parked"


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], [None] * 4), ([3], [3] * 4), (range(1, 201), [100, 190, 198, 200]), ([5, 1], [1, 5, 5, 5])],
)
def test_percentiles(values: Any, expected: list[float | None]) -> None:
    """By nearest rank: each is one of the values."""
    assert list(percentiles(list(values)).values()) == expected


def test_what_was_never_counted(house: House) -> None:
    """It is not shown as nothing, and what to do is said; a check does not fail because of it."""
    fill(house.store(), calendar(OWNER, tally=Tally()))
    out = house.run("status").out.splitlines()
    assert out[1].split()[-3:] == ["-", "-", OWNER]
    assert out[-2] == "1 calendar not counted yet -> python -m functions recount"
    told = house.run("status", "--json").json
    (one,) = told["calendars"]
    assert (one["holds"], one["counts"], one["counted_at"]) == (None, None, None)
    assert told["summary"]["not_counted"] == 1
    assert house.run("status", "--check").code == 0
    assert house.run("recount").out == "0 conferences of 1 calendar counted, 1 mended\n"
    (one,) = house.run("status", "--json").json["calendars"]
    assert (one["holds"], one["counts"]["refused"], bool(one["counted_at"])) == (0, 0, True)


def test_parked_without_details(house: House) -> None:
    """How many of each kind, and where the details are; what is only tried again is no problem."""
    fill(house.store(), calendar("o'neil@example.com", **ILL[Problem.PARKED]))
    said = "parked conferences: 2 refused, 1 tried again for too long"
    look = """python -m functions status 'o'"'"'neil@example.com'"""
    assert f"  FAULT  {said} -> {look}\n" in house.run("status").out
    assert house.run("status", "--check").code == 1


def test_who_rests_and_who_leaves(house: House) -> None:
    """A user's rest is shown with each of their calendars; what leaves is not."""
    store = house.store()
    fill(store, calendar(OWNER), leave(calendar("left@example.com"), now=NOW))
    store.rest(OWNER, Rest(NOW + timedelta(hours=1), "quota"))
    (one,) = house.run("status", "--json").json["calendars"]
    assert (one["calendar_id"], one["trouble"], bool(one["paused_until"])) == (OWNER, "quota", True)


def test_the_head_alone_when_a_check_finds_strays(house: House) -> None:
    """What is well is not shown."""
    store = house.store()
    fill(store, calendar(OWNER))
    no = Refusal(reason="it said no", since=AGO)
    store.save(Conference(key=ConferenceKey("webhook", "lost"), refused=no), None)
    ran = house.run("status", "--check")
    assert (ran.code, OWNER in ran.out, "lost    webhook" in ran.out) == (1, False, True)


LIST = "email,name\nOwner@example.com,O\nnew@example.com,N\nnew@example.com,again\n,x\nleft@example.com,L\n"


def test_who_is_missing(house: House, tmp_path: Path) -> None:
    """One line for each that is not enrolled, or that nobody can read; and it fails, for cron."""
    fill(house.store(), calendar(OWNER), leave(calendar("left@example.com"), now=NOW))
    (tmp_path / "users.csv").write_text(LIST)
    argv = ("status", "--missing", str(tmp_path / "users.csv"))
    ran = house.run(*argv)
    assert (ran.code, ran.out.splitlines()) == (
        1,
        [
            "line 3: new@example.com not enrolled",
            "line 5: ,x unreadable: the address is missing",
            "line 6: left@example.com not enrolled",
            "5 lines, 3 of them not enrolled or unreadable",
        ],
    )
    told = house.run(*argv, "--json").json
    assert [(one["line"], one["outcome"]) for one in told["missing"]] == [
        (3, "missing"),
        (5, "unreadable"),
        (6, "missing"),
    ]
    assert told["summary"] == {"lines": 5, "missing": 3}


def test_nobody_is_missing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check says nothing then."""
    fill(house.store(), calendar(OWNER))
    for argv, out in (((), "1 line, 0 of them not enrolled or unreadable\n"), (("--check",), "")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"OWNER@example.com\n")))
        ran = house.run("status", "--missing", "-", *argv)
        assert (ran.code, ran.out) == (0, out)


def test_a_list_of_nobody(house: House, tmp_path: Path) -> None:
    """An export that failed must not say that all is well."""
    (tmp_path / "users.csv").write_text("email,name\n")
    ran = house.run("status", "--missing", str(tmp_path / "users.csv"), "--check")
    assert (ran.code, "users.csv names no calendar" in ran.err) == (1, True)


def test_a_list_is_not_one_calendar(house: House) -> None:
    """The two are asked for one at a time; a file that is not there is said so."""
    assert house.run("status", OWNER, "--missing", "-").code == 1
    ran = house.run("status", "--missing", "nowhere.csv")
    assert (ran.code, "nowhere.csv: No such file" in ran.err) == (1, True)
