"""What would be done, without doing it; and what has been done, kept with the conference."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.core.conference import HISTORY_MAX, Entry, remember
from functions.core.errors import RetryLater
from functions.core.model import EventRef, Place
from functions.flow.plan import Plan, plan
from functions.flow.retry import retry
from local.conferences.faults import Fault
from tests.flow.weekly import weekly
from tests.support.rig import OWNER, Rig, conference_data

EVENT = EventRef(OWNER, "e1")


def rows(found: Plan) -> list[tuple[str, str]]:
    return [(step.entry.row, step.entry.what) for step in found.steps]


def everything(house: Rig) -> tuple[object, ...]:
    """All that a plan must leave as it is."""
    conferences = sorted(kept.version for kept in house.context.store.conferences())
    enrolment = house.context.store.enrolment(OWNER)
    channels = house.calendar.control("GET", "channels", None)
    return conferences, enrolment and enrolment.version, house.queue.waiting(), channels


def rename(house: Rig, event: str, _: str) -> None:
    house.people().change(event, summary="Renamed")


def delete(house: Rig, event: str, _: str) -> None:
    house.people().delete(event)


def strip(house: Rig, event: str, _: str) -> None:
    house.people().change(event, conferenceData=None)


def copy(house: Rig, _: str, room: str) -> None:
    house.people().add(room)


def colour(house: Rig, event: str, _: str) -> None:
    house.people().change(event, colorId="5")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (rename, [("E02", "conference.updated")]),
        (delete, [("E05", "released")]),
        (strip, [("E07", "released")]),
        (copy, [("E10", "held")]),
        (colour, []),
    ],
)
def test_a_plan_says_what_and_why_and_does_nothing(
    house: Rig, change: Callable[[Rig, str, str], None], expected: list[tuple[str, str]]
) -> None:
    """Each step has its row; nothing is pushed or written, the token stays; then the sync does just that."""
    house.with_policy(grace=300)
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.told()
    change(house, event, room)
    before, count = everything(house), len(house.record(room).history)
    found = plan(house.context, OWNER)
    assert (rows(found), found.outcome) == (expected, "synced")
    assert (everything(house), house.told()) == (before, [])
    house.sync()
    assert [(deed.row, deed.what) for deed in house.record(room).history[count:]] == expected


def test_a_plan_tells_when_a_conference_would_be_deleted(house: Rig) -> None:
    """At the end of the grace, counted from now."""
    house.with_policy(grace=300)
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().delete(event)
    (ending,) = plan(house.context, OWNER).endings
    assert ending.key.id == room
    assert ending.delete_at is not None
    assert abs(ending.delete_at - house.now() - timedelta(seconds=300)) < timedelta(seconds=60)


def test_a_plan_is_made_beside_a_sync_under_way(house: Rig) -> None:
    """Somebody else's lease is no reason not to look."""
    house.people().add(house.room())
    house.lease_to_another(house.now())
    assert rows(plan(house.context, OWNER)) == [("E01", "held"), ("E01", "conference.updated")]


def test_a_plan_of_a_full_read_of_a_series(house: Rig) -> None:
    """After 410: what was deleted unseen, and the instances that go with it."""
    room, other = house.room(), house.room()
    series, instance = weekly(house, room)
    house.people().change(instance, conferenceData=conference_data(other))
    house.sync()
    house.people().delete(series)
    house.calendar.control("POST", "expire")
    before = everything(house)
    found = plan(house.context, OWNER)
    assert sorted(
        (step.key.id, step.entry.what) for step in found.steps if step.entry.what == "released"
    ) == sorted([(room, "released"), (other, "released")])
    assert everything(house) == before


def test_a_plan_writes_no_link(house: Rig) -> None:
    """What its system would answer is not known before the push."""
    house.with_policy(write_back=Place.LOCATION)
    room = house.room()
    event = house.people().add(room, summary="Before")
    before = house.people().get(event)
    plan(house.context, OWNER)
    assert house.people().get(event) == before


def test_a_plan_says_that_the_calendar_cannot_be_read(house: Rig) -> None:
    """And does not count that as one more failure."""
    house.calendar.control("POST", "faults", {"method": "events.list", "status": 403})
    assert plan(house.context, OWNER).outcome == "access_lost"
    assert house.enrolment().trouble.losses == 0
    house.calendar.control("POST", "faults", {"method": "events.list", "status": 503})
    with pytest.raises(RetryLater):
        plan(house.context, OWNER)
    assert house.enrolment().trouble.since is None


def history(house: Rig, room: str) -> list[tuple[str, str, str]]:
    return [(deed.row, deed.what, deed.why) for deed in house.record(room).history]


def test_the_history_of_a_conference(house: Rig) -> None:
    """Each thing once, in order, with its row and event."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().change(event, summary="Refused")
    house.conferences.faults.add(Fault(kind="status", status=422))
    house.sync()
    retry(house.context, room, ("webhook",))
    house.people().delete(event)
    house.sync()
    told = [(row, what) for row, what, _ in history(house, room)]
    assert told == [
        ("E01", "held"),
        ("E01", "conference.updated"),
        ("E28", "link changed"),
        ("E27", "conference.updated refused"),
        ("", "retried"),
        ("E02", "conference.updated"),
        ("E05", "released"),
        ("E05", "conference.deleted"),
    ]
    assert {deed.event for deed in house.record(room).history} == {EventRef(OWNER, event), None}
    assert "422" in history(house, room)[3][2]


def test_an_occurrence_is_named_in_the_history(house: Rig) -> None:
    """By its original start."""
    room = house.room()
    _, instance = weekly(house, room)
    house.people().delete(instance)
    house.sync()
    assert history(house, room)[-1] == ("E14", "occurrence.cancelled", "2031-01-13T09:00:00Z")


def deed(at: Any, what: str = "backed off", **more: Any) -> Entry:
    return Entry(at=at, row="", what=what, event=EVENT, **more)


def test_the_history_stays_short(house: Rig) -> None:
    """The same again is counted, the oldest forgotten, and nobody's words are kept at length."""
    now = house.now()
    twice = remember(remember((), deed(now)), deed(now + timedelta(minutes=1)))
    assert [(one.times, one.at) for one in twice] == [(2, now + timedelta(minutes=1))]
    assert [one.times for one in remember(twice, deed(now))] == [3]
    full: tuple[Entry, ...] = ()
    for number in range(HISTORY_MAX + 5):
        full = remember(full, deed(now, what=str(number)))
    assert (len(full), full[0].what) == (HISTORY_MAX, "5")
    assert len(remember((), deed(now, why="x" * 10_000))[0].why) == 300


def test_a_tombstone_that_says_little(house: Rig) -> None:
    """Calendar is asked by a plan as by a sync: the date is off, so it would be pushed."""
    house.calendar.control("POST", "settings", {"bareTombstones": True})
    _, second = weekly(house, house.room())
    house.people().delete(second)
    before = everything(house)
    assert rows(plan(house.context, OWNER)) == [("E14", "occurrence.cancelled")]
    assert everything(house) == before
