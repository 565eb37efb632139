"""The story, step by step: what is done in the calendar, and what must come of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import NamedTuple

from local.demo.observer import Observer
from local.demo.owner import CALENDAR, TITLE_BEFORE, Body, Owner, times
from local.demo.rooms import Room, Told
from local.demo.wrong import require
from local.system import System

GRACE_S = 1
# More than any channel has left, so that renewing has something to renew.
SETTINGS = {
    "CALENDAR_AUTH": "oauth",
    "DELETE_GRACE_SECONDS": str(GRACE_S),
    "RENEW_BEFORE_SECONDS": str(10 * 365 * 86_400),
}
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


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
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        self.morning = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)

    def meet(self, part: str, title: str, starts: datetime, **more: object) -> Told:
        """A new event with a new conference; what is pushed then."""
        conference = self.owner.make_conference()
        event_id = self.owner.insert(title, starts, conference, **more)
        meeting = self.meetings[part] = Meeting(event_id=event_id, conference=conference, starts=starts)
        self.observer.rooms[meeting.room] = Room(title=title, starts=starts)
        self.observer.holds += 1
        return Told("conference.updated", meeting.room)

    def expect(self, part: str, **change: object) -> Told:
        """The change of this part's conference, or its end, is pushed."""
        room = self.meetings[part].room
        self.observer.rooms[room] = replace(self.observer.rooms[room], **change)  # type: ignore[arg-type]
        kind = "deleted" if change.get("status") == "deleted" else "updated"
        return Told(f"conference.{kind}", room)

    def settle(self, *told: Told, sweeping: bool = False) -> float | None:
        return self.observer.settle(*told, since=self.owner.answered_at, sweeping=sweeping)


def connect(play: Play) -> None:
    """Calendar asks for a token: that the calendar is watched and was read shows that the consent is used."""
    play.owner.connect()
    play.observer.settle(since=play.owner.answered_at)
    state = play.observer.state()
    known = (state["user"], state["synced"], state["watchable"])
    require("the calendar is connected otherwise", expected=(CALENDAR, True, True), found=known)
    require("channels of the calendar", expected=1, found=len(_channels(play.system)))


def appear(play: Play) -> float | None:
    return play.settle(play.meet("planning", "Planning", play.morning))


def move(play: Play) -> float | None:
    meeting = play.meetings["planning"]
    meeting.starts += 5 * HOUR
    play.owner.patch(meeting.event_id, times(meeting.starts))
    return play.settle(play.expect("planning", starts=meeting.starts))


def rename(play: Play) -> float | None:
    play.owner.patch(play.meetings["planning"].event_id, {"summary": "Planning for spring"})
    return play.settle(play.expect("planning", title="Planning for spring"))


def copy(play: Play) -> float | None:
    original = play.meetings["planning"]
    starts = original.starts + WEEK
    event_id = play.owner.insert("Planning, once more", starts, original.conference)
    play.meetings["copy"] = Meeting(event_id=event_id, conference=original.conference, starts=starts)
    play.observer.holds += 1
    return play.settle()


def repeat(play: Play) -> float | None:
    rule = ["RRULE:FREQ=WEEKLY;COUNT=6"]
    return play.settle(play.meet("series", "Team round", play.morning + HOUR, recurrence=rule))


def cancel_instance(play: Play) -> float | None:
    series = play.meetings["series"]
    play.owner.delete(play.owner.instances(series.event_id)[1]["id"])
    play.expect("series", off=(series.starts + WEEK,))
    return play.settle(Told("occurrence.cancelled", series.room))


def remove_conferencing(play: Play) -> float | None:
    play.owner.patch(play.meetings["series"].event_id, {"conferenceData": None})
    play.observer.holds -= 1
    return play.settle(play.expect("series", status="deleted"), sweeping=True)


def delete_original(play: Play) -> float | None:
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


def delete_copy(play: Play) -> float | None:
    play.owner.delete(play.meetings["copy"].event_id)
    play.observer.holds -= 1
    return play.settle(play.expect("copy", status="deleted"), sweeping=True)


def fill(play: Play) -> float | None:
    return play.settle(
        play.meet("review", "Review", play.morning + 2 * HOUR),
        play.meet("interview", "Interview", play.morning + 3 * HOUR),
        play.meet("lunch", "Lunch talk", play.morning + 4 * HOUR),
    )


def lose_token(play: Play) -> float | None:
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


def renew(play: Play) -> float | None:
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
    """`waits`: what comes of it comes after the grace."""

    title: str
    outcome: str
    act: Callable[[Play], float | None]
    waits: bool = False


STORY: Sequence[Step] = (
    Step("A user connects their calendar", "with that consent it is watched and has been read once", connect),
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
        waits=True,
    ),
    Step(
        "The original meeting is deleted", "the copy keeps the conference, which follows it", delete_original
    ),
    Step("The copy is deleted too", "nobody carries the conference: it is deleted", delete_copy, waits=True),
    Step("Three more meetings appear", "each with a conference", fill),
    Step(
        "The sync token is invalidated while two events are deleted",
        "a full read finds what is gone, and keeps what is not",
        lose_token,
        waits=True,
    ),
    Step("The channel is renewed", "the old one is stopped, a change comes over the new one", renew),
)
