"""The flows in this process, between a stand-in Calendar over HTTP and a provider that takes its time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.counted import CountedStore, SlowProvider
from bench.environ import KEY, NOBODY, SOLUTION, new_project
from functions.adapters.calendar.google import GoogleCalendar
from functions.adapters.queues.sqlite import SqliteQueue
from functions.adapters.stores.firestore import FirestoreStore
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.enrolment import Enrolment, Watch
from functions.core.model import Channel, Policy, Reason, Solution, SyncRequest
from functions.flow.context import Context
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Calendar, Provider, WholeStore
from gcal_standin import server as standin

OWNER = "owner@example.com"
STORES = ("SQLite", "Firestore emulator")
CHANNEL = Channel(id="channel", resource_id="resource", expires_at=datetime.now(UTC) + timedelta(days=7))
SOLUTIONS = (Solution(provider="webhook", name=SOLUTION),)


class Unexpected(Exception):
    """What was measured is not the work meant."""


@dataclass(kw_only=True)
class House:
    """`rooms` are the conferences that the events carry, where their ids matter."""

    standin: standin.Server
    store: CountedStore
    provider: SlowProvider
    queue: SqliteQueue
    context: Context
    rooms: Sequence[str] = ()
    ids: Iterator[int] = field(default_factory=count)

    def calendar(self, calendar_id: str, events: int) -> None:
        """A calendar whose events are all held, as a first sync leaves them."""
        if calendar_id != OWNER:
            self.standin.control("POST", "calendars", {"id": calendar_id})
        for number in range(events):
            self.put(calendar_id, number, "Planning")
        fresh = Enrolment(calendar_id=calendar_id, watch=Watch(channel=CHANNEL), due_at=datetime.now(UTC))
        self.store.save(fresh, None)
        self.sync(calendar_id)

    def put(self, calendar_id: str, number: int, title: str) -> None:
        room = self.rooms[number] if self.rooms else f"{calendar_id.partition('@')[0]}-{number:05}"
        body = {"calendarId": calendar_id, "event": event(number, title, room)}
        self.standin.control("POST", "events", body)

    def delivery(self) -> Delivery:
        return Delivery(id=f"message-{next(self.ids)}", published_at=datetime.now(UTC))

    def request(self, calendar_id: str) -> SyncRequest:
        return SyncRequest(
            calendar_id=calendar_id,
            reason=Reason.NOTIFICATION,
            channel_id=CHANNEL.id,
            resource_id=CHANNEL.resource_id,
        )

    def deliver(self, calendar_id: str, delivery: Delivery) -> str:
        return sync(self.context, self.request(calendar_id), delivery)

    def sync(self, calendar_id: str = OWNER) -> None:
        outcome = self.deliver(calendar_id, self.delivery())
        if outcome != "synced":
            raise Unexpected(outcome)

    def asked_of_calendar(self) -> Mapping[str, int]:
        """Requests, requests for tokens, and bytes of all answers, since the last look."""
        found = self.standin.control("GET", "requests")
        self.standin.control("DELETE", "requests")
        tokens = found["calls"].get("oauth2.token", 0)
        return {"requests": found["total"] - tokens, "bytes": found["bytes"], "tokens": tokens}


def event(number: int, title: str, room: str) -> dict[str, Any]:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3, minutes=number)
    return {
        "id": f"event{number:05}",
        "status": "confirmed",
        "summary": title,
        "start": {"dateTime": start.isoformat(), "timeZone": "Europe/Berlin"},
        "end": {"dateTime": (start + timedelta(hours=1)).isoformat(), "timeZone": "Europe/Berlin"},
        "conferenceData": {
            "conferenceId": room,
            "conferenceSolution": {"key": {"type": "addOn"}, "name": SOLUTION},
            "entryPoints": [{"entryPointType": "video", "uri": f"https://meet.example.com/{room}"}],
        },
    }


@contextmanager
def house(store: str, calendar: Calendar | None = None, provider: Provider | None = None) -> Iterator[House]:
    """On one of `STORES`. The stand-in and the slow provider give way to others if there are any."""
    with standin.start() as server, opened(store) as kept, TemporaryDirectory(prefix="bench-") as folder:
        counted, slow = CountedStore(inner=kept), SlowProvider()
        queue = SqliteQueue(str(Path(folder) / "queue.sqlite"))
        google = GoogleCalendar(
            auth="anonymous", solutions=SOLUTIONS, endpoint=server.url, address=f"{NOBODY}/"
        )
        context = Context(
            calendar=calendar or google,
            provider=lambda _: provider or slow,
            store=counted,
            queue=queue,
            policy=Policy(lookback=0, fold=0),  # each request is to be work
            keys=(KEY,),
        )
        yield House(standin=server, store=counted, provider=slow, queue=queue, context=context)


@contextmanager
def opened(store: str) -> Iterator[WholeStore]:
    with TemporaryDirectory(prefix="bench-") as folder:
        made = _made(store, Path(folder))
        try:
            yield made
        finally:
            made.close()


def _made(store: str, folder: Path) -> SqliteStore | FirestoreStore:
    if store == STORES[0]:
        return SqliteStore(str(folder / "store.sqlite"))
    return FirestoreStore(project=new_project())
