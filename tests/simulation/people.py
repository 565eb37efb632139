"""What people do in their calendars: each verb is one thing done at once, by whoever owns the calendar.

What cannot be done (the event is not there, was deleted, never was a series) is simply not done.
The module is longer than others, since each verb is a few lines and found by its name.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.cutting import ended
from gcal_standin.model.editing import Editor, Options
from gcal_standin.model.errors import ApiError
from gcal_standin.model.event import Event
from gcal_standin.model.moving import move
from gcal_standin.model.scenes import end_series, put_raw, split_series
from gcal_standin.model.times import slot_of
from tests.simulation.google import Google
from tests.simulation.story import Line
from tests.simulation.systems import Systems
from tests.simulation.truth import NAME, Place, Room

Json = dict[str, Any]
KNOWING = Options(conference_version=1)
ZONE = "Europe/Berlin"
ID_CHARACTERS = 512
SPELLINGS = {"": "", "plain": "", "spaces": " ", "hyphens": "-", "both": " - "}


class NotThere(Exception):
    """There is nothing that this could be done to."""


@dataclass(slots=True, kw_only=True)
class People:
    """`labels` are the events by their names in the story, `rooms` the conferences by theirs."""

    google: Google
    systems: Systems
    first_day: datetime
    labels: dict[str, Place] = field(default_factory=dict)
    rooms: dict[str, tuple[Room, str]] = field(default_factory=dict)
    aside: set[Room] = field(default_factory=set)
    carried: dict[str, set[Room]] = field(default_factory=lambda: defaultdict(set))

    def do(self, line: Line) -> bool:
        """Whether it could be done."""
        verb: Callable[[Line], None] = getattr(self, f"do_{line.verb}")
        try:
            verb(line)
        except (ApiError, NotThere):
            return False
        self.google.settle()
        return True

    # What is done to whole events.

    def do_create(self, line: Line) -> None:
        words = line.words
        body = self._times(line) | {"summary": words.get("title", "")}
        if "room" in words:
            body["conferenceData"] = self._conference(line, words["calendar"], words.get("title", ""))
        if "weekly" in words:
            body["recurrence"] = [f"RRULE:FREQ=WEEKLY;COUNT={words['weekly']}"]
        if "private" in words:
            body["visibility"] = "private"
        if "guests" in words:
            body["attendees"] = [{"email": email} for email in words["guests"].split(",")]
        self._insert(words["event"], words["calendar"], body)

    def do_copy(self, line: Line) -> None:
        """With its conference, as copying does."""
        _, event = self._event(line)
        names = ("summary", "start", "end", "recurrence", "conferenceData")
        body = {name: event.body[name] for name in names if name in event.body}
        self._insert(line.words["to"], line.words["calendar"], body)

    def do_odd(self, line: Line) -> None:
        """An event that nobody could have written: it carries a conference and has no beginning."""
        body = {"conferenceData": self._conference(line, line.words["calendar"], ""), "summary": "odd"}
        calendar = self._calendar(line.words["calendar"])
        event = put_raw(self.google.world, calendar, body)
        self.labels[line.words["event"]] = Place(calendar.id, event.id)

    def do_rename(self, line: Line) -> None:
        self._patch(line, {"summary": line.words["title"]})

    def do_touch(self, line: Line) -> None:
        """A change that is not pushed to any conference system."""
        self._patch(line, {"colorId": line.words["colour"]})

    def do_shift(self, line: Line) -> None:
        """To another time; a series with all its instances."""
        _, event = self._event(line)
        hours = timedelta(hours=line.number("hours"))
        self._patch(line, {name: _later(event.body.get(name, {}), hours) for name in ("start", "end")})

    def do_delete(self, line: Line) -> None:
        calendar, event = self._event(line)
        self._editor(calendar).delete(event.id, KNOWING)

    def do_restore(self, line: Line) -> None:
        _, event = self._event(line)
        if event.cancelled:
            self._patch(line, {"status": "confirmed"})

    def do_move(self, line: Line) -> None:
        calendar, event = self._event(line)
        target = self._calendar(line.words["calendar"])
        stays = event.attendee(calendar.id) is not None
        moved = move(self.google.world, calendar, event.id, target)
        self.labels[line.words["event"]] = Place(target.id, moved.id)
        if stays:
            self.aside |= self.carried[_family(event)]  # also what it dropped while its details were hidden

    def do_split(self, line: Line) -> None:
        """This and following, to another hour too."""
        calendar, event = self._event(line)
        change: Json = {"summary": line.words["title"]} if "title" in line.words else {}
        if "hours" in line.words:
            hours = timedelta(hours=line.number("hours"))
            change |= {name: _later(event.body.get(name, {}), hours) for name in ("start", "end")}
        tail = split_series(self.google.world, calendar, event.id, change)
        self.labels[line.words["to"]] = Place(calendar.id, tail.id)

    def do_end(self, line: Line) -> None:
        """Delete this and following."""
        calendar, event = self._event(line)
        end_series(self.google.world, calendar, event.id)

    def do_cut(self, line: Line) -> None:
        """What a program does for this and following, in one of its two requests."""
        calendar, event = self._series(line)
        begin = slot_of(event.body["start"], calendar.zone) + timedelta(weeks=line.number("weeks"))
        lines = ended(event.body["recurrence"], begin, calendar.series(event).zone)
        self._editor(calendar).patch(event.id, {"recurrence": lines}, KNOWING)

    def do_follow(self, line: Line) -> None:
        """And in the other one."""
        calendar, event = self._series(line)
        by = timedelta(weeks=line.number("weeks"), hours=line.number("hours"))
        names = ("summary", "conferenceData")
        body: Json = {name: event.body[name] for name in names if name in event.body}
        body |= {name: _later(event.body[name], by) for name in ("start", "end")}
        body["recurrence"] = ["RRULE:FREQ=WEEKLY;COUNT=3"]
        self._insert(line.words["to"], calendar.id, body)

    def do_single(self, line: Line) -> None:
        """A series becomes a single event."""
        calendar, event = self._series(line)
        self._editor(calendar).patch(event.id, {"recurrence": []}, KNOWING)

    def do_repeat(self, line: Line) -> None:
        """A single event becomes a series."""
        _, event = self._event(line)
        if event.is_master or event.master_id:
            raise NotThere
        self._patch(line, {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"]})

    def do_hush(self, line: Line) -> None:
        self._patch(line, {"visibility": "private"})

    # What is done to its conference.

    def do_drop(self, line: Line) -> None:
        self._patch(line, {"conferenceData": None})

    def do_swap(self, line: Line) -> None:
        calendar, event = self._event(line)
        data = self._conference(line, calendar.id, event.body.get("summary", ""))
        self._patch(line, {"conferenceData": data})

    def do_foreign(self, line: Line) -> None:
        """A conference of somebody else, whose name only begins like ours; its id may be that of one of ours.

        Not of one that the event itself has carried: that means that our settings have lost its solution.
        """
        _, event = self._event(line)
        name = room_id(line.words["room"])
        if any(room.id == name for room in self.carried[_family(event)]):
            raise NotThere
        data = _data(name, f"{NAME} Plus", "https://plus.example.com/1")
        self._patch(line, {"conferenceData": data})

    def do_vanish(self, line: Line) -> None:
        """The conference goes on its own system, and we do not learn of it."""
        if line.words["room"] in self.rooms:
            self.systems.vanish(self.rooms[line.words["room"]][0])

    def do_lock(self, line: Line) -> None:
        """Its system gives it a passcode."""
        if line.words["room"] not in self.rooms:
            raise NotThere
        room = self.rooms[line.words["room"]][0]
        if not self.systems.live(room) or room.system != "webhook":
            raise NotThere
        self.systems.web.lock(room.id, line.words["code"])

    # What guests do with their copies.

    def do_answer(self, line: Line) -> None:
        guest = self._calendar(line.words["guest"])
        copy = self._copy(line, guest)
        people = [
            person | ({"responseStatus": line.words["answer"]} if person.get("email") == guest.id else {})
            for person in copy.attendees
        ]
        self._editor(guest).patch(copy.id, {"attendees": people}, KNOWING)

    def do_leave(self, line: Line) -> None:
        """The guest deletes the copy."""
        guest = self._calendar(line.words["guest"])
        self._editor(guest).delete(self._copy(line, guest).id, KNOWING)

    # Helpers.

    def _copy(self, line: Line, guest: Calendar) -> Event:
        calendar, event = self._event(line)
        copy = guest.find(event.id)
        if copy is None or guest is calendar or copy.organizer == guest.id:
            raise NotThere
        return copy

    def _calendar(self, name: str) -> Calendar:
        return self.google.world.calendars[name]

    def _editor(self, calendar: Calendar) -> Editor:
        return Editor(self.google.world, calendar, calendar.settings.owner)

    def _event(self, line: Line) -> tuple[Calendar, Event]:
        """`event=e1`, or `event=e1@2` for the third instance of the series."""
        label, _, number = line.words["event"].partition("@")
        if label not in self.labels:
            raise NotThere
        place = self.labels[label]
        calendar = self._calendar(place.calendar_id)
        event = calendar.find(place.event_id)
        if event is not None and number:
            event = _instance(calendar, event, int(number))
        if event is None or event.bare:
            raise NotThere
        return calendar, event

    def _series(self, line: Line) -> tuple[Calendar, Event]:
        calendar, event = self._event(line)
        if not event.is_master or event.cancelled:
            raise NotThere
        return calendar, event

    def _insert(self, label: str, calendar_id: str, body: Json) -> None:
        calendar = self._calendar(calendar_id)
        event = self._editor(calendar).insert(body, KNOWING)
        self.labels[label] = Place(calendar.id, event.id)

    def _patch(self, line: Line, change: Json) -> None:
        calendar, event = self._event(line)
        if event.cancelled and "status" not in change:
            raise NotThere
        self._editor(calendar).patch(event.id, change, KNOWING)

    def _times(self, line: Line) -> Json:
        begins = self.first_day + timedelta(days=line.number("day", 3), hours=9)
        return {name: _when(begins + timedelta(hours=more)) for name, more in (("start", 0), ("end", 1))}

    def _conference(self, line: Line, calendar_id: str, title: str) -> Json:
        """The add-on makes it when it is first asked for, or it is one of somebody who has no calendar here.
        Who plants one, in whatever spelling, must know it.
        """
        name, owner = line.words["room"], line.words.get("owner", "")
        if name not in self.rooms:
            if "spelled" in line.words and not owner:
                raise NotThere
            room = Room("titles" if name.startswith("t") else "webhook", room_id(name))
            self.rooms[name] = (room, self.systems.make(room, title, owner or calendar_id))
        room, address = self.rooms[name]
        solution = NAME if room.system == "webhook" else "Titles"
        return _data(_spelled(room.id, line.words.get("spelled", "")), solution, address)

    def remember(self, event: Event, room: Room) -> None:
        self.carried[_family(event)].add(room)


def room_id(name: str) -> str:
    """The conference's id: as long as ids may be if its name ends with `l`, and not of ASCII with `u`."""
    more = {"l": "x", "u": "ü"}.get(name[-1])
    return name.ljust(ID_CHARACTERS, more) if more else name


def _spelled(conference_id: str, how: str) -> str:
    return SPELLINGS[how].join((conference_id[:1], conference_id[1:]))


def _family(event: Event) -> str:
    """What an event, its instances and what was split off it have in common."""
    return event.id.partition("_")[0]


def _data(conference_id: str, solution: str, address: str) -> Json:
    return {
        "conferenceId": conference_id,
        "conferenceSolution": {"key": {"type": "addOn"}, "name": solution},
        "entryPoints": [{"entryPointType": "video", "uri": address}],
    }


def _instance(calendar: Calendar, master: Event, number: int) -> Event | None:
    if not master.is_master:
        raise NotThere
    originals = list(islice(calendar.series(master).originals(), number + 1))
    if number >= len(originals):
        raise NotThere
    return calendar.date(master, originals[number])


def _when(moment: datetime) -> Json:
    return {"dateTime": moment.isoformat(), "timeZone": ZONE}


def _later(when: Json, more: timedelta) -> Json:
    if "dateTime" not in when:
        raise NotThere
    return _when(datetime.fromisoformat(when["dateTime"]) + more)
