"""Users who consented themselves: their consent ends and returns, and Google's token endpoint fails at times.

Whether a story has these, and what happens then, is drawn by itself: all else stays as it is without, but
nobody consents for a calendar of somebody else.
"""

from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

from tests.simulation.consents import OUTAGES
from tests.simulation.operating import ANN, BOB
from tests.simulation.story import Line, Story, line

T = TypeVar("T")
OFTEN = 1 / 3
EPISODES = (1, 1, 2, 3)
# For so long, so often: less than marks a calendar, until it is tried less and less often, and a day.
LASTS_S = ((120.0, 30), (4_000.0, 40), (20_000.0, 25), (90_000.0, 5))
MONTH = 0.06
MONTH_S = 34 * 86_400
LATER_DAYS = 40
STAYS_AWAY = 0.15
KINDS = (("revoke", 8), ("forbid", 4), ("disconnect", 6), ("tokens", 8), ("connect", 2))
EDITS = (("rename", 5), ("delete", 4), ("restore", 3), ("shift", 3), ("drop", 1), ("create", 3), ("copy", 2))
FAULTS = ("kill", "timeout", "slow")
FAULTY = (
    "*",
    "consent.exchange",
    "consent.revoke",
    "store.save",
    "store.remove",
    "queue.publish",
    "calendar.watch",
)


def with_consents(story: Story) -> Story:
    random = Random(f"{story.seed} consents")
    if random.random() >= OFTEN:
        return story
    lines = tuple(replace(each, words=_own(each.words)) for each in story.lines)
    scene = {**_own(story.scene), "consent": "yes"}
    if random.random() < STAYS_AWAY:
        scene["away"] = random.choice((ANN, BOB))
    drawing = Consenting(random=random, calendars=tuple(scene["calendars"].split(",")), honest=lines)
    drawing.draw()
    every = sorted((*drawing.honest, *drawing.lines), key=lambda each: each.at)
    return replace(story, scene=scene, lines=tuple(every))


def _own(words: "dict[str, str] | object") -> dict[str, str]:
    """In place of a calendar that is shared, another one of its owner."""
    assert isinstance(words, dict)
    return {
        name: ",".join("second" if one == "shared" else one for one in text.split(","))
        for name, text in words.items()
    }


@dataclass(slots=True, kw_only=True)
class Consenting:
    random: Random
    calendars: tuple[str, ...]
    honest: tuple[Line, ...]
    lines: list[Line] = field(default_factory=list)

    def draw(self) -> None:
        month = self.random.random() < MONTH
        for number in range(self.random.choice(EPISODES)):
            at = self.random.choice(self.honest).at + self.random.uniform(0, 60)
            user = self.random.choice((ANN, ANN, BOB))
            if month and number == 0:
                self._month(at, user)
                continue
            kind = self._weighed(KINDS)
            lasts = self.random.uniform(5, self._weighed(LASTS_S))
            getattr(self, f"_{kind}")(at, user, lasts)
            self._edited(at, lasts)
            self._trouble(at, lasts)

    def _weighed(self, some: tuple[tuple[T, int], ...]) -> T:
        return self.random.choices([one[0] for one in some], [one[1] for one in some])[0]

    def _say(self, at: float, verb: str, **words: object) -> None:
        self.lines.append(line(max(at, 1), verb, **words))

    def _revoke(self, at: float, user: str, lasts: float) -> None:
        self._say(at, "revoke", user=user)
        self._back(at + lasts, user)

    def _forbid(self, at: float, user: str, lasts: float) -> None:
        """Some connect again when it is allowed, and with some it heals by itself."""
        self._say(at, "forbid", user=user)
        self._say(at + lasts, "allow", user=user)
        if self.random.random() < 0.5:
            self._back(at + lasts + self.random.uniform(-60, 60), user)

    def _disconnect(self, at: float, user: str, lasts: float) -> None:
        self._say(at, "disconnect", user=user, by=self.random.choice(("user", "operator")))
        if self.random.random() < 0.7:
            for calendar in self._of(user):
                self._say(at + lasts + self.random.uniform(0, 200), "connect", user=user, calendar=calendar)

    def _tokens(self, at: float, user: str, lasts: float) -> None:
        some = {"user": user} if self.random.random() < 0.3 else {}
        self._say(at, "tokens", kind=self.random.choice(list(OUTAGES)), seconds=round(lasts, 1), **some)

    def _connect(self, at: float, user: str, _: float) -> None:
        """In two windows at once, though connected."""
        for _ in range(2):
            self._say(at + self.random.uniform(0, 3), "connect", user=user)

    def _month(self, at: float, user: str) -> None:
        """What others do after that they do a month later."""
        self._say(at, "revoke", user=user)
        hidden = {"hide", "unhide"}
        self.honest = tuple(
            replace(
                each,
                at=each.at if each.at <= at + 100 else each.at + MONTH_S,
                words={**each.words, **_later(each)},
            )
            for each in self.honest
            if each.verb not in hidden
        )
        self._back(at + MONTH_S + self.random.uniform(60, 4_000), user)

    def _back(self, at: float, user: str) -> None:
        words = {"calendar": self.random.choice(self._of(user))} if self.random.random() < 0.3 else {}
        self._say(at, "connect", user=user, **words)

    def _of(self, user: str) -> list[str]:
        own = {ANN: (ANN, "team"), BOB: (BOB, "second")}[user]
        return [name for name in self.calendars if name in own]

    def _edited(self, at: float, lasts: float) -> None:
        """People go on meanwhile."""
        made = [each.words["event"] for each in self.honest if each.verb == "create" and each.at < at]
        for number in range(self.random.randint(0, 4) if made else 0):
            verb, when = self._weighed(EDITS), at + self.random.uniform(0, lasts)
            event, label = self.random.choice(made), f"c{len(self.lines)}"
            calendar = self.random.choice(self.calendars)
            words: dict[str, dict[str, object]] = {
                "rename": {"event": event, "title": f"C{len(self.lines)}"},
                "shift": {"event": event, "hours": self.random.choice((1, -2, 24))},
                "create": {
                    "event": label,
                    "day": self.random.randint(3, 20),
                    "calendar": calendar,
                    "title": f"C{number}",
                    "room": f"wc{len(self.lines)}x",
                },
                "copy": {"event": event, "to": label, "calendar": calendar},
            }
            self._say(when, verb, **words.get(verb, {"event": event}))

    def _trouble(self, at: float, lasts: float) -> None:
        """While somebody connects or disconnects."""
        if self.random.random() < 0.6:
            return
        words = {"op": self.random.choice(FAULTY), "kind": self.random.choice(FAULTS), "seconds": 20}
        who, when = self.random.choice((("connect", at + lasts), ("disconnect", at)))
        skip = int(self.random.expovariate(0.3))
        after = {"after": "yes"} if self.random.random() < 0.4 else {}
        self._say(when - 1, "fault", **words, who=who, skip=skip, **after)


def _later(each: Line) -> dict[str, str]:
    """Nothing is over when the month is."""
    return {"day": str(int(each.number("day")) + LATER_DAYS)} if "day" in each.words else {}
