"""The flows on the embedded store and queue, between a stand-in Calendar and a conference system, by HTTP."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import httpx

from functions.adapters.calendar.google import GoogleCalendar
from functions.adapters.providers.missing import MissingProvider
from functions.adapters.providers.webhook import WebhookProvider, WebhookSettings
from functions.adapters.queues.messages import decode
from functions.adapters.queues.sqlite import SqliteQueue
from functions.adapters.stores.sqlite import SqliteStore
from functions.adapters.web.client import Http, authorities
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.core.hold import BEFORE_ALL
from functions.core.model import ConferenceKey, Policy, Reason, Solution, SyncRequest
from functions.core.protocol import take
from functions.flow import enrol
from functions.flow.context import Context
from functions.flow.rests import Rests
from functions.flow.sweep import Swept, sweep
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Provider, Store, Versioned
from gcal_standin import server as standin
from local.conferences import server as conferences

OWNER = "owner@example.com"
SOLUTION = "My Web Conference"
SOLUTIONS = (Solution(provider="webhook", name=SOLUTION),)
G = TypeVar("G", bound=GoogleCalendar)
KEYS = ("k" * 32,)
WITH_CONFERENCES = {"conferenceDataVersion": "1"}


@dataclass(kw_only=True)
class Outside(ABC):
    """The two systems that the service stands between, and the record that it keeps of them."""

    calendar: standin.Server
    conferences: conferences.Server

    @property
    @abstractmethod
    def store(self) -> Store: ...

    def room(self, title: str = "Room") -> str:
        """A conference as the add-on makes it."""
        return self.conferences.rooms.create(title).id

    def seen(self, room: str) -> dict[str, Any]:
        """What the conference system holds."""
        found = self.conferences.rooms.find(room)
        assert found is not None
        return found

    def told(self) -> list[tuple[str, str, str | None]]:
        """What was pushed to the conference system since the last look: type, conference, occurrence."""
        lines = [
            (line["type"], line["conference_id"], line["occurrence"]) for line in self.conferences.rooms.log()
        ]
        self.conferences.rooms.clear_log()
        return lines

    def record(self, room: str) -> Conference:
        return self.store.known([], [ConferenceKey("webhook", room)])[0].value

    def enrolment(self, calendar_id: str = OWNER) -> Enrolment:
        kept = self.store.enrolment(calendar_id)
        assert kept is not None
        return kept.value

    def calls(self, method: str = "events.list") -> int:
        found: int = self.calendar.control("GET", "requests", None)["calls"].get(method, 0)
        return found

    def let_pass(self, seconds: int, room: str = "") -> None:
        """Time goes by: all that is remembered, or only what is of this conference and of the calendars, lies
        so much further back, and what is due is nearer.
        """
        by = timedelta(seconds=seconds)
        kept: list[Versioned[Enrolment] | Versioned[Conference]] = [*self.store.enrolments()]
        kept += self.store.known([], [ConferenceKey("webhook", room)]) if room else self.store.conferences()
        for one in kept:
            assert self.store.save(earlier(one.value, by), one.version)
        for user, rest in self.store.resting(datetime.min.replace(tzinfo=UTC)).items():
            self.store.rest(user, None)
            self.store.rest(user, earlier(rest, by))
        for user, rest in self.store.resting(BEFORE_ALL).items():
            self.store.rest(user, None)
            self.store.rest(user, earlier(rest, by))

    def people(self, calendar_id: str = OWNER) -> "People":
        return People(url=f"{self.calendar.url}/calendar/v3/calendars/{calendar_id}/events")


def earlier(value: Any, by: timedelta) -> Any:
    """The same, as if all its times had been so much before."""
    if isinstance(value, datetime):
        return value - by
    if isinstance(value, tuple):
        made = [earlier(each, by) for each in value]
        return type(value)(*made) if hasattr(value, "_fields") else tuple(made)
    if isinstance(value, dict):
        return {name: earlier(each, by) for name, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: earlier(getattr(value, each.name), by) for each in fields(value)})
    return value


@dataclass(kw_only=True)
class Rig(Outside):
    """Everything that a story needs; `ahead` is how far our own clock runs before the machine's."""

    context: Context
    queue: SqliteQueue
    ahead: timedelta = timedelta()
    slept: timedelta = timedelta()
    ids: Iterator[int] = field(default_factory=count)

    @property
    def store(self) -> Store:
        return self.context.store

    def now(self) -> datetime:
        return self.store_time() + self.ahead

    def store_time(self) -> datetime:
        """The clock of the store and the queue: the machine's, and whatever was slept goes by at once."""
        return datetime.now(UTC) + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += timedelta(seconds=seconds)

    def let_pass(self, seconds: int, room: str = "") -> None:
        super().let_pass(seconds, room)
        self.context = replace(self.context, rests=Rests())

    def enrol(self, calendar_id: str = OWNER, user: str | None = None) -> dict[str, object]:
        return dict(enrol.enrol(self.context, calendar_id, user))

    def request(self, calendar_id: str = OWNER, reason: Reason = Reason.NOTIFICATION) -> SyncRequest:
        return SyncRequest(calendar_id=calendar_id, reason=reason)

    def delivery(self) -> Delivery:
        return Delivery(id=f"message-{next(self.ids)}", published_at=self.store_time())

    def sync(self, calendar_id: str = OWNER, reason: Reason = Reason.NOTIFICATION) -> str:
        return sync(self.context, self.request(calendar_id, reason), self.delivery())

    def sweep_later(self, seconds: int = 3_600) -> Swept:
        """The sweep, when so much time has gone by."""
        self.ahead += timedelta(seconds=seconds)
        return sweep(self.context)

    def google(self, kind: type[G]) -> G:
        """A calendar of this kind on the stand-in."""
        return kind(
            auth="anonymous", solutions=SOLUTIONS, endpoint=self.calendar.url, address="http://127.0.0.1:9/"
        )

    def name_solutions(self, *solutions: Solution) -> None:
        self.context = replace(self.context, calendar=_google(self.calendar, solutions))

    def with_policy(self, **numbers: Any) -> None:
        self.context = replace(self.context, policy=replace(self.context.policy, **numbers))

    def amend(self, change: Callable[[Enrolment], Enrolment | None]) -> None:
        """Bring the enrolment into a state that takes something rare to get into."""
        kept = self.context.store.enrolment(OWNER)
        assert kept is not None
        value = change(kept.value)
        assert value is not None
        assert self.context.store.save(value, kept.version) is not None

    def lease_to_another(self, at: datetime) -> None:
        """For a minute from then on."""
        self.amend(lambda found: take(found, "another", published_at=at, now=at, seconds=60))

    def drop(self, calendar_id: str = OWNER) -> None:
        """The enrolment is gone, and nothing else."""
        kept = self.context.store.enrolment(calendar_id)
        assert kept is not None
        assert self.context.store.remove(kept.value, kept.version)

    def waiting(self) -> list[SyncRequest]:
        """The requests in the queue, taken out."""
        deliveries = self.queue.claim(1_000)
        for delivery in deliveries:
            self.queue.ack(delivery)
        return [decode(delivery.data) for delivery in deliveries]


@dataclass(kw_only=True)
class People:
    """What people do to the events of a calendar, by the API that their calendar page uses."""

    url: str

    def _send(self, verb: str, path: str = "", body: object = None, **asked: str) -> dict[str, Any]:
        response = httpx.request(verb, self.url + path, params=asked, json=body, verify=authorities())
        response.raise_for_status()
        found: dict[str, Any] = response.json() if response.content else {}
        return found

    def add(self, room: str | None = None, **fields: Any) -> str:
        """The id of a new event."""
        carried = {"conferenceData": conference_data(room)} if room else {}
        return str(self._send("POST", body={**usual(), **carried, **fields}, **WITH_CONFERENCES)["id"])

    def change(self, event_id: str, **fields: Any) -> None:
        self._send("PATCH", f"/{event_id}", fields, **WITH_CONFERENCES)

    def delete(self, event_id: str) -> None:
        self._send("DELETE", f"/{event_id}")

    def move(self, event_id: str, destination: str) -> None:
        self._send("POST", f"/{event_id}/move", destination=destination)

    def get(self, event_id: str) -> dict[str, Any]:
        return self._send("GET", f"/{event_id}")

    def carry(self, event_id: str, room: str) -> None:
        self.change(event_id, conferenceData=conference_data(room))

    def instances(self, series_id: str, **asked: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._send("GET", f"/{series_id}/instances", **asked)["items"]
        return found

    def all(self) -> list[dict[str, Any]]:
        """What the user's page shows: nothing that is deleted."""
        found: list[dict[str, Any]] = self._send("GET")["items"]
        return found


def usual() -> dict[str, Any]:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    return {
        "summary": "Planning",
        "start": {"dateTime": start.isoformat(), "timeZone": "Europe/Berlin"},
        "end": {"dateTime": (start + timedelta(hours=1)).isoformat(), "timeZone": "Europe/Berlin"},
    }


def conference_data(room: str, solution: str = SOLUTION) -> dict[str, Any]:
    return {
        "conferenceId": room,
        "conferenceSolution": {"key": {"type": "addOn"}, "name": solution},
        "entryPoints": [{"entryPointType": "video", "uri": f"https://meet.example.com/{room}"}],
    }


@contextmanager
def rig(store: Store | None = None, *, fold: int = 0, **numbers: Any) -> Iterator[Rig]:
    """Each request is read for itself unless `fold` is given: stories leave out the time between changes."""
    with standin.start(port=0) as calendar, conferences.start(port=0) as system:
        yield _assembled(calendar, system, store, Policy(fold=fold, **numbers))


def _google(calendar: standin.Server, solutions: tuple[Solution, ...]) -> GoogleCalendar:
    return GoogleCalendar(
        auth="anonymous",
        solutions=solutions,
        endpoint=calendar.url,
        address="http://127.0.0.1:9/",
        tries_more=0,
    )


def _assembled(
    calendar: standin.Server, system: conferences.Server, store: Store | None, policy: Policy
) -> Rig:
    impatient = Http(sleep=lambda _: None)
    reached = WebhookSettings(url=system.webhook_url, secret=system.secret, allow_private=True)
    webhook = WebhookProvider(reached, http=impatient)
    queue = SqliteQueue(":memory:")

    def provider(name: str) -> Provider:
        return webhook if name == "webhook" else MissingProvider(name)

    context = Context(
        calendar=_google(calendar, SOLUTIONS),
        provider=provider,
        store=store or SqliteStore(":memory:", clock=lambda: made.store_time()),  # noqa: PLW0108 - as below
        queue=queue,
        policy=policy,
        keys=KEYS,
        now=lambda: made.now(),  # noqa: PLW0108 - made is bound below
        sleep=lambda seconds: made.sleep(seconds),  # noqa: PLW0108 - as above
    )
    made = Rig(calendar=calendar, conferences=system, context=context, queue=queue)
    return made
