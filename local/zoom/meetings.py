"""One meeting or webinar, what an update does to it, and what is shown of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from local.zoom.series import OCCURRENCES_MAX, stamp, starts

SINGLE, NO_TIME, PERSONAL, FIXED = 2, 3, 4, 8
WEBINARS = {5: SINGLE, 6: NO_TIME, 9: FIXED}
OF_ONE = frozenset({"agenda", "start_time", "duration"})
LONGEST = {"topic": 200, "agenda": 2_000}


class Refusal(Exception):
    """A status and one of Zoom's codes."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(slots=True, kw_only=True)
class Occurrence:
    id: str
    start: datetime
    duration: int
    agenda: str = ""
    live: bool = True


@dataclass(slots=True, kw_only=True)
class Meeting:
    """`fields` are those of Zoom's API that are kept as they came; `start` is in UTC."""

    id: int
    host: str
    fields: dict[str, Any]
    webinar: bool = False
    start: datetime | None = None
    started: bool = False
    occurrences: list[Occurrence] = field(default_factory=list)

    @property
    def kind(self) -> int:
        own: int = self.fields["type"]
        return WEBINARS[own] if self.webinar else own

    def update(self, wish: dict[str, Any], now: datetime) -> None:
        """A start in the past is ignored. A recurrence recreates all occurrences, deleted ones too."""
        _check(wish)
        start, recurrence = wish.get("start_time"), wish.get("recurrence")
        self.fields |= {
            name: value for name, value in wish.items() if name not in {"start_time", "recurrence"}
        }
        if self.kind == NO_TIME:
            self.start, self.occurrences = None, []
            for name in ("duration", "timezone", "recurrence"):
                self.fields.pop(name, None)
        if start and (at := self._utc(start)) > now:
            self.start = at
        if self.kind == FIXED and recurrence and self.start:
            self._lay(self.start, recurrence)
        elif self.kind == FIXED and start:
            raise Refusal(400, 300, "recurrence is required.")
        elif self.kind == SINGLE:
            self.occurrences = []
            self.fields.pop("recurrence", None)

    def _utc(self, text: str) -> datetime:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def zone(self) -> str:
        return str(self.fields.get("timezone", "UTC"))

    def _lay(self, begin: datetime, recurrence: dict[str, Any]) -> None:
        self.fields["recurrence"] = recurrence
        self.occurrences = []
        self._make(begin, OCCURRENCES_MAX)

    def _make(self, begin: datetime, most: int, after: datetime | None = None) -> None:
        first = begin.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        lasts = self.fields.get("duration", 60)
        self.occurrences += [
            Occurrence(id=str(int(at.timestamp() * 1000)), start=at, duration=lasts)
            for at in starts(first, self.zone, self.fields["recurrence"], most)
            if after is None or at > after
        ]

    def occurrence(self, name: str) -> Occurrence:
        for each in self.occurrences:
            if each.id == name:
                return each
        raise Refusal(400, 300, "Invalid parameter: occurrence_id.")

    def call_off(self, name: str) -> bool:
        """Whether others are left."""
        self.occurrence(name).live = False
        return any(each.live for each in self.occurrences)

    def make_more(self, many: int) -> None:
        """Zoom makes so many at a time. Whether it makes more as time goes by is not known: here it does when
        told to.
        """
        at = [datetime.fromtimestamp(int(each.id) / 1_000, UTC) for each in self.occurrences]
        self._make(at[0], len(at) + many, after=at[-1])

    def update_one(self, name: str, wish: dict[str, Any], now: datetime) -> None:
        """Anything but text and time of an occurrence is its series'."""
        _check(wish)
        one = self.occurrence(name)
        one.agenda = wish.get("agenda", one.agenda)
        one.duration = wish.get("duration", one.duration)
        if "start_time" in wish and (at := self._utc(wish["start_time"])) > now:
            one.start = at

    def told(self, base: str, now: datetime) -> dict[str, Any]:
        """As Zoom answers; occurrences that are over it leaves out."""
        said: dict[str, Any] = {
            "id": self.id,
            "host_email": self.host,
            "host_id": f"id-of-{self.host.partition('@')[0]}",
            "status": "started" if self.started else "waiting",
            "join_url": self._join_url(base),
            **self.fields,
        }
        if self.start:
            said["start_time"] = stamp(self.start)
        if self.occurrences:
            said["occurrences"] = [_told(each) for each in self.occurrences if each.start > now]
        return said

    def _join_url(self, base: str) -> str:
        code = self.fields.get("password")
        return f"{base}/j/{self.id}" + (f"?pwd=hidden-{code}" if code else "")


def _told(one: Occurrence) -> dict[str, Any]:
    status = "available" if one.live else "deleted"
    return {
        "occurrence_id": one.id,
        "start_time": stamp(one.start),
        "duration": one.duration,
        "status": status,
    }


def _check(wish: dict[str, Any]) -> None:
    for name, most in LONGEST.items():
        if len(wish.get(name, "")) > most:
            raise Refusal(400, 300, "Validation Failed.")
    if wish.get("topic") == "":
        raise Refusal(400, 300, "Validation Failed.")
