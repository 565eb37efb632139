"""Whether neighbours of what fails are in step: judged in the middle of stories without other trouble."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.simulation import oracle

if TYPE_CHECKING:
    from tests.simulation.operating import Operators

WITHIN_S = 900.0
BEGINS_S = 15.0  # a read shows what was done until then, after it began


def judge(history: "Operators") -> Iterator[str]:
    """What was done so long ago has been read, and pushed where its system answers."""
    latest = history.hub.seconds - WITHIN_S
    for calendar_id, at in sorted(history.google.changed.items()):
        if at < latest and history.witness.read_from.get(calendar_id, -1.0) < at - BEGINS_S:
            yield f"{calendar_id} waits with what was done at {at:.3f}"
    for room, places in sorted(history.truth.carriers().items()):
        touched = history.witness.touched[room]
        if room.id in history.ailing or not touched or touched[-1] > latest:
            continue
        if history.systems.live(room):
            yield from (f"meanwhile {wrong}" for wrong in oracle.content(history, room, places))
