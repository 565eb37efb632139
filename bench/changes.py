"""How many changed events a second one sync brings to a conference system that takes its time."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from bench import report
from bench.house import OWNER, STORES, House, Unexpected, event, house
from bench.listed import ListedCalendar
from bench.plan import Parts, Scale
from functions.adapters.providers.webhook import WebhookProvider, WebhookSettings
from functions.core.model import Policy
from local.conferences import server as conferences
from local.conferences.faults import Fault

CALL_S = 0.1
IDEAL = Policy().concurrency / CALL_S
TARGET = 0.8 * IDEAL
ALWAYS = 10**9
IN_MEMORY, BY_HTTP = "in memory", "stand-in, HTTP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`change` gives every event of the calendar a new title."""

    store: str
    calendar: str
    provider: str
    made: House
    change: Callable[[int, str], None]


def run(_parts: Parts, scale: Scale) -> report.Table:
    rows: list[Sequence[str]] = []
    for store in STORES:
        for opened in (_in_memory, _by_http, _all_by_http):
            with opened(store, scale.changes) as way:
                seconds = [_seconds(way, scale.changes, number) for number in range(scale.changes_rounds)]
                rows.append(_row(way, scale.changes, median(seconds)))
    return report.Table(
        title=f"A sync of {scale.changes} changed events",
        command="python -m bench changes",
        header=(
            "store",
            "calendar",
            "conference system",
            "s",
            "changes a second",
            "of the ideal",
            "target",
            "",
        ),
        rows=rows,
        notes=[
            f"Calls take {CALL_S} s, {Policy().concurrency} run at once: {IDEAL:.0f} a second is the ideal.",
            f"Medians of {scale.changes_rounds} syncs. All but Firestore runs in one interpreter.",
        ],
    )


def _row(way: Way, events: int, seconds: float) -> Sequence[str]:
    rate = events / seconds
    figures = (f"{seconds:.1f}", f"{rate:.1f}", f"{rate / IDEAL:.2f}")
    verdict = report.at_least(rate, TARGET)
    return (way.store, way.calendar, way.provider, *figures, f"at least {TARGET:.0f}", verdict)


def _seconds(way: Way, events: int, number: int) -> float:
    way.change(events, f"Planning {number}")
    way.made.store.counts.take()
    began = time.perf_counter()
    way.made.sync()
    seconds = time.perf_counter() - began
    # Lease and commit, and for each event the intent and its outcome.
    if (writes := way.made.store.counts.take()["writes"]) < 2 * events + 2:
        raise Unexpected(f"{writes} writes for {events} changes")
    return seconds


@contextmanager
def _in_memory(store: str, events: int) -> Iterator[Way]:
    listed = ListedCalendar()

    def change(events: int, title: str) -> None:
        listed.events = [event(number, title, f"room-{number}") for number in range(events)]

    change(events, "Planning")
    with house(store, calendar=listed) as made:
        made.calendar(OWNER, 0)
        made.provider.seconds = CALL_S
        yield Way(store=store, calendar=IN_MEMORY, provider="sleeps", made=made, change=change)


@contextmanager
def _by_http(store: str, events: int) -> Iterator[Way]:
    with house(store) as made:
        made.calendar(OWNER, events)
        made.provider.seconds = CALL_S
        yield _changed_by_people(made, store, "sleeps")


@contextmanager
def _all_by_http(store: str, events: int) -> Iterator[Way]:
    system = conferences.start()
    webhook = WebhookProvider(
        WebhookSettings(url=system.webhook_url, secret=system.secret, allow_private=True)
    )
    try:
        with house(store, provider=webhook) as made:
            made.rooms = [system.rooms.create("Planning").id for _ in range(events)]
            made.calendar(OWNER, events)
            system.faults.add(Fault(kind="slow", count=ALWAYS, seconds=CALL_S))
            yield _changed_by_people(made, store, "webhook, HTTP")
    finally:
        system.stop()


def _changed_by_people(made: House, store: str, provider: str) -> Way:
    def change(events: int, title: str) -> None:
        for number in range(events):
            made.put(OWNER, number, title)

    return Way(store=store, calendar=BY_HTTP, provider=provider, made=made, change=change)
