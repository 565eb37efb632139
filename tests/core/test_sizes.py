"""The largest records that anybody outside can bring about stay under what Firestore takes."""

from bisect import bisect
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.adapters.calendar.event import read
from functions.adapters.stores import records
from functions.core import conference as record
from functions.core import hold, holding, protocol, trouble
from functions.core.actions import Standing
from functions.core.conference import HISTORY_MAX, Conference
from functions.core.decide import TOO_MANY, decide, fingerprint_of
from functions.core.enrolment import Enrolment, SyncToken, Watch
from functions.core.errors import WHY_CHARACTERS_MAX, AccessLost, BadRequest, Gone, Rejected, RetryLater
from functions.core.holding import is_full
from functions.core.model import (
    EVENT_ID_BYTES_MAX,
    SOLUTION_CHARACTERS_MAX,
    Channel,
    ConferenceKey,
    Event,
    EventRef,
    Solution,
    Unreadable,
)
from functions.core.protocol import Finding
from functions.core.resume import EARLY_MAX, SETTLED_MAX, SHOWN_MAX, UNITS_MAX, Gathered, Resume, cut
from tests.core.largest import CALENDAR, KEY, NOW, WIDE, WORDS, busy, copy, crowded, ref
from tests.core.samples import STANDING, live

pytestmark = pytest.mark.no_cover
DOCUMENT_MAX_BYTES = 1_048_576  # FACTS.md 10
SOLUTIONS = (Solution(provider="webhook", uri="https://meet.example.com/"),)


def size(value: Any) -> int:
    """As Firestore counts: https://firebase.google.com/docs/firestore/storage-size."""
    if isinstance(value, str):
        return len(value.encode()) + 1
    if isinstance(value, Mapping):
        return sum(size(name) + size(item) for name, item in value.items())
    if isinstance(value, list):
        return sum(map(size, value))
    return 1 if value is None or isinstance(value, bool) else 8


def stored(what: Enrolment | Conference) -> int:
    """With the document's name and its 32 bytes, generously."""
    return size(records.document(what)) + 500


def test_the_largest_conference_fits() -> None:
    """Holds, links to write, occurrences, history, trouble: all at their most, at once."""
    largest = busy(crowded())
    assert len(largest.holds) > 100
    assert len(largest.history) == HISTORY_MAX
    assert len(largest.published.unwritten) == len(largest.holds)
    assert 850_000 < stored(largest) < DOCUMENT_MAX_BYTES


def test_many_usual_holds_fit() -> None:
    """Some 1,700 events with ids as Calendar makes them."""
    found = Conference(key=KEY)
    holds = tuple(hold.Hold(ref=EventRef("owner@example.com", f"{n:026}")) for n in range(10_000))
    room = bisect(range(10_000), 0, key=lambda n: is_full(replace(found, holds=holds[:n]), live("new")))
    assert room > 1_600
    unwritten = tuple(record.Unshown(one.ref, NOW, 9) for one in holds[:room])
    told = replace(found, holds=holds[:room], published=replace(found.published, unwritten=unwritten))
    assert 300_000 < stored(told) < holding.HOLDS_BYTES_MAX


def test_no_event_makes_a_full_record_grow() -> None:
    """Readable or not, of a conference that is gone or not: it is set aside, and not held."""
    full, odd = crowded(), Unreadable(ref=ref(70_000), reason="start", carries=KEY)
    for number in range(70_001, 70_010):  # until there is no room for one without a series, either
        if not is_full(full, odd):
            full = holding.hold(full, replace(odd, ref=ref(number)), held_at=NOW, recent=NOW)
    for conference in (full, replace(full, deleted_at=NOW)):
        for event in (copy(70_000), odd):
            action = decide(
                event, conference, Standing(abilities=replace(STANDING.abilities, recreates=False))
            )
            assert not getattr(action, "hold", False)
    assert getattr(decide(copy(70_000), full, STANDING), "reason", "") == TOO_MANY


def test_the_largest_enrolment_fits() -> None:
    """Fifty unreadable events, each id and reason as long as it may be, and trouble told at length."""
    words = str(AccessLost(WORDS))
    channel = Channel(id="i" * 64, resource_id="r" * 256, expires_at=NOW)
    found = Enrolment(
        calendar_id=CALENDAR,
        user="u" * 256,
        watch=Watch(channel=channel, joining="j" * 64),
        token=SyncToken(value="t" * 4_096),
    )
    taken = protocol.take(found, "o" * 64, published_at=NOW, now=NOW, seconds=60)
    assert taken is not None
    odd = {ref(number).event_id: words for number in range(500)}
    finding = Finding(token="t" * 4_096, token_before=taken.token, unreadable=odd)
    read = protocol.commit(taken, 1, finding, read_params="s" * 12, now=NOW, every=60)
    assert read is not None
    largest = trouble.back_off(read, NOW + timedelta(1), words, fence=None)
    assert len(largest.unreadable) == protocol.UNREADABLE_MAX
    assert 100_000 < stored(largest) < DOCUMENT_MAX_BYTES / 4
    ids = [ref(number).event_id for number in range(500)]
    seen = cut(
        Gathered(
            hidden=True,
            early=dict.fromkeys(ids, ids[0]),
            bare=dict.fromkeys(ids, "e" * 20),
            units={f"{number:020}": (KEY,) for number in range(500)},
            settled=tuple(f"{number:016}" for number in range(9_000)),
            shown=dict.fromkeys(ids, ids[0]),
        )
    )
    resume = Resume(
        token="t" * 4_096, page_token="p" * 4_096, read_params="s" * 12, started_at=NOW, gathered=seen
    )
    assert (len(seen.early), len(seen.bare), len(seen.units)) == (EARLY_MAX, EARLY_MAX, UNITS_MAX)
    assert (len(seen.settled), len(seen.shown)) == (SETTLED_MAX, SHOWN_MAX)
    assert [*seen.early][-1] == ids[-1]
    assert 800_000 < stored(replace(largest, resume=resume)) < DOCUMENT_MAX_BYTES


@pytest.mark.parametrize("error", [RetryLater, Rejected, Gone, AccessLost, BadRequest])
def test_errors_keep_what_fits(error: type[Exception]) -> None:
    """Whatever another system answers, so much of it is kept, and no more is logged."""
    assert str(error("x" * 10_000_000)) == "x" * WHY_CHARACTERS_MAX


def raw(**change: Any) -> dict[str, Any]:
    at = {"dateTime": "2026-11-25T02:00:00Z"}
    data = {"conferenceId": "x", "entryPoints": [{"uri": "https://meet.example.com/x"}]}
    return {"id": "e1", "start": at, "end": at, "conferenceData": data, **change}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "i" * (EVENT_ID_BYTES_MAX + 1)}, "id"),
        ({"id": WIDE * 300}, "id"),
        ({"recurringEventId": "i" * 1_000_000}, "recurringEventId"),
        (
            {"conferenceData": {"conferenceId": "x" * 2_049, "entryPoints": [{"uri": SOLUTIONS[0].uri}]}},
            "conferenceData.conferenceId",
        ),
    ],
)
def test_ids_that_are_too_long_are_not_kept(change: dict[str, Any], field: str) -> None:
    """The event cannot be read, and its reason does not repeat the id."""
    found = read(raw(**change), "c", SOLUTIONS)
    assert isinstance(found, Unreadable)
    assert found.reason.startswith(f"{field} is longer than")
    assert len("".join(found.ref)) < EVENT_ID_BYTES_MAX


def test_an_id_of_512_characters_is_taken_whatever_they_are() -> None:
    """So many does Calendar take, and none of them need be ASCII."""
    data = {"conferenceId": WIDE * 512, "entryPoints": [{"uri": SOLUTIONS[0].uri}]}
    found = read(raw(conferenceData=data), "c", SOLUTIONS)
    assert isinstance(found, Event)
    assert found.carries == ConferenceKey("webhook", WIDE * 512)


def test_a_foreign_conferences_id_may_be_of_any_length() -> None:
    """It is none of our business."""
    data = {"conferenceId": "x" * 100_000, "conferenceSolution": {"name": "Another"}}
    assert isinstance(read(raw(conferenceData=data), "c", SOLUTIONS), Event)


def test_a_solutions_name_is_cut() -> None:
    """Matched by its URI, a conference may call itself anything."""
    data = {**raw()["conferenceData"], "conferenceSolution": {"name": "n" * 100_000}}
    assert len(read(raw(conferenceData=data), "c", SOLUTIONS).solution) == SOLUTION_CHARACTERS_MAX


@pytest.mark.slow
def test_a_huge_event_leaves_a_small_record() -> None:
    """Ten thousand guests and ten megabytes of text become a fingerprint."""
    guests = [{"email": f"guest{number}@example.com"} for number in range(10_000)]
    event = read(raw(description="<b>" + "word " * 2_000_000, attendees=guests), "c", SOLUTIONS)
    assert isinstance(event, Event)
    assert event.meeting is not None
    held = holding.hold(Conference(key=ConferenceKey("webhook", "x")), event, held_at=NOW, recent=NOW)
    known = replace(held, applied=fingerprint_of(event.meeting, STANDING.abilities.fields))
    assert stored(known) < 2_000
