"""Starts the parts in an order that lets each find the others, and stops them in the opposite one."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from functions.adapters.queues.sqlite import SqliteQueue, Terms
from functions.settings import OAUTH
from gcal_standin import server as calendar
from local.conferences import server as conferences
from local.pump import Heard, Pump
from local.system.consent import CONNECT, consent_settings, register
from local.system.environ import functions_environ, settings_on, write_settings
from local.system.kept import held
from local.system.ports import ports
from local.system.scheduler import Scheduler, join_all
from local.system.served import SOURCE, START_TIMEOUT_S, Begin, Served, begin, kill_all, stop_all
from local.system.signals import held_back

FUNCTIONS = (
    "receive_notification",
    "sync_calendar",
    "initialize_syncing",
    "sweep_calendars",
    "renew_channels",
)
PORTS_MAX = 2 + len(FUNCTIONS) + 1  # with the two outside systems, and where users consent themselves
CALL_TIMEOUT_S = 60.0
BACKOFF_MIN_S = 0.5  # nobody here wants to wait as long as a deployed subscription does
POLL_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a system is to be.

    With `data` it goes on where the last one with this folder ended, on these ports or on others.
    `settings` go before the system's own; with `CALENDAR_AUTH=oauth` users consent themselves, and there is a
    sixth function for that. `port` is the first of seven, with that one of eight; 0 takes any that are free.
    `pump` is wanted when nobody else delivers the queue. Seconds between two sweeps and renewals; 0: only
    when called. `source` is where the functions are, `begin` how their processes come to be.
    `heard` is told what the pump delivers.
    """

    data: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    pump: bool = True
    sweep_every: float = 0
    renew_every: float = 0
    source: Path = SOURCE
    begin: Begin = begin
    heard: Heard = lambda _delivery, _error: None

    @property
    def consent(self) -> bool:
        return self.settings.get("CALENDAR_AUTH") == OAUTH

    @property
    def functions(self) -> Sequence[str]:
        return (*FUNCTIONS, CONNECT) if self.consent else FUNCTIONS


class System:
    """Runs inside a `with`: entering raises StartFailed, leaving stops every process and thread."""

    calendar: calendar.Server
    conferences: conferences.Server
    data: Path
    settings: Mapping[str, str]
    start_seconds: float

    def __init__(self, plan: Plan | None = None) -> None:
        self.plan = plan or Plan()
        self.functions: dict[str, Served] = {}
        self._stack = ExitStack()
        self._queue: SqliteQueue | None = None

    def __enter__(self) -> Self:
        began = time.monotonic()
        try:
            self._start(self._stack)
        except BaseException:
            self._stack.close()
            raise
        self.start_seconds = time.monotonic() - began
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def call(self, function: str, verb: str = "POST", **more: Any) -> httpx.Response:
        """Ask one of the functions over HTTP."""
        return self._client.request(verb, self.functions[function].url, **more)

    def start_again(self, function: str) -> None:
        """One that has died. StartFailed."""
        self.functions[function].start(functions_environ(self.settings))
        self.functions[function].wait_until_ready(self._client, time.monotonic() + START_TIMEOUT_S)

    def quiet(self, timeout: float) -> bool:
        """Whether, within so many seconds, every notification was delivered and every request acknowledged.

        Nothing is known of a queue that is not the system's own.
        """
        deadline = time.monotonic() + timeout
        while self.calendar.service.notifier.wait_idle(max(0.0, deadline - time.monotonic())):
            if self._queue is None or not self._queue.waiting():
                return True
            if time.monotonic() > deadline:
                break
            time.sleep(POLL_S)
        return False

    def _start(self, stack: ExitStack) -> None:
        """The functions end before pump and schedulers do: these wait for answers that only they can give."""
        schedulers: list[Scheduler] = []
        with held_back():
            self.data = self.plan.data or _temporary(stack)
            self._secrets = stack.enter_context(held(self.data))
            self._client = stack.enter_context(_client())
            self._start_outside(stack)
            self._start_pump(stack)
            stack.callback(join_all, schedulers)
            self._start_functions(stack)
        self._wait_until_ready()
        with held_back():
            for each in self._schedulers():
                each.start()
                schedulers.append(each)
                stack.callback(each.stop)

    def _start_outside(self, stack: ExitStack) -> None:
        """What the service stands between, and the settings that follow from its addresses."""
        first, second, *rest = stack.enter_context(ports(self.plan.port, 2 + len(self.plan.functions)))
        events, rooms = (self._kept(name) for name in ("calendar.jsonl", "conferences.jsonl"))
        self.calendar = stack.enter_context(calendar.start(first, events, auth=self.plan.consent))
        self.conferences = conferences.start(second, self._secrets["WEBHOOK_SECRET"], rooms)
        stack.callback(self.conferences.stop)
        for name, port in zip(self.plan.functions, rest, strict=True):
            log = self.data / f"{name}.log"
            self.functions[name] = Served(name, port, log, self.plan.source, self.plan.begin)
        self.settings = self._settings()
        _lead(self.calendar, self.functions["receive_notification"].url)
        if self.plan.consent:
            register(self.settings, self.calendar)
        write_settings(self.settings, self.data / "settings.env")

    def _kept(self, name: str) -> Path | None:
        """A file of the folder; none if that goes with the system."""
        return self.plan.data and self.plan.data / name

    def _settings(self) -> dict[str, str]:
        addresses = {
            "CALENDAR_API_ENDPOINT": self.calendar.url,
            "NOTIFICATION_URL": self.functions["receive_notification"].url,
            "WEBHOOK_URL": self.conferences.webhook_url,
        }
        if self.plan.consent:
            connect_url = self.functions[CONNECT].url
            addresses |= consent_settings(self.calendar.url, connect_url, self._secrets)
        return settings_on(self.data, self._secrets) | addresses | dict(self.plan.settings)

    def _start_pump(self, stack: ExitStack) -> None:
        kind, _, path = self.settings["QUEUE"].partition(":")
        if not (self.plan.pump and kind == "sqlite"):
            return
        self._queue = SqliteQueue(path, terms=Terms(backoff_min=BACKOFF_MIN_S))
        stack.callback(self._queue.close)
        pump = Pump(self._queue, self.functions["sync_calendar"].url, heard=self.plan.heard)
        pump.start()
        stack.callback(pump.stop)

    def _schedulers(self) -> list[Scheduler]:
        every = {"sweep_calendars": self.plan.sweep_every, "renew_channels": self.plan.renew_every}
        return [
            Scheduler(name, seconds, partial(self.call, name)) for name, seconds in every.items() if seconds
        ]

    def _start_functions(self, stack: ExitStack) -> None:
        stack.callback(stop_all if self.plan.data else kill_all, list(self.functions.values()))
        environ = functions_environ(self.settings)
        for each in self.functions.values():
            each.start(environ)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        for each in self.functions.values():
            each.wait_until_ready(self._client, deadline)


def _lead(google: calendar.Server, url: str) -> None:
    """Notify here from now on: channels of an earlier run may lead to another port."""
    with google.world.lock:
        for channel in google.service.channels.live():
            google.service.channels.restore(replace(channel, address=url))


def _temporary(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="local-")))


def _client() -> httpx.Client:
    """Keeps no connection: a function told to stop would wait for its next request."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(timeout=CALL_TIMEOUT_S, limits=limits, trust_env=False)
