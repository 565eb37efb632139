"""The functions deployed anew with other settings, in every order, while events change."""

from collections.abc import Iterator, Sequence
from itertools import permutations

import pytest

from tests.host.service import Service, held
from tests.host.weekly import (
    AT_SECOND,
    AT_THIRD,
    CANCELLED,
    MOVED,
    SECOND,
    THIRD,
    hours,
    instance,
    kinds,
    series,
)
from tests.support.rig import SOLUTION
from tests.support.scripted import Scripted, answer

NAMED, AWAY = f"{SOLUTION}=webhook", "Another=webhook"
BY_URI = "uri:https://meet.example.com/=webhook"
ELSEWHERE = f"{SOLUTION}=janus;Another=webhook"
DONE = answer(200, b'{"janus": "success", "response": {"videoroom": "done"}}')


@pytest.fixture(autouse=True)
def janus(service: Service) -> Iterator[Scripted]:
    """The other system, which does all that is pushed to it."""
    with Scripted([DONE]) as server:
        service.set(JANUS_ADMIN_URL=server.url, JANUS_ADMIN_SECRET="secret")
        yield server


def deploy(service: Service, solutions: str) -> None:
    """And whatever was notified by then is read under these settings; else the sweep brings it on."""
    service.set(CONFERENCE_SOLUTIONS=solutions)
    service.settle()
    service.sweep_later(110_000)


def test_a_solution_named_after_its_events_were_read_is_taken_up(service: Service) -> None:
    """By the sweep alone; from then on its changes are pushed as any other's."""
    service.set(CONFERENCE_SOLUTIONS=AWAY)
    room = service.room()
    event = service.people().add(room, summary="Before")
    service.settle()
    assert service.told() == []
    deploy(service, f"{AWAY};{NAMED}")
    assert service.state(room) == ("live", "Before", 1)
    service.people().change(event, summary="After")
    service.settle()
    assert service.state(room) == ("live", "After", 1)


@pytest.mark.parametrize("away", [AWAY, "", BY_URI])
def test_renamed_and_named_back(service: Service, away: str) -> None:
    """What changed in between is pushed at the latest when the name is back, of a series' dates too."""
    room, event = held(service)
    weekly = service.room()
    master = series(service, weekly)
    deploy(service, away or AWAY)
    service.people().change(event, summary="Changed")
    service.people().change(instance(master, SECOND), **hours("2031-01-14"))
    service.people().delete(instance(master, THIRD))
    deploy(service, away or AWAY)
    unnamed = away != BY_URI
    assert bool(service.enrolment().unnamed) == unnamed
    assert (service.state(room)[1] == "Changed") != unnamed
    deploy(service, NAMED)
    assert service.state(room) == ("live", "Changed", 1)
    assert {(MOVED, AT_SECOND), (CANCELLED, AT_THIRD)} <= set(kinds(service, weekly))
    assert service.enrolment().unnamed == ()
    service.people().change(event, summary="Changed again")
    service.settle()
    assert service.state(room)[1] == "Changed again"


@pytest.mark.parametrize("order", [*permutations((AWAY, ELSEWHERE, BY_URI))])
def test_no_order_of_settings_costs_a_conference(
    service: Service, janus: Scripted, order: Sequence[str]
) -> None:
    """Dropped, moved to another system, matched by its link: it lives, and is in step in the end."""
    room, event = held(service)
    for number, solutions in enumerate(order):
        deploy(service, solutions)
        service.people().change(event, summary=f"Title {number}")
        service.settle()
        service.sweep_later()
    deploy(service, NAMED)
    assert service.state(room) == ("live", "Title 2", 1)
    assert not any(b"destroy" in heard.body for heard in janus.heard)
    assert [hold.ref.event_id for hold in service.record(room).holds] == [event]


@pytest.mark.parametrize("order", [*permutations((AWAY, NAMED, ELSEWHERE))])
def test_an_event_that_is_deleted_under_any_settings_ends_its_conference(
    service: Service, janus: Scripted, order: Sequence[str]
) -> None:
    """Unless it was another system's by then: that it ended is never pushed to a system it has left."""
    room, event = held(service)
    deploy(service, order[0])
    service.people().delete(event)
    for solutions in (*order, NAMED):
        deploy(service, solutions)
    moved = order[0] == ELSEWHERE
    assert (service.state(room)[0] == "live") == moved
    assert any(b"destroy" in heard.body for heard in janus.heard) == moved
    assert service.record(room).due_at is None


@pytest.mark.parametrize(("before", "after"), [("300", "0"), ("0", "7200"), ("300", "7200")])
def test_another_grace_leaves_what_is_due(service: Service, before: str, after: str) -> None:
    """Shortened or lengthened between instances: it is deleted at the time it was due."""
    service.set(DELETE_GRACE_SECONDS=before, LEASE_SECONDS="5")
    room, event = held(service)
    service.people().delete(event)
    service.settle()
    service.set(DELETE_GRACE_SECONDS=after, LEASE_SECONDS="90", FULL_SYNC_LOOKBACK_SECONDS="0")
    service.sweep_later(400)
    assert service.state(room)[0] == "deleted"
    assert service.record(room).due_at is None
