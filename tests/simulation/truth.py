"""What really is: which live events carry which of our conferences, since when, and which of them speak for
it. From the calendars, and from who had it made.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event
from gcal_standin.model.roles import at_least, role_of
from gcal_standin.model.world import World

NAME = "My Web Conference"
TITLES_URI = "https://titles.example.com/"
CLOCKS_APART_S = 15.0  # of instances and of the store: a grace or a read may begin on one, and end on another


class Room(NamedTuple):
    """A conference: the system that has it, and its id there."""

    system: str
    id: str


class Place(NamedTuple):
    """Where an event is."""

    calendar_id: str
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    room: Room
    place: Place
    since: float
    until: float


def plain(conference_id: str) -> str:
    """Without what people write into an id to read it more easily."""
    return re.sub("[ -]", "", conference_id)


def room_of(body: Mapping[str, Any]) -> Room | None:
    """Ours by its solution's exact name, or by how an entry point's address begins."""
    data = body.get("conferenceData") or {}
    name = data.get("conferenceSolution", {}).get("name")
    uris = [point.get("uri", "") for point in data.get("entryPoints", [])]
    if not data.get("conferenceId"):
        return None
    if name == NAME:
        return Room("webhook", plain(data["conferenceId"]))
    ours = any(uri.startswith(TITLES_URI) for uri in uris)
    return Room("titles", plain(data["conferenceId"])) if ours else None


@dataclass(slots=True, kw_only=True)
class Truth:
    """`readers` says as whom the service reads each calendar. `past` are carriers that are no more; `since`
    is when those began that it may see, `hidden_since` the same of all. `ever` are the conferences that those
    ever had which it may see; `carried` says which event ever carried which, hidden or not. `owners` are
    those of each conference whose system says whose it is; `strange` are the events that carried one of these
    and do not speak for it.
    """

    world: World
    readers: Mapping[str, str]
    since: dict[tuple[Room, Place], float] = field(default_factory=dict)
    hidden_since: dict[tuple[Room, Place], float] = field(default_factory=dict)
    past: list[Past] = field(default_factory=list)
    ever: set[Room] = field(default_factory=set)
    carried: set[tuple[Room, Place]] = field(default_factory=set)
    owners: dict[Room, Collection[str]] = field(default_factory=dict)
    strange: set[tuple[Room, Place]] = field(default_factory=set)

    def look(self, now: float) -> None:
        """To be called after everything that people do."""
        carriers = self.carriers(hidden=True)
        whole = {(room, place) for room, places in carriers.items() for place in places}
        self.strange |= {
            (room, place) for room, place in whole if not self._speaks(room, carriers[room][place], place)
        }
        self.hidden_since = {one: self.hidden_since.get(one, now) for one in whole}
        self.carried |= whole
        found = {(room, place) for room, places in self.carriers().items() for place in places}
        for one in [one for one in self.since if one not in found]:
            self.past.append(Past(room=one[0], place=one[1], since=self.since.pop(one), until=now))
        for one in found:
            self.since.setdefault(one, now)
            self.ever.add(one[0])

    def _speaks(self, room: Room, event: Event, place: Place) -> bool:
        """For the calendar it is in, for who reads that, and for who made it."""
        if room not in self.owners:
            return True
        creator = event.body.get("creator", {}).get("email", "")
        return bool({place.calendar_id, self.readers[place.calendar_id], creator} & {*self.owners[room]})

    def own(self, room: Room, places: Mapping[Place, Event]) -> dict[Place, Event]:
        """Those of its people."""
        return {place: event for place, event in places.items() if (room, place) not in self.strange}

    def left(self, room: Room) -> list[Past]:
        """Its people's events that carried it and let go."""
        return [past for past in self.past if past.room == room and (room, past.place) not in self.strange]

    def carriers(self, *, hidden: bool = False) -> dict[Room, dict[Place, Event]]:
        """By conference, the live organizers' events that carry it and that the service may see; or all."""
        found: dict[Room, dict[Place, Event]] = {}
        for calendar_id in self.readers:
            calendar = self.world.calendars[calendar_id]
            for room, event in self._carrying(calendar, hidden=hidden):
                found.setdefault(room, {})[Place(calendar_id, event.id)] = event
        return found

    def _carrying(self, calendar: Calendar, *, hidden: bool) -> Iterator[tuple[Room, Event]]:
        for event in calendar.events():
            room = None if event.bare or event.cancelled else room_of(event.body)
            if room is None or event.type != "default" or event.organizer not in (None, calendar.id):
                continue
            if not hidden and not self.visible(calendar, event):
                continue
            odd = "start" not in event.body
            if odd and not self._speaks(room, event, Place(calendar.id, event.id)):
                continue  # a stranger's event that cannot be read does not even borrow it
            master = calendar.stored(event.master_id) if event.master_id else None
            if event.master_id and (master is None or master.cancelled):
                continue
            # An instance that says nothing of its own is part of its series, as far as that can be seen.
            says = room_of(master.body) == room if master else False
            if not (master and says and (hidden or self.visible(calendar, master))):
                yield room, event

    def visible(self, calendar: Calendar, event: Event) -> bool:
        reader = self.readers[calendar.id]
        role = self.world.roles.get((calendar.id, reader)) or role_of(calendar.settings, reader)
        private = event.body.get("visibility") in {"private", "confidential"}
        return at_least(role, "writer" if private else "reader")
