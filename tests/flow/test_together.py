"""Two at work on one conference at the same time: two calendars' syncs, or a sync and the sweep's deletion.

First each order by itself: one of them runs from beginning to end at each single step of the other. Then both
run freely. Whatever came of it, when all is quiet the conference is as its live events say.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from functions.adapters.stores.firestore import FirestoreStore
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.errors import RetryLater
from functions.core.model import EventRef
from functions.flow.context import Context
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from tests.support.needs import IN_CI
from tests.support.rig import OWNER, Rig, rig

pytestmark = pytest.mark.slow
DELETED = "conference.deleted"
BOB = "bob@example.com"
GRACE_S = 300
STEPS_MAX = 60
QUIET_AFTER_MAX = 5
ROUNDS = 8
Actor = Callable[[Context], object]


@pytest.fixture(params=["sqlite", pytest.param("firestore", marks=pytest.mark.emulators)])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator["Town"]:
    """Two calendars of one user and one of another, all enrolled, on a store that both workers share."""
    store: SqliteStore | FirestoreStore
    if request.param == "firestore":
        store = FirestoreStore(project=request.getfixturevalue("firestore_project"), timeout=60)
    else:
        store = SqliteStore(str(tmp_path / "store"))
    with closing(store), rig(store=store, grace=GRACE_S) as house:
        house.calendar.control("POST", "users", {"email": BOB})
        team: str = house.calendar.control("POST", "calendars", {"owner": OWNER, "summary": "Team"})["id"]
        for calendar_id, user in ((OWNER, OWNER), (team, OWNER), (BOB, BOB)):
            house.enrol(calendar_id, user)
        yield Town(house=house, team=team, every=1 if IN_CI and request.param == "sqlite" else 3)


@dataclass(frozen=True, kw_only=True)
class Town:
    """`every`: so many steps on, one runs within the other; on the slow emulator, and outside CI, a part of
    them is enough.
    """

    house: Rig
    team: str
    every: int

    @property
    def calendars(self) -> tuple[str, ...]:
        return OWNER, self.team, BOB

    def syncs(self, *calendars: str) -> dict[str, Actor]:
        return {name: partial(self._sync, name) for name in calendars}

    def _sync(self, calendar_id: str, context: Context) -> None:
        sync(context, self.house.request(calendar_id), self.house.delivery())

    def settle(self, room: str) -> None:
        """All that was asked for is done, and time goes by until nothing is left to be done later."""
        for _ in range(QUIET_AFTER_MAX):
            for calendar_id in self.calendars:
                self._sync(calendar_id, self.house.context)
            self.house.let_pass(3_600, room)
            sweep(self.house.context)
            if not (self.house.waiting() or self.house.record(room).due_at):
                return
        pytest.fail("there is always something left to be done")

    def carrying(self, room: str) -> dict[EventRef, str]:
        """The live events that carry the conference, and their titles."""
        return {
            EventRef(name, event["id"]): event["summary"]
            for name in self.calendars
            for event in self.house.people(name).all()
            if event.get("conferenceData", {}).get("conferenceId") == room
        }

    def check(self, room: str) -> None:
        """Live if and only if a live event carries it; held by all of these; as the first of them says."""
        live, record, seen = self.carrying(room), self.house.record(room), self.house.seen(room)
        held = [hold.ref for hold in record.holds]
        assert sorted(held) == sorted(live)
        assert seen["status"] == ("live" if live else "deleted")
        if live:
            assert (seen["title"], seen["event"]["id"]) == (live[held[0]], held[0].event_id)
        assert (record.parked, record.intent, record.due_at) == (None, None, None)


@dataclass(frozen=True, kw_only=True)
class Story:
    """What has happened in the calendars and is not yet read, and who is about to. `survives`: an event that
    can be seen carries the conference all the time, so it must never be deleted.
    """

    room: str
    actors: Mapping[str, Actor]
    survives: bool


def told(town: Town, *calendars: str) -> tuple[str, list[EventRef]]:
    """A conference that is in step, and its events, one in each calendar."""
    room = town.house.room()
    refs: list[EventRef] = []
    for calendar_id in calendars:
        title = f"First in {calendar_id}"
        refs.append(EventRef(calendar_id, town.house.people(calendar_id).add(room, summary=title)))
        town.house.sync(calendar_id)
    town.house.told()
    return room, refs


def delete(town: Town, *refs: EventRef) -> None:
    for ref in refs:
        town.house.people(ref.calendar_id).delete(ref.event_id)


def rename(town: Town, ref: EventRef) -> None:
    town.house.people(ref.calendar_id).change(ref.event_id, summary="Renamed")


def e10_both_new(town: Town) -> Story:
    """Original and copy, in calendars of two users, are both seen for the first time."""
    room = town.house.room()
    for calendar_id in (OWNER, BOB):
        town.house.people(calendar_id).add(room, summary=f"In {calendar_id}")
    return Story(room=room, actors=town.syncs(OWNER, BOB), survives=True)


def e10_copied_and_renamed(town: Town) -> Story:
    """The original is renamed when the copy comes."""
    room, (original,) = told(town, OWNER)
    rename(town, original)
    town.house.people(town.team).add(room, summary="Copy")
    return Story(room=room, actors=town.syncs(OWNER, town.team), survives=True)


def e11_deleted_and_renamed(town: Town) -> Story:
    """The primary event is deleted, the other renamed."""
    room, (original, copy) = told(town, OWNER, BOB)
    delete(town, original)
    rename(town, copy)
    return Story(room=room, actors=town.syncs(OWNER, BOB), survives=True)


def e11_both_deleted(town: Town) -> Story:
    """Both go."""
    room, refs = told(town, OWNER, BOB)
    delete(town, *refs)
    return Story(room=room, actors=town.syncs(OWNER, BOB), survives=False)


def e11_deleted_when_copied(town: Town) -> Story:
    """The only event goes, and a copy of it comes."""
    room, refs = told(town, OWNER)
    town.house.people(town.team).add(room, summary="Copy")
    delete(town, *refs)
    return Story(room=room, actors=town.syncs(OWNER, town.team), survives=True)


def released(town: Town) -> tuple[str, EventRef]:
    """A conference whose only event is deleted, and the grace is over; every calendar has been read since."""
    room, (ref,) = told(town, OWNER)
    delete(town, ref)
    for calendar_id in town.calendars:
        town.house.sync(calendar_id)
    town.house.let_pass(GRACE_S, room)
    return room, ref


def e18_restored(town: Town) -> Story:
    """The event is restored when its conference is about to be deleted."""
    room, ref = released(town)
    town.house.people().change(ref.event_id, status="confirmed", summary="Back again")
    return Story(room=room, actors={**town.syncs(OWNER), "sweep": sweep}, survives=True)


def e18_both_restored(town: Town) -> Story:
    """Events in two calendars are restored when their conference is about to be deleted."""
    room, refs = told(town, OWNER, BOB)
    delete(town, *refs)
    for calendar_id in town.calendars:
        town.house.sync(calendar_id)
    town.house.let_pass(GRACE_S, room)
    for ref in refs:
        town.house.people(ref.calendar_id).change(ref.event_id, status="confirmed")
    return Story(room=room, actors={**town.syncs(OWNER, BOB), "sweep": sweep}, survives=True)


def e19_copied_too_late(town: Town) -> Story:
    """A copy comes, in a calendar that was read in vain, when the conference is about to be deleted."""
    room, _ = released(town)
    town.house.people(town.team).add(room, summary="From the trash")
    return Story(room=room, actors={**town.syncs(town.team), "sweep": sweep}, survives=False)


def e20_moved(town: Town) -> Story:
    """Moved to another calendar of the same user, and renamed there."""
    room, (ref,) = told(town, OWNER)
    town.house.people().move(ref.event_id, town.team)
    rename(town, EventRef(town.team, ref.event_id))
    return Story(room=room, actors=town.syncs(OWNER, town.team), survives=True)


def e20_moved_to_another_user(town: Town) -> Story:
    """Moved to another user's calendar."""
    room, (ref,) = told(town, OWNER)
    town.house.people().move(ref.event_id, BOB)
    return Story(room=room, actors=town.syncs(OWNER, BOB), survives=True)


def e20_told_late(town: Town) -> Story:
    """Moved, and only the old calendar was read: the grace is over when the new one is read at last."""
    room, (ref,) = told(town, OWNER)
    town.house.people().move(ref.event_id, town.team)
    town.house.sync(OWNER)
    town.house.let_pass(GRACE_S, room)
    return Story(room=room, actors={**town.syncs(town.team), "sweep": sweep}, survives=True)


STORIES = [
    e10_both_new,
    e10_copied_and_renamed,
    e11_deleted_and_renamed,
    e11_both_deleted,
    e11_deleted_when_copied,
    e18_restored,
    e18_both_restored,
    e19_copied_too_late,
    e20_moved,
    e20_moved_to_another_user,
    e20_told_late,
]


class Steps:
    """Counts the calls of all ports, and does something of its own right before one of them."""

    def __init__(self, at: int, meanwhile: Callable[[], object]) -> None:
        self.at = at
        self.meanwhile = meanwhile
        self.made = 0

    def through(self, context: Context) -> Context:
        return replace(
            context,
            calendar=_Stepped(context.calendar, self._step),
            store=_Stepped(context.store, self._step),
            provider=lambda name: _Stepped(context.provider(name), self._step),
        )

    def _step(self) -> None:
        self.made += 1
        if self.made == self.at:
            with suppress(RetryLater):
                self.meanwhile()


class _Stepped:
    def __init__(self, port: Any, step: Callable[[], None]) -> None:
        self._port = port
        self._step = step

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        return partial(self._call, found) if callable(found) else found

    def _call(self, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self._step()
        return method(*args, **named)


def finish(town: Town, story: Story) -> None:
    town.settle(story.room)
    town.check(story.room)
    if story.survives:
        assert DELETED not in [kind for kind, *_ in town.house.told()]
        assert town.house.seen(story.room)["made"] == 1


@pytest.mark.parametrize("prepare", STORIES)
def test_one_runs_within_the_other(town: Town, prepare: Callable[[Town], Story]) -> None:
    """Each of them runs from beginning to end at each step of each other one, or at a part of them."""
    names = list(prepare(town).actors)
    for first, second in permutations(names, 2):
        for at in range(1, STEPS_MAX, town.every):
            story = prepare(town)
            context = town.house.context
            steps = Steps(at, partial(story.actors[second], context))
            with suppress(RetryLater):
                story.actors[first](steps.through(context))
            finish(town, story)
            if steps.made < at:
                break
        else:
            pytest.fail(f"{first} has more than {STEPS_MAX} steps")


@pytest.mark.parametrize("prepare", STORIES)
def test_all_run_at_once(town: Town, prepare: Callable[[Town], Story]) -> None:
    """All of them run freely, begun at the same moment."""
    for _ in range(ROUNDS):
        story = prepare(town)
        barrier = Barrier(len(story.actors))

        def run(actor: Actor, barrier: Barrier = barrier) -> None:
            barrier.wait()
            with suppress(RetryLater):
                actor(town.house.context)

        with ThreadPoolExecutor(len(story.actors)) as pool:
            list(pool.map(run, story.actors.values()))
        finish(town, story)
