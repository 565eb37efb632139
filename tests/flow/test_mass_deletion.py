"""A full read that finds most of a calendar gone releases nothing before an operator has confirmed."""

from dataclasses import replace
from itertools import count

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.enrolment import Access, Enrolment, Withheld
from functions.core.errors import BadRequest, RetryLater
from functions.core.model import Change, Event, Reason, Unreadable
from functions.core.withheld import RELEASES_MIN, confirm, too_many
from functions.flow import reconcile
from functions.flow.plan import let_go, plan
from functions.flow.status import state
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.ports import Page
from tests.flow.wrapped import Effects, Killed, WrappedProvider, WrappedStore
from tests.support.rig import OWNER, Rig, usual

MANY = RELEASES_MIN


@pytest.mark.parametrize(
    ("releases", "holds", "confirmed", "stops"),
    [
        (20, 39, 0, True),
        (20, 40, 0, False),
        (19, 19, 0, False),
        (30, 40, 30, False),
        (31, 40, 30, True),
        (0, 0, 0, False),
    ],
)
def test_more_than_half_and_at_least_twenty(
    releases: int, holds: int, confirmed: int, *, stops: bool
) -> None:
    """Both must hold; confirmed is only what was seen, and nothing on top of it."""
    assert too_many(releases=releases, holds=holds, confirmed=confirmed) is stops


def filled(house: Rig, count: int) -> dict[str, str]:
    """So many events with a conference each, all in step; the rooms by event."""
    rooms = {}
    for number in range(count):
        room = house.conferences.rooms.create("Room").id
        event = {**usual(), "id": f"event{number:03}", "conferenceData": _carried(room)}
        house.calendar.control("POST", "events", {"calendarId": OWNER, "event": event})
        rooms[f"event{number:03}"] = room
    house.sync()
    house.told()
    return rooms


def _carried(room: str) -> dict[str, object]:
    return {
        "conferenceId": room,
        "conferenceSolution": {"key": {"type": "addOn"}, "name": "My Web Conference"},
        "entryPoints": [{"entryPointType": "video", "uri": f"https://meet.example.com/{room}"}],
    }


def vanish(house: Rig, events: list[str]) -> None:
    """Deleted, and no read will tell of it: the token is void."""
    for event in events:
        house.people().delete(event)
    house.calendar.control("POST", "expire")


def lost(house: Rig) -> dict[str, str]:
    """A calendar of 30 events of which 24 went unseen, synced since."""
    rooms = filled(house, 30)
    vanish(house, sorted(rooms)[:24])
    assert house.sync() == "synced"
    return rooms


def deleted(house: Rig, rooms: dict[str, str]) -> int:
    return sum(house.seen(room)["status"] == "deleted" for room in rooms.values())


def test_it_stops_marks_and_goes_on_with_the_rest(house: Rig) -> None:
    """Nothing released, the calendar marked, the token moved, other changes pushed as ever."""
    rooms = filled(house, 30)
    vanish(house, sorted(rooms)[:24])
    house.people().change("event029", summary="Goes on")
    assert house.sync() == "synced"
    assert deleted(house, rooms) == 0
    assert house.seen(rooms["event029"])["title"] == "Goes on"
    withheld = house.enrolment().withheld
    assert withheld is not None
    assert (withheld.releases, withheld.holds) == (24, 30)
    faults = state(house.context, OWNER)["faults"]
    assert [fault["kind"] for fault in faults] == ["deletions_withheld"]  # type: ignore[attr-defined]
    house.calendar.control("DELETE", "requests", None)
    assert house.sync() == "synced"
    assert house.enrolment().withheld == withheld
    assert house.calls("events.get") == 0


def test_fewer_go_without_a_word(house: Rig) -> None:
    """Half of them or less: that is how calendars are."""
    rooms = filled(house, 40)
    vanish(house, sorted(rooms)[:20])
    house.sync()
    assert (deleted(house, rooms), house.enrolment().withheld) == (20, None)


def test_conferences_missing_from_living_events_count_as_well(house: Rig) -> None:
    """A full read that shows the events without their conferences lets them go no faster."""
    rooms = filled(house, 24)
    for event in rooms:
        house.people().change(event, conferenceData=None)
    house.calendar.control("POST", "expire")
    house.sync()
    assert deleted(house, rooms) == 0
    assert house.enrolment().withheld is not None
    assert let_go(house.context, OWNER, 24) == "synced"
    assert deleted(house, rooms) == 24


def test_confirmed_they_go(house: Rig) -> None:
    """As many as were shown; the mark goes too, and the next full read is guarded again."""
    rooms = lost(house)
    shown = plan(house.context, OWNER, full=True)
    assert (shown.releases, len(shown.endings), deleted(house, rooms)) == (24, 24, 0)
    assert let_go(house.context, OWNER, shown.releases) == "synced"
    assert deleted(house, rooms) == 24
    assert (house.enrolment().withheld, house.enrolment().confirmed) == (None, 0)
    assert not any(house.record(rooms[event]).holds for event in sorted(rooms)[:24])


def test_more_than_was_shown_stops_again(house: Rig) -> None:
    """Two more are gone by the time it is confirmed."""
    rooms = lost(house)
    for event in sorted(rooms)[24:26]:
        house.calendar.control(
            "POST", "events", {"calendarId": OWNER, "event": {"id": event, "status": "cancelled"}}
        )
    let_go(house.context, OWNER, 24)
    withheld = house.enrolment().withheld
    assert (deleted(house, rooms), withheld and withheld.releases) == (0, 26)


def test_what_came_back_meanwhile_is_kept(house: Rig) -> None:
    """Restored between the guard and the confirmation: it is read anew and not released."""
    rooms = lost(house)
    house.people().change("event000", status="confirmed")
    house.sync()
    let_go(house.context, OWNER, 24)
    assert house.seen(rooms["event000"])["status"] == "live"
    assert deleted(house, rooms) == 23


def test_the_next_full_read_may_find_all_well(house: Rig) -> None:
    """The events are back: the mark goes by itself."""
    rooms = lost(house)
    for event in sorted(rooms)[:24]:
        house.people().change(event, status="confirmed")
    house.calendar.control("POST", "expire")
    house.sync()
    assert (deleted(house, rooms), house.enrolment().withheld) == (0, None)


def test_a_confirmation_that_was_cut_short_is_not_lost(house: Rig) -> None:
    """Killed right after it was stored: the next sync carries it out."""
    rooms = lost(house)
    deadly = WrappedStore(inner=house.context.store, effects=Effects(die_at=1, after=True))
    with pytest.raises(Killed):
        let_go(replace(house.context, store=deadly), OWNER, 24)
    assert house.sync() == "synced"
    assert deleted(house, rooms) == 24


def test_a_sync_under_way_does_not_swallow_the_confirmation(house: Rig) -> None:
    """It began before and knows nothing of it; the one after it does."""
    rooms = lost(house)
    house.people().change("event029", summary="Busy")

    def confirmed_meanwhile(record: object) -> None:
        if isinstance(record, Enrolment) and record.lease is None:
            store.before_save = lambda _: None
            house.amend(lambda found: confirm(found, 24))

    store = WrappedStore(inner=house.context.store)
    store.before_save = confirmed_meanwhile
    sync(replace(house.context, store=store), house.request(), house.delivery())
    assert (deleted(house, rooms), house.enrolment().confirmed) == (0, 24)
    house.sync()
    assert deleted(house, rooms) == 24


def test_a_full_read_under_way_does_not_swallow_the_confirmation(house: Rig) -> None:
    """It began before, and lets nothing go by it; the read after it does, and that one alone."""
    rooms = lost(house)
    house.calendar.control("POST", "expire")
    seen: list[str] = []

    class Slow(GoogleCalendar):
        def event(self, access: Access, event_id: str) -> Event | Unreadable:
            if not seen:
                seen.append(event_id)
                house.amend(lambda found: confirm(found, 24))
            return super().event(access, event_id)

    slow = house.google(Slow)
    sync(replace(house.context, calendar=slow), house.request(), house.delivery())
    assert (len(seen), deleted(house, rooms), house.enrolment().confirmed) == (1, 0, 24)
    assert house.sync() == "synced"
    assert (deleted(house, rooms), house.enrolment().confirmed) == (24, 0)


@pytest.mark.parametrize("reason", [Reason.SWEEP, Reason.INITIALIZE])
def test_the_mark_goes_when_the_events_are_back_and_somebody_looks(house: Rig, reason: Reason) -> None:
    """As the runbook says: they are restored, and an operator syncs the calendar, or the sweep does."""
    rooms = lost(house)
    for event in sorted(rooms)[:24]:
        house.people().change(event, status="confirmed")
    assert house.sync() == "synced"
    assert house.enrolment().withheld is not None
    assert house.sync(reason=reason) == "synced"
    assert (deleted(house, rooms), house.enrolment().withheld) == (0, None)


def test_the_sweep_looks_at_a_mark_however_busy_the_calendar_is(house: Rig) -> None:
    """Reads that notifications ask for do not put it off."""
    lost(house)
    house.let_pass(house.context.policy.sync_every)
    house.people().change("event029", summary="Busy")
    assert house.sync() == "synced"
    house.waiting()
    assert sweep(house.context).asked == 1


def test_a_calendar_that_is_not_enrolled_has_nothing_to_confirm(house: Rig) -> None:
    """Said as for every other command."""
    with pytest.raises(BadRequest, match="not enrolled"):
        let_go(house.context, "nobody@example.com", 1)


def test_the_mark_survives_what_does_not_reconcile(house: Rig) -> None:
    """Only a full read may take it away."""
    lost(house)
    house.people().change("event029", summary="Another day")
    house.sync()
    assert isinstance(house.enrolment().withheld, Withheld)


def test_time_up_while_events_are_looked_up(house: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each delivery gets some of them done; the token stays until all are, and the message comes again."""
    monkeypatch.setattr(reconcile, "LOOKED_UP_AT_ONCE", 2)
    rooms = filled(house, 3)
    vanish(house, ["event000", "event001", "event002"])
    token, good = house.enrolment().token, house.context
    ticks = count(step=0.1)  # so small that no deletion takes long by them
    house.context = replace(house.context, monotonic=lambda: next(ticks))
    house.with_policy(time_limit=0.6, lease=100_000, grace=0)
    with pytest.raises(RetryLater, match="time ran out"):
        house.sync()
    assert house.enrolment().token == token
    released = [kept for kept in house.context.store.conferences() if not kept.value.holds]
    assert len(released) == 2
    house.context = good
    house.with_policy(grace=0)
    house.sync()
    assert deleted(house, rooms) == 3


def over(house: Rig, rooms: dict[str, str]) -> None:
    """All of these events took place long ago."""
    for event, room in rooms.items():
        past = {"start": {"date": "2020-03-02"}, "end": {"date": "2020-03-03"}}
        whole = {"id": event, "summary": "Over", "conferenceData": _carried(room), **past}
        house.calendar.control("POST", "events", {"calendarId": OWNER, "event": whole})
    house.sync()
    house.told()


def test_a_calendar_with_a_long_past_is_reconciled_by_lists(house: Rig) -> None:
    """A full read shows nothing of the past, and asking for each event would spend the user's quota."""
    rooms = filled(house, 60)
    over(house, rooms)
    vanish(house, ["event007"])
    house.calendar.control("DELETE", "requests", None)
    assert house.sync() == "synced"
    assert [event for event in rooms if house.seen(rooms[event])["status"] == "deleted"] == ["event007"]
    # 410, full, all, and before the deletion 410 and full again; the one event, twice
    assert (house.calls("events.list"), house.calls("events.get")) == (5, 2)
    assert house.told() == [("conference.deleted", rooms["event007"], None)]


def test_what_no_list_shows_is_counted_before_it_is_looked_up(house: Rig) -> None:
    """Most of many gone: withheld without asking for each; confirmed, they are looked up and released."""
    rooms = filled(house, 60)
    vanish(house, sorted(rooms)[:55])
    house.calendar.control("DELETE", "requests", None)
    house.sync()
    withheld = house.enrolment().withheld
    assert (withheld and withheld.releases, house.calls("events.get"), deleted(house, rooms)) == (55, 0, 0)
    let_go(house.context, OWNER, 55)
    assert deleted(house, rooms) == 55


@pytest.mark.slow
def test_a_long_list_goes_on_where_time_ran_out(house: Rig) -> None:
    """What was released is not looked up again; the message comes again until all is done."""
    rooms = filled(house, 130)
    vanish(house, sorted(rooms)[:60])
    clock = [0.0]

    def slow(_: Change) -> None:
        clock[0] += 0.1

    slowly = WrappedProvider(inner=house.context.provider("webhook"), before=slow)
    house.with_policy(time_limit=2)
    context = replace(house.context, monotonic=lambda: clock[0], provider=lambda _: slowly)
    with pytest.raises(RetryLater, match="time ran out"):
        sync(context, house.request(), house.delivery())
    first = deleted(house, rooms)
    assert 0 < first < 60
    house.sync()
    assert deleted(house, rooms) == 60


def test_a_list_of_all_events_without_an_end(house: Rig) -> None:
    """Something turns in a circle: not for ever."""
    rooms = filled(house, 51)
    over(house, rooms)
    house.calendar.control("POST", "expire")

    class Endless(GoogleCalendar):
        def everything(self, access: Access, *, page_token: str | None) -> Page:
            return Page(events=[], next_page="more", next_token=None, access_role="owner")

    house.context = replace(house.context, calendar=house.google(Endless))
    with pytest.raises(RetryLater, match="no end"):
        house.sync()
    assert deleted(house, rooms) == 0
