"""Who leads, in all orders in which the events of a conference can be read (E10, E11, E18, E20).

Each order is a conference of its own, and those of one test are read together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any

import pytest

from functions.core.model import EventRef
from tests.host.many import hurried, in_one_read, paged
from tests.host.service import Service
from tests.host.weekly import HEAD, SECOND, hours, instance
from tests.support.rig import OWNER, conference_data

UPDATED, DELETED = "conference.updated", "conference.deleted"
BOB, CAROL = "bob@example.com", "carol@example.com"
GRACE = 300
WEEKLY = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]}
EVENTS: Mapping[str, Mapping[str, Any]] = {
    "Head": {"recurrence": HEAD, **hours("2031-01-06")},
    "Tail": {**WEEKLY, **hours("2031-01-20")},
    "Instance": {**WEEKLY, **hours("2031-01-06")},
}
# The events of a conference as they are made one after the other; who leads, who goes, and who leads then.
STORIES = (
    (("Oldest", "Middle", "Newest"), "Oldest", "Oldest", "Middle"),
    (("Head", "Copy", "Tail"), "Tail", "Tail", "Head"),
    (("Head", "Copy", "Tail"), "Tail", "Head", "Tail"),
    (("Instance", "Event"), "Event", "Event", "Instance"),
)
PAGE = 10  # no two of the events that are made for one conference in `in_all_orders` are so near in a list


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A conference, and the events that carry it, by title; who should lead, who goes, and who leads then."""

    room: str
    events: Mapping[str, EventRef]
    leads: str = ""
    goes: str = ""
    follows: str = ""


def advance(service: Service) -> None:
    """`created` has whole seconds."""
    service.control("clock", advanceSeconds=1)


def titles(service: Service, those: Iterable[Carried]) -> list[str]:
    return [service.state(one.room)[1] for one in those]


def times_told(service: Service, those: Iterable[Carried]) -> list[int]:
    """How often each was pushed since the last look; none was ended."""
    told = service.told()
    assert DELETED not in [kind for kind, *_ in told]
    return [[room for _, room, _ in told].count(one.room) for one in those]


def delete(service: Service, those: Iterable[EventRef]) -> None:
    with in_one_read(service):
        for ref in those:
            service.people(ref.calendar_id).delete(ref.event_id)


def restore(service: Service, those: Iterable[EventRef]) -> None:
    with in_one_read(service):
        for ref in those:
            service.people(ref.calendar_id).change(ref.event_id, status="confirmed")


def in_all_orders(service: Service) -> list[Carried]:
    """A conference for each order in which a list, which is in the order of ids, may show its events."""
    made = [
        Carried(
            room=service.room(),
            events={title: EventRef(OWNER, f"{order.index(title)}{story}order{number}") for title in events},
            leads=leads,
            goes=goes,
            follows=follows,
        )
        for story, (events, leads, goes, follows) in enumerate(STORIES)
        for number, order in enumerate(permutations(events))
    ]
    for place in range(3):
        for one in made:
            for title in [*one.events][place : place + 1]:
                add(service, one.room, title, one.events[title].event_id)
        advance(service)
    return made


def add(service: Service, room: str, title: str, event_id: str) -> None:
    fields = {"id": event_id, "summary": title, **EVENTS.get(title, {})}
    if title != "Instance":
        service.people().add(room, **fields)
        return
    service.people().add(**fields | {"summary": "Series"})
    service.people().change(instance(event_id, SECOND), summary=title, conferenceData=conference_data(room))


def one_page(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    del service, monkeypatch


def pages(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    paged(service, monkeypatch, PAGE)


def pages_in_full(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    pages(service, monkeypatch)
    service.control("expire")


def deliveries(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    pages(service, monkeypatch)
    hurried(service, monkeypatch)


def begun_anew(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third page cannot be read the first time."""
    pages(service, monkeypatch)
    nothing: Callable[[], object] = list
    fail = {"method": "events.list", "body": "[]"}
    service.meanwhile["list"] += [nothing, lambda: service.control("faults", **fail)]


@pytest.mark.parametrize("read", [one_page, pages, pages_in_full, deliveries, begun_anew])
def test_first_seen_in_one_read(
    service: Service, monkeypatch: pytest.MonkeyPatch, read: Callable[[Service, pytest.MonkeyPatch], None]
) -> None:
    """However it is listed, and over whatever it is spread, the same event leads, and after it the same."""
    read(service, monkeypatch)
    with in_one_read(service):
        those = in_all_orders(service)
    service.settle()
    service.sweep()
    assert titles(service, those) == [one.leads for one in those]
    delete(service, (one.events[one.goes] for one in those))
    service.settle()
    service.sweep()
    assert titles(service, those) == [one.follows for one in those]
    service.told()
    service.sweep()
    assert times_told(service, those) == [0] * len(those)


def with_copies(service: Service, *places: str, ages: Sequence[bool] = (True, False)) -> list[Carried]:
    """Conferences that follow their originals, each with a copy in one of these calendars: one that is older
    than its original, and took the conference up later, and one that was made after it.
    """
    made: list[Carried] = []
    with in_one_read(service, OWNER, *places):
        wishes = [(place, older) for place in places for older in ages]
        olds = [service.people(place).add(summary="Copy") if older else "" for place, older in wishes]
        advance(service)
        rooms = [service.room() for _ in wishes]
        originals = [service.people().add(room, summary="Original") for room in rooms]
    service.settle()
    advance(service)
    with in_one_read(service, OWNER, *places):
        for (place, _), old, room, original in zip(wishes, olds, rooms, originals, strict=True):
            copy = old or service.people(place).add(room, summary="Copy")
            if old:
                service.people(place).carry(old, room)
            events = {"Original": EventRef(OWNER, original), "Copy": EventRef(place, copy)}
            made.append(Carried(room=room, events=events))
    service.settle()
    assert titles(service, made) == ["Original"] * len(made)
    service.told()
    return made


def originals(those: Iterable[Carried]) -> Iterator[EventRef]:
    return (one.events["Original"] for one in those)


@pytest.mark.parametrize("read", ["not read", "read", "read and swept", "read in full"])
def test_e18_the_original_deleted_and_restored(service: Service, read: str) -> None:
    """It leads as before; and if it was not read in between, its system hears nothing."""
    service.set(DELETE_GRACE_SECONDS=str(GRACE))
    those = with_copies(service, OWNER, service.team())
    delete(service, originals(those))
    if read == "not read":
        service.lose(OWNER)
    if read == "read in full":
        service.control("expire")
    if read != "not read":
        service.settle()
        assert titles(service, those) == ["Copy"] * len(those)
    if read == "read and swept":
        service.sweep_later(GRACE // 2)
    restore(service, originals(those))
    service.settle()
    service.sweep()
    assert titles(service, those) == ["Original"] * len(those)
    assert times_told(service, those) == [0 if read == "not read" else 2] * len(those)
    service.sweep_later()
    assert times_told(service, those) == [0] * len(those)


def test_e18_both_deleted_and_both_restored(service: Service) -> None:
    """In whatever order each is done, the original leads again."""
    service.set(DELETE_GRACE_SECONDS=str(GRACE))
    orders = [*product(permutations(("Original", "Copy")), repeat=2)]
    those = with_copies(service, *[OWNER] * len(orders))
    steps = [order for order in orders for _ in range(2)]
    for way, done in enumerate((delete, restore)):
        for place in range(2):
            chosen = zip(those, steps, strict=True)
            done(service, [one.events[order[way][place]] for one, order in chosen])
            service.settle()
    service.sweep()
    assert titles(service, those) == ["Original"] * len(those)
    service.told()
    service.sweep_later()
    assert times_told(service, those) == [0] * len(those)


def test_e18_restored_after_the_grace(service: Service) -> None:
    """It is a newcomer: the copy leads on."""
    service.set(DELETE_GRACE_SECONDS=str(GRACE))
    those = with_copies(service, OWNER, service.team())
    delete(service, originals(those))
    service.settle()
    service.sweep_later(GRACE + 1)
    restore(service, originals(those))
    service.settle()
    service.sweep()
    assert titles(service, those) == ["Copy"] * len(those)
    assert times_told(service, those) == [1] * len(those)


def move(service: Service, those: Mapping[str, Sequence[Carried]], *, back: bool = False) -> None:
    """The originals of those, each to its calendar, or from there to the owner's; nothing is read yet."""
    with in_one_read(service, OWNER, *those):
        for there, ones in those.items():
            for ref in originals(ones):
                service.people(there if back else OWNER).move(ref.event_id, OWNER if back else there)


def read_in_turn(service: Service, early: Sequence[str], between: str) -> None:
    """The early calendars before the owner's, the others after it, with something in between."""
    for calendar_id in (*early, OWNER):
        service.sync(calendar_id)
    if between == "a sweep":
        assert service.clients["sweep_calendars"].post("/").status_code == 200
    if between == "another read":
        service.people().add(summary="Else")
        service.sync(OWNER)
    service.settle()
    service.sweep()


@pytest.mark.parametrize("between", ["nothing", "a sweep", "another read"])
def test_e20_the_original_moved_there_and_back(service: Service, between: str) -> None:
    """To an own calendar or another user's, told there first or here: it leads in the end. That its organizer
    is another is told once, and before it a copy that led in between.
    """
    service.set(DELETE_GRACE_SECONDS=str(GRACE))
    early, late = ([service.team(), service.user(user)] for user in (BOB, CAROL))
    those = {there: with_copies(service, OWNER, there, ages=[True]) for there in (*early, *late)}
    every = [(there, one) for there, ones in those.items() for one in ones]
    for back in (False, True):
        move(service, those, back=back)
        read_in_turn(service, early, between)
        for there, one in every:
            assert service.record(one.room).holds[0].ref.calendar_id == (OWNER if back else there)
        assert titles(service, (one for _, one in every)) == ["Original"] * len(every)
        live_first = late if back else early
        times = [1 if there in live_first else 2 for there, _ in every]
        assert times_told(service, (one for _, one in every)) == times


@pytest.mark.parametrize(("first", "leads"), [("there", "Original"), ("here", "Copy")])
def test_e20_told_in_the_other_calendar_after_the_grace(service: Service, first: str, leads: str) -> None:
    """Where its old end was read and its new one only after the grace, it is a newcomer."""
    service.set(DELETE_GRACE_SECONDS=str(GRACE))
    there = service.user(BOB)
    those = with_copies(service, OWNER, there, ages=[True])
    move(service, {there: those})
    service.sync(there if first == "there" else OWNER)
    service.let_pass(GRACE + 1)
    service.settle()
    service.sweep()
    assert titles(service, those) == [leads] * len(those)
