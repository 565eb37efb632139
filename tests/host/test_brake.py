"""Somebody with a stolen session, or a script, deletes most of a calendar: its conferences wait."""

import pytest

from functions.cli.command import main
from tests.host.service import Service
from tests.support.rig import OWNER, conference_data, usual

GRACE_S = 300
MANY = 30
DAY_S = 86_400


def filled(service: Service, count: int) -> dict[str, str]:
    """The rooms by event, all in step."""
    rooms = {f"event{number:03}": service.room() for number in range(count)}
    for event, room in rooms.items():
        body = {**usual(), "id": event, "conferenceData": conference_data(room)}
        service.control("events", calendarId=OWNER, event=body)
    service.settle()
    service.told()
    return rooms


@pytest.fixture
def rooms(service: Service) -> dict[str, str]:
    service.set(DELETE_GRACE_SECONDS=str(GRACE_S))
    return filled(service, MANY)


def delete(service: Service, events: list[str]) -> None:
    """One after the other, each told by a notification of its own."""
    for event in events:
        service.people().delete(event)
        service.settle()


def deleted(service: Service, rooms: dict[str, str]) -> int:
    return sum(service.state(room)[0] == "deleted" for room in rooms.values())


def marks(service: Service) -> list[str]:
    """As an operator sees them."""
    answer = service.clients["initialize_syncing"].get("/", query_string={"calendar_id": OWNER})
    return [fault["kind"] for fault in answer.get_json()["faults"]]


def test_a_wiped_calendar(service: Service, rooms: dict[str, str]) -> None:
    """No conference is deleted, not even days later; once an operator confirms, those of the events are."""
    delete(service, sorted(rooms)[:26])
    for _ in range(3):
        service.let_pass(DAY_S)
        service.sweep_later()
    assert (deleted(service, rooms), marks(service)) == (0, ["deletions_withheld"])
    assert main(["confirm", OWNER]) == 0
    service.sweep()
    assert (deleted(service, rooms), marks(service)) == (26, [])


def test_a_wiped_calendar_is_restored(service: Service, rooms: dict[str, str]) -> None:
    """Its events come out of the trash: their conferences are as they were, and the mark goes."""
    delete(service, sorted(rooms))
    service.sweep_later(2 * GRACE_S)
    for event in rooms:
        service.people().change(event, status="confirmed")
    service.settle()
    service.sweep_later()
    assert (deleted(service, rooms), marks(service), service.told()) == (0, [], [])


def test_single_deletions_go_on(service: Service, rooms: dict[str, str]) -> None:
    """Nine a day, until nothing is left."""
    for first in range(0, MANY, 9):
        delete(service, sorted(rooms)[first : first + 9])
        service.sweep_later(2 * GRACE_S)
        service.let_pass(DAY_S + 3_600)
        assert "deletions_withheld" not in marks(service)
    assert deleted(service, rooms) == MANY
