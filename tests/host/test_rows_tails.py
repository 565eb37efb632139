"""E12, "this and following": the parts of a split series, in whichever order they are read and deleted."""

import pytest

from tests.host.service import Service
from tests.host.weekly import (
    AT_FOURTH,
    AT_SECOND,
    AT_THIRD,
    CANCELLED,
    FOURTH,
    SECOND,
    hours,
    instance,
    kinds,
    series,
    shorten,
    split,
)
from tests.support.rig import OWNER, conference_data

UPDATED, DELETED = "conference.updated", "conference.deleted"


def add_tail(service: Service, master: str, room: str) -> str:
    """The part from the third Monday on, as Calendar names it."""
    tail = {
        "id": f"{master}_R20310120T090000",
        "summary": "Tail",
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"],
        "conferenceData": conference_data(room),
        "organizer": {"email": OWNER},
        **hours("2031-01-20"),
    }
    return str(service.control("events", calendarId=OWNER, event=tail)["id"])


@pytest.mark.parametrize("first", ["both at once", "shortened part", "tail"])
def test_e12_this_and_following(service: Service, first: str) -> None:
    """The tail leads, in whichever order the parts are read, and the first part's changes cost nothing."""
    room = service.room()
    master = series(service, room)
    if first == "both at once":
        split(service, master, AT_THIRD, summary="Tail")
    elif first == "shortened part":
        shorten(service, master)
        service.settle()
        add_tail(service, master, room)
    else:
        add_tail(service, master, room)
        service.settle()
        shorten(service, master)
    service.settle()
    assert service.state(room) == ("live", "Tail", 1)
    service.told()
    service.people().change(master, location="Room 7")
    service.settle()
    assert service.told() == []


@pytest.mark.parametrize("tail_first", [True, False])
def test_e12_the_parts_are_deleted(service: Service, *, tail_first: bool) -> None:
    """The tail gone, the first part leads again; the first part gone, the tail stays; both gone, it ends."""
    room = service.room()
    master = series(service, room)
    tail = split(service, master, AT_THIRD, summary="Tail")
    service.settle()
    service.told()
    first, second = (tail, master) if tail_first else (master, tail)
    service.people().delete(first)
    service.settle()
    assert kinds(service, room) == ([(UPDATED, None)] if tail_first else [])
    assert service.state(room) == ("live", "Weekly" if tail_first else "Tail", 1)
    service.people().delete(second)
    service.settle()
    assert kinds(service, room) == [(DELETED, None)]


@pytest.mark.parametrize("together", [False, True], ids=["two reads", "one read"])
def test_e12_split_twice(service: Service, *, together: bool) -> None:
    """The newest part leads."""
    room = service.room()
    master = series(service, room)
    middle = split(service, master, AT_SECOND, summary="Middle")
    if not together:
        service.settle()
    assert middle.startswith(f"{master}_R")
    split(service, middle, AT_FOURTH, summary="Newest")
    service.settle()
    assert service.state(room) == ("live", "Newest", 1)


def test_e12_first_seen_split(service: Service) -> None:
    """A series that was split before its calendar was enrolled: the newest part leads."""
    service.leave()
    room = service.room()
    split(service, series(service, room, read=False), AT_THIRD, summary="Tail")
    service.enrol()
    service.settle()
    assert kinds(service, room) == [(UPDATED, None)]
    assert service.state(room) == ("live", "Tail", 1)


def test_e12_the_tail_has_a_conference_of_its_own(service: Service) -> None:
    """The split gave it another one: both live on, each with its own part."""
    room, other = service.room(), service.room("Other")
    master = series(service, room)
    wish = {"summary": "Tail", "conferenceData": conference_data(other)}
    split(service, master, AT_THIRD, **wish)
    service.settle()
    service.sweep_later()
    assert (service.state(room), service.state(other)) == (("live", "Weekly", 1), ("live", "Tail", 1))


def test_e14_an_instance_of_each_part_cancelled(service: Service) -> None:
    """Both parts have the same conference, to which both occurrences are pushed."""
    room = service.room()
    master = series(service, room)
    split(service, master, AT_THIRD, summary="Tail")
    service.settle()
    service.told()
    service.people().delete(instance(master, SECOND))
    service.people().delete(instance(master, FOURTH))
    service.settle()
    cancelled = [(CANCELLED, "2031-01-13T09:00:00Z"), (CANCELLED, "2031-01-27T09:00:00Z")]
    assert sorted(kinds(service, room)) == cancelled
