"""What every flow is given: the ports, the policy, and the clock."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from functions.core.conference import Conference
from functions.core.cursor import Enrolment
from functions.core.errors import RetryLater
from functions.core.event import Solution
from functions.core.model import Policy
from functions.ports import Calendar, Kept, Provider, Queue, Store

WRITE_TRIES_MAX = 30
PAUSE_S_MAX = 0.5


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    calendar: Calendar
    provider: Callable[[str], Provider]
    store: Store
    queue: Queue
    policy: Policy
    solutions: tuple[Solution, ...]
    keys: tuple[str, ...]
    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    new_id: Callable[[], str] = _new_id


def amend_enrolment(
    context: Context, kept: Kept[Enrolment], change: Callable[[Enrolment, datetime], Enrolment | None]
) -> Kept[Enrolment] | None:
    """Write what `change` makes of the enrolment, on the newest version if the one in hand is overtaken.

    None if the change forbids itself or the enrolment is gone. The time given to `change` is the store's.
    """
    for attempt in range(WRITE_TRIES_MAX):
        value = change(kept.value, kept.read_at)
        if value is None:
            return None
        version = context.store.save(value, kept.version)
        if version is not None:
            return Kept(value=value, version=version, read_at=kept.read_at)
        pause(context, attempt)
        newest = context.store.enrolment(kept.value.calendar_id)
        if newest is None:
            return None
        kept = newest
    raise RetryLater(f"the record of calendar {kept.value.calendar_id} is being written by too many at once")


def amend_conference(
    context: Context, kept: Kept[Conference], change: Callable[[Conference], Conference]
) -> Kept[Conference]:
    """As `amend_enrolment`; a record that is gone stays so, and the value in hand is returned."""
    for attempt in range(WRITE_TRIES_MAX):
        value = change(kept.value)
        version = context.store.save(value, kept.version)
        if version is not None:
            return Kept(value=value, version=version, read_at=kept.read_at)
        pause(context, attempt)
        newest = context.store.known([], [kept.value.key])
        if not newest:
            return kept
        kept = newest[0]
    raise RetryLater(f"the record of conference {kept.value.key.id} is being written by too many at once")


def pause(context: Context, attempt: int) -> None:
    """Wait a little, longer each time and never the same: contenders must not meet again in step."""
    longest = min(0.01 * 2**attempt, PAUSE_S_MAX)
    context.sleep(random.uniform(0, longest))  # noqa: S311 - spreads writers, keeps no secret
