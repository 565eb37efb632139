"""Settings that change while events are held: solutions named, renamed, handed over to another provider."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from functions.adapters.providers.missing import MissingProvider
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.core.model import Abilities, Ability, Change, ConferenceKey, Outcome, Solution
from functions.flow import status
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Provider
from tests.flow.test_glance import GRACE_OVER_S
from tests.flow.test_rare_orders import team
from tests.support.rig import OWNER, SOLUTION, Rig, conference_data

HOUR = timedelta(hours=1)
MINE, OTHERS = (Solution(provider="webhook", name=SOLUTION),), (Solution(provider="webhook", name="Other"),)
MOVED = (Solution(provider="zoom", name=SOLUTION),)
BY_URI = (Solution(provider="zoom", uri="https://meet.example.com/"),)
ABILITIES = Abilities(fields=frozenset({"title", "start", "recurrence"}), can=frozenset(Ability))
Told = tuple[str, str, str | None]


@dataclass(kw_only=True)
class System:
    """A conference system that does as it is told, and says what it was told."""

    name: str
    told: list[Told]
    abilities: Abilities = ABILITIES

    def apply(self, change: Change) -> Outcome:
        self.told.append((self.name, change.kind, change.occurrence))
        return Outcome()

    def check(self) -> None:
        """It is there."""


@dataclass(kw_only=True)
class House:
    rig: Rig
    told: list[Told] = field(default_factory=list)

    def deploy(self, solutions: Sequence[Solution]) -> None:
        """A new instance with these solutions; a provider that none of them names has no settings."""
        made = {name: System(name=name, told=self.told) for name in {one.provider for one in solutions}}

        def provider(name: str) -> Provider:
            return made.get(name) or MissingProvider(name)

        self.rig.name_solutions(*solutions)
        self.rig.context = replace(self.rig.context, provider=provider)

    def sync(self) -> list[Told]:
        """What a sync that nothing covers has pushed."""
        tomorrow = Delivery(id=self.rig.context.new_id(), published_at=datetime.now(UTC) + 24 * HOUR)
        self.told.clear()
        assert sync(self.rig.context, self.rig.request(), tomorrow) == "synced"
        return [*self.told]

    def an_hour_later(self) -> None:
        """As if the last read had been an hour after all that was changed by now."""

        def later(found: Enrolment) -> Enrolment:
            read, clear = found.synced_at, found.clear_at
            assert read
            return replace(found, synced_at=read + HOUR, clear_at=read + HOUR if clear == read else clear)

        self.rig.amend(later)

    def record(self, provider: str, room: str) -> Conference:
        return self.rig.store.known([], [ConferenceKey(provider, room)])[0].value

    def faults(self) -> list[str]:
        found = status.state(self.rig.context, OWNER)["faults"]
        assert isinstance(found, list)
        return [fault["kind"] for fault in found if fault["kind"] != "channel_ended"]


@pytest.fixture
def here(house: Rig) -> House:
    made = House(rig=house)
    made.deploy(MINE)
    made.sync()
    return made


def series(here: House, room: str) -> list[str]:
    """A daily series that is held and pushed; the ids of its instances."""
    made = here.rig.people().add(room, recurrence=["RRULE:FREQ=DAILY;COUNT=6"])
    here.sync()
    return [one["id"] for one in here.rig.people().instances(made)]


@pytest.mark.parametrize(("lookback", "told"), [(86_400, ["conference.updated"]), (0, [])])
def test_a_solution_that_is_named_later_is_taken_up(here: House, lookback: int, told: list[str]) -> None:
    """Its events are held; what changed within the lookback is pushed, however late the last read was."""
    here.rig.with_policy(lookback=lookback)
    here.deploy(OTHERS)
    here.rig.people().add("r1")
    here.sync()
    here.an_hour_later()
    here.deploy((*OTHERS, *MINE))
    assert [kind for _, kind, _ in here.sync()] == told
    assert len(here.record("webhook", "r1").holds) == 1
    assert here.sync() == []


@pytest.mark.parametrize("away", [OTHERS, ()])
def test_what_changed_while_the_solution_was_not_named_is_told_when_it_is(
    here: House, away: Sequence[Solution]
) -> None:
    """Nothing is let go or pushed meanwhile, whether the provider stays or not; the calendar is marked."""
    here.rig.with_policy(lookback=0)
    master = here.rig.people().add("r1", recurrence=["RRULE:FREQ=DAILY;COUNT=6"])
    here.sync()
    ids = [one["id"] for one in here.rig.people().instances(master)]
    here.deploy(away)
    here.sync()
    here.rig.people().change(ids[1], summary="Only this")
    here.rig.people().change(master, summary="All")
    if not away:  # otherwise a tombstone, which names no solution, is told at once
        here.rig.people().delete(ids[3])
    assert here.sync() == []
    here.an_hour_later()
    assert here.sync() == []
    assert here.faults() == ["unnamed"]
    here.an_hour_later()
    here.deploy(MINE)
    told = [kind for _, kind, _ in here.sync()]
    wanted = ["conference.updated", "occurrence.updated", *([] if away else ["occurrence.cancelled"])]
    assert sorted(told) == sorted(wanted)
    assert (here.faults(), here.sync()) == ([], [])


def test_an_unnamed_solution_costs_no_full_reads(here: House, caplog: pytest.LogCaptureFixture) -> None:
    """One, when the settings have changed; after it the token does, and the mark stays."""
    series(here, "r1")
    here.deploy(OTHERS)
    here.sync()
    caplog.clear()
    caplog.set_level("INFO")
    here.sync()
    reads = [one.full for one in caplog.records if one.message == "sync.page_read"]  # type: ignore[attr-defined]
    assert (reads, here.faults()) == ([False], ["unnamed"])


def test_the_mark_goes_with_the_last_event_that_earned_it(here: House) -> None:
    """Deleted is as good as named."""
    event = here.rig.people().add("r1")
    here.sync()
    here.deploy(OTHERS)
    here.sync()
    assert here.faults() == ["unnamed"]
    here.rig.people().delete(event)
    here.sync()
    assert here.faults() == []


@pytest.mark.parametrize("to", [MOVED, BY_URI])
def test_settings_that_hand_a_solution_over_end_no_conference(here: House, to: Sequence[Solution]) -> None:
    """However many there are: the old provider's records let go, the new one's take up, and back again."""
    here.rig.with_policy(lookback=0)
    rooms = [f"r{number}" for number in range(25)]
    for room in rooms:
        here.rig.people().add(room)
    here.sync()
    for solutions, now, before in (
        (to, "zoom", "webhook"),
        (MINE, "webhook", "zoom"),
        (to, "zoom", "webhook"),
    ):
        here.an_hour_later()
        here.deploy(solutions)
        assert here.sync() == []
        for room in rooms:
            assert len(here.record(now, room).holds) == 1
            old = here.record(before, room)
            assert (old.holds, old.due_at, old.deleted_at) == ((), None, None)
        here.rig.sweep_later()
        assert here.told == []
    assert here.faults() == []


def test_a_handed_over_series_calls_no_date_off(here: House) -> None:
    """An instance that was moved shows the new provider's conference, as its series does."""
    here.rig.with_policy(lookback=0)
    ids = series(here, "r1")
    here.rig.people().change(ids[2], summary="Only this")
    here.sync()
    here.an_hour_later()
    here.deploy(MOVED + OTHERS)
    assert here.sync() == []
    assert len(here.record("zoom", "r1").holds) == 1


@pytest.mark.parametrize("order", [*permutations((MINE, MOVED, OTHERS))])
def test_instances_with_other_settings_take_turns_without_harm(
    here: House, order: Sequence[Sequence[Solution]]
) -> None:
    """As in a roll-out: whatever the order, nothing ends, and whoever reads last has the say."""
    here.rig.people().add("r1")
    here.sync()
    for solutions in (*order, *order, MINE):
        here.deploy(solutions)
        assert "conference.deleted" not in [kind for _, kind, _ in here.sync()]
        here.rig.sweep_later()
        assert "conference.deleted" not in [kind for _, kind, _ in here.told]
    assert len(here.record("webhook", "r1").holds) == 1
    assert not here.record("zoom", "r1").holds
    assert (here.faults(), here.sync()) == ([], [])


def test_e08_the_same_id_of_another_solution_is_another_conference(here: House) -> None:
    """The old one is let go and ends, as the settings have not moved."""
    here.deploy((*MINE, Solution(provider="zoom", name="Zoom")))
    event = here.rig.people().add("r1")
    here.sync()
    here.rig.people().change(event, conferenceData=conference_data("r1", "Zoom"))
    assert ("webhook", "conference.deleted", None) in here.sync()
    assert not here.record("webhook", "r1").holds
    assert len(here.record("zoom", "r1").holds) == 1


def test_a_deletion_without_its_provider_waits_for_an_operator(here: House) -> None:
    """It is due once, refused, and no sweep meets it again; with the provider back `retry` does it."""
    here.rig.with_policy(grace=300)
    event = here.rig.people().add("r1")
    here.sync()
    here.rig.people().delete(event)
    here.sync()
    here.deploy(())
    here.sync()
    here.rig.sweep_later()
    assert (here.record("webhook", "r1").due_at, here.record("webhook", "r1").parked) == (None, None)
    assert here.rig.sweep_later().conferences == 0


@pytest.mark.parametrize("read", ["before the deletion is due", "never"])
def test_an_event_that_moves_while_its_solution_is_not_named_keeps_its_conference(
    here: House, read: str
) -> None:
    """However long ago its new calendar was read: a read passes over what the settings do not name. Deleted
    there it ends the conference all the same; and named again, it is held.
    """
    other = team(here.rig)
    here.rig.with_policy(grace=300)
    here.rig.people().add(here.rig.room())  # what is not in question
    kept, gone = here.rig.people().add("r1"), here.rig.people().add("r2")
    here.sync()
    here.deploy(OTHERS)
    for calendar_id in (OWNER, other):
        here.rig.sync(calendar_id)
    for event in (kept, gone):
        here.rig.people().move(event, other)
    if read != "never":
        here.rig.sync(other)
    here.sync()
    here.rig.sweep_later(GRACE_OVER_S)
    assert [here.record("webhook", room).deleted_at for room in ("r1", "r2")] == [None, None]
    here.rig.people(other).delete(gone)
    here.rig.sync(other)
    here.rig.sweep_later()
    here.deploy(MINE)
    here.rig.sync(other)
    here.rig.sweep_later()
    assert (here.record("webhook", "r1").deleted_at, len(here.record("webhook", "r1").holds)) == (None, 1)
    assert here.record("webhook", "r2").deleted_at


def test_an_event_that_moves_while_its_solution_is_handed_over_ends_nothing(here: House) -> None:
    """The old provider's record finds it deleted, and it is there for the new one."""
    other = team(here.rig)
    here.rig.with_policy(grace=300)
    event = here.rig.people().add("r1")
    here.sync()
    here.deploy((*MOVED, *OTHERS))
    here.rig.people().move(event, other)
    here.rig.sync(other)
    here.sync()
    here.rig.sweep_later(GRACE_OVER_S)
    assert here.record("webhook", "r1").deleted_at is None
    assert len(here.record("zoom", "r1").holds) == 1


def test_one_of_two_solutions_is_not_named_any_more(here: House) -> None:
    """What was held under both is not known by the other one alone: its moved event keeps the conference."""
    other = team(here.rig)
    here.rig.with_policy(grace=300)
    here.deploy((*MINE, *OTHERS))
    moved = here.rig.people().add("r1")
    gone = here.rig.people().add(conferenceData=conference_data("r1", "Other"))
    here.sync()
    here.deploy(OTHERS)
    here.sync()
    here.rig.people().change(gone, summary="Still here")
    here.rig.people().move(moved, other)
    here.rig.sync(other)
    here.sync()
    here.rig.people().delete(gone)
    here.sync()
    here.rig.sweep_later(GRACE_OVER_S)
    assert here.record("webhook", "r1").deleted_at is None


def test_what_was_due_of_an_unnamed_solution_waits_for_its_name(here: House) -> None:
    """No sweep handles it again and again; the full read pushes it, an occurrence that is not new as well."""
    here.rig.with_policy(lookback=0)
    ids = series(here, "r1")
    here.rig.people().change(ids[2], summary="Only this")
    here.sync()
    kept = here.rig.store.known([], [ConferenceKey("webhook", "r1")])[0]
    owed = {start: replace(told, pending=True) for start, told in kept.value.occurrences.items()}
    now = datetime.now(UTC)
    owing = replace(kept.value, occurrences=owed, push_at=now)
    assert owed
    assert here.rig.store.save(owing, kept.version)
    here.an_hour_later()
    here.deploy(())
    here.sync()
    here.rig.sweep_later()
    assert here.record("webhook", "r1").due_at is None
    here.an_hour_later()
    here.rig.amend(lambda found: replace(found, clear_at=found.synced_at))
    here.deploy(MINE)
    assert [kind for _, kind, _ in here.sync()] == ["occurrence.updated"]


@pytest.mark.parametrize(("before", "after"), [(0, 3_000), (3_000, 0)])
def test_a_grace_counts_as_it_was_when_the_event_let_go(here: House, before: int, after: int) -> None:
    """Shortened or lengthened since, what is due stays due at its time."""
    here.rig.with_policy(grace=before)
    event = here.rig.people().add("r1")
    here.sync()
    here.rig.people().delete(event)
    told = here.sync()
    here.rig.with_policy(grace=after)
    here.rig.sweep_later(600)
    assert bool(told) == (before == 0)
    assert bool(here.record("webhook", "r1").deleted_at) == (before == 0)
    here.rig.sweep_later(3_000)
    assert here.record("webhook", "r1").deleted_at
