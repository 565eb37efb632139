"""E12 where the later part's id says nothing, and E14 where a tombstone says little: a date is off, or it has
only left the part that it was of. In every order, with both kinds of instances' ids.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from functions.adapters.calendar import google as calendar_google
from functions.core.aside import set_aside
from functions.core.hold import stamp
from functions.core.model import ConferenceKey
from functions.core.pending import again
from tests.host.service import Service
from tests.host.weekly import (
    AT_FOURTH,
    AT_SECOND,
    AT_THIRD,
    CANCELLED,
    HEAD,
    add_tail,
    an_hour,
    begun,
    dated,
    hours,
    kinds,
    series,
    shorten,
    split,
)

UPDATED = "conference.updated"
OTHERWISE = {"summary": "Otherwise"}


@pytest.fixture(params=["named", "opaque"])
def ids(request: pytest.FixtureRequest, service: Service) -> str:
    """Whether an instance's id says which it is."""
    service.control("settings", opaqueInstanceIds=request.param == "opaque")
    return str(request.param)


def starts(service: Service, master: str) -> set[str | None]:
    """When the instances that the series shows were to begin."""
    begins = [one["originalStartTime"]["dateTime"] for one in service.people().instances(master)]
    return {stamp(datetime.fromisoformat(begin)) for begin in begins}


def test_e12_the_hour_changes(service: Service) -> None:
    """Its id has no relation to the old one, and it leads all the same, now and when it changes next."""
    room = service.room()
    master = series(service, room)
    tail = split(service, master, summary="Tail", **hours("2031-01-20", at="08"))
    assert not tail.startswith(master)
    service.settle()
    assert kinds(service, room) == [(UPDATED, None)]
    service.people().change(tail, summary="Tail, again")
    service.settle()
    assert service.state(room) == ("live", "Tail, again", 1)
    service.people().change(master, summary="The past")
    with service.silence():
        service.settle()


@pytest.mark.parametrize("hours_later", [0, 2])
@pytest.mark.parametrize("weeks", [0, -2], ids=["ahead", "over"])
def test_e12_the_first_part_is_over_or_not(service: Service, weeks: int, hours_later: int) -> None:
    """Split at a date to come, or at one that has been: the later part leads."""
    room = service.room()
    master, date = begun(service, room)
    service.settle()
    at = date + timedelta(weeks=weeks)
    split(service, master, stamp(at), summary="Tail", **an_hour(at + timedelta(hours=hours_later)))
    service.settle()
    assert service.state(room) == ("live", "Tail", 1)
    assert kinds(service, room) == [(UPDATED, None), (UPDATED, None)]


@pytest.mark.parametrize("reads", [0, 1, 2], ids=["one read", "a read between", "a read after each"])
@pytest.mark.parametrize("tail_first", [True, False])
@pytest.mark.slow
def test_e12_a_program_splits(service: Service, *, tail_first: bool, reads: int) -> None:
    """Two requests in either order, read at once or one by one: the later part leads."""
    room = service.room()
    master = series(service, room)
    steps: list[Callable[[], object]]
    steps = [lambda: shorten(service, master), lambda: add_tail(service, room)]
    for step in reversed(steps) if tail_first else steps:
        step()
        if reads:
            service.settle()
    service.settle()
    assert service.state(room) == ("live", "Tail", 1)
    assert len(kinds(service, room)) == (1 if reads == 0 or tail_first else 2)


@pytest.mark.parametrize("order", list(permutations(("cut", "middle", "newest"))))
def test_e12_three_parts(service: Service, order: tuple[str, ...]) -> None:
    """Whichever is read when, the last part leads in the end."""
    room = service.room()
    master = series(service, room)
    middle = ["RRULE:FREQ=WEEKLY;COUNT=1"]
    steps: dict[str, Callable[[], object]] = {
        "cut": lambda: shorten(service, master),
        "middle": lambda: add_tail(service, room, summary="Middle", recurrence=middle),
        "newest": lambda: add_tail(service, room, summary="Newest", **hours("2031-01-27")),
    }
    for name in order:
        steps[name]()
        service.settle()
    assert service.state(room) == ("live", "Newest", 1)


@pytest.mark.parametrize(
    "copy",
    [
        {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"], **hours("2031-01-13")},
        {**hours("2031-09-01")},
        {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"], **hours("2030-01-07")},
    ],
    ids=["series that overlap", "a single event after it", "a series before it"],
)
def test_e10_a_true_copy_stays_one(service: Service, copy: dict[str, Any]) -> None:
    """The conference stays with the first."""
    room = service.room()
    series(service, room)
    copied = service.people().add(room, summary="Copy", **copy)
    service.settle()
    service.people().change(copied, summary="Copied")
    service.settle()
    assert (service.state(room), kinds(service, room)) == (("live", "Weekly", 1), [])


def test_e10_two_series_on_one_meeting(service: Service) -> None:
    """The second begins when the first has not ended: a copy, until the first ends before it."""
    room = service.room()
    first = series(service, room)
    service.people().change(first, recurrence=["RRULE:FREQ=WEEKLY"])
    second = add_tail(service, room, summary="Second", **hours("2031-05-05"))
    service.settle()
    assert service.state(room) == ("live", "Weekly", 1)
    service.people().change(first, recurrence=HEAD)
    service.settle()
    assert service.state(room) == ("live", "Second", 1)
    service.people().delete(second)
    service.settle()
    assert service.state(room) == ("live", "Weekly", 1)


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("at", [AT_SECOND, AT_THIRD, AT_FOURTH], ids=["before", "at", "after"])
@pytest.mark.parametrize("what", ["edited", "off"])
@pytest.mark.parametrize("hour", ["10", "08"], ids=["hour kept", "hour changed"])
@pytest.mark.slow
def test_e14_split_beside_an_exception(service: Service, at: str, what: str, hour: str) -> None:
    """No date of the later part is called off, whatever a list shows of those that left the first one."""
    room = service.room()
    master = series(service, room)
    one = dated(service, master, at)
    if what == "off":
        service.people().delete(one)
    else:
        service.people().change(one, **OTHERWISE)
    service.settle()
    service.told()
    tail = split(service, master, summary="Tail", **hours("2031-01-20", at=hour))
    service.settle()
    service.people().change(tail, summary="Tail, edited")
    service.settle()
    assert service.state(room) == ("live", "Tail, edited", 1)
    assert all(kind == UPDATED for kind, _ in kinds(service, room))


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("bare", [True, False])
def test_e14_a_date_is_off(service: Service, *, bare: bool) -> None:
    """Pushed once, also where the tombstone has nothing but an id, and again after it was restored."""
    service.control("settings", bareTombstones=bare)
    room = service.room()
    master = series(service, room)
    second = dated(service, master, AT_SECOND)
    for where in ("Room 7", "Room 8"):
        service.people().delete(second)
        service.settle()
        assert kinds(service, room) == [(CANCELLED, AT_SECOND)]
        service.people().change(master, location=where)
        service.settle()
        assert kinds(service, room) == [(UPDATED, None)]
        service.people().change(second, status="confirmed")
        service.settle()
        service.told()


@pytest.mark.usefixtures("ids")
def test_e14_several_dates_are_off(service: Service) -> None:
    """In one read, which shows nothing but ids: each is found out and pushed."""
    service.control("settings", bareTombstones=True)
    room = service.room()
    master = series(service, room)
    for start in (AT_SECOND, AT_THIRD):
        service.people().delete(dated(service, master, start))
    service.settle()
    assert sorted(kinds(service, room)) == [(CANCELLED, AT_SECOND), (CANCELLED, AT_THIRD)]


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("bare", [True, False])
def test_e14_a_date_of_the_later_part_is_off(service: Service, *, bare: bool) -> None:
    """Also when the first part, after which the instance is named, is deleted."""
    service.control("settings", bareTombstones=bare)
    room = service.room()
    master = series(service, room)
    tail = split(service, master, summary="Tail")
    service.settle()
    service.people().delete(master)
    service.settle()
    service.told()
    service.people().delete(dated(service, tail, AT_FOURTH))
    service.settle()
    assert kinds(service, room) == [(CANCELLED, AT_FOURTH)]


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("what", ["edited", "moved", "off"])
@pytest.mark.parametrize("at", ["2031-01-06T09:00:00Z", AT_THIRD, "2031-02-10T09:00:00Z"])
@pytest.mark.slow
def test_e14_a_series_becomes_a_single_event_and_back(service: Service, at: str, what: str) -> None:
    """Its old instances call off no date that is there, and the conference stays."""
    room = service.room()
    master = series(service, room)
    one = dated(service, master, at)
    if what == "off":
        service.people().delete(one)
    else:
        service.people().change(one, **(hours(at[:10], at="15") if what == "moved" else OTHERWISE))
    service.settle()
    service.told()
    service.people().change(master, recurrence=[])
    service.settle()
    service.sweep_later()
    assert kinds(service, room) == [(UPDATED, None)]
    service.people().change(master, recurrence=["RRULE:FREQ=WEEKLY;COUNT=6"])
    service.settle()
    told = kinds(service, room)
    assert told[0] == (UPDATED, None)
    assert not {start for _, start in told} & starts(service, master)
    assert service.state(room) == ("live", "Weekly", 1)


@pytest.mark.usefixtures("ids")
def test_e14_cut_short(service: Service) -> None:
    """The dates beyond are said by the series alone, whether they were called off before or not."""
    room = service.room()
    master = series(service, room)
    service.people().delete(dated(service, master, AT_FOURTH))
    service.settle()
    service.told()
    shorten(service, master)
    service.settle()
    assert kinds(service, room) == [(UPDATED, None)]


@pytest.mark.usefixtures("ids")
def test_e15_an_instance_with_another_conference_leaves_with_its_date(service: Service) -> None:
    """Its own conference ends only if no live event carries it."""
    room, other = service.room(), service.room("Other")
    master = series(service, room)
    one = dated(service, master, AT_FOURTH)
    service.people().carry(one, other)
    service.settle()
    assert service.store.known([], [ConferenceKey("webhook", other)])[0].value.holds
    split(service, master, summary="Tail")
    service.settle()
    service.sweep_later()
    carrying = {each.get("conferenceData", {}).get("conferenceId") for each in service.people().all()}
    assert (service.state(other)[0] == "live") is (other in carrying)
    assert service.state(room) == ("live", "Tail", 1)


@pytest.mark.parametrize("first_read", [True, False])
@pytest.mark.slow
def test_e10_copies_of_the_later_part(service: Service, *, first_read: bool) -> None:
    """Made after it, they stay copies, also where all are read at once."""
    room = service.room()
    master = series(service, room)
    split(service, master, summary="Tail")
    time.sleep(1.1)  # `created` has whole seconds
    for number in range(4):
        add_tail(service, room, summary=f"Copy {number}")
    if first_read:
        service.leave()
        service.enrol()
    service.settle()
    service.sweep_later()
    assert service.state(room) == ("live", "Tail", 1)


@pytest.mark.parametrize("leads", ["the first ends", "the first is deleted"])
def test_e14_dates_that_were_off_before_their_series_led(service: Service, leads: str) -> None:
    """They are pushed when it leads: nothing was pushed of them while it was a copy."""
    room = service.room()
    master = series(service, room)
    tail = add_tail(service, room)
    service.settle()
    service.people().delete(dated(service, tail, AT_FOURTH))
    service.settle()
    assert kinds(service, room) == []
    shorten(service, master) if leads == "the first ends" else service.people().delete(master)
    service.settle()
    service.sweep_later()
    assert kinds(service, room) == [(UPDATED, None), (CANCELLED, AT_FOURTH)]


@pytest.mark.usefixtures("ids")
def test_e14_a_date_of_the_later_part_on_a_page_before_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first part deleted, the bare tombstone comes before its series: pushed all the same."""
    monkeypatch.setitem(calendar_google.READ, "maxResults", 1)
    service.control("settings", bareTombstones=True)
    service.leave()
    service.enrol()
    room = service.room()
    master = series(service, room)
    tail = split(service, master, summary="Tail")
    service.settle()
    service.people().delete(master)
    service.settle()
    service.told()
    service.people().delete(dated(service, tail, AT_FOURTH))
    service.settle()
    service.sweep_later()
    assert kinds(service, room) == [(CANCELLED, AT_FOURTH)]


@pytest.mark.parametrize("by", ["page", "program"])
def test_e14_a_date_that_was_off_is_back_after_a_split(service: Service, by: str) -> None:
    """The later part shows it, so its system must not have it off."""
    room = service.room()
    master = series(service, room)
    service.people().delete(dated(service, master, AT_FOURTH))
    service.settle()
    if by == "page":
        tail = split(service, master, summary="Tail")
    else:
        tail = add_tail(service, room)
        shorten(service, master)
    service.settle()
    service.sweep_later()
    assert AT_FOURTH in starts(service, tail)
    off = {
        start for start, told in service.seen(room)["occurrences"].items() if told["status"] == "cancelled"
    }
    assert not off & starts(service, tail)


@pytest.mark.parametrize("of", ["the first part", "a copy"])
def test_dates_that_are_off_cost_nothing_later(service: Service, of: str) -> None:
    """Bare tombstones with unreadable ids are listed again with each change of their unit."""
    service.control("settings", opaqueInstanceIds=True, bareTombstones=True)
    room = service.room()
    master = series(service, room)
    off = master if of == "the first part" else add_tail(service, room, summary="Copy")
    for each in service.people().instances(off)[:2]:
        service.people().delete(each["id"])
    service.settle()
    if off == master:
        off = split(service, master, summary="Tail")
        service.settle()
    service.people().change(off, colorId="5")
    with service.silence():
        service.settle()
    assert service.calls("events.get") == 0


def test_e14_a_date_that_calendar_would_not_tell_of(service: Service) -> None:
    """Refused once, it is asked again when an operator says so."""
    service.control("settings", bareTombstones=True)
    room = service.room()
    master = series(service, room)
    service.people().delete(dated(service, master, AT_SECOND))
    service.control("faults", method="events.instances", times=1, status=400)
    service.settle()
    (kept,) = service.store.known([], [ConferenceKey("webhook", room)])
    assert set_aside(kept.value)
    assert service.store.save(again(kept.value, now=datetime.now(UTC)), kept.version)
    service.sweep_later()
    assert kinds(service, room) == [(CANCELLED, AT_SECOND)]
