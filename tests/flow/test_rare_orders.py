"""Orders of events that once went wrong, each by its story; all of them rare, all of them possible."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Event as Signal
from threading import Thread

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.aside import set_aside
from functions.core.conference import Conference, Intent
from functions.core.enrolment import Access, Enrolment, SyncToken, Watch
from functions.core.errors import BadRequest, RetryLater, SyncTokenExpired
from functions.core.hold import Hold
from functions.core.model import Change, ConferenceKey, EventRef, Kind
from functions.core.resume import Resume
from functions.flow.leaving import leave
from functions.flow.renew import renew
from functions.flow.retry import retry
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.ports import Page, Store, Versioned
from local.conferences.faults import Fault
from tests.flow.test_protocol import between, one_by_one
from tests.flow.weekly import weekly
from tests.flow.wrapped import WrappedProvider, WrappedStore, one_each
from tests.support.rig import OWNER, Rig, conference_data

UPDATED, CANCELLED = "conference.updated", "occurrence.cancelled"
EIGHT_HOURS = 8 * 3_600


def settled(house: Rig, *calendars: str) -> None:
    """Everything delivered, every sweep done."""
    for _ in range(3):
        for calendar_id in calendars or (OWNER,):
            house.sync(calendar_id)
        house.sweep_later(EIGHT_HOURS)


def team(house: Rig) -> str:
    """Another calendar of the same user; both are enrolled in that user's name."""
    name: str = house.calendar.control("POST", "calendars", {"owner": OWNER, "summary": "Team"})["id"]
    house.drop()
    house.enrol(OWNER, OWNER)
    house.enrol(name, OWNER)
    return name


def test_time_up_while_several_calls_are_under_way(house: Rig) -> None:
    """What was not begun is not taken for done: the token stays until every conference is in step."""
    rooms = [house.room() for _ in range(12)]
    for room in rooms:
        house.people().add(room, summary=f"For {room}")
    clock = [0.0]

    def slow(_: Change) -> None:
        clock[0] += 1_000

    between(house, slow)
    house.with_policy(concurrency=2)
    house.context = replace(house.context, monotonic=lambda: clock[0])
    assert house.sync() == "continued"
    house.context = replace(house.context, monotonic=lambda: 0.0)
    house.sync()
    assert [house.seen(room)["title"] for room in rooms] == [f"For {room}" for room in rooms]


def test_one_refused_cancellation_is_not_all_of_them(house: Rig) -> None:
    """The system refuses to cancel one instance; the next one is cancelled all the same."""
    room = house.room()
    series, instance = weekly(house, room)
    house.people().delete(instance)
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.sync()
    house.told()
    house.people().delete(f"{series}_20310120T090000Z")
    house.sync()
    assert house.told() == [(CANCELLED, room, "2031-01-20T09:00:00Z")]


def test_a_refusal_is_not_hidden_by_another_success(house: Rig) -> None:
    """The series' new title is refused, then an instance is cancelled: the series stays parked."""
    room = house.room()
    series, instance = weekly(house, room)
    house.people().change(series, summary="Refused")
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.sync()
    house.people().delete(instance)
    house.sync()
    assert "422" in str(set_aside(house.record(room)))


def test_two_primaries_gone_before_the_next_was_told(house: Rig) -> None:
    """The first's successor is deleted too: the third is pushed in the end."""
    room = house.room()
    events = [house.people().add(room, summary=f"Event {number}") for number in range(3)]
    house.sync()
    house.people().delete(events[0])
    house.calendar.control("POST", "faults", {"method": "events.get", "status": 503})
    house.sync()
    house.people().delete(events[1])
    house.sweep_later(61)
    settled(house)
    assert house.seen(room)["title"] == "Event 2"


def test_two_sweeps_over_one_deletion(house: Rig) -> None:
    """The second finds it busy and writes after the first is done: nothing is left due, nothing breaks."""
    house.with_policy(grace=300)
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().delete(event)
    house.sync()
    house.ahead += timedelta(hours=1)
    in_call, go_on = Signal(), Signal()

    def wait(_: Change) -> None:
        in_call.set()
        go_on.wait(5)

    slow = WrappedProvider(inner=house.context.provider("webhook"), before=wait)
    first = Thread(target=lambda: sweep(replace(house.context, provider=lambda _: slow)))
    first.start()
    in_call.wait(5)
    store = WrappedStore(inner=house.context.store)

    def let_it_finish(_: Enrolment | Conference) -> None:
        go_on.set()
        first.join()

    store.before_save = let_it_finish
    sweep(replace(house.context, store=store))
    assert house.seen(room)["status"] == "deleted"
    assert house.record(room).due_at is None


def test_a_sweep_and_a_sync_beside_a_call_under_way(house: Rig) -> None:
    """Neither waits for it; what it pushed last, being older, is pushed again."""
    room = house.room()
    original = house.people().add(room, summary="Original")
    house.calendar.control("POST", "clock", {"advanceSeconds": 1})  # `created` has whole seconds
    copy = house.people().add(room, summary="Copy")
    house.sync()
    house.people().delete(original)
    house.calendar.control("POST", "faults", {"method": "events.get", "status": 503})
    house.sync()
    house.ahead += timedelta(seconds=61)
    calls: list[str] = []

    def meanwhile(_: Change) -> None:
        calls.append("begun")
        if len(calls) == 1:
            house.people().change(copy, summary="Newest")
            sweep(house.context)
            assert house.sync() == "synced"

    between(house, meanwhile)
    sweep(house.context)
    house.ahead += timedelta(minutes=3)
    settled(house)
    assert house.seen(room)["title"] == "Newest"


class InstancesFirst(GoogleCalendar):
    """One event on each page, and a series after its instances."""

    def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
        whole = super().changes(access, token=token, page_token=None)
        events = sorted(whole.events, key=lambda event: event.instance is None)
        return one_each(whole, events, page_token)


def instances_first(house: Rig) -> None:
    reading = house.google(InstancesFirst)
    house.context = replace(house.context, calendar=reading)


def test_an_instance_on_an_earlier_page_than_its_series(house: Rig) -> None:
    """The instance holds for a moment; the series takes its place, and is what is pushed."""
    room = house.room()
    series, instance = weekly(house, house.room("unused"))
    house.people().change(series, summary="Series", conferenceData=conference_data(room))
    house.people().change(instance, summary="Only this one", conferenceData=conference_data(room))
    instances_first(house)
    house.sync()
    assert [hold.ref.event_id for hold in house.record(room).holds] == [series]
    assert house.seen(room)["title"] == "Series"


def called_off_first(house: Rig) -> str:
    """A conference of a series that is new to us, and whose second instance, off, is read before it."""
    room = house.room()
    series, instance = weekly(house, None)
    house.people().change(series, conferenceData=conference_data(room))
    house.people().delete(instance)
    instances_first(house)
    return room


@pytest.mark.parametrize("expired", [False, True], ids=["changes", "all"])
def test_an_instance_called_off_on_an_earlier_page_than_its_series(house: Rig, *, expired: bool) -> None:
    """Nobody held the series yet when it was read; it is called off all the same."""
    room = called_off_first(house)
    if expired:
        house.calendar.control("POST", "expire")
    house.sync()
    assert house.told() == [(UPDATED, room, None), (CANCELLED, room, "2031-01-13T09:00:00Z")]


def test_time_up_before_early_instances_are_met_again(house: Rig) -> None:
    """They are handled all the same."""
    room = called_off_first(house)
    clock = [0.0]

    def slow(_: Change) -> None:
        clock[0] += 1_000

    between(house, slow)
    house.context = replace(house.context, monotonic=lambda: clock[0])
    house.sync()
    assert house.told() == [(UPDATED, room, None), (CANCELLED, room, "2031-01-13T09:00:00Z")]


def test_a_refused_occurrence_is_told_again_by_a_retry(house: Rig) -> None:
    """That very event is read once more, not the series alone."""
    room = house.room()
    _, instance = weekly(house, room)
    house.people().delete(instance)
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.sync()
    house.told()
    retry(house.context, room, ("webhook",))
    assert house.told() == [(CANCELLED, room, "2031-01-13T09:00:00Z")]
    assert not set_aside(house.record(room))


def test_a_read_that_is_longer_than_any_delivery_comes_to_its_end(house: Rig) -> None:
    """Each delivery has time for one page, and goes on where the last one stood."""
    for _ in range(3):
        house.people().add(house.room())
    clock = [0.0]

    class Slow(type(one_by_one(house))):  # type: ignore[misc]
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            clock[0] += 300
            page: Page = super().changes(access, token=token, page_token=page_token)
            return page

    slow = house.google(Slow)
    house.context = replace(house.context, calendar=slow, monotonic=lambda: clock[0])
    tokens = []
    for _ in range(3):
        house.sync()
        tokens.append(house.enrolment().token)
    assert tokens[0] == tokens[1] != tokens[2]


def test_time_up_before_an_instance_of_an_earlier_page_is_met(house: Rig) -> None:
    """Cancelled on a page before its series': it is pushed all the same."""
    room = house.room()
    series, instance = weekly(house, None)
    house.people().delete(instance)
    house.people().change(series, conferenceData=conference_data(room))
    clock = [0.0]

    def slow(change: Change) -> None:
        clock[0] += 1_000 if change.key.id == room else 0

    between(house, slow)
    instances_first(house)
    house.context = replace(house.context, monotonic=lambda: clock[0])
    house.sync()
    assert (CANCELLED, room, "2031-01-13T09:00:00Z") in house.told()


def a_page_a_delivery(house: Rig) -> None:
    """Time is up after each page; instances come first."""
    clock = [0.0]

    class Slow(InstancesFirst):
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            clock[0] += 300
            return super().changes(access, token=token, page_token=page_token)

    slow = house.google(Slow)
    house.context = replace(house.context, calendar=slow, monotonic=lambda: clock[0])
    house.with_policy(time_limit=200)


def test_an_instance_of_an_earlier_delivery_is_met(house: Rig) -> None:
    """Its series came on the page of the next one: what was off before that is pushed."""
    room = house.room()
    series, instance = weekly(house, None)
    house.people().delete(instance)
    house.people().change(series, conferenceData=conference_data(room))
    a_page_a_delivery(house)
    said = [house.sync(), house.sync()]
    assert said == ["continued", "synced"]
    assert (CANCELLED, room, "2031-01-13T09:00:00Z") in house.told()


def test_an_instance_of_an_earlier_delivery_carries_what_its_series_lets_go(house: Rig) -> None:
    """Met as one of its series, which the next delivery sees without the conference: it is not deleted."""
    room = house.room()
    series, instance = weekly(house, room)
    house.people().change(instance, summary="Only this one")
    house.sync()
    house.people().change(series, conferenceData=None)
    house.people().change(instance, conferenceData=conference_data(room))
    a_page_a_delivery(house)
    said = [house.sync(), house.sync()]
    assert said == ["continued", "synced"]
    assert [hold.ref.event_id for hold in house.record(room).holds] == [instance]
    house.sweep_later(EIGHT_HOURS)
    assert house.seen(room)["status"] == "live"


def test_410_in_the_middle_of_a_read(house: Rig) -> None:
    """Seen on a page before the token died, deleted before the full read: it is looked up all the same."""
    gone, kept = house.room(), house.room()
    first = house.people().add(gone)
    second = house.people().add(kept)
    house.sync()
    house.people().change(first, summary="Changed")
    house.people().change(second, summary="Changed")

    class Dying(type(one_by_one(house))):  # type: ignore[misc]
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            if token and page_token:
                if house.people().get(first)["status"] != "cancelled":
                    house.people().delete(first)
                raise SyncTokenExpired("as if 410")
            page: Page = super().changes(access, token=token, page_token=page_token)
            return page

    house.context = replace(house.context, calendar=house.google(Dying))
    house.sync()
    assert (house.seen(gone)["status"], house.seen(kept)["status"]) == ("deleted", "live")


def test_moved_to_where_a_copy_was_deleted(house: Rig) -> None:
    """Both calendars have let go of it once; the other one is looked at all the same."""
    other = team(house)
    house.with_policy(grace=300)
    room = house.room()
    event = house.people().add(room)
    house.sync()
    copy = house.people(other).add(room)
    house.sync(other)
    house.people(other).delete(copy)
    house.sync(other)
    house.people().move(event, other)
    house.sync()
    house.sweep_later(301)
    assert house.seen(room)["status"] == "live"


def test_a_calendar_named_after_its_user_is_his(house: Rig) -> None:
    """Enrolled without a user it is read as its own; a move to another calendar of the same user is seen."""
    other = house.calendar.control("POST", "calendars", {"owner": OWNER})["id"]
    house.enrol(other, OWNER)
    house.with_policy(grace=300)
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().move(event, other)
    house.sync()
    house.sweep_later(301)
    assert house.seen(room)["status"] == "live"


def test_moved_where_the_old_organizer_stays_as_a_guest(house: Rig) -> None:
    """His copy steps aside, and the organizer's is followed."""
    other = team(house)
    room = house.room()
    guests = [{"email": OWNER}, {"email": "guest@example.com"}]
    event = house.people().add(room, attendees=guests)
    house.sync()
    house.people().move(event, other)
    settled(house, OWNER, other)
    house.people(other).change(event, summary="Renamed after the move")
    settled(house, OWNER, other)
    assert house.seen(room)["title"] == "Renamed after the move"


def test_a_guests_copy_left_by_a_move_deletes_nothing(house: Rig) -> None:
    """Moved to a calendar we do not see: the former organizer's copy is no longer the meeting."""
    house.calendar.control("POST", "users", {"email": "bob@example.com"})
    room = house.room()
    event = house.people().add(room, attendees=[{"email": OWNER}, {"email": "bob@example.com"}])
    house.sync()
    house.people().move(event, "bob@example.com")
    house.sync()
    house.people().delete(event)
    settled(house)
    assert house.seen(room)["status"] == "live"


def test_moved_on_to_where_we_do_not_see(house: Rig) -> None:
    """By way of another calendar to a third: the first one keeps a guest's copy, and that shows it."""
    other = team(house)
    house.calendar.control("POST", "users", {"email": "bob@example.com"})
    room = house.room()
    event = house.people().add(room, attendees=[{"email": OWNER}, {"email": "bob@example.com"}])
    house.sync()
    house.people().move(event, other)
    house.sync(other)
    house.people(other).move(event, "bob@example.com")
    settled(house, other, OWNER)
    assert house.seen(room)["status"] == "live"
    house.people("bob@example.com").delete(event)
    settled(house, other, OWNER)
    assert house.seen(room)["status"] == "deleted"


def test_taken_up_anew_after_leaving(house: Rig) -> None:
    """A receiver that knows the old names of changes takes the new ones."""
    room = house.room()
    event = house.people().add(room, summary="One")
    house.sync()
    leave(house.context, OWNER)
    house.people().change(event, summary="Two")
    house.enrol()
    assert house.seen(room)["title"] == "Two"


def test_hidden_since_the_last_sync(house: Rig) -> None:
    """Our role was lowered and no sync has seen it yet: a sweep lets go of nothing it does not see."""
    house.with_policy(grace=300)
    room = house.room()
    original = house.people().add(room, visibility="private")
    house.people().add(room, visibility="private", summary="Copy")
    house.sync()
    house.people().delete(original)
    house.calendar.control("POST", "faults", {"method": "events.get", "status": 503})
    house.sync()
    house.calendar.control("POST", "role", {"calendarId": OWNER, "role": "reader"})
    house.sweep_later(61)
    house.sweep_later(400)
    assert house.seen(room)["status"] == "live"


def test_leaving_ends_a_sync_under_way(house: Rig) -> None:
    """It can write nothing more: no hold stays of a calendar that nobody knows any more."""
    house.people().add(house.room())

    def meanwhile(_: Change) -> None:
        leave(house.context, OWNER)

    between(house, meanwhile)
    with pytest.raises(RetryLater):
        house.sync()
    assert list(house.store.conferences()) == []
    assert house.sync() == "not_enrolled"
    with pytest.raises(BadRequest):
        leave(house.context, OWNER)


def test_a_refused_change_of_a_calendar_that_left_is_in_nobodys_way(house: Rig) -> None:
    """The other calendar's event goes later, and the conference with it."""
    house.calendar.control("POST", "users", {"email": "bob@example.com"})
    house.enrol("bob@example.com")
    room = house.room()
    mine = house.people().add(room)
    house.sync()
    his = house.people("bob@example.com").add(room)
    house.sync("bob@example.com")
    house.people().change(mine, summary="Refused")
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.sync()
    leave(house.context, OWNER)
    house.people("bob@example.com").delete(his)
    settled(house, "bob@example.com")
    assert house.seen(room)["status"] == "deleted"


def test_a_watch_that_is_refused_does_not_stop_the_polling(house: Rig) -> None:
    """Five renewals that find no access do not make the calendar back off: only reads may do so."""
    house.amend(lambda found: replace(found, watch=Watch()))
    house.calendar.control(
        "POST",
        "faults",
        {"method": "events.watch", "status": 400, "reason": "push.webhookUrlUnauthorized", "times": 9},
    )
    assert [renew(house.context).failed for _ in range(5)] == [1] * 5
    house.calendar.control("DELETE", "faults", None)
    house.calendar.control("POST", "faults", {"method": "events.watch", "status": 403, "times": 9})
    assert [renew(house.context).lost for _ in range(5)] == [1] * 5
    assert house.sync() == "synced"


@pytest.mark.parametrize("deleted", [False, True], ids=["changed", "deleted"])
def test_two_deliveries_of_one_message_alive_at_once(house: Rig, *, deleted: bool) -> None:
    """The first has read an older event; what the second read later is what stays."""
    room = house.room()
    event = house.people().add(room, summary="Older")
    delivery, inner = house.delivery(), house.context.store

    class Overtaken(WrappedStore):
        """Between the first delivery's page and its look at the records, the second does all its work."""

        def known(
            self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
        ) -> Sequence[Versioned[Conference]]:
            if self.reads == 1:
                self.reads += 1
                if deleted:
                    house.people().delete(event)
                else:
                    house.people().change(event, summary="Newer")
                assert sync(replace(house.context, store=inner), house.request(), delivery) == "synced"
            return super().known(refs, keys)

    store: Store = Overtaken(inner=inner)
    with pytest.raises(RetryLater, match="lost to another sync"):
        sync(replace(house.context, store=store), house.request(), delivery)
    settled(house)
    if deleted:
        assert list(house.context.store.conferences()) == [] or not house.record(room).holds
    else:
        assert house.seen(room)["title"] == "Newer"


def test_an_older_delivery_stops_while_the_newer_one_is_at_work(house: Rig) -> None:
    """Both are of one message; what the older one read is not pushed over what the newer one pushed."""
    first, second = house.room(), house.room()
    event = house.people().add(first, summary="Older")
    house.people().add(second)
    delivery, inner = house.delivery(), house.context.store
    working, go_on = Signal(), Signal()

    def slow(change: Change) -> None:
        if change.key.id == second:
            while house.seen(first)["title"] != "Newer" or house.record(first).intent:
                go_on.wait(0.01)
            working.set()
            go_on.wait(5)

    slowly = WrappedProvider(inner=house.context.provider("webhook"), before=slow)
    newer = replace(house.context, provider=lambda _: slowly)
    thread = Thread(target=lambda: sync(newer, house.request(), delivery))

    class Overtaken(WrappedStore):
        """Between the older one's page and its look at the records, the newer one pushes the first event."""

        def known(
            self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
        ) -> Sequence[Versioned[Conference]]:
            if not working.is_set():
                house.people().change(event, summary="Newer")
                thread.start()
                working.wait(5)
            return super().known(refs, keys)

    with pytest.raises(RetryLater, match="lost to another sync"):
        sync(replace(house.context, store=Overtaken(inner=inner)), house.request(), delivery)
    go_on.set()
    thread.join()
    assert house.seen(first)["title"] == "Newer"


def test_a_first_delivery_whose_call_ends_last(house: Rig) -> None:
    """The second delivery of the same message has pushed a newer change beside it: that is pushed again."""
    room = house.room()
    event = house.people().add(room, summary="Older")
    delivery, calls = house.delivery(), list[str]()

    def meanwhile(_: Change) -> None:
        calls.append("begun")
        if len(calls) == 1:
            house.people().change(event, summary="Newer")
            assert sync(house.context, house.request(), delivery) == "synced"

    between(house, meanwhile)
    with pytest.raises(RetryLater, match="lost to another sync"):
        sync(house.context, house.request(), delivery)
    house.ahead += timedelta(minutes=3)
    settled(house)
    assert house.seen(room)["title"] == "Newer"


def test_an_older_call_that_is_refused_last(house: Rig) -> None:
    """The refusal is of what was pushed again already, and says nothing of the newer change."""
    room = house.room()
    event = house.people().add(room, summary="Older")
    delivery, calls = house.delivery(), list[str]()

    def meanwhile(_: Change) -> None:
        calls.append("begun")
        if len(calls) == 1:
            house.people().change(event, summary="Newer")
            assert sync(house.context, house.request(), delivery) == "synced"
            house.conferences.faults.add(Fault(kind="status", status=422))

    between(house, meanwhile)
    with pytest.raises(RetryLater, match="lost to another sync"):
        sync(house.context, house.request(), delivery)
    found = house.record(room)
    assert (house.seen(room)["title"], found.parked, found.due_at) == ("Newer", None, None)


def test_a_spent_quota_leaves_another_calendars_lease_alone(house: Rig) -> None:
    """Fences are counted for each calendar: the same number elsewhere means nothing."""
    other = team(house)
    house.people(other).add(house.room())

    def meanwhile(_: Change) -> None:
        spent = {"method": "events.list", "status": 403, "reason": "quotaExceeded"}
        house.calendar.control("POST", "faults", spent)
        assert house.sync(OWNER) == "backed_off"
        assert house.enrolment(other).lease is not None

    between(house, meanwhile)
    house.sync(other)


def test_a_read_begun_with_other_parameters_is_not_gone_on_with(house: Rig) -> None:
    """A deploy changed them: the calendar is read in full."""
    began = house.now()
    house.amend(
        lambda found: replace(
            found,
            token=SyncToken(value="t", read_params="older"),
            resume=Resume(token="t", page_token="p", read_params="older", started_at=began),
        )
    )
    house.sync()
    asked = house.calendar.control("GET", "requests", None)["requests"]
    assert "pageToken" not in str([one for one in asked if one["method"] == "events.list"][-1]["query"])
    assert house.enrolment().resume is None


@pytest.mark.parametrize("kind", [Kind.DELETED, Kind.UPDATED])
def test_a_call_in_flight_when_its_calendar_was_left(house: Rig, kind: Kind) -> None:
    """A deleted conference whose events nobody can read any more is not looked at for ever."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().delete(event)
    house.sync()
    house.sweep_later(1)
    (kept,) = house.context.store.conferences()
    call = Intent(
        kind=kind,
        fingerprint="f",
        occurrence=None,
        source=EventRef(OWNER, event),
        owner="dead",
        until=house.now(),
    )
    hold = Hold(ref=call.source)
    left = replace(kept.value, in_flight=(call,), released=(hold,))
    assert house.context.store.save(left, kept.version)
    house.drop()
    house.sweep_later(1)
    found = house.record(room)
    assert found.in_flight == ()
    assert (found.due_at is None) is (kind is Kind.DELETED)
    assert found.due_at is None or found.due_at > house.now()


def test_a_series_carried_it_while_one_of_its_instances_was_looked_up(house: Rig) -> None:
    """No list shows that instance again: it is looked at when its series shows another conference."""
    series, second = weekly(house, house.room())
    shown, third = house.room(), f"{series}_20310120T090000Z"
    house.people().change(second, conferenceData=conference_data(shown))
    house.sync()
    kept = house.store.known([], [ConferenceKey("webhook", shown)])[0].value
    seemed = house.room()
    holds = (replace(kept.holds[0], ref=EventRef(OWNER, third)),)
    assert house.store.save(replace(kept, key=ConferenceKey("webhook", seemed), holds=holds), None)
    house.people().change(series, summary="Another title")
    house.sync()
    assert house.seen(seemed)["status"] == "deleted"
    assert (house.seen(shown)["status"], len(house.record(shown).holds)) == ("live", 1)
