"""On whose behalf conferences are changed, and the ways in which that is interrupted."""

import logging
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Self

from functions.core.conference import Conference
from functions.core.errors import AccessLost, RetryLater
from functions.flow.context import Context
from functions.ports import UNFENCED, Fences, Versioned

log = logging.getLogger(__name__)


def note_postponed(conference: Conference, error: RetryLater | AccessLost) -> tuple[str, float]:
    """Why, for the record, and for how many seconds at the least."""
    log.warning("conference.postponed", extra={"conference_id": conference.key.id, "why": error.logged})
    return str(error), getattr(error, "delay", None) or 0


class Overtaken(Exception):
    """Somebody else wrote the conference's record first, or reads its calendar: decide again."""


class Failed(RetryLater):
    """The system of the conference failed for now; no other conference need wait for it."""

    @classmethod
    def of(cls, error: RetryLater) -> Self:
        return cls(str(error), delay=error.delay, may_land=error.may_land, logged=error.logged)


class Lost(Exception):
    """Its system has lost the conference: it must be made anew, and then be told everything again."""

    def __init__(self, kept: Versioned[Conference]) -> None:
        super().__init__(kept.value.key.id)
        self.kept = kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """On whose behalf conferences are changed, how many calls may be under way at once, and the fences of the
    leases under which the calendars are read.
    """

    context: Context
    owner: str
    slots: BoundedSemaphore
    fences: Fences = field(default_factory=dict)


def work(context: Context, owner: str, fences: Fences = UNFENCED) -> Work:
    slots = BoundedSemaphore(context.policy.concurrency)
    return Work(context=context, owner=owner, slots=slots, fences=fences)
