"""Stores a change with all that follows from it: exceptions, the rest of the unit, the guests' copies."""

from collections.abc import Sequence

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event
from gcal_standin.model.guests import Change, spread
from gcal_standin.model.series import followed
from gcal_standin.model.units import put
from gcal_standin.model.world import World


def write(
    world: World, calendar: Calendar, changes: Sequence[Change], *, touched: bool = True
) -> list[Event]:
    """Return the changed events as they are stored."""
    more = [pair for old, new in changes if old for pair in followed(world, calendar, old, new)]
    every: list[Change] = [*changes, *more]
    stored = put(world, calendar, [new for _, new in every], touched=touched)
    spread(world, calendar, [(old, new) for (old, _), new in zip(every, stored, strict=True)])
    return stored[: len(changes)]
