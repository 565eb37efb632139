"""The deployed functions at virtual times: `sync_calendar` behind the queue, and the sweep."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import count
from random import Random

from bench.counted import CountedStore
from bench.queue.office import SYSTEMS, Office, Trouble, name
from bench.queue.ports import Admission, OfficeCalendar, OfficeSystem, PacedQueue, Pauses
from functions.adapters.queues.messages import decode
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.enrolment import Enrolment, SyncToken, Watch
from functions.core.errors import Rejected, RetryLater
from functions.core.model import Channel, Policy, Reason, SyncRequest
from functions.flow.context import Context
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Provider
from local.virtual.hub import START, Hub, Pool, Process, first_ended
from local.virtual.instances import Begun, Instances
from local.virtual.pushes import Done, Pushed, Pushes
from local.virtual.subscription import Subscription

INSTANCES, SLOTS = 10, 8  # as deployed (infra/functions.tf)
SWEEP_S = 300
MOMENTS_MAX = 1_000_000_000
CHANNEL = Channel(id="channel", resource_id="resource", expires_at=START + timedelta(days=30))


@dataclass(slots=True, kw_only=True)
class Service:
    """`contexts` are what outlives a request: one for each instance, and the sweep's. `failed` are how many
    deliveries failed, by calendar.
    """

    hub: Hub
    office: Office
    store: SqliteStore
    queue: Pushes
    contexts: list[Context] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    names: "count[int]" = field(default_factory=count)
    admissions: dict[str, Admission] = field(default_factory=lambda: {name: Admission() for name in SYSTEMS})

    def open(self, until: float) -> None:
        """Until then people change events, and the scheduler sweeps."""
        self._enrol()
        self.office.changed = self._notified
        self.office.open(until)
        for at in range(SWEEP_S, int(until), SWEEP_S):
            self.hub.at(at, lambda: self._start(self.contexts[-1], sweep))

    def handle(self, begun: Begun[Pushed], done: Done) -> None:
        message = begun.request
        request = decode(message.data)
        delivery = Delivery(id=message.id, published_at=message.published_at)

        def answer(good: bool | None) -> None:  # noqa: FBT001 - as `Done` has it
            self.failed[request.calendar_id] += not good
            done(good)

        work = partial(sync, request=request, delivery=delivery)
        self._start(self.contexts[begun.instance], work, answer)

    def _notified(self, calendar_id: str) -> None:
        self.queue.publish(
            SyncRequest(
                calendar_id=calendar_id,
                reason=Reason.NOTIFICATION,
                channel_id=CHANNEL.id,
                resource_id=CHANNEL.resource_id,
            )
        )

    def _start(
        self, context: Context, work: Callable[[Context], object], done: Done = lambda _: None
    ) -> None:
        process = self.hub.process(f"request-{next(self.names)}")

        def body() -> None:
            good = False
            try:
                work(self._inside(context, process))
                good = True
            except (RetryLater, Rejected):
                pass
            finally:
                self.hub.at(self.hub.seconds, lambda: done(good))

        self.hub.start(process, body)

    def _inside(self, context: Context, process: Process) -> Context:
        """The ports as this request has them: what they wait, it waits."""
        wait = partial(self.hub.wait, process)

        def provider(name: str) -> Provider:
            return OfficeSystem(name=name, office=self.office, wait=wait, admission=self.admissions[name])

        return replace(
            context,
            calendar=OfficeCalendar(office=self.office, wait=wait),
            provider=provider,
            store=CountedStore(inner=self.store, counts=Pauses(wait)),
            queue=PacedQueue(inner=self.queue, wait=wait),
            sleep=wait,
            pool=lambda workers: Pool(self.hub, process, workers),
            first_ended=partial(first_ended, self.hub, process),
        )

    def _enrol(self) -> None:
        """All are read up to now, and due for a read of the sweep at some time within its period."""
        context = self.contexts[0]
        random, every = Random(self.hub.seed), context.policy.sync_every  # noqa: S311 - keeps no secret
        for calendar in range(self.office.calendars):
            enrolment = Enrolment(
                calendar_id=name(calendar),
                watch=Watch(channel=CHANNEL),
                token=SyncToken(value="0", read_params=context.read_params),
                synced_at=START - timedelta(hours=1),
                due_at=START + timedelta(seconds=random.uniform(0, every)),
            )
            self.store.save(enrolment, None)


@contextmanager
def service(calendars: int, trouble: Trouble, seed: int) -> Iterator[Service]:
    hub = Hub(seed, moments_max=MOMENTS_MAX)
    office = Office(hub=hub, calendars=calendars, trouble=trouble)
    store = SqliteStore(":memory:", clock=hub.now)
    queue = Pushes(
        hub=hub,
        clock=hub.now,
        subscription=Subscription(),
        instances=Instances(INSTANCES, SLOTS),
        handle=lambda begun, done: made.handle(begun, done),  # noqa: PLW0108 - bound below
    )
    made = Service(hub=hub, office=office, store=store, queue=queue)
    made.contexts = [_context(made) for _ in range(INSTANCES + 1)]
    try:
        yield made
    finally:
        store.close()


def _context(made: Service) -> Context:
    """Its ports are those of a request, each time."""
    hub, random = made.hub, Random(made.hub.seed)  # noqa: S311 - as above

    def nowhere(name: str) -> Provider:
        raise Rejected(name)

    return Context(
        calendar=OfficeCalendar(office=made.office, wait=lambda _: None),
        provider=nowhere,
        store=made.store,
        queue=made.queue,
        policy=Policy(),
        keys=("k" * 32,),
        now=hub.now,
        monotonic=lambda: hub.seconds,
        jitter=lambda most: random.uniform(0, most),
        new_id=lambda: f"id-{next(made.names)}",
    )
