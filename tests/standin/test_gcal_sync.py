"""gcal_sync, the library behind a home automation's calendars, keeps in step over many random changes."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from gcal_sync.api import CalendarEventStoreService, GoogleCalendarService
from gcal_sync.auth import AbstractAuth
from gcal_sync.store import InMemoryCalendarStore
from gcal_sync.sync import CalendarEventSyncManager, CalendarListSyncManager

from gcal_standin.server import Server
from tests.standin.caller import Caller, Json
from tests.standin.samples import all_day, series, timed

CHANGES = 200
OWNER = "owner@example.com"
SPAN = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
RULES = ["FREQ=WEEKLY;COUNT=6", "FREQ=DAILY;COUNT=9", "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260331T220000Z"]
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"]


class Auth(AbstractAuth):
    async def async_get_access_token(self) -> str:
        return "any"


class Household:
    """Whoever changes the calendar: at random, the same in each run."""

    def __init__(self, standin: Server, caller: Caller) -> None:
        self._standin = standin
        self._caller = caller
        self._events = caller.events()
        self._random = random.Random(7)
        self._parted: set[str] = set()
        standin.control("POST", "users", {"email": "bob@example.com"})

    def change(self) -> str:
        """Do one thing; return its name."""
        kinds = [
            *[self.add, self.add_series] * 3,
            *[self.rename, self.back_off, self.delete, self.change_instance, self.cancel_instance] * 2,
            self.restore,
            self.change_rule,
            self.split,
            self.move,
            self.expire,
        ]
        kind = self._random.choice(kinds)
        kind()
        return kind.__name__

    def add(self) -> None:
        day = self._random.randrange(1, 28)
        at = f"2026-0{self._random.randrange(1, 7)}-{day:02d}"
        plain = all_day(at, f"{at[:-2]}{day + 1:02d}")
        self._events.insert(self._random.choice([plain, timed(f"{at}T10:00:00Z", f"{at}T11:30:00Z")]))

    def add_series(self) -> None:
        self._events.insert(series(self._random.choice(RULES), self._random.choice(ZONES)))

    def rename(self) -> None:
        for event in self._some(cancelled=False):
            self._events.patch(event["id"], {"summary": f"Name {self._random.random()}"})

    def back_off(self) -> None:
        for event in self._some(cancelled=False):
            if "dateTime" in event["start"] and "recurrence" not in event:
                end = event["end"]["dateTime"].replace(":00:00", ":45:00")
                self._events.patch(event["id"], {"end": {"dateTime": end}})

    def delete(self) -> None:
        for event in self._some(cancelled=False):
            self._events.delete(event["id"])

    def restore(self) -> None:
        for event in self._some(cancelled=True):
            if "recurringEventId" not in event and "start" in event:
                self._events.patch(event["id"], {"status": "confirmed"})

    def change_rule(self) -> None:
        """Not of a part of a series: two parts with the same dates would have instances with the same ids."""
        for event in self._some(cancelled=False):
            if "recurrence" in event and unit(event["id"]) not in self._parted:
                self._events.patch(event["id"], {"recurrence": [f"RRULE:{self._random.choice(RULES)}"]})

    def change_instance(self) -> None:
        for instance in self._instance():
            self._events.patch(instance["id"], {"summary": f"Instance {self._random.random()}"})

    def cancel_instance(self) -> None:
        for instance in self._instance():
            self._events.delete(instance["id"])

    def split(self) -> None:
        for instance in self._instance():
            self._parted.add(unit(instance["recurringEventId"]))
            told = {"calendarId": OWNER, "instanceId": instance["id"]}
            self._standin.control("POST", "split", told)

    def move(self) -> None:
        for event in self._some(cancelled=False):
            if "recurringEventId" not in event:
                path = f"{self._events.path}/{event['id']}/move"
                self._caller.ok("POST", path, destination="bob@example.com")

    def expire(self) -> None:
        self._standin.control("POST", "expire")

    def _some(self, *, cancelled: bool) -> list[Json]:
        items, _ = self._events.all(showDeleted=True)
        found = [item for item in items if (item["status"] == "cancelled") is cancelled]
        return self._random.sample(found, min(1, len(found)))

    def _instance(self) -> list[Json]:
        masters = [item for item in self._some(cancelled=False) if "recurrence" in item]
        found = [i for m in masters for i in self._events.get(f"{m['id']}/instances")["items"]]
        return self._random.sample(found, min(1, len(found)))


def unit(series: str) -> str:
    """Return the id that the parts of a series have in common."""
    return series.partition("_R")[0]


def calendar_now(caller: Caller) -> tuple[dict[str, Json], set[str]]:
    """Return what lives on the calendar, by id, and the ids of cancelled instances."""
    items, _ = caller.events().all(maxResults=2500)
    live = {item["id"]: shown(item) for item in items if item["status"] != "cancelled"}
    return live, {item["id"] for item in items} - live.keys()


def shown(item: Json) -> Json:
    return {
        "summary": item["summary"],
        "start": item["start"].get("date") or item["start"]["dateTime"],
        "end": item["end"].get("date") or item["end"]["dateTime"],
        "recurrence": item.get("recurrence", []),
        "series": item.get("recurringEventId"),
    }


def stored(item: Json) -> Json:
    return {
        "summary": item["summary"],
        "start": item["start"]["date"] or item["start"]["date_time"],
        "end": item["end"]["date"] or item["end"]["date_time"],
        "recurrence": item["recurrence"],
        "series": item["recurring_event_id"],
    }


async def occurrences(service: CalendarEventStoreService) -> list[tuple[str, str]]:
    """Return what the library itself makes of its store: each meeting with its hour."""
    timeline = await service.async_get_timeline(UTC)
    found = timeline.overlapping(*SPAN)
    return sorted((instant(e.start.value), e.summary) for e in found)


def instant(value: Any) -> str:
    return str(value.astimezone(UTC)) if isinstance(value, datetime) else f"{value} 00:00:00+00:00"


def expected_occurrences(caller: Caller) -> list[tuple[str, str]]:
    low, high = (moment.isoformat() for moment in SPAN)
    items, _ = caller.events().all(singleEvents=True, timeMin=low, timeMax=high, maxResults=2500)
    found = (item["start"] for item in items)
    starts = [datetime.fromisoformat(s["dateTime"]) if "dateTime" in s else s["date"] for s in found]
    return sorted((instant(start), item["summary"]) for start, item in zip(starts, items, strict=True))


async def follow(standin: Server, caller: Caller) -> None:
    household = Household(standin, caller)
    async with aiohttp.ClientSession() as session:
        api = GoogleCalendarService(Auth(session, f"{standin.url}/calendar/v3"))
        store = InMemoryCalendarStore()
        manager = CalendarEventSyncManager(api, OWNER, store)
        for number in range(CHANGES):
            change = household.change()
            await manager.run()
            kept = (await store.async_load() or {})["event_sync"][OWNER]["items"]
            live = {name: stored(item) for name, item in kept.items() if item["status"] != "cancelled"}
            now, cancelled = calendar_now(caller)
            assert live == now, (number, change)
            assert cancelled <= kept.keys() - live.keys(), (number, change)
            if number % 10 == 0:
                assert await occurrences(manager.store_service) == expected_occurrences(caller)


@pytest.mark.slow
def test_the_store_equals_the_calendar_after_each_change(standin: Server, caller: Caller) -> None:
    """After each of 200 edits, deletions, series changes and expiries the store equals the calendar."""
    asyncio.run(follow(standin, caller))

    reads = standin.service.requests.entries("events.list")
    assert sum(read.status == 410 for read in reads) > 3


async def list_calendars(standin: Server) -> list[str]:
    async with aiohttp.ClientSession() as session:
        api = GoogleCalendarService(Auth(session, f"{standin.url}/calendar/v3"))
        manager = CalendarListSyncManager(api)
        await manager.run()
        standin.control("POST", "calendars", {"id": "team@group.calendar.google.com"})
        await manager.run()
        return [calendar.id for calendar in (await manager.store_service.async_list_calendars()).calendars]


def test_the_calendar_list_is_synced(standin: Server) -> None:
    """The library's list of calendars follows too."""
    assert asyncio.run(list_calendars(standin)) == [OWNER, "team@group.calendar.google.com"]
