"""What each change of one event means, through the functions: from its calendar to what the system holds."""

from typing import Any

import pytest

from tests.host.service import Service, held
from tests.support.rig import conference_data

UPDATED, DELETED = "conference.updated", "conference.deleted"
SIX_DAYS = 6 * 86_400
FOREIGN = conference_data("abc-defg-hij", "Google Meet")


def test_e01_a_new_event(service: Service) -> None:
    """A live event with our conference, seen first, is pushed."""
    room = service.room()
    service.people().add(room, summary="First")
    service.settle()
    assert service.told() == [(UPDATED, room, None)]
    assert service.state(room) == ("live", "First", 1)


@pytest.mark.parametrize(("lookback", "told"), [("86400", True), ("0", False)])
def test_e01_on_a_full_read(service: Service, lookback: str, *, told: bool) -> None:
    """An event that was there before its calendar was enrolled is pushed if it changed within the lookback;
    if not, its next change is.
    """
    service.leave()
    room = service.room()
    event = service.people().add(room, summary="Before")
    service.set(FULL_SYNC_LOOKBACK_SECONDS=lookback)
    service.enrol()
    service.settle()
    assert service.told() == ([(UPDATED, room, None)] if told else [])
    service.people().change(event, summary="After")
    service.settle()
    assert service.told() == [(UPDATED, room, None)]
    assert service.state(room) == ("live", "After", 1)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"summary": "Renamed"}, "title", "Renamed"),
        ({"description": "<b>Bring</b> cake"}, "description", "Bring cake"),
        ({"location": "Room 7"}, "location", "Room 7"),
        (
            {"start": {"dateTime": "2031-03-01T10:00:00Z"}, "end": {"dateTime": "2031-03-01T12:00:00Z"}},
            "end",
            "2031-03-01T12:00:00+00:00",
        ),
        ({"recurrence": ["RRULE:FREQ=WEEKLY"]}, "recurrence", ["RRULE:FREQ=WEEKLY"]),
        (
            {"attendees": [{"email": "guest@example.com"}]},
            "attendees",
            [{"email": "guest@example.com", "response": "needsAction", "optional": False}],
        ),
    ],
    ids=["title", "description", "location", "times", "recurrence", "attendees"],
)
def test_e02_a_mapped_change(service: Service, change: dict[str, Any], field: str, value: object) -> None:
    """Title, text, location, times, recurrence or attendees changed: one update, with the new content."""
    room, event = held(service)
    service.people().change(event, **change)
    service.settle()
    service.sweep()
    assert service.told() == [(UPDATED, room, None)]
    assert service.seen(room)["event"][field] == value


def test_e02_the_notification_is_lost(service: Service) -> None:
    """The sweep has a calendar read that was silent for too long, and its change is pushed."""
    room, event = held(service)
    service.control("notifications", dropNext=1)
    service.people().change(event, summary="Renamed")
    service.settle()
    assert service.told() == []
    service.sweep_later(SIX_DAYS)
    assert service.state(room) == ("live", "Renamed", 1)


def test_e02_after_a_renewal(service: Service) -> None:
    """The channel is replaced before it ends, and the next change comes by the new one."""
    room, event = held(service)
    (before,) = service.calendar.control("GET", "channels")
    service.let_pass(SIX_DAYS)
    service.renew()
    (after,) = service.calendar.control("GET", "channels")
    assert after["id"] != before["id"]
    service.people().change(event, summary="Renamed")
    service.settle()
    assert service.state(room) == ("live", "Renamed", 1)


@pytest.mark.parametrize(
    "change",
    [{"colorId": "5"}, {"reminders": {"useDefault": False}}, {"transparency": "transparent"}],
    ids=["colour", "reminders", "transparency"],
)
def test_e03_a_change_that_is_not_mapped(service: Service, change: dict[str, Any]) -> None:
    """Nothing is pushed, nothing is written."""
    _, event = held(service)
    service.people().change(event, **change)
    with service.silence():
        service.settle()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"conferenceData": FOREIGN},
        {"conferenceData": conference_data("room", "My Web Conference 2")},
        {"description": "https://meet.example.com/room", "location": "My Web Conference"},
    ],
    ids=["none", "foreign", "similar", "text"],
)
def test_e04_an_event_without_our_conference(service: Service, fields: dict[str, Any]) -> None:
    """Without a conference, with another system's, or with our link in its text only: it leaves no trace."""
    service.people().add(None, **fields)
    with service.silence():
        service.settle()


def test_e05_deleted(service: Service) -> None:
    """The conference goes with the first sweep after the grace, not before."""
    service.set(DELETE_GRACE_SECONDS="300")
    room, event = held(service)
    service.people().delete(event)
    service.settle()
    service.sweep_later(200)
    assert service.told() == []
    service.sweep_later(200)
    service.sweep_later(200)
    assert service.told() == [(DELETED, room, None)]
    assert service.state(room)[0] == "deleted"


@pytest.mark.parametrize("fields", [{}, {"conferenceData": FOREIGN}], ids=["none", "foreign"])
def test_e06_a_tombstone_never_held(service: Service, fields: dict[str, Any]) -> None:
    """Nothing is pushed, nothing is written."""
    event = service.people().add(None, **fields)
    service.settle()
    service.people().delete(event)
    with service.silence():
        service.settle()


def test_e06_gone_before_it_was_read(service: Service) -> None:
    """An event made and deleted between two reads was never held: its conference is not ours to end."""
    room = service.room()
    service.people().delete(service.people().add(room))
    with service.silence():
        service.settle()
    assert service.state(room)[0] == "live"


def test_e07_the_conference_removed(service: Service) -> None:
    """The event lives on, its conference does not."""
    room, event = held(service)
    service.people().change(event, conferenceData=None)
    service.settle()
    assert service.told() == [(DELETED, room, None)]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "cancelled"},
        {"conferenceData": None},
        {"conferenceData": conference_data("another")},
        {"conferenceData": FOREIGN},
    ],
    ids=["E05", "E07", "E08", "E09"],
)
def test_let_go_while_the_token_expired(service: Service, change: dict[str, Any]) -> None:
    """A full read finds out by itself which event let go, and ends that conference alone."""
    room, event = held(service)
    other, _ = held(service)
    service.people().change(event, **change)
    service.control("expire")
    service.settle()
    service.sweep_later()
    assert (service.state(room)[0], service.state(other)[0]) == ("deleted", "live")
    assert service.told()[-1] == (DELETED, room, None)


def test_e08_replaced_by_another_of_ours(service: Service) -> None:
    """The old conference is deleted, the new one pushed."""
    old, event = held(service, summary="Planning")
    new = service.room("New")
    service.people().change(event, conferenceData=conference_data(new))
    service.settle()
    assert sorted(service.told()) == sorted([(DELETED, old, None), (UPDATED, new, None)])
    assert service.state(new) == ("live", "Planning", 1)


@pytest.mark.parametrize("together", [False, True], ids=["two reads", "one read"])
@pytest.mark.parametrize("first", ["A", "B"])
def test_e08_two_events_swap_their_conferences(service: Service, first: str, *, together: bool) -> None:
    """Whichever is changed and read first, both conferences live on, each with its new event's title."""
    service.set(DELETE_GRACE_SECONDS="300")
    (room_a, event_a), (room_b, event_b) = (held(service, summary=name) for name in "AB")
    changes = {"A": (event_a, room_b), "B": (event_b, room_a)}
    for name in [first, *changes.keys() - {first}]:
        event, room = changes[name]
        service.people().change(event, conferenceData=conference_data(room))
        if not together:
            service.settle()
    service.settle()
    service.sweep_later()
    assert (service.state(room_a), service.state(room_b)) == (("live", "B", 1), ("live", "A", 1))


def test_e09_replaced_by_a_foreign_one(service: Service) -> None:
    """Another system's conference in its place is a removal of ours."""
    room, event = held(service)
    service.people().change(event, conferenceData=FOREIGN)
    service.settle()
    assert service.told() == [(DELETED, room, None)]


@pytest.mark.parametrize("together", [False, True], ids=["two reads", "one read"])
def test_e18_restored_within_the_grace(service: Service, *, together: bool) -> None:
    """Undo withdraws the deletion without a call, whether or not the tombstone was read in between."""
    service.set(DELETE_GRACE_SECONDS="300")
    room, event = held(service)
    service.people().delete(event)
    if not together:
        service.settle()
    service.people().change(event, status="confirmed")
    service.settle()
    service.sweep_later()
    assert service.told() == []
    assert service.state(room) == ("live", "Planning", 1)


def test_e18_restored_with_another_title(service: Service) -> None:
    """What was changed with the undo is pushed, once."""
    service.set(DELETE_GRACE_SECONDS="300")
    room, event = held(service)
    service.people().delete(event)
    service.settle()
    service.people().change(event, status="confirmed", summary="Back again")
    service.settle()
    service.sweep_later()
    assert service.told() == [(UPDATED, room, None)]
    assert service.state(room) == ("live", "Back again", 1)


def test_e18_restored_unseen(service: Service) -> None:
    """The undo's notification is lost: the event is read again right before the deletion, and saves it."""
    service.set(DELETE_GRACE_SECONDS="300")
    room, event = held(service)
    service.people().delete(event)
    service.settle()
    service.control("notifications", dropNext=1)
    service.people().change(event, status="confirmed")
    service.settle()
    service.sweep_later()
    assert service.told() == []
    assert service.state(room) == ("live", "Planning", 1)
