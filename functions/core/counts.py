"""What calendars' conferences come to, in numbers.

Whoever changes a record notes by how much it changes them (`conference.counted_otherwise`), and that is
stored with the next write of each calendar's enrolment. Where something may be missing or counted twice,
`counted_at` is taken away, and the next read of the calendar counts anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from functions.core.conference import (
    HOLDS,
    LINKS_REFUSED,
    NOT_CARRIED,
    REFUSED,
    TIRED,
    WAITING,
    Conference,
    Counts,
    counted,
)

PARKED = (REFUSED, TIRED, WAITING)


def total(
    conferences: Iterable[Conference], before: dict[str, Counter[str]] | None = None
) -> dict[str, Counter[str]]:
    """What they count together, by calendar, and with what was counted before."""
    found = {} if before is None else before
    for conference in conferences:
        for name, counts in counted(conference).items():
            found.setdefault(name, Counter()).update(counts)
    return found


def not_carried(counts: Counts) -> Counts:
    """Of how many conferences what could not be carried."""
    return {
        kind.removeprefix(NOT_CARRIED): number
        for kind, number in counts.items()
        if kind.startswith(NOT_CARRIED) and number > 0
    }


def by_name(counts: Counts) -> Mapping[str, object]:
    """For programs: those that are none, too, and none below that."""
    named = {kind: max(0, counts.get(kind, 0)) for kind in (HOLDS, *PARKED, LINKS_REFUSED)}
    return {**named, "not_carried": not_carried(counts)}
