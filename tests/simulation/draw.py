"""A story from a seed: a scene, people at work, and bad luck meanwhile."""

from collections.abc import Callable
from random import Random

from tests.simulation.history import ANN, BOB
from tests.simulation.story import Line, Story, line

SCENES = (f"{ANN},team,{BOB}", f"{ANN},team,{BOB},shared", f"{ANN},{BOB},shared")
# How long people wait before they do the next thing: up to so many seconds, so often.
PAUSES = ((1.5, 45), (30, 30), (400, 17), (20_000, 8))
FAULTS = {
    "*": ("kill",),
    "calendar.changes": (
        "rate",
        "quota",
        "forbidden",
        "429",
        "500",
        "503",
        "timeout",
        "expired",
        "slow",
        "kill",
    ),
    "calendar.event": ("rate", "429", "500", "503", "timeout", "forbidden", "slow", "kill"),
    "calendar.shows": ("rate", "500", "timeout", "slow", "kill"),
    "calendar.watch": ("500", "forbidden", "timeout", "kill"),
    "calendar.stop": ("500", "timeout", "kill"),
    "calendar.write": ("500", "rate", "timeout", "kill"),
    "store.save": ("timeout", "kill", "slow"),
    "store.read": ("timeout", "kill"),
    "store.ask": ("timeout", "kill"),
    "queue.publish": ("timeout", "kill"),
    "provider.apply": ("429", "500", "timeout", "rejected", "rest", "slow", "kill"),
    "delivery": ("double",),
}
WEIGHTS = (6, 8, 4, 1, 2, 2, 1, 8, 3, 1, 3, 9, 4)
LONGEST_S = {"calendar": 150, "store": 20, "provider": 40}


class Drawing:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.lines: list[Line] = []
        self.labels: list[str] = []
        self.series: list[str] = []
        self.rooms: list[str] = []
        self.at = 8.0

    def story(self) -> Story:
        scene = self._scene()
        self.calendars = scene["calendars"].split(",")
        for _ in range(self.random.randint(10, 40)):
            self.at += self._pause()
            self._step()
        faults = [self._fault() for _ in range(self.random.choice((0, 2, 4, 8, 12)))]
        lines = sorted([*self.lines, *faults], key=lambda each: each.at)
        return Story(seed=self.seed, scene=scene, lines=tuple(lines))

    def _scene(self) -> dict[str, str]:
        one = self.random.choice
        scene = {
            "calendars": one(SCENES),
            "grace": one(("0", "60", "300", "300", "900")),
            "page": one(("1", "2", "3", "500")),
            "empty": one(("0", "0", "2", "3")),
            "limit": one(("480", "480", "5", "10")),
            "lease": "60",
            "every": one(("1800", "21600")),
            **one(({"ttl": "7200", "renew": "3700"}, {"ttl": "604800", "renew": "172800"})),
            "write_back": one(("off", "off", "location", "description")),
            "skews": one(("0", "0,2,-2", "0,5,-3", "1,-1")),
            "ahead": one(("0", "0", "20", "-20")),
            "deliveries": one(("10", "10", "3")),
            "resets": one(("no", "no", "yes")),
            "bare": one(("no", "no", "yes")),
            "opaque": one(("no", "no", "yes")),
        }
        if "shared" in scene["calendars"] and one((True, False)):
            scene["unwatchable"] = "shared"
        return scene

    def _pause(self) -> float:
        longest = self.random.choices([each[0] for each in PAUSES], [each[1] for each in PAUSES])[0]
        return self.random.uniform(0, longest)

    def _step(self) -> None:
        steps = self.FIRST if not self.labels else self.STEPS
        draw = self.random.choices([each[0] for each in steps], [each[1] for each in steps])[0]
        draw(self)

    def _say(self, verb: str, **words: object) -> None:
        self.lines.append(line(self.at, verb, **words))

    def _label(self) -> str:
        label = f"e{len(self.labels) + 1}"
        self.labels.append(label)
        return label

    def _event(self) -> str:
        """Lately made ones more often."""
        return self.labels[-min(len(self.labels), 1 + int(self.random.expovariate(0.5)))]

    def _any(self) -> str:
        """An event, or one instance of a series."""
        label = self._event()
        if label in self.series and self.random.random() < 0.7:
            return f"{label}@{self.random.randint(0, 3)}"
        return label

    def _instance(self) -> str:
        return (
            f"{self.random.choice(self.series)}@{self.random.randint(0, 3)}" if self.series else self._event()
        )

    def _calendar(self) -> str:
        return self.random.choice(self.calendars)

    def _title(self) -> str:
        return f"T{len(self.lines)}"

    def _new_room(self) -> str:
        room = f"{self.random.choice('wwwt')}{len(self.rooms) + 1}"
        self.rooms.append(room)
        return room

    def _old_room(self) -> str:
        return self.random.choice(self.rooms) if self.rooms else self._new_room()

    def _create(self) -> None:
        words: dict[str, object] = {"calendar": self._calendar(), "title": self._title()}
        if self.random.random() < 0.9:
            words["room"] = self._new_room()
        if self.random.random() < 0.4:
            words["weekly"] = self.random.randint(3, 8)
        if self.random.random() < 0.15:
            words["private"] = "yes"
        if self.random.random() < 0.25:
            words["guests"] = self.random.choice((f"{ANN},{BOB}", BOB, ANN))
        label = self._label()
        if "weekly" in words:
            self.series.append(label)
        self._say("create", event=label, day=self.random.randint(3, 20), **words)

    def _copy(self) -> None:
        event, to = self._event(), self._label()
        if event in self.series:
            self.series.append(to)
        self._say("copy", event=event, to=to, calendar=self._calendar())

    def _split(self) -> None:
        if not self.series:
            return self._create()
        event, to = self._instance(), self._label()
        self.series.append(to)
        words: dict[str, object] = {"title": self._title()} if self.random.random() < 0.5 else {}
        if self.random.random() < 0.4:
            words["hours"] = self.random.choice((1, -2, 0.5))
        return self._say("split", event=event, to=to, **words)

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
        self._say(steps[0][0], **steps[0][1])
        return self.lines.append(line(self.at + self._pause(), steps[1][0], **steps[1][1]))

    def _end(self) -> None:
        self._say("end", event=self._instance())

    def _single(self) -> None:
        event = self.random.choice(self.series) if self.series else self._event()
        self._say("single", event=event)
        if self.random.random() < 0.5:
            self.lines.append(line(self.at + self._pause(), "repeat", event=event))

    def _unsigned(self) -> None:
        self._say("unsigned", seconds=round(self._pause(), 1))

    def _rename(self) -> None:
        self._say("rename", event=self._any(), title=self._title())

    def _shift(self) -> None:
        self._say("shift", event=self._any(), hours=self.random.choice((1, -2, 24, 0.5)))

    def _delete(self) -> None:
        self._say("delete", event=self._any())

    def _cancel(self) -> None:
        self._say("delete", event=self._instance())

    def _restore(self) -> None:
        gone = [each.words["event"] for each in self.lines if each.verb == "delete"]
        self._say("restore", event=self.random.choice(gone[-3:]) if gone else self._event())

    def _move(self) -> None:
        self._say("move", event=self._event(), calendar=self._calendar())

    def _drop(self) -> None:
        self._say("drop", event=self._any())

    def _swap(self) -> None:
        room = self._new_room() if self.random.random() < 0.5 else self._old_room()
        self._say("swap", event=self._any(), room=room)

    def _foreign(self) -> None:
        self._say("foreign", event=self._any(), room=self.random.choice(("foreign", self._old_room())))

    def _touch(self) -> None:
        self._say("touch", event=self._any(), colour=self.random.randint(1, 11))

    def _odd(self) -> None:
        self._say("odd", event=self._label(), calendar=self._calendar(), room=self._new_room())

    def _answer(self) -> None:
        answer = self.random.choice(("accepted", "declined", "tentative"))
        self._say("answer", event=self._event(), guest=self.random.choice((ANN, BOB)), answer=answer)

    def _leave(self) -> None:
        self._say("leave", event=self._event(), guest=self.random.choice((ANN, BOB)))

    def _hush(self) -> None:
        self._say("hush", event=self._event())

    def _vanish(self) -> None:
        self._say("vanish", room=self._old_room())

    def _lock(self) -> None:
        self._say("lock", room=self._old_room(), code=f"c{len(self.lines)}")

    def _again(self) -> None:
        self._say("again", room=self._old_room())

    def _hide(self) -> None:
        role = self.random.choice(("reader", "freeBusyReader", "none", "writerWithoutPrivateAccess"))
        calendar = self._calendar()
        self._say("hide", calendar=calendar, role=role)
        voids = self.random.choice(("yes", "no"))
        back = line(self.at + self._pause() + 5, "unhide", calendar=calendar, voids=voids)
        self.lines.append(back)

    def _expire(self) -> None:
        self._say("expire", calendar=self._calendar())

    def _pages(self) -> None:
        self._say("pages")

    def _shape(self) -> None:
        self._say("shape", name=f"shape-{len(self.lines)}")

    def _deaf(self) -> None:
        self._say("deaf", calendar=self._calendar())

    def _push(self) -> None:
        kind = self.random.choice(("drop", "drop", "double", "delay"))
        seconds = round(self._pause(), 1)
        times = self.random.randint(1, 4)
        self._say("push", calendar=self._calendar(), kind=kind, times=times, seconds=seconds)

    def _fault(self) -> Line:
        op = self.random.choices(list(FAULTS), WEIGHTS)[0]
        kind = self.random.choice(FAULTS[op])
        near = self.random.choice(self.lines).at if self.lines else 1.0
        at = near + self.random.expovariate(0.7) - 0.5
        words: dict[str, object] = {"op": op, "kind": kind, "skip": int(self.random.expovariate(0.4))}
        if self.random.random() < 0.2:
            words["times"] = self.random.randint(2, 6)
        if kind in {"timeout", "kill", "500"} and self.random.random() < 0.5:
            words["after"] = "yes"
        if kind in {"slow", "double"}:
            words["seconds"] = round(self.random.uniform(0, LONGEST_S.get(op.partition(".")[0], 30)), 1)
        return line(max(at, 0), "fault", **words)

    FIRST: tuple[tuple[Callable[["Drawing"], None], int], ...] = ((_create, 1),)
    STEPS: tuple[tuple[Callable[["Drawing"], None], int], ...] = (
        (_create, 14), (_copy, 5), (_split, 5), (_split_by_program, 4), (_end, 2), (_single, 2),
        (_rename, 12), (_shift, 7), (_delete, 10), (_cancel, 6), (_restore, 8), (_move, 7), (_drop, 4),
        (_swap, 5), (_foreign, 2), (_touch, 3), (_odd, 1), (_answer, 2), (_leave, 2), (_hush, 2),
        (_vanish, 1), (_lock, 2), (_again, 1), (_hide, 3), (_expire, 4), (_pages, 1), (_shape, 1),
        (_deaf, 2), (_push, 6), (_unsigned, 1),
    )  # fmt: skip


def draw(seed: int) -> Story:
    return Drawing(seed).story()
