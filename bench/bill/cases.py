"""What is counted: the flows on the embedded store and queue, with the stand-in Calendar and a provider."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bench.bill.connecting import connected, consenting, state_asked
from bench.bill.usage import Observer, Usage, lines_of
from bench.counted import CountedQueue
from bench.house import CHANNEL, OWNER, STORES, House, Unexpected, event, house
from functions.adapters.queues.messages import decode
from functions.core.channel import sign
from functions.core.enrolment import doubted
from functions.core.protocol import CLOCK_SKEW_MAX
from functions.flow.context import Context
from functions.flow.fleet import Overview
from functions.flow.receive import receive
from functions.flow.renew import renew
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.flow.turn import Delivery

EVENTS = 5
BURST = 100
OVERDUE = timedelta(hours=31)
ENDING = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One of each.

    `elsewhere`: the event that changed has no conference of ours. `sweep` and `renewal` are runs that find
    nothing to do; `swept` and `renewed` what a calendar that they find costs besides, its sync included.
    `connected` is a user who consents, without the first sync, `state_asked` the add-on's question before a
    conference. `recounted` is what a sync costs besides when it counts its conferences anew, `status` an
    operator's look at all, of one calendar.
    """

    covered: Usage
    unchanged: Usage
    elsewhere: Usage
    changed: Usage
    burst: Usage
    swept: Usage
    renewed: Usage
    sweep: Usage
    renewal: Usage
    connected: Usage
    state_asked: Usage
    recounted: Usage
    status: Usage


@dataclass(slots=True, kw_only=True)
class Story:
    made: House
    context: Context
    observer: Observer

    def notified(self) -> None:
        """Google tells of a change; the request is in the queue."""
        headers = {
            "X-Goog-Channel-ID": CHANNEL.id,
            "X-Goog-Resource-ID": CHANNEL.resource_id,
            "X-Goog-Resource-State": "exists",
            "X-Goog-Channel-Token": sign(OWNER, CHANNEL.id, self.context.keys),
        }
        with self.observer.invocation():
            status = receive("POST", headers, self.context.keys, lambda: self.context.queue)
        _expect(status, 204)

    def delivered(self, outcome: str) -> None:
        (message,) = self.made.queue.claim(1)
        delivery = Delivery(id=message.id, published_at=message.published_at)
        with self.observer.invocation(own_lines=1):
            came_of_it = sync(self.context, decode(message.data), delivery)
        self.made.queue.ack(message)
        _expect(came_of_it, outcome)

    def changed(self, title: str) -> None:
        self.made.put(OWNER, 0, title)

    def swept(self, asked: int, *, later: timedelta = timedelta()) -> Usage:
        with self.observer.invocation():
            found = sweep(self._later(later))
        _expect((found.asked, found.failed), (asked, 0))
        return self.observer.take()

    def renewed(self, renewed: int, *, later: timedelta = timedelta()) -> Usage:
        with self.observer.invocation():
            found = renew(self._later(later))
        _expect((found.renewed, found.failed), (renewed, 0))
        return self.observer.take()

    def _later(self, later: timedelta) -> Context:
        return replace(self.context, now=lambda: datetime.now(UTC) + later)


def _expect(found: object, expected: object) -> None:
    if found != expected:
        raise Unexpected(f"{found} instead of {expected}")


@contextmanager
def story(store: str) -> Iterator[Story]:
    with house(store) as made, lines_of("functions") as lines:
        queue = CountedQueue(inner=made.queue)
        context = replace(made.context, queue=queue)
        made.calendar(OWNER, EVENTS)
        yield Story(made=made, context=context, observer=Observer(made=made, queue=queue, lines=lines))


def counted(store: str = STORES[0]) -> Counted:
    """On one of `STORES`. The renewal comes last: the channel that notifies is then another."""
    with story(store) as told:
        notified = {name: case(told) for name, case in NOTIFIED.items()}
        recounted, status = _recounted(told), _status(told)
        sweep_alone, renewal_alone = told.swept(0), told.renewed(0)
        swept, renewed = _swept(told), _renewed(told)
        asking = consenting(told.made, told.context)
        connecting, state = connected(told.observer, asking), state_asked(told.observer, asking)
    return Counted(
        **notified,
        swept=swept - sweep_alone,
        renewed=renewed - renewal_alone,
        sweep=sweep_alone,
        renewal=renewal_alone,
        connected=connecting,
        state_asked=state,
        recounted=recounted - notified["unchanged"],
        status=status,
    )


def _covered(told: Story) -> Usage:
    """Its calendar was read for another request, clearly after this one was published."""
    told.notified()
    time.sleep(CLOCK_SKEW_MAX.total_seconds())
    told.made.sync()
    told.delivered("covered")
    return told.observer.take()


def _unchanged(told: Story) -> Usage:
    told.notified()
    told.delivered("synced")
    return told.observer.take()


def _elsewhere(told: Story) -> Usage:
    body = event(EVENTS, "Lunch", "")
    del body["conferenceData"]
    told.made.standin.control("POST", "events", {"calendarId": OWNER, "event": body})
    return _unchanged(told)


def _changed(told: Story) -> Usage:
    told.changed("Planning, moved")
    return _unchanged(told)


def _burst(told: Story) -> Usage:
    """Half come before the calendar is read, half while it is, one after the other: none is saved by luck."""
    early = BURST // 2
    told.changed("Planning, moved often")
    for _ in range(early):
        told.notified()
    told.made.provider.called = _once(lambda: _while_read(told, early - 1, BURST - early))
    told.delivered("synced")
    told.made.provider.called = lambda: None
    return told.observer.take()


def _while_read(told: Story, early: int, late: int) -> None:
    for _ in range(early):
        told.delivered("asked_again")
    for _ in range(late):
        told.notified()
        told.delivered("asked_again")


def _once(hook: Callable[[], None]) -> Callable[[], None]:
    todo = [hook]
    return lambda: todo.pop()() if todo else None


def _recounted(told: Story) -> Usage:
    """A sync that finds nothing, and that the counts are a day old."""
    store = told.made.store.inner
    kept = store.enrolment(OWNER)
    if kept is None:
        raise Unexpected("the calendar is not there")
    store.save(replace(kept.value, tally=doubted(kept.value.tally)), kept.version)
    return _unchanged(told)


def _status(told: Story) -> Usage:
    """On the operator's machine: only what is read is charged."""
    told.made.store.counts.take()
    found = Overview(told.made.store)
    _expect((len(list(found.states())), found.stray), (1, []))
    return Usage(reads=told.made.store.counts.take()["charged"])


def _swept(told: Story) -> Usage:
    found = told.swept(1, later=OVERDUE)
    told.delivered("synced")
    return found + told.observer.take()


def _renewed(told: Story) -> Usage:
    found = told.renewed(1, later=ENDING)
    told.delivered("synced")
    return found + told.observer.take()


NOTIFIED: Mapping[str, Callable[[Story], Usage]] = {
    "covered": _covered,
    "unchanged": _unchanged,
    "elsewhere": _elsewhere,
    "changed": _changed,
    "burst": _burst,
}
