"""A conference system that refuses whatever is pushed, because of one wrong secret, path or right.

No conference stays set aside for it, whichever was refused before that was known.
"""

from typing import Any

import pytest

from functions.core.conference import refusals
from local.conferences.faults import Fault
from local.conferences.server import new_secret
from tests.host.service import Service, held
from tests.support.logged import logged, named

MANY = 12
FIVE_MINUTES_S = 301
FOR_EVER = 10_000
REFUSES = "system.refuses_all"


@pytest.fixture
def rooms(service: Service) -> dict[str, str]:
    """Conferences in step, and the events that carry them."""
    return dict(held(service) for _ in range(MANY))


def refusing(service: Service, status: int, room: str | None = None, **more: Any) -> None:
    service.conferences.faults.add(
        Fault(kind="status", status=status, count=FOR_EVER, conference_id=room, **more)
    )


def renamed(service: Service, rooms: dict[str, str], title: str = "New") -> None:
    for event in rooms.values():
        service.people().change(event, summary=title)
    service.settle()


def mended(service: Service) -> None:
    """By new instances, as after a deployment."""
    service.conferences.faults.clear()
    service.set(WEBHOOK_SECRET=service.conferences.secret)


def refused(service: Service, rooms: dict[str, str]) -> list[str]:
    return [room for room in rooms if refusals(service.record(room))]


def in_step(service: Service, rooms: dict[str, str], title: str = "New") -> None:
    assert {service.state(room) for room in rooms} == {("live", title, 1)}
    for room in rooms:
        record = service.record(room)
        assert (record.refused, record.parked, record.due_at) == (None, None, None)


def heals(service: Service, rooms: dict[str, str]) -> None:
    """As long as the system refuses, no conference there changes; mended, all are in step soon."""
    for _ in range(3):
        service.sweep_later(FIVE_MINUTES_S)
    assert {service.state(room)[1] for room in rooms} == {"Planning"}
    mended(service)
    for _ in range(2):
        service.sweep_later(FIVE_MINUTES_S)
    in_step(service, rooms)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_all_heal_without_an_operator(service: Service, rooms: dict[str, str], status: int) -> None:
    """Those too that were refused before it was known: within minutes of the mend, whatever was tried
    meanwhile. None is made anew.
    """
    refusing(service, status)
    renamed(service, rooms)
    assert len(refused(service, rooms)) < 5
    heals(service, rooms)


def test_a_wrong_secret(service: Service, rooms: dict[str, str]) -> None:
    """What the receiver says to signatures that are not its own."""
    service.set(WEBHOOK_SECRET=new_secret())
    renamed(service, rooms)
    heals(service, rooms)


def test_a_deletion_meanwhile(service: Service, rooms: dict[str, str]) -> None:
    """It is made when the system takes it, as its event is then."""
    room, event = rooms.popitem()
    kept, undone = rooms.popitem()
    refusing(service, 404)
    renamed(service, rooms)
    service.people().delete(event)
    service.people().delete(undone)
    service.settle()
    for _ in range(3):
        service.sweep_later(FIVE_MINUTES_S)
    assert service.state(room)[0] == "live"
    service.people().change(undone, status="confirmed")
    mended(service)
    for _ in range(4):
        service.sweep_later(FIVE_MINUTES_S)
    assert (service.state(room)[0], service.state(kept)[0]) == ("deleted", "live")
    in_step(service, rooms)


def test_fewer_than_would_tell_heal_too(service: Service) -> None:
    """Each is refused by itself, and tried again: it may have been about all."""
    rooms = dict(held(service) for _ in range(3))
    refusing(service, 401)
    renamed(service, rooms)
    assert refused(service, rooms) == [*rooms]
    mended(service)
    service.sweep_later(FIVE_MINUTES_S)
    in_step(service, rooms)


def test_an_operator_is_called(service: Service, rooms: dict[str, str]) -> None:
    """By a line of its own, which says what was answered; not for refusals of a few."""
    refusing(service, 403)
    with logged() as lines:
        renamed(service, dict([*rooms.items()][:4]))
        assert named(lines, REFUSES) == []
        renamed(service, rooms, "Newer")
    called = named(lines, REFUSES)
    assert {(line["severity"], line["provider"]) for line in called} == {("ERROR", "webhook")}
    assert all("answered 403" in line["why"] for line in called)


def test_one_that_is_refused_by_itself(service: Service, rooms: dict[str, str]) -> None:
    """Somebody else's conference: it is set aside, its neighbours are in step, and it is tried a few times on
    the first day and once a day then.
    """
    bad = next(iter(rooms))
    refusing(service, 403, bad)
    renamed(service, rooms)
    assert refused(service, rooms) == [bad]
    in_step(service, {room: event for room, event in rooms.items() if room != bad})
    per_day = []
    for _ in range(3):
        service.told()
        for _ in range(48):
            service.sweep_later(1_800)
        per_day.append(len(service.told()))
    assert (per_day[0] < 10, per_day[1:]) == (True, [1, 1])
    service.conferences.faults.clear()
    renamed(service, rooms, "Newer")
    in_step(service, rooms, "Newer")


def test_however_many_are_refused_one_that_is_not_waits_for_none(
    service: Service, rooms: dict[str, str]
) -> None:
    """Who writes others' ids into events holds up nobody."""
    good = rooms.popitem()
    for room in rooms:
        refusing(service, 403, room)
    renamed(service, rooms)
    renamed(service, dict([good]))
    in_step(service, dict([good]))
    service.sweep_later(FIVE_MINUTES_S)
    refusing(service, 503, good[0])
    renamed(service, dict([good]), "Newer")
    service.conferences.faults.clear()
    for room in rooms:
        refusing(service, 403, room)
    service.sweep_later(FIVE_MINUTES_S)
    in_step(service, dict([good]), "Newer")
