"""What fails holds up nobody: few messages fail, and all of it comes back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from functions.core.errors import RetryLater
from functions.core.model import Change, Outcome, Reason, SyncRequest
from functions.flow.outage import OUT_AFTER_S, PROBE_EVERY_S, RETRIES_AT_ONCE, Outage, QuickRetries
from functions.flow.sync import sync
from functions.ports import Queue
from tests.flow.wrapped import Record, WrappedProvider, WrappedStore
from tests.support.logged import logged, named
from tests.support.rig import OWNER, Rig

MINUTE = timedelta(minutes=1)


@dataclass
class Clock:
    """What the instance counts seconds with."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(house: Rig) -> Clock:
    made = Clock()
    house.context = replace(house.context, monotonic=made)
    return made


def broken(house: Rig, times: int = 1_000) -> None:
    """Calendar answers no read."""
    house.calendar.control("POST", "faults", {"method": "events.list", "times": times, "status": 500})


def mended(house: Rig) -> None:
    house.calendar.control("DELETE", "faults", None)


def outcomes(house: Rig, times: int, calendar_id: str = OWNER) -> list[str]:
    """Of so many syncs; a message that would come again is named after its error."""

    def one() -> str:
        try:
            return house.sync(calendar_id)
        except RetryLater:
            return "raised"

    return [one() for _ in range(times)]


def calendars(house: Rig, count: int) -> list[str]:
    names = [f"user{number}@example.com" for number in range(count)]
    for name in names:
        house.calendar.control("POST", "users", {"email": name})
        house.enrol(name)
    return names


def test_a_calendar_that_fails_for_ever_fails_one_message(house: Rig) -> None:
    """The next ones are answered, and the change arrives when Calendar answers again."""
    room = house.room()
    house.people().add(room)
    broken(house)
    assert outcomes(house, 4) == ["raised", "failed", "backed_off", "backed_off"]
    mended(house)
    assert house.sweep_later(61).asked == 1
    house.let_pass(61)
    assert house.sync(reason=Reason.SWEEP) == "synced"
    assert house.seen(room)["title"] == "Planning"
    assert house.enrolment().trouble.backoff_until is None


def test_it_backs_off_from_a_minute_to_an_hour(house: Rig) -> None:
    """For as long as it has been failing."""
    broken(house)
    waits = []
    for _ in range(12):
        outcomes(house, 1)
        until = house.enrolment().trouble.backoff_until
        wait = until - house.now() if until else timedelta()
        waits.append(round(wait / MINUTE))
        house.let_pass(round(wait.total_seconds()) + 1)
    assert (waits[:6], waits[-4:]) == ([0, 1, 1, 2, 4, 8], [60] * 4)


def test_of_many_that_fail_a_few_messages_fail(house: Rig, clock: Clock) -> None:
    """However many calendars there are: what is stored as due is answered. A minute later one more may."""
    names = calendars(house, 2 * RETRIES_AT_ONCE)
    broken(house)
    first = [outcome for name in names for outcome in outcomes(house, 1, name)]
    assert first == ["raised"] * RETRIES_AT_ONCE + ["failed"] * RETRIES_AT_ONCE
    assert all(house.enrolment(name).due_at for name in names)
    clock.now += 60
    assert outcomes(house, 2) == ["raised", "failed"]


def test_a_message_that_was_not_let_fail_comes_back(house: Rig, clock: Clock) -> None:
    """By the sweep, a minute later."""
    room = house.room()
    house.people().add(room)
    drained(house, clock)
    broken(house, times=1)
    assert outcomes(house, 1) == ["failed"]
    assert (house.sweep_later(59).asked, house.sweep_later(2).asked) == (0, 1)
    assert house.sync(reason=Reason.SWEEP) == "synced"
    assert house.seen(room)["title"] == "Planning"


class Bug(WrappedProvider):
    def apply(self, change: Change) -> Outcome:
        raise ZeroDivisionError


def test_a_bug_holds_up_nobody_either(house: Rig) -> None:
    """It is raised once; from then on the log has it whenever the calendar is tried."""
    house.people().add(house.room())
    well = house.context
    bug = Bug(inner=well.provider("webhook"))
    house.context = replace(well, provider=lambda _: bug)
    with pytest.raises(ZeroDivisionError):
        house.sync()
    with logged() as lines:
        assert house.sync() == "failed"
    (line,) = named(lines, "sync.broken")
    assert (line["severity"], line["calendar_id"]) == ("ERROR", OWNER)
    house.context = replace(well, provider=well.provider)
    house.let_pass(61)
    assert house.sync() == "synced"


def test_what_could_not_be_stored_comes_again(house: Rig) -> None:
    """However often."""

    def away(_: Record) -> None:
        raise RetryLater("the store is away")

    house.context = replace(house.context, store=WrappedStore(inner=house.store, before_save=away))
    assert outcomes(house, 3) == ["raised"] * 3


def test_who_waits_for_the_outcome_hears_of_every_failure(house: Rig) -> None:
    """Such as a person at the command line."""
    broken(house)
    for _ in range(RETRIES_AT_ONCE + 2):
        with pytest.raises(RetryLater, match="500"):
            sync(
                house.context,
                house.request(reason=Reason.INITIALIZE),
                replace(house.delivery(), awaited=True),
            )


class Silent:
    """A queue that takes nothing."""

    def __init__(self, inner: Queue) -> None:
        self.inner = inner

    def publish(self, _: object) -> None:
        raise RetryLater("no answer")

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        return {request: RetryLater("no answer") for request in requests}

    def check(self) -> None:
        self.inner.check()


def test_a_long_read_goes_on_though_nobody_could_be_asked_to(house: Rig, clock: Clock) -> None:
    """It is stored as due, so the sweep asks."""

    def slow(_: Change) -> None:
        clock.now += 1_000

    for _ in range(5):
        house.people().add(house.room())
    well = house.context
    hampered = WrappedProvider(inner=well.provider("webhook"), before=slow)
    house.context = replace(well, queue=Silent(well.queue), provider=lambda _: hampered)
    house.with_policy(concurrency=1)
    with logged() as lines:
        assert house.sync() == "continued"
    assert len(named(lines, "sync.not_continued")) == 1
    house.context = well
    assert house.sweep_later(1).asked == 1


class Systems:
    """Two conference systems, of which one is away; and how often each was called."""

    def __init__(self, house: Rig) -> None:
        self.inner = house.context.provider("webhook")
        self.away = True
        self.calls = 0

    @property
    def provider(self) -> WrappedProvider:
        return WrappedProvider(inner=self.inner, before=self.called)

    def called(self, _: Change) -> None:
        self.calls += 1
        if self.away:
            raise RetryLater("no answer")


@pytest.fixture
def system(house: Rig, clock: Clock) -> Systems:
    made = Systems(house)
    house.context = replace(house.context, provider=lambda _: made.provider)
    return made


def drained(house: Rig, clock: Clock) -> None:
    """No more messages may fail."""
    while house.context.quick_retries.take(clock.now):
        pass


def out(house: Rig, clock: Clock) -> None:
    """Three conferences have failed, over half a minute."""
    drained(house, clock)
    rooms = [house.room(f"room {number}") for number in range(3)]
    for room in rooms:
        house.people().add(room)
    assert outcomes(house, 1) == ["synced"]
    clock.now += OUT_AFTER_S


def test_the_token_moves_from_the_first_failure_on(house: Rig, clock: Clock, system: Systems) -> None:
    """If no more messages may fail: the conference is due by itself, and nothing else waits for it."""
    drained(house, clock)
    room = house.room()
    house.people().add(room)
    before = house.enrolment().token
    assert outcomes(house, 1) == ["synced"]
    assert house.enrolment().token != before
    assert house.record(room).parked is not None
    system.away = False
    assert house.sweep_later(1).conferences == 1
    assert house.seen(room)["title"] == "Planning"


def test_a_system_that_is_out_is_not_called_for_each_change(
    house: Rig, clock: Clock, system: Systems
) -> None:
    """One call every few seconds sees it return; what changed meanwhile is due, and told then."""
    out(house, clock)
    later = house.room("later")
    house.people().add(later)
    system.calls = 0
    assert outcomes(house, 1) == ["synced"]  # its call is the first probe
    others = [house.room(f"other {number}") for number in range(3)]
    for room in others:
        house.people().add(room)
    assert outcomes(house, 1) == ["synced"]
    assert system.calls == 1
    system.away = False
    clock.now += PROBE_EVERY_S
    house.sweep_later(600)  # the first call is the next probe; some of those beside it may wait once more
    house.sweep_later(600)
    assert {house.seen(room)["title"] for room in (later, *others)} == {"Planning"}


def test_a_long_outage_makes_no_conference_wait_long(house: Rig, clock: Clock, system: Systems) -> None:
    """When their system returns, all are due within minutes, however often they were tried meanwhile."""
    out(house, clock)
    for _ in range(12):
        clock.now += PROBE_EVERY_S
        house.sweep_later(300)
    latest = max(kept.value.due_at or house.now() for kept in house.store.conferences())
    assert latest <= house.now() + timedelta(minutes=2)


def test_the_sweep_leaves_what_its_system_is_out_for(house: Rig, clock: Clock, system: Systems) -> None:
    """It stays due, and no event is read for it."""
    out(house, clock)
    house.context.outages["webhook"].lets(clock.now, "any")
    reads = house.calls("events.get")
    assert house.sweep_later(300).conferences == 0
    assert house.calls("events.get") == reads


def test_a_conference_that_fails_alone_is_no_outage() -> None:
    """Nor are several for a moment."""
    alone, brief = Outage(since=0), Outage(since=0)
    for name in ("a", "b", "c", "d"):
        alone.note("a")
        brief.note(name)
    assert [alone.lasts(OUT_AFTER_S), brief.lasts(OUT_AFTER_S - 1), brief.lasts(OUT_AFTER_S)] == [
        False,
        False,
        True,
    ]
    assert not brief.shuts(OUT_AFTER_S, "a")
    assert brief.lets(OUT_AFTER_S, "a")
    assert brief.shuts(OUT_AFTER_S + PROBE_EVERY_S - 1, "a")
    assert not brief.lets(OUT_AFTER_S + PROBE_EVERY_S - 1, "a")
    assert brief.lets(OUT_AFTER_S + PROBE_EVERY_S, "a")


def test_the_ration_fills_up_again() -> None:
    """To no more than it was."""
    ration = QuickRetries()
    taken: Callable[[float], bool] = ration.take
    assert [taken(0) for _ in range(RETRIES_AT_ONCE + 1)] == [True] * RETRIES_AT_ONCE + [False]
    assert [taken(59), taken(60), taken(61)] == [False, True, False]
    assert [taken(90_000) for _ in range(RETRIES_AT_ONCE + 1)] == [True] * RETRIES_AT_ONCE + [False]
