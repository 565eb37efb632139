"""What was done to a conference, when, and because of which event and row of the table."""

from dataclasses import dataclass, replace
from datetime import datetime

from functions.core.model import EventRef

HISTORY_MAX = 50
WHY_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`what` was done, in a word or two, and `why`, in the words of whoever refused.

    The same thing done again in a row counts up `times`, and `at` is when it was done last.
    """

    at: datetime
    row: str
    what: str
    event: EventRef | None = None
    why: str = ""
    times: int = 1


def remember(history: tuple[Entry, ...], deed: Entry) -> tuple[Entry, ...]:
    """The history with one deed more, and so many forgotten that it stays short."""
    deed = replace(deed, why=deed.why[:WHY_CHARACTERS_MAX])
    last = history[-1] if history else None
    if last and replace(deed, at=last.at, times=last.times) == last:
        return (*history[:-1], replace(deed, times=last.times + 1))
    return (*history, deed)[-HISTORY_MAX:]
