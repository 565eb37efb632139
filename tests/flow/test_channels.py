"""Enrolling, renewing and leaving: channels that overlap, orphans, calendars that cannot be watched."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.enrolment import Access, Enrolment
from functions.core.errors import AccessLost, BadRequest, Rejected, RetryLater
from functions.core.model import Channel, Reason, SyncRequest
from functions.flow.context import Context
from functions.flow.leaving import leave
from functions.flow.renew import Renewed, open_channel, renew
from functions.flow.status import state
from functions.flow.sync import sync
from functions.ports import Versioned
from tests.flow.wrapped import Killed, WrappedStore
from tests.support.rig import OWNER, SOLUTIONS, Rig


def channels(house: Rig) -> list[str]:
    """The channels that Calendar keeps."""
    return [channel["id"] for channel in house.calendar.control("GET", "channels", None)]


def fault(house: Rig, method: str, **what: Any) -> None:
    house.calendar.control("POST", "faults", {"method": method, **what})


def test_enrolling_watches_and_syncs_once(house: Rig) -> None:
    """The answer is the documented one, and repeating changes nothing."""
    first = house.enrol("primary")
    channel = house.enrolment().watch.channel
    assert channel is not None
    assert first == {
        "calendar_id": OWNER,
        "channel": {"id": channel.id, "expires_at": channel.expires_at.isoformat()},
        "synced": True,
        "watchable": True,
    }
    reads = house.calls()
    assert house.enrol() == first
    assert channels(house) == [channel.id]
    assert house.calls() == reads


def test_what_was_granted_counts(house: Rig) -> None:
    """Google may grant less than was asked for; the stored end is the granted one."""
    house.calendar.control("POST", "settings", {"channelTtlMaxSeconds": 600})
    kept = house.context.store.enrolment(OWNER)
    assert kept is not None
    open_channel(house.context, kept)
    channel = house.enrolment().watch.channel
    assert channel is not None
    left = channel.expires_at - datetime.now(UTC)
    assert timedelta(seconds=500) < left <= timedelta(seconds=600)


def test_another_user_is_refused_and_none_is_not(house: Rig) -> None:
    """409 for somebody else; who names no user gets the standing enrolment, as does the calendar's own."""
    assert house.enrol(OWNER, None)["synced"]
    assert house.enrol(OWNER, OWNER)["synced"]
    with pytest.raises(BadRequest, match="another user") as refused:
        house.enrol(OWNER, "thief@example.com")
    assert refused.value.status == 409


def test_an_unknown_calendar_is_access_lost(house: Rig) -> None:
    """Nothing is stored of it."""
    with pytest.raises(AccessLost):
        house.enrol("nobody@example.com")
    assert house.context.store.enrolment("nobody@example.com") is None


def test_too_long_an_id_is_refused_before_anything_is_watched(house: Rig) -> None:
    """Its channel token would not fit; the error says so."""
    long = "x" * 180 + "@example.com"
    house.calendar.control("POST", "calendars", {"id": long, "owner": OWNER})
    with pytest.raises(BadRequest, match="192 characters"):
        house.enrol(long)
    assert len(channels(house)) == 1
    assert house.context.store.enrolment(long) is None


def test_an_unwatchable_calendar_is_enrolled_and_polled(house: Rig) -> None:
    """No channel, no retry of the watch; every sweep asks for its sync."""
    house.calendar.control("POST", "calendars", {"id": "holidays", "owner": OWNER, "watchable": False})
    answer = house.enrol("holidays")
    assert (answer["channel"], answer["watchable"], answer["synced"]) == (None, False, True)
    house.enrol("holidays")
    assert house.calls("events.watch") == 2
    assert renew(house.context) == Renewed()
    house.waiting()
    house.sweep_later(301)
    assert [request.calendar_id for request in house.waiting()] == ["holidays"]


def test_a_first_sync_that_fails_waits_in_the_queue(house: Rig) -> None:
    """The calendar is enrolled all the same, and the answer says that it is not synced yet."""
    team = house.calendar.control("POST", "calendars", {"owner": OWNER})["id"]
    fault(house, "events.list", status=503, skip=1)
    assert house.enrol(team)["synced"] is False
    (request,) = house.waiting()
    assert (request.calendar_id, request.reason) == (team, Reason.INITIALIZE)
    assert sync(house.context, request, house.delivery()) == "synced"


def test_a_refused_address_is_said_to_be_refused(house: Rig) -> None:
    """A fault of configuration, not of the calendar: it is not taken for unwatchable, and nothing is kept."""
    team = house.calendar.control("POST", "calendars", {"owner": OWNER})["id"]
    fault(house, "events.watch", status=401, reason="push.webhookUrlUnauthorized")
    with pytest.raises((Rejected, AccessLost)):
        house.enrol(team)
    assert house.store.enrolment(team) is None


def test_renewal_overlaps_and_stops_the_old_last(house: Rig) -> None:
    """The new channel is stored before the old one is stopped, and what was missed is asked for."""
    old = house.enrolment().watch.channel
    assert old is not None
    house.with_policy(renew_before=700_000)
    assert renew(house.context) == Renewed(renewed=1)
    new = house.enrolment().watch.channel
    assert new is not None
    assert channels(house) == [new.id]
    assert new.id != old.id
    methods = [line["method"] for line in house.calendar.control("GET", "requests", None)["requests"]]
    assert methods[-2:] == ["events.watch", "channels.stop"]
    assert [request.reason for request in house.waiting()] == [Reason.RENEWAL]


def test_a_channel_with_time_left_stays(house: Rig) -> None:
    """Only what ends within RENEW_BEFORE_SECONDS is replaced."""
    before = channels(house)
    assert renew(house.context) == Renewed()
    assert channels(house) == before


def test_a_channel_is_replaced_when_it_counts_as_ending(house: Rig) -> None:
    """Which is not when those end that were opened with it."""
    watch = house.enrolment().watch
    assert watch.ends_at is not None
    assert watch.channel is not None
    assert watch.ends_at != watch.channel.expires_at
    house.ahead = watch.ends_at - house.store_time() - timedelta(days=2, seconds=30)
    assert renew(house.context) == Renewed()
    house.ahead += timedelta(seconds=60)
    assert renew(house.context) == Renewed(renewed=1)


@dataclass(kw_only=True)
class Crowd(WrappedStore):
    """So many channels end soon. What nobody writes is as it was."""

    calendars: int
    read: int = 0

    def enrolments(self, **_: object) -> Iterator[Versioned[Enrolment]]:
        for number in range(self.calendars):
            self.read += 1
            yield Versioned(value=Enrolment(calendar_id=f"{number}"), version="v", read_at=datetime.now(UTC))

    def save(self, *_: object) -> str:
        return "v"


class AtOnce(Executor):
    """Does what is submitted in the thread that submits it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **more))
        except Exception as error:  # noqa: BLE001 - as executors do, it is kept for whoever asks
            done.set_exception(error)
        return done


@dataclass
class Refusing:
    """A calendar that gives no channel for now. `begun` is called with the id of each that is asked for."""

    begun: Callable[[str], None]

    def watch(self, access: Access, **_: object) -> None:
        self.begun(access.calendar_id)
        raise RetryLater("not now")


def crowded(house: Rig, store: Crowd, begun: Callable[[str], None], **more: Any) -> Context:
    calendar: Any = Refusing(begun)
    return replace(house.context, store=store, calendar=calendar, pool=lambda _: AtOnce(), **more)


def test_a_renewal_takes_a_bounded_number_the_most_urgent_first(house: Rig) -> None:
    """What is left is said, and the next run begins with it. No record is read before its time."""
    begun: list[str] = []
    store = Crowd(inner=house.store, calendars=20_002)

    def begin(calendar_id: str) -> None:
        assert store.read - len(begun) <= 16
        begun.append(calendar_id)

    assert renew(crowded(house, store, begin)) == Renewed(failed=20_000, left=True)
    assert begun == [str(number) for number in range(20_000)]
    assert renew(crowded(house, Crowd(inner=house.store, calendars=9), begun.append)) == Renewed(failed=9)


def test_a_renewal_ends_before_its_function_is_stopped(house: Rig) -> None:
    """Nothing is begun when time is nearly up, and all that was begun is brought to its end."""
    clock = [0.0]

    def begin(_: str) -> None:
        clock[0] += 50

    store = Crowd(inner=house.store, calendars=200)
    done = renew(crowded(house, store, begin, monotonic=lambda: clock[0]))
    assert done == Renewed(failed=32, left=True)


def test_a_bug_in_one_renewal_stops_no_other(house: Rig) -> None:
    """It is raised when all have ended."""
    begun: list[str] = []

    def begin(calendar_id: str) -> None:
        begun.append(calendar_id)
        if calendar_id == "3":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        renew(crowded(house, Crowd(inner=house.store, calendars=50), begin))
    assert len(begun) == 50


def test_notifications_of_old_and_new_channel_are_both_heard_meanwhile(house: Rig) -> None:
    """From the moment the new one is asked for until it is stored, none of the two is an orphan."""
    heard: list[str] = []
    calendar = house.context.calendar
    old_id = channels(house)[0]

    class Talking(type(calendar)):  # type: ignore[misc]
        def watch(self, *args: Any, channel_id: str, **more: Any) -> Any:
            for name in (channel_id, old_id):
                request = SyncRequest(
                    calendar_id=OWNER, reason=Reason.NOTIFICATION, channel_id=name, resource_id="r"
                )
                heard.append(sync(house.context, request, house.delivery()))
            return super().watch(*args, channel_id=channel_id, **more)

    talking = Talking(
        auth="anonymous", solutions=SOLUTIONS, endpoint=house.calendar.url, address="http://127.0.0.1:9/"
    )
    house.with_policy(renew_before=700_000)
    stops = house.calls("channels.stop")
    renew(replace(house.context, calendar=talking))
    assert heard == ["synced", "synced"]
    assert house.calls("channels.stop") == stops + 1


def test_killed_between_watch_and_store_heals(house: Rig) -> None:
    """The channel that nobody knows is stopped when it first delivers; the next renewal makes another."""
    old = house.enrolment().watch.channel
    assert old is not None
    stray = house.context.calendar.watch(house.enrolment().access, channel_id="stray", token="t", ttl=600)
    assert stray is not None
    request = SyncRequest(
        calendar_id=OWNER, reason=Reason.NOTIFICATION, channel_id="stray", resource_id=stray.resource_id
    )
    sync(house.context, request, house.delivery())
    assert channels(house) == [old.id]


def test_a_channel_whose_asker_was_killed_is_stopped_with_the_next_one(house: Rig) -> None:
    """It may never deliver before its calendar leaves, and then nobody could stop it."""

    class Dying(GoogleCalendar):
        def watch(self, access: Access, *, channel_id: str, token: str, ttl: int) -> Channel | None:
            super().watch(access, channel_id=channel_id, token=token, ttl=ttl)
            raise Killed

    context = house.context
    leave(context, OWNER)
    house.context = replace(context, calendar=house.google(Dying))
    with pytest.raises(Killed):
        house.enrol()
    house.context = context
    assert len(channels(house)) == 1
    house.with_policy(renew_before=700_000)
    renew(house.context)
    current = house.enrolment().watch.channel
    assert current is not None
    assert channels(house) == [current.id]


@pytest.mark.parametrize(
    ("what", "counted"),
    [
        ({"status": 503}, Renewed(failed=1)),
        ({"status": 403, "reason": "quotaExceeded"}, Renewed(failed=1)),
        ({"status": 400, "reason": "pushInvalidTtl"}, Renewed(failed=1)),
        ({"status": 403, "reason": "forbidden"}, Renewed(lost=1)),
    ],
)
def test_one_calendar_that_fails_does_not_hold_up_the_others(
    house: Rig, what: dict[str, Any], counted: Renewed
) -> None:
    """Its old channel stays; the other calendar's is renewed."""
    team = house.calendar.control("POST", "calendars", {"owner": OWNER})["id"]
    house.enrol(team)
    old = house.enrolment().watch.channel
    house.with_policy(renew_before=700_000)
    fault(house, "events.watch", calendarId=OWNER, **what)
    assert renew(house.context) == replace(counted, renewed=1)
    assert house.enrolment().watch.channel == old
    assert house.enrolment().watch.possible


def test_a_resting_calendar_is_not_renewed(house: Rig) -> None:
    """Calendars whose user's quota is spent, or whose access is lost, are left out."""
    fault(house, "events.list", status=403, reason="quotaExceeded")
    assert house.sync() == "backed_off"
    house.with_policy(renew_before=700_000)
    assert renew(house.context) == Renewed()


def test_an_old_channel_that_cannot_be_stopped_does_no_harm(house: Rig) -> None:
    """The renewal counts; the old one is stopped when it next delivers."""
    house.with_policy(renew_before=700_000)
    fault(house, "channels.stop", status=503)
    assert renew(house.context) == Renewed(renewed=1)
    assert len(channels(house)) == 2


def test_leaving_stops_forgets_and_touches_no_conference(house: Rig) -> None:
    """Channel, token and holds go; the conference lives, and nothing is due. A second leaving is a 404."""
    room = house.room()
    house.people().add(room)
    house.sync()
    house.told()
    assert leave(house.context, OWNER) == {"calendar_id": OWNER}
    assert channels(house) == []
    assert list(house.context.store.conferences()) == []
    house.sweep_later()
    assert house.told() == []
    for flow in (leave, state):
        with pytest.raises(BadRequest, match="not enrolled") as unknown:
            flow(house.context, OWNER)
        assert unknown.value.status == 404


def test_leaving_keeps_what_other_calendars_hold(house: Rig) -> None:
    """A conference held in two calendars stays with the other one."""
    team = house.calendar.control("POST", "calendars", {"owner": OWNER})["id"]
    house.enrol(team)
    room = house.room()
    house.people().add(room)
    house.sync()
    house.people(team).add(room)
    house.sync(team)
    leave(house.context, OWNER)
    assert [hold.ref.calendar_id for hold in house.record(room).holds] == [team]


def test_leaving_without_a_channel(house: Rig) -> None:
    """A calendar that cannot be watched leaves as any other."""
    house.calendar.control("POST", "calendars", {"id": "holidays", "owner": OWNER, "watchable": False})
    house.enrol("holidays")
    leave(house.context, "holidays")
    assert house.context.store.enrolment("holidays") is None


def test_a_calendar_taken_off_the_list_meanwhile_is_no_success(house: Rig) -> None:
    """Removed between watch and store: the caller may try again, nothing is half enrolled."""
    kept = house.context.store.enrolment(OWNER)
    assert kept is not None
    house.drop()
    with pytest.raises(RetryLater, match="has left meanwhile"):
        open_channel(house.context, kept)
