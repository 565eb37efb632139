"""Brings conferences in step with the events of a read: several conferences at once, each in order."""

import logging
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from functions.core import conference as record
from functions.core.actions import Standing
from functions.core.conference import Conference, new
from functions.core.decide import in_order, unnamed
from functions.core.errors import RetryLater
from functions.core.hold import part_of
from functions.core.holding import holds_series
from functions.core.model import ConferenceKey, Event, EventRef, Unreadable
from functions.flow.calendars import enrolled, look_up
from functions.flow.context import WRITE_TRIES_MAX, Failed, Lost, Overtaken, Work, pause
from functions.flow.job import Job
from functions.flow.revisit import revisit
from functions.flow.turn import LeaseLost
from functions.ports import Versioned

log = logging.getLogger(__name__)
Events = Sequence[Event | Unreadable]


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Standing):
    """What decisions must know of the read as a whole, whichever conference an event touches.

    `units` are the conferences of the series seen, by the series' etag. `read_at` is when the read began:
    events that it shows first rank together.
    """

    units: Mapping[str, Sequence[ConferenceKey]] = field(default_factory=dict)
    read_at: datetime | None = None


class Pace(Protocol):
    """How long the work may go on, and whether the calendar is still leased to us."""

    def time_is_up(self) -> bool: ...

    def keep_lease(self) -> None:
        """Extend the lease if it is time to. LeaseLost if it is lost."""
        ...

    def check_lease(self) -> None:
        """LeaseLost if it is lost. May be asked in any thread."""
        ...


@dataclass(slots=True, kw_only=True)
class Applied:
    """`troubles` are passing failures; what a Failed among them is about is stored as due. `bugs` are
    exceptions other than our errors; `suspects` are events that seemed to let go on a full read; `unnamed`
    are the ids of events that carry a conference under a solution that the settings do not name; not
    `finished` means that time ran out first.
    """

    suspects: set[EventRef] = field(default_factory=set)
    troubles: list[RetryLater] = field(default_factory=list)
    bugs: list[BaseException] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    unnamed: set[str] = field(default_factory=set)
    finished: bool = True


@dataclass(slots=True, kw_only=True)
class _Group:
    """One conference and the events that touch it."""

    key: ConferenceKey
    kept: Versioned[Conference] | None
    events: list[Event | Unreadable] = field(default_factory=list)

    def unnamed(self) -> Events:
        known = self.kept.value if self.kept else Conference(key=self.key)
        return [event for event in self.events if unnamed(event, known)]


def apply(work: Work, events: Events, view: View, pace: Pace) -> Applied:
    """Every conference that the events touch is in step with them, set aside, or named in `troubles`."""
    groups = _groups(work, events, view.units)
    applied = _in_parallel(work, groups, view, pace)
    applied.unnamed = {event.ref.event_id for group in groups for event in group.unnamed()}
    touched = {event.ref for group in groups for event in group.events}
    for event in events:
        if isinstance(event, Unreadable) and event.ref not in touched:
            log.warning("event.unreadable", extra={"event_id": event.ref.event_id, "why": event.reason})
            applied.unreadable[event.ref.event_id] = event.reason
    return applied


def _groups(work: Work, events: Events, units: Mapping[str, Sequence[ConferenceKey]]) -> list[_Group]:
    if not events:
        return []
    refs = {ref: None for event in events for ref in _refs(event)}
    carried = [event.carries for event in events if event.carries]
    of_units = [key for event in events for key in _of_unit(event, units)]
    keys = list(dict.fromkeys([*carried, *of_units]))
    known = {kept.value.key: kept for kept in work.context.store.known(list(refs), keys)}
    holders = _holders(known)
    for event in events:
        if event.carries:  # what takes a series up touches its instances on the same page
            holders.setdefault(event.ref, []).append(event.carries)
        holders.setdefault(event.ref, []).extend(_of_unit(event, units))
    groups: dict[ConferenceKey, _Group] = {}
    for event in events:
        its = [event.carries] if event.carries else []
        for key in dict.fromkeys([*its, *(key for ref in _refs(event) for key in holders.get(ref, ()))]):
            groups.setdefault(key, _Group(key=key, kept=known.get(key))).events.append(event)
    for group in groups.values():
        group.events = in_order(group.events)
    return list(groups.values())


def _of_unit(
    event: Event | Unreadable, units: Mapping[str, Sequence[ConferenceKey]]
) -> Sequence[ConferenceKey]:
    """A bare tombstone does not say which series it was of, but it has the series' etag."""
    if isinstance(event, Unreadable) or not event.cancelled:
        return ()
    return () if event.instance and event.instance.sure else units.get(event.etag, ())


def _refs(event: Event | Unreadable) -> list[EventRef]:
    """The event, and the series that it is an instance of."""
    series = [EventRef(event.ref.calendar_id, event.instance.series_id)] if event.instance else []
    return [event.ref, *series]


def _holders(known: Mapping[ConferenceKey, Versioned[Conference]]) -> dict[EventRef, list[ConferenceKey]]:
    """Which conferences an event holds, itself or by one of its instances."""
    holders: dict[EventRef, list[ConferenceKey]] = {}
    for key, kept in known.items():
        for hold in (*kept.value.holds, *kept.value.borrowed):
            holders.setdefault(hold.ref, []).append(key)
            if hold.series_id:
                holders.setdefault(EventRef(hold.ref.calendar_id, hold.series_id), []).append(key)
    return holders


def _in_parallel(work: Work, groups: Sequence[_Group], view: View, pace: Pace) -> Applied:
    """Twice as many threads as calls are allowed: while one waits for the store, another makes its call."""
    applied = Applied()
    if not groups:
        return applied
    at_once = 2 * work.context.policy.concurrency
    waiting, running = deque(groups), set[Future[set[EventRef]]]()
    with work.context.pool(min(at_once, len(groups))) as pool:
        while running or waiting:
            if pace.time_is_up():
                applied.finished = applied.finished and not waiting
                waiting.clear()
            while waiting and len(running) < at_once:
                running.add(pool.submit(_settle, work, waiting.popleft(), view, pace))
            ended = work.context.first_ended(running, work.context.policy.lease / 4)
            running -= ended
            pace.keep_lease()
            errors = [error for future in ended if (error := future.exception())]
            applied.suspects.update(*(future.result() for future in ended if not future.exception()))
            applied.troubles += [error for error in errors if isinstance(error, RetryLater)]
            # A bug that one conference brings out does not stop the others.
            applied.bugs += [error for error in errors if not isinstance(error, RetryLater)]
            if lost := next((error for error in errors if isinstance(error, LeaseLost)), None):
                raise lost
    return applied


def _settle(work: Work, group: _Group, view: View, pace: Pace) -> set[EventRef]:
    """Decide all the group's events in turn, and again if another writer was faster. Returns the suspects.

    If that writer has our lease by now, it has newer events, and ours must not be pushed after them.
    """
    abilities = work.context.provider(group.key.provider).abilities
    standing = replace(view, abilities=abilities)
    kept, recreates = group.kept, abilities.recreates
    for attempt in range(WRITE_TRIES_MAX):
        start = _start(work, group.key, kept)
        again = record.stumbled(start)
        job = Job(
            work=work,
            standing=standing,
            conference=start,
            saved=kept,
            recreates=recreates,
            read_at=view.read_at,
        )
        try:
            job.handle_all(group.events)
            job.handle_all(list(_instances_anew(job, group)))
            job.save()
            if job.saved and job.is_due() and not job.stumbled:
                revisit(work, job.saved)
        except Overtaken:
            pace.check_lease()
            pause(work.context, attempt)
        except Lost as lost:
            recreates = False  # once: a system that recreates it and loses it again is not asked for ever
            _recreate(work, lost.kept)
        else:
            if job.stumbled and not again:
                raise job.stumbled  # the first time only: its message may come again within seconds
            return job.suspects
        kept = _newest(work, group.key)
    raise RetryLater(f"conference {group.key.id} is being written by too many at once")


def _instances_anew(job: Job, group: _Group) -> Iterator[Event | Unreadable]:
    """Instances whose series has just let go of what they carry, or taken up what they held."""
    for event in group.events:
        if event.instance and event.carries == group.key and not holds_series(job.conference, event):
            yield event
    for ref in (*job.taken, *_unshown_instances(job, group)):
        access = enrolled(job.work.context.store, ref.calendar_id).value.access
        yield look_up(job.work.context, access, ref)


def _unshown_instances(job: Job, group: _Group) -> list[EventRef]:
    """Instances with a hold of their own that this read did not show, though it showed their series without
    this conference: they may have been seen last while the series carried it.
    """
    if job.standing.full or job.standing.hidden:
        return []  # a full read looks at all that it did not show
    shown = {event.ref for event in group.events}
    others = [event.ref for event in group.events if isinstance(event, Event) and event.carries != group.key]
    return [
        hold.ref
        for hold in job.conference.holds
        if hold.ref not in shown and any(part_of(hold, series) for series in others)
    ]


def _recreate(work: Work, kept: Versioned[Conference]) -> None:
    """Failed if it could not be recreated for now, and is due."""
    revisit(work, kept)
    key = kept.value.key
    newest = _newest(work, key)
    if newest and newest.value.deleted_at and newest.value.due_at and not record.is_lost(newest.value):
        raise Failed(f"conference {key.id} is gone and could not be recreated for now")


def _newest(work: Work, key: ConferenceKey) -> Versioned[Conference] | None:
    return next(iter(work.context.store.known([], [key])), None)


def _start(work: Work, key: ConferenceKey, kept: Versioned[Conference] | None) -> Conference:
    return kept.value if kept else new(key, work.context.now())
