"""How all calendars stand, for people: one row each, the worst first, and what they come to together."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from functions import wiring
from functions.cli.exits import Exit
from functions.cli.out import Data, Out, counted
from functions.cli.progress import Progress
from functions.cli.standing import REMEDY, State, channel, last_sync, parked_table, remedies, span
from functions.core import counts
from functions.flow.fleet import Overview, percentiles, worst_first
from functions.flow.problems import Problem
from functions.flow.recount import recount_all

HEAD = f"{'CHANNEL':<9}{'LAST SYNC':<13}{'LAG':<9}{'HOLDS':>6}{'PARKED':>8}  CALENDAR"
UNKNOWN = "-"
LOOK = "python -m functions status {calendar}"
REMEDIES: Mapping[str, str] = {**REMEDY, Problem.PARKED: LOOK, Problem.LINKS_REFUSED: LOOK}


@dataclass(slots=True)
class Sums:
    """What the rows come to; `lags` in seconds. `unknown` calendars were not counted yet."""

    calendars: int = 0
    unhealthy: int = 0
    holds: int = 0
    parked: int = 0
    unknown: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    lags: list[float] = field(default_factory=list)

    def add(self, state: State) -> None:
        self.calendars += 1
        self.unhealthy += bool(state["faults"])
        self.holds += state["holds"] or 0
        self.parked += _parked(state) or 0
        self.unknown += state["counts"] is None
        self.problems.update(fault["kind"] for fault in state["faults"])
        self.lags.append(state["behind_seconds"])

    def data(self) -> Data:
        return {
            "calendars": self.calendars,
            "unhealthy": self.unhealthy,
            "holds": self.holds,
            "parked": self.parked,
            "not_counted": self.unknown,
            "problems": self.by_severity(),
            "lag_seconds": percentiles(self.lags),
        }

    def by_severity(self) -> Mapping[str, int]:
        return {kind.value: self.problems[kind.value] for kind in Problem if self.problems[kind.value]}


def show(out: Out, found: Overview, *, check: bool) -> Exit:
    """Under `check` people see only what is wrong."""
    sums = Sums()
    read = _read(out, found.states(), sums, check=check)
    out.listing(
        "calendars",
        worst_first(read),
        lambda state: "" if check and not state["faults"] else row(state),
        lambda: {"stray": found.stray, "summary": sums.data()},
    )
    ill = bool(sums.unhealthy or found.stray)
    if ill or not check:
        out.text(_ending(found, sums))
    return Exit.FAILED if check and ill else Exit.DONE


def _read(out: Out, states: Iterable[State], sums: Sums, *, check: bool) -> Iterator[State]:
    """The head is shown as soon as there is one to show below it."""
    headed = False
    for state in states:
        if not headed and (state["faults"] or not check):
            out.text(HEAD)
            headed = True
        sums.add(state)
        yield state


def _parked(state: State) -> int | None:
    known = state["counts"]
    return None if known is None else sum(known[kind] for kind in counts.PARKED)


def row(state: State) -> str:
    """Fixed columns first; faults on lines of their own."""
    holds, parked = (UNKNOWN if number is None else number for number in (state["holds"], _parked(state)))
    lag = span(state["behind_seconds"])
    told = f"{channel(state):<9}{last_sync(state):<13}{lag:<9}{holds:>6}{parked:>8}  {state['calendar_id']}"
    return "\n".join([told, *(f"  FAULT  {text}" for text in remedies(state, REMEDIES))])


def _ending(found: Overview, sums: Sums) -> str:
    if not sums.calendars and not found.stray:
        return "no calendar is enrolled: python -m functions enrol CALENDAR"
    lost = f"\nParked, and carried by no event that can be read:\n{parked_table(found.stray)}\n"
    total = (
        f"{counted(sums.calendars, 'calendars')}, {sums.unhealthy} of them unhealthy; "
        f"{counted(sums.holds, 'holds')}, {sums.parked + len(found.stray)} parked"
    )
    return "\n".join([lost if found.stray else "", *_of_all(sums), total])


def _of_all(sums: Sums) -> Iterator[str]:
    if sums.problems:
        yield "problems: " + ", ".join(f"{number:,} {kind}" for kind, number in sums.by_severity().items())
    if sums.lags:
        lags = percentiles(sums.lags).items()
        yield "lag: " + ", ".join(f"{name} {span(seconds or 0)}" for name, seconds in lags)
    if sums.unknown:
        yield f"{counted(sums.unknown, 'calendars')} not counted yet -> python -m functions recount"


def recount(_: Namespace, out: Out, progress: Progress) -> Exit:
    done = recount_all(
        wiring.store("recount"), far=lambda number: progress.far(f"{counted(number, 'conferences')} counted")
    )
    left = f"; {done.left} are being written, and counted when they are read next" if done.left else ""
    said = f"{counted(done.conferences, 'conferences')} of {counted(done.calendars, 'calendars')} counted"
    out.result(asdict(done), f"{said}, {done.mended:,} mended{left}")
    return Exit.DONE
