"""One conference carried by several events, in one calendar or two, whichever is changed and read first."""

import pytest

from functions.core.model import EventRef
from tests.host.service import Service
from tests.host.weekly import SECOND, hours, instance
from tests.support.rig import OWNER

UPDATED, DELETED = "conference.updated", "conference.deleted"
BOB = "bob@example.com"
GUESTS = [{"email": BOB}]


def copied(service: Service, *, elsewhere: bool, original_first: bool) -> tuple[str, EventRef, EventRef]:
    """A conference, its event, and a copy in the same calendar or another, read one after the other."""
    there = service.team() if elsewhere else OWNER
    room = service.room()
    wishes = [("Original", OWNER), ("Copy", there)]
    events: dict[str, EventRef] = {}
    for title, calendar_id in wishes if original_first else reversed(wishes):
        event_id = service.people(calendar_id).add(room, summary=title)
        events[title] = EventRef(calendar_id, event_id)
        service.settle()
    return room, events["Original"], events["Copy"]


def delete(service: Service, *refs: EventRef) -> None:
    for ref in refs:
        service.people(ref.calendar_id).delete(ref.event_id)
        service.settle()


def held_by(service: Service, room: str) -> list[EventRef]:
    return [hold.ref for hold in service.record(room).holds]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same calendar", "two calendars"])
@pytest.mark.parametrize("original_first", [True, False])
def test_e10_copied(service: Service, *, elsewhere: bool, original_first: bool) -> None:
    """The conference follows the event that was read first; the second costs no call, nor does its change."""
    room, original, copy = copied(service, elsewhere=elsewhere, original_first=original_first)
    title, second = ("Original", copy) if original_first else ("Copy", original)
    service.people(second.calendar_id).change(second.event_id, location="Room 7")
    service.settle()
    service.sweep()
    assert service.told() == [(UPDATED, room, None)]
    assert service.state(room) == ("live", title, 1)
    assert {original, copy} == set(held_by(service, room))


def test_e10_copies_first_seen_in_one_read(service: Service) -> None:
    """The one made first is primary, whatever their order in the read."""
    room = service.room()
    for name in ("event2", "event3", "event1"):
        service.people().add(room, id=name, summary=name)
        service.control("clock", advanceSeconds=1)  # `created` has whole seconds
    service.settle()
    assert service.told() == [(UPDATED, room, None)]
    assert service.state(room) == ("live", "event2", 1)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same calendar", "two calendars"])
@pytest.mark.parametrize("original_first", [True, False])
def test_e11_one_of_two_deleted(service: Service, *, elsewhere: bool, original_first: bool) -> None:
    """The primary gone, the other is pushed, once; the other gone, nothing; both gone, it is deleted once."""
    room, original, copy = copied(service, elsewhere=elsewhere, original_first=True)
    service.told()
    first, second = (original, copy) if original_first else (copy, original)
    delete(service, first)
    service.sweep()
    assert service.told() == ([(UPDATED, room, None)] if original_first else [])
    assert service.state(room) == ("live", "Copy" if original_first else "Original", 1)
    delete(service, second)
    service.sweep()
    service.sweep_later()
    service.sweep_later()
    assert service.told() == [(DELETED, room, None)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["original read first", "copy read first"])
def test_e11_both_deleted_before_either_is_read(service: Service, order: tuple[int, int]) -> None:
    """Whichever calendar is read first, the conference is deleted, and once."""
    room, *events = copied(service, elsewhere=True, original_first=True)
    service.told()
    for ref in events:
        service.people(ref.calendar_id).delete(ref.event_id)
    service.settle(*(events[place].calendar_id for place in order))
    service.sweep()
    service.sweep_later()
    service.sweep_later()
    assert [line for line in service.told() if line[0] == DELETED] == [(DELETED, room, None)]
    assert service.state(room)[0] == "deleted"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["original read first", "copy read first"])
def test_e11_the_primary_deleted_and_the_other_renamed(service: Service, order: tuple[int, int]) -> None:
    """In whichever order the two calendars are read, the conference has the other's new title."""
    room, original, copy = copied(service, elsewhere=True, original_first=True)
    service.told()
    service.people(original.calendar_id).delete(original.event_id)
    service.people(copy.calendar_id).change(copy.event_id, summary="Renamed")
    service.settle(*((original, copy)[place].calendar_id for place in order))
    service.sweep()
    assert service.told() == [(UPDATED, room, None)]
    assert service.state(room) == ("live", "Renamed", 1)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["original first", "copy first"])
def test_e18_both_restored_within_the_grace(service: Service, order: tuple[int, int]) -> None:
    """Both deleted and restored, in either order: the original leads again, and nothing is deleted."""
    service.set(DELETE_GRACE_SECONDS="300")
    room, *events = copied(service, elsewhere=True, original_first=True)
    service.told()
    delete(service, *events)
    for place in order:
        service.people(events[place].calendar_id).change(events[place].event_id, status="confirmed")
        service.settle()
    service.sweep_later()
    assert service.state(room) == ("live", "Original", 1)
    assert held_by(service, room) == events
    assert DELETED not in [kind for kind, *_ in service.told()]


MOVES = pytest.mark.parametrize("whose", ["own", "another user's"])
ORDERS = pytest.mark.parametrize("order", ["tombstone first", "live first"])


def moved(
    service: Service, whose: str, order: str, *, expired: bool = False, **changed: str
) -> tuple[str, EventRef]:
    """A pushed conference, and its event moved, and perhaps changed there, before anything is read."""
    service.set(DELETE_GRACE_SECONDS="300")
    there = service.team() if whose == "own" else service.user(BOB)
    room = service.room()
    event_id = service.people().add(room)
    service.settle()
    service.told()
    service.people().move(event_id, there)
    if expired:
        service.control("expire")
    if changed:
        service.people(there).change(event_id, **changed)
    service.settle(*((OWNER, there) if order == "tombstone first" else (there, OWNER)))
    return room, EventRef(there, event_id)


@MOVES
@ORDERS
@pytest.mark.parametrize("expired", [False, True], ids=["changes", "full reads"])
def test_e20_moved(service: Service, whose: str, order: str, *, expired: bool) -> None:
    """Read in either order, the conference survives, and one update says who organizes it now."""
    room, event = moved(service, whose, order, expired=expired)
    service.sweep_later()
    assert service.told() == [(UPDATED, room, None)]
    assert service.state(room) == ("live", "Planning", 1)
    assert held_by(service, room) == [event]


@MOVES
@ORDERS
def test_e20_moved_and_renamed(service: Service, whose: str, order: str) -> None:
    """What changed with the move is pushed, once."""
    room, _ = moved(service, whose, order, summary="Moved")
    service.sweep_later()
    assert service.told() == [(UPDATED, room, None)]
    assert service.state(room) == ("live", "Moved", 1)


@MOVES
@ORDERS
def test_e20_moved_then_deleted(service: Service, whose: str, order: str) -> None:
    """The moved event deleted, the conference goes when the grace is over."""
    room, event = moved(service, whose, order)
    delete(service, event)
    assert service.state(room)[0] == "live"
    service.sweep_later()
    service.sweep_later()
    assert service.state(room)[0] == "deleted"


@ORDERS
def test_e20_moved_there_and_back(service: Service, order: str) -> None:
    """Back where it was, in whichever order the two calendars are read, it is held there alone."""
    room, event = moved(service, "own", order)
    service.people(event.calendar_id).move(event.event_id, OWNER)
    there, here = (event.calendar_id, OWNER)
    service.settle(*((there, here) if order == "tombstone first" else (here, there)))
    service.sweep_later()
    assert service.state(room) == ("live", "Planning", 1)
    assert held_by(service, room) == [EventRef(OWNER, event.event_id)]


def test_e20_moved_told_late(service: Service) -> None:
    """The new calendar's notification is lost: the deletion waits until that calendar has been read."""
    service.set(DELETE_GRACE_SECONDS="300")
    there = service.team()
    room = service.room()
    event_id = service.people().add(room)
    service.settle()
    service.told()
    service.people().move(event_id, there)
    service.lose(there)
    service.settle()
    service.sweep_later()
    service.sweep_later()
    assert service.told() == [(UPDATED, room, None)]
    assert held_by(service, room) == [EventRef(there, event_id)]


def invited(service: Service) -> tuple[str, str]:
    """A conference and its event, which has a guest whose calendar is enrolled too; nothing is read yet."""
    service.user(BOB)
    room = service.room()
    return room, service.people().add(room, attendees=GUESTS)


@pytest.mark.parametrize("first", [OWNER, BOB])
def test_e21_a_guests_copy(service: Service, first: str) -> None:
    """Whichever copy is read first, the organizer's alone holds and is pushed, and it alone ends it."""
    room, event = invited(service)
    service.settle(first)
    assert service.told() == [(UPDATED, room, None)]
    assert held_by(service, room) == [EventRef(OWNER, event)]
    service.people().delete(event)
    service.settle(first)
    service.sweep()
    assert service.told() == [(DELETED, room, None)]


def test_e21_a_guests_copy_changes(service: Service) -> None:
    """What guests do to their copy alone, up to deleting it, costs nothing on their calendar's side."""
    _, event = invited(service)
    service.settle()
    service.people(BOB).change(event, colorId="5")
    with service.silence():
        service.settle()
    service.people(BOB).delete(event)
    with service.silence():
        service.sync(BOB)


def test_e21_a_guest_deletes_a_date(service: Service) -> None:
    """It is off in their own calendar alone: everybody else meets."""
    service.user(BOB)
    room = service.room()
    times = hours("2031-01-06")
    weekly = service.people().add(room, recurrence=["RRULE:FREQ=WEEKLY"], attendees=GUESTS, **times)
    service.settle()
    service.people(BOB).delete(instance(weekly, SECOND))
    with service.silence():
        service.sync(BOB)


@pytest.mark.parametrize("order", ["old organizer first", "new organizer first"])
def test_e21_the_organizer_becomes_a_guest(service: Service, order: str) -> None:
    """Moved by an organizer who attends, the event stays with them as a guest's copy: the other one holds."""
    service.user(BOB)
    room = service.room()
    event = service.people().add(room, attendees=[{"email": OWNER}, *GUESTS])
    service.settle()
    service.told()
    service.people().move(event, BOB)
    service.settle(*((OWNER, BOB) if order == "old organizer first" else (BOB, OWNER)))
    service.sweep_later()
    assert DELETED not in [kind for kind, *_ in service.told()]
    assert service.state(room) == ("live", "Planning", 1)
    assert held_by(service, room) == [EventRef(BOB, event)]
    service.people(BOB).delete(event)
    service.settle(*((OWNER, BOB) if order == "old organizer first" else (BOB, OWNER)))
    service.sweep_later()
    assert service.state(room)[0] == "deleted"
