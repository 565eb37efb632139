"""A conference system that refuses conference after conference: when that is about none of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest

from functions.core.conference import refusals
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Change
from functions.flow.outage import OUT_AFTER_S, PROBE_EVERY_S, REFUSED_MAX, REFUSED_MIN, Outage
from tests.flow.wrapped import Killed, WrappedProvider
from tests.support.logged import logged, named
from tests.support.rig import Rig

REFUSED = Rejected("401: no such key as whsec_x", logged="401", may_be_all=True)
A_MINUTE, FIVE_MINUTES = 61, 301


@dataclass(kw_only=True)
class System:
    """`says`: how it fails, by title of the event, empty for all others; `called`: for whom."""

    house: Rig
    seconds: float = 1_000.0
    says: dict[str, BaseException] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)

    def hear(self, change: Change) -> None:
        title = change.meeting.title if change.meeting else ""
        self.called.append(title)
        if error := self.says.get(title) or self.says.get(""):
            raise error

    def add(self, *titles: str) -> list[str]:
        """Conferences whose events are pushed one after the other."""
        return [self.push(title) for title in titles]

    def push(self, title: str) -> str:
        room = self.house.room()
        self.house.people().add(room, summary=title)
        try:
            self.house.sync()
        except RetryLater:
            self.house.sync()
        return room

    def later(self, seconds: int) -> None:
        self.seconds += seconds
        self.house.sweep_later(seconds)

    def refused(self, rooms: Iterable[str]) -> list[bool]:
        return [bool(refusals(self.house.record(room))) for room in rooms]

    def titles(self, rooms: Iterable[str]) -> list[str]:
        return [self.house.seen(room)["title"] for room in rooms]


@pytest.fixture
def system(house: Rig) -> System:
    made = System(house=house)
    inner = house.context.provider("webhook")
    wrapped = WrappedProvider(inner=inner, before=made.hear)
    house.context = replace(house.context, provider=lambda _: wrapped, monotonic=lambda: made.seconds)
    return made


ABC = "abcdefgh"


def test_from_the_fifth_on_it_is_about_none_of_them(system: System) -> None:
    """Each after it backs off, and says why; no wait grows, and all are told within minutes of the mend."""
    system.says[""] = REFUSED
    rooms = system.add(*ABC)
    assert system.refused(rooms) == [True] * 4 + [False] * 4
    parked = system.house.record(rooms[-1]).parked
    assert parked
    assert parked.reason == "webhook is out, and tried once in a while: 401"
    for _ in range(12):
        system.later(FIVE_MINUTES)
    assert system.refused(rooms) == [False] * 8
    system.says.clear()
    for _ in range(2):  # some of those beside the first call that works may wait once more
        system.later(FIVE_MINUTES)
    assert system.titles(rooms) == list(ABC)


@pytest.mark.parametrize("between", [None, Gone("no"), Rejected("422")], ids=["done", "gone", "refused"])
def test_one_that_is_taken_or_judged_between(system: System, between: BaseException | None) -> None:
    """Then each refusal before and after it is about its own conference."""
    system.says |= dict.fromkeys(ABC, REFUSED)
    if between:
        system.says["between"] = between
    first = system.add(*ABC[:4])
    system.add("between")
    last = system.add(*ABC[4:])
    assert system.refused([*first, *last]) == [True] * 8


def test_one_conference_often(system: System) -> None:
    """However often it is refused, nothing is known of others."""
    system.says[""] = REFUSED
    room = system.push("a")
    for _ in range(10):
        system.later(86_401)
    assert len(system.called) == 11
    assert system.refused([room]) == [True]
    assert not system.house.context.outages["webhook"].refuses_all


def test_refusals_of_a_system_that_is_out(system: System) -> None:
    """A proxy says 404 for what is not up yet: that is about none of them, either."""
    system.says[""] = RetryLater("503")
    system.add("a", "b", "c")
    system.seconds += OUT_AFTER_S
    system.says[""] = REFUSED
    system.later(FIVE_MINUTES)
    room = system.push("d")
    assert system.refused([room]) == [False]


def test_it_is_asked_about_each_once_and_about_all_now_and_then(system: System) -> None:
    """What it has not been asked about is never held up by what it refuses."""
    system.says |= dict.fromkeys(ABC, REFUSED)
    rooms = system.add(*ABC)
    assert system.called == list(ABC)
    system.called.clear()
    system.later(A_MINUTE)
    assert len(system.called) == 1
    assert system.titles(system.add("good")) == ["good"]
    assert not system.house.context.outages
    assert system.refused(rooms[:4]) == [True] * 4


def test_a_sweep_is_not_behind_because_a_system_is_out(system: System) -> None:
    """What waits for it would make an alert of its own."""
    system.says[""] = REFUSED
    system.add(*ABC)
    system.later(FIVE_MINUTES)  # what was refused backs off by now as all else does
    swept = system.house.sweep_later(FIVE_MINUTES)  # within the 15 seconds after its call
    assert (swept.conferences, swept.left) == (0, False)


def test_an_operator_hears_of_it(system: System) -> None:
    """With what was answered, as far as it may be logged; of credentials that are not taken at once."""
    system.says[""] = REFUSED
    with logged() as lines:
        system.add(*ABC[:4])
        assert named(lines, "system.refuses_all") == []
        system.add("e")
    (line, *_) = named(lines, "system.refuses_all")
    assert (line["severity"], line["provider"], line["why"]) == ("ERROR", "webhook", "401")
    system.says[""] = RetryLater("no token", of_project=True)
    system.house.context.outages.clear()
    with logged() as lines:
        system.add("f")
    assert named(lines, "system.refuses_all")[0]["why"] == "no token"


def test_a_new_try_whose_process_dies(system: System) -> None:
    """What was refused and is being tried again is due until it is done."""
    system.says[""] = REFUSED
    room = system.push("a")
    system.says[""] = Killed()
    with pytest.raises(Killed):
        system.later(FIVE_MINUTES)
    system.says.clear()
    system.later(FIVE_MINUTES)
    assert system.titles([room]) == ["a"]


def test_what_is_remembered_is_bounded() -> None:
    """Beyond that, nobody is asked about but now and then."""
    outage = Outage(since=0)
    for number in range(REFUSED_MAX):
        assert not outage.shuts(1, f"{number}")
        outage.note_refusal(f"{number}")
        assert outage.refuses_all is (number + 1 >= REFUSED_MIN)
    outage.note_refusal("one more")
    assert outage.lets(100, "one more")
    assert [outage.shuts(101, "another"), outage.shuts(100 + PROBE_EVERY_S, "another")] == [True, False]


def test_a_system_that_hangs_is_not_asked_about_each_once() -> None:
    """A call to it takes a thread for long."""
    outage = Outage(since=0)
    for name in "abc":
        outage.note(name)
    assert outage.lets(OUT_AFTER_S, "new")
    assert outage.shuts(OUT_AFTER_S + 1, "newer")
