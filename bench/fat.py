"""The most memory that `sync_calendar` takes while each of its requests reads pages of the fattest events."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx

from bench import report
from bench.environ import environ
from bench.house import Unexpected, event
from bench.memory import pushed
from bench.plan import Parts, Scale
from bench.serving import Served, served
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.enrolment import Enrolment, Watch

SYNCS = 8  # as many as one instance takes at once (infra/functions.tf)
MIB_MAX = 512
TIMEOUT_S = 300.0
# FACTS.md has no figure: a description of 8,192 characters and 200 guests are what Calendar's own page takes.
GUESTS = 200
FAT = json.dumps(
    {
        "updated": (datetime.now(UTC) - timedelta(days=30)).isoformat(),  # so it is held, and not pushed
        "description": "\N{PARTY POPPER}" * 8_192,
        "attendees": [
            {"email": f"guest.number.{number:03}@department.example.com", "responseStatus": "needsAction"}
            for number in range(GUESTS)
        ],
    },
    ensure_ascii=False,
).encode()
NOTE = (
    "{} full reads at once, each of {} events with a conference, a description of 8,192 characters of four "
    "bytes and {} guests, on SQLite: the emulator's answers come too late beside so much work, and its "
    "client takes some 30 MiB more. The peak is the kernel's own (VmHWM of the worker, and what its master "
    "shares with nobody)."
)


def run(parts: Parts, scale: Scale) -> report.Table:
    names = [f"fat{number}@example.com" for number in range(SYNCS)]
    with fat_calendar(scale.fat_events) as url, TemporaryDirectory(prefix="bench-") as folder:
        store = f"{folder}/store.sqlite"
        _enrol(store, names)
        settings = environ(parts, STORE=f"sqlite:{store}", CALENDAR_API_ENDPOINT=url, THREADS=str(SYNCS))
        with served(parts, "sync_calendar", settings) as function:
            before = function.peak()
            _sync(function, names)
            after = function.peak()
    row = (f"{SYNCS} x {scale.fat_events}", f"{before:.0f}", f"{after:.0f}", f"at most {MIB_MAX} MiB")
    return report.Table(
        title="Memory under the fattest pages",
        command="python -m bench fat",
        header=("syncs x events", "MiB at the start", "at its peak", "target", ""),
        rows=[(*row, report.at_most(after, MIB_MAX))],
        notes=[NOTE.format(SYNCS, scale.fat_events, GUESTS)],
    )


def _enrol(path: str, names: list[str]) -> None:
    """In the state before the first sync; the calendars cannot be watched."""
    store = SqliteStore(path)
    for name in names:
        store.save(Enrolment(calendar_id=name, watch=Watch(possible=False), due_at=datetime.now(UTC)), None)
    store.close()


def _sync(function: Served, names: list[str]) -> None:
    with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client, ThreadPoolExecutor(SYNCS) as pool:
        answers = pool.map(lambda name: client.post(function.url, **pushed(name, name)), names)
        if refused := [answer.status_code for answer in answers if answer.is_error]:
            raise Unexpected(f"sync_calendar answered {refused}")


@contextmanager
def fat_calendar(events: int) -> Iterator[str]:
    """Answers every list with a page of fat events."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(events))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(events: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            name = url.path.split("/")[4].partition("%40")[0]
            asked = {key: values[0] for key, values in parse_qs(url.query).items()}
            first, most = int(asked.get("pageToken", 0)), int(asked["maxResults"])
            body = _page(name, first=first, most=most, events=events)
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    return Handler


def _page(name: str, *, first: int, most: int, events: int) -> bytes:
    end = min(first + most, events)
    more = {"nextPageToken": str(end)} if end < events else {"nextSyncToken": "token"}
    head = json.dumps({"accessRole": "owner", **more})[:-1].encode()
    return head + b', "items": [' + b",".join(_item(name, number) for number in range(first, end)) + b"]}"


def _item(name: str, number: int) -> bytes:
    """Put together from texts: JSON would be made too slowly for so many readers."""
    own = json.dumps(event(number, "Planning", f"{name}-{number:05}")).encode()
    return own[:-1] + b", " + FAT[1:]
