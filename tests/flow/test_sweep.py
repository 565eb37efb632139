"""What the pushes missed: overdue calendars, due deletions and their guards, parked conferences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event as Signal
from threading import Thread

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.adapters.providers.missing import MissingProvider
from functions.core.aside import set_aside
from functions.core.conference import Conference, Intent
from functions.core.enrolment import Access, Enrolment
from functions.core.errors import BadRequest, Rejected, RetryLater
from functions.core.model import ConferenceKey, Event, EventRef, Kind, Reason, SyncRequest, Unreadable
from functions.flow.retry import retry
from functions.flow.sweep import Swept, sweep
from functions.flow.sync import sync
from functions.ports import Page, Queue, Versioned
from local.conferences.faults import Fault
from tests.flow.wrapped import Effects, Killed, ShutQueue, WrappedProvider, WrappedStore
from tests.support.rig import OWNER, Rig, conference_data, usual

UPDATED, DELETED = "conference.updated", "conference.deleted"
BERLIN = {
    "start": {"dateTime": "2031-01-06T10:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2031-01-06T11:00:00+01:00", "timeZone": "Europe/Berlin"},
}


@pytest.fixture
def grace(house: Rig) -> Rig:
    """A calendar whose deletions wait five minutes."""
    house.with_policy(grace=300)
    return house


def deleted_event(house: Rig) -> tuple[str, str]:
    """A conference whose last event was deleted, and that event."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().delete(event)
    house.sync()
    house.told()
    return room, event


def test_a_calendar_silent_for_too_long_is_asked_for(house: Rig) -> None:
    """Not before it is due, and then until it is read."""
    due_at = house.enrolment().due_at
    assert due_at is not None
    assert house.sweep_later(int((due_at - house.now()).total_seconds()) - 60).asked == 0
    assert house.sweep_later(61).asked == 1
    assert [(one.calendar_id, one.reason) for one in house.waiting()] == [(OWNER, Reason.SWEEP)]
    house.sync(reason=Reason.SWEEP)


def test_a_sync_that_died_is_asked_for(house: Rig) -> None:
    """Its lease over and its message lost, the sweep owns the calendar."""
    house.lease_to_another(house.now())
    assert house.sweep_later(30).asked == 0
    assert house.sweep_later(31).asked == 1


def test_a_queue_that_takes_nothing_is_said_to_have_failed(house: Rig) -> None:
    """The scheduler sees it, and the calendars stay due."""
    queue: Queue = ShutQueue()
    shut = replace(house.context, queue=queue)
    house.ahead += timedelta(days=1)
    assert sweep(shut) == Swept(failed=1)
    assert sweep(house.context).asked == 1


@dataclass(kw_only=True)
class Crowd(WrappedStore):
    """So many calendars are due, those with the lowest numbers longest."""

    calendars: int

    def enrolments(self, **_: object) -> Iterator[Versioned[Enrolment]]:
        for number in range(self.calendars):
            yield Versioned(value=Enrolment(calendar_id=f"{number}"), version="v", read_at=datetime.now(UTC))


@dataclass
class Batches:
    """A queue that notes what is published together, and for how long each batch takes."""

    clock: list[float]
    seconds: float = 0.0
    made: list[list[str]] = field(default_factory=list)

    def publish(self, request: SyncRequest) -> None:
        self.publish_all([request])

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        self.made.append([request.calendar_id for request in requests])
        self.clock[0] += self.seconds
        return {}

    def check(self) -> None:
        """Always there."""


def crowded(house: Rig, calendars: int, *, seconds: float = 0.0) -> tuple[Swept, list[list[str]]]:
    clock = [0.0]
    queue = Batches(clock, seconds)
    store = Crowd(inner=house.context.store, calendars=calendars)
    swept = sweep(replace(house.context, store=store, queue=queue, monotonic=lambda: clock[0]))
    return swept, queue.made


def test_a_sweep_asks_for_a_bounded_number_of_syncs(house: Rig) -> None:
    """The most overdue, many awaited together; the others are left to the next sweep, and that is said."""
    swept, made = crowded(house, 10_001)
    assert swept == Swept(asked=10_000, left=True)
    assert [name for batch in made for name in batch] == [str(number) for number in range(10_000)]
    assert {len(batch) for batch in made} == {1_000}
    assert crowded(house, 10_000)[0] == Swept(asked=10_000)


def test_asks_end_with_the_time_of_the_sweep(house: Rig) -> None:
    """A queue that answers slowly is not waited for until the function is killed."""
    swept, made = crowded(house, 9_000, seconds=200)
    assert swept == Swept(asked=3_000, left=True)
    assert len(made) == 3


def test_conferences_do_not_keep_calendars_from_being_asked_for(grace: Rig) -> None:
    """They come first, and have most of the time; what is left of it is enough for the calendars."""
    for _ in range(3):
        deleted_event(grace)
    grace.with_policy(concurrency=1)
    clock = [0.0]

    class Slow(GoogleCalendar):
        def event(self, access: Access, event_id: str) -> Event | Unreadable:
            clock[0] += 200
            return super().event(access, event_id)

    grace.ahead += timedelta(days=2)
    slow = grace.google(Slow)
    swept = sweep(replace(grace.context, calendar=slow, monotonic=lambda: clock[0]))
    assert swept == Swept(asked=1, conferences=2, left=True)
    assert sweep(grace.context) == Swept(asked=1, conferences=1)


def test_a_bug_in_a_conference_does_not_keep_calendars_from_being_asked_for(grace: Rig) -> None:
    """It is raised when they have been."""
    deleted_event(grace)
    grace.ahead += timedelta(days=2)

    class Broken(GoogleCalendar):
        def event(self, access: Access, event_id: str) -> Event | Unreadable:
            raise ZeroDivisionError(access, event_id)

    with pytest.raises(ZeroDivisionError):
        sweep(replace(grace.context, calendar=grace.google(Broken)))
    assert [request.reason for request in grace.waiting()] == [Reason.SWEEP]


def test_right_before_deletion_the_event_is_read_again(grace: Rig) -> None:
    """Restored unseen, it cancels the deletion and holds again."""
    room, event = deleted_event(grace)
    grace.people().change(event, status="confirmed")
    assert grace.sweep_later().conferences == 1
    assert grace.told() == []
    assert grace.record(room).holds
    assert grace.sweep_later().conferences == 0


def test_an_event_that_cannot_be_read_postpones_the_deletion(grace: Rig) -> None:
    """Calendar down: tried again soon, and then deleted."""
    room, _ = deleted_event(grace)
    grace.calendar.control("POST", "faults", {"method": "events.get", "status": 503})
    grace.sweep_later()
    assert grace.told() == []
    parked = grace.record(room).parked
    assert parked is not None
    grace.sweep_later(61)
    assert grace.told() == [(DELETED, room, None)]


def test_an_event_that_calendar_refuses_to_give_stops_no_other_deletion(grace: Rig) -> None:
    """400 for one event: its conference waits, the other's is deleted by the same sweep."""
    (waits, poisoned), (goes, _) = deleted_event(grace), deleted_event(grace)
    grace.with_policy(concurrency=1)

    class Refusing(GoogleCalendar):
        def event(self, access: Access, event_id: str) -> Event | Unreadable:
            if event_id == poisoned:
                raise Rejected("Calendar answered 400")
            return super().event(access, event_id)

    refusing = grace.google(Refusing)
    grace.context = replace(grace.context, calendar=refusing)
    grace.sweep_later()
    assert (grace.seen(waits)["status"], grace.seen(goes)["status"]) == ("live", "deleted")
    assert "cannot be read" in str(set_aside(grace.record(waits)))


def test_a_resting_calendar_is_not_asked_for_its_events(grace: Rig) -> None:
    """Its user's quota is spent: the deletion waits rather than spend more of it."""
    room, _ = deleted_event(grace)
    grace.calendar.control(
        "POST", "faults", {"method": "events.list", "status": 403, "reason": "quotaExceeded"}
    )
    assert grace.sync() == "backed_off"
    asked = grace.calls("events.get")
    grace.ahead += timedelta(minutes=10)
    sweep(grace.context)
    assert grace.calls("events.get") == asked
    assert grace.seen(room)["status"] == "live"


def test_a_calendar_that_is_gone_does_not_make_its_events_missing(grace: Rig) -> None:
    """404 for the event and for the calendar: that is lost access, not a deleted event."""
    room, _ = deleted_event(grace)
    grace.calendar.control("POST", "role", {"calendarId": OWNER, "role": "none"})
    grace.sweep_later()
    assert grace.seen(room)["status"] == "live"


def test_an_odd_event_postpones_the_deletion(grace: Rig) -> None:
    """If we cannot find out whether it is carried, nothing is deleted."""
    room, event = deleted_event(grace)
    odd = {**usual(), "id": event, "conferenceData": {"conferenceId": 7}}
    grace.calendar.control("POST", "events", {"calendarId": OWNER, "event": odd})
    grace.sweep_later()
    assert grace.seen(room)["status"] == "live"
    assert "cannot be read" in str(set_aside(grace.record(room)))


def test_an_event_whose_solution_we_no_longer_know_postpones_the_deletion(grace: Rig) -> None:
    """The same conference under another solution's name is still that conference."""
    room, event = deleted_event(grace)
    grace.people().change(event, status="confirmed", conferenceData=conference_data(room, "Renamed Solution"))
    grace.sweep_later()
    assert grace.seen(room)["status"] == "live"


def test_a_calendar_that_left_does_not_count_for_its_deletions(grace: Rig) -> None:
    """What it released is not deleted by us any more: nobody can be asked."""
    room, _ = deleted_event(grace)
    grace.drop()
    grace.sweep_later()
    assert grace.seen(room)["status"] == "live"


def test_what_is_due_before_the_deletion_deletes_nothing(grace: Rig) -> None:
    """Calls of before that can no longer arrive are seen to, also while it is looked at; its grace stays."""
    room, event = deleted_event(grace)
    store, good, ticks = grace.context.store, grace.context, count()
    kept = next(iter(store.known([], [ConferenceKey("webhook", room)])))
    over = Intent(
        kind=Kind.UPDATED,
        fingerprint="f",
        occurrence=None,
        source=EventRef(OWNER, event),
        owner="another",
        until=kept.read_at,
    )
    calls = tuple(replace(over, until=kept.read_at + timedelta(seconds=each)) for each in range(15))
    assert store.save(replace(kept.value, in_flight=calls), kept.version)
    grace.context = replace(good, now=lambda: kept.read_at + timedelta(seconds=next(ticks)))
    assert sweep(grace.context).conferences == 1
    assert grace.seen(room)["status"] == "live"
    grace.context = good
    grace.sweep_later(301)
    assert grace.seen(room)["status"] == "deleted"


def test_a_deletion_that_took_long_to_be_stored_is_thought_over(grace: Rig) -> None:
    """Others may have decided meanwhile: it is made only within seconds of its decision."""
    room, _ = deleted_event(grace)
    seconds, store = [0.0], WrappedStore(inner=grace.context.store)
    good = grace.context

    def slowly(record: Enrolment | Conference) -> None:
        if isinstance(record, Conference) and record.intent:
            seconds[0] += 3

    store.before_save = slowly
    grace.context = replace(good, store=store, monotonic=lambda: seconds[0])
    grace.sweep_later()
    assert grace.seen(room)["status"] == "live"
    grace.context = good
    grace.sweep_later(1)
    assert (grace.seen(room)["status"], grace.record(room).due_at) == ("deleted", None)


def test_a_deletion_that_fails_is_tried_again(grace: Rig) -> None:
    """Under the same id, by the sweep; a second deletion answered "gone" is a success."""
    room, _ = deleted_event(grace)
    grace.conferences.faults.add(Fault(kind="drop", count=3))
    grace.sweep_later()
    grace.conferences.faults.clear()
    grace.conferences.faults.add(Fault(kind="status", status=410))
    grace.sweep_later(120)
    assert len({line["id"] for line in grace.conferences.rooms.log()}) == 1
    assert grace.record(room).deleted_at is not None
    assert grace.sweep_later().conferences == 0


def test_a_refused_deletion_waits_for_an_operator(grace: Rig) -> None:
    """Not tried by every sweep; `retry` does, and says when it knows no such conference."""
    room, _ = deleted_event(grace)
    grace.conferences.faults.add(Fault(kind="status", status=422))
    grace.sweep_later()
    assert grace.sweep_later().conferences == 0
    assert retry(grace.context, room, ("webhook",)) == 1
    assert grace.seen(room)["status"] == "deleted"
    with pytest.raises(BadRequest, match="no conference nope") as unknown:
        retry(grace.context, "nope", ("webhook", "janus"))
    assert unknown.value.status == 404


def test_retry_before_the_grace_is_over_deletes_nothing(grace: Rig) -> None:
    """An operator's wish to try again is no wish to delete early."""
    room, _ = deleted_event(grace)
    retry(grace.context, room, ("webhook",))
    assert grace.seen(room)["status"] == "live"
    assert grace.record(room).delete_at is not None


def test_retry_tells_again_what_was_refused(house: Rig) -> None:
    """The event is read anew; what it says now is what is pushed."""
    room = house.room()
    event = house.people().add(room)
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.sync()
    house.people().change(event, summary="Changed since")
    retry(house.context, room, ("webhook",))
    assert house.seen(room)["title"] == "Changed since"
    assert not set_aside(house.record(room))


def test_a_sweep_says_how_many_have_been_parked_for_long(house: Rig) -> None:
    """From a day on; until it is pushed, or its event has let it go."""
    room = house.room()
    event = house.people().add(room)
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.sync()
    assert house.sweep_later(86_000).parked == 0
    assert house.sweep_later(800).parked == 1
    house.people().change(event, summary="Changed since")
    house.sync()
    assert house.sweep_later().parked == 0


def test_retry_of_an_event_that_still_cannot_be_read_stays_parked(house: Rig) -> None:
    """It holds its conference although it is broken, so it is what is read again; mended, it is pushed."""
    room = house.room()
    broken = {**usual(), "id": "broken1", "conferenceData": conference_data(room), "start": {}}
    house.calendar.control("POST", "events", {"calendarId": OWNER, "event": broken})
    house.sync()
    retry(house.context, room, ("webhook",))
    refused = house.record(room).refused
    assert refused is not None
    assert refused.reason == "start is neither a time nor a date"
    house.people().change("broken1", start=usual()["start"])
    retry(house.context, room, ("webhook",))
    assert house.told() == [(UPDATED, room, None)]


def test_retry_tells_a_refused_occurrence_again(house: Rig) -> None:
    """The instance whose change was refused is read again, not only the series."""
    room = house.room()
    series = house.people().add(
        room,
        recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"],
        **BERLIN,
    )
    house.sync()
    house.people().delete(f"{series}_20310113T090000Z")
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.sync()
    house.told()
    retry(house.context, room, ("webhook",))
    assert house.told() == [("occurrence.cancelled", room, "2031-01-13T09:00:00Z")]


def test_what_is_refused_of_several_waits_for_each(house: Rig) -> None:
    """The series and two of its dates: no sweep tries them, the change of one is pushed, an operator has all
    that is left pushed.
    """
    room = house.room()
    series = house.people().add(room, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"], **BERLIN)
    house.sync()
    house.told()
    house.people().change(series, summary="Refused")
    house.people().change(f"{series}_20310113T090000Z", summary="Refused, too")
    house.people().delete(f"{series}_20310120T090000Z")
    house.conferences.faults.add(Fault(kind="status", status=422, count=3))
    house.sync()
    assert (len(set_aside(house.record(room))), len(house.told())) == (3, 3)
    house.sweep_later()
    assert house.told() == []
    house.people().change(f"{series}_20310113T090000Z", summary="Shorter")
    house.sync()
    house.sweep_later()
    assert house.told() == [("occurrence.updated", room, "2031-01-13T09:00:00Z")]
    assert len(set_aside(house.record(room))) == 2
    retry(house.context, room, ("webhook",))
    assert house.told() == [(UPDATED, room, None), ("occurrence.cancelled", room, "2031-01-20T09:00:00Z")]
    assert not set_aside(house.record(room))


def test_a_new_primary_that_cannot_be_told_now_is_told_by_the_sweep(house: Rig) -> None:
    """The event of the copy cannot be read at that moment: the sync goes on, the sweep follows up."""
    room = house.room()
    original = house.people().add(room)
    house.calendar.control("POST", "clock", {"advanceSeconds": 1})  # `created` has whole seconds
    house.people().add(room, summary="Copy")
    house.sync()
    house.people().delete(original)
    house.calendar.control("POST", "faults", {"method": "events.get", "status": 503})
    assert house.sync() == "synced"
    assert house.seen(room)["title"] == "Planning"
    house.sweep_later(61)
    assert house.seen(room)["title"] == "Copy"


def test_a_conference_of_a_provider_without_settings_is_parked(grace: Rig) -> None:
    """Nothing can be pushed, and status says why."""
    room, _ = deleted_event(grace)
    grace.context = replace(grace.context, provider=MissingProvider)
    grace.sweep_later()
    refused = grace.record(room).refused
    assert refused is not None
    assert "no settings for provider webhook" in refused.reason


def test_a_conference_written_by_another_at_that_moment_is_left_to_the_next_sweep(grace: Rig) -> None:
    """Overtaken while looking at it again, nothing is called and it stays due."""
    room, _ = deleted_event(grace)
    store = WrappedStore(inner=grace.context.store)
    others = count()

    def overtake(record: Enrolment | Conference) -> None:
        if isinstance(record, Conference):
            kept = store.inner.known([], [record.key])[0]
            store.inner.save(replace(kept.value, solution=str(next(others))), kept.version)

    store.before_save = overtake
    grace.ahead += timedelta(hours=1)
    assert sweep(replace(grace.context, store=store)).conferences == 1
    assert grace.told() == []
    sweep(grace.context)
    assert grace.told() == [(DELETED, room, None)]


def test_a_retry_that_dies_is_made_by_the_sweep(house: Rig) -> None:
    """An operator's word is not forgotten with the process that heard it."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.people().change(event, summary="Refused")
    house.sync()
    usual = house.context
    dying = WrappedProvider(inner=usual.provider("webhook"), effects=Effects(die_at=1))
    with pytest.raises(Killed):
        retry(replace(usual, provider=lambda _: dying), room, ("webhook",))
    house.let_pass(200)
    house.sweep_later()
    assert house.seen(room)["title"] == "Refused"


def test_the_sweep_stops_when_its_time_is_up(grace: Rig) -> None:
    """What is left is due at the next sweep."""
    for _ in range(3):
        deleted_event(grace)
    ticks = iter([0.0, 1.0, *[1_000.0] * 10])
    grace.ahead += timedelta(hours=1)
    assert sweep(replace(grace.context, monotonic=lambda: next(ticks))).conferences == 1
    assert sweep(grace.context).conferences == 2


def test_a_sweep_leaves_alone_what_a_sync_is_reading(grace: Rig) -> None:
    """Restored when the sweep looks, deleted again when the sync reads: the older look is written nowhere."""
    room, event = deleted_event(grace)
    grace.ahead += timedelta(seconds=301)
    grace.people().change(event, status="confirmed")
    leased, go_on = Signal(), Signal()

    class Waiting(GoogleCalendar):
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            leased.set()
            go_on.wait(5)
            return super().changes(access, token=token, page_token=page_token)

    patient = grace.google(Waiting)
    reading = replace(grace.context, calendar=patient)
    first = Thread(target=sync, args=(reading, grace.request(), grace.delivery()))
    first.start()
    leased.wait(5)

    def read_by_now() -> None:
        grace.people().delete(event)
        go_on.set()
        first.join()

    class Looking(GoogleCalendar):
        def event(self, access: Access, event_id: str) -> Event | Unreadable:
            found = super().event(access, event_id)
            if not go_on.is_set():
                read_by_now()
            return found

    sweep(
        replace(
            grace.context,
            calendar=grace.google(Looking),
        )
    )
    if not go_on.is_set():
        read_by_now()
    grace.sweep_later(301)
    assert grace.seen(room)["status"] == "deleted"


@pytest.mark.parametrize("late", [False, True])
def test_what_a_sync_got_in_the_way_of_is_looked_at_once_more(grace: Rig, *, late: bool) -> None:
    """By the same sweep, though its time be up: a sync may get in the way of each."""
    clock = [0.0]
    room, _ = deleted_event(grace)
    grace.ahead += timedelta(seconds=301)
    grace.lease_to_another(grace.now())

    class Ending(WrappedStore):
        """The sync has ended when the sweep has been through all."""

        def known(
            self, refs: Sequence[EventRef], keys: Sequence[ConferenceKey]
        ) -> Sequence[Versioned[Conference]]:
            grace.amend(lambda found: replace(found, lease=None))
            clock[0] += 10_000 * late
            return super().known(refs, keys)

    store = Ending(inner=grace.context.store)
    sweep(replace(grace.context, store=store, monotonic=lambda: clock[0]))
    assert grace.seen(room)["status"] == "deleted"
