"""The same edits as somebody once made in Google's own pages: the stand-in tells them as Google did."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from gcal_standin import server
from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.described import Witness
from tests.support import needs

OWNER, ZONE = "owner@example.com", "America/Chicago"
A, B, C, D = ({"summary": f"title {letter}"} for letter in "ABCD")
TEXT = {"description": "a text"}
MARCH_24 = ("make", "2025-03-24T07:30", 45)
FEBRUARY_9 = ("make", "2025-02-09T08:00", 60)
LATER_AT_SEVEN = ("split", "2025-04-01", A | TEXT, "2025-04-01T07:00")
# What was done; the last of it is what the recorded answer tells.
STORIES: dict[str, list[tuple[Any, ...]]] = {
    "create__create": [MARCH_24],
    "delete__all__all-1": [MARCH_24, ("delete",)],
    "delete__all__all-2": [FEBRUARY_9, ("delete",)],
    "delete__single__delete.single": [FEBRUARY_9, LATER_AT_SEVEN, ("cancel", "2025-03-25")],
    "delete__single__delete.single-2": [("make", "2025-03-24T10:00", 90), ("cancel", "2025-03-28")],
    "delete__this-and-following__delete.this-and-following": [
        FEBRUARY_9, LATER_AT_SEVEN, ("cancel", "2025-03-25"), ("end", "2025-03-27"),
    ],
    "delete__this-and-following__delete.this-and-following-2": [
        ("make", "2025-03-24T10:00", 90), ("cancel", "2025-03-28"), ("end", "2025-03-26"),
    ],
    "edit__all__all-1": [
        MARCH_24, ("change", "2025-03-24", B), ("split", "2025-03-26", C), ("change all", A | TEXT),
    ],
    "edit__all__all-2": [
        MARCH_24, ("change", "2025-03-24", B), ("split", "2025-03-26", C), ("change all", A | TEXT),
    ],
    "edit__single__single.instance-2": [
        MARCH_24, ("change", "2025-03-26", B | TEXT, "2025-03-26T20:45"),
    ],
    "edit__single__single.instance-3": [
        MARCH_24, ("change", "2025-03-26", B), ("change", "2025-03-27", C), ("change", "2025-03-28", D),
    ],
    "edit__this-and-following__this-and-following-1": [MARCH_24, ("split", "2025-03-27", B | TEXT)],
    "edit__this-and-following__this-and-following-2": [
        ("make", "2025-03-12T08:15", 45),
        ("change", "2025-03-15", {}, "2025-03-15T16:00"),
        ("change", "2025-03-19", {}, "2025-03-20T16:30"),
        ("split", "2025-03-26", B),
    ],
    "edit__this-and-following__this-and-following-3": [
        ("make", "2025-03-12T08:15", 60), ("change all", {}, "2025-03-12T09:15"), ("split", "2025-03-26", B),
    ],
    "edit__this-and-following__this-and-following-4": [
        MARCH_24, ("change", "2025-03-24", B | TEXT), ("split", "2025-03-26", C | TEXT),
    ],
    "edit__this-and-following-v2__this-and-following-0": [
        FEBRUARY_9, ("split", "2025-04-01", B | TEXT, "2025-04-01T07:00"),
    ],
    "edit__this-and-following-v2__this-and-following-1": [
        FEBRUARY_9, LATER_AT_SEVEN, ("split", "2025-04-09", B),
    ],
}  # fmt: skip


class Person:
    """Does what was done, at a calendar of the same zone."""

    def __init__(self, standin: Server, events: Events) -> None:
        self._standin = standin
        self._events = events
        self._minutes = 0

    def do(self, verb: str, *arguments: Any) -> None:
        getattr(self, verb.replace(" ", "_"))(*arguments)

    def make(self, start: str, minutes: int) -> None:
        self._minutes = minutes
        self._events.insert(A | self._at(start) | {"recurrence": ["RRULE:FREQ=DAILY"]})

    def change(self, day: str, change: Json, start: str | None = None) -> None:
        self._events.patch(self._instance(day), change | self._at(start))

    def change_all(self, change: Json, start: str | None = None) -> None:
        for event in self._events.page()["items"]:
            self._events.patch(event["id"], change | self._at(start))

    def split(self, day: str, change: Json, start: str | None = None) -> None:
        self._control("split", day, change=change | self._at(start))

    def end(self, day: str) -> None:
        self._control("end", day)

    def cancel(self, day: str) -> None:
        self._events.delete(self._instance(day))

    def delete(self) -> None:
        for event in self._events.page()["items"]:
            self._events.delete(event["id"])

    def _control(self, path: str, day: str, **more: Any) -> None:
        told = {"calendarId": OWNER, "instanceId": self._instance(day)} | more
        self._standin.control("POST", path, told)

    def _instance(self, day: str) -> str:
        window = {"timeMin": f"{day}T05:00:00Z", "timeMax": f"{day}T23:00:00Z"}
        return str(self._events.page(singleEvents=True, **window)["items"][0]["id"])

    def _at(self, start: str | None) -> Json:
        if start is None:
            return {}
        begin = datetime.fromisoformat(start)
        times = {"start": begin, "end": begin + timedelta(minutes=self._minutes)}
        return {name: {"dateTime": time.isoformat(), "timeZone": ZONE} for name, time in times.items()}


@pytest.fixture
def chicago(witness: Witness) -> Iterator[Server]:
    with server.start(user=OWNER, time_zone=ZONE, around=witness.around) as running:
        yield running


def recorded(name: str) -> Json:
    content: Json = json.loads((needs.recordings() / f"{name}.json").read_text(encoding="utf-8"))
    return content


def shape(answer: Json) -> list[Json]:
    """Return the items with ids, etags and times told by what they are to each other.

    Links were left out of the recordings.
    """
    items = [{name: value for name, value in item.items() if name != "htmlLink"} for item in answer["items"]]
    items.sort(key=lambda item: item.get("start", {}).get("dateTime", ""))
    text = json.dumps(sorted(items, key=lambda item: "recurrence" not in item))
    for number, base in enumerate(dict.fromkeys(item["id"].partition("_")[0] for item in items)):
        assert len(base) == 26
        text = text.replace(base, f"<series {number}>")
    named = json.loads(text)
    for field in ("etag", "created", "updated"):
        found = list(dict.fromkeys(item[field] for item in named if field in item))
        named = [item | ({field: found.index(item[field])} if field in item else {}) for item in named]
    return sorted(named, key=lambda item: str(item["id"]))


def faults(answer: Json) -> list[str]:
    """Return what is odd about the order and the times of an answer."""
    ids, newest = [item["id"] for item in answer["items"]], microseconds(answer["updated"])
    found = [] if ids == sorted(ids) else ["items do not ascend by id"]
    for item in answer["items"]:
        told = microseconds(item.get("updated", answer["updated"]))
        if not 0 <= int(item["etag"].strip('"')) / 2 - told < 1000 or told != newest:
            found.append(f"the etag of {item['id']} is no time within the millisecond of `updated`")
        if not item.get("created", ".000Z").endswith(".000Z"):
            found.append(f"{item['id']} was created within a second")
    return found


def microseconds(stamp: str) -> int:
    return round(datetime.fromisoformat(stamp).timestamp() * 1000) * 1000


@pytest.fixture
def answer(chicago: Server, name: str) -> Json:
    """What the stand-in tells of the last thing done."""
    with Caller(chicago.url) as caller:
        events, token = caller.events(), ""
        person = Person(chicago, events)
        for step in STORIES[name]:
            _, token = events.all()
            person.do(*step)
        told: Json = events.page(syncToken=token)
    return told


@pytest.mark.recordings
@pytest.mark.parametrize("name", STORIES)
def test_told_as_google_told_it(answer: Json, name: str) -> None:
    """The same edit is told with the same ids, fields, rules and sequences, and with the same equal times."""
    google = recorded(name)

    assert shape(answer) == shape(google)
    assert answer.keys() == google.keys()
    assert (faults(answer), faults(google)) == ([], [])
