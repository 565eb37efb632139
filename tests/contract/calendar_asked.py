"""Each method of the Google adapter, asked of a server that says what a test wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from functions.adapters.calendar.google import GoogleCalendar
from functions.core.enrolment import Access
from tests.support.scripted import Say, Scripted

OWNER = Access("team@example.com", "owner@example.com")
Ask = Callable[[GoogleCalendar], Any]
METHODS: dict[str, Ask] = {
    "resolve": lambda calendar: calendar.resolve(OWNER),
    "changes at first": lambda calendar: calendar.changes(OWNER, token=None, page_token=None),
    "changes": lambda calendar: calendar.changes(OWNER, token="t", page_token=None),
    "everything": lambda calendar: calendar.everything(OWNER, page_token=None),
    "event": lambda calendar: calendar.event(OWNER, "e"),
    "shows": lambda calendar: calendar.shows(OWNER, "s", "2031-01-06"),
    "write": lambda calendar: calendar.write(OWNER, "e", etag='"1"', fields={"location": "here"}),
    "watch": lambda calendar: calendar.watch(OWNER, channel_id="c", token="t", ttl=60),
    "stop": lambda calendar: calendar.stop(OWNER, channel_id="c", resource_id="r"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`pauses` are the seconds waited between tries."""

    server: Scripted
    calendar: GoogleCalendar
    pauses: list[float]

    def told(self, method: str, *says: Say) -> Any:
        """What the method makes of these answers, one after another."""
        self.server.says[:] = says
        self.server.accepted = 0
        self.pauses.clear()
        return METHODS[method](self.calendar)


@contextmanager
def asked(tries_more: int = 0) -> Iterator[Asked]:
    pauses: list[float] = []
    with Scripted([]) as server:
        calendar = GoogleCalendar(
            auth="anonymous",
            solutions=(),
            endpoint=f"http://127.0.0.1:{server.port}",
            address="https://sync.example.com/",
            tries_more=tries_more,
            sleep=pauses.append,
        )
        yield Asked(server=server, calendar=calendar, pauses=pauses)
