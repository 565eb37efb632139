"""A calendar with many events: what a full and an incremental read cost. Times are told, not judged."""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Never

import pytest

from gcal_standin.model.calendar import Calendar
from gcal_standin.model.event import Event
from gcal_standin.model.listing import Query, select
from gcal_standin.model.world import World
from gcal_standin.server import Server
from tests.standin.caller import Caller, Json
from tests.standin.samples import series, timed

EVENTS = 10_000


def fill(world: World, calendar: Calendar, count: int) -> None:
    for number in range(count):
        times = {"timeZone": "UTC"}
        body: Json = timed(summary=f"Event {number}", status="confirmed", iCalUID=f"{number}@example.com")
        body = body | {name: body[name] | times for name in ("start", "end")}
        calendar.store(Event(id=f"event{number:05d}", body=body, version_us=world.clock.now_us()))


def milliseconds(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = call()
    return (time.perf_counter() - start) * 1000, result


@pytest.mark.slow
def test_ten_thousand_events(standin: Server, caller: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    """All pages of 10,000 events have each once; a read after one change has that one alone."""
    events = caller.events()
    with standin.world.lock:
        fill(standin.world, standin.world.calendars["owner@example.com"], EVENTS)

    full_ms, (items, token) = milliseconds(lambda: events.all(maxResults=250))
    assert [item["id"] for item in items] == [f"event{number:05d}" for number in range(EVENTS)]
    events.patch("event04711", {"summary": "Changed"})
    change_ms, page = milliseconds(lambda: events.page(syncToken=token))

    assert [item["summary"] for item in page["items"]] == ["Changed"]
    reads = standin.service.requests.entries("events.list")
    with capsys.disabled():
        sys.stdout.write(
            f"\n  first read of {EVENTS:,} events: {full_ms:,.0f} ms in {len(reads) - 1} pages"
            f"\n  read after one change: {change_ms:,.1f} ms, {reads[-1].bytes:,} bytes\n"
        )


class Unread(Calendar):
    """A calendar whose events must not all be gone through."""

    def events(self) -> Iterator[Never]:
        raise AssertionError("a read went through all events")


@pytest.mark.parametrize("single_events", [False, True])
def test_an_incremental_read_touches_changes_alone(single_events: bool) -> None:  # noqa: FBT001 - a case
    """With a token neither the events nor the whole log are gone through."""
    world = World()
    calendar = Unread(world.calendars["owner@example.com"].settings, lambda *_: None)
    fill(world, calendar, 100)
    position = calendar.log.last
    changed = calendar.stored("event00042")
    assert changed is not None
    calendar.store(changed)

    found = select(calendar, Query(since=position, single_events=single_events))

    assert [event.id for event in found if event] == ["event00042"]


@pytest.mark.parametrize("single_events", [False, True])
def test_a_window_costs_its_weeks_alone(single_events: bool) -> None:  # noqa: FBT001 - a case
    """A read of one day looks at its week alone, and finds what lies in it, series and odd events too."""
    world = World()
    calendar = Unread(world.calendars["owner@example.com"].settings, lambda *_: None)
    fill(world, calendar, 100)
    for start in ("2026-05-04T10:00:00Z", "2026-05-05T10:00:00Z"):
        body = timed(start, f"{start[:11]}11:00:00Z", status="confirmed")
        calendar.store(Event(id=f"may{start[8:10]}", body=body))
    for name, rule in (("endless", "FREQ=WEEKLY"), ("over", "FREQ=WEEKLY;COUNT=3")):
        calendar.store(Event(id=name, body=series(rule, status="confirmed")))
    calendar.store(Event(id="odd", body={"status": "confirmed"}))

    low = datetime(2026, 5, 4, tzinfo=UTC)
    rows = select(
        calendar, Query(time_min=low, time_max=low + timedelta(days=1), single_events=single_events)
    )

    found = {event.master_id or event.id for event in rows if event}
    assert found == {"may04", "endless", "odd"}
    assert len(rows) == 4
