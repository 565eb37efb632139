"""Where calendar and conference system differ: what each event asks of its conference, beside what is there.

Pure. Which event leads is told as in docs/changes.md: the oldest, and of the parts of a series the last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event
from local.page.words import clock, conference_of, guests, is_organizers, name, repeats, slot, title

Room = Mapping[str, Any]
LIVE, OFF = "live", "cancelled"


class Difference(NamedTuple):
    what: str
    calendar: str
    conference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """An event and the calendar that it is in."""

    calendar: Calendar
    event: Event

    @property
    def counts(self) -> bool:
        """Only the organizer's live copy does."""
        return not self.event.cancelled and is_organizers(self.event.body, self.calendar.id)


def drift(carriers: Iterable[Carrier], rooms: Sequence[Room]) -> dict[str, list[Difference]]:
    """By conference; those that are in step are left out."""
    holds: dict[str, list[Carrier]] = {}
    for one in carriers:
        conference_id = conference_of(one.event.body)
        if conference_id and one.counts:
            holds.setdefault(conference_id, []).append(one)
    found = {room["id"]: list(_differences(room, leader(holds.get(room["id"], [])))) for room in rooms}
    return {conference_id: differences for conference_id, differences in found.items() if differences}


def leader(holds: Sequence[Carrier]) -> Carrier | None:
    """Which of the events that carry a conference it follows. `created` has whole seconds; of one second's
    events, a calendar has the first one first.
    """
    whole = [one for one in holds if one.event.master_id is None] or holds
    if not whole:
        return None
    first = min(whole, key=_made)
    parts = [one for one in whole if one.event.is_master and _made(one) == _made(first)]
    return max(parts, key=lambda one: str(slot(one.event.body["start"])), default=first)


def _made(one: Carrier) -> str:
    return str(one.event.body.get("created", ""))


def _differences(room: Room, lead: Carrier | None) -> Iterator[Difference]:
    if lead is None:
        if room["status"] == LIVE and room["event"]:
            yield Difference("event", "gone", "still there")
    elif room["status"] != LIVE:
        yield Difference("conference", f"“{title(lead.event.body)}” wants it", room["status"])
    else:
        yield from _details(lead.event.body, room)
        yield from _instances(lead, room["occurrences"])


def _details(body: Mapping[str, Any], room: Room) -> Iterator[Difference]:
    pushed = room["event"] or {}
    pairs = {
        "title": (body.get("summary", ""), room["title"] if pushed else f"{room['title']} (told nothing)"),
        "starts": (_when(slot(body["start"])), _read(pushed.get("start"))),
        "ends": (_when(slot(body["end"])), _read(pushed.get("end"))),
        "repeats": (repeats(body.get("recurrence") or []), repeats(pushed.get("recurrence") or [])),
        "guests": (_listed(guests(body)), _listed(_pushed_guests(pushed))),
    }
    for what, (asked, held) in pairs.items():
        if asked != held:
            yield Difference(what, asked or "-", held or "-")
    if (body.get("recurrence") or []) != (pushed.get("recurrence") or []) and "repeats" not in _names(pairs):
        yield Difference("series", *_ends(body.get("recurrence") or [], pushed.get("recurrence") or []))


def _names(pairs: Mapping[str, tuple[str, str]]) -> set[str]:
    return {what for what, (asked, held) in pairs.items() if asked != held}


def _ends(asked: Sequence[str], held: Sequence[str]) -> tuple[str, str]:
    return " ".join(asked) or "-", " ".join(held) or "-"


def _when(at: datetime | date) -> str:
    return clock(at)


def _read(text: str | None) -> str:
    if not text:
        return ""
    if len(text) == len("2030-01-01"):
        return clock(date.fromisoformat(text))
    return clock(datetime.fromisoformat(text).astimezone(UTC))


def _pushed_guests(pushed: Mapping[str, Any]) -> dict[str, str]:
    return {one["email"]: one["response"] for one in pushed.get("attendees", [])}


def _listed(people: Mapping[str, str]) -> str:
    return ", ".join(f"{name(one)} ({answer})" for one, answer in sorted(people.items()))


def _instances(lead: Carrier, held: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    if not lead.event.is_master:
        return
    pushed = {clock(_moment(start)): one for start, one in held.items()}
    for one in lead.calendar.exceptions(lead.event.id):
        original = one.slot
        if original is None or not lead.calendar.has_date(one):
            continue
        day = clock(original.astimezone(UTC) if isinstance(original, datetime) else original)
        asked, is_held = _asked(one, lead.event), _held(pushed.get(day))
        if asked != is_held:
            yield Difference(f"on {day}", asked, is_held)


def _moment(start: str) -> datetime | date:
    at = datetime.fromisoformat(start) if "T" in start else date.fromisoformat(start)
    return at.astimezone(UTC) if isinstance(at, datetime) else at


def _asked(one: Event, series: Event) -> str:
    if one.cancelled or conference_of(one.body) != conference_of(series.body):
        return OFF
    return f"{title(one.body)}, {clock(slot(one.body['start']))}"


def _held(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return "as its series"
    if one["status"] == OFF or not one["event"]:
        return str(one["status"])
    return f"{one['event']['title']}, {_read(one['event']['start'])}"
