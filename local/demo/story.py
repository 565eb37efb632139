"""The story, step by step: what is done in the calendar, and what must come of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import NamedTuple

from local.demo.observer import Observer
from local.demo.owner import CALENDAR, TITLE_BEFORE, Body, Owner, times
from local.demo.rooms import Call, Room, Told
from local.demo.wrong import require
from local.system import System

GRACE_S = 1
PUSHED = ("push", "queue", "sync")
SWEPT = (*PUSHED, f"grace of {GRACE_S} s", "sweep")
# More than any channel has left, so that renewing has something to renew.
SETTINGS = {
    "CALENDAR_AUTH": "oauth",
    "DELETE_GRACE_SECONDS": str(GRACE_S),
    "RENEW_BEFORE_SECONDS": str(10 * 365 * 86_400),
}
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


Calls = list[Call]


@dataclass(slots=True, kw_only=True)
class Meeting:
    """An event and the conference that it carries."""

    event_id: str
    conference: Body
    starts: datetime

    @property
    def room(self) -> str:
        return str(self.conference["conferenceId"])


class Play:
    """The scene: who acts, who watches, and the meetings by their part in the story."""

    def __init__(self, system: System, owner: Owner, observer: Observer) -> None:
        self.system = system
        self.owner = owner
        self.observer = observer
        self.meetings: dict[str, Meeting] = {}
        self._since: dict[str, datetime] = {}
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        self.morning = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)

    def meet(self, part: str, title: str, starts: datetime, **more: object) -> Told:
        """A new event with a new conference; what is pushed then."""
        conference = self.owner.make_conference()
        event_id = self.owner.insert(title, starts, conference, **more)
        meeting = self.meetings[part] = Meeting(event_id=event_id, conference=conference, starts=starts)
        self.observer.rooms[meeting.room] = Room(title=title, starts=starts)
        self.observer.names[meeting.room] = f"{title}'s room"
        self.observer.holds += 1
        self._since[meeting.room] = self.owner.answered_at
        return Told("conference.updated", meeting.room)

    def expect(self, part: str, **change: object) -> Told:
        """The change of this part's conference, or its end, is pushed."""
        room = self.meetings[part].room
        self.observer.rooms[room] = replace(self.observer.rooms[room], **change)  # type: ignore[arg-type]
        self._since[room] = self.owner.answered_at
        kind = "deleted" if change.get("status") == "deleted" else "updated"
        return Told(f"conference.{kind}", room)

    def settle(self, *told: Told, sweeping: bool = False) -> Calls:
        return self.observer.settle(*told, since=self._since, sweeping=sweeping)


def connect(play: Play) -> Calls:
    """Calendar asks for a token: that the calendar is watched and was read shows that the consent is used."""
    play.owner.connect()
    calls = play.settle()
    state = play.observer.state()
    known = (state["user"], state["synced"], state["watchable"])
    require("the calendar is connected otherwise", expected=(CALENDAR, True, True), found=known)
    require("channels of the calendar", expected=1, found=len(_channels(play.system)))
    return calls


def appear(play: Play) -> Calls:
    return play.settle(play.meet("planning", "Planning", play.morning))


def move(play: Play) -> Calls:
    meeting = play.meetings["planning"]
    meeting.starts += 5 * HOUR
    play.owner.patch(meeting.event_id, times(meeting.starts))
    return play.settle(play.expect("planning", starts=meeting.starts))


def rename(play: Play) -> Calls:
    play.owner.patch(play.meetings["planning"].event_id, {"summary": "Planning for spring"})
    return play.settle(play.expect("planning", title="Planning for spring"))


def copy(play: Play) -> Calls:
    original = play.meetings["planning"]
    starts = original.starts + WEEK
    event_id = play.owner.insert("Planning, once more", starts, original.conference)
    play.meetings["copy"] = Meeting(event_id=event_id, conference=original.conference, starts=starts)
    play.observer.holds += 1
    return play.settle()


def repeat(play: Play) -> Calls:
    rule = ["RRULE:FREQ=WEEKLY;COUNT=6"]
    return play.settle(play.meet("series", "Team round", play.morning + HOUR, recurrence=rule))


def cancel_instance(play: Play) -> Calls:
    series = play.meetings["series"]
    play.owner.delete(play.owner.instances(series.event_id)[1]["id"])
    play.expect("series", off=(series.starts + WEEK,))
    return play.settle(Told("occurrence.cancelled", series.room))


def remove_conferencing(play: Play) -> Calls:
    play.owner.patch(play.meetings["series"].event_id, {"conferenceData": None})
    play.observer.holds -= 1
    return play.settle(play.expect("series", status="deleted"), sweeping=True)


def delete_original(play: Play) -> Calls:
    """Whatever the sweep would do, it does after the grace: so look again then."""
    play.owner.delete(play.meetings["planning"].event_id)
    play.observer.holds -= 1
    after = play.settle(
        play.expect("planning", title="Planning, once more", starts=play.meetings["copy"].starts)
    )
    sleep(GRACE_S)
    play.observer.sweep()
    play.settle()
    return after


def delete_copy(play: Play) -> Calls:
    play.owner.delete(play.meetings["copy"].event_id)
    play.observer.holds -= 1
    return play.settle(play.expect("copy", status="deleted"), sweeping=True)


def fill(play: Play) -> Calls:
    return play.settle(
        play.meet("review", "Review", play.morning + 2 * HOUR),
        play.meet("interview", "Interview", play.morning + 3 * HOUR),
        play.meet("lunch", "Lunch talk", play.morning + 4 * HOUR),
    )


def lose_token(play: Play) -> Calls:
    """Nothing shows what was deleted: no notification, nor the next read of the calendar."""
    calendar = play.system.calendar
    calendar.control("POST", "notifications", {"drop": True})
    play.owner.delete(play.meetings["review"].event_id)
    play.owner.delete(play.meetings["interview"].event_id)
    calendar.control("POST", "expire")
    calendar.control("POST", "notifications", {"drop": False})
    play.owner.patch(play.meetings["lunch"].event_id, {"summary": "Lunch talk on sync tokens"})
    play.observer.holds -= 2
    after = play.settle(
        play.expect("review", status="deleted"),
        play.expect("interview", status="deleted"),
        play.expect("lunch", title="Lunch talk on sync tokens"),
        sweeping=True,
    )
    refused = {entry.reason for entry in calendar.service.requests.entries("events.list") if entry.reason}
    require("Calendar refused otherwise", expected={"fullSyncRequired"}, found=refused)
    return after


def renew(play: Play) -> Calls:
    before = _channels(play.system)
    answer = play.system.call("renew_channels")
    expected = {"renewed": 1, "failed": 0, "lost": 0, "left": False}
    require("renew_channels answered otherwise", expected=expected, found=answer.json())
    after = _channels(play.system)
    require("channels that the old and the new list share", expected=[], found=[*set(before) & set(after)])
    require("channels of the calendar", expected=1, found=len(after))
    meeting = play.meetings["lunch"]
    meeting.starts += HOUR
    play.owner.patch(meeting.event_id, times(meeting.starts))
    return play.settle(play.expect("lunch", starts=meeting.starts))


def _channels(system: System) -> list[str]:
    return [channel["id"] for channel in system.calendar.control("GET", "channels")]


class Step(NamedTuple):
    """`way`: through what a change goes before the conference system is called."""

    title: str
    outcome: str
    act: Callable[[Play], Calls]
    way: Sequence[str] = PUSHED

    @property
    def waits(self) -> bool:
        """What comes of it comes after the grace."""
        return "sweep" in self.way


STORY: Sequence[Step] = (
    Step(
        "A user connects their calendar",
        "with that consent it is watched and has been read once",
        connect,
        way=("consent", "watch", "first read"),
    ),
    Step(
        "A meeting with a conference appears", f"its conference, so far {TITLE_BEFORE!r}, follows it", appear
    ),
    Step("The meeting is moved", "its conference moves", move),
    Step("The meeting is renamed", "its conference is renamed", rename),
    Step("The meeting is copied", "the conference stays with the original", copy),
    Step("A weekly series with a conference appears", "one conference for all its instances", repeat),
    Step("One instance of the series is cancelled", "only that one is called off", cancel_instance),
    Step(
        "Conferencing is removed from the series",
        "its conference is deleted",
        remove_conferencing,
        way=SWEPT,
    ),
    Step(
        "The original meeting is deleted", "the copy keeps the conference, which follows it", delete_original
    ),
    Step("The copy is deleted too", "nobody carries the conference: it is deleted", delete_copy, way=SWEPT),
    Step("Three more meetings appear", "each with a conference", fill),
    Step(
        "The sync token is invalidated while two events are deleted",
        "a full read finds what is gone",
        lose_token,
        way=("push", "queue", "sync: token refused, full read", *SWEPT[3:]),
    ),
    Step(
        "The channel is renewed",
        "the old one is stopped, a change comes over the new one",
        renew,
        way=("push over the new channel", *PUSHED[1:]),
    ),
)
