"""How much memory each function takes once it has answered many requests, each on real parts by HTTP."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from bench import report
from bench.environ import environ
from bench.house import Unexpected, event
from bench.plan import Parts, Scale
from bench.receiver import CALENDAR, RECEIVER, headers, make_topic
from bench.serving import served
from bench.start import EMPTY
from gcal_standin import server as standin
from local.conferences import server as conferences

MIB_MAX = 128
CALENDARS = (CALENDAR, "two@example.com", "three@example.com", "four@example.com")
EVENTS = 50
CHANGE_EVERY = 10
TIMEOUT_S = 60.0
CHANNEL_TTL_S = 3_600  # less than RENEW_BEFORE_SECONDS, so every renewal has channels to replace
NOTE = (
    "Functions-framework's worker with all it has mapped, and what its master shares with nobody. There are "
    "{} calendars of {} events; one event changes before every tenth request."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What a function is sent: so many at once as it takes (infra/functions.tf)."""

    function: str
    at_once: int
    request: Callable[[int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    calendar: standin.Server
    rooms: Sequence[str]

    def change(self, number: int) -> None:
        """The event that is next in turn has a new title."""
        calendar_id, which = CALENDARS[number % len(CALENDARS)], number % EVENTS
        room = self.rooms[(number % len(CALENDARS)) * EVENTS + which]
        body = {"calendarId": calendar_id, "event": event(which, f"Planning {number}", room)}
        self.calendar.control("POST", "events", body)


def run(parts: Parts, scale: Scale) -> report.Table:
    with _world() as (world, settings):
        given = environ(parts, **settings)
        make_topic(given["GOOGLE_CLOUD_PROJECT"])
        rows = [_row(duty, _measured(parts, given, world, duty, scale.requests)) for duty in _duties()]
    return report.Table(
        title=f"Memory after {scale.requests} requests",
        command="python -m bench memory",
        header=("function", "MiB at the start", f"after {scale.requests} requests", "target", ""),
        rows=rows,
        notes=[NOTE.format(len(CALENDARS), EVENTS)],
    )


def _row(duty: Duty, mib: tuple[float, float]) -> Sequence[str]:
    verdict = report.at_most(mib[1], MIB_MAX) if duty.function != EMPTY else ""
    target = f"at most {MIB_MAX} MiB" if verdict else "none"
    return (duty.function, f"{mib[0]:.1f}", f"{mib[1]:.1f}", target, verdict)


@contextmanager
def _world() -> Iterator[tuple[World, Mapping[str, str]]]:
    system = conferences.start()
    try:
        with standin.start() as calendar:
            calendar.control("POST", "settings", {"channelTtlMaxSeconds": CHANNEL_TTL_S})
            calendar.control("POST", "notifications", {"drop": True})
            for calendar_id in CALENDARS[1:]:
                calendar.control("POST", "calendars", {"id": calendar_id})
            rooms = [system.rooms.create("Planning").id for _ in range(EVENTS * len(CALENDARS))]
            world = World(calendar=calendar, rooms=rooms)
            for number in range(len(rooms)):
                world.change(number)
            yield world, _addresses(calendar, system)
    finally:
        system.stop()


def _addresses(calendar: standin.Server, system: conferences.Server) -> Mapping[str, str]:
    return {
        "CALENDAR_API_ENDPOINT": calendar.url,
        "WEBHOOK_URL": system.webhook_url,
        "WEBHOOK_SECRET": system.secret,
    }


def _duties() -> Sequence[Duty]:
    """Enrolling comes before what works on the enrolled."""
    return [
        Duty(function=EMPTY, at_once=8, request=lambda _: {"headers": headers()}),
        Duty(function=RECEIVER, at_once=80, request=lambda _: {"headers": headers()}),
        Duty(function="initialize_syncing", at_once=8, request=_enrolling),
        Duty(function="sync_calendar", at_once=8, request=_pushed),
        Duty(function="sweep_calendars", at_once=1, request=lambda _: {}),
        Duty(function="renew_channels", at_once=1, request=lambda _: {}),
    ]


def _enrolling(number: int) -> Mapping[str, Any]:
    return {"json": {"calendar_id": CALENDARS[number % len(CALENDARS)]}}


def _pushed(number: int) -> Mapping[str, Any]:
    return pushed(CALENDARS[number % len(CALENDARS)], str(number))


def pushed(calendar_id: str, message_id: str) -> Mapping[str, Any]:
    """As Pub/Sub pushes it."""
    request = {"calendar_id": calendar_id, "reason": "notification"}
    message = {
        "data": base64.b64encode(json.dumps(request).encode()).decode(),
        "messageId": message_id,
        "publishTime": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    return {"json": {"message": message, "subscription": "projects/bench/subscriptions/calendar-sync"}}


def _measured(
    parts: Parts, settings: Mapping[str, str], world: World, duty: Duty, requests: int
) -> tuple[float, float]:
    """MiB before the first request, and after the last."""
    threads = {"THREADS": str(duty.at_once)}
    with served(parts, duty.function, {**settings, **threads}) as function, _client() as client:

        def send(number: int) -> int:
            if number % CHANGE_EVERY == 0:
                world.change(number)
            return client.post(function.url, **duty.request(number)).status_code

        before = function.memory()
        with ThreadPoolExecutor(max_workers=duty.at_once) as pool:
            refused = sum(status >= httpx.codes.BAD_REQUEST for status in pool.map(send, range(requests)))
        if refused:
            raise Unexpected(f"{duty.function} refused {refused} of {requests} requests")
        return before, function.memory()


def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT_S, trust_env=False)
