"""Rows that ask of a system what it cannot: here Janus, whose rooms have a name and nothing more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.core.aside import set_aside
from functions.core.conference import Conference
from functions.core.model import ConferenceKey
from tests.host.service import Service
from tests.host.weekly import SECOND, THIRD, add_tail, hours, instance, shorten, split
from tests.support.janus import API_SECRET, Janus
from tests.support.rig import SOLUTION

pytestmark = pytest.mark.janus
ROOM = "weekly"


@pytest.fixture
def janus(tmp_path: Path, service: Service) -> Iterator[Janus]:
    """Has the room, and the service pushes to it."""
    server = Janus(tmp_path / "janus")
    server.start()
    server.make_room(ROOM)
    service.set(CONFERENCE_SOLUTIONS=f"{SOLUTION}=janus", JANUS_URL=server.url, JANUS_API_SECRET=API_SECRET)
    yield server
    server.stop()


def series(service: Service) -> str:
    made = service.people().add(
        ROOM, summary="Weekly", recurrence=["RRULE:FREQ=WEEKLY;COUNT=6"], **hours("2031-01-06")
    )
    service.settle()
    return made


def record(service: Service) -> Conference:
    (kept,) = service.store.known([], [ConferenceKey("janus", ROOM)])
    return kept.value


def test_e13_e14_e16_occurrences_it_does_not_know(service: Service, janus: Janus) -> None:
    """One instance is moved, one cancelled, one loses the conference: the room stays; it is said once."""
    master = series(service)
    service.people().change(instance(master, SECOND), summary="Only this", **hours("2031-01-14"))
    service.people().delete(instance(master, THIRD))
    service.people().change(instance(master, "20310127T090000Z"), conferenceData=None)
    service.settle()
    service.people().change(instance(master, SECOND), summary="Only that")
    with service.silence():
        service.settle()
    assert janus.title(ROOM) == "Weekly"
    assert record(service).unsupported == ("occurrence cancel", "occurrence update", "recurrence", "time")
    assert not set_aside(record(service))


def test_e02_e03_it_is_told_its_name_alone(service: Service, janus: Janus) -> None:
    """Another description is no call; another title is one."""
    event = series(service)
    service.people().change(event, description="Bring the figures")
    with service.silence():
        service.settle()
    service.people().change(event, summary="Fortnightly")
    service.settle()
    assert janus.title(ROOM) == "Fortnightly"


@pytest.mark.parametrize("by_program", [True, False])
def test_e12_it_is_named_after_the_later_part(service: Service, janus: Janus, *, by_program: bool) -> None:
    """Dates are nothing that a room has, and decide all the same whose name it has."""
    master = series(service)
    if by_program:
        add_tail(service, ROOM)
        service.settle()
        shorten(service, master)
    else:
        split(service, master, summary="Tail", **hours("2031-01-20", at="08"))
    service.settle()
    assert janus.title(ROOM) == "Tail"


def test_e19_restored_after_deletion(service: Service, janus: Janus) -> None:
    """The room is not recreated: the conference is parked, and the restored event holds it."""
    event = series(service)
    service.people().delete(event)
    service.settle()
    assert janus.title(ROOM) is None
    service.people().change(event, status="confirmed")
    service.settle()
    service.sweep_later()
    assert janus.title(ROOM) is None
    refused = record(service).refused
    assert refused is not None
    assert (refused.reason, len(record(service).holds)) == ("conference is gone", 1)


def test_e26_gone_on_update(service: Service, janus: Janus) -> None:
    """The room was destroyed by hand: parked, and the next change parks it no second time."""
    event = series(service)
    janus.ask({"request": "destroy", "room": ROOM, "permanent": True})
    service.people().change(event, summary="Renamed")
    service.settle()
    refused = record(service).refused
    assert refused is not None
    assert refused.reason == "conference is gone"
    service.people().change(event, summary="Renamed again")
    with service.silence():
        service.settle()
