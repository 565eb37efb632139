"""Google's side: the stand-in Calendar's model at virtual times, and how its notifications travel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from gcal_standin.model.channels import Channel, Channels
from gcal_standin.model.clock import Clock
from gcal_standin.model.world import World
from gcal_standin.web import calendars, events
from gcal_standin.web.call import Call
from gcal_standin.web.eventlist import EventList
from gcal_standin.web.instances import Instances
from gcal_standin.web.pages import Pages
from local.virtual.hub import Hub

Json = dict[str, Any]
ADDRESS = "https://sync.example.com/notifications"
TRAVELS_S = (0.05, 2.0)


class VirtualClock(Clock):
    def __init__(self, hub: Hub, ahead: float) -> None:
        super().__init__()
        self._hub = hub
        self._ahead = ahead

    def _now_s(self) -> float:
        return self._hub.now().timestamp() + self._ahead


@dataclass(slots=True, kw_only=True)
class Push:
    """How notifications of one calendar fare: so many more of them, one way."""

    calendar_id: str
    kind: str
    times: int
    seconds: float


class Google:
    """`deliver` takes a notification to the receiver."""

    def __init__(self, hub: Hub, *, ahead: float, deliver: Callable[[Channel, str], None]) -> None:
        self._hub = hub
        self._deliver = deliver
        self._random = Random(f"{hub.seed} push")
        self.world = World(default_user="nobody@example.com")
        self.world.clock = VirtualClock(hub, ahead)
        self.world.reseed(hub.seed)
        self.channels = Channels(self.world.clock)
        self.pages = Pages()
        self.lists = EventList(self.pages)
        self.instances = Instances(self.pages)
        self.disturbed: list[Push] = []
        self.shape = "shape-0"
        self.changed: dict[str, float] = {}  # when something last changed in a calendar
        self.unsigned_until = 0.0
        self.unheard = set[str]()  # channels that were asked for, and whose answer nobody has heard

    @property
    def signs(self) -> bool:
        """Whether a token can be had for a user."""
        return self._hub.seconds >= self.unsigned_until

    def call(self, caller: str, params: Json, body: Json | None = None, if_match: str | None = None) -> Call:
        return Call(
            world=self.world,
            method="",
            params=params,
            query={},
            body=body or {},
            named_caller=caller,
            if_match=if_match,
        )

    def list(self, caller: str, params: Json) -> Json:
        content: Json = self.lists(self.call(caller, params)).content
        return content

    def get(self, caller: str, calendar_id: str, event_id: str) -> Json:
        content: Json = events.get(
            self.call(caller, {"calendarId": calendar_id, "eventId": event_id})
        ).content
        return content

    def shows(self, caller: str, calendar_id: str, series_id: str, original_start: str) -> bool:
        moment = original_start if "T" in original_start else f"{original_start}T00:00:00Z"
        asked = {"calendarId": calendar_id, "eventId": series_id, "originalStart": moment}
        return bool(self.instances(self.call(caller, asked)).content["items"])

    def patch(self, caller: str, calendar_id: str, event_id: str, body: Json, etag: str) -> None:
        events.patch(self.call(caller, {"calendarId": calendar_id, "eventId": event_id}, body, etag))
        self.settle()

    def resolve(self, caller: str, calendar_id: str) -> str:
        return str(calendars.get(self.call(caller, {"calendarId": calendar_id})).content["id"])

    def role(self, caller: str, calendar_id: str) -> str:
        return str(self.list(caller, {"calendarId": calendar_id, "maxResults": 1})["accessRole"])

    def watch(self, caller: str, calendar_id: str, channel_id: str, token: str, ttl: int) -> Channel:
        call = self.call(caller, {"calendarId": calendar_id})
        body = {
            "id": channel_id,
            "type": "web_hook",
            "address": ADDRESS,
            "token": token,
            "params": {"ttl": str(ttl)},
        }
        channel = self.channels.open(call.calendar("reader"), body, {"eventTypes": ["default"]})
        self._send(channel, "sync")
        return channel

    def today(self) -> datetime:
        return self._hub.now().replace(hour=0, minute=0, second=0, microsecond=0)

    def settle(self) -> None:
        """Tell the channels what has just changed."""
        told = dict.fromkeys((calendar_id, event.type) for calendar_id, event in self.world.take_changes())
        for calendar_id, event_type in told:
            self.changed[calendar_id] = self._hub.seconds
            for channel in self.channels.watching(calendar_id, event_type):
                self._disturbed(channel)

    def _disturbed(self, channel: Channel) -> None:
        plan = next((one for one in self.disturbed if one.calendar_id == channel.calendar_id), None)
        if plan is None:
            self._send(channel, "exists")
            return
        plan.times -= 1
        if plan.times < 1:
            self.disturbed.remove(plan)
        if plan.kind == "double":
            self._send(channel, "exists")
        if plan.kind != "drop":
            self._send(channel, "exists", later=plan.seconds if plan.kind == "delay" else 0)

    def _send(self, channel: Channel, state: str, later: float = 0) -> None:
        self._hub.after(self._random.uniform(*TRAVELS_S) + later, lambda: self._deliver(channel, state))
