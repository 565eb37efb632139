"""What goes wrong at the ports: a call fails before or after its effect, takes long, or is the last one.

A call may also outlive who made it: `late` ends with a timeout, `orphaned` with the caller's death, and its
effect happens `seconds` later all the same.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from functions.core.errors import Gone, Rejected, RetryLater
from local.virtual.hub import Hub, Killed, Process
from tests.simulation.story import Line

T = TypeVar("T")

# Seconds that a call usually takes, one way and the other together.
TAKES = {
    "store": (0.002, 0.02),
    "queue": (0.005, 0.05),
    "calendar": (0.05, 0.4),
    "provider": (0.05, 0.8),
    "consent": (0.05, 0.4),
}
STALLS = 0.03  # so often it takes much longer
STALL_S = 6.0
LATE = ("late", "orphaned")
PATIENCE_S = 25.0  # who waits for an answer gives up then, at the latest
SECONDS = {"rest": 5_000.0}  # where a line does not say how many; 30 for all others


@dataclass(slots=True, kw_only=True)
class Bad:
    """Once `skip` fitting calls have gone by, `times` of them suffer: those of processes whose name begins
    with `who`, and about `room`, where these are named.
    """

    op: str
    kind: str
    after: bool
    skip: int
    times: int
    seconds: float
    who: str = ""
    room: str = ""

    def fits(self, op: str, who: str, about: str) -> bool:
        if not (self.op == op or (self.op == "*" and op != "delivery")):
            return False
        return who.startswith(self.who) and self.room in ("", about.partition(" ")[0])


@dataclass(slots=True, kw_only=True)
class Luck:
    """All that is armed, and how often what has struck."""

    armed: list[Bad] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    def arm(self, line: Line) -> None:
        self.armed.append(
            Bad(
                op=line.words["op"],
                kind=line.words["kind"],
                after=line.words.get("after") == "yes",
                skip=int(line.number("skip")),
                times=int(line.number("times", 1)),
                seconds=line.number("seconds", SECONDS.get(line.words["kind"], 30)),
                who=line.words.get("who", ""),
                room=line.words.get("room", ""),
            )
        )

    def strike(self, op: str, who: str = "", about: str = "") -> Bad | None:
        found: Bad | None = None
        for bad in list(self.armed):
            if not bad.fits(op, who, about):
                continue
            if bad.skip > 0:
                bad.skip -= 1
            elif found is None:
                found = bad
                bad.times -= 1
                if bad.times < 1:
                    self.armed.remove(bad)
                when = " after the effect" if bad.after and bad.kind != "slow" else ""
                self.struck[f"{op.partition('.')[0]} {bad.kind}{when}"] += 1
        return found


def _passing(bad: Bad) -> Exception:
    return RetryLater(f"{bad.kind}, by bad luck")


@dataclass(slots=True, kw_only=True)
class Gate:
    """Every call of one process to the outside goes through here; `unheard` while one takes effect late."""

    hub: Hub
    process: Process
    luck: Luck
    tale: list[str] | None = None
    unheard: bool = False

    def call(
        self, op: str, about: str, effect: Callable[[], T], fail: Callable[[Bad], Exception] = _passing
    ) -> T:
        bad = self.luck.strike(op, self.process.name, about) if not self.process.dead else None
        slow = bad.seconds if bad and bad.kind == "slow" else 0
        self._wait(op, 0 if bad and bad.after else slow)
        if bad and bad.kind in LATE:
            self._outlive(bad, op, about, effect, fail)
        if bad and not bad.after:
            self._suffer(bad, op, about, fail)
        done = effect()
        self._tell(op, about, done)
        if bad and bad.after and bad.kind == "kill":
            self._suffer(bad, op, about, fail)
        self._wait(op, slow if bad and bad.after else 0)
        if bad and bad.after:
            self._suffer(bad, op, about, fail)
        return done

    def _outlive(
        self, bad: Bad, op: str, about: str, effect: Callable[[], T], fail: Callable[[Bad], Exception]
    ) -> NoReturn:
        """The effect is on its way, and nobody learns what came of it."""

        def land() -> None:
            self.unheard = True
            with suppress(Gone, Rejected, RetryLater):
                self._tell(op, about, f"{effect()}, late")
            self.unheard = False

        self.hub.after(bad.seconds, land)
        self._tell(op, about, f"--- {bad.kind}")
        if bad.kind == "orphaned":
            self.hub.kill(self.process)
            raise Killed
        self.hub.wait(self.process, min(bad.seconds, PATIENCE_S))
        raise fail(bad)

    def _wait(self, op: str, more: float) -> None:
        random = self.process.random
        low, high = TAKES[op.partition(".")[0]]
        takes = random.uniform(low, high) / 2
        if random.random() < STALLS:
            takes += random.uniform(0, STALL_S)
        self.hub.wait(self.process, takes + more)

    def _suffer(self, bad: Bad, op: str, about: str, fail: Callable[[Bad], Exception]) -> None:
        if bad.kind == "slow":
            return
        self._tell(op, about, f"--- {bad.kind}{' after' if bad.after else ''}")
        if bad.kind == "kill":
            self.hub.kill(self.process)
            raise Killed
        raise fail(bad)

    def _tell(self, op: str, about: str, what: object) -> None:
        if self.tale is not None:
            self.tale.append(f"{self.hub.seconds:10.3f} {self.process.name:<24} {op} {about} -> {what}")
