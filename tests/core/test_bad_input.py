"""Whatever Calendar sends, no exception leaves the core: an event comes of it, or a reason naming a field."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.adapters.calendar.event import read
from functions.adapters.providers.webhook import UNCUT_MAX_BYTES, message
from functions.adapters.stores.records import document, event_key, restore
from functions.core import holding, ledger
from functions.core.actions import Standing
from functions.core.conference import Conference, Intent, Published, Unshown
from functions.core.decide import decide, decide_link, fingerprint_of, in_order
from functions.core.errors import Rejected
from functions.core.hold import Hold, missing
from functions.core.link import BEGIN, END, own_location
from functions.core.model import (
    CONFERENCE_ID_BYTES_MAX,
    EVENT_ID_BYTES_MAX,
    Change,
    Event,
    EventRef,
    Kind,
    Place,
    Unreadable,
)
from tests.core.raw import CALENDAR, SOLUTIONS, raw
from tests.core.samples import FULL, KEY, NOW, TITLE_ONLY, cancelled, held, live
from tests.core.test_link import NEW

# Where the branches are taken, each once, is in the tests beside this one.
pytestmark = pytest.mark.no_cover

FULL_EVENT: dict[str, Any] = raw(
    etag='"3"',
    description="<p>Agenda</p>",
    location="Room 5",
    recurrence=["RRULE:FREQ=WEEKLY"],
    recurringEventId="e1",
    originalStartTime={"dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Europe/Berlin"},
    attendees=[{"email": "a@example.com", "responseStatus": "accepted", "optional": True, "resource": False}],
    extendedProperties={"private": {"conferenceSyncLink": "https://meet.example.com/1"}},
)
MOMENTS = ("start", "end", "originalStartTime")
OBJECTS = (
    "organizer", "extendedProperties", "extendedProperties.private", "conferenceData",
    "conferenceData.conferenceSolution", *MOMENTS,
)  # fmt: skip
TEXTS = (
    "id", "recurringEventId", "summary", "description", "location", "created", "updated", "organizer.email",
    "attendees[].email", "attendees[].responseStatus", "extendedProperties.private.conferenceSyncLink",
    "conferenceData.conferenceId", "conferenceData.conferenceSolution.name",
    "conferenceData.entryPoints[].uri", "start.timeZone",
    *(f"{name}.{part}" for name in MOMENTS for part in ("dateTime", "date")),
)  # fmt: skip
# All that may ever be said: nothing of what an event says gets into a log.
REASONS = {
    "the event is not an object",
    "id is missing",
    "start and end: one has a time of day, the other has none",
    "attendees is not a list of objects",
    "conferenceData.entryPoints is not a list of objects",
    "recurrence is not a list of texts",
    *(f"{name} is not an object" for name in OBJECTS),
    *(f"{name} is not a text" for name in TEXTS),
    *(f"{name} is neither a time nor a date" for name in MOMENTS),
    *(f"{name}.dateTime has no offset" for name in (*MOMENTS, "created", "updated")),
    *(f"{name} is not a time" for name in ("created", "updated")),
    *(f"{name} is longer than {EVENT_ID_BYTES_MAX} bytes" for name in ("id", "recurringEventId")),
    f"conferenceData.conferenceId is longer than {CONFERENCE_ID_BYTES_MAX} bytes",
}

ODD_TEXTS = [
    "", "\0", "\ud800", "\udfff\ud800", "NaN", "_" * 50, "cancelled", "default", "e1", "r1",
    "\N{FULLWIDTH DIGIT TWO}026-03-02", "e1_\N{FULLWIDTH DIGIT TWO}0260302", "e1_20260302T090000Z",
    "e1_99999999", "e1_R20260302T090000", "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
    "2026-03-02T24:00:00Z", "2026-03-02T10:00:00", "2026-03-02T10:00:00+23:59:59.999999", "2026-W10-1",
    "2026-02-30", f"&#{'9' * 5_000};", "<a href='https://[", "<a href='https://www.google.com/url?q=https://[",
    "<!--", "<script>", BEGIN, f"{END} {BEGIN}", f"{BEGIN}{BEGIN}{END}{END}", "a" * 30_000,
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(ODD_TEXTS)
)
KEYS = st.text(max_size=5) | st.sampled_from(["dateTime", "date", "email", "uri", "private", "conferenceId"])
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
Path = tuple[str | int, ...]


def paths(thing: Any, at: Path = ()) -> Iterator[Path]:
    """Where in it a value stands, at any depth."""
    inside = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in inside:
        yield (*at, key)
        yield from paths(value, (*at, key))


def put(thing: Any, path: Path, value: Any) -> Any:
    """It with another value there, if there still is such a place."""
    if not path:
        return value
    key, *rest = path
    if isinstance(thing, dict):
        return thing | {key: put(thing.get(key), tuple(rest), value)}
    if isinstance(thing, list) and isinstance(key, int) and key < len(thing):
        return [*thing[:key], put(thing[key], tuple(rest), value), *thing[key + 1 :]]
    return thing


@settings(max_examples=300)
@given(JSON | st.dictionaries(st.sampled_from(sorted(FULL_EVENT)), JSON))
def test_arbitrary_json(thing: object) -> None:
    """No object at all, or one with any value in any field."""
    survives(thing)


@pytest.mark.slow
@settings(max_examples=600)
@given(st.lists(st.tuples(st.sampled_from(list(paths(FULL_EVENT))), JSON), min_size=1, max_size=3))
def test_a_real_event_with_odd_values(odd: list[tuple[Path, object]]) -> None:
    """Up to three fields, at any depth, hold something else."""
    event: Any = FULL_EVENT
    for path, value in odd:
        event = put(event, path, value)
    survives(event)


EVERYWHERE = pytest.mark.parametrize(
    "path", list(paths(FULL_EVENT)), ids=[".".join(map(str, path)) for path in paths(FULL_EVENT)]
)


@EVERYWHERE
def test_odd_values_in_each_field(path: Path) -> None:
    """Each value that may be a trap, wherever one may stand."""
    odd: list[object] = [10**5_000, float("nan"), float("inf"), True, None, {}, [], [None], [{}]]
    for value in (*ODD_TEXTS, *odd):
        survives(put(FULL_EVENT, path, value))


@EVERYWHERE
def test_a_deep_value_in_each_field(path: Path) -> None:
    """Nothing follows a value down: the stack does not run out."""
    deep: Any = "bottom"
    for _ in range(10_000):
        deep = {"private": [deep]}
    survives(put(FULL_EVENT, path, deep))
    survives(put(FULL_EVENT, path, [deep]))


LONG = 100_000
LONG_TEXTS = ["_", "_1", "_R2", "_20260302", "_R20260302", "0", " ", "\n", "<a ", "; ", BEGIN, END]
LONG_LISTS: dict[str, Any] = {
    "attendees": [{"email": f"{number % 1_000}@example.com"} for number in range(LONG)],
    "recurrence": [f"EXDATE:{number}" for number in range(LONG)],
    "conferenceData": FULL_EVENT["conferenceData"] | {"entryPoints": [{"uri": "x"}] * LONG},
}


@pytest.mark.slow
@pytest.mark.parametrize("piece", LONG_TEXTS, ids=ascii)
def test_long_texts_take_linear_time(piece: str) -> None:
    """In all fields at once: what looked at each pair of characters would take hours."""
    long = piece * (LONG // len(piece))
    survives(FULL_EVENT | dict.fromkeys(("summary", "description", "location"), long))
    survives(FULL_EVENT | {"id": long, "recurringEventId": long})
    survives({"id": long, "status": "cancelled"})
    assert missing(EventRef(CALENDAR, long)).cancelled
    assert own_location(long, long[1:]) == long[:1]


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG_LISTS)
def test_long_lists_take_linear_time(name: str) -> None:
    """However many there are of them."""
    survives(FULL_EVENT | {name: LONG_LISTS[name]})


ME = Hold(ref=EventRef(CALENDAR, "e1"))
MY_INSTANCE = Hold(ref=EventRef(CALENDAR, "e1_20260302T090000Z"), series_id="e1")
CONFERENCES = [
    Conference(key=KEY),
    held(),
    held(holds=(MY_INSTANCE, ME), published=Published(link=NEW, unwritten=(Unshown(ME.ref, NOW),))),
    held(holds=(Hold(ref=EventRef("other", "e1")), ME), push_at=NOW),
    held(holds=(), released=(ME,), delete_at=NOW),
    held(holds=(), deleted_at=NOW, published=Published(link=NEW)),
    ledger.park(held(), "summary is not a text", now=NOW),
]
STANDINGS = [
    Standing(abilities=FULL),
    Standing(abilities=FULL, fresh_after=NOW - timedelta(days=1), full=True),
    Standing(abilities=TITLE_ONLY, hidden=True),
    Standing(abilities=TITLE_ONLY, fresh_after=NOW),
]


def survives(thing: object) -> None:
    """Read, it is an event or a reason; with either all goes on: deciding, writing, recording, telling."""
    found = read(thing, CALENDAR, SOLUTIONS)
    assert isinstance(found, Event) or found.reason in REASONS
    assert in_order([found, live(), cancelled(), found])
    assert missing(found.ref).cancelled
    for conference in CONFERENCES:
        mine = replace(conference, key=found.carries or conference.key)
        assert all(decide(found, mine, standing).row for standing in STANDINGS)
        assert all(decide_link(found, mine, place).row for place in Place)
    recorded(found)
    if isinstance(found, Event) and found.meeting:
        told(found)


def told(event: Event) -> None:
    assert event.meeting is not None
    change = Change(
        id="x",
        kind=Kind.OCCURRENCE_UPDATED,
        key=event.carries or KEY,
        solution=event.solution,
        calendar_id=CALENDAR,
        occurrence=event.instance.original_start if event.instance else None,
        meeting=event.meeting,
    )
    uncut = (event.meeting.title, event.meeting.location, *event.meeting.recurrence)
    if len(json.dumps(uncut)) > UNCUT_MAX_BYTES:
        refused(change)
        return
    said = json.loads(message(change, NOW))["data"]["event"]
    assert (said["title"], said["location"]) == (event.meeting.title, event.meeting.location)
    assert {fingerprint_of(event.meeting, abilities.fields) for abilities in (FULL, TITLE_ONLY)}


def refused(change: Change) -> None:
    with pytest.raises(Rejected, match="would make a message of"):
        message(change, NOW)


def recorded(found: Event | Unreadable) -> None:
    """It comes back from a store as it was, whatever the event brought into it."""
    occurrence = found.instance.original_start if found.instance else None
    intent = Intent(
        kind=Kind.UPDATED, fingerprint="f", occurrence=occurrence, source=found.ref, owner="o", until=NOW
    )
    holder = holding.hold(held(published=Published(link=NEW)), found, held_at=NOW, recent=NOW)
    parked = ledger.park(holder, getattr(found, "reason", ""), now=NOW)
    begun = ledger.intend(parked, intent, now=NOW)
    done = ledger.done(begun, begun.intent or intent, now=NOW)
    for kept in (done, holding.release(done, found.ref, now=NOW, grace=300)):
        stored = json.loads(json.dumps(document(kept)))
        assert restore(Conference, stored) == kept
    assert event_key(found.ref) in document(done)["event_keys"]
