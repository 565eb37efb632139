"""Many changes in one read: notified once, spread over pages, and over deliveries with little time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from functions import wiring
from functions.adapters.calendar import google as calendar_google
from functions.flow.context import Context
from tests.flow.test_huge import Looking
from tests.host.service import Service
from tests.support.rig import OWNER

LOOK_UP_S = 10


@contextmanager
def in_one_read(service: Service, *calendar_ids: str) -> Iterator[None]:
    """All that people do inside is notified once for each of these calendars (the owner's unless given)."""
    service.control("notifications", drop=True)
    yield
    service.control("notifications", drop=False)
    for calendar_id in dict.fromkeys(calendar_ids or (OWNER,)):
        service.control("notifications/send", calendarId=calendar_id)


def paged(service: Service, monkeypatch: pytest.MonkeyPatch, events: int = 1) -> None:
    """From now on, so many events on a page."""
    monkeypatch.setitem(calendar_google.READ, "maxResults", events)
    service.leave()
    service.enrol()


def hurried(service: Service, monkeypatch: pytest.MonkeyPatch) -> Looking:
    """From now on a delivery of a sync has less time than it takes to look up a few events; none is slept."""
    clock = [0.0]

    def by(seconds: float) -> None:
        clock[0] += seconds

    service.set(TIME_LIMIT_SECONDS=str(LOOK_UP_S // 2))
    store = Looking(service.store, lambda: by(LOOK_UP_S))
    in_context(monkeypatch, lambda made: replace(made, store=store, monotonic=lambda: clock[0], sleep=by))
    return store


def in_context(monkeypatch: pytest.MonkeyPatch, change: Callable[[Context], Context]) -> None:
    """The function that syncs runs in this context from now on."""
    usual, changed = wiring.context, change(wiring.context("sync_calendar"))
    monkeypatch.setattr(wiring, "context", lambda name: changed if name == "sync_calendar" else usual(name))
