"""Processes that are killed at every effect, a store that goes away, a conference system that hangs."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from functions.adapters.stores.firestore import FirestoreStore
from functions.adapters.stores.sqlite import SqliteStore
from local.conferences.faults import Fault
from local.crash.keeper import Keeper
from local.crash.line import Line
from local.crash.points import FOLDER, Point, Points
from local.system.system import Plan, System
from tests.host.crashing import KILLABLE, KILLS, SETTINGS, Story
from tests.host.processes import cloud, enrol, people, until
from tests.support.nursery import begin

pytestmark = pytest.mark.slow
SECOND = "second@example.com"
STORIES = max(len(points) for points in KILLS.values())
# What follows from a part's own change: another part kills there.
LATER = {
    "renewed": {
        ("receive_notification", "queue.publish"),
        ("sync_calendar", "store.save"),
        ("sync_calendar", "store.transact"),
    }
}
# What is made only if two deliveries meet, or the sweep comes upon a sync under way.
BY_CHANCE = {("sync_calendar", "store.ask_again"), ("sweep_calendars", "queue.publish")}


def kills(story: int) -> Mapping[str, Point]:
    """One for each part that has so many."""
    return {part: points[story] for part, points in KILLS.items() if story < len(points)}


@contextmanager
def embedded(folder: Path) -> Iterator[Story]:
    settings = SETTINGS | {FOLDER: str(folder)}
    with (
        System(Plan(data=folder, settings=settings, source=KILLABLE, begin=begin)) as system,
        Keeper(system),
        closing(SqliteStore(str(folder / "store.sqlite"))) as store,
    ):
        yield Story(system=system, store=store, points=Points(folder))


@contextmanager
def on_google(project: str, folder: Path, firestore: str | None = None) -> Iterator[Story]:
    """`firestore` is how the functions reach it, if not as the tests do."""
    address = {"FIRESTORE_EMULATOR_HOST": firestore} if firestore else {}
    settings = SETTINGS | {FOLDER: str(folder)} | address
    with (
        cloud(project, settings, KILLABLE) as system,
        Keeper(system),
        closing(FirestoreStore(project=project)) as store,
    ):
        yield Story(system=system, store=store, points=Points(folder))


def test_the_kills_are_at_all_effects_there_are(tmp_path: Path) -> None:
    """Without a kill, each part of the story makes the effects that are killed at, and no others."""
    with embedded(tmp_path) as story:
        for part, points in KILLS.items():
            noted = len(story.points.noted())
            story.tell(part)
            made = Counter(tuple(line.split()) for line in story.points.noted()[noted:])
            wanted = Counter((point.function, point.effect) for point in points if not point.before)
            assert made >= wanted, part
            assert made.keys() - LATER.get(part, set()) - BY_CHANCE == wanted.keys(), part


@pytest.mark.parametrize("number", range(STORIES))
def test_killed_at_any_effect(number: int, tmp_path: Path) -> None:
    """Started again and asked again, every part of the story ends as if nothing had happened."""
    with embedded(tmp_path) as story:
        for part in KILLS:
            story.tell(part, kills(number).get(part))


@pytest.mark.emulators
@pytest.mark.parametrize("number", [1, 4])
def test_killed_on_the_real_parts(number: int, project: str, tmp_path: Path) -> None:
    """As above, with Firestore and Pub/Sub."""
    with on_google(project, tmp_path) as story:
        for part in KILLS:
            story.tell(part, kills(number).get(part))


@pytest.mark.emulators
def test_a_store_that_goes_away_and_comes_back(firestore_address: str, project: str, tmp_path: Path) -> None:
    """What changed meanwhile is pushed when Firestore is back, though every delivery before had failed."""
    with Line(firestore_address) as line, on_google(project, tmp_path, line.address) as story:
        story.tell("enrolled")
        story.tell("told")
        line.cut()
        people(story.system).change(story.event, summary="Heard of meanwhile")
        subscriber = story.system.functions["sync_calendar"]
        until(lambda: "Firestore: " in subscriber.log.read_text(), "a delivery that fails")
        assert story.title() == "Planning"
        line.mend()
        until(lambda: story.title() == "Heard of meanwhile", "what was changed meanwhile")
        until(story.at_rest, "all is told and stored")
        story.same_id("conference.updated")
        story.tell("deleted")


def test_a_conference_system_that_hangs(tmp_path: Path) -> None:
    """Others are pushed meanwhile, of the same calendar and of another; what hung comes under the same id."""
    with embedded(tmp_path) as story:
        system, rooms, faults = story.system, story.system.conferences.rooms, story.system.conferences.faults
        system.calendar.control("POST", "calendars", {"id": SECOND})
        story.tell("enrolled")
        enrol(system, SECOND)
        faults.add(Fault(kind="hang", conference_id=story.room, count=1_000))
        system.calendar.control("POST", "notifications", {"drop": True})
        story.event = people(system).add(story.room, summary="Planning")
        beside = [rooms.create("Room").id for _ in range(2)]
        people(system).add(beside[0], summary="Not held up")
        system.calendar.control("POST", "notifications", {"drop": False})
        people(system).add(summary="Tells of all three")
        until(lambda: any(line["fault"] == "hang" for line in rooms.log()), "the call that hangs")
        people(system, SECOND).add(beside[1], summary="Not held up")
        until(lambda: [title(system, room) for room in beside] == ["Not held up"] * 2, "the others")
        assert story.title() == "Room"
        faults.clear()
        until(lambda: story.title() == "Planning", "what hung")
        until(story.at_rest, "all is told and stored")
        story.same_id("conference.updated")


def title(system: System, room: str) -> object:
    found = system.conferences.rooms.find(room)
    return found and found["title"]
