"""Right before a deletion: what changed around the events that let go, without a notification."""

from dataclasses import replace

import pytest

from functions.core.enrolment import SyncToken
from functions.core.errors import RetryLater
from functions.core.model import Reason
from functions.flow.glance import GLANCE_PAGES_MAX
from local.conferences.faults import Fault
from tests.flow.test_protocol import one_by_one
from tests.flow.test_rare_orders import team
from tests.flow.test_sweep import deleted_event
from tests.support.rig import OWNER, Rig, conference_data

GRACE_OVER_S = 301
FOR_EVER = {"method": "events.list", "times": 1_000}


@pytest.fixture
def waiting(house: Rig) -> tuple[Rig, str]:
    """A conference that its only event has let go, to be deleted in five minutes."""
    house.with_policy(grace=300)
    room, _ = deleted_event(house)
    house.waiting()
    return house, room


def asked(house: Rig) -> list[str]:
    return [request.calendar_id for request in house.waiting() if request.reason is Reason.SWEEP]


def test_a_copy_made_meanwhile_saves_it(waiting: tuple[Rig, str]) -> None:
    """In the calendar that let go, its notification lost: a sync is asked for, which takes it up."""
    house, room = waiting
    copy = house.people().add(room)
    house.sweep_later(GRACE_OVER_S)
    assert (house.seen(room)["status"], asked(house)) == ("live", [OWNER])
    house.sync(reason=Reason.SWEEP)
    house.sweep_later()
    assert [hold.ref.event_id for hold in house.record(room).holds] == [copy]
    assert house.seen(room)["status"] == "live"


def test_a_guests_copy_puts_it_off_until_it_was_read(waiting: tuple[Rig, str]) -> None:
    """What a sync does not take up is no reason any more once that sync is done."""
    house, room = waiting
    house.calendar.control("POST", "users", {"email": "bob@example.com"})
    house.people("bob@example.com").add(room, attendees=[{"email": OWNER}])
    house.sweep_later(GRACE_OVER_S)
    assert (house.seen(room)["status"], asked(house)) == ("live", [OWNER])
    house.sync(reason=Reason.SWEEP)
    house.sweep_later()
    assert house.seen(room)["status"] == "deleted"


def test_an_event_that_cannot_be_read_saves_it(waiting: tuple[Rig, str]) -> None:
    """All that is known of it is that it carries the conference."""
    house, room = waiting
    odd = {"id": "odd0001", "summary": "Odd", "conferenceData": conference_data(room)}
    house.calendar.control("POST", "events", {"calendarId": OWNER, "event": odd})
    house.sweep_later(GRACE_OVER_S)
    assert (house.seen(room)["status"], asked(house)) == ("live", [OWNER])


def test_a_conference_of_a_name_no_longer_known_saves_it(waiting: tuple[Rig, str]) -> None:
    """Its solution was renamed, and the settings were not: the id is what counts."""
    house, room = waiting
    house.people().add(conferenceData=conference_data(room, "Another Name"))
    house.sweep_later(GRACE_OVER_S)
    assert house.seen(room)["status"] == "live"


@pytest.mark.parametrize("token", ["good", "refused", "of other parameters", "none", "of a hidden calendar"])
def test_whatever_has_become_of_the_token(waiting: tuple[Rig, str], token: str) -> None:
    """Where changes cannot be asked for, all events are looked at: one that carries it saves it."""
    house, room = waiting
    other = house.people().add(house.room())
    house.sync()
    if token == "refused":
        house.calendar.control("POST", "expire", {})
    elif token == "none":
        house.amend(lambda found: replace(found, token=None))
    elif token == "of other parameters":
        house.amend(lambda found: replace(found, token=SyncToken(value="t", read_params="another")))
    elif token == "of a hidden calendar":
        house.amend(lambda found: replace(found, details_hidden=True))
    house.people().change(other, conferenceData=conference_data(room))
    house.sweep_later(GRACE_OVER_S)
    assert house.seen(room)["status"] == "live"
    house.people().delete(other)
    house.sweep_later()
    assert house.seen(room)["status"] == "deleted"


def test_410_for_ever(waiting: tuple[Rig, str]) -> None:
    """Nothing can be found out in such a calendar, so nothing is deleted."""
    house, room = waiting
    house.calendar.control("POST", "faults", {**FOR_EVER, "status": 410, "reason": "fullSyncRequired"})
    house.sweep_later(GRACE_OVER_S)
    assert (house.seen(room)["status"], asked(house)) == ("live", [OWNER])


def test_a_calendar_that_shows_us_nothing(waiting: tuple[Rig, str]) -> None:
    """Our role has sunk to free or busy since it was read: whether an event carries it cannot be seen."""
    house, room = waiting
    house.calendar.control("POST", "role", {"calendarId": OWNER, "role": "freeBusyReader"})
    house.sweep_later(GRACE_OVER_S)
    assert (house.seen(room)["status"], asked(house)) == ("live", [OWNER])


def test_a_move_whose_notification_is_late(house: Rig) -> None:
    """It is seen in the other calendar of the same user, for which a sync is asked."""
    other = team(house)
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().move(event, other)
    house.waiting()
    house.sync()
    assert (house.seen(room)["status"], asked(house)) == ("live", [other])


def test_another_calendar_in_trouble_holds_nothing_up(house: Rig) -> None:
    """One conference of the same user's other calendar fails for good; this one is not in that calendar."""
    other = team(house)
    failing, room = house.room(), house.room()
    house.people(other).add(failing)
    house.conferences.faults.add(Fault(kind="status", status=503, count=1_000, conference_id=failing))
    event = house.people().add(room)
    house.sync()
    house.people().delete(event)
    with pytest.raises(RetryLater):
        house.sync(other)
    house.sync()
    assert house.seen(room)["status"] == "deleted"


def test_a_calendar_that_is_lost_holds_nothing_up(house: Rig) -> None:
    """It cannot be looked at: as long as that may pass it is waited for, then no more."""
    other = team(house)
    house.with_policy(grace=300)
    room, _ = deleted_event(house)
    house.calendar.control("POST", "role", {"calendarId": other, "role": "none"})
    house.sweep_later(GRACE_OVER_S)
    assert house.seen(room)["status"] == "live"
    for _ in range(5):
        house.sync(other)
        house.let_pass(300)
    house.sweep_later()
    assert house.seen(room)["status"] == "deleted"


@pytest.mark.parametrize("events", [GLANCE_PAGES_MAX - 1, GLANCE_PAGES_MAX, GLANCE_PAGES_MAX + 1])
def test_pages_without_end(waiting: tuple[Rig, str], events: int) -> None:
    """So many changes are looked at; with more, a sync is asked for, and the deletion comes after it."""
    house, room = waiting
    for number in range(events):
        house.people().add(summary=f"Other {number}")
    usual, house.context = house.context, replace(house.context, calendar=one_by_one(house))
    house.sweep_later(GRACE_OVER_S)
    few = events <= GLANCE_PAGES_MAX
    assert (house.seen(room)["status"] == "deleted", asked(house)) == (few, [] if few else [OWNER])
    house.context = usual
    house.sync(reason=Reason.SWEEP)
    house.sweep_later()
    assert house.seen(room)["status"] == "deleted"
