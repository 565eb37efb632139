"""How many notifications a second the receiver takes, against a function that does nothing; both in turn."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

import httpx
from google.cloud.pubsub_v1 import PublisherClient  # type: ignore[import-untyped]

from bench import report
from bench.environ import KEY, TOPIC, environ
from bench.load import Outcome, load
from bench.plan import Parts, Scale
from bench.serving import Served, served
from bench.start import EMPTY
from functions.core.channel import sign

RECEIVER = "receive_notification"
TARGET = 0.35
NOTE = (
    "{} connections; each notification is published to the Pub/Sub emulator before its 204. Load generator "
    "and emulator share the machine. Medians of {} rounds, in turn. The framework's own number of threads is "
    "four for each core; with one for each connection more notifications travel to Pub/Sub together."
)
CALENDAR, CHANNEL = "owner@example.com", "6f2cf1a2-6f6e-4a39-8a5e-0d2d1a1b7a11"


class Refused(Exception):
    """Some answer was not 204: what was measured is not the work meant."""


def run(parts: Parts, scale: Scale) -> report.Table:
    settings = environ(parts)
    make_topic(settings["GOOGLE_CLOUD_PROJECT"])
    with served(parts, EMPTY, settings) as empty, served(parts, RECEIVER, settings) as receiver:
        usual = _in_turn({EMPTY: empty, RECEIVER: receiver}, scale)
    settings["THREADS"] = str(scale.connections)
    with served(parts, EMPTY, settings) as empty, served(parts, RECEIVER, settings) as receiver:
        many = _in_turn({EMPTY: empty, RECEIVER: receiver}, scale)
    return report.Table(
        title="Receiver under load",
        command="python -m bench receiver",
        header=("function", "threads", "requests a second", "share", "median ms", "99 % ms", "target", ""),
        rows=[*_rows("as they come", usual, TARGET), *_rows(settings["THREADS"], many, None)],
        notes=[NOTE.format(scale.connections, scale.receiver_rounds)],
    )


def make_topic(project: str) -> None:
    client = PublisherClient()
    client.create_topic(name=client.topic_path(project, TOPIC))
    client.transport.close()


def headers() -> Mapping[str, str]:
    """Of a notification as Calendar sends it."""
    return {
        "X-Goog-Channel-ID": CHANNEL,
        "X-Goog-Channel-Token": sign(CALENDAR, CHANNEL, [KEY]),
        "X-Goog-Resource-State": "exists",
        "X-Goog-Resource-ID": "o3hgv1538sdjfh",
        "X-Goog-Message-Number": "10",
    }


def _in_turn(functions: Mapping[str, Served], scale: Scale) -> Mapping[str, Sequence[Outcome]]:
    outcomes: dict[str, list[Outcome]] = {name: [] for name in functions}
    for function in functions.values():
        warmed(function)
    for _ in range(scale.receiver_rounds):
        for name, function in functions.items():
            outcomes[name].append(offered(function, scale.connections, scale.receiver_seconds))
    return outcomes


def warmed(function: Served) -> Served:
    """The first request loads what the others use."""
    httpx.post(function.url, headers=headers(), trust_env=False).raise_for_status()
    return function


def offered(function: Served, connections: int, seconds: float) -> Outcome:
    lines = [f"{name}: {value}\r\n" for name, value in headers().items()]
    text = f"POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\n{''.join(lines)}\r\n"
    outcome = load(function.port, connections=connections, seconds=seconds, request=text.encode())
    if set(outcome.statuses) != {"204"}:
        raise Refused(str(outcome.statuses))
    return outcome


def _rate(outcomes: Sequence[Outcome]) -> float:
    return median(each.per_second for each in outcomes)


def _rows(
    threads: str, outcomes: Mapping[str, Sequence[Outcome]], target: float | None
) -> Iterator[Sequence[str]]:
    for name, rounds in outcomes.items():
        share = _rate(rounds) / _rate(outcomes[EMPTY])
        middle = median(each.median_ms for each in rounds)
        late = median(each.late_ms for each in rounds)
        judged = target is not None and name == RECEIVER
        wanted = (f"at least {target}", report.at_least(share, target or 0)) if judged else ("none", "")
        yield (name, threads, f"{_rate(rounds):.0f}", f"{share:.2f}", f"{middle:.1f}", f"{late:.1f}", *wanted)
