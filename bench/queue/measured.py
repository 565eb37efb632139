"""One run, and what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.queue.office import Lag, Trouble
from bench.queue.service import service

SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`lags` are of all changes, one that was not told by the end with what it has waited so far; `untold`
    are these alone. `refused` of the `failures` are 429s, and no calendar had more of the others than `most`.
    """

    seconds: float
    trouble: Trouble
    lags: Sequence[Lag]
    untold: Sequence[Lag]
    failures: int
    most: int
    refused: int
    dead: int

    def lag(self, share: float, of: Callable[[int], bool], until: float) -> float:
        """So many of the changes of these calendars until then took no longer."""
        found = sorted(lag.seconds for lag in self.lags if of(lag.calendar) and lag.at < until)
        return found[int(share * len(found))] if found else 0.0


def measured(calendars: int, seconds: float, trouble: Trouble) -> Run:
    with service(calendars, trouble, SEED) as made:
        subscription = made.queue.subscription
        made.open(seconds)
        made.hub.run(seconds)
        untold = [
            Lag(calendar, change.at, seconds - change.at)
            for calendar, waiting in enumerate(made.office.untold)
            for change in waiting
        ]
        return Run(
            seconds=seconds,
            trouble=trouble,
            lags=[*made.office.lags, *untold],
            untold=untold,
            failures=subscription.failures,
            most=max(made.failed.values(), default=0),
            refused=made.queue.instances.refusals,
            dead=len(subscription.dead),
        )
