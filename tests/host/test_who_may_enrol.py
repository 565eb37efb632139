"""Who may enrol a calendar, whose enrolment it then is, and what a refused one leaves behind."""

from dataclasses import replace
from typing import Any

import pytest

from tests.host.service import Service, held
from tests.support.rig import OWNER

BOB, CARL = "bob@example.com", "carl@example.com"


@pytest.fixture
def empty(service: Service) -> Service:
    """Nothing is enrolled. The stand-in takes all callers for one, whose role the stories set."""
    service.leave()
    return service


def ask(service: Service, calendar_id: str, user: str | None) -> tuple[int, str]:
    body = {"calendar_id": calendar_id, "user": user}
    answer = service.clients["initialize_syncing"].post("/", json=body)
    found: dict[str, Any] = answer.json or {}
    return answer.status_code, str(found.get("error", ""))


@pytest.mark.parametrize("role", ["reader", "writerWithoutPrivateAccess", "freeBusyReader"])
def test_a_reader_may_not(empty: Service, role: str) -> None:
    """The answer says what they are and who may; nothing is stored, and the owner enrols as ever."""
    empty.control("role", calendarId=OWNER, role=role)
    status, error = ask(empty, OWNER, CARL)
    assert (status, f"{CARL} is {role}" in error, "only a writer or its owner" in error) == (404, True, True)
    assert empty.store.enrolment(OWNER) is None
    empty.control("role", calendarId=OWNER, role=None)
    assert ask(empty, OWNER, OWNER) == (200, "")


@pytest.mark.parametrize("status", [401, 403, 503])
def test_what_failed_leaves_nothing_behind(empty: Service, status: int) -> None:
    """A channel that was refused: the next who enrols it finds no enrolment of another."""
    empty.control("faults", method="events.watch", status=status, reason="backendError", times=9)
    assert ask(empty, OWNER, BOB)[0] in (404, 502)
    assert empty.store.enrolment(OWNER) is None
    empty.calendar.control("DELETE", "faults")
    assert ask(empty, OWNER, OWNER) == (200, "")


def test_a_calendars_own_user_takes_over(empty: Service) -> None:
    """Its conferences stay theirs, its old channel is stopped, and changes are heard by a new one."""
    assert ask(empty, OWNER, BOB) == (200, "")
    room, event = held(empty)
    before = empty.enrolment().watch.channel
    assert before is not None
    assert ask(empty, OWNER, OWNER) == (200, "")
    empty.settle()
    assert (empty.enrolment().user, empty.state(room)[0]) == (OWNER, "live")
    (channel,) = empty.calendar.control("GET", "channels")
    assert channel["id"] != before.id
    empty.people().change(event, summary="Renamed")
    empty.settle()
    assert empty.state(room)[1] == "Renamed"
    assert ask(empty, OWNER, BOB) == (409, f"calendar {OWNER} is enrolled by another user")


def test_another_writer_takes_over_what_its_enroller_has_lost(empty: Service) -> None:
    """While the enroller has access, 409; once that is lost for good, any writer may, and nobody else."""
    team: str = empty.control("calendars", owner=OWNER, summary="Team")["id"]
    assert ask(empty, team, BOB) == (200, "")
    assert ask(empty, team, CARL)[0] == 409
    kept = empty.store.enrolment(team)
    assert kept is not None
    lost = replace(kept.value, trouble=replace(kept.value.trouble, lost_at=kept.read_at))
    assert empty.store.save(lost, kept.version)
    empty.control("role", calendarId=team, role="reader")
    assert ask(empty, team, CARL)[0] == 404
    empty.control("role", calendarId=team, role="writer")
    assert ask(empty, team, CARL) == (200, "")
    assert (empty.enrolment(team).user, empty.enrolment(team).trouble.lost_at) == (CARL, None)


def test_a_user_enrols_so_many(empty: Service) -> None:
    """One more is refused, with the number; what is enrolled already can be asked for again."""
    empty.set(CALENDARS_PER_USER="2")
    names = [empty.control("calendars", owner=OWNER, summary=f"Team {n}")["id"] for n in range(3)]
    assert [ask(empty, name, OWNER)[0] for name in names] == [200, 200, 403]
    assert "2 calendars" in ask(empty, names[2], OWNER)[1]
    assert empty.store.enrolment(names[2]) is None
    assert ask(empty, names[0], OWNER) == (200, "")
