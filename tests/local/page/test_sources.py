"""What happens is seen wherever it is, and people's edits are told in their words."""

import json
from pathlib import Path

import pytest

from local.page.observed import Edited
from local.page.sources import Calendars, LogFile
from tests.local.page.conftest import BOB, OWNER, Outside


@pytest.fixture
def calendars(outside: Outside) -> Calendars:
    return Calendars(outside.calendar.world)


def edit(calendars: Calendars) -> Edited:
    [found] = calendars.new()
    return found


def test_each_edit_is_told_once(outside: Outside, calendars: Calendars) -> None:
    """Made, renamed, moved, made longer, deleted, restored: with its event and its conference."""
    event = outside.make()
    [room] = outside.conferences.rooms.all()
    first = edit(calendars)
    assert first.what == "“Planning” appears, Thu 2 May 10:00"
    assert first.calendar_id == OWNER
    assert first.events == {event}
    assert first.conferences == {room["id"]}
    outside.do("change", event=event, title="Budget")
    assert edit(calendars).what == "“Planning” is renamed “Budget”"
    outside.do("change", event=event, start="2030-05-03T10:00", end="2030-05-03T11:00")
    assert edit(calendars).what == "“Budget” moves to Fri 3 May 10:00"
    outside.do("change", event=event, start="2030-05-03T10:00", end="2030-05-03T11:30")
    assert edit(calendars).what == "“Budget” ends at 11:30"
    outside.do("delete", event=event)
    assert edit(calendars).what == "“Budget” is deleted"
    outside.do("restore", event=event)
    assert edit(calendars).what == "“Budget” is restored"
    assert list(calendars.new()) == []


def test_what_an_earlier_run_left_is_no_edit(outside: Outside) -> None:
    """Only what happens from now on is; and what was there is known by its former name."""
    event = outside.make()
    calendars = Calendars(outside.calendar.world)
    assert list(calendars.new()) == []
    outside.do("change", event=event, title="Budget")
    assert edit(calendars).what == "“Planning” is renamed “Budget”"


def test_a_write_that_changes_nothing_people_see(outside: Outside, calendars: Calendars) -> None:
    event = outside.make()
    edit(calendars)
    outside.deeds.person(OWNER).patch(event, {"colorId": "3"})
    assert list(calendars.new()) == []


def test_of_a_series(outside: Outside, calendars: Calendars) -> None:
    """One date is named by its day, and a split is one edit of both parts."""
    series = outside.make(repeats="daily")
    assert edit(calendars).what == "“Planning” appears, Thu 2 May 10:00, every day"
    second, third = (one["id"] for one in outside.dates()[1:3])
    outside.do("delete", event=second)
    assert edit(calendars).what == "“Planning” of Fri 3 May 10:00 is cancelled"
    later = outside.do(
        "change", event=third, scope="following", start="2030-05-04T15:00", end="2030-05-04T16:00"
    )
    split = edit(calendars)
    assert split.what == "“Planning” is split: this and following, Sat 4 May 15:00"
    assert split.events == {series, later}
    moved = next(one["id"] for one in outside.dates() if one.get("recurringEventId") == later)
    outside.do("change", event=moved, title="Moved")
    edit(calendars)
    outside.do("delete", event=later)
    assert edit(calendars).what == "“Planning” is deleted"


def test_a_guests_copy_is_no_edit_of_the_conference(outside: Outside, calendars: Calendars) -> None:
    """Both calendars changed; only the organizer's event is what decisions and calls are about."""
    outside.deeds.add_user(BOB)
    event = outside.make()
    edit(calendars)
    outside.do("invite", event=event, email=BOB)
    told = {one.calendar_id: one for one in calendars.new()}
    assert told[OWNER].what == "“Planning” invites bob"
    assert told[BOB].what == "bob's copy: “Planning” arrives from owner"
    assert told[OWNER].events == {event}
    assert not told[BOB].events | told[BOB].conferences


def line(name: str) -> str:
    return json.dumps({"time": "2030-05-02T10:00:00+00:00", "message": name}) + "\n"


def test_a_log_that_grows_is_followed(tmp_path: Path) -> None:
    """Half a line waits for its end, what is no line of ours is passed over, and a new file begins anew."""
    path = tmp_path / "sync_calendar.log"
    log = LogFile("sync_calendar", path)
    assert list(log.new()) == []
    path.write_text(line("one") + "Traceback\n[]\n" + line("two")[:20])
    assert [one.name for one in log.new()] == ["one"]
    path.write_text(line("one") + "Traceback\n[]\n" + line("two"))
    assert [one.name for one in log.new()] == ["two"]
    path.write_text(line("three"))
    assert [one.name for one in log.new()] == ["three"]
