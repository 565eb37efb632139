"""A conference whose system fails for ever, or asks for odd back-offs: nothing else of its calendar waits."""

from typing import Any

import pytest

from local.conferences.faults import Fault
from tests.host.service import Service, held

FOR_EVER = 10_000


def failing(service: Service, room: str, **fault: Any) -> None:
    service.conferences.faults.add(Fault(kind="status", count=FOR_EVER, conference_id=room, **fault))


def test_its_neighbours_are_in_step_and_the_token_moves(service: Service) -> None:
    """Each message ends, after one that comes again; mended, the newest is pushed."""
    bad, event = held(service)
    good, neighbour = held(service)
    failing(service, bad, status=500)
    for number in range(5):
        token = service.enrolment().token
        service.people().change(event, summary=f"Bad {number}")
        service.people().change(neighbour, summary=f"Good {number}")
        service.settle()
        assert service.state(good)[1] == f"Good {number}"
        assert service.enrolment().token != token
        assert not service.enrolment().trouble.why
    service.conferences.faults.clear()
    service.sweep_later(6 * 3_600)
    assert service.state(bad)[1] == "Bad 4"
    assert service.record(bad).due_at is None


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("0", {120}),
        ("0.2", {0.2, 120}),  # as it is over or not when the message comes again
        ("20", {20}),
        ("599", {599}),
        ("86400", {86_400}),
        ("9" * 20, {86_400}),
        ("-1", {120}),
        ("soon", {120}),
        ("Sun, 99 Nov 2026 99:00:00 GMT", {120}),
    ],
)
def test_whatever_rest_it_asks_for(service: Service, retry_after: str, seconds: set[float]) -> None:
    """Its neighbours are in step all the same, and it is not called again before that time."""
    bad, event = held(service)
    good, neighbour = held(service)
    failing(service, bad, status=429, headers={"retry-after": retry_after})
    service.people().change(event, summary="Bad")
    service.people().change(neighbour, summary="Good")
    service.settle()
    assert service.state(good)[1] == "Good"
    parked = service.record(bad).parked
    assert parked
    assert (parked.retry_at - parked.since).total_seconds() in seconds
    assert service.record(bad).due_at == parked.retry_at
    service.conferences.faults.clear()
    service.sweep_later(86_401)
    assert service.state(bad)[1] == "Bad"


def test_a_rest_of_seconds_is_kept_between_deliveries(service: Service) -> None:
    """The message comes again at once, and is done without a call; a sweep after that time makes it."""
    room, event = held(service)
    failing(service, room, status=429, headers={"retry-after": "20"})
    service.people().change(event, summary="Later")
    service.told()
    service.settle()
    service.conferences.faults.clear()
    service.sweep_later(15)
    assert service.state(room)[1] != "Later"
    service.sweep_later(6)
    assert service.state(room)[1] == "Later"
