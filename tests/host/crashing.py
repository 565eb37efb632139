"""One story that touches every effect, told to functions that may be killed while it goes on."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from functions.core.enrolment import Enrolment
from functions.core.model import ConferenceKey
from functions.ports import Store
from local.crash.points import Point, Points
from local.system.served import ROOT
from local.system.system import System
from tests.host.processes import people, until
from tests.support.rig import OWNER, earlier

KILLABLE = ROOT / "local" / "crash" / "killable.py"
SAVE, COMMIT = "store.save", "store.transact"
HERE = {"calendar_id": OWNER}
NOT_FOUND = 404
SETTINGS = {
    "PYTHONPATH": str(ROOT),  # the framework searches the folder of the source, not ours
    "WRITE_BACK": "location",
    "DELETE_GRACE_SECONDS": "1",
    "LEASE_SECONDS": "2",  # so long a first sync that died keeps others away
    "RENEW_BEFORE_SECONDS": "10000000",  # longer than any channel lives, so that each is due
}


def _kills(function: str, *effects: str) -> list[Point]:
    """Right after each of these, in turn; and right before what is done outside."""
    counted = [(effect, effects[:place].count(effect) + 1) for place, effect in enumerate(effects)]
    outside = [(effect, number) for effect, number in counted if not effect.startswith("store.")]
    return [
        *(Point(function=function, effect=effect, number=number) for effect, number in counted),
        *(Point(function=function, effect=effect, number=number, before=True) for effect, number in outside),
    ]


# All effects that each part has, in their order, by the function that makes them.
HEARD = _kills("receive_notification", "queue.publish")
KILLS: Mapping[str, Sequence[Point]] = {
    "enrolled": _kills("initialize_syncing", SAVE, SAVE, "calendar.watch", SAVE, SAVE, COMMIT),
    "told": HEARD
    + _kills("sync_calendar", SAVE, SAVE, "provider.apply", SAVE, "calendar.write", SAVE, COMMIT),
    "renamed": _kills("sync_calendar", SAVE, SAVE, "provider.apply", SAVE, COMMIT) + HEARD,
    "deleted": _kills("sweep_calendars", SAVE, "provider.apply", SAVE)
    + _kills("sync_calendar", SAVE, SAVE, COMMIT)
    + HEARD,
    "renewed": _kills("renew_channels", SAVE, "calendar.watch", SAVE, "calendar.stop", "queue.publish"),
    "left": _kills("initialize_syncing", SAVE, "calendar.stop", "store.rest", "store.remove"),
}


@dataclass(kw_only=True)
class Story:
    """Each part ends when all is as it must be; then the part's changes are counted."""

    system: System
    store: Store
    points: Points
    event: str = ""
    room: str = field(default_factory=lambda: f"room-{uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        self.system.conferences.rooms.create("Room", self.room)

    def tell(self, part: str, kill: Point | None = None) -> None:
        if kill:
            self.points.set(kill)
        getattr(self, part)()

    def enrolled(self) -> None:
        until(lambda: self._enrolling().get("synced"), "the first sync")
        until(self._struck, "the kill")
        until(lambda: self._enrolling().get("synced"), "the same answer again")

    def told(self) -> None:
        """A new event, whose link is written to it."""
        self.event = people(self.system).add(self.room, summary="Planning")
        until(lambda: self.title() == "Planning", "the new event is told")
        until(lambda: self._shown() == self._found()["join_url"], "the link is written")
        self._settled()
        self.same_id("conference.updated")

    def renamed(self) -> None:
        people(self.system).change(self.event, summary="Planning, anew")
        until(lambda: self.title() == "Planning, anew", "the new title is told")
        self._settled()
        self.same_id("conference.updated")

    def deleted(self) -> None:
        """By the sweep, when the grace is over."""
        people(self.system).delete(self.event)
        until(lambda: self._swept() and self._found()["status"] == "deleted", "the end is told")
        until(self._struck, "the kill")
        until(lambda: self._swept() and self.at_rest(), "the end is noted")
        self.same_id("conference.deleted")

    def renewed(self) -> None:
        """A channel that nobody wants any more is stopped when it next delivers."""
        before = self._channel()
        self._call("renew_channels")
        until(lambda: self._channel() != before or self._call("renew_channels") is None, "the new channel")
        people(self.system).add(summary="Without a conference")
        self._settled()
        until(lambda: self._live() == [self._channel()], "one live channel")

    def left(self) -> None:
        until(lambda: self._call("initialize_syncing", "DELETE", HERE) == NOT_FOUND, "the end")
        until(self._struck, "the kill")
        assert self.store.enrolment(OWNER) is None
        assert not self._live()

    def title(self) -> object:
        return self._found()["title"]

    def _found(self) -> dict[str, Any]:
        found = self.system.conferences.rooms.find(self.room)
        assert found is not None
        return found

    def _shown(self) -> object:
        return people(self.system).get(self.event).get("location")

    def _settled(self) -> None:
        until(self._struck, "the kill")
        # A redelivery may have met the lease of who was killed, and left the rest to the sweep.
        until(lambda: self._swept() and self.at_rest(), "all is told and stored, and no lease is held")

    def _struck(self) -> bool:
        return self.points.read() is None

    def at_rest(self) -> bool:
        """The token is the newest there is: a read from it finds nothing."""
        kept = [one.value for one in self.store.known([], [ConferenceKey("webhook", self.room)])]
        told = all(one.intent is None and not one.published.unwritten for one in kept)
        enrolled = self.enrolment()
        return told and enrolled.lease is None and not enrolled.trouble.why and not self._unread(enrolled)

    def _unread(self, enrolled: Enrolment) -> Sequence[object]:
        url = f"{self.system.calendar.url}/calendar/v3/calendars/{OWNER}/events"
        asked = {"syncToken": enrolled.token.value if enrolled.token else "", "eventTypes": "default"}
        answer = httpx.get(url, params=asked, trust_env=False)
        answer.raise_for_status()
        items: Sequence[object] = answer.json()["items"]
        return items

    def enrolment(self) -> Enrolment:
        kept = self.store.enrolment(OWNER)
        assert kept is not None
        return kept.value

    def _channel(self) -> str:
        channel = self.enrolment().watch.channel
        assert channel is not None
        return channel.id

    def _live(self) -> list[str]:
        return [channel["id"] for channel in self.system.calendar.control("GET", "channels", None)]

    def same_id(self, kind: str) -> None:
        """However often the change was sent, its receiver could see that it was one."""
        lines = [line for line in self.system.conferences.rooms.log() if line["conference_id"] == self.room]
        assert {line["type"] for line in lines} == {kind}
        assert len({line["id"] for line in lines}) == 1
        self.system.conferences.rooms.clear_log()

    def _enrolling(self) -> dict[str, Any]:
        with suppress(httpx.TransportError):
            answer: dict[str, Any] = self.system.call("initialize_syncing", json=HERE).json()
            return answer
        return {}

    def _swept(self) -> bool:
        """The sweep comes every five minutes: so much further back lies what is remembered by then."""
        for kept in self.store.known([], [ConferenceKey("webhook", self.room)]):
            past = earlier(kept.value, timedelta(minutes=5))
            self.store.save(past, kept.version)
        self._call("sweep_calendars")
        return True

    def _call(self, function: str, verb: str = "POST", asked: Mapping[str, str] | None = None) -> int:
        """The status, 0 for no answer: who calls calls again later, whatever came of it."""
        with suppress(httpx.TransportError):
            return self.system.call(function, verb, params=asked).status_code
        return 0
