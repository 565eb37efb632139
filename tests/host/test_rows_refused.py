"""E19, E26, E27: what is gone is recreated or set aside, and so is what a system refuses."""

from typing import Any
from uuid import uuid4

import pytest

from functions.cli.command import main
from functions.core.aside import set_aside
from local.conferences.faults import Fault
from tests.host.service import Service, held
from tests.host.weekly import (
    AT_SECOND,
    AT_THIRD,
    CANCELLED,
    MOVED,
    SECOND,
    THIRD,
    instance,
    series,
)

UPDATED, DELETED = "conference.updated", "conference.deleted"
GONE = "conference is gone"


def answered(service: Service, status: int, **more: Any) -> None:
    """So its system answers the next message."""
    service.conferences.faults.add(Fault(kind="status", status=status, **more))


def parked(service: Service, room: str) -> str:
    """Why it is set aside; empty if it is not."""
    found = set_aside(service.record(room))
    return found[0].why.reason if found else ""


def end(service: Service, room: str) -> None:
    """Somebody deletes the conference on its own system."""
    service.conferences.rooms.take(f"by hand {uuid4()}", {"type": DELETED, "data": {"conference_id": room}})


def test_e19_restored_after_deletion(service: Service) -> None:
    """The event is pushed again, and its system recreates the conference; without write-back the event stays
    as it is.
    """
    room, event = held(service)
    service.people().delete(event)
    service.settle()
    assert service.state(room)[0] == "deleted"
    service.people().change(event, status="confirmed")
    service.settle()
    assert service.state(room) == ("live", "Planning", 2)
    assert service.told() == [(DELETED, room, None), (UPDATED, room, None)]
    assert service.writes() == []


def test_e19_cannot_be_made_anew(service: Service) -> None:
    """Its system answers that it is gone: parked, and the sweep asks no more; the next change does."""
    room, event = held(service)
    service.people().delete(event)
    service.settle()
    service.told()
    answered(service, 410)
    service.people().change(event, status="confirmed")
    service.settle()
    service.sweep_later()
    assert service.told() == [(UPDATED, room, None)]
    assert (parked(service, room), service.state(room)[0]) == (GONE, "deleted")
    service.people().change(event, summary="Once more")
    service.settle()
    assert (parked(service, room), service.state(room)) == ("", ("live", "Once more", 2))


def test_e19_another_event_takes_it_up(service: Service) -> None:
    """A copy made from the trash into another calendar: the conference is recreated for it."""
    there = service.team()
    room, event = held(service)
    service.people().delete(event)
    service.settle()
    service.sweep_later()
    assert service.state(room)[0] == "deleted"
    service.people(there).add(room, summary="From the trash")
    service.settle()
    assert service.state(room) == ("live", "From the trash", 2)


def test_e26_gone_on_update(service: Service) -> None:
    """Parked, and the sweep asks no more; the next change is pushed, even one back to before."""
    room, event = held(service)
    answered(service, 410)
    service.people().change(event, summary="Renamed")
    service.settle()
    service.sweep_later()
    assert service.told() == [(UPDATED, room, None)]
    assert parked(service, room) == GONE
    service.people().change(event, summary="Planning")
    service.settle()
    assert (parked(service, room), service.state(room)) == ("", ("live", "Planning", 1))


def test_e26_gone_and_made_anew(service: Service) -> None:
    """Deleted on its system by hand: with the next change it is there again."""
    room, event = held(service)
    end(service, room)
    service.people().change(event, summary="Renamed")
    service.settle()
    assert service.state(room) == ("live", "Renamed", 2)


def test_e26_gone_when_instances_change(service: Service) -> None:
    """The series' conference is recreated, once, and then has what was changed, moved and cancelled alike."""
    room = service.room()
    master = series(service, room)
    end(service, room)
    service.people().change(instance(master, SECOND), summary="Only this")
    service.people().delete(instance(master, THIRD))
    service.settle()
    assert (service.state(room), parked(service, room)) == (("live", "Weekly", 2), "")
    occurrences = service.seen(room)["occurrences"]
    assert occurrences[AT_SECOND]["event"]["title"] == "Only this"
    assert occurrences[AT_THIRD]["status"] == "cancelled"
    kinds = [kind for kind, *_ in service.told()]
    assert kinds == [MOVED, UPDATED, MOVED, CANCELLED]


def test_e26_gone_when_an_instance_changes_and_not_made_anew(service: Service) -> None:
    """Parked, and asked no more by the sweep; an operator's retry recreates it when its system can again."""
    room = service.room()
    master = series(service, room)
    end(service, room)
    answered(service, 410, count=2)
    service.people().change(instance(master, SECOND), summary="Only this")
    service.settle()
    service.sweep_later()
    assert (parked(service, room), service.state(room)[0]) == (GONE, "deleted")
    assert [kind for kind, *_ in service.told()] == [MOVED, UPDATED]
    service.conferences.faults.clear()
    assert main(["retry", room]) == 0
    assert (service.state(room), parked(service, room)) == (("live", "Weekly", 2), "")
    service.sweep()
    assert service.seen(room)["occurrences"][AT_SECOND]["event"]["title"] == "Only this"


def test_e26_gone_when_an_instance_changes_and_busy(service: Service) -> None:
    """What cannot be recreated for now is recreated when its system wants to hear from us again."""
    room = service.room()
    master = series(service, room)
    end(service, room)
    service.people().change(instance(master, SECOND), summary="Only this")
    answered(service, 410)
    answered(service, 429, headers={"Retry-After": "60"})
    service.settle()
    service.sweep_later(61)
    assert (service.state(room), parked(service, room)) == (("live", "Weekly", 2), "")
    assert service.seen(room)["occurrences"][AT_SECOND]["event"]["title"] == "Only this"


def test_e26_gone_on_deletion(service: Service) -> None:
    """What is to be deleted and is gone is as it should be."""
    room, event = held(service)
    answered(service, 410)
    service.people().delete(event)
    service.settle()
    service.sweep_later()
    assert service.told() == [(DELETED, room, None)]
    assert parked(service, room) == ""


def test_e27_refused(service: Service) -> None:
    """Parked with the system's words; neither sweep nor an unmapped change asks again, a mapped one does."""
    room, event = held(service)
    answered(service, 422)
    service.people().change(event, summary="Refused")
    service.settle()
    service.told()
    assert "422" in parked(service, room)
    assert "as ordered" in parked(service, room)
    service.sweep_later()
    service.people().change(event, colorId="5")
    with service.silence():
        service.settle()
    service.people().change(event, summary="Accepted")
    service.settle()
    assert (parked(service, room), service.state(room)) == ("", ("live", "Accepted", 1))


def test_e27_an_operator_says_so(service: Service) -> None:
    """What was refused is sent again by the command line."""
    room, event = held(service)
    answered(service, 422)
    service.people().change(event, summary="Refused once")
    service.settle()
    assert main(["retry", room]) == 0
    assert (parked(service, room), service.state(room)) == ("", ("live", "Refused once", 1))


@pytest.mark.parametrize("first", ["refused", "accepted"])
def test_e27_one_refused_is_not_both(service: Service, first: str) -> None:
    """Two conferences change in one read: one refused, first or last, leaves the other in step."""
    (bad, bad_event), (good, good_event) = held(service), held(service)
    answered(service, 422, conference_id=bad)
    events = [bad_event, good_event] if first == "refused" else [good_event, bad_event]
    for event in events:
        service.people().change(event, summary="Renamed")
    service.settle()
    assert (service.state(bad)[1], service.state(good)[1]) == ("Planning", "Renamed")
    assert (bool(parked(service, bad)), parked(service, good)) == (True, "")


def test_e27_a_passing_failure(service: Service) -> None:
    """Too busy is not refused: the message comes again, and so does the change, under the same id."""
    room, event = held(service)
    for _ in range(3):  # one delivery's tries
        answered(service, 429)
    service.people().change(event, summary="Renamed")
    service.settle()
    sent = service.conferences.rooms.log()
    assert [line["status"] for line in sent] == [429, 429, 429, 200]
    assert [line["repeat"] for line in sent] == [False, True, True, True]
    assert service.state(room) == ("live", "Renamed", 1)
