"""What one fresh interpreter takes to be ready for a function's first request. Run as a script, by a deployed
interpreter: prints seconds of wall time for each step and of processor time in all, as JSON.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial

QUEUE, STORE, CALENDAR, PROVIDER = "queue", "store", "calendar", "provider"
SYNCING = (STORE, CALENDAR, PROVIDER)
# The framework, and the clients of the services that the function calls.
LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "receive_notification": ("google.cloud.pubsub_v1",),
    "sync_calendar": ("google.cloud.firestore", "googleapiclient.discovery", "google_auth_httplib2", "httpx"),
}
# What each function has loaded when it has answered its first request.
LOADS: Mapping[str, tuple[str, ...]] = {
    "empty": (),
    "receive_notification": (QUEUE,),
    "sync_calendar": SYNCING,
    "initialize_syncing": SYNCING,
    "sweep_calendars": (*SYNCING, QUEUE),
    "renew_channels": SYNCING,
    "connect_calendar": (STORE, CALENDAR),
}


def main(target: str, source: str = "") -> None:
    """Without a source: only the libraries that the function needs."""
    began, steps = time.perf_counter(), {}
    for name, step in _steps(target, source) if source else _libraries(target):
        at = time.perf_counter()
        step()
        steps[name] = time.perf_counter() - at
    whole, processor = time.perf_counter() - began, time.process_time()
    import json  # noqa: PLC0415 - after the clock was read

    print(json.dumps({"whole": whole, "processor": processor, "steps": steps}))


def _steps(target: str, source: str) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "framework", lambda: __import__("functions_framework")
    import functions_framework  # noqa: PLC0415 - its import is the first thing measured

    yield "application", partial(functions_framework.create_app, target, source)
    for name in LOADS[target]:
        yield name, partial(_load, target, name)


def _libraries(target: str) -> Iterator[tuple[str, Callable[[], object]]]:
    for name in ("functions_framework", *LIBRARIES[target]):
        yield name, partial(__import__, name)


def _load(target: str, name: str) -> None:
    from functions import wiring  # noqa: PLC0415 - loaded by the application already

    if name == PROVIDER:
        wiring.provider(target, "webhook")
    else:
        {QUEUE: wiring.queue, STORE: wiring.store, CALENDAR: wiring.calendar}[name](target)


if __name__ == "__main__":
    main(*sys.argv[1:])
