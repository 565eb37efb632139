"""What the small Webex knows: meetings and their instances, and the mails it would have sent.

It has Webex's awkward ways: it silently drops days of a rule, and seconds; a single meeting is a series of
one instance; a new schedule of a series undoes changes of its instances; and it mails everybody unless asked
not to.
"""

import json
import threading
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

Json = dict[str, Any]

LOOKED_AT = 2_000
TITLE_MAX, AGENDA_MAX = 128, 1_300
SCHEDULE = ("start", "end", "recurrence")
FIELDS = frozenset({"title", "agenda", "start", "end", "timezone", "recurrence", "hostEmail", "sendEmail"})


class Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Meetings:
    """Safe to share between threads; what is in `path` survives."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._kept: Json = json.loads(path.read_text()) if path.exists() else {"series": {}, "mails": []}

    def create(self, title: str, **more: Any) -> str:
        """A meeting as an add-on makes it. `connector`: a calendar connector did."""
        start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=1)
        name = uuid4().hex
        usual: Json = {
            "id": name,
            "title": title,
            "start": _text(start),
            "end": _text(start + timedelta(hours=1)),
            "timezone": "UTC",
            "hostEmail": "owner@example.com",
            "password": "BgJep@43",
            "webLink": f"https://site.example.com/site/j.php?MTID={name}",
            "scheduledType": "meeting",
            "meetingType": "meetingSeries",
            "state": "active",
        }
        with self._lock:
            self._kept["series"][name] = {"own": {**usual, **more}, "changed": {}, "cancelled": []}
            self._save()
        return name

    def get(self, name: str, host: str | None = None) -> Json:
        """A meeting, a series or an instance as it is now. Refusal."""
        with self._lock:
            kept, stamp = self._found(name, host)
            own: Json = deepcopy(kept["own"])
            if not stamp:
                return own
            slot = _slot(stamp)
            length = _when(own["end"]) - _when(own["start"])
            own |= {"id": name, "start": _text(slot), "end": _text(slot + length)}
            own |= {"meetingType": "scheduledMeeting", "state": "scheduled"}
            own.pop("recurrence", None)
            own.update(kept["changed"].get(stamp, {}))
            return {key: value for key, value in own.items() if value is not None}

    def listed(self) -> list[Json]:
        with self._lock:
            return [deepcopy(each["own"]) for each in self._kept["series"].values()]

    def patch(self, name: str, body: Json) -> Json:
        """Refusal where Webex refuses, before anything has changed."""
        with self._lock:
            kept, stamp = self._found(name, body.get("hostEmail"))
            before = self.get(name)
            wish = {key: value for key, value in body.items() if key not in {"hostEmail", "sendEmail"}}
            _examine(kept["own"], before, wish, body.keys())
            wish |= {key: _minute(wish[key]) for key in ("start", "end") if key in wish}
            if stamp:
                kept["changed"][stamp] = {**kept["changed"].get(stamp, {}), **wish}
            else:
                self._change(kept, wish)
            self._mail("updated", name, body.get("sendEmail", True))
            self._save()
            return self.get(name)

    def _change(self, kept: Json, wish: Json) -> None:
        own = kept["own"]
        if wish.get("recurrence"):
            wish["recurrence"] = _as_kept(wish["recurrence"])
        if any(key in wish and wish[key] != own.get(key) for key in SCHEDULE):
            kept["changed"], kept["cancelled"] = {}, []
        kept["own"] = {key: value for key, value in {**own, **wish}.items() if value is not None}

    def delete(self, name: str, host: str | None, *, mail: bool) -> None:
        with self._lock:
            kept, stamp = self._found(name, host)
            _changeable(kept["own"])
            if stamp and len(list(islice(self._left(kept), 2))) > 1:
                kept["cancelled"].append(stamp)
                kept["changed"].pop(stamp, None)
            else:  # with its last instance goes the meeting: the worst that Webex may do
                del self._kept["series"][kept["own"]["id"]]
            self._mail("cancelled", name, mail)
            self._save()

    def mails(self) -> list[Json]:
        with self._lock:
            return list(self._kept["mails"])

    def instances(self, name: str) -> list[str]:
        """The ids of a series' instances to come, the first hundred."""
        with self._lock:
            kept = self._kept["series"][name]
            return [f"{name}_{stamp}" for stamp in islice(self._left(kept), 100)]

    @staticmethod
    def _left(kept: Json) -> Iterator[str]:
        stamps = (f"{slot:%Y%m%dT%H%M%SZ}" for slot in _slots(kept["own"]))
        return (stamp for stamp in stamps if stamp not in kept["cancelled"])

    def put(self, name: str, **fields: Any) -> None:
        """Somebody changes a meeting in Webex itself."""
        with self._lock:
            self._kept["series"][name]["own"].update(fields)
            self._save()

    def _found(self, name: str, host: str | None) -> tuple[Json, str]:
        series, _, stamp = name.partition("_")
        kept: Json | None = self._kept["series"].get(series)
        missing = Refusal(404, f"no meeting {name}")
        if kept is None or (host is not None and host != kept["own"]["hostEmail"]):
            raise missing
        if stamp and (stamp in kept["cancelled"] or _slot(stamp) not in _slots(kept["own"])):
            raise missing
        return kept, stamp

    def _mail(self, kind: str, name: str, wanted: bool) -> None:  # noqa: FBT001 - as Webex has it
        if wanted:
            self._kept["mails"].append({"kind": kind, "meeting": name})

    def _save(self) -> None:
        self._path.write_text(json.dumps(self._kept))


def _examine(own: Json, before: Json, wish: Json, given: Any) -> None:
    _changeable(own)
    if odd := set(given) - FIELDS:
        raise Refusal(400, f"unknown: {', '.join(sorted(odd))}")
    if not wish.get("title", "as it is") or len(wish.get("title", "")) > TITLE_MAX:
        raise Refusal(400, "title must have 1 to 128 characters")
    if len(wish.get("agenda") or "") > AGENDA_MAX:
        raise Refusal(400, "agenda has more than 1300 characters")
    if wish.get("recurrence") and "_" in before["id"]:
        raise Refusal(400, "an instance has no recurrence")
    if wish.keys() & {"start", "end"}:
        _examine_times({**before, **wish})


def _changeable(own: Json) -> None:
    if own["scheduledType"] == "personalRoomMeeting":
        raise Refusal(400, "not supported for a personal room meeting")
    if own.get("connector"):
        raise Refusal(403, "The meeting was created via a calendar connector, this action is blocked")
    if own["state"] in {"inProgress", "ended"}:
        raise Refusal(400, f"the meeting is {own['state']}")


def _examine_times(asked: Json) -> None:
    start, end = _when(asked["start"]), _when(asked["end"])
    if start < datetime.now(UTC):
        raise Refusal(400, "start cannot be before current date and time")
    if not timedelta(minutes=10) <= end - start <= timedelta(hours=23, minutes=59):
        raise Refusal(400, "a meeting lasts 10 minutes to 23 hours 59 minutes")
    ZoneInfo(asked["timezone"])


def _as_kept(rule: str) -> str:
    parts = dict(piece.split("=") for piece in rule.split(";"))
    if parts["FREQ"] in {"MONTHLY", "YEARLY"}:
        parts = {name: value.split(",")[0] for name, value in parts.items()}
    interval = parts.pop("INTERVAL", "1")
    return ";".join(f"{name}={value}" for name, value in {**parts, "INTERVAL": interval}.items())


def _slots(own: Json) -> Iterator[datetime]:
    """Starts in UTC, in the series' own zone: the first so many."""
    start, zone = _when(own["start"]), ZoneInfo(own["timezone"])
    if not own.get("recurrence"):
        yield start.astimezone(UTC)
        return
    first = start.astimezone(zone).replace(tzinfo=None)
    until = own["recurrence"].replace("Z", "")  # near enough for tests
    for slot in islice(rrulestr(until, dtstart=first), LOOKED_AT):
        yield slot.replace(tzinfo=zone).astimezone(UTC)


def _minute(text: str) -> str:
    return _when(text).replace(second=0, microsecond=0).isoformat(timespec="seconds")


def _slot(stamp: str) -> datetime:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal(404, f"no instance {stamp}") from error


def _when(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"{text} is no time") from error
    if found.tzinfo is None:
        raise Refusal(400, f"{text} has no offset")
    return found


def _text(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
