"""A series, its exceptions and its later parts are one unit: any change lists all again, at one time."""

from collections.abc import Sequence
from dataclasses import replace

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event
from gcal_standin.model.names import unit_of
from gcal_standin.model.times import stamp
from gcal_standin.model.world import World


def put(world: World, calendar: Calendar, events: Sequence[Event], *, touched: bool = True) -> list[Event]:
    """Store versions of events, all with one time, and list the rest of their units again; return them.

    Without `touched` the etags move alone, and `updated` stays.
    """
    version = calendar.next_version(world.clock)

    def stamped(event: Event) -> Event:
        body = event.body | ({"updated": stamp(version)} if touched else {})
        return replace(event, body=body, version_us=version)

    stored = [calendar.store(replace(stamped(event), edited_us=version)) for event in events]
    keys = {event.key for event in stored}
    rest = {each.key: each for event in stored for each in _unit(calendar, event) if each.key not in keys}
    for each in rest.values():
        calendar.store(stamped(each))
    return stored


def _unit(calendar: Calendar, event: Event) -> list[Event]:
    """Return what is listed with an event: its live series and their exceptions, but no date that left."""
    parts = calendar.parts(unit_of(event.master_id or event.id))
    series = [part for part in parts if part.is_master and not part.cancelled]
    exceptions = [each for part in series for each in calendar.exceptions(part.id)]
    return [*series, *(each for each in exceptions if not each.cancelled or calendar.has_date(each))]
