"""What is judged once all is quiet besides conferences and calendars in care: what was left, and links."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from functions.core import counts, model
from functions.core.protocol import must_count
from gcal_standin.model.event import Event
from gcal_standin.model.roles import at_least, role_of
from tests.simulation.truth import Place, Room

ROLL_OUT_S = 900.0
if TYPE_CHECKING:
    from tests.simulation.history import History


def left(history: "History", calendar_id: str) -> Iterator[str]:
    """A calendar that was left has no trace but channels nobody has heard of: they end by themselves."""
    if history.service.store.enrolment(calendar_id):
        yield f"{calendar_id} was left, and is still enrolled"
    consents, user = history.witness.consents, history.truth.readers[calendar_id]
    here = {one.id for one in history.google.channels.live() if one.calendar_id == calendar_id}
    live = sorted(here - history.google.unheard)
    if live and not (consents and user in {*consents.ended, *consents.away}):
        yield f"{calendar_id} was left, and has live channels: {live}"
    for kept in history.service.store.conferences():
        if any(hold.ref.calendar_id == calendar_id for hold in (*kept.value.holds, *kept.value.borrowed)):
            yield f"{calendar_id} was left, and {kept.value.key.id} is held by its events"


def counted(history: "History") -> Iterator[str]:
    """What an enrolment counts is what its conferences' records say, unless it is to be counted anew: all has
    been quiet for longer than a day, so nothing is left of who was killed.
    """
    store = history.service.store
    records = counts.total(kept.value for kept in store.conferences())
    for kept in store.enrolments():
        name, tally = kept.value.calendar_id, kept.value.tally
        found = dict(records.get(name, {}))
        if kept.value.trouble.losses or must_count(tally, kept.read_at):
            continue
        if tally.counts != found:
            yield f"{name} counts {tally.counts}, and its records say {found}"


def links(history: "History", room: Room, places: Mapping[Place, Event]) -> Iterator[str]:
    """Each event that carries a conference whose link has changed shows the one last answered, somewhere."""
    told, where = history.systems.links[room.id], history.service.policy.write_back
    if room.system != "webhook" or len(told) < 2 or where is model.Place.OFF:  # the first is no change
        return
    if 0 < history.systems.linked_at[room.id] - history.writes_since < ROLL_OUT_S:
        return  # a process of before may have learned it, which writes none
    link = told[-1]
    for place, event in places.items():
        points = event.body.get("conferenceData", {}).get("entryPoints", [])
        if not link.passcode and link.join_url in [point.get("uri") for point in points]:
            continue
        # Where it was written before the setting named another place, it is good.
        shown = f"{event.body.get('location', '')} {event.body.get('description', '')}"
        words = re.findall(r"\w+", shown)
        right = link.join_url in shown and (not link.passcode or link.passcode in words)
        readable = "start" in event.body
        if not right and readable and not event.master_id and _writable(history, place):
            yield f"event {place.event_id} shows {shown!r}, and the link of {room.id} is {link}"


def _writable(history: "History", place: Place) -> bool:
    calendar = history.google.world.calendars[place.calendar_id]
    reader = history.truth.readers[calendar.id]
    return at_least(role_of(calendar.settings, reader), "writer")
