"""What a sync would do now: the sync itself, on the ports of a dry run."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from functions.core import brake
from functions.core.conference import Conference, Entry
from functions.core.enrolment import Enrolment, Withheld
from functions.core.model import ConferenceKey, Reason, SyncRequest
from functions.core.protocol import NO_SKEW
from functions.core.withheld import confirm
from functions.flow.brake import go_on, held_back
from functions.flow.calendars import enrolled
from functions.flow.context import Context, amend_enrolment
from functions.flow.dry import DryStore, dry
from functions.flow.sync import sync
from functions.flow.turn import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that would be done to a conference. `entry` says why: the event and the row."""

    key: ConferenceKey
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A conference that no event would carry any more, and when it would be deleted: if it is `withheld`, not
    before an operator confirms.
    """

    key: ConferenceKey
    delete_at: datetime | None
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`outcome` is the sync's; `withheld` is what it would not release until an operator confirms, `braked`
    what is released, but would not be deleted.
    """

    outcome: str
    steps: Sequence[Step]
    endings: Sequence[Ending]
    withheld: Withheld | None
    braked: Withheld | None = None

    @property
    def releases(self) -> int:
        return sum(step.entry.what == "released" for step in self.steps)


def plan(context: Context, calendar_id: str, *, full: bool = False) -> Plan:
    """From the changes since the token; `full`: from a full read that releases whatever is gone.

    Reads and does nothing. BadRequest (404) if it is not enrolled; AccessLost, RetryLater.
    """
    began, enrolment = context.now(), enrolled(context.store, calendar_id).value
    enrolment = replace(enrolment, lease=None)
    trial, written = dry(context, confirm(enrolment, sys.maxsize) if full else enrolment)
    outcome = _synced(trial, calendar_id)
    conferences, after = list(written.conferred.values()), written.enrolled[calendar_id]
    return Plan(
        outcome=outcome,
        steps=list(_steps(conferences, began)),
        endings=_endings(written, after),
        withheld=after.withheld,
        braked=after.brake.withheld,
    )


def _endings(written: DryStore, after: Enrolment) -> Sequence[Ending]:
    """Those of this sync, and with them those that the brake has held back before."""
    braked = list(held_back(written, after.calendar_id)) if after.brake.withheld else []
    back = {kept.value.key: kept.value for kept in braked}
    new = {key: one for key, one in written.conferred.items() if not one.holds}
    return [
        Ending(key=key, delete_at=one.delete_at, withheld=key in back) for key, one in (back | new).items()
    ]


def _steps(conferences: Sequence[Conference], began: datetime) -> Iterator[Step]:
    for one in conferences:
        yield from (Step(key=one.key, entry=entry) for entry in one.history if entry.at >= began)


def let_go(context: Context, calendar_id: str, releases: int, *, braked: int = 0) -> str:
    """An operator confirms so many releases that a full read found, and so many (`braked`) that syncs were
    told of: one word for what came of the read.

    If there are more by now, they are withheld again. RetryLater.
    """

    def confirmed(found: Enrolment, _: datetime) -> Enrolment:
        return replace(confirm(found, releases), brake=brake.confirm(found.brake, braked))

    amend_enrolment(context, enrolled(context.store, calendar_id), confirmed)
    go_on(context, calendar_id)
    return _synced(context, calendar_id)


def _synced(context: Context, calendar_id: str) -> str:
    """One word for what came of a read that begins no earlier than now."""
    now = enrolled(context.store, calendar_id).read_at
    request = SyncRequest(calendar_id=calendar_id, reason=Reason.INITIALIZE)
    return sync(context, request, Delivery(id=context.new_id(), published_at=now, skew=NO_SKEW, awaited=True))
