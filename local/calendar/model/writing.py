"""Stores a change with all that follows from it: exceptions, the rest of the unit, the guests' copies."""

from collections.abc import Sequence

from local.calendar.model.calendar import Calendar
from local.calendar.model.event import Event
from local.calendar.model.guests import Change, spread
from local.calendar.model.series import followed
from local.calendar.model.units import put
from local.calendar.model.world import World


def write(
    world: World, calendar: Calendar, changes: Sequence[Change], *, touched: bool = True
) -> list[Event]:
    """Return the changed events as they are stored."""
    more = [pair for old, new in changes if old for pair in followed(world, calendar, old, new)]
    every: list[Change] = [*changes, *more]
    stored = put(world, calendar, [new for _, new in every], touched=touched)
    spread(world, calendar, [(old, new) for (old, _), new in zip(every, stored, strict=True)])
    return stored[: len(changes)]
