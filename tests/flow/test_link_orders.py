"""A link that changes at each step of its writing, and one that its event could not be shown yet."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.enrolment import Access
from functions.core.errors import AccessLost, RetryLater
from functions.core.model import Event, Place, Unreadable
from functions.flow.status import state
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from tests.flow.test_write_back import locked, meeting, shown, writes
from tests.flow.wrapped import Effects, Killed, WrappedProvider, WrappedStore
from tests.support.rig import OWNER, SOLUTIONS, Rig, conference_data

STEPS = ["before the event is read", "before the record is read", "before the event is written"]


@pytest.fixture(autouse=True)
def place(house: Rig) -> None:
    """Links are written to the location."""
    house.with_policy(write_back=Place.LOCATION)


class Between(GoogleCalendar):
    """At a step of writing a link, a test acts once. The first read of the event is the conference's own."""

    def __init__(self, house: Rig, step: str, act: Callable[[], object], reads: int = 0) -> None:
        super().__init__(auth="anonymous", solutions=SOLUTIONS, endpoint=house.calendar.url)
        self.step, self.act, self.reads = step, act, reads

    def _at(self, step: str) -> None:
        if step == self.step:
            self.step = ""
            self.act()

    def event(self, access: Access, event_id: str) -> Event | Unreadable:
        self.reads += 1
        if self.reads == 1:
            return super().event(access, event_id)
        self._at("before the event is read")
        found = super().event(access, event_id)
        self._at("before the record is read")
        return found

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:
        self._at("before the event is written")
        return super().write(access, event_id, etag=etag, fields=fields)


class Refusing(GoogleCalendar):
    """Nothing is written for a while."""

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:
        raise RetryLater(f"no {access.calendar_id} {event_id} {etag} {len(fields)}")


def owed(house: Rig) -> tuple[str, str]:
    """A conference whose first new link could not be written for now."""
    good = house.context
    room, event = meeting(house)
    house.context = replace(good, calendar=house.google(Refusing))
    assert "code-1" not in locked(house, room, event, "code-1")
    house.context = good
    house.let_pass(61)
    return room, event


def killed(house: Rig, delivery: Delivery, die_at: int) -> None:
    """The delivery dies right before an effect on a record or on the conference's system."""
    good, effects = house.context, Effects(die_at=die_at)
    provider = WrappedProvider(inner=good.provider("webhook"), effects=effects)
    store = WrappedStore(inner=good.store, effects=effects)
    with suppress(Killed):
        sync(replace(good, store=store, provider=lambda _: provider), house.request(), delivery)


def overtaken(house: Rig, act: Callable[[], None]) -> None:
    """A sync calls the conference's system so late that others have acted before, when its lease was over."""
    good = house.context

    def others(_: object) -> None:
        house.context = good
        house.let_pass(120)
        act()

    calling = WrappedProvider(inner=good.provider("webhook"), before=others)
    house.context = replace(good, provider=lambda _: calling)
    with suppress(RetryLater):
        house.sync()
    house.context = good


@pytest.mark.parametrize("step", STEPS)
def test_a_sweep_that_pauses_writes_no_older_link(house: Rig, step: str) -> None:
    """About to write the first link, it is overtaken by a sync that learns and writes the second."""
    room, event = owed(house)
    second = partial(locked, house, room, event, "code-2")
    between = Between(house, step, second)
    sweep(replace(house.context, calendar=between))
    assert between.step == ""
    assert ("code-2" in shown(house, event), "code-1" in shown(house, event)) == (True, False)
    assert (house.record(room).published.unwritten, house.record(room).due_at) == ((), None)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("die_at", range(1, 8))
@pytest.mark.slow
def test_a_newer_link_that_was_learned_stays_due(house: Rig, step: str, die_at: int) -> None:
    """The sync that overtakes dies on its way and comes again: what it has learned is written in the end."""
    room, event = owed(house)
    delivery = house.delivery()

    def learn() -> None:
        house.conferences.rooms.lock(room, "code-2")
        house.people().change(event, summary="Second")
        killed(house, delivery, die_at)

    sweep(replace(house.context, calendar=Between(house, step, learn)))
    house.let_pass(61)
    with suppress(RetryLater):
        sync(house.context, house.request(), delivery)
    house.let_pass(3_600)
    house.sync()
    house.sweep_later()
    assert "code-2" in shown(house, event)
    assert house.record(room).published.unwritten == ()


def test_a_sync_that_pauses_writes_no_older_link(house: Rig) -> None:
    """The other way round: the sync learned the first link, another delivery the second."""
    room, event = meeting(house)
    good = house.context

    def second() -> None:
        house.context = good
        house.conferences.rooms.lock(room, "code-2")
        house.people().change(event, summary="Second")
        house.let_pass(120)  # the lease of the one that pauses is over
        house.sync()

    house.context = replace(good, calendar=Between(house, STEPS[2], second))
    with suppress(RetryLater):
        locked(house, room, event, "code-1")
    house.context = good
    house.sync()
    house.sweep_later()
    assert ("code-2" in shown(house, event), "code-1" in shown(house, event)) == (True, False)


def test_one_refused_event_holds_up_no_other(house: Rig) -> None:
    """The copy in a calendar that may be written to shows the link; the other calendar has the trouble."""
    house.calendar.control("POST", "users", {"email": "bob@example.com"})
    house.enrol("bob@example.com")
    room, event = meeting(house)
    copy = house.people("bob@example.com").add(room)
    house.sync("bob@example.com")

    class Half(GoogleCalendar):
        def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:
            if access.calendar_id == OWNER:
                raise AccessLost("no")
            return super().write(access, event_id, etag=etag, fields=fields)

    house.context = replace(house.context, calendar=house.google(Half))
    locked(house, room, event)
    assert "4711" in str(house.people("bob@example.com").get(copy)["location"])
    assert state(house.context, OWNER)["links_refused"] == {event: "no"}
    assert state(house.context, "bob@example.com")["links_refused"] == {}


def test_taken_off_and_put_back_before_it_is_read_it_shows_the_link(house: Rig) -> None:
    """Without its conference for a moment, the event is not written to then, and is later."""
    room, event = meeting(house)
    data = house.people().get(event)["conferenceData"]
    off = partial(house.people().change, event, conferenceData=None)
    good = house.context
    house.context = replace(good, calendar=Between(house, STEPS[2], off))
    assert "4711" not in locked(house, room, event)
    house.context = good
    house.people().change(event, conferenceData=data)
    house.sync()
    house.sweep_later()
    assert "4711" in shown(house, event)


def test_a_copy_that_could_not_be_read_at_first_shows_the_link(house: Rig) -> None:
    """Held although a field was odd; mended, it shows what has changed before it came."""
    room, event = meeting(house)
    locked(house, room, event)
    odd = {"id": "odd1", "conferenceData": conference_data(room), "start": {"dateTime": "soon"}}
    odd |= {"end": {"dateTime": "later"}, "summary": "Copy"}
    house.calendar.control("POST", "events", {"calendarId": OWNER, "event": odd})
    house.sync()
    good = house.people().get(event)
    mended = {**odd, "start": good["start"], "end": good["end"]}
    house.calendar.control("POST", "events", {"calendarId": OWNER, "event": mended})
    house.sync()
    house.sweep_later()
    assert "4711" in shown(house, "odd1")


@pytest.mark.parametrize("restore", ["within the grace", "after it"])
def test_a_link_learned_while_nobody_held_it_is_shown_by_who_does(house: Rig, restore: str) -> None:
    """The event was deleted during the call that taught it, and is restored."""
    house.with_policy(grace=300)
    room, event = meeting(house)

    def away() -> None:
        house.people().delete(event)
        house.sync()

    house.conferences.rooms.lock(room, "4711")
    house.people().change(event, summary="Last words")
    overtaken(house, away)
    if restore == "after it":
        house.sweep_later(400)
    house.people().change(event, status="confirmed")
    house.sync()
    house.sweep_later(61)
    house.sweep_later()
    record = house.record(room)
    assert record.published.link is not None
    assert record.published.link.passcode in shown(house, event)
    assert record.published.link.join_url in shown(house, event)


def test_a_call_that_was_overtaken_tells_of_another_link(house: Rig) -> None:
    """Which of two links is the newer one nobody knows then, so its system is asked once more."""
    room, event = meeting(house)

    def two_more() -> None:
        for title in ("Second", "First"):
            house.people().change(event, summary=title)
            house.sync()
        house.conferences.rooms.lock(room, "4711")

    house.people().change(event, summary="First")
    overtaken(house, two_more)
    house.sweep_later(61)
    house.sweep_later()
    assert "4711" in shown(house, event)
    assert house.record(room).due_at is None


def test_a_link_that_somebody_took_out_is_not_put_back(house: Rig) -> None:
    """Their change, the next one and a full read: the location stays as they left it."""
    room, event = meeting(house)
    assert "4711" in locked(house, room, event)
    house.people().change(event, location="Room 9")
    house.sync()
    house.people().change(event, summary="Later")
    house.sync()
    house.calendar.control("POST", "expire")
    house.sync()
    house.sweep_later()
    assert (shown(house, event), writes(house)) == ("Room 9|", 1)
