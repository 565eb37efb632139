"""Sizes at their limits: the longest id, very many changes in little time, most of a calendar gone."""

from collections.abc import Callable

import pytest

from functions.cli.command import main
from tests.core.largest import WIDE
from tests.host.many import hurried, in_one_read
from tests.host.service import Service
from tests.support.rig import OWNER, conference_data, usual

DELETED = "conference.deleted"
ID_CHARACTERS_MAX = 512
MANY = 20
SILENCE_MOST_S = 108_000  # SYNC_EVERY_SECONDS and a quarter
EVENTS, EVERY = 510, 4
DELIVERIES_MAX = 12


@pytest.mark.parametrize("characters", [WIDE, "é", "/"], ids=["four bytes", "two bytes", "slashes"])
def test_the_longest_id_of_a_conference(service: Service, characters: str) -> None:
    """Whatever its characters, it is pushed, renamed and deleted as any other."""
    room = service.conferences.rooms.create("Room", characters * ID_CHARACTERS_MAX).id
    event = service.people().add(room)
    service.settle()
    assert service.state(room) == ("live", "Planning", 1)
    service.people().change(event, summary="Renamed")
    service.settle()
    assert service.state(room) == ("live", "Renamed", 1)
    service.people().delete(event)
    service.settle()
    service.sweep()
    assert service.state(room)[0] == "deleted"


def filled(service: Service, events: int, every: int = 1) -> dict[str, str]:
    """So many new events, of which each so-manieth carries a conference: those by event."""
    rooms = {}
    with in_one_read(service):
        for number in range(events):
            event = {**usual(), "id": f"event{number:05}"}
            if number % every == 0:
                rooms[event["id"]] = service.room()
                event["conferenceData"] = conference_data(rooms[event["id"]])
            service.control("events", calendarId=OWNER, event=event)
    return rooms


def delivered(service: Service, times: int) -> int:
    """What waits, and what comes of it, so many times at most; how often something did."""
    for number in range(times):
        if not (due := service._due(lambda _: True)):
            return number
        for one in due:
            assert service.deliver(one)
    return times


def test_very_many_changes_in_little_time(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each delivery goes on where the one before it stood, to the end; what changes meanwhile is pushed, too:
    of an event that is settled by then, and of one that is not.
    """
    store = hurried(service, monkeypatch)
    rooms = filled(service, EVENTS, EVERY)
    delivered(service, 1)
    first, *_, last = rooms
    assert [service.state(rooms[event])[1] for event in (first, last)] == ["Planning", "Room"]
    with in_one_read(service):
        for event in (first, last):
            service.people().change(event, summary="Renamed")
    assert delivered(service, DELIVERIES_MAX) < DELIVERIES_MAX
    assert {event: service.state(room)[1] for event, room in rooms.items()} == {
        event: "Renamed" if event in (first, last) else "Planning" for event in rooms
    }
    assert {event for event, times in store.asked.items() if times > 1} <= {first, last}
    assert len(store.asked) == EVENTS


def withheld(service: Service) -> bool:
    """As an operator sees it."""
    answer = service.clients["initialize_syncing"].get("/", query_string={"calendar_id": OWNER})
    return "deletions_withheld" in [fault["kind"] for fault in answer.get_json()["faults"]]


def operator_syncs(service: Service) -> None:
    del service
    assert main(["sync", OWNER]) == 0


def told_and_operator_syncs(service: Service) -> None:
    service.settle()
    assert withheld(service)
    operator_syncs(service)


def operator_syncs_beside_another(service: Service) -> None:
    """And again, as the runbook says."""
    service.meanwhile["list"].append(lambda: operator_syncs(service))
    told_and_operator_syncs(service)


def sweep_syncs(service: Service) -> None:
    service.sweep_later(SILENCE_MOST_S)


@pytest.mark.parametrize(
    "sync", [operator_syncs, told_and_operator_syncs, operator_syncs_beside_another, sweep_syncs]
)
def test_most_of_a_calendar_gone_and_restored(service: Service, sync: Callable[[Service], None]) -> None:
    """Whoever syncs it, and whatever was notified by then, the mark goes and no conference does."""
    rooms = filled(service, MANY)
    service.settle()
    with in_one_read(service):
        for event in rooms:
            service.people().delete(event)
    service.control("expire")
    service.settle()
    operator_syncs(service)
    assert withheld(service)
    service.told()
    with in_one_read(service):
        for event in rooms:
            service.people().change(event, status="confirmed")
    sync(service)
    assert not withheld(service)
    service.settle()
    service.sweep()
    assert service.told() == []
    gone, room = rooms.popitem()
    service.people().delete(gone)
    service.settle()
    service.sweep()
    assert service.told() == [(DELETED, room, None)]
