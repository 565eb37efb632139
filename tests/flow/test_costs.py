"""What a change that means nothing costs, counted: one read of the calendar, its lease and its commit."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.enrolment import Access
from functions.core.errors import RetryLater
from functions.core.model import Change, Outcome, Place
from functions.flow.sync import sync
from functions.ports import Page
from tests.flow.wrapped import Record, WrappedProvider, WrappedStore
from tests.support.rig import OWNER, Rig, conference_data, usual

GUEST = "guest@example.com"
FOREIGN = conference_data("abc-defg-hij", "Google Meet")


def told(house: Rig, **fields: Any) -> tuple[str, str]:
    """A conference that is in step, with its system's own link, and the event that carries it."""
    room = house.room()
    link = {"entryPoints": [{"entryPointType": "video", "uri": house.seen(room)["join_url"]}]}
    event = house.people().add(None, conferenceData=conference_data(room) | link, **fields)
    house.sync()
    return room, event


def e03(house: Rig) -> str:
    _, event = told(house)
    house.people().change(event, colorId="5", reminders={"useDefault": False})
    return OWNER


def e04(house: Rig) -> str:
    house.people().add(None)
    house.people().add(None, conferenceData=FOREIGN)
    return OWNER


def e06(house: Rig) -> str:
    event = house.people().add(None, conferenceData=FOREIGN)
    house.sync()
    house.people().delete(event)
    return OWNER


def _invited(house: Rig) -> str:
    house.calendar.control("POST", "users", {"email": GUEST})
    house.enrol(GUEST)
    return told(house, attendees=[{"email": GUEST}])[1]


def e21_live(house: Rig) -> str:
    _invited(house)
    return GUEST


def e21_declined(house: Rig) -> str:
    event = _invited(house)
    house.sync(GUEST)
    answer = {"email": GUEST, "responseStatus": "declined"}
    house.people(GUEST).change(event, attendees=[answer])
    return GUEST


def e21_deleted(house: Rig) -> str:
    event = _invited(house)
    house.sync(GUEST)
    house.people(GUEST).delete(event)
    return GUEST


def e23(house: Rig) -> str:
    for kind in ("focusTime", "outOfOffice", "workingLocation", "birthday", "fromGmail"):
        event = {**usual(), "eventType": kind, "conferenceData": conference_data(house.room())}
        house.calendar.control("POST", "events", {"calendarId": OWNER, "event": event})
    return OWNER


def e28(house: Rig) -> str:
    house.with_policy(write_back=Place.LOCATION)
    room, event = told(house)
    house.conferences.rooms.lock(room, "4711")
    house.people().change(event, summary="Renamed")
    house.sync()
    assert "4711" in house.people().get(event)["location"]
    return OWNER


@pytest.mark.parametrize("story", [e03, e04, e06, e21_live, e21_declined, e21_deleted, e23, e28])
def test_what_means_nothing_costs_nothing(house: Rig, story: Callable[[Rig], str]) -> None:
    """No call to the system, no conference's record and no event written: lease and commit are all."""
    calendar_id = story(house)
    house.calendar.control("DELETE", "requests", None)
    calls: list[Change] = []
    writes: Counter[str] = Counter()

    def count(record: Record) -> None:
        writes[type(record).__name__] += 1

    provider = WrappedProvider(inner=house.context.provider("webhook"), before=calls.append)
    store = WrappedStore(inner=house.store, before_save=count)
    house.context = replace(house.context, store=store, provider=lambda _: provider)
    assert house.sync(calendar_id) == "synced"
    assert house.calendar.control("GET", "requests", None)["calls"] == {"events.list": 1}
    assert (calls, writes, store.writes) == ([], {"Enrolment": 2}, 2)
    assert store.reads <= 3


def test_a_conference_that_fails_for_ever_does_not_make_reads_grow(house: Rig) -> None:
    """Each notification reads what changed since the last one, not all since the trouble began."""
    room, event = told(house)
    inner = house.context.provider("webhook")

    class Dead(WrappedProvider):
        def apply(self, change: Change) -> Outcome:
            if change.key.id == room:
                raise RetryLater("dead")
            return super().apply(change)

    read: list[int] = []

    class Counting(GoogleCalendar):
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            page = super().changes(access, token=token, page_token=page_token)
            read.append(len(page.events))
            return page

    calendar = house.google(Counting)
    house.context = replace(house.context, provider=lambda _: Dead(inner=inner), calendar=calendar)
    house.people().change(event, summary="Never")
    delivery = house.delivery()
    with pytest.raises(RetryLater):
        sync(house.context, house.request(), delivery)
    assert sync(house.context, house.request(), delivery) == "synced"
    for number in range(25):
        house.people().add(house.room(), summary=str(number))
        assert house.sync() == "synced"
    assert read == [1, 1, *[1] * 25]
