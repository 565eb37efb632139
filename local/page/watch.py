"""One thread that looks at everything that happens, and keeps the lines and the picture that pages show."""

import threading
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Protocol

from local.page.breaks import Breaks
from local.page.feed import Feed, Line
from local.page.news import News
from local.page.observed import Broken, Edited, Logged, Observation
from local.page.sources import Calendars, Calls, Deliveries, LogFile
from local.page.view import carriers, conferences
from local.page.words import plainly
from local.system import System

LOOK_EVERY_S = 0.02
FOLLOWED, LOST = "followed", "lost"
DRAWN_ANYWAY = 10  # looks: what has no observation of its own, such as a conference without an event


class Source(Protocol):
    def new(self) -> Iterator[Observation]: ...


class Watch:
    """From `start` to `stop`. What it finds out is in `news`."""

    def __init__(self, system: System, deliveries: Deliveries, news: News) -> None:
        self._system = system
        self._news = news
        self._broken: list[Broken] = []
        self.breaks = Breaks(system, self._broken.append)
        self._elsewhere = _elsewhere(system)
        self._feed = Feed(self._line, calls_are_seen=not self._elsewhere)
        self._trouble: dict[str, str] = {}
        self._access: dict[str, str] = {}
        self._sources: Sequence[Source] = [
            deliveries,
            *(LogFile(name, each.log) for name, each in system.functions.items()),
            Calls(system.conferences.rooms),
            Calendars(system.calendar.world),  # last: what follows from an edit is not seen before it
        ]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="page-watch", daemon=True)

    def followed(self, user: str) -> None:
        """Since an earlier run: nothing that is logged in this one says so."""
        self._access.setdefault(user, FOLLOWED)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self.breaks.close()

    def _run(self) -> None:
        for look in count():
            if self._stopping.wait(LOOK_EVERY_S):
                return
            if self._look() or look % DRAWN_ANYWAY == 0:
                self._news.picture(self._picture())

    def _look(self) -> bool:
        """Whether anything has happened."""
        seen = self._new()
        for one in seen:
            self._feed.take(one)
            self._note(one)
        return bool(seen)

    def _new(self) -> list[Observation]:
        found = [one for source in self._sources for one in source.new()]
        found += [self._broken.pop(0) for _ in range(len(self._broken))]
        return sorted(found, key=lambda one: one.at)

    def _line(self, line: Line) -> None:
        self._news.line(line.id, line.data())

    def _note(self, seen: Observation) -> None:
        if isinstance(seen, Edited):
            self._news.calendar_changed()
        if isinstance(seen, Logged):
            self._learn(seen)

    def _learn(self, seen: Logged) -> None:
        calendar = str(seen.fields.get("calendar_id", ""))
        conference = str(seen.fields.get("conference_id", ""))
        match seen.name:
            case "calendar.enrolled" | "connect.granted" | "sync.token_committed":
                self._access[calendar] = FOLLOWED
            case "calendar.access_lost":
                self._access[calendar] = LOST
            case "calendar.left":
                self._access.pop(calendar, None)
            case "provider.rejected" | "provider.gone" | "conference.backed_off" | "provider.failed":
                self._trouble[conference] = plainly(str(seen.fields.get("why", "")))
            case "provider.applied":
                self._trouble.pop(conference, None)
            case _:
                pass

    def _picture(self) -> dict[str, Any]:
        system = self._system
        rooms = [] if self._elsewhere else system.conferences.rooms.all()
        found = conferences(carriers(system.calendar.world), rooms, self._trouble)
        return {
            "users": [
                {"id": user, "state": self._access.get(user, "")} for user in system.calendar.world.users()
            ],
            "conferences": found,
            "elsewhere": self._elsewhere,
            "breaks": self.breaks.armed(),
            "functions": list(system.functions),
            "connect_url": system.settings.get("CONNECT_URL"),
            "settings": {
                name: system.settings[name]
                for name in ("DELETE_GRACE_SECONDS", "SYNC_EVERY_SECONDS")
                if name in system.settings
            },
        }


def _elsewhere(system: System) -> str:
    """Where messages go if not to the conference system that is seen here."""
    url = str(system.settings["WEBHOOK_URL"])
    return "" if url == system.conferences.webhook_url else url
