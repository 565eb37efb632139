"""What was observed is put into the line that it belongs to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.page.feed import Feed, Line
from local.page.observed import Broken, Called, Delivered, Edited, Logged, Observation

OWNER, BOB = "owner@example.com", "bob@example.com"
BEGAN = datetime(2030, 5, 2, 10, tzinfo=UTC)


class Told:
    """Observations as they come, a millisecond apart."""

    def __init__(self) -> None:
        self.grown: list[int] = []
        self.feed = Feed(lambda line: self.grown.append(line.id))
        self._at = BEGAN

    def at(self) -> datetime:
        self._at += timedelta(milliseconds=1)
        return self._at

    def later(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)

    def take(self, seen: Observation) -> None:
        self.feed.take(seen)

    def edit(self, event: str = "event", room: str = "room", calendar: str = OWNER) -> Line:
        conferences = frozenset({room} if room else ())
        events = frozenset({event} if event else ())
        self.take(
            Edited(at=self.at(), calendar_id=calendar, events=events, conferences=conferences, what=event)
        )
        return self.feed.lines[-1]

    def log(self, name: str, **fields: Any) -> None:
        known = {"calendar_id": OWNER} if "event_id" not in fields else {}
        self.take(Logged(at=self.at(), function="sync_calendar", name=name, fields={**known, **fields}))

    def deliver(self, **more: Any) -> None:
        known = {"calendar_id": OWNER, "reason": "notification", "attempt": 1}
        self.take(Delivered(at=self.at(), **{**known, **more}))

    def decide(self, row: str = "E02", event: str = "event", room: str = "room") -> None:
        self.log("conference.decided", event_id=event, conference_id=room, row=row, action="Push")

    def call(self, room: str = "room", status: int = 200, **more: Any) -> None:
        kind = more.pop("kind", "conference.updated")
        self.take(Called(at=self.at(), id="call", kind=kind, conference_id=room, status=status, **more))

    def sync(self, row: str = "E02", event: str = "event", room: str = "room") -> None:
        """All that follows from one edit, in the order of the functions' logs."""
        self.log("notification.accepted")
        self.deliver()
        self.log("sync.page_read", events=1, full=False)
        self.call(room)
        self.decide(row, event, room)
        self.log("sync.token_committed")


def kinds(line: Line) -> list[str]:
    return [hop.row or hop.kind for hop in line.hops]


@pytest.fixture
def told() -> Told:
    return Told()


def test_one_change(told: Told) -> None:
    """Hop by hop, with the row before the call that it led to, and each hop is told at once."""
    line = told.edit()
    told.sync()
    assert kinds(line) == ["push", "queue", "read", "E02", "call", "commit"]
    assert line.done
    assert told.grown == [line.id] * 7
    data = line.data()
    assert [hop["ms"] for hop in data["hops"]] == [1, 2, 3, 5, 4, 6]
    assert data["hops"][3]["text"] == "its event changed"
    assert data["hops"][4]["call"] == "call"


def test_two_changes_of_two_conferences_in_one_read(told: Told) -> None:
    """Both were pushed and read; each has its own decision and call."""
    first, second = told.edit("a", "x"), told.edit("b", "y")
    told.log("notification.accepted")
    told.deliver()
    told.log("sync.page_read", events=2, full=False)
    told.decide("E01", "a", "x")
    told.call("y")
    told.decide("E02", "b", "y")
    told.call("x")
    told.log("sync.token_committed")
    assert kinds(first) == ["push", "queue", "read", "E01", "call", "commit"]
    assert kinds(second) == ["push", "queue", "read", "E02", "call", "commit"]


def test_two_events_with_one_conference(told: Told) -> None:
    """A decision belongs to the change of the event that it names, if a copy was made meanwhile, too."""
    original, copy = told.edit("original"), told.edit("copy")
    told.decide("E02", "original")
    told.decide("E10", "copy")
    assert (kinds(original), kinds(copy)) == (["E02"], ["E10"])


def test_calendars_are_kept_apart(told: Told) -> None:
    """What is done for one calendar is no hop of another's change."""
    copy, line = told.edit("", "", BOB), told.edit()
    told.sync()
    assert kinds(copy) == []
    told.take(Logged(at=told.at(), function="f", name="notification.accepted", fields={"calendar_id": BOB}))
    assert kinds(copy) == ["push"]
    assert len(line.hops) == 6


def test_the_next_change_of_the_same_event_has_its_own_line(told: Told) -> None:
    first = told.edit()
    told.sync()
    second = told.edit()
    told.sync()
    assert kinds(first) == kinds(second) == ["push", "queue", "read", "E02", "call", "commit"]


def test_a_push_that_was_lost(told: Told) -> None:
    """Nothing, until the sweep asks."""
    line = told.edit()
    told.later(9)
    told.deliver(reason="sweep")
    told.log("sync.page_read", events=1, full=False)
    told.call()
    told.decide()
    told.log("sync.token_committed")
    assert kinds(line) == ["queue", "read", "E02", "call", "commit"]
    assert line.hops[0].text == "asked by the sweep"


def test_a_sweep_that_finds_nothing(told: Told) -> None:
    """Is no hop of a change that is done."""
    line = told.edit()
    told.sync()
    told.deliver(reason="sweep")
    told.log("sync.page_read", events=0, full=False)
    told.log("sync.token_committed")
    told.log("sync.ended", outcome="covered", reason="sweep")
    assert len(line.hops) == 6


def test_a_push_that_came_twice(told: Told) -> None:
    """What comes of the second is seen on the same line."""
    line = told.edit()
    told.sync()
    told.log("notification.accepted")
    told.deliver()
    told.log("sync.ended", outcome="covered", reason="notification")
    assert [hop.text for hop in line.hops[6:]] == [
        "the same once more",
        "delivered",
        "another read has seen it: nothing to do",
    ]


def test_a_function_that_is_down(told: Told) -> None:
    """The queue says so, and delivers again."""
    line = told.edit()
    told.log("notification.accepted")
    told.deliver()
    told.deliver(error="ConnectError: refused")
    told.deliver(attempt=2)
    told.log("sync.page_read", events=1, full=False)
    told.log("sync.token_committed")
    assert [hop.text for hop in line.hops[1:4]] == [
        "delivered",
        "sync_calendar does not answer, so it comes again",
        "delivered, try 2",
    ]
    assert line.done


def test_trouble_again_and_again_is_one_hop(told: Told) -> None:
    """Of calls that fail the last is shown, with how many there were; what heals is a hop of its own."""
    line = told.edit()
    told.log("notification.accepted")
    told.deliver()
    told.log("sync.page_read", events=1, full=False)
    for _ in range(3):
        told.call(status=500)
    told.log("provider.failed", conference_id="room", why="127.0.0.1 answered 500")
    told.decide()
    assert kinds(line) == ["push", "queue", "read", "E02", "call", "wait"]
    assert (line.hops[4].times, line.hops[4].trouble) == (3, True)
    assert line.hops[5].text == "failed for now: the conference system answered 500"
    told.call(repeat=True)
    assert (line.hops[-1].text, line.hops[-1].trouble) == ("updated again, 200", False)


def test_a_token_that_is_forgotten(told: Told) -> None:
    line = told.edit()
    told.log("notification.accepted")
    told.deliver()
    told.log("sync.token_expired")
    told.log("sync.page_read", events=7, full=True)
    told.log("sync.token_committed")
    assert [hop.text for hop in line.hops[2:4]] == [
        "Calendar forgot the token: everything is read",
        "all is read: 7 events",
    ]
    assert line.done


def test_a_calendar_whose_access_is_lost(told: Told) -> None:
    """Each try is seen, as one hop, and what follows when access is back."""
    line = told.edit()
    told.log("calendar.access_lost", why="invalid_grant", marked=False)
    told.log("calendar.access_lost", why="invalid_grant", marked=False)
    told.sync()
    assert kinds(line) == ["read", "push", "queue", "read", "E02", "call", "commit"]
    assert (line.hops[0].times, line.hops[0].trouble) == (2, True)


def test_a_full_read_says_nothing_of_what_did_not_change(told: Told) -> None:
    """Each event's E03 would be a hop of a line that is long done."""
    line = told.edit()
    told.sync()
    told.decide("E03")
    assert len(line.hops) == 6


def test_a_deletion_after_the_grace(told: Told) -> None:
    """The call comes long after the commit, by the sweep, and belongs to the change that led to it."""
    line = told.edit()
    told.sync("E05")
    told.later(5)
    told.call(kind="conference.deleted")
    assert line.hops[-1].text == "deleted, 200"
    assert line.data()["hops"][-1]["ms"] > 5_000


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [("lose", 0, "no answer"), ("drop", 0, "no answer, though done"), (None, 401, "updated, 401")],
)
def test_calls_that_fail(told: Told, fault: str | None, status: int, text: str) -> None:
    line = told.edit()
    told.call(status=status, fault=fault)
    assert (line.hops[-1].text, line.hops[-1].trouble) == (text, True)


def test_calls_to_a_system_of_somebodys_own(told: Told) -> None:
    """What the functions say of them; where both are seen, a call is told once."""
    line = told.edit()
    told.log("provider.applied", conference_id="room", kind="conference.updated")
    assert line.hops == []
    told.feed = Feed(lambda _: None, calls_are_seen=False)
    line = told.edit()
    told.log("provider.applied", conference_id="room", kind="conference.updated")
    assert [(hop.kind, hop.text) for hop in line.hops] == [("call", "updated")]


def test_what_somebody_breaks_is_a_line_of_its_own(told: Told) -> None:
    told.take(Broken(at=told.at(), what="The next push will be lost"))
    assert [line.what for line in told.feed.lines] == ["The next push will be lost"]


def test_only_the_last_lines_are_kept(told: Told) -> None:
    for _ in range(250):
        told.edit()
    assert len(told.feed.lines) == 200
    assert told.feed.lines[-1].id == 250
