"""Each change as one line that grows hop by hop: what was observed is put where it belongs, by calendar,
event, conference and time.

A notification, a delivery and a read name a calendar alone: they belong to all of its lines that wait for
such a hop. A decision names an event, a call a conference: they belong to the newest line about it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, assert_never

from functions.core.rows import ROWS
from local.page.observed import Broken, Called, Delivered, Edited, Logged, Observation
from local.page.words import plainly

KEPT_MAX = 200
REPEATED_WITHIN = 4
AFTERMATH = timedelta(seconds=10)  # so long after a line's begin, what is done twice still belongs to it
SWEEP = "sweep"
SUCCESS = range(200, 300)
QUIET_ROWS = {"E03", "E04", "E06", "E28"}  # what a full read says of each event that did not change
WORDS = {
    "conference.updated": "updated",
    "conference.deleted": "deleted",
    "occurrence.updated": "one date updated",
    "occurrence.cancelled": "one date cancelled",
}
FAULTS = {"drop": "no answer, though done", "hang": "no answer", "lose": "no answer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """`row` is one of docs/changes.md, `call` the id of a message to the conference system."""

    at: datetime
    kind: str
    text: str
    trouble: bool = False
    row: str = ""
    call: str = ""
    times: int = 1

    def same(self, other: "Hop") -> bool:
        return (self.kind, self.text, self.trouble) == (other.kind, other.text, other.trouble)


@dataclass(slots=True, kw_only=True)
class Line:
    """`seq` rises with each change of any line: what a page that was away has missed has a higher one."""

    id: int
    at: datetime
    calendar_id: str
    what: str
    events: set[str] = field(default_factory=set)
    conferences: set[str] = field(default_factory=set)
    hops: list[Hop] = field(default_factory=list)
    seq: int = 0

    def has(self, kind: str) -> bool:
        return any(hop.kind == kind for hop in self.hops)

    @property
    def done(self) -> bool:
        return self.has("commit")

    def data(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "calendar": self.calendar_id,
            "what": self.what,
            "conferences": sorted(self.conferences),
            "done": self.done,
            "hops": [self._hop(hop) for hop in self.hops],
        }

    def _hop(self, hop: Hop) -> dict[str, Any]:
        told = {"kind": hop.kind, "text": hop.text, "trouble": hop.trouble, "row": hop.row, "call": hop.call}
        return told | {"times": hop.times, "ms": max(0, round((hop.at - self.at).total_seconds() * 1000))}


class Feed:
    """Fed by one thread; `told` is called with each line that was made or has grown.

    Unless `calls_are_seen` where they arrive, the functions' word is taken for them.
    """

    def __init__(self, told: Callable[[Line], None], *, calls_are_seen: bool = True) -> None:
        self._calls_are_seen = calls_are_seen
        self.lines: list[Line] = []
        self._told = told
        self._ids = count(1)
        self._seqs = count(1)

    def take(self, seen: Observation) -> None:
        match seen:
            case Edited():
                self._open(seen)
            case Broken():
                self._append(Line(id=next(self._ids), at=seen.at, calendar_id="", what=seen.what))
            case Delivered():
                self._delivered(seen)
            case Logged():
                self._logged(seen)
            case Called():
                self._called(seen)
            case _:
                assert_never(seen)

    def _open(self, seen: Edited) -> None:
        events, conferences = set(seen.events), set(seen.conferences)
        line = Line(
            id=next(self._ids),
            at=seen.at,
            calendar_id=seen.calendar_id,
            what=seen.what,
            events=events,
            conferences=conferences,
        )
        self._append(line)

    def _append(self, line: Line) -> None:
        self.lines = [*self.lines[-KEPT_MAX + 1 :], line]
        self._changed(line)

    def _changed(self, line: Line) -> None:
        line.seq = next(self._seqs)
        self._told(line)

    def _grow(self, line: Line, hop: Hop) -> None:
        """Trouble that comes again and again is one hop."""
        known = next((one for one in line.hops[-REPEATED_WITHIN:] if one.same(hop)), None)
        if hop.trouble and known is not None:
            line.hops.remove(known)
            hop = replace(hop, times=known.times + 1)
        line.hops.insert(_place(line.hops, hop), hop)
        self._changed(line)

    def _newest(self) -> Iterator[Line]:
        return reversed(self.lines)

    def _waiting(self, calendar_id: str, *lacking: str, after: str = "") -> list[Line]:
        """Lines of a calendar that are not committed and lack these hops."""
        return [
            line
            for line in self.lines
            if line.calendar_id == calendar_id
            and not line.done
            and not any(line.has(kind) for kind in lacking)
            and (not after or line.has(after))
        ]

    def _latest(self, calendar_id: str, at: datetime) -> list[Line]:
        """The line of a calendar that was open last, if that is not long ago."""
        found = (line for line in self._newest() if line.calendar_id == calendar_id)
        return [line for line in [next(found, None)] if line and at - line.at < AFTERMATH]

    def _all(self, lines: list[Line], hop: Hop) -> None:
        for line in lines:
            self._grow(line, hop)

    def _delivered(self, seen: Delivered) -> None:
        if seen.error:
            failed = f"{_no_answer(seen.error)}, so it comes again"
            lines = self._waiting(seen.calendar_id, after="queue") or self._latest(seen.calendar_id, seen.at)
            self._all(lines[-1:], Hop(at=seen.at, kind="queue", text=failed, trouble=True))
            return
        text = "asked by the sweep" if seen.reason == SWEEP else "delivered"
        if seen.attempt > 1:
            text += f", try {seen.attempt}"
        lines = self._waiting(seen.calendar_id, "queue")
        if seen.attempt > 1 or not lines:
            lines = self._waiting(seen.calendar_id) or self._latest(seen.calendar_id, seen.at)
        if seen.reason == SWEEP:
            lines = [line for line in lines if not line.done]
        self._all(lines, Hop(at=seen.at, kind="queue", text=text))

    def _called(self, seen: Called) -> None:
        verb, again = WORDS.get(seen.kind, seen.kind), " again" if seen.repeat else ""
        fine = seen.fault is None and seen.status in SUCCESS
        text = FAULTS.get(seen.fault or "", f"{verb}{again}, {seen.status}")
        hop = Hop(at=seen.at, kind="call", text=text, trouble=not fine, call=seen.id)
        for line in self._newest():
            if seen.conference_id in line.conferences:
                self._grow(line, hop)
                return

    def _logged(self, seen: Logged) -> None:
        calendar = str(seen.fields.get("calendar_id", ""))
        match seen.name:
            case "notification.accepted":
                self._pushed(calendar, seen.at)
            case "sync.page_read":
                self._all(self._waiting(calendar), _read(seen))
            case "sync.token_expired":
                text = "Calendar forgot the token: everything is read"
                self._all(
                    self._waiting(calendar) or self._latest(calendar, seen.at),
                    Hop(at=seen.at, kind="read", text=text, trouble=True),
                )
            case "sync.token_committed":
                self._all(
                    self._waiting(calendar, after="read"),
                    Hop(at=seen.at, kind="commit", text="token kept"),
                )
            case "sync.ended" if seen.fields.get("outcome") in OUTCOMES and seen.fields["reason"] != SWEEP:
                hop = Hop(at=seen.at, kind="queue", text=OUTCOMES[str(seen.fields["outcome"])])
                self._all(self._latest(calendar, seen.at), hop)
            case "calendar.access_lost":
                text = "the calendar cannot be read: access is lost"
                self._all(self._waiting(calendar), Hop(at=seen.at, kind="read", text=text, trouble=True))
            case "conference.decided":
                self._decided(seen)
            case "provider.applied" if not self._calls_are_seen:
                self._applied(seen)
            case "provider.failed" | "provider.rejected" | "provider.gone" | "conference.backed_off":
                self._refused(seen)
            case _:
                pass

    def _pushed(self, calendar_id: str, at: datetime) -> None:
        first = self._waiting(calendar_id, "push", "queue")
        text = "Calendar says: something changed" if first else "the same once more"
        self._all(first or self._latest(calendar_id, at), Hop(at=at, kind="push", text=text))

    def _decided(self, seen: Logged) -> None:
        event, conference, row = (str(seen.fields[name]) for name in ("event_id", "conference_id", "row"))
        line = self._about(event, conference)
        if line is None or (row in QUIET_ROWS and line.done):
            return
        line.conferences.add(conference)
        hop = Hop(at=seen.at, kind="row", text=ROWS.get(row, ""), row=row)
        if not any(known.row == row for known in line.hops):
            self._grow(line, hop)

    def _about(self, event_id: str, conference_id: str) -> Line | None:
        by_event = (line for line in self._newest() if event_id in line.events)
        by_conference = (line for line in self._newest() if conference_id in line.conferences)
        return next(by_event, None) or next(by_conference, None)

    def _applied(self, seen: Logged) -> None:
        line = self._about("", str(seen.fields["conference_id"]))
        kind = str(seen.fields["kind"])
        if line is not None:
            self._grow(line, Hop(at=seen.at, kind="call", text=WORDS.get(kind, kind)))

    def _refused(self, seen: Logged) -> None:
        line = self._about("", str(seen.fields["conference_id"]))
        text = REFUSALS[seen.name].format(why=plainly(str(seen.fields.get("why", ""))))
        if line is not None:
            self._grow(line, Hop(at=seen.at, kind="wait", text=text, trouble=True))


def _place(hops: list[Hop], hop: Hop) -> int:
    """A decision is logged when it was carried out, and told before the calls that it led to."""
    place = len(hops)
    while hop.row and place and hops[place - 1].kind in {"call", "wait"}:
        place -= 1
    return place


OUTCOMES = {
    "covered": "another read has seen it: nothing to do",
    "asked_again": "another read is under way, and reads once more",
    "failed": "this read failed",
    "backed_off": "left alone for now",
}
REFUSALS = {
    "provider.failed": "failed for now: {why}",
    "provider.rejected": "refused, so set aside: {why}",
    "provider.gone": "the conference is gone there: {why}",
    "conference.backed_off": "tried again later: {why}",
}


def _no_answer(error: str) -> str:
    return error if error.startswith("HTTP") else "sync_calendar does not answer"


def _read(seen: Logged) -> Hop:
    events, full = seen.fields["events"], seen.fields["full"]
    some = "1 event" if events == 1 else f"{events} events"
    return Hop(at=seen.at, kind="read", text=f"all is read: {some}" if full else f"{some} changed")
