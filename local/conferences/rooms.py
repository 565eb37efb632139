"""What the conference system knows: conferences, the messages it took, and the trouble it should make."""

import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from local.conferences.diary import Diary


@dataclass(slots=True, kw_only=True)
class Conference:
    """`event` and `occurrences` are as last pushed; `made` counts how often the conference was created."""

    id: str
    title: str
    join_url: str
    passcode: str = ""
    status: str = "live"
    made: int = 1
    event: dict[str, Any] | None = None
    occurrences: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    body: dict[str, Any]


class Rooms:
    """Safe to share between threads. What the diary holds from earlier is known from the start."""

    def __init__(self, base_url: str, diary: Diary | None = None) -> None:
        self._base_url = base_url
        self._lock = threading.RLock()
        self._conferences: dict[str, Conference] = {}
        self._replies: dict[str, Reply] = {}
        self._log: list[dict[str, Any]] = []
        self._seen: set[object] = set()
        self._diary = diary or Diary()
        for deed, given in self._diary.earlier():
            getattr(self, deed)(*given)

    def create(self, title: str, name: str | None = None) -> Conference:
        with self._lock:
            name = name or uuid4().hex[:12]
            made = Conference(id=name, title=title, join_url=self._link(name))
            self._conferences[name] = made
            self._diary.write("create", title, name)
            return made

    def lock(self, name: str, passcode: str) -> None:
        """Somebody gives a conference another passcode; the service learns it with its next update."""
        with self._lock:
            self._conferences[name].passcode = passcode
            self._diary.write("lock", name, passcode)

    def all(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(each) for each in self._conferences.values()]

    def find(self, name: str) -> dict[str, Any] | None:
        with self._lock:
            found = self._conferences.get(name)
            return asdict(found) if found else None

    def forget_occurrences(self, name: str) -> None:
        """As on systems that recreate all occurrences with each update of a series."""
        with self._lock:
            if found := self._conferences.get(name):
                found.occurrences.clear()
                self._diary.write("forget_occurrences", name)

    def log(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(line) for line in self._log]

    def note(self, **line: Any) -> None:
        """Write down a request; it is a repeat if one with its id came before."""
        with self._lock:
            repeat = line["id"] in self._seen
            self.noted({"at": datetime.now(UTC).isoformat(), "repeat": repeat, **line})

    def noted(self, line: dict[str, Any]) -> None:
        """Add a line to the log as it stands."""
        with self._lock:
            self._seen.add(line["id"])
            self._log.append(line)
            self._diary.write("noted", line)

    def clear_log(self) -> None:
        with self._lock:
            self._log.clear()
            self._diary.write("clear_log")

    def take(self, message_id: str, message: dict[str, Any]) -> Reply:
        """Carry out a message once; a repeat gets the first answer again."""
        with self._lock:
            if message_id not in self._replies:
                self._replies[message_id] = self._carry_out(message["type"], message["data"])
                self._diary.write("take", message_id, message)
            return self._replies[message_id]

    def close(self) -> None:
        with self._lock:
            self._diary.close()

    def _carry_out(self, kind: str, data: dict[str, Any]) -> Reply:
        if kind == "ping":
            return Reply(status=200, body={})
        name = data["conference_id"]
        known = self._conferences.get(name)
        if kind == "conference.deleted":
            if known:
                known.status = "deleted"
            return Reply(status=200, body={})
        if known is None:
            return Reply(status=410, body={"error": f"no conference {name}"})
        if kind == "conference.updated":
            return self._update(known, data["event"])
        return self._occurrence(known, kind, data)

    def _update(self, known: Conference, event: dict[str, Any]) -> Reply:
        if known.status == "deleted":
            known.status, known.made = "live", known.made + 1
            known.join_url = self._link(f"{known.id}-{known.made}")
            known.occurrences.clear()
        if known.event and known.event["id"] != event["id"]:
            known.occurrences.clear()  # they were another event's
        known.title, known.event = event["title"], event
        code = {"passcode": known.passcode} if known.passcode else {}
        return Reply(status=200, body={"conference": {"join_url": known.join_url, **code}})

    @staticmethod
    def _occurrence(known: Conference, kind: str, data: dict[str, Any]) -> Reply:
        if known.status == "deleted":
            return Reply(status=410, body={"error": f"conference {known.id} is deleted"})
        verb = kind.removeprefix("occurrence.")
        known.occurrences[data["occurrence"]] = {"status": verb, "event": data["event"]}
        return Reply(status=200, body={})

    def _link(self, name: str) -> str:
        return f"{self._base_url}/join/{name}"
