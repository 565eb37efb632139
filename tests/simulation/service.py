"""The deployed functions as processes: what starts each, what its answer leads to.

The module is longer than others, since all that is started is started here, each in a few lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count

from functions.adapters.calendar.oauth import GoogleConsents
from functions.adapters.queues.messages import decode
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.errors import AccessLost, BadRequest, Rejected, RetryLater
from functions.core.model import Place, Policy, Solution
from functions.flow.connect import disconnect
from functions.flow.context import Consenting, Context
from functions.flow.enrol import enrol
from functions.flow.leaving import leave
from functions.flow.outage import Outage, QuickRetries
from functions.flow.receive import receive
from functions.flow.renew import renew
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Provider
from gcal_standin.model.channels import Channel
from local.virtual.hub import Hub, Pool, Process, first_ended
from local.virtual.instances import Begun
from local.virtual.pushes import Done, Pushed, Pushes
from tests.simulation import without_consent
from tests.simulation.asking import Asking
from tests.simulation.browser import Browser
from tests.simulation.consents import URL, Bearers, Consents, SimConsents
from tests.simulation.google import Google
from tests.simulation.luck import Gate, Luck
from tests.simulation.ports import SimCalendar, SimQueue
from tests.simulation.stores import SimStore
from tests.simulation.systems import OwnedProvider, SimProvider, Systems
from tests.simulation.truth import NAME, TITLES_URI, plain
from tests.simulation.witness import Witness

KEYS = ("k" * 32,)
WEBHOOK = Solution(provider="webhook", name=NAME, canonical=plain)
TITLES = Solution(provider="titles", uri=TITLES_URI, canonical=plain)
OTHER = Solution(provider="webhook", name="My Other Conference", canonical=plain)
# What the settings may name, by a word for it.
SOLUTIONS = {
    "both": (WEBHOOK, TITLES),
    "webhook": (WEBHOOK,),
    "titles": (TITLES,),
    "renamed": (OTHER, TITLES),
}
# What a handler may raise: its host answers with an error, and the caller tries again.
EXPECTED = (RetryLater, Rejected, AccessLost, BadRequest)
GOOGLE_TRIES = 6
FINAL = ("consent ended", "has not connected", "administrator")
SILENT = 0.3  # so many dead processes are noticed only when their time is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What an instance knows from one request to the next, by a clock of its own."""

    ahead: float
    quick_retries: QuickRetries = field(default_factory=QuickRetries)
    outages: dict[str, Outage] = field(default_factory=dict)
    consents: GoogleConsents | None = None


@dataclass(slots=True, kw_only=True)
class Service:
    """`memories` are those of the instance that now runs a kind of process."""

    hub: Hub
    google: Google
    systems: Systems
    luck: Luck
    witness: Witness
    policy: Policy
    queue: Pushes
    store: SqliteStore
    page_size: int = 500
    skews: tuple[float, ...] = (0.0,)
    tale: list[str] | None = None
    names: "count[int]" = field(default_factory=count)
    ids: "count[int]" = field(default_factory=count)
    starts: "count[int]" = field(default_factory=count)
    alive: set[str] = field(default_factory=set)
    solutions: tuple[Solution, ...] = SOLUTIONS["both"]
    consents: Consents | None = None
    memories: dict[str, Memory] = field(default_factory=dict)

    @property
    def asking(self) -> Asking:
        return self.witness.asking

    @property
    def named(self) -> frozenset[str]:
        """The systems whose conferences are ours by the settings of now."""
        return frozenset(each.provider for each in self.solutions if each != OTHER)

    def context(self, process: Process) -> Context:
        gate = Gate(hub=self.hub, process=process, luck=self.luck, tale=self.tale)
        hub, kind = self.hub, _kind(process)
        memory = self.memories.setdefault(kind, self._instance())
        store = SimStore(inner=self.store, gate=gate, witness=self.witness)

        def provider(name: str) -> Provider:
            made = OwnedProvider if self.systems.owners_of else SimProvider
            return made(name=name, hub=hub, systems=self.systems, gate=gate, witness=self.witness)

        return Context(
            calendar=SimCalendar(
                google=self.google,
                gate=gate,
                witness=self.witness,
                page_size=self.page_size,
                solutions=self.solutions,
                named=self.named,
                writes_back=self.policy.write_back is not Place.OFF,
                bearers=self._bearers(memory),
            ),
            provider=provider,
            store=store,
            queue=SimQueue(inner=self.queue, gate=gate),
            policy=self.policy,
            keys=KEYS,
            consenting=self._consenting(process, memory, gate, store),
            now=lambda: hub.now() + timedelta(seconds=process.skew),
            monotonic=lambda: hub.seconds + memory.ahead,
            sleep=lambda seconds: hub.wait(process, seconds),
            jitter=lambda most: process.random.uniform(0, min(most, 0.02)),
            new_id=lambda: f"id-{next(self.ids)}",
            pool=lambda workers: Pool(hub, process, workers),
            first_ended=partial(first_ended, hub, process),
            quick_retries=memory.quick_retries,
            outages=memory.outages,
        )

    def _instance(self) -> Memory:
        ahead = 1_000.0 * next(self.starts)
        return Memory(ahead=ahead, consents=self.consents.adapter(ahead) if self.consents else None)

    def _bearers(self, memory: Memory) -> Bearers | None:
        if self.consents is None or memory.consents is None:
            return None
        return Bearers(consents=self.consents, adapter=memory.consents, say=self.witness.say)

    def _consenting(self, process: Process, memory: Memory, gate: Gate, kept: SimStore) -> Consenting | None:
        if memory.consents is None:
            return None
        ends = partial(without_consent.ended, self.witness, process)
        google = SimConsents(inner=memory.consents, gate=gate, ends=ends)
        return Consenting(google=google, kept=kept, connect_url=URL)

    def run(
        self,
        kind: str,
        work: Callable[[Context], object],
        then: Callable[[str | None], None] = lambda _: None,
    ) -> Process:
        """Start a process; `then` learns what came of it: nothing, an error, or "killed"."""
        number = next(self.names)
        skew = self.skews[number % len(self.skews)]
        process = self.hub.process(f"{kind}#{number}", skew=skew)
        self.witness.began[process] = self.hub.seconds
        self.alive.add(process.name)

        def body() -> None:
            ended: str | None = "killed"
            try:
                came_of_it = work(self.context(process))
                ended = None
                self._say(process, f"ended: {came_of_it}")
            except EXPECTED as error:
                ended = f"{type(error).__name__}: {error}"
                self._say(process, f"raised {ended}")
            except Exception as error:  # noqa: BLE001 - a bug is what we look for
                ended = repr(error)
                self.witness.say(f"{process.name} broke: {error!r}")
                self._say(process, f"broke: {error!r}")
            finally:
                self.alive.discard(process.name)
                if process.dead:
                    self.memories.pop(_kind(process), None)
                self.hub.at(self.hub.seconds, lambda: then(ended))

        self.hub.start(process, body)
        return process

    def _say(self, process: Process, what: str) -> None:
        if self.tale is not None:
            self.tale.append(f"{self.hub.seconds:10.3f} {process.name:<24} {what}")

    # Google's notification, and Pub/Sub's message.

    def notified(self, channel: Channel, state: str, attempt: int = 1) -> None:
        headers = {
            "X-Goog-Channel-ID": channel.id,
            "X-Goog-Resource-State": state,
            "X-Goog-Resource-ID": channel.resource_id,
            "X-Goog-Channel-Token": channel.token or "",
        }
        statuses: list[int] = []

        def work(context: Context) -> object:
            statuses.append(receive("POST", headers, KEYS, lambda: context.queue))
            return statuses[-1]

        def then(ended: str | None) -> None:
            if (ended or statuses[-1] == 503) and attempt < GOOGLE_TRIES:
                self.hub.after(2.0**attempt, lambda: self.notified(channel, state, attempt + 1))

        self.run(f"notified-{channel.calendar_id[:4]}", work, then)

    def handle(self, begun: Begun[Pushed], done: Done) -> None:
        """Some deliveries come twice; whichever ends first answers."""
        message = begun.request
        self._start(message, done)
        if bad := self.luck.strike("delivery"):
            self.hub.after(bad.seconds, lambda: self._start(message, partial(self._doubled, message)))

    def _doubled(self, message: Pushed, good: bool | None) -> None:  # noqa: FBT001 - as `Done` has it
        if good is not None:
            self.queue.answer(message, good=good)

    def _start(self, message: Pushed, done: Done) -> None:
        request = decode(message.data)
        delivery = Delivery(id=message.id, published_at=message.published_at)

        def then(ended: str | None) -> None:
            silent = ended == "killed" and int(message.id) % 10 < 10 * SILENT
            done(None if silent else ended is None)

        name = f"sync-{request.calendar_id[:4]}-m{message.id}.{message.attempt}"
        self.run(name, lambda context: sync(context, request, delivery), then)

    # The scheduler, the add-on, operators.

    def sweep(self) -> None:
        self.run("sweep", sweep)

    def renew(self) -> None:
        self.run("renew", renew)

    def enrol(self, calendar_id: str, user: str | None, *, once: bool = False) -> None:
        """The add-on asks until it is told that all is well, or once."""
        self._ask("enrol", (calendar_id,), lambda context: enrol(context, calendar_id, user), once=once)

    def leave(self, calendar_id: str, *, once: bool = False) -> None:
        """So does an operator who has a calendar left."""
        self.witness.leaves(calendar_id)
        self._ask("leave", (calendar_id,), lambda context: leave(context, calendar_id), once=once)

    def connect(self, user: str, calendar_id: str) -> None:
        """The user gives consent, until they are told that they are connected; then all is read soon."""
        for wrong in without_consent.kept_too_long(self, user):
            self.witness.say(wrong)
        lost: list[str] = []

        def work(context: Context) -> object:
            lost[:] = without_consent.lost(self, user)
            return self._browser(context, user).connect(calendar_id)

        def connected(since: float) -> None:
            struck = self.luck.struck.total()
            self.hub.after(without_consent.SOON_S, lambda: self._look(user, tuple(lost), since, struck))

        self._ask("connect", (calendar_id,), work, connected)

    def _look(self, user: str, lost: Sequence[str], since: float, struck: int) -> None:
        """Unless something else went wrong meanwhile."""
        if self.luck.struck.total() == struck:
            for wrong in without_consent.waiting(self, user, lost, since):
                self.witness.say(wrong)

    def disconnect(self, user: str, calendars: Sequence[str], *, by_user: bool) -> None:
        """The user does, or an operator for them."""
        for calendar_id in calendars:
            self.witness.leaves(calendar_id)

        def work(context: Context) -> object:
            return self._browser(context, user).disconnect() if by_user else disconnect(context, user)

        self._ask("disconnect", calendars, work)

    def _browser(self, context: Context, user: str) -> Browser:
        assert self.consents
        return Browser(context=context, consents=self.consents, user=user, secret=f"secret-{next(self.ids)}")

    def _ask(
        self,
        verb: str,
        calendars: Sequence[str],
        work: Callable[[Context], object],
        well: Callable[[float], None] = lambda _: None,
        *,
        once: bool = False,
    ) -> None:
        enrols = verb in {"enrol", "connect"}
        begun = [self.asking.begin(name, self.hub.seconds, enrols=enrols) for name in calendars]

        def then(ended: str | None) -> None:
            done = ended is None or (not enrols and ended.startswith("BadRequest") and "not " in ended)
            for asked in begun:
                asked.end(self.hub.seconds, done=done)
            if done:
                well(begun[0].began)
            elif not (once or _is_final(ended)):
                self.hub.after(60, again)

        def again() -> None:
            if [self.asking.last(name) for name in calendars] == begun:
                self._ask(verb, calendars, work, well)

        self.run(f"{verb}-{calendars[0][:4]}", work, then)


def _is_final(ended: str | None) -> bool:
    """Whether trying again is in vain until the user has consented again, or may."""
    return ended is not None and any(words in ended for words in FINAL)


def _kind(process: Process) -> str:
    """Which function it runs."""
    return process.name.partition("#")[0].partition("-")[0]
