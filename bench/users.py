"""What a function takes for each user that it acts as, under delegation and over TLS."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bench import report
from bench.environ import environ
from bench.googles import Google, google
from bench.house import Unexpected
from bench.memory import pushed
from bench.plan import Parts, Scale
from bench.receiver import make_topic
from bench.serving import Served, served
from functions.adapters.stores.firestore import FirestoreStore
from functions.core.enrolment import Enrolment, Watch
from functions.core.model import Channel
from functions.ports import Store

REDIRECTED = Path(__file__).parent / "delegated" / "redirected.py"
AT_ONCE = 8  # as many as one instance takes at once (infra/functions.tf), and as renewals under way
TIMES_MAX = 1.6
PROCESSOR_MS_MAX = 20
TIMEOUT_S = 300.0
SYNC, RENEW = "sync_calendar", "renew_channels"
NOTE = (
    "{} at once, on the emulators, under functions-framework; Google's login, IAM, token endpoint and "
    "Calendar over TLS, without latency, in this process. One user has {} calendars, {} more have one each: "
    "a token and a sync that finds nothing, or a channel replaced. Memory: all that the worker has mapped, "
    "and what its master shares with nobody. Processor: the function's alone."
)


def run(parts: Parts, scale: Scale) -> report.Table:
    with google() as servers:
        rows = [row for name in (SYNC, RENEW) for row in _rows(parts, servers, name, scale.users)]
    return report.Table(
        title="Many users",
        command="python -m bench users",
        header=("function", "one user", f"{scale.users} more", "times", "target", ""),
        rows=rows,
        notes=[NOTE.format(AT_ONCE, AT_ONCE, scale.users)],
    )


def _rows(parts: Parts, servers: Google, name: str, users: int) -> list[Sequence[str]]:
    settings = environ(parts, **servers.settings, THREADS=str(AT_ONCE))
    make_topic(settings["GOOGLE_CLOUD_PROJECT"])
    one, many = calendars(AT_ONCE, user="one@example.com"), calendars(users)
    with (
        closing(FirestoreStore(project=settings["GOOGLE_CLOUD_PROJECT"])) as store,
        acting(parts, name, settings) as function,
    ):
        enrol(store, one)
        work(function, name, one)
        known = _worked(store, function, name, one)
        new = _worked(store, function, name, many)
    if any(asked.charged_to_another for asked in servers.calendar.heard):
        raise Unexpected("a calendar was asked for with another user's token")
    times = new[0] / known[0]
    verdict = report.at_most(times, TIMES_MAX), report.at_most(new[1], PROCESSOR_MS_MAX)
    cells = f"{known[0]:.0f}", f"{new[0]:.0f}", f"{times:.2f}", f"at most {TIMES_MAX} times", verdict[0]
    slowness = f"{known[1]:.1f}", f"{new[1]:.1f}", "", f"at most {PROCESSOR_MS_MAX} ms", verdict[1]
    return [(f"{name}: MiB", *cells), (f"{name}: ms of processor each", *slowness)]


def _worked(store: Store, function: Served, name: str, todo: Sequence[Enrolment]) -> tuple[float, float]:
    """MiB after it, and milliseconds of processor for each."""
    enrol(store, todo)
    before = function.processor()
    work(function, name, todo)
    return function.memory(), (function.processor() - before) / len(todo) * 1000


@contextmanager
def acting(parts: Parts, name: str, settings: Mapping[str, str]) -> Iterator[Served]:
    """A function as it is deployed, whose tokens come from `bench.googles`."""
    with served(parts, name, settings, REDIRECTED) as function:
        yield function


def calendars(count: int, user: str | None = None) -> Sequence[Enrolment]:
    """Due to be read, each with a channel that ends soon; each of a user of its own, unless all are one's."""
    now = datetime.now(UTC)
    channel = Channel(id="channel", resource_id="resource", expires_at=now + timedelta(hours=1))
    return [
        Enrolment(
            calendar_id=f"calendar-{number}-of-{user or 'many'}@example.com",
            user=user or f"user-{number}@example.com",
            watch=Watch(channel=channel),
            due_at=now,
        )
        for number in range(count)
    ]


def enrol(store: Store, enrolments: Sequence[Enrolment]) -> None:
    """Again, too: then the channel ends soon once more."""
    for each in enrolments:
        kept = store.enrolment(each.calendar_id)
        store.save(each, kept.version if kept else None)


def work(function: Served, name: str, todo: Sequence[Enrolment]) -> None:
    with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
        if name == SYNC:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                answers = list(pool.map(lambda each: _sync(client, function, each.calendar_id), todo))
        else:
            answers = [client.post(function.url)]
    if refused := [answer.status_code for answer in answers if answer.is_error]:
        raise Unexpected(f"{name} answered {refused}")


def _sync(client: httpx.Client, function: Served, calendar_id: str) -> httpx.Response:
    return client.post(function.url, **pushed(calendar_id, f"{calendar_id} {datetime.now(UTC)}"))
