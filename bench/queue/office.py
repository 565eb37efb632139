"""Many calendars of one event each, whose people change it, and the two conference systems behind them."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import NamedTuple

from functions.core.model import ConferenceKey, Event, EventRef, Meeting
from local.virtual.hub import START, Hub

CHANGES_A_DAY = 4
OFFICE_HOURS = 10
HOUR_S = 3_600
CHANGES_A_SECOND = CHANGES_A_DAY / (OFFICE_HOURS * HOUR_S)
ON_SECOND = 3  # of ten calendars
FAILING = 10  # each so many-th
SYSTEMS = ("first", "second")


class Change(NamedTuple):
    """Of a calendar's event, to its version so and so."""

    version: int
    at: float


class Lag(NamedTuple):
    """Of a change at `at`: until its conference had it."""

    calendar: int
    at: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """`failing`: Calendar answers 500 for each tenth calendar, for ever. The second system is not there
    between `dies_at` and `back_at`.
    """

    failing: bool = False
    dies_at: float = 0.0
    back_at: float = 0.0

    def fails(self, calendar: int) -> bool:
        return self.failing and calendar % FAILING == 0

    def away(self, system: str, at: float) -> bool:
        return system == SYSTEMS[1] and self.dies_at <= at < self.back_at


@dataclass(slots=True, kw_only=True)
class Office:
    """`changed` tells Google's notification of a calendar; `lags` are those of all changes told so far."""

    hub: Hub
    calendars: int
    trouble: Trouble
    changed: Callable[[str], None] = lambda _: None
    lags: list[Lag] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    untold: list[deque[Change]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.versions = [0] * self.calendars
        self.untold = [deque() for _ in range(self.calendars)]

    def open(self, until: float) -> None:
        """People change events until then, at the same times whatever goes wrong."""
        changes = _drawn(self.calendars, self.hub.seed, until)

        def go_on(calendar: int | None = None) -> None:
            if calendar is not None:
                self._change(calendar)
            if found := next(changes, None):
                self.hub.at(found[0], lambda: go_on(found[1]))

        go_on()

    def told(self, calendar: int, version: int) -> None:
        """What is not the newest any more need not be told by itself."""
        untold = self.untold[calendar]
        while untold and untold[0].version <= version:
            at = untold.popleft().at
            self.lags.append(Lag(calendar, at, self.hub.seconds - at))

    def event(self, calendar: int) -> Event:
        """As it is now."""
        version = self.versions[calendar]
        ref, key = EventRef(name(calendar), f"e{calendar}"), ConferenceKey(system(calendar), f"r{calendar}")
        start = START + timedelta(days=3)
        meeting = Meeting(
            id=ref.event_id,
            title=str(version),
            description="",
            location="",
            start=start,
            end=start + timedelta(hours=1),
            time_zone="UTC",
            all_day=False,
            recurrence=(),
            organizer=ref.calendar_id,
            attendees=(),
            updated=self.hub.now(),
        )
        return Event(
            ref=ref,
            etag=str(version),
            created=START,
            updated=self.hub.now(),
            conference_id=key.id,
            carries=key,
            solution=key.provider,
            meeting=meeting,
        )

    def _change(self, calendar: int) -> None:
        self.versions[calendar] += 1
        self.untold[calendar].append(Change(self.versions[calendar], self.hub.seconds))
        self.changed(name(calendar))


def _drawn(calendars: int, seed: int, until: float) -> Iterator[tuple[float, int]]:
    random, at = Random(seed), 0.0  # noqa: S311 - keeps no secret
    while (at := at + random.expovariate(calendars * CHANGES_A_SECOND)) < until:
        yield at, random.randrange(calendars)


def name(calendar: int) -> str:
    return f"c{calendar}@example.com"


def number(calendar_id: str) -> int:
    return int(calendar_id.partition("@")[0][1:])


def system(calendar: int) -> str:
    return SYSTEMS[calendar % 10 < ON_SECOND]
