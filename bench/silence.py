"""How soon it is noticed that no notification comes: a model, with the service's own times of reading.

Each calendar changes at random, so many times a day, and every change is notified of until the push dies.
Then only the sweep reads. Nothing is measured: the figures are the same at each run.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bench import report
from bench.plan import Parts, Scale
from functions.core.enrolment import silent_for
from functions.core.model import Policy

CHANGES_A_DAY = (4.0, 0.5)
CALENDARS = (10, 1_000, 100_000)
DAYS_BEFORE, DAYS_MOST = 4, 20
DAY_S, HOUR_S = 86_400, 3_600
SIX_HOURS_S = 21_600
WINDOW_H = 12.0  # as long without a notification, and the alert may come (infra/rules.yaml)
TWICE_WITHIN_S = 2 * DAY_S  # likewise, for one calendar
TARGET_H = 13.0
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Silence = Callable[[str, datetime, bool], float]


def run(_parts: Parts, scale: Scale) -> report.Table:
    rows = [row for changes in CHANGES_A_DAY for row in _rows(changes, scale.modelled)]
    return report.Table(
        title="When no notification comes any more: hours until the alert",
        command="python -m bench silence",
        header=(
            "channels that died",
            "changes a day",
            "every 6 h",
            "once a day",
            "as it is",
            "95 %",
            "target",
            "",
        ),
        rows=rows,
        notes=[
            "A model, no measurement. Medians; 95 %: as it is, in so many of the cases not later than this.",
            "For all: when none has come for 12 hours. For one: when two reads in two days found changes.",
            "Once a day: without the day's sample and the sooner second read.",
        ],
    )


def _rows(changes: float, calendars: int) -> list[Sequence[str]]:
    policies = (_every(SIX_HOURS_S), _every(Policy().sync_every), _as_it_is)
    found = [[_one(number, changes, silence) for number in range(calendars)] for silence in policies]
    firsts = [sorted(first for first, _ in each) for each in found]
    seconds = [sorted(second for _, second in each) for each in found]
    rows = [_row(f"all of {number:,}", changes, firsts, number) for number in CALENDARS]
    return [*rows, _row("one of any number", changes, seconds, None)]


def _row(name: str, changes: float, hours: Sequence[Sequence[float]], number: int | None) -> Sequence[str]:
    medians = [_quantile(each, 0.5, number) for each in hours]
    late = _quantile(hours[-1], 0.95, number)
    target = f"at most {TARGET_H:.0f}" if number else ""
    verdict = report.at_most(medians[-1], TARGET_H) if number else ""
    cells = [f"{each:.1f}" for each in (*medians, late)]
    return (name, f"{changes:g}", *cells, target, verdict)


def _quantile(hours: Sequence[float], share: float, number: int | None) -> float:
    """Of the earliest among so many calendars, not before the alert's window has gone by; None: of one."""
    if number is None:
        return hours[int(share * len(hours))]
    return max(WINDOW_H, hours[int((1 - (1 - share) ** (1 / number)) * len(hours))])


def _every(seconds: int) -> Silence:
    return lambda _name, _at, _suspect: seconds


def _as_it_is(name: str, at: datetime, suspect: bool) -> float:  # noqa: FBT001 - as the others have it
    return silent_for(name, at, Policy().sync_every, suspect=suspect).total_seconds()


def _one(number: int, changes: float, silence: Silence) -> tuple[float, float]:
    """The hours until a read found changes, and until two within `TWICE_WITHIN_S` did."""
    chance, name = random.Random(number), f"owner{number}@example.com"  # noqa: S311 - keeps no secret
    died = DAYS_BEFORE * DAY_S + chance.random() * DAY_S
    end = died + DAYS_MOST * DAY_S
    change = chance.expovariate(changes / DAY_S)
    read, finds, suspect = 0.0, list[float](), False
    while read < end:
        due = read + silence(name, BEGIN + timedelta(seconds=read), suspect)
        found = change < due
        if found and change < died:  # it is notified of, and read at once
            read, suspect = change, False
        else:
            read, suspect = due, found
            if found:
                finds.append(read)
        while change <= read:
            change += chance.expovariate(changes / DAY_S)
        if len(finds) > 1 and finds[-1] - finds[-2] < TWICE_WITHIN_S:
            break
    first, last = (finds[0], finds[-1]) if finds else (end, end)
    return (first - died) / HOUR_S, (last - died) / HOUR_S
