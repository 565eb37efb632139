"""What one instance does in a second when all that it asks takes as long as in production."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from tempfile import TemporaryDirectory

import httpx

from bench import report
from bench.environ import environ
from bench.googles import Google, Latencies, google
from bench.house import OWNER, STORES, house
from bench.plan import Parts, Scale
from bench.serving import Served
from bench.users import AT_ONCE, RENEW, SYNC, TIMEOUT_S, acting, calendars, enrol, work
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.enrolment import Enrolment

CALENDAR_S, STORE_S, PUBLISH_S, TOKEN_S = 0.12, 0.03, 0.025, 0.06
SHARE_MIN = 0.75
ASKS_MIN = 900
SWEEP = "sweep_calendars"
NOTE = (
    "{} at once, under functions-framework, Google's servers over TLS in this process. Each call of Calendar "
    "takes {:.0f} ms, of the store {:.0f}, of the queue {:.0f}, of IAM and the token endpoint {:.0f}, on top "
    "of their own time; store and queue are SQLite's. {} calendars, each of another user."
)


def run(parts: Parts, scale: Scale) -> report.Table:
    latencies = Latencies(calendar=CALENDAR_S, iam=TOKEN_S, tokens=TOKEN_S)
    with google(latencies) as servers:
        todo = calendars(scale.instance)
        rows = [
            *_syncs(parts, servers, todo),
            _renewals(parts, servers, todo),
            _asks(parts, servers, todo),
        ]
    seconds = (CALENDAR_S, STORE_S, PUBLISH_S, TOKEN_S)
    return report.Table(
        title="One instance at production's latencies",
        command="python -m bench instance",
        header=("work", "a second", "ideal", "share", "target", ""),
        rows=rows,
        notes=[NOTE.format(AT_ONCE, *(each * 1000 for each in seconds), scale.instance)],
    )


def _syncs(parts: Parts, servers: Google, todo: Sequence[Enrolment]) -> list[Sequence[str]]:
    """The ideal is that nothing takes time but the calls, one after another."""
    calls = _calls()
    known = calls["store"] * STORE_S + calls["calendar"] * CALENDAR_S
    says = f"{calls['store']} of the store, {calls['calendar']} of Calendar"
    with _instance(parts, servers, SYNC, todo) as function:
        new_rate, known_rate = (len(todo) / _seconds(function, SYNC, todo) for _ in range(2))
    return [
        _row(f"sync that finds nothing ({says})", known_rate, AT_ONCE / known, SHARE_MIN),
        _row("the same for a new user (and 2 for a token)", new_rate, AT_ONCE / (known + 2 * TOKEN_S), None),
    ]


def _renewals(parts: Parts, servers: Google, todo: Sequence[Enrolment]) -> Sequence[str]:
    each = 2 * TOKEN_S + 2 * CALENDAR_S + 2 * STORE_S + PUBLISH_S
    with _instance(parts, servers, RENEW, todo) as function:
        rate = len(todo) / _seconds(function, RENEW, todo)
    says = "2 for a token, 2 of Calendar, 2 of the store, 1 of the queue"
    return _row(f"renewal for a new user ({says})", rate, AT_ONCE / each, None)


def _asks(parts: Parts, servers: Google, todo: Sequence[Enrolment]) -> Sequence[str]:
    with _instance(parts, servers, SWEEP, todo) as function:
        began = time.perf_counter()
        asked = httpx.post(function.url, timeout=TIMEOUT_S, trust_env=False).json()["asked"]
        rate = asked / (time.perf_counter() - began)
    return ("sweep's ask", f"{rate:.0f}", "", "", f"at least {ASKS_MIN}", report.at_least(rate, ASKS_MIN))


def _row(what: str, rate: float, ideal: float, target: float | None) -> Sequence[str]:
    share = rate / ideal
    said = f"at least {target} of the ideal" if target else "none"
    verdict = report.at_least(share, target) if target else ""
    return (what, f"{rate:.1f}", f"{ideal:.1f}", f"{share:.2f}", said, verdict)


@contextmanager
def _instance(parts: Parts, servers: Google, name: str, todo: Sequence[Enrolment]) -> Iterator[Served]:
    with TemporaryDirectory(prefix="bench-") as folder:
        path = f"{folder}/store.sqlite"
        with closing(SqliteStore(path)) as store:
            enrol(store, todo)
        settings = {"STORE": f"sqlite:{path}", "QUEUE": f"sqlite:{folder}/queue.sqlite"}
        slow = {"STORE_S": str(STORE_S), "PUBLISH_S": str(PUBLISH_S), "THREADS": str(AT_ONCE)}
        with acting(parts, name, environ(parts, **servers.settings, **settings, **slow)) as function:
            yield function


def _seconds(function: Served, name: str, todo: Sequence[Enrolment]) -> float:
    began = time.perf_counter()
    work(function, name, todo)
    return time.perf_counter() - began


def _calls() -> Mapping[str, int]:
    """Of one sync that finds nothing."""
    with house(STORES[0]) as made:
        made.calendar(OWNER, 0)
        made.store.counts.take()
        made.asked_of_calendar()
        made.sync()
        counts = made.store.counts.take()
        return {"store": counts["reads"] + counts["writes"], "calendar": made.asked_of_calendar()["requests"]}
