"""One look at a user's calendars serves the deletions of a sweep, as long as it is fresh enough."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.conference import Conference
from functions.core.enrolment import Access
from functions.core.errors import RetryLater
from functions.core.hold import Hold
from functions.core.model import Change, ConferenceKey, EventRef, Reason
from functions.flow.looks import COUNTS_FOR, Glance, Look, Looks, Shown
from functions.ports import Page
from tests.flow.test_protocol import between
from tests.flow.test_rare_orders import team
from tests.support.rig import OWNER, Rig

GRACE_S = 300
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def teams(house: Rig, number: int) -> list[str]:
    """So many calendars of the same user, the one that is enrolled already among them."""
    return [OWNER, *(team(house) for _ in range(number - 1))]


def released(house: Rig, number: int) -> list[str]:
    """Conferences whose events were deleted, to be deleted in five minutes."""
    house.with_policy(grace=GRACE_S)
    rooms = [house.room() for _ in range(number)]
    events = [house.people().add(room) for room in rooms]
    house.sync()
    for event in events:
        house.people().delete(event)
    house.sync()
    house.waiting()
    return rooms


def states(house: Rig, rooms: list[str]) -> set[str]:
    return {house.seen(room)["status"] for room in rooms}


@pytest.mark.parametrize(("calendars", "deletions"), [(1, 1), (5, 1), (5, 7), (2, 12)])
def test_many_deletions_share_their_looks(house: Rig, calendars: int, deletions: int) -> None:
    """At most one call for each calendar, and two for each deletion."""
    teams(house, calendars)
    rooms = released(house, deletions)
    house.calendar.control("DELETE", "requests", None)
    house.sweep_later(GRACE_S + 3)
    assert states(house, rooms) == {"deleted"}
    assert house.calls() <= calendars
    assert house.calls() + house.calls("events.get") <= calendars + 2 * deletions


def test_what_one_look_has_seen_saves_each_conference_that_it_shows(house: Rig) -> None:
    """Copies in another calendar, told by nobody: they are live, and the others are deleted."""
    _, other = teams(house, 2)
    rooms = released(house, 4)
    for room in rooms[::2]:
        house.people(other).add(room)
    house.sweep_later(GRACE_S + 3)
    assert (states(house, rooms[::2]), states(house, rooms[1::2])) == ({"live"}, {"deleted"})
    assert {request.calendar_id for request in house.waiting() if request.reason is Reason.SWEEP} == {other}


def test_a_look_from_long_before_does_not_count(house: Rig) -> None:
    """The first deletion takes its time; what is copied meanwhile is seen before the second one."""
    rooms, copied = released(house, 2), list[str]()
    house.with_policy(concurrency=1)

    def meanwhile(change: Change) -> None:
        house.ahead += COUNTS_FOR
        (left,) = {*rooms} - {change.key.id}
        if not copied:
            copied.append(left)
            house.people().add(left)

    between(house, meanwhile)
    house.sweep_later(GRACE_S + 3)
    assert states(house, copied) == {"live"}
    assert states(house, [room for room in rooms if room not in copied]) == {"deleted"}


def test_one_calendar_that_cannot_be_read_is_asked_once(house: Rig) -> None:
    """Every deletion around it backs off with what it said; none asks it again at once."""
    _, other = teams(house, 2)
    rooms = released(house, 3)
    asked: list[str] = []

    class Failing(GoogleCalendar):
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            asked.append(access.calendar_id)
            if access.calendar_id == other:
                raise RetryLater("Calendar answered 503")
            return super().changes(access, token=token, page_token=page_token)

    house.context = replace(house.context, calendar=house.google(Failing))
    house.sweep_later(GRACE_S + 3)
    assert (states(house, rooms), sorted(asked)) == ({"live"}, sorted([OWNER, other]))
    assert {str(parked and parked.reason) for room in rooms for parked in [house.record(room).parked]} == {
        "Calendar answered 503"
    }


def test_a_users_calendars_are_looked_at_in_parallel(house: Rig) -> None:
    """None waits for another's answer."""
    calendars = teams(house, 3)
    rooms = released(house, 1)
    together = Barrier(len(calendars), timeout=30)

    class Slow(GoogleCalendar):
        def changes(self, access: Access, *, token: str | None, page_token: str | None) -> Page:
            together.wait()
            return super().changes(access, token=token, page_token=page_token)

    house.context = replace(house.context, calendar=house.google(Slow))
    house.sweep_later(GRACE_S + 3)
    assert states(house, rooms) == {"deleted"}


def ended(*, error: Exception | None = None) -> Callable[[], Look]:
    def begin() -> Look:
        look: Look = Future()
        if error:
            look.set_exception(error)
        else:
            look.set_result([Glance(calendar_id=OWNER)])
        return look

    return begin


def test_which_look_counts() -> None:
    """One that began no sooner than asked for, is no older than a minute, and came to an end."""
    looks = Looks()
    first = looks.at("ann", NOW, now=NOW, begin=ended())
    assert looks.at("ann", NOW, now=NOW + COUNTS_FOR - SECOND, begin=ended()) is first
    assert looks.at("bob", NOW, now=NOW, begin=ended()) is not first
    later = looks.at("ann", NOW + SECOND, now=NOW + 2 * SECOND, begin=ended())
    assert later is not first
    assert looks.at("ann", NOW, now=NOW + 2 * SECOND + COUNTS_FOR, begin=ended()) is not later
    broken = looks.at("eve", NOW, now=NOW, begin=ended(error=RetryLater("no")))
    assert looks.at("eve", NOW, now=NOW, begin=ended()) is not broken


def test_what_a_glance_says_of_a_conference() -> None:
    """It is carried, or an id like its own is, of a solution that nobody knows; or nothing can be said."""
    key = ConferenceKey("webhook", "012 34")
    one = Conference(key=key)
    assert not Glance(calendar_id=OWNER).may_take_up(one)
    assert Glance(calendar_id=OWNER, carried=frozenset({key})).may_take_up(one)
    assert Glance(calendar_id=OWNER, nameless=frozenset({"1234"})).may_take_up(one)
    assert Glance(calendar_id=OWNER, unclear=True).may_take_up(one)


@pytest.mark.parametrize(
    ("shown", "held", "counts"),
    [
        (Shown(None, "1234", "solution"), "solution", True),
        (Shown(ConferenceKey("zoom", "1234"), "1234", "solution"), "solution", True),
        (Shown(None, "1234", "solution"), "", True),
        (Shown(None, "1234", "another"), "solution", False),
        (Shown(None, "99", "solution"), "solution", False),
        (Shown(ConferenceKey("webhook", "012 34"), "1234", "solution"), "solution", False),
    ],
)
def test_what_reads_pass_over(shown: Shown, held: str, *, counts: bool) -> None:
    """The solution that it was held under, if the settings give it to nobody or to another system now."""
    hold = Hold(ref=EventRef(OWNER, "e1"), label=held)
    one = Conference(key=ConferenceKey("webhook", "012 34"), released=(hold,))
    assert Glance(calendar_id=OWNER, shown=frozenset({shown})).passes_over(one) == counts
