"""The largest record of a conference that anybody outside can bring about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from functions.core import conference as record
from functions.core import hold, holding, ledger, link
from functions.core.conference import HISTORY_MAX, Conference, Entry, Intent
from functions.core.errors import Rejected
from functions.core.holding import is_full
from functions.core.ledger import IN_FLIGHT_MAX
from functions.core.model import (
    CONFERENCE_ID_BYTES_MAX,
    EVENT_ID_BYTES_MAX,
    SOLUTION_CHARACTERS_MAX,
    ConferenceKey,
    Event,
    EventRef,
    Instance,
    Kind,
    Link,
)
from tests.core.samples import live

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
CALENDAR = "c" * 156  # the longest whose channel token Calendar takes
WIDE = "\U0001f4de"  # four bytes in UTF-8
WORDS = WIDE * 10_000
KEY = ConferenceKey("webhook", "x" * CONFERENCE_ID_BYTES_MAX)


def ref(number: int, calendar_id: str = CALENDAR) -> EventRef:
    return EventRef(calendar_id, str(number).rjust(EVENT_ID_BYTES_MAX, "e"))


def copy(number: int, **change: Any) -> Event:
    return live(ref=ref(number), carries=KEY, conference_id=KEY.id, **change)


def intent(number: int, occurrence: str | None = None) -> Intent:
    return Intent(
        row="E02",
        kind=Kind.OCCURRENCE_CANCELLED if occurrence else Kind.UPDATED,
        fingerprint=f"cancelled {occurrence}" if occurrence else "f" * 32,
        occurrence=occurrence,
        source=ref(number),
        owner="o" * 64,
        until=NOW,
    )


def crowded() -> Conference:
    """As many events hold it, each of a series and to be shown a link, as anybody may add."""
    found = Conference(key=KEY, solution=WIDE * SOLUTION_CHARACTERS_MAX, revision=2**53)
    for number in range(5_000):
        series = Instance(series_id=ref(number + 90_000).event_id, original_start="2026-11-25T02:00:00Z")
        event = copy(number, instance=series)
        if is_full(found, event):
            break
        found = holding.hold(found, event, held_at=NOW, recent=NOW)
    return link.learn(found, Link("https://" + "l" * 1_292, WIDE * 128), None, write=True, now=NOW)


def busy(found: Conference) -> Conference:
    """Every occurrence pushed, every word of history as long as it may be, refused at last."""
    for number in range(300):
        begun = ledger.intend(found, intent(number, ref(number).event_id), now=NOW)
        assert begun.intent
        found = ledger.done(begun, begun.intent, now=NOW)
    for number in range(2 * HISTORY_MAX):
        found = record.note(found, Entry(at=NOW, row="E28", what="w" * 40, event=ref(number), why=WORDS))
    unsupported = ("occurrence cancel", "occurrence update", "recurrence", "time", "title")
    begun = ledger.intend(record.lack(found, unsupported), intent(0, ref(7).event_id), now=NOW)
    refused = ledger.refuse(begun, "E27", str(Rejected(WORDS)), now=NOW)
    assert refused.intent
    return replace(
        refused,
        in_flight=(refused.intent,) * IN_FLIGHT_MAX,
        released=tuple(hold.Hold(ref=ref(n), series_id=ref(n).event_id) for n in range(20)),
    )
