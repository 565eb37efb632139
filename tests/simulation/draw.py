"""A story from a seed: a scene, people at work, and bad luck meanwhile."""

from collections.abc import Callable
from random import Random

from tests.simulation.drawn_consents import with_consents
from tests.simulation.drawn_luck import faults, unwell
from tests.simulation.drawn_scene import scenery
from tests.simulation.drawn_strangers import with_strangers
from tests.simulation.drawn_turns import TURNS
from tests.simulation.operating import ANN, BOB
from tests.simulation.story import Line, Story, line

# How long people wait before they do the next thing: up to so many seconds, so often.
PAUSES = ((1.5, 45), (30, 30), (400, 17), (20_000, 8))

ROLES = ("reader", "freeBusyReader", "freeBusyReader", "none", "writerWithoutPrivateAccess")
FEW, LONG = 0.6, 0.08  # stories of few titles, ids as long as they may be
# What may keep a healthy conference waiting, and is no part of stories that look at these.
RESTLESS = {
    "fault", "hide", "unhide", "expire", "pages", "shape", "deaf", "push", "unsigned", "odd", "set", "enrol",
    "unenrol", "vanish", "move", "leave", "hush",
}  # fmt: skip


class Drawing:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.lines: list[Line] = []
        self.labels: list[str] = []
        self.series: list[str] = []
        self.rooms: list[str] = []
        self.at = 8.0
        self.few = self.calm = False

    def story(self) -> Story:
        scene = scenery(self.random)
        self.calendars = scene["calendars"].split(",")
        self.few = self.random.random() < FEW
        self.calm = scene.get("calm") == "yes"
        for _ in range(self.random.randint(10, 40)):
            self.at += self.pause()
            self._step()
        if self.calm:
            lines = [each for each in self.lines if each.verb not in RESTLESS] + unwell(self)
        else:
            lines = self.lines + faults(self)
        lines.sort(key=lambda each: each.at)
        story = Story(seed=self.seed, scene=scene, lines=tuple(lines))
        story = with_strangers(story, without=RESTLESS if self.calm else ())
        return story if self.calm else with_consents(story)

    def pause(self) -> float:
        longest = self.random.choices([each[0] for each in PAUSES], [each[1] for each in PAUSES])[0]
        return self.random.uniform(0, longest)

    def _step(self) -> None:
        steps = self.FIRST if not self.labels else self.STEPS + TURNS
        draw = self.random.choices([each[0] for each in steps], [each[1] for each in steps])[0]
        draw(self)

    def say(self, verb: str, **words: object) -> None:
        self.lines.append(line(self.at, verb, **words))

    def _label(self) -> str:
        label = f"e{len(self.labels) + 1}"
        self.labels.append(label)
        return label

    def event(self) -> str:
        """Lately made ones more often."""
        return self.labels[-min(len(self.labels), 1 + int(self.random.expovariate(0.5)))]

    def any(self) -> str:
        """An event, or one instance of a series."""
        label = self.event()
        if label in self.series and self.random.random() < 0.7:
            return f"{label}@{self.random.randint(0, 3)}"
        return label

    def instance(self) -> str:
        return (
            f"{self.random.choice(self.series)}@{self.random.randint(0, 3)}" if self.series else self.event()
        )

    def calendar(self) -> str:
        return self.random.choice(self.calendars)

    def title(self) -> str:
        """In stories of few titles one often comes back."""
        return self.random.choice("AABC") if self.few else f"T{len(self.lines)}"

    def new_room(self) -> str:
        room = f"{self.random.choice('wwwt')}{len(self.rooms) + 1}"
        if room.startswith("w") and self.random.random() < LONG:
            room += self.random.choice("lu")
        self.rooms.append(room)
        return room

    def old_room(self) -> str:
        return self.random.choice(self.rooms) if self.rooms else self.new_room()

    def _create(self) -> None:
        words: dict[str, object] = {"calendar": self.calendar(), "title": self.title()}
        if self.random.random() < 0.9:
            words["room"] = self.new_room()
        if self.random.random() < 0.4:
            words["weekly"] = self.random.choices((self.random.randint(3, 8), 40), (15, 1))[0]
        if self.random.random() < 0.15:
            words["private"] = "yes"
        if self.random.random() < 0.25:
            words["guests"] = self.random.choice((f"{ANN},{BOB}", BOB, ANN))
        label = self._label()
        if "weekly" in words:
            self.series.append(label)
        self.say("create", event=label, day=self.random.randint(3, 20), **words)

    def _copy(self) -> None:
        event, to = self.event(), self._label()
        if event in self.series:
            self.series.append(to)
        self.say("copy", event=event, to=to, calendar=self.calendar())

    def _split(self) -> None:
        if not self.series:
            return self._create()
        event, to = self.instance(), self._label()
        self.series.append(to)
        words: dict[str, object] = {"title": self.title()} if self.random.random() < 0.5 else {}
        if self.random.random() < 0.4:
            words["hours"] = self.random.choice((1, -2, 0.5))
        return self.say("split", event=event, to=to, **words)

    def _split_by_program(self) -> None:
        """Two requests in either order, with time between them."""
        if not self.series:
            return self._create()
        event, to = self.random.choice(self.series), self._label()
        self.series.append(to)
        cut: dict[str, object] = {"event": event, "weeks": self.random.randint(1, 3)}
        follow = {**cut, "to": to, "hours": self.random.choice((0, 0, 1, -2))}
        steps = [("cut", cut), ("follow", follow)]
        self.random.shuffle(steps)
        self.say(steps[0][0], **steps[0][1])
        return self.lines.append(line(self.at + self.pause(), steps[1][0], **steps[1][1]))

    def _end(self) -> None:
        self.say("end", event=self.instance())

    def _single(self) -> None:
        event = self.random.choice(self.series) if self.series else self.event()
        self.say("single", event=event)
        if self.random.random() < 0.5:
            self.lines.append(line(self.at + self.pause(), "repeat", event=event))

    def _unsigned(self) -> None:
        self.say("unsigned", seconds=round(self.pause(), 1))

    def _rename(self) -> None:
        self.say("rename", event=self.any(), title=self.title())

    def _shift(self) -> None:
        self.say("shift", event=self.any(), hours=self.random.choice((1, -2, 24, 0.5)))

    def _delete(self) -> None:
        self.say("delete", event=self.any())

    def _cancel(self) -> None:
        self.say("delete", event=self.instance())

    def _restore(self) -> None:
        gone = [each.words["event"] for each in self.lines if each.verb == "delete"]
        self.say("restore", event=self.random.choice(gone[-3:]) if gone else self.event())

    def _move(self) -> None:
        self.say("move", event=self.event(), calendar=self.calendar())

    def _drop(self) -> None:
        self.say("drop", event=self.any())

    def _swap(self) -> None:
        room = self.new_room() if self.random.random() < 0.5 else self.old_room()
        self.say("swap", event=self.any(), room=room)

    def _foreign(self) -> None:
        self.say("foreign", event=self.any(), room=self.random.choice(("foreign", self.old_room())))

    def _touch(self) -> None:
        self.say("touch", event=self.any(), colour=self.random.randint(1, 11))

    def _odd(self) -> None:
        self.say("odd", event=self._label(), calendar=self.calendar(), room=self.new_room())

    def _answer(self) -> None:
        answer = self.random.choice(("accepted", "declined", "tentative"))
        self.say("answer", event=self.event(), guest=self.random.choice((ANN, BOB)), answer=answer)

    def _leave(self) -> None:
        self.say("leave", event=self.event(), guest=self.random.choice((ANN, BOB)))

    def _hush(self) -> None:
        self.say("hush", event=self.event())

    def _vanish(self) -> None:
        self.say("vanish", room=self.old_room())

    def _lock(self) -> None:
        self.say("lock", room=self.old_room(), code=f"c{len(self.lines)}")

    def _again(self) -> None:
        self.say("again", room=self.old_room())

    def _hide(self) -> None:
        role = self.random.choice(ROLES)
        calendar = self.calendar()
        self.say("hide", calendar=calendar, role=role)
        voids = self.random.choice(("yes", "no"))
        back = line(self.at + self.pause() + 5, "unhide", calendar=calendar, voids=voids)
        self.lines.append(back)

    def _expire(self) -> None:
        self.say("expire", calendar=self.calendar())

    def _pages(self) -> None:
        self.say("pages")

    def _shape(self) -> None:
        self.say("shape", name=f"shape-{len(self.lines)}")

    def _deaf(self) -> None:
        self.say("deaf", calendar=self.calendar())

    def _push(self) -> None:
        kind = self.random.choice(("drop", "drop", "double", "delay"))
        seconds = round(self.pause(), 1)
        times = self.random.randint(1, 4)
        self.say("push", calendar=self.calendar(), kind=kind, times=times, seconds=seconds)

    FIRST: tuple[tuple[Callable[["Drawing"], None], int], ...] = ((_create, 1),)
    STEPS: tuple[tuple[Callable[["Drawing"], None], int], ...] = (
        (_create, 14), (_copy, 5), (_split, 5), (_split_by_program, 4), (_end, 2), (_single, 2),
        (_rename, 12), (_shift, 7), (_delete, 10), (_cancel, 6), (_restore, 8), (_move, 7), (_drop, 4),
        (_swap, 5), (_foreign, 2), (_touch, 3), (_odd, 1), (_answer, 2), (_leave, 2), (_hush, 2),
        (_vanish, 1), (_lock, 2), (_again, 1), (_hide, 4), (_expire, 4), (_pages, 1), (_shape, 1),
        (_deaf, 2), (_push, 6), (_unsigned, 1),
    )  # fmt: skip


def draw(seed: int) -> Story:
    return Drawing(seed).story()
