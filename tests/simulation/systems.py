"""Two conference systems: one knows occurrences and recreates conferences, one has titles only."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

from functions.adapters.providers.janus import JanusProvider
from functions.adapters.providers.owners import NOT_THEIRS
from functions.adapters.providers.webhook import WebhookProvider, link_in, message
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Abilities, Change, Kind, Link, Outcome
from local.conferences.rooms import Rooms
from local.virtual.hub import Hub, Killed
from tests.simulation.luck import LATE, Bad, Gate
from tests.simulation.truth import TITLES_URI, Room, plain
from tests.simulation.witness import Witness

REST_S_MAX = 86_400.0  # what an adapter hands on of any longer Retry-After
OVER_S = 20.0  # a call that took longer may be told over, lest it was the last to arrive


@dataclass(slots=True, kw_only=True)
class Systems:
    """What both hold.

    `titles` are of the second one. Of the first one, `links` are those answered, the last one last, which was
    at `linked_at`; `resets` says that an update of a conference undoes what was told of its occurrences.
    `taken` are the changes that it was told, `heard` those of them that were answered to somebody. If both
    say whose a conference is, `owners_of` a maker are its `owners`; `unsaid` is when that was last
    asked in vain.
    """

    resets: bool = False
    web: Rooms = field(default_factory=lambda: Rooms("https://web.example.com"))
    titles: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    links: dict[str, list[Link]] = field(default_factory=lambda: defaultdict(list))
    linked_at: dict[str, float] = field(default_factory=dict)
    owners: dict[Room, Collection[str]] = field(default_factory=dict)
    owners_of: Callable[[str], Collection[str]] | None = None
    unsaid: dict[Room, float] = field(default_factory=dict)

    def make(self, room: Room, title: str, maker: str) -> str:
        """A conference as the add-on makes it for a calendar or a user; its address."""
        if self.owners_of:
            self.owners[room] = self.owners_of(maker)
        if room.system == "webhook":
            return self.web.create(title, room.id).join_url
        self.titles[room.id] = title
        return TITLES_URI + room.id

    def vanish(self, room: Room) -> None:
        self.web._conferences.pop(room.id, None)
        self.titles.pop(room.id, None)

    def live(self, room: Room) -> bool:
        if room.system == "titles":
            return room.id in self.titles
        found = self.web.find(room.id)
        return found is not None and found["status"] == "live"


@dataclass(slots=True, kw_only=True)
class SimProvider:
    """`name` is that in the settings."""

    name: str
    hub: Hub
    systems: Systems
    gate: Gate
    witness: Witness

    @property
    def abilities(self) -> Abilities:
        if self.name == "titles":
            return JanusProvider.abilities
        return replace(WebhookProvider.abilities, resets=self.systems.resets)

    def apply(self, change: Change) -> Outcome:
        about = f"{change.key.id} {change.kind} {change.occurrence or ''} {change.id}"
        room = Room(self.name, change.key.id)
        told: list[str] = []
        deleting = change.kind is Kind.DELETED
        began, reasons = self.witness.decided(self.gate.process, room) if deleting else (self.hub.seconds, {})

        def effect() -> Outcome:
            told.append(change.id)
            body = json.loads(message(change, self.hub.now()))
            if room in self.systems.owners and change.speakers.isdisjoint(self.systems.owners[room]):
                self.witness.refused(change, room, self.systems.unsaid.get(room, -1.0))
                raise Rejected(NOT_THEIRS)
            if not self.systems.live(room) or self.hub.seconds > began + OVER_S:
                self.witness.unsure.add(room)
            self.witness.told(self.gate.process, room, change.id, body, began, reasons)
            return self._web(change, body) if self.name == "webhook" else self._titles(change)

        def fail(bad: Bad) -> Exception:
            unheard = bad.kind in {*LATE, "timeout"}
            if told or unheard:
                self.witness.unsure.add(room)
            if bad.kind in {"rejected", "denied"}:  # the second may be about all
                return Rejected("refused, by bad luck", may_be_all=bad.kind == "denied")
            delay = min(bad.seconds, REST_S_MAX) if bad.kind == "rest" else None
            return RetryLater(f"{bad.kind}, by bad luck", delay=delay, may_land=unheard)

        self.witness.calls(room, self.gate.process)
        try:
            return self.gate.call("provider.apply", about, effect, fail)
        except Killed:
            self.witness.unsure.add(room)
            raise

    def _web(self, change: Change, body: dict[str, Any]) -> Outcome:
        repeated = change.id in self.systems.taken
        self.systems.taken.add(change.id)
        reply = self.systems.web.take(change.id, body)
        if reply.status == 410:
            raise Gone("410")
        if self.systems.resets and change.kind is Kind.UPDATED and not repeated:
            self.systems.web.forget_occurrences(change.key.id)
        link = link_in(reply.body)
        if link and change.kind is Kind.UPDATED and not self.gate.unheard:
            self._answered(change, link)
        return Outcome(link=link)

    def _answered(self, change: Change, link: Link) -> None:
        """The first answer counts, whether or not an earlier call that nobody heard of had the effect."""
        if change.id in self.systems.heard:
            return
        self.systems.heard.add(change.id)
        if link not in self.systems.links[change.key.id][-1:]:
            self.systems.links[change.key.id].append(link)
            self.systems.linked_at[change.key.id] = self.hub.seconds

    def _titles(self, change: Change) -> Outcome:
        if change.kind in (Kind.OCCURRENCE_CANCELLED, Kind.OCCURRENCE_UPDATED):
            raise Rejected("one room for a whole series")
        if change.key.id not in self.systems.titles:
            raise Gone("no such room")
        if change.kind is Kind.DELETED:
            del self.systems.titles[change.key.id]
        else:
            self.systems.titles[change.key.id] = change.meeting.title if change.meeting else ""
        return Outcome()

    @staticmethod
    def canonical(conference_id: str) -> str:
        return plain(conference_id)

    def check(self) -> None:
        """It is there."""


class OwnedProvider(SimProvider):
    """Of a system that says whose a conference is. One that makes conferences anew remembers that."""

    def owners(self, conference_id: str, speakers: Collection[str]) -> frozenset[str] | None:
        room = Room(self.name, conference_id)

        def effect() -> frozenset[str]:
            if room not in self.systems.owners or not (self.systems.live(room) or self.name == "webhook"):
                raise Gone("no such conference")
            return frozenset(self.systems.owners[room])

        def fail(bad: Bad) -> Exception:
            if bad.kind == "rejected":
                return Rejected("refused, by bad luck")
            return RetryLater(f"{bad.kind}, by bad luck")

        about = f"{conference_id} for {sorted(speakers)}"
        try:
            return self.gate.call("provider.owners", about, effect, fail)
        except (Gone, Rejected, RetryLater):
            self.systems.unsaid[room] = self.hub.seconds
            raise
