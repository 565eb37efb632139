"""Enrolments and borrowed conferences in states that are rare."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.core.conference import Conference, Parked
from functions.core.enrolment import Access, Watch
from functions.core.errors import RetryLater
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef
from functions.flow.dry import DryCalendar
from tests.support.rig import OWNER, Rig, rig

DELETED = "conference.deleted"


@pytest.fixture
def house() -> Iterator[Rig]:
    with rig(grace=0) as made:
        made.enrol()
        yield made


def test_a_borrowed_conference_is_not_deleted_for_another_reason(house: Rig) -> None:
    """A deletion that failed before it was borrowed is not tried again meanwhile."""
    room, past = house.room(), house.now() - timedelta(hours=1)
    record = Conference(
        key=ConferenceKey("webhook", room),
        released=(Hold(ref=EventRef(OWNER, "gone"), let_go_at=past),),
        delete_at=past,
        borrowed=(Hold(ref=EventRef("mallory@example.com", "e")),),
        parked=Parked(reason="busy", since=past, retry_at=past),
    )
    assert house.store.save(record, None)
    house.sweep_later()
    assert DELETED not in [kind for kind, *_ in house.told()]
    assert (house.record(room).parked, house.record(room).due_at) == (None, None)


def test_a_calendar_without_a_channel_is_taken_over(house: Rig) -> None:
    """There is nothing to stop; it is watched as its own user."""
    house.amend(lambda found: replace(found, user="bob@example.com", watch=Watch()))
    house.enrol(OWNER, OWNER)
    assert house.enrolment().user == OWNER
    assert house.enrolment().watch.channel


def test_an_enrolment_that_stood_stays_when_it_cannot_be_watched(house: Rig) -> None:
    """Only one that is new leaves nothing behind."""
    house.amend(lambda found: replace(found, watch=Watch()))
    house.calendar.control("POST", "faults", {"method": "events.watch", "status": 503})
    with pytest.raises(RetryLater):
        house.enrol()
    assert house.enrolment().calendar_id == OWNER


def test_a_dry_run_is_shown_the_same_role(house: Rig) -> None:
    """As with all that is only read."""
    access, calendar = Access(OWNER, None), house.context.calendar
    assert DryCalendar(calendar).role(access) == calendar.role(access)
