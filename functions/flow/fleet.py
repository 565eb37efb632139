"""How all calendars stand, from their enrolments alone: what conferences' records say is counted there."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from functions.core import counts
from functions.core.aside import NOWHERE, set_aside
from functions.core.conference import HOLDS, LINKS_REFUSED, REFUSED, TIRED
from functions.core.enrolment import Enrolment, Rest
from functions.flow.problems import Problem
from functions.flow.status import State, faults, known_of, parked
from functions.ports import Store, Versioned

PERCENTS = (50, 95, 99)
SEVERITY = {kind.value: number for number, kind in enumerate(Problem)}


@dataclass(frozen=True)
class Overview:
    """All enrolled calendars, and of the conferences only those that are parked and no calendar's."""

    store: Store

    def states(self) -> Iterator[State]:
        """The enrolments are read while this is iterated."""
        resting: Mapping[str, Rest] | None = None
        for kept in self.store.enrolments():
            if not kept.value.leaving_at:
                resting = self.store.resting(kept.read_at) if resting is None else resting
                yield _state(kept, resting)

    @cached_property
    def stray(self) -> Sequence[State]:
        """Parked, and held in no calendar."""
        strays = self.store.conferences(held_in=NOWHERE)
        return [parked(one) for kept in strays for one in set_aside(kept.value)]


def _state(kept: Versioned[Enrolment], resting: Mapping[str, Rest]) -> State:
    """`counts` and `holds` are None until they were first counted: what is not known is not nothing."""
    tally = kept.value.tally
    known = None if tally.counts is None else counts.by_name(tally.counts)
    return {
        **known_of(kept, resting),
        "holds": known and known[HOLDS],
        "counts": known,
        "counted_at": tally.counted_at.isoformat() if tally.counted_at else None,
        **faults(kept, _told_by(known or {})),
    }


def _told_by(known: Mapping[str, object]) -> Mapping[Problem, str]:
    """Without details: those are in the records."""
    for_good = {kind: known[kind] for kind in (REFUSED, TIRED) if known.get(kind)}
    said = ", ".join(f"{number} {WORDS[kind]}" for kind, number in for_good.items())
    links = known.get(LINKS_REFUSED)
    return {
        Problem.PARKED: f"parked conferences: {said}" if said else "",
        Problem.LINKS_REFUSED: f"links not written: {links}" if links else "",
    }


WORDS = {REFUSED: "refused", TIRED: "tried again for too long"}


def worst_first(states: Iterable[State]) -> Iterator[State]:
    """By the worst problem of each; among equals as they come. What nothing is worse than comes at once, the
    rest when all are known.
    """
    later = list[State]()
    for state in states:
        if _severity(state) == 0:
            yield state
        else:
            later.append(state)
    yield from sorted(later, key=_severity)


def _severity(state: Any) -> int:
    return min((SEVERITY[fault["kind"]] for fault in state["faults"]), default=len(SEVERITY))


def percentiles(values: Sequence[float]) -> Mapping[str, float | None]:
    """By nearest rank; None of nothing."""
    ranked = sorted(values)
    ranks = {f"p{percent}": math.ceil(len(ranked) * percent / 100) for percent in PERCENTS}
    found = {name: ranked[rank - 1] if ranked else None for name, rank in ranks.items()}
    return {**found, "most": ranked[-1] if ranked else None}
