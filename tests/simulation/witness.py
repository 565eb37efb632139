"""Sees what the service is shown and what it does, and says at once what must never be.

Its judgement rests on `truth` alone; of the service's records it looks at no more than when a read began,
which conferences are held or being deleted, and which calendars have lost their access: those rest for up to
a day, and cannot be waited for when another of the same user lets go.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.core.model import Change, Kind
from local.virtual.hub import START, Hub, Process
from tests.simulation import without_consent
from tests.simulation.asking import Asking
from tests.simulation.consents import Consents
from tests.simulation.shown import Shown
from tests.simulation.truth import CLOCKS_APART_S, Past, Place, Room, Truth, room_of

Json = dict[str, Any]
WRITABLE = {"location", "description", "extendedProperties"}
CHANGES_WITH_A_WRITE = WRITABLE | {"etag", "updated"}
# A sync may tell what it read this long ago: reading and telling take time, and fail for a while.
READ_AGO_S = 900.0
HESITATES_S = 2.0  # from when it is decided that it is deleted until the call is made


class Broken(AssertionError):
    """A promise was broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    id: str
    kind: str
    content: str
    at: float


@dataclass(slots=True, kw_only=True)
class Witness:
    hub: Hub
    truth: Truth
    grace: float = 0.0
    known: dict[tuple[Room, Place], float] = field(default_factory=dict)
    learned: dict[tuple[Room, Place], list[float]] = field(default_factory=lambda: defaultdict(list))
    contents: dict[str, str] = field(default_factory=dict)
    log: dict[Room, list[Told]] = field(default_factory=lambda: defaultdict(list))
    touched: dict[Room, list[float]] = field(default_factory=lambda: defaultdict(list))
    made: Counter[str] = field(default_factory=Counter)
    read_from: dict[str, float] = field(default_factory=dict)
    gone: set[Room] = field(default_factory=set)
    unsure: set[Room] = field(default_factory=set)
    deciding: dict[tuple[Process, Room], tuple[float, Mapping[Place, str]]] = field(default_factory=dict)
    unnoted: dict[Room, set[Process]] = field(default_factory=lambda: defaultdict(set))
    begun: Counter[Room] = field(default_factory=Counter)
    lost: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    left_at: list[float] = field(default_factory=list)
    began: dict[Process, float] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)
    looked_at: dict[tuple[Process, Place], float] = field(default_factory=dict)
    away: dict[str, float] = field(default_factory=dict)
    unnamed: set[str] = field(default_factory=set)
    asking: Asking = field(default_factory=Asking)
    consents: Consents | None = None

    def say(self, what: str) -> None:
        self.broken.append(f"at {self.hub.seconds:.3f}: {what}")

    def leaves(self, calendar_id: str) -> None:
        """What was known of a calendar that is left is forgotten."""
        self.left_at.append(self.hub.seconds)
        self.away[calendar_id] = self.hub.seconds
        self.read_from.pop(calendar_id, None)
        for seen in [one for one in self.known if one[1].calendar_id == calendar_id]:
            del self.known[seen]
            self.learned.pop(seen, None)

    def looked_up(self, process: Process, place: Place) -> None:
        self.looked_at[(process, place)] = self.hub.seconds

    def saved(self, record: Enrolment | Conference, process: Process) -> None:
        """A read that was committed has pushed all it showed; whatever is held is known."""
        if isinstance(record, Conference):
            room = Room(record.key.provider, record.key.id)
            self.unnoted[room].discard(process)
            if record.revision > self.begun[room] and self.unnoted[room]:
                self.unsure.add(room)
            self.begun[room] = record.revision
            self._learn({(room, Place(*hold.ref)) for hold in (*record.holds, *record.borrowed)})
            if record.intent and record.intent.kind is Kind.DELETED:
                self.decides(process, room)
            return
        (self.lost.add if record.trouble.lost_at else self.lost.discard)(record.calendar_id)
        began = (record.synced_at - START).total_seconds() if record.synced_at else -1.0
        if began > max(self.read_from.get(record.calendar_id, -1.0), self.away.get(record.calendar_id, -1.0)):
            self.away.pop(record.calendar_id, None)
            self.read_from[record.calendar_id] = began
            self._learn(self.shown.committed(process, record.token.value if record.token else ""))

    def _learn(self, seen: Iterable[tuple[Room, Place]]) -> None:
        for each in seen:
            self.known[each] = self.hub.seconds
            self.learned[each].append(self.hub.seconds)

    def written(
        self,
        before: Json,
        etag: str,
        fields: Mapping[str, object],
        *,
        wanted: bool,
        place: Place | None = None,
    ) -> None:
        if before.get("etag") == etag and (room_of(before), place) in self.truth.strange:
            self.say(f"event {before['id']} is shown how to join a conference of others")
        if not wanted:
            self.say(f"event {before['id']} written though write-back is off")
        if not etag or not set(fields) <= WRITABLE:
            self.say(f"event {before['id']} written without If-Match, or in {sorted(fields)}")

    def left(self, before: Json, after: Json, fields: Mapping[str, object]) -> None:
        names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        if _answers(before) == _answers(after):
            names.discard("attendees")  # who is the organizer is marked anew after a move
        if names - CHANGES_WITH_A_WRITE:
            self.say(f"writing {sorted(fields)} to event {before['id']} changed {sorted(names)}")

    def told(
        self,
        process: Process,
        room: Room,
        change_id: str,
        body: Json,
        began: float,
        reasons: Mapping[Place, str] | None = None,
    ) -> None:
        """`reasons` are those of `carried`, when the call began."""
        kind, data = body["type"], body["data"]
        content = _content(room, kind, data)
        new = change_id not in self.contents
        self.made[kind] += new
        if room not in {found for found, _ in self.truth.carried}:
            self.say(f"{kind} for {room.id}, which no event of ours ever carried")
        self._of_its_people(room, kind, data)
        if why := without_consent.unread(self, room, began):
            self.say(f"{kind} of {room.id}, and {why}")
        if self.contents.setdefault(change_id, content) != content:
            self.say(f"change {change_id} of {room.id} told with two contents")
        if new:
            self._again(room, Told(id=change_id, kind=kind, content=content, at=began))
        if kind == "conference.deleted" and new:
            self._deleted(room, began, self.carried(process, room) if reasons is None else reasons)

    def _of_its_people(self, room: Room, kind: str, data: Json) -> None:
        """What is told of a conference that says whose it is comes from an event of its people."""
        if room not in self.truth.owners:
            return
        event = data["event"]
        if event and (room, Place(data["calendar_id"], event["id"])) in self.truth.strange:
            self.say(f"{kind} of {room.id} tells of {event['id']}, which is of others")
        if not any(found == room for found, _ in self.truth.carried - self.truth.strange):
            self.say(f"{kind} of {room.id}, which no event of its people ever carried")

    def refused(self, change: Change, room: Room, unsaid: float) -> None:
        """That it was tried for others is no fault if whose it is was asked in vain: at some time, and before
        a deletion once more after the last event had let go.
        """
        until = max([past.until for past in self.truth.past if past.room == room], default=0.0)
        if unsaid < (until if change.kind is Kind.DELETED else 0.0):
            self.say(f"{change.kind} of {room.id} tried for {sorted(change.speakers)}")

    def _again(self, room: Room, told: Told) -> None:
        """The same thing pushed under a new id, though nothing was done to its events meanwhile.

        Where an answer was lost, or the conference was not there, that may be: something else is pushed
        before the retry; or where a calendar was left, and all that was known of it with that. A date that is
        off in two series that carried it is called off by each.
        """
        before = self.log[room][-1] if self.log[room] else None
        self.log[room].append(told)
        if before is None or before.content != told.content or room in self.gone | self.unsure:
            return
        if told.kind == Kind.OCCURRENCE_CANCELLED and self._carried_by_several(room):
            return
        if not any(at > before.at - READ_AGO_S for at in (*self.touched[room], *self.left_at)):
            self.say(f"{told.kind} of {room.id} told again as {told.id}, after {before.id}")

    def _carried_by_several(self, room: Room) -> bool:
        past = {one.place for one in self.truth.past if one.room == room}
        return len(past | self.truth.carriers(hidden=True).get(room, {}).keys()) > 1

    def decides(self, process: Process, room: Room) -> None:
        """From here on it is deleted: whoever learns more cannot hold it back."""
        self.deciding[(process, room)] = (self.hub.seconds, self.carried(process, room))

    def decided(self, process: Process, room: Room) -> tuple[float, Mapping[Place, str]]:
        """When, and what `carried` it then."""
        at, reasons = self.deciding.get((process, room), (-1.0, {}))
        if self.hub.seconds - at > HESITATES_S:
            return self.hub.seconds, self.carried(process, room)
        return at, reasons

    def calls(self, room: Room, process: Process) -> None:
        """Of two calls nobody knows which came last if one began before it was noted how the other ended."""
        if self.unnoted[room] - {process}:
            self.unsure.add(room)
        self.unnoted[room].add(process)

    def carried(self, process: Process, room: Room) -> dict[Place, str]:
        """The events that carry it now, with why the service has to know: empty if it need not."""
        visible = self.truth.carriers().get(room, {})
        return {
            place: self._must_know(process, room, place) if place in visible else self._saw(room, place)
            for place in self.truth.carriers(hidden=True).get(room, {})
        }

    def _deleted(self, room: Room, began: float, reasons: Mapping[Place, str]) -> None:
        visible = self.truth.carriers().get(room, {})
        for place in self.truth.carriers(hidden=True).get(room, {}):
            since = self.truth.since.get((room, place), self.hub.seconds)
            if why := reasons.get(place):
                self.say(f"{room.id} deleted while {place} carries it since {since:.3f}: {why}")
        # Who took it up right before, and let go again before the call took effect, need not have been known.
        known = [past for past in self._gone(room) if past.until <= began or reasons.get(past.place)]
        gone = max((past.until for past in known if past.since <= began), default=-1.0)
        if not visible and gone > began - self.grace + CLOCKS_APART_S:
            self.say(f"{room.id} deleted before the grace was over: its last event let go at {gone:.3f}")

    def _saw(self, room: Room, place: Place) -> str:
        """Why an event that is hidden now is known to carry it all the same."""
        since = self.truth.hidden_since.get((room, place), self.hub.seconds)
        return "it was seen, and is only hidden" if self.known.get((room, place), -1.0) > since else ""

    def _gone(self, room: Room) -> list[Past]:
        """Those that carried it and let go, as far as the service saw them carry it."""
        past = [one for one in self.truth.past if one.room == room]
        return [one for one in past if self.known.get((room, one.place), -1.0) >= one.since]

    def _must_know(self, process: Process, room: Room, place: Place) -> str:
        """Why the service had to know that this event carries it; empty if it could not."""
        since = self.truth.since.get((room, place), self.hub.seconds)
        if place.calendar_id in self.away:
            return ""
        if any(since < at for at in self.learned[(room, place)]):
            return "it was seen to carry it"
        if room.system not in self.unnamed and (why := self._was_read(process, room, place, since)):
            return why
        return self._must_look(process, room, place, since)

    def _was_read(self, process: Process, room: Room, place: Place, since: float) -> str:
        """Why it was shown to the service, which passes over what its settings do not name."""
        if self.read_from.get(place.calendar_id, -1) >= since:
            return "its calendar was read after that"
        if (room, place) in self.known and self.looked_at.get((process, place), -1) >= since:
            return "the event itself was read after that"
        return ""

    def _must_look(self, process: Process, room: Room, place: Place, since: float) -> str:
        """Why the service had to find out: it looks around for what its people moved, not for strangers."""
        if place.calendar_id in self.lost or self.began.get(process, self.hub.seconds) < since:
            return ""
        gone = [past for past in self._gone(room) if (room, past.place) not in self.truth.strange]
        last = max((past.until for past in gone), default=-1.0)
        readers = self.truth.readers
        users = {readers[past.place.calendar_id] for past in gone if past.until == last}
        return (
            "all calendars of who let go last must be looked at"
            if readers[place.calendar_id] in users
            else ""
        )


def _answers(raw: Json) -> list[tuple[str, str]]:
    return [(person["email"], person["responseStatus"]) for person in raw.get("attendees", [])]


def _content(room: Room, kind: str, data: Json) -> str:
    """What a message says to this system, but for when its event was last touched.

    That an occurrence is off is one thing, however much is known of the instance by then.
    """
    event = {name: value for name, value in (data["event"] or {}).items() if name != "updated"}
    if room.system == "titles":
        event = {"title": event.get("title")}
    return repr([kind, data["occurrence"], {} if kind == "occurrence.cancelled" else event])
