"""A changed join link or passcode reaches the people: it is written to the event, once, and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any, cast

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.conference import Entry
from functions.core.enrolment import Access
from functions.core.errors import Rejected, RetryLater
from functions.core.model import Change, Event, Link, Outcome, Place, Unreadable
from functions.flow.retry import retry
from functions.flow.status import state
from functions.flow.sync import sync
from local.conferences.faults import Fault
from tests.flow.wrapped import Effects, Killed, OfItsPeople, WrappedProvider, WrappedStore
from tests.support.rig import OWNER, SOLUTIONS, Rig, conference_data

UPDATED = "conference.updated"
GUESTS = [{"email": "guest@example.com", "responseStatus": "accepted"}, {"email": "b@example.com"}]


@pytest.fixture(params=[Place.LOCATION, Place.DESCRIPTION])
def place(request: pytest.FixtureRequest, house: Rig) -> Place:
    """Links are written there."""
    house.with_policy(write_back=request.param)
    chosen: Place = request.param
    return chosen


def meeting(house: Rig, **fields: Any) -> tuple[str, str]:
    """A room that is in step with its event, which shows the room's own link."""
    room = house.room()
    link = {"entryPoints": [{"entryPointType": "video", "uri": house.seen(room)["join_url"]}]}
    event = house.people().add(None, conferenceData=conference_data(room) | link, **fields)
    house.sync()
    house.told()
    return room, event


def locked(house: Rig, room: str, event: str, code: str = "4711") -> str:
    """Its system has another passcode, of which we hear with the next update. The event's text by then."""
    house.conferences.rooms.lock(room, code)
    house.people().change(event, summary=f"Code {code}")
    house.sync()
    return shown(house, event)


def shown(house: Rig, event: str) -> str:
    found = house.people().get(event)
    return f"{found.get('location', '')}|{found.get('description', '')}"


def deeds(house: Rig, room: str) -> list[Entry]:
    return list(house.record(room).history)


def writes(house: Rig) -> int:
    """How often the service wrote to an event: people in these tests are counted out."""
    asked = house.calendar.control("GET", "requests", None)["requests"]
    return len([one for one in asked if one["method"] == "events.patch" and "sendUpdates" in one["query"]])


def test_a_changed_passcode_is_written_and_nothing_else(house: Rig, place: Place) -> None:
    """Link and code stand in the chosen place; guests, texts of people, times and conference stay."""
    room, event = meeting(house, attendees=GUESTS, location="Room 5", description="<b>Agenda</b>")
    before = house.people().get(event)
    text = locked(house, room, event)
    after = house.people().get(event)
    assert (house.seen(room)["join_url"] in text, "4711" in text, "Room 5" in text, "Agenda" in text) == (
        True, True, True, True,
    )  # fmt: skip
    written = {str(place), "extendedProperties"}
    own = {"updated", "etag", "sequence", "summary"}
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed - own == written
    assert writes(house) == 1


def test_the_echo_costs_nothing(house: Rig, place: Place) -> None:
    """Our own write comes back as a change: no call to the conference system, no record written."""
    room, event = meeting(house)
    locked(house, room, event)
    house.told()
    before, written = house.record(room), writes(house)
    store = WrappedStore(inner=house.context.store)
    saved: list[str] = []
    store.before_save = lambda record: saved.append(type(record).__name__)
    house.context = replace(house.context, store=store)
    house.sync()
    assert (house.told(), house.record(room), writes(house)) == ([], before, written)
    assert set(saved) == {"Enrolment"}


def test_a_later_code_takes_the_place_of_the_earlier(house: Rig, place: Place) -> None:
    """Not beside it."""
    room, event = meeting(house, location="Room 5")
    locked(house, room, event, "1111")
    text = locked(house, room, event, "2222")
    assert ("1111" in text, text.count("2222"), text.count(house.seen(room)["join_url"])) == (False, 1, 1)


def test_a_link_that_the_event_shows_already_is_not_written(house: Rig, place: Place) -> None:
    """The add-on has put it there; and asking for the event again is spared."""
    house.calendar.control("DELETE", "requests", None)
    room, event = meeting(house)
    house.people().change(event, summary="Renamed")
    house.sync()
    assert (writes(house), house.calls("events.get")) == (0, 0)
    assert house.record(room).published.link is not None


def test_made_anew_after_deletion_the_new_link_is_written(house: Rig, place: Place) -> None:
    """Restored when its conference was gone: it has another link now, and people find it."""
    room, event = meeting(house)
    old = house.seen(room)["join_url"]
    house.people().delete(event)
    house.sync()
    assert house.seen(room)["status"] == "deleted"
    house.people().change(event, status="confirmed")
    house.sync()
    new = house.seen(room)["join_url"]
    assert new != old
    assert new in shown(house, event)
    house.sync()
    assert house.told() == [("conference.deleted", room, None), (UPDATED, room, None)]


def test_every_event_that_carries_it_is_written_to(house: Rig, place: Place) -> None:
    """A copy leads to the same conference by the same link."""
    room, event = meeting(house)
    copy = house.people().add(room, summary="Copy")
    house.sync()
    locked(house, room, event)
    assert all("4711" in shown(house, one) for one in (event, copy))


class Meddled(GoogleCalendar):
    """Somebody changes the event each time right before it is written."""

    def __init__(self, house: Rig, meddle: Callable[[int], None]) -> None:
        super().__init__(auth="anonymous", solutions=SOLUTIONS, endpoint=house.calendar.url)
        self.meddle = meddle
        self.tries = 0

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:
        self.tries += 1
        self.meddle(self.tries)
        return super().write(access, event_id, etag=etag, fields=fields)


def _given(provider: WrappedProvider, _: str) -> WrappedProvider:
    return provider


class Deadly(GoogleCalendar):
    """Writing to an event is an effect."""

    def __init__(self, house: Rig, effects: Effects) -> None:
        super().__init__(auth="anonymous", solutions=SOLUTIONS, endpoint=house.calendar.url)
        self.effects = effects

    def write(self, access: Access, event_id: str, *, etag: str, fields: Mapping[str, object]) -> bool:
        write = super().write
        return self.effects.pass_through(lambda: write(access, event_id, etag=etag, fields=fields))


def meddled(house: Rig, meddle: Callable[[int], None]) -> Meddled:
    calendar = Meddled(house, meddle)
    house.context = replace(house.context, calendar=calendar)
    return calendar


def test_changed_meanwhile_it_is_read_and_decided_again(house: Rig, place: Place) -> None:
    """412: what somebody wrote a moment ago stays, and the link is written beside it."""
    room, event = meeting(house)

    def once(tries: int) -> None:
        if tries == 1:
            house.people().change(event, location="Room 9", description="New text")

    calendar = meddled(house, once)
    text = locked(house, room, event)
    assert ("Room 9" in text, "New text" in text, "4711" in text, calendar.tries) == (True, True, True, 2)


def test_deleted_or_taken_off_meanwhile_it_is_not_written(house: Rig, place: Place) -> None:
    """The conference was removed under our hands: nothing is written, nor owed once the removal is read."""
    room, event = meeting(house)
    meddled(house, lambda _: house.people().change(event, conferenceData=None))
    assert "4711" not in locked(house, room, event)
    room, event = meeting(house)
    meddled(house, lambda _: house.people().delete(event))
    house.conferences.rooms.lock(room, "4711")
    house.people().change(event, summary="Last words")
    house.sync()
    house.sync()
    assert house.record(room).published.unwritten == ()


def test_changed_all_the_time_it_is_tried_a_few_times_and_again_later(house: Rig, place: Place) -> None:
    """Five tries, then the sweep; what was pushed to the conference system stays."""
    room, event = meeting(house)
    calendar = meddled(house, lambda tries: house.people().change(event, location=f"Room {tries}"))
    locked(house, room, event)
    assert (calendar.tries, house.record(room).parked is not None) == (5, True)
    calendar.meddle = lambda _: None
    house.sweep_later(61)
    assert "4711" in shown(house, event)
    assert (house.record(room).parked, house.record(room).due_at) == (None, None)


REFUSED = {"method": "events.patch", "status": 403, "reason": "forbidden"}


def refused(house: Rig) -> tuple[str, str, Meddled]:
    """A room whose changed link Calendar does not let us write, its event, and who sees to that."""
    room, event = meeting(house)
    calendar = meddled(house, lambda _: house.calendar.control("POST", "faults", REFUSED))
    assert "4711" not in locked(house, room, event)
    return room, event, calendar


def test_a_refusal_is_noted_and_holds_up_nothing(house: Rig, place: Place) -> None:
    """No right to write: said in the history and in the calendar's state; the conference goes on as ever."""
    room, event, _ = refused(house)
    assert [deed.what for deed in deeds(house, room)][-1] == "link refused"
    said = state(house.context, OWNER)
    assert list(cast("dict[str, str]", said["links_refused"])) == [event]
    assert "links_refused" in str(said["faults"])
    house.people().change(event, summary="Later")
    house.sync()
    assert (house.seen(room)["title"], house.record(room).parked) == ("Later", None)


@pytest.mark.parametrize("by", ["time", "change", "operator"])
def test_what_was_refused_is_tried_again(house: Rig, place: Place, by: str) -> None:
    """After an hour, when the event changes, or when an operator says so; then nothing is left to say."""
    room, event, calendar = refused(house)
    calendar.meddle = lambda _: None
    house.sweep_later(3_000)
    assert "4711" not in shown(house, event)
    if by == "time":
        house.sweep_later(700)
    elif by == "change":
        house.people().change(event, colorId="5")
        house.sync()
    else:
        retry(house.context, room, ("webhook",))
    assert "4711" in shown(house, event)
    assert (state(house.context, OWNER)["links_refused"], house.record(room).due_at) == ({}, None)


def test_what_is_refused_time_and_again_is_tried_ever_more_seldom(house: Rig, place: Place) -> None:
    """An hour, two, four, and once a day in the end."""
    room, *_ = refused(house)
    pauses = []
    for _ in range(7):
        found = house.record(room)
        assert found.due_at
        pauses.append(round((found.due_at - found.history[-1].at).total_seconds() / 3_600))
        house.sweep_later(pauses[-1] * 3_600 + 10)
    assert pauses == [1, 2, 4, 8, 16, 24, 24]


def test_an_older_link_is_not_written_over_a_newer_one(house: Rig, place: Place) -> None:
    """A sweep reads the event, and before it writes, a sync learns the next link and writes that."""
    room, event = meeting(house)
    house.calendar.control("POST", "faults", {"method": "events.get", "status": 503, "times": 1})
    locked(house, room, event, "old")
    good, calls = house.context, count()

    class Slow(GoogleCalendar):
        def event(self, access: Access, event_id: str) -> Event | Unreadable:
            found = super().event(access, event_id)
            if next(calls) == 1:  # the sweep's look at it to write the link; the first was to tell of it
                slow, house.context = house.context, good
                locked(house, room, event, "new")
                house.context = slow
                found = super().event(access, event_id)  # as if it had read it only now
            return found

    house.context = replace(good, calendar=house.google(Slow))
    house.sweep_later(61)
    house.context = good
    house.sweep_later(61)
    assert "new" in shown(house, event)
    assert "old" not in shown(house, event)
    assert house.record(room).due_at is None


@pytest.mark.parametrize("taken_out", [True, False])
def test_a_link_that_changed_while_none_was_written(house: Rig, *, taken_out: bool) -> None:
    """Write-back turned on, the full read that follows shows it; one that people took out stays out."""
    room, event = meeting(house)
    locked(house, room, event)
    house.with_policy(write_back=Place.LOCATION)
    house.sync()
    assert "4711" in shown(house, event)
    if taken_out:
        house.people().change(event, location="Room 9")
        house.sync()
        house.with_policy(write_back=Place.OFF)
        house.sync()
        house.with_policy(write_back=Place.LOCATION)
        house.sync()
    assert ("4711" in shown(house, event)) is not taken_out


def test_turned_off_nothing_stays_due(house: Rig, place: Place) -> None:
    """What was refused before is not written any more, and no event is read for it. A quarter of an hour
    after it was due, it is asked for no more.
    """
    room, event, _ = refused(house)
    house.with_policy(write_back=Place.OFF)
    read = house.calls("events.get")
    house.sweep_later(4_000)
    assert house.record(room).published.unwritten
    house.sweep_later(600)
    assert house.calls("events.get") - read == 2  # once each time, for the conference itself
    assert "4711" not in shown(house, event)
    assert (house.record(room).due_at, house.record(room).published.unwritten) == (None, ())
    assert [deed.what for deed in deeds(house, room)][-1] == "link refused"


@pytest.mark.parametrize("learns", [False, True])
def test_one_with_settings_of_before_leaves_what_is_to_be_written(
    house: Rig, place: Place, *, learns: bool
) -> None:
    """While WRITE_BACK is turned on, some processes write no links yet. One comes to an event that must show
    the link, and perhaps learns the next one. Without another read, that is shown.
    """
    room, event = meeting(house)
    house.calendar.control("POST", "faults", {"method": "events.get", "status": 503, "times": 1})
    locked(house, room, event, "1111")
    house.with_policy(write_back=Place.OFF)
    if learns:
        locked(house, room, event, "2222")
    house.sweep_later(61)
    assert "1111" not in shown(house, event)
    house.with_policy(write_back=place)
    house.sweep_later(61)
    assert ("2222" if learns else "1111") in shown(house, event)
    assert (house.record(room).due_at, house.record(room).published.unwritten) == (None, ())


def test_a_passcode_that_the_event_does_not_show_is_news(house: Rig, place: Place) -> None:
    """The first link that its system gives is the one the event shows, unless its code is missing there."""
    codes: dict[str, str]
    for codes in ({}, {"passcode": "4711"}):
        room = house.room()
        house.conferences.rooms.lock(room, "4711")
        point = {"entryPointType": "video", "uri": house.seen(room)["join_url"], **codes}
        data = conference_data(room) | {"entryPoints": [point]}
        event = house.people().add(None, conferenceData=data)
        house.sync()
        assert ("4711" in shown(house, event)) is (codes != {"passcode": "4711"})


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_effect_the_link_is_written_all_the_same(
    house: Rig, place: Place, *, after: bool
) -> None:
    """Between any two steps from the call to the last note: redelivery and sweep bring it to its end."""
    good, room, event = house.context, *meeting(house)
    for die_at in range(1, 40):
        house.conferences.rooms.lock(room, f"code-{die_at}")
        house.people().change(event, summary=f"Code {die_at}")
        effects, delivery = Effects(die_at=die_at, after=after), house.delivery()
        provider = WrappedProvider(inner=good.provider("webhook"), effects=effects)
        deadly = replace(
            good,
            store=WrappedStore(inner=good.store, effects=effects),
            provider=partial(_given, provider),
            calendar=Deadly(house, effects),
        )
        try:
            sync(deadly, house.request(), delivery)
        except Killed:
            sync(good, house.request(), delivery)
            house.sweep_later(61)
        assert f"code-{die_at})" in shown(house, event) or f"code-{die_at}\n" in shown(house, event)
        if effects.made < die_at:
            return
    pytest.fail("the sync never got through all its effects")


def test_off_it_is_only_said(house: Rig) -> None:
    """Nothing is written; history and log have the new link."""
    room, event = meeting(house)
    assert "4711" not in locked(house, room, event)
    assert "link changed" in [deed.what for deed in deeds(house, room)]
    assert writes(house) == 0


def test_a_moved_event_is_no_longer_written_to(house: Rig, place: Place) -> None:
    """Its calendar is not enrolled any more when the link is to be written."""
    room, event = meeting(house)
    house.calendar.control("POST", "faults", {"method": "events.get", "status": 503, "times": 1})
    locked(house, room, event)
    house.people().delete(event)
    house.sync()
    assert house.record(room).published.unwritten == ()
    assert OWNER in house.enrolment().calendar_id


def test_an_update_that_fails_teaches_nothing(house: Rig, place: Place) -> None:
    """Only an answer of success says how to join."""
    room, event = meeting(house)
    house.conferences.faults.add(Fault(kind="status", status=422))
    assert "4711" not in locked(house, room, event)


def test_an_event_without_an_etag_is_not_written(house: Rig, place: Place) -> None:
    """Nothing is written blindly; the refusal says why."""
    room, event = meeting(house)

    class Plain(GoogleCalendar):
        def event(self, access: Access, event_id: str) -> Event | Unreadable:
            found = super().event(access, event_id)
            assert isinstance(found, Event)
            return replace(found, etag="")

    house.context = replace(house.context, calendar=house.google(Plain))
    assert "4711" not in locked(house, room, event)
    assert deeds(house, room)[-1].why == "the event came without an etag"


def test_a_link_too_long_for_an_event_is_refused(house: Rig, place: Place) -> None:
    """The event could not remember it, and the next one would be written beside it."""
    room, event = meeting(house)
    inner = house.context.provider("webhook")

    class Talkative(WrappedProvider):
        def apply(self, change: Change) -> Outcome:
            super().apply(change)
            return Outcome(link=Link(f"https://meet.example.com/{'x' * 1_024}"))

    talkative = Talkative(inner=inner)
    house.context = replace(house.context, provider=lambda _: talkative)
    house.people().change(event, summary="Long")
    house.sync()
    assert (deeds(house, room)[-1].what, deeds(house, room)[-1].why) == (
        "link refused",
        "the link is too long for an event",
    )


def test_a_calendar_that_left_is_not_written_to(house: Rig, place: Place) -> None:
    """Two calendars hold the conference; one of them is no longer ours when the link is to be written."""
    house.calendar.control("POST", "users", {"email": "bob@example.com"})
    house.enrol("bob@example.com")
    room, event = meeting(house)
    house.people("bob@example.com").add(room)
    house.sync("bob@example.com")

    class Leaving(WrappedProvider):
        def apply(self, change: Change) -> Outcome:
            house.drop("bob@example.com")
            return super().apply(change)

    leaving = Leaving(inner=house.context.provider("webhook"))
    house.context = replace(house.context, provider=lambda _: leaving)
    assert "4711" in locked(house, room, event)
    assert "calendar bob@example.com is not enrolled" in [deed.why for deed in deeds(house, room)]


@pytest.mark.parametrize("error", [Rejected("no scope"), RetryLater("busy")])
def test_while_whose_it_is_cannot_be_asked_no_event_is_shown_the_link(
    house: Rig, place: Place, error: Rejected | RetryLater
) -> None:
    """It might be a stranger's; the reason is noted, and once its system answers the link is written."""
    room, event = meeting(house)
    provider = OfItsPeople(inner=house.context.provider("webhook"), said=error)
    house.context = replace(house.context, provider=lambda _: provider)
    assert "4711" not in locked(house, room, event)
    parked = house.record(room).parked
    assert parked
    assert "could not be asked" in parked.reason
    provider.said = frozenset({OWNER})
    house.sweep_later()
    assert "4711" in shown(house, event)


def test_what_proves_to_be_of_others_is_not_shown_the_link(house: Rig, place: Place) -> None:
    """Who is behind it was forgotten, and it counted as one of its people's until it was read for this."""
    house.calendar.control("POST", "users", {"email": "bob@example.com"})
    house.enrol("bob@example.com")
    room, event = meeting(house)
    other = house.people("bob@example.com").add(room)
    house.sync("bob@example.com")
    [kept] = house.store.known([], [house.record(room).key])
    mine, theirs = kept.value.holds
    forgotten = replace(kept.value, owners=(OWNER,), holds=(mine, replace(theirs, parties=None)))
    assert house.store.save(forgotten, kept.version)
    assert "4711" in locked(house, room, event)
    found = house.people("bob@example.com").get(other)
    assert "4711" not in f"{found.get('location')} {found.get('description')}"
    assert house.record(room).published.unwritten == ()
