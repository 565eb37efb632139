"""Events of a size that Calendar would not take, and pages that take longer than a delivery has."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from functions.adapters.providers.webhook import BODY_MAX_BYTES
from functions.adapters.stores import records
from functions.core.conference import Conference
from functions.core.model import ConferenceKey, EventRef, Reason
from functions.core.slices import SLICE_EVENTS
from functions.logs import JsonLines
from functions.ports import Store, Versioned
from tests.flow.wrapped import WrappedStore
from tests.support.rig import OWNER, Rig, conference_data, usual

TEXT = "word " * 2_000_000
GUESTS = [{"email": f"guest{number}@example.com"} for number in range(10_000)]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [JsonLines("p").format(record) for record in caplog.records if record.name.startswith("functions")]


@pytest.mark.slow
@pytest.mark.slow
def test_ten_thousand_guests_and_ten_megabytes_of_text(house: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Pushed in a small message, remembered in a small record, and in the log not at all."""
    caplog.set_level(logging.INFO, "functions")
    room = house.room()
    house.people().add(room, description=TEXT, attendees=GUESTS)
    assert house.sync() == "synced"
    told = house.seen(room)
    assert len(json.dumps(told)) < BODY_MAX_BYTES
    assert len(json.dumps(records.document(house.record(room)))) < 3_000
    lines = logged(caplog)
    assert max(map(len, lines)) < 1_000
    assert "word" not in "".join(lines)
    assert "guest1@" not in "".join(lines)


def test_a_title_of_a_megabyte_is_set_aside_alone(house: Rig) -> None:
    """It can be neither pushed whole nor cut by us; the other event of the same read goes on."""
    huge, usual = house.room(), house.room()
    house.people().add(huge, summary=TEXT[:1_000_000])
    house.people().add(usual, summary="Usual")
    assert house.sync() == "synced"
    refused = house.record(huge).refused
    assert refused is not None
    assert refused.reason.startswith(
        "title, location and rules of the event alone would make a message of 1000"
    )
    assert house.seen(usual)["title"] == "Usual"
    assert house.told() == [("conference.updated", usual, None)]


class Looking(WrappedStore):
    """Each look for conferences takes its time; which events were looked for is counted."""

    def __init__(self, inner: Store, look: Callable[[], None]) -> None:
        super().__init__(inner=inner)
        self.look, self.asked = look, Counter[str]()

    def known(
        self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
    ) -> Sequence[Versioned[Conference]]:
        if refs:
            self.look()
        self.asked.update(ref.event_id for ref in refs)
        return super().known(refs, keys)


def hurried(house: Rig, events: int) -> tuple[Looking, list[str]]:
    """A page of so many events of ours, less time for a delivery than it takes to look up some of them, and
    whose conferences they are.
    """
    clock = [0.0]

    def slow() -> None:
        clock[0] += 10

    rooms = [house.room(str(number)) for number in range(events)]
    for number, room in enumerate(rooms):
        body = {**usual(), "id": f"event{number:04}", "conferenceData": conference_data(room)}
        house.calendar.control("POST", "events", {"calendarId": OWNER, "event": body})
    store = Looking(house.context.store, slow)
    house.context = replace(house.context, store=store, monotonic=lambda: clock[0])
    house.with_policy(time_limit=5)
    return store, rooms


@pytest.mark.slow
def test_a_page_that_takes_longer_than_a_delivery_has_goes_on_where_it_stood(house: Rig) -> None:
    """Each delivery gets a slice of it done, and no event is looked up by two of them."""
    store, rooms = hurried(house, 3 * SLICE_EVENTS - 20)
    token = house.enrolment().token
    assert [house.sync(reason=Reason.CONTINUE) for _ in range(2)] == ["continued", "continued"]
    assert house.enrolment().token == token
    assert len(house.told()) == 2 * SLICE_EVENTS
    assert house.sync(reason=Reason.CONTINUE) == "synced"
    assert house.enrolment().token != token
    assert {house.seen(room)["title"] for room in rooms} == {"Planning"}
    assert set(store.asked.values()) == {1}


def test_what_changes_while_its_page_is_gone_on_with_is_met_again(house: Rig) -> None:
    """It is on the page another time, and not as it was settled."""
    _, rooms = hurried(house, SLICE_EVENTS + 1)
    assert house.sync() == "continued"
    told = next(room for kind, room, _ in house.told())
    house.people().change(f"event{rooms.index(told):04}", summary="Renamed")
    assert house.sync(reason=Reason.CONTINUE) == "synced"
    assert house.seen(told)["title"] == "Renamed"


def test_a_full_read_in_slices_lets_go_what_is_gone(house: Rig) -> None:
    """What an earlier delivery saw of the page is not taken for missing, and what is missing is found."""
    store, rooms = hurried(house, SLICE_EVENTS + 30)
    while house.sync(reason=Reason.CONTINUE) != "synced":
        pass
    house.people().delete("event0007")
    house.calendar.control("POST", "expire")
    assert house.sync() == "continued"
    house.context = replace(house.context, store=store.inner, monotonic=lambda: 0.0)
    assert house.sync(reason=Reason.CONTINUE) == "synced"
    gone = [room for room in rooms if house.seen(room)["status"] == "deleted"]
    assert gone == [rooms[7]]
