"""Trying all that is parked again, or what of it is chosen, and what is printed of how it ended."""

import io

import pytest

from functions.cli.progress import CLEAR_LINE, Progress, listening
from functions.core.conference import Conference, Refusal
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef
from functions.flow import retry as trying
from local.conferences.faults import Fault
from tests.cli.house import BUSY, House
from tests.cli.test_status import AGO
from tests.support.rig import OWNER, rig

TEAM = "team@example.com"


def _refusing(house: House, status: int, count: int = 100) -> None:
    house.conferences.faults.add(Fault(kind="status", status=status, count=count))


def _parked(house: House, status: int = 422, count: int = 3, calendar_id: str = OWNER) -> list[str]:
    """Conferences that their system has refused to change."""
    rooms = [house.room() for _ in range(count)]
    for room in rooms:
        house.people(calendar_id).add(room, summary="Planning")
    _refusing(house, status)
    house.run("sync", calendar_id)
    house.conferences.faults.clear()
    return rooms


@pytest.fixture
def two(enrolled: House) -> House:
    """Two enrolled calendars."""
    enrolled.calendar.control("POST", "calendars", {"id": TEAM, "owner": OWNER})
    assert enrolled.run("enrol", TEAM, "--user", OWNER).code == 0
    return enrolled


def _titles(house: House, rooms: list[str]) -> set[str]:
    return {str((house.conferences.rooms.find(room) or {})["title"]) for room in rooms}


def test_all_are_in_step_again(two: House) -> None:
    """Whichever calendar holds them; and a second time there is nothing to do."""
    rooms = [*_parked(two), *_parked(two, calendar_id=TEAM)]
    ran = two.run("retry", "--all")
    assert (ran.code, ran.out) == (0, "6 conferences tried again: 6 well, 0 parked again\n")
    assert _titles(two, rooms) == {"Planning"}
    assert two.run("status", "--check").code == 0
    again = two.run("retry", "--all")
    assert (again.code, again.out) == (0, "nothing of this is parked\n")


def test_those_of_a_calendar(two: House) -> None:
    """The others stay as they are."""
    ours, theirs = _parked(two), _parked(two, calendar_id=TEAM)
    assert two.run("retry", "--all", "--calendar", TEAM).out.startswith("3 conferences tried again: 3 well")
    assert (_titles(two, ours), _titles(two, theirs)) == ({"Room"}, {"Planning"})


def test_those_of_a_provider_and_a_reason(enrolled: House) -> None:
    """The reason is one that status shows, or a part of it, in capitals or not."""
    rooms = _parked(enrolled)
    store = enrolled.store()
    hold = Hold(ref=EventRef(OWNER, "e"))
    other = Conference(key=ConferenceKey("zoom", "1"), holds=(hold,), refused=Refusal(reason="x", since=AGO))
    assert store.save(other, None)
    for wish in (["--provider", "janus"], ["--why", "answered 403"], ["--provider", "zoom", "--why", "422"]):
        assert enrolled.run("retry", "--all", *wish).out == "nothing of this is parked\n"
    assert _titles(enrolled, rooms) == {"Room"}
    ran = enrolled.run("retry", "--all", "--provider", "webhook", "--why", "ANSWERED 422", "--json")
    assert ran.json == {"conferences": 3, "parked": []}
    assert _titles(enrolled, rooms) == {"Planning"}


def test_they_are_refused_again(enrolled: House) -> None:
    """They are parked as before, the reasons are counted, and the command fails."""
    rooms = _parked(enrolled)
    _refusing(enrolled, 422, count=2)
    _refusing(enrolled, 409)
    ran = enrolled.run("retry", "--all")
    head, *reasons = ran.out.splitlines()
    assert (ran.code, head) == (1, "3 conferences tried again: 0 well, 3 parked again")
    assert [reason.split(" for: ")[0].strip() for reason in reasons] == ["2", "1"]
    assert ["answered 422" in reasons[0], "answered 409" in reasons[1]] == [True, True]
    listed = enrolled.run("retry", "--all", "--json").json
    assert {one["conference_id"] for one in listed["parked"]} == set(rooms)


def test_the_secret_is_still_wrong(enrolled: House) -> None:
    """What was refused backs off from then on, as trouble of its system."""
    _parked(enrolled, 401, count=8)
    _refusing(enrolled, 401)
    ran = enrolled.run("retry", "--all", "--why", "401")
    assert (ran.code, "8 conferences tried again: 0 well" in ran.out) == (1, True)
    assert "webhook is out" in enrolled.run("status", OWNER).out
    enrolled.conferences.faults.clear()
    assert enrolled.run("retry", "--all").code == 0


def test_they_fail_for_a_passing_reason(enrolled: House) -> None:
    """They are tried again by themselves, and the exit code says later."""
    _parked(enrolled, count=1)
    enrolled.conferences.faults.add(BUSY)
    assert enrolled.run("retry", "--all").code == 5


@pytest.mark.parametrize(
    ("wish", "code", "said"),
    [
        (["--all", "--provider", "zom"], 3, "there is no provider zom, only janus, webex, webhook, zoom"),
        (["--all", "--calendar", "nobody@example.com"], 3, "nobody@example.com is not enrolled"),
        (["r1", "--why", "401"], 1, "--calendar, --provider and --why go with --all"),
    ],
)
def test_what_cannot_be_chosen(enrolled: House, wish: list[str], code: int, said: str) -> None:
    """It is said what is wrong, and nothing is tried."""
    rooms = _parked(enrolled)
    ran = enrolled.run("retry", *wish)
    assert (ran.code, said in ran.err, ran.out) == (code, True, "")
    assert _titles(enrolled, rooms) == {"Room"}


@pytest.mark.parametrize("wish", [[], ["r1", "--all"]])
def test_one_or_all(enrolled: House, wish: list[str]) -> None:
    """Neither or both is not understood."""
    with pytest.raises(SystemExit) as ended:
        enrolled.run("retry", *wish)
    assert ended.value.code == 2


def test_how_far_it_has_come() -> None:
    """On a terminal the number of tries is drawn in place, beside how many there are to be."""
    terminal = io.StringIO()
    with rig() as there:
        there.enrol()
        for _ in range(3):
            there.people().add(there.room())
        there.conferences.faults.add(Fault(kind="status", status=422, count=3))
        there.sync()
        with listening(Progress(terminal, live=True)):
            done = [*trying.retry_all(there.context, trying.Choice(), ["webhook"])]
    assert len(done) == 3
    drawn = terminal.getvalue().split(CLEAR_LINE)
    assert drawn[0] == "3 conferences to try again ..."
    assert drawn[-2].startswith("3 conferences to try again, 3 tried")
    assert "3 conferences to try again, 1 tried" in "".join(drawn)
