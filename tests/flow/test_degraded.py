"""What a provider cannot carry is said once for each conference, and not tried."""

import logging
from dataclasses import replace

import pytest

from functions.core.model import Abilities, Ability, Change, Outcome
from functions.flow.status import state
from functions.ports import Provider
from tests.flow.weekly import WEEKLY, weekly
from tests.support.rig import OWNER, Rig, conference_data

UPDATED = "conference.updated"


class TitleOnly:
    """As Janus: a name for a room, and nothing else of an event."""

    abilities = Abilities(fields=frozenset({"title"}), can=frozenset({Ability.TITLE}))

    def __init__(self, inner: Provider) -> None:
        self.inner = inner

    def apply(self, change: Change) -> Outcome:
        return self.inner.apply(change)

    def check(self) -> None:
        self.inner.check()


@pytest.fixture
def plain(house: Rig) -> Rig:
    """A conference system that has room for titles only."""
    provider = TitleOnly(house.context.provider("webhook"))
    house.context = replace(house.context, provider=lambda _: provider)
    return house


def said(caplog: pytest.LogCaptureFixture) -> list[list[str]]:
    return [record.unsupported for record in caplog.records if record.message == "conference.unsupported"]  # type: ignore[attr-defined]


def test_times_and_recurrence_are_said_to_be_left_out_once(
    plain: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """With the first update, in log, history and status; what comes to be left out later is said then."""
    caplog.set_level(logging.INFO, "functions")
    room = plain.room()
    event = plain.people().add(room)
    plain.sync()
    plain.people().change(event, summary="Renamed")
    plain.sync()
    assert said(caplog) == [["time"]]
    plain.people().change(event, recurrence=WEEKLY, summary="Weekly")
    plain.sync()
    assert said(caplog) == [["time"], ["recurrence"]]
    unsupported = [deed.why for deed in plain.record(room).history if deed.what == "unsupported"]
    assert unsupported == ["cannot carry: time", "cannot carry: recurrence"]
    assert state(plain.context, OWNER)["not_carried"] == {"recurrence": 1, "time": 1}


def test_a_moved_event_costs_such_a_provider_nothing(plain: Rig) -> None:
    """Times are not part of what is pushed to it: no call, and of the record only how long it is kept."""
    room = plain.room()
    event = plain.people().add(room)
    plain.sync()
    plain.told()
    before = plain.record(room)
    plain.people().change(
        event, start={"dateTime": "2031-03-01T10:00:00Z"}, end={"dateTime": "2031-03-01T12:00:00Z"}
    )
    plain.sync()
    after = plain.record(room)
    assert (plain.told(), replace(after, holds=before.holds)) == ([], before)
    assert [replace(hold, over_on="") for hold in after.holds] == [
        replace(hold, over_on="") for hold in before.holds
    ]


def test_what_a_provider_says_it_left_out(house: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Some can be carried or not only for this event: said by the provider each time, noted once."""
    caplog.set_level(logging.INFO, "functions")

    class Cutting(TitleOnly):
        abilities = house.context.provider("webhook").abilities

        def apply(self, change: Change) -> Outcome:
            super().apply(change)
            return Outcome(unsupported=("a long title",))

    cutting = Cutting(house.context.provider("webhook"))
    house.context = replace(house.context, provider=lambda _: cutting)
    room = house.room()
    event = house.people().add(room)
    for title in ("One", "Two"):
        house.people().change(event, summary=title)
        house.sync()
    assert said(caplog) == [["a long title"]]
    why = [deed.why for deed in house.record(room).history if deed.what == "unsupported"]
    assert why == ["cannot carry: a long title"]
    assert state(house.context, OWNER)["not_carried"] == {"a long title": 1}


@pytest.mark.parametrize("kind", ["moved", "cancelled", "without"])
def test_an_occurrence_is_not_tried(plain: Rig, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    """E13, E14, E16: nothing is pushed, nothing parked; said once, the next instance passes in silence."""
    caplog.set_level(logging.INFO, "functions")
    room = plain.room()
    series, first = weekly(plain, room)
    caplog.clear()
    for instance in (first, f"{series}_20310120T090000Z"):
        if kind == "moved":
            plain.people().change(instance, summary="Only this one")
        elif kind == "cancelled":
            plain.people().delete(instance)
        else:
            plain.people().change(instance, conferenceData=None)
        plain.sync()
    ability = "occurrence update" if kind == "moved" else "occurrence cancel"
    assert said(caplog) == [[ability]]
    assert (plain.told(), plain.record(room).parked, plain.seen(room)["status"]) == ([], None, "live")


def test_e15_on_such_a_provider(plain: Rig) -> None:
    """The instance's own conference is held and pushed; of the series' nothing can be called off."""
    room, other = plain.room(), plain.room()
    _, instance = weekly(plain, room)
    plain.people().change(instance, conferenceData=conference_data(other))
    plain.sync()
    assert plain.told() == [(UPDATED, other, None)]
