"""The queue's clock runs a second or two before the store's or behind it: no change waits for the sweep."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.adapters.queues.messages import decode
from functions.adapters.queues.sqlite import Delivery
from functions.core.model import Reason
from tests.host.many import hurried, in_one_read, paged
from tests.host.service import Service, held

SKEWS = pytest.mark.parametrize("ahead", [-1.9, -1.0, 1.0, 1.9])


def published(service: Service, ahead: float) -> list[Delivery]:
    """What waits, as the queue's clock says it was published: so many seconds ahead of the store's."""
    by = timedelta(seconds=ahead)
    return [replace(one, published_at=one.published_at + by) for one in service._due(lambda _: True)]


def deliver(service: Service, deliveries: Sequence[Delivery]) -> None:
    for one in deliveries:
        assert service.deliver(one)


def read_a_while_ago(service: Service) -> tuple[str, str]:
    """A conference and its event; a request that comes now need not wait until that read lies back."""
    room, event = held(service)
    service.let_pass(2)
    return room, event


@SKEWS
def test_changed_while_a_read_is_under_way(service: Service, ahead: float) -> None:
    """Its request meets the lease, dated before the read or after it; the holder reads once more."""
    room, event = read_a_while_ago(service)
    service.people().change(event, summary="First")
    first = published(service, ahead)

    def meanwhile() -> None:
        service.people().change(event, summary="Second")
        deliver(service, published(service, ahead))

    service.meanwhile["list"].append(meanwhile)
    deliver(service, first)
    assert service.state(room) == ("live", "Second", 1)


@SKEWS
def test_changed_right_after_a_read(service: Service, ahead: float) -> None:
    """That read does not count as one that covers its request."""
    room, event = read_a_while_ago(service)
    service.people().change(event, summary="First")
    deliver(service, published(service, ahead))
    service.people().change(event, summary="Second")
    deliver(service, published(service, ahead))
    assert service.state(room) == ("live", "Second", 1)


@SKEWS
@pytest.mark.parametrize(
    "order", [[Reason.CONTINUE, Reason.NOTIFICATION], [Reason.NOTIFICATION]], ids="-".join
)
def test_changed_between_the_deliveries_of_one_read(
    service: Service, monkeypatch: pytest.MonkeyPatch, ahead: float, order: Sequence[Reason]
) -> None:
    """A read that only goes on cannot show it: whichever delivery goes on, the request needs another read."""
    paged(service, monkeypatch)
    hurried(service, monkeypatch)
    rooms = [service.room() for _ in range(2)]
    with in_one_read(service):
        events = [service.people().add(room, id=f"event{place}") for place, room in enumerate(rooms)]
    deliver(service, published(service, ahead))
    assert [service.state(room)[1] for room in rooms] == ["Planning", "Room"]
    service.people().change(events[0], summary="Second")
    found = {decode(one.data).reason: one for one in published(service, ahead)}
    assert {*found} == {Reason.CONTINUE, Reason.NOTIFICATION}
    deliver(service, [found[reason] for reason in order])
    assert [service.state(room)[1] for room in rooms] == ["Second", "Planning"]


@pytest.mark.parametrize(("skew", "reads"), [("0", 0), ("1", 1)])
def test_on_one_machine_no_clock_is_behind(service: Service, skew: str, reads: int) -> None:
    """A request published before a read began is covered by it, however short before, where that is said."""
    service.set(CLOCK_SKEW_SECONDS=skew, FOLD_SECONDS="0")
    _, event = read_a_while_ago(service)
    service.people().change(event, summary="First")
    late = published(service, ahead=-0.01)
    deliver(service, late)
    before = service.calendar.control("GET", "requests")["calls"]["events.list"]
    deliver(service, late)
    assert service.calendar.control("GET", "requests")["calls"]["events.list"] - before == reads
