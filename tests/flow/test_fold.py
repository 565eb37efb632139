"""A calendar that is changed again and again is read once in `FOLD_SECONDS`; a lone change at once."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from functions.core.model import Reason
from functions.core.resume import Resume
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from tests.flow.wrapped import Killed
from tests.support.rig import Rig, rig

FOLD_S = 3


@dataclass(kw_only=True)
class Editor:
    """Somebody who changes an event at these times; each notification is delivered at once."""

    house: Rig
    event: str
    at: deque[datetime]
    came_of_it: list[str] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Time goes by, and what is to happen meanwhile happens."""
        end = self.house.store_time() + timedelta(seconds=seconds)
        while self.at and self.at[0] <= end:
            self._until(self.at.popleft())
            self.house.people().change(self.event, summary=f"Planning {len(self.at)}")
            self.came_of_it.append(self.house.sync())
        self._until(end)

    def _until(self, at: datetime) -> None:
        self.house.sleep(max((at - self.house.store_time()).total_seconds(), 0))


@pytest.fixture
def house() -> Iterator[Rig]:
    """With one conference in step, and quiet for as long as a burst is folded."""
    with rig(fold=FOLD_S, grace=0) as made:
        made.enrol()
        made.sleep(FOLD_S)
        yield made


def held(house: Rig) -> tuple[str, str]:
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.sleep(FOLD_S)
    return room, event


def editing(house: Rig, event: str, *seconds: float) -> Editor:
    """At so many seconds from now."""
    now = house.store_time()
    made = Editor(house=house, event=event, at=deque(now + timedelta(seconds=one) for one in seconds))
    house.context = replace(house.context, sleep=made.sleep)
    return made


def test_a_calendar_edited_once_a_second_is_read_once_in_the_fold(house: Rig) -> None:
    """For a minute: one read at once, then one in three seconds, and the last title is told."""
    room, event = held(house)
    reads, editor = house.calls(), editing(house, event, *range(60))
    editor.sleep(60 + FOLD_S)
    assert house.calls() - reads <= 60 / FOLD_S + 1
    assert house.seen(room)["title"] == "Planning 0"
    assert {*editor.came_of_it} == {"synced", "asked_again"}
    assert house.enrolment().lease is None


def test_a_lone_change_costs_one_read_and_no_wait(house: Rig) -> None:
    """Nobody but a follower waits for others."""
    _, event = held(house)
    house.people().change(event, summary="Alone")
    reads, slept = house.calls(), house.slept
    assert house.sync() == "synced"
    assert (house.calls() - reads, house.slept) == (1, slept)


def test_those_that_follow_a_read_share_one(house: Rig) -> None:
    """The first of them waits for the end of the time under its lease, the others are answered at once."""
    room, event = held(house)
    reads, editor = house.calls(), editing(house, event, 0, 1, 1.5, 2)
    began = house.store_time()
    editor.sleep(4)
    assert editor.came_of_it == ["synced", "asked_again", "asked_again", "synced"]
    assert house.calls() - reads == 2
    assert house.seen(room)["title"] == "Planning 0"
    synced = house.enrolment().synced_at
    assert synced is not None
    assert synced >= began + timedelta(seconds=FOLD_S)


def test_killed_while_it_waits_and_delivered_again(house: Rig) -> None:
    """The same message takes over at once, and reads for those that met the lease as well."""
    room, event = held(house)
    house.sync()
    house.people().change(event, summary="Second")
    delivery, met, alive = house.delivery(), list[str](), house.context

    def die(_: float) -> None:
        house.people().change(event, summary="Third")
        met.append(house.sync())
        raise Killed

    house.context = replace(alive, sleep=die)
    with pytest.raises(Killed):
        sync(house.context, house.request(), delivery)
    house.context = alive
    assert met == ["asked_again"]
    assert sync(house.context, house.request(), delivery) == "synced"
    assert house.seen(room)["title"] == "Third"
    assert house.enrolment().lease is None


def test_killed_while_it_waits_and_never_delivered_again(house: Rig) -> None:
    """The sweep asks once the lease is over."""
    room, event = held(house)
    house.sync()
    house.people().change(event, summary="Second")
    alive = house.context

    def die(_: float) -> None:
        raise Killed

    house.context = replace(alive, sleep=die)
    with pytest.raises(Killed):
        house.sync()
    house.context = alive
    house.waiting()
    house.let_pass(house.context.policy.lease)
    assert sweep(house.context).asked == 1
    assert house.sync(reason=Reason.SWEEP) == "synced"
    assert house.seen(room)["title"] == "Second"


def test_who_waits_for_the_answer_waits_for_no_others(house: Rig) -> None:
    """A person who asks for a sync right after another one has it at once."""
    held(house)
    house.sync()
    slept = house.slept
    asked = replace(house.delivery(), awaited=True)
    assert sync(house.context, house.request(reason=Reason.INITIALIZE), asked) == "synced"
    assert house.slept == slept


def test_nobody_waits_longer_than_the_lease_surely_stands(house: Rig) -> None:
    """However long the fold is set: others may take the lease when it is over."""
    house.with_policy(fold=600, lease=6)
    house.sync()
    slept = house.slept
    assert house.sync() == "synced"
    assert house.slept - slept == timedelta(seconds=2)


def test_a_read_that_goes_on_does_not_wait(house: Rig) -> None:
    """It began long ago; what came since is read after it, when the fold is over."""
    house.sync()
    found, waits, reads = house.enrolment(), list[int](), house.calls()
    assert found.token is not None
    read_params, began = house.context.read_params, house.store_time()
    half = Resume(token=found.token.value, page_token=None, read_params=read_params, started_at=began)
    house.amend(lambda kept: replace(kept, resume=half))

    def wait(seconds: float) -> None:
        waits.append(house.calls() - reads)
        house.sleep(seconds)

    house.context = replace(house.context, sleep=wait)
    assert house.sync() == "synced"
    assert (waits, house.calls() - reads) == ([1], 2)
