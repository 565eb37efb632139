"""Leaving and enrolling over the served functions: a leave longer than its lease, one killed, two at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from functions import wiring
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.core.model import Reason, SyncRequest
from local.crash.points import Point
from tests.flow.wrapped import WrappedStore
from tests.host.crashing import HERE
from tests.host.processes import enrol, people, until
from tests.host.service import Service
from tests.host.test_crashes import embedded
from tests.support.rig import OWNER


def live(service: Service) -> list[str]:
    return [channel["id"] for channel in service.calendar.control("GET", "channels", None)]


@contextmanager
def on_store(monkeypatch: pytest.MonkeyPatch, function: str, store: WrappedStore) -> Iterator[None]:
    made = replace(wiring.context(function), store=store)
    usual = wiring.context
    with monkeypatch.context() as patch:
        patch.setattr(wiring, "context", lambda name: made if name == function else usual(name))
        yield


def test_a_leave_longer_than_its_lease_while_requests_come_in(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no lease that could end: whatever is asked for at each of its writes, nothing stays."""
    rooms = [service.room() for _ in range(3)]
    events = [service.people().add(room) for room in rooms]
    service.settle()
    store = WrappedStore(inner=service.store)

    def meanwhile(_: Enrolment | Conference) -> None:
        service.people().change(events[0], summary=f"Told at write {store.writes}")
        service.queue.publish(SyncRequest(calendar_id=OWNER, reason=Reason.NOTIFICATION))
        service.settle()

    store.before_remove = meanwhile
    with on_store(monkeypatch, "initialize_syncing", store):
        asked = service.clients["initialize_syncing"].delete("/", query_string=HERE)
    assert asked.status_code == 200
    assert store.writes == 1 + len(rooms) + 2  # the rest that its user may have goes, too
    service.settle()
    assert service.store.enrolment(OWNER) is None
    assert list(service.store.conferences()) == []
    assert live(service) == []
    assert service.clients["initialize_syncing"].get("/", query_string=HERE).status_code == 404


def test_enrol_and_renew_at_once(service: Service) -> None:
    """However they meet, the record has the one channel that is alive once each has sent a notification."""
    service.set(RENEW_BEFORE_SECONDS="10000000")
    for _ in range(5):
        service.leave()
        service.enrol()
        jobs: list[Any] = [lambda: service.clients["renew_channels"].post("/") for _ in range(2)]
        jobs.append(lambda: service.clients["initialize_syncing"].post("/", json=HERE))
        threads = [Thread(target=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        service.people().add()
        service.settle()
        channel = service.enrolment().watch.channel
        assert channel is not None
        assert live(service) == [channel.id]


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_delete_killed_half_way_is_ended_by_the_sweep(number: int, tmp_path: Path) -> None:
    """Nobody repeats it: the process dies after a removal, and the sweep's request goes on."""
    with embedded(tmp_path) as story:
        enrol(story.system)
        rooms = [story.system.conferences.rooms.create("Room").id for _ in range(4)]
        for room in rooms:
            people(story.system).add(room)
        until(lambda: len(list(story.store.conferences(held_in=OWNER))) == len(rooms), "the holds")
        story._settled()
        story.points.set(Point(function="initialize_syncing", effect="store.remove", number=number))
        assert story._call("initialize_syncing", "DELETE", HERE) != 200
        kept = story.store.enrolment(OWNER)
        assert kept is not None
        assert kept.value.leaving_at is not None
        assert story.store.save(replace(kept.value, due_at=kept.value.leaving_at), kept.version)
        until(lambda: story._call("sweep_calendars") == 200, "the sweep")
        until(lambda: story.store.enrolment(OWNER) is None, "the end")
        assert list(story.store.conferences()) == []
        assert not story._live()
