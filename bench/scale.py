"""Whether work that does not depend on the number of calendars costs the same, whatever that number is."""

import json
import secrets
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import report
from bench.environ import KEY
from bench.house import Unexpected
from bench.listed import ListedCalendar
from bench.plan import Parts, Scale
from functions.adapters.queues.sqlite import SqliteQueue
from functions.adapters.stores import records
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment, Watch
from functions.core.model import Channel, ConferenceKey, Policy, Reason, SyncRequest
from functions.flow.context import Context
from functions.flow.renew import renew
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Provider

EXPONENT_MOST = 0.05
LATER = timedelta(days=5)  # nothing is due or ends before
ROWS = "INSERT INTO {} (version, body, id) VALUES (?, ?, ?)"


@dataclass(slots=True, kw_only=True)
class Town:
    """So many calendars and as many conferences, with nothing to do for any of them but one."""

    context: Context
    names: Iterator[int]

    def idle_sweep(self) -> None:
        _expect(sweep(self.context).asked, 0)

    def empty_sync(self) -> None:
        delivery = Delivery(id=f"message-{next(self.names)}", published_at=datetime.now(UTC))
        request = SyncRequest(calendar_id="owner0@example.com", reason=Reason.NOTIFICATION)
        _expect(sync(self.context, request, replace(delivery, skew=timedelta())), "synced")

    def end_one(self) -> None:
        """Its channel counts as ending now."""
        kept = self.context.store.enrolment("owner0@example.com")
        if kept is None:
            raise Unexpected("the calendar is not there")
        ending = replace(kept.value.watch, ends_at=datetime.now(UTC))
        self.context.store.save(replace(kept.value, watch=ending), kept.version)

    def renewal(self) -> None:
        _expect(renew(self.context).renewed, 1)


def run(_parts: Parts, scale: Scale) -> report.Table:
    with TemporaryDirectory(prefix="bench-") as folder, ExitStack() as opened:
        towns = {
            number: opened.enter_context(_town(Path(folder) / str(number), number))
            for number in scale.records
        }
        found = _measured(list(towns.values()), scale.scale_rounds)
    rows = [_row(name, list(towns), seconds) for name, seconds in found.items()]
    sizes = [f"{number:,}, ms" for number in towns]
    return report.Table(
        title="Work for one calendar among many",
        command="python -m bench scale",
        header=("work", *sizes, "exponent", "target", ""),
        rows=rows,
        notes=[
            "So many calendars and as many conferences in one SQLite file; nothing is due.",
            f"Processor time, medians of {scale.scale_rounds} rounds, in each all sizes in turn.",
            "The exponent is that of the number of calendars, fitted to the logarithms.",
            "The calendar is in memory.",
        ],
    )


def _measured(towns: Sequence[Town], rounds: int) -> Mapping[str, list[float]]:
    """For each kind of work its median seconds in each town. The first round only warms up."""
    works: Mapping[str, tuple[Callable[[Town], None], Callable[[Town], None]]] = {
        "an idle sweep": (lambda _: None, Town.idle_sweep),
        "a sync that finds nothing": (lambda _: None, Town.empty_sync),
        "one renewal": (Town.end_one, Town.renewal),
    }
    taken: dict[str, list[list[float]]] = {name: [[] for _ in towns] for name in works}
    for number in range(rounds + 1):
        for name, (prepare, work) in works.items():
            for place, town in enumerate(towns if number % 2 else reversed(towns)):
                prepare(town)
                at = place if number % 2 else len(towns) - 1 - place
                taken[name][at].append(_processor(work, town))
    return {name: [statistics.median(each[1:]) for each in seconds] for name, seconds in taken.items()}


def _processor(work: Callable[[Town], None], town: Town) -> float:
    began = time.process_time()
    work(town)
    return time.process_time() - began


def _row(name: str, sizes: Sequence[int], seconds: Sequence[float]) -> Sequence[str]:
    exponent = _exponent(sizes, seconds)
    verdict = report.MET if abs(exponent) <= EXPONENT_MOST else report.MISSED
    cells = [f"{1_000 * each:.2f}" for each in seconds]
    return (name, *cells, f"{exponent:+.3f}", f"0 ± {EXPONENT_MOST}", verdict)


def _exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    logs = [log(each) for each in sizes], [log(each) for each in seconds]
    return statistics.linear_regression(*logs).slope


@contextmanager
def _town(file: Path, number: int) -> Iterator[Town]:
    store, queue = SqliteStore(str(file)), SqliteQueue(":memory:")
    _fill(file, number)
    context = Context(
        calendar=ListedCalendar(),
        provider=_nobody,
        store=store,
        queue=queue,
        policy=Policy(),
        keys=(KEY,),
    )
    try:
        yield Town(context=context, names=count())
    finally:
        store.close()
        queue.close()


def _nobody(name: str) -> Provider:
    raise Unexpected(f"{name} is asked for something")


def _fill(file: Path, number: int) -> None:
    """In one transaction, as the store writes them."""
    now = datetime.now(UTC)
    channel = Channel(id="channel", resource_id="resource", expires_at=now + LATER)
    with sqlite3.connect(file) as database:
        for each in range(number):
            name = f"owner{each}@example.com"
            calendar = Enrolment(
                calendar_id=name, watch=Watch(channel=channel), synced_at=now, due_at=now + LATER
            )
            conference = Conference(key=ConferenceKey("webhook", f"room{each}"))
            for table, record in (("enrolments", calendar), ("conferences", conference)):
                row = (secrets.token_hex(8), json.dumps(records.document(record)), records.record_id(record))
                database.execute(ROWS.format(table), row)
    database.close()


def _expect(found: object, expected: object) -> None:
    if found != expected:
        raise Unexpected(f"{found} instead of {expected}")
