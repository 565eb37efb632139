"""Systems that say whose a conference is, and a stranger with a calendar who plants the ids of others' there.

Whether a story has these, and what the stranger does, is drawn by itself: all else stays as it is without.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from random import Random

from tests.simulation.operating import ANN, BOB, ELSEWHERE, OWNERS, STRANGER
from tests.simulation.people import SPELLINGS
from tests.simulation.story import Line, Story, line

OFTEN = 1 / 3
SPELLED = [how for how in SPELLINGS if how]
# So long after something that others do, so often.
SOON_S = ((2.0, 50), (60.0, 30), (4_000.0, 20))
OWN_ROOMS = ("wm1", "tm1", "wm2")
FAULTS = ("500", "timeout", "slow", "rejected", "kill")
LATER = 0.15


def with_strangers(story: Story, without: Collection[str]) -> Story:
    """`without` these verbs."""
    random = Random(f"{story.seed} strangers")
    if random.random() >= OFTEN:
        return story
    drawing = Strange(random=random, honest=story.lines)
    drawing.draw()
    scene = dict(story.scene) | {"owners": random.choice(list(OWNERS))}
    scene["calendars"] = f"{scene['calendars']},{STRANGER}"
    if "enrol" not in without and random.random() < LATER:
        scene["later"] = ",".join(filter(None, [scene.get("later"), STRANGER]))
        drawing.at = random.choice(story.lines).at
        drawing.say("enrol", calendar=STRANGER)
    lines = [*story.lines, *(each for each in drawing.lines if each.verb not in without)]
    return replace(story, scene=scene, lines=tuple(sorted(lines, key=lambda each: each.at)))


@dataclass(slots=True, kw_only=True)
class Strange:
    """`events` are the stranger's by label, `honest` is what others do."""

    random: Random
    honest: tuple[Line, ...]
    at: float = 0.0
    events: list[str] = field(default_factory=list)
    series: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def draw(self) -> None:
        for at in sorted(self._moment() for _ in range(self.random.randint(4, 16))):
            self.at = at
            acts = ACTS if self.events else FIRST
            act = self.random.choices([each[0] for each in acts], [each[1] for each in acts])[0]
            act(self)

    def _moment(self) -> float:
        longest = self.random.choices([each[0] for each in SOON_S], [each[1] for each in SOON_S])[0]
        return self.random.choice(self.honest).at + self.random.uniform(0, longest)

    def say(self, verb: str, **words: object) -> None:
        self.lines.append(line(self.at, verb, **words))

    def event(self) -> str:
        """One of the stranger's, or an instance of it."""
        label = self.random.choice(self.events[-3:])
        some = label in self.series and self.random.random() < 0.4
        return f"{label}@{self.random.randint(0, 3)}" if some else label

    def label(self) -> str:
        self.events.append(f"m{len(self.events) + 1}")
        return self.events[-1]

    def planted(self) -> dict[str, object]:
        """The id of somebody's conference, in one spelling or another."""
        before = [each for each in self.honest if each.at <= self.at and "room" in each.words]
        rooms = [each.words["room"] for each in before if each.verb in {"create", "swap"}][-4:]
        spelled = self.random.choice(SPELLED)
        if not rooms or self.random.random() < 0.1:
            return {"room": self.random.choice(("wc1", "tc1")), "owner": ELSEWHERE, "spelled": spelled}
        return {"room": self.random.choice(rooms), "spelled": spelled}

    def create(self, **words: object) -> None:
        label = self.label()
        if self.random.random() < 0.3:
            words["weekly"] = self.random.randint(3, 8)
            self.series.append(label)
        if self.random.random() < 0.2:
            words["guests"] = self.random.choice((ANN, BOB))
        title, day = f"M{len(self.lines)}", self.random.randint(3, 20)
        self.say("create", event=label, day=day, calendar=STRANGER, title=title, **words)

    def plant(self) -> None:
        self.create(**self.planted())

    def make(self) -> None:
        """One of the stranger's own."""
        self.create(room=self.random.choice(OWN_ROOMS))

    def copy(self) -> None:
        made = [each.words["event"] for each in self.honest if each.at <= self.at and each.verb == "create"]
        self.say("copy", event=self.random.choice(made or ["e1"]), to=self.label(), calendar=STRANGER)

    def swap(self) -> None:
        words = self.planted() if self.random.random() < 0.7 else {"room": self.random.choice(OWN_ROOMS)}
        self.say("swap", event=self.event(), **words)

    def rename(self) -> None:
        self.say("rename", event=self.event(), title=f"M{len(self.lines)}")

    def shift(self) -> None:
        self.say("shift", event=self.event(), hours=self.random.choice((1, -2, 24)))

    def delete(self) -> None:
        self.say("delete", event=self.event())

    def restore(self) -> None:
        self.say("restore", event=self.event())

    def drop(self) -> None:
        self.say("drop", event=self.event())

    def split(self) -> None:
        if not self.series:
            return self.plant()
        event = f"{self.random.choice(self.series)}@{self.random.randint(0, 3)}"
        self.series.append(self.label())
        return self.say("split", event=event, to=self.events[-1], title=f"M{len(self.lines)}")

    def odd(self) -> None:
        self.say("odd", event=self.label(), calendar=STRANGER, **self.planted())

    def outdo(self) -> None:
        """Calendar forgets what the stranger's calendar was read with, or tells nobody of it."""
        self.say(self.random.choice(("expire", "deaf")), calendar=STRANGER)

    def go(self) -> None:
        self.say("unenrol", calendar=STRANGER)
        if self.random.random() < 0.7:
            self.lines.append(line(self.at + self.random.uniform(0, 900), "enrol", calendar=STRANGER))

    def trouble(self) -> None:
        """Nobody can say whose a conference is."""
        words = {"kind": self.random.choice(FAULTS), "skip": self.random.randint(0, 2)}
        self.say("fault", op="provider.owners", times=self.random.randint(1, 4), seconds=5, **words)


FIRST: tuple[tuple[Callable[[Strange], None], int], ...] = (
    (Strange.plant, 5), (Strange.make, 1), (Strange.copy, 2),
)  # fmt: skip
ACTS: tuple[tuple[Callable[[Strange], None], int], ...] = (
    (Strange.plant, 12), (Strange.make, 3), (Strange.copy, 8), (Strange.swap, 12), (Strange.rename, 8),
    (Strange.shift, 8), (Strange.delete, 12), (Strange.restore, 10), (Strange.drop, 4), (Strange.split, 4),
    (Strange.odd, 2), (Strange.outdo, 3), (Strange.go, 2), (Strange.trouble, 4),
)  # fmt: skip
