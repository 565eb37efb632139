"""Lets a story happen, and then all be quiet: faults end, what waits is delivered, sweeps go by."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from functions.adapters.queues.sqlite import Terms
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.conference import refusals
from functions.core.enrolment import Withheld
from functions.core.withheld import RELEASES_MIN
from gcal_standin.model.event import Event
from local.virtual.hub import START, Endless, Hub
from local.virtual.instances import Instances
from local.virtual.pushes import Pushes
from local.virtual.subscription import Subscription
from tests.simulation import oracle
from tests.simulation.google import Google
from tests.simulation.luck import Luck
from tests.simulation.operating import CALENDARS, OWNERS, Operators
from tests.simulation.people import NotThere, People
from tests.simulation.service import SOLUTIONS, Service
from tests.simulation.settings import calendars_of, clock_of, consents_of, policy_of
from tests.simulation.story import Line, Story, line
from tests.simulation.systems import Systems
from tests.simulation.truth import Room, Truth, room_of
from tests.simulation.witness import Witness

SWEEP_S, RENEW_S = 300, 3_600
# In a silence that is longer than twice that the sweep and the renewal run only so often in between.
STILL_S, SELDOM_S = 200_000, 10_800
# When the sweep and the renewal run after all is quiet: past every pause that the service may make.
ROUNDS_S = (
    0,
    301,
    602,
    1_500,
    3_700,
    7_400,
    14_000,
    29_000,
    51_000,
    73_000,
    95_000,
    95_400,
    118_000,
    140_000,
)
AFTERWARDS_S = (301, 700, 2_000)
SLOTS = 80  # as deployed
MOMENTS_MAX = 1_000_000  # a month in which each calendar is read every half hour takes over 100,000


@dataclass(slots=True, kw_only=True)
class Outcome:
    """`broken` are the promises that were broken, the first one first; `lags` are the seconds that messages
    took to their acknowledgement, and `failures` the deliveries without one.
    """

    broken: list[str]
    struck: Counter[str]
    told: Counter[str]
    steps: Counter[str]
    undone: int
    seconds: float
    processes: int
    tale: list[str]
    lags: list[float]
    failures: int


@dataclass(slots=True, kw_only=True)
class History(Operators):
    story: Story
    steps: Counter[str] = field(default_factory=Counter)
    undone: int = 0

    def run(self) -> Outcome:
        later = self.story.scene.get("later", "").split(",")
        self.witness.away |= dict.fromkeys(later, 0.0)
        for calendar_id in [each for each in self.truth.readers if each not in later]:
            self.service.enrol(calendar_id, CALENDARS[calendar_id].user)
        for each in self.story.lines:
            self.hub.at(each.at, lambda each=each: self._do(each))  # type: ignore[misc]
        end = max([each.at for each in self.story.lines], default=0) + 1
        self._every(SWEEP_S, self.service.sweep, end)
        self._every(RENEW_S, self.service.renew, end)
        try:
            self.hub.run(end)
            self._quiet(end)
        except Endless:
            self.witness.say("there is no end to it")
        if not self.witness.broken:
            self.witness.broken += oracle.judge(self)
        return Outcome(
            broken=self.witness.broken,
            struck=self.service.luck.struck,
            told=self.witness.made,
            steps=self.steps,
            undone=self.undone,
            seconds=self.hub.seconds,
            processes=next(self.service.names),
            tale=self.service.tale or [],
            lags=self.service.queue.lags,
            failures=self.service.queue.subscription.failures,
        )

    def close(self) -> None:
        self.service.store.close()

    def _every(self, seconds: int, do: Callable[[], None], end: float) -> None:
        busy = [0.0, *(each.at for each in self.story.lines)]
        gaps = [(one + STILL_S, other - STILL_S) for one, other in pairwise(busy)]
        for at in range(seconds, int(end), seconds):
            if at % SELDOM_S == 0 or not any(begin < at < over for begin, over in gaps):
                self.hub.at(at, do)

    def _quiet(self, end: float) -> None:
        self.service.luck.armed.clear()
        self.google.disturbed.clear()
        self.google.unsigned_until = 0
        if consents := self.service.consents:
            for user in sorted(consents.stays):
                consents.end(user)
        self._consent(end)
        for calendar_id in self.truth.readers:
            self._do(line(end, "unhide", calendar=calendar_id))
        self._rounds(end, ROUNDS_S)
        self._consent(self.hub.seconds)
        self._say_retry()
        self._confirm()
        self._rounds(self.hub.seconds, AFTERWARDS_S)
        for calendar_id in self.truth.readers:
            self._do(line(self.hub.seconds, "create", calendar=calendar_id, event="last", title="last"))
        self.hub.run(self.hub.seconds + 700)

    def _consent(self, at: float) -> None:
        """Who wants to be connected consents again, and waits for that; but for who stays away."""
        consents = self.service.consents
        if consents is None:
            return
        consents.outages.clear()
        consents.blocked.clear()
        consents.look()
        for user in consents.users:
            if user in consents.stays:
                continue
            wanted, asking = self._wanted(user), self.service.asking
            lost = [] if consents.stands(user) else wanted[:1]  # that wakes the others
            unsure = [name for name in wanted if asking.enrolled(name) is None]
            for number, calendar_id in enumerate(dict.fromkeys([*lost, *unsure])):
                self.hub.at(at + 200 * number, partial(self.service.connect, user, calendar_id))

    def _rounds(self, begin: float, rounds: tuple[int, ...]) -> None:
        for at in rounds:
            self.hub.at(begin + at, self.service.sweep)
            self.hub.at(begin + at, self.service.renew)
        self.hub.run(begin + rounds[-1] + 250)

    def _say_retry(self) -> None:
        """An operator has all that is parked for good tried again; what may be about all heals by itself."""
        for kept in self.service.store.conferences():
            if any(one.retry_at is None for one in refusals(kept.value).values()):
                self._retry(kept.value.key.id)

    def _confirm(self) -> None:
        """An operator looks at what is withheld, and lets it go."""
        for kept in self.service.store.enrolments():
            withheld, braked = kept.value.withheld, kept.value.brake.withheld
            if withheld and withheld.releases < RELEASES_MIN:
                self.witness.say(f"{kept.value.calendar_id} withholds {withheld}")
            if braked and braked.holds < RELEASES_MIN:  # some of what was let go may be back
                self.witness.say(f"{kept.value.calendar_id} withholds {braked}")
            if withheld or braked:
                self._let_go(kept.value.calendar_id, _releases(withheld), _releases(braked))

    def _do(self, each: Line) -> None:
        own: Callable[[Line], None] | None = getattr(self, f"_{each.verb}", None)
        if self.service.tale is not None:
            self.service.tale.append(f"{self.hub.seconds:10.3f} === {each}")
        self.steps[each.verb] += 1
        touched = self._carried(each)
        if each.verb == "vanish" and each.words["room"] in self.people.rooms:
            self.witness.gone.add(self.people.rooms[each.words["room"]][0])
        if own:
            own(each)
        else:
            self.undone += not self.people.do(each)
        self.truth.look(self.hub.seconds)
        self._look_at_hidden()
        for room in {*touched, *self._carried(each)}:
            self.witness.touched[room].append(self.hub.seconds)

    def _carried(self, each: Line) -> list[Room]:
        """By the event, its series and that one's instances that are exceptions: what is done to a series
        changes those.
        """
        if "event" not in each.words:
            return []
        label = Line(at=0, verb="", words={"event": each.words["event"].partition("@")[0]})
        events: list[Event] = []
        for one in (label, each):
            with suppress(NotThere):
                calendar, event = self.people._event(one)
                events += [event, *calendar.exceptions(event.id)]
        found = [(event, room) for event in events if (room := room_of(event.body))]
        for event, room in found:
            self.people.remember(event, room)
        return [room for _, room in found]

    def _look_at_hidden(self) -> None:
        """What has come to where we see less is hidden, too."""
        if self.google.world.roles:
            seen = self.truth.carriers()
            carried = self.truth.carriers(hidden=True)
            self.was_hidden |= {room for room in carried if carried[room].keys() - seen.get(room, {}).keys()}


def _releases(withheld: Withheld | None) -> int:
    return withheld.releases if withheld else 0


def run(story: Story, *, tale: bool = False) -> Outcome:
    history = assembled(story, tale=tale)
    try:
        return history.run()
    finally:
        history.close()


def assembled(story: Story, *, tale: bool = False) -> History:
    """All there is, before anything has happened."""
    scene = story.scene
    hub = Hub(story.seed, moments_max=MOMENTS_MAX)
    google = Google(
        hub,
        ahead=float(scene.get("ahead", 0)),
        deliver=lambda channel, state: service.notified(channel, state),  # noqa: PLW0108 - bound below
    )
    google.channels.ttl_max_s = int(scene.get("ttl", 604_800))
    empty = int(scene.get("empty", 0))
    google.pages.empty_every = empty or None
    google.world.bare_tombstones = scene.get("bare") == "yes"
    google.world.opaque_instance_ids = scene.get("opaque") == "yes"
    readers, luck = calendars_of(google, scene), Luck()
    store = SqliteStore(":memory:", clock=clock_of(hub, scene, "store_clock"))
    consents = consents_of(hub, store, google, luck, readers, scene) if scene.get("consent") else None
    systems = Systems(resets=scene.get("resets") == "yes", owners_of=OWNERS.get(scene.get("owners", "")))
    truth = Truth(world=google.world, readers=readers, owners=systems.owners)
    policy = policy_of(scene)
    witness = Witness(hub=hub, truth=truth, grace=policy.grace, consents=consents)
    service = Service(
        hub=hub,
        google=google,
        systems=systems,
        luck=luck,
        consents=consents,
        witness=witness,
        policy=policy,
        queue=Pushes(
            hub=hub,
            clock=clock_of(hub, scene, "queue_clock"),
            instances=Instances(1, int(scene.get("slots", SLOTS))),
            subscription=Subscription(
                Terms(deliveries_max=int(scene.get("deliveries", Terms().deliveries_max)))
            ),
            handle=lambda begun, done: service.handle(begun, done),  # noqa: PLW0108 - bound below
        ),
        store=store,
        solutions=SOLUTIONS[scene.get("solutions", "both")],
        page_size=int(scene.get("page", 500)),
        skews=tuple(float(skew) for skew in scene.get("skews", "0").split(",")),
        tale=[] if tale else None,
    )
    witness.unnamed |= {"webhook", "titles"} - service.named
    people = People(google=google, systems=systems, first_day=START.replace(hour=0))
    return History(
        story=story,
        hub=hub,
        google=google,
        systems=systems,
        people=people,
        truth=truth,
        witness=witness,
        service=service,
    )
