"""A reading that is pushed late: the newest stands, and no older one is pushed after it."""

from threading import Thread

import pytest

from functions.adapters.queues.sqlite import Delivery
from tests.host.service import Service, held
from tests.support.rig import OWNER


def waiting(service: Service) -> Delivery:
    """The one request that was notified and not delivered."""
    (found,) = service._due(lambda _: True)
    return found


WHEN = pytest.mark.parametrize("when", ["list", "save"])


@WHEN
@pytest.mark.parametrize("again", [True, False], ids=["redelivered", "another message"])
def test_renamed_and_renamed_back(service: Service, when: str, *, again: bool) -> None:
    """The title in between is not pushed after the one that stands; the older delivery comes again."""
    room, event = held(service, summary="A")
    service.people().change(event, summary="B")
    first = waiting(service)

    def meanwhile() -> None:
        service.people().change(event, summary="A")
        second = waiting(service)
        if not again:
            service.let_pass(61)  # the first one's lease has ended by now
        assert service.deliver(first if again else second)

    service.meanwhile[when].append(meanwhile)
    assert not service.deliver(first)
    service.settle()
    service.sweep_later()
    assert service.state(room) == ("live", "A", 1)


@WHEN
def test_deleted_and_restored(service: Service, when: str) -> None:
    """The live primary stays what it was, and its copy does not lead."""
    room, event = held(service, summary="A")
    service.people().add(room, summary="Copy")
    service.settle()
    service.people().delete(event)
    first = waiting(service)

    def meanwhile() -> None:
        service.people().change(event, status="confirmed")
        assert service.deliver(first)

    service.meanwhile[when].append(meanwhile)
    assert not service.deliver(first)
    service.told()
    service.settle()
    service.sweep_later()
    assert service.told() == []
    assert service.state(room) == ("live", "A", 1)


@WHEN
def test_made_and_deleted(service: Service, when: str) -> None:
    """Nobody holds what the older delivery has seen, and its conference is not left behind."""
    room = service.room()
    event = service.people().add(room)
    first = waiting(service)

    def meanwhile() -> None:
        service.people().delete(event)
        assert service.deliver(first)

    service.meanwhile[when].append(meanwhile)
    assert not service.deliver(first)
    service.settle()
    assert [kept.value.holds for kept in service.store.conferences()] in ([], [()])


@pytest.mark.parametrize("when", ["get", "save"])
def test_a_sweep_that_has_read_a_restored_event(service: Service, when: str) -> None:
    """Deleted again, and read so, before the sweep can say that it is held: the conference goes."""
    service.set(DELETE_GRACE_SECONDS="300")
    room, event = held(service)
    service.people().delete(event)
    service.settle()
    service.let_pass(301)
    service.people().change(event, status="confirmed")
    service.lose(OWNER)

    def meanwhile() -> None:
        service.people().delete(event)
        service.settle()

    service.meanwhile[when].append(meanwhile)
    service.sweep()
    assert service.meanwhile[when] == []
    service.sweep_later(301)
    service.sweep_later(301)
    assert service.state(room)[0] == "deleted"


def test_many_at_once(service: Service) -> None:
    """Renamed to and fro under deliveries of one message that overlap in threads: the last name stands."""
    room, event = held(service, summary="A")
    for title in "BABABA":
        service.people().change(event, summary=title)
    due = service._due(lambda _: True)
    threads = [Thread(target=service.deliver, args=(each,)) for each in [*due, *due]]
    for each in threads:
        each.start()
    service.people().change(event, summary="Z")
    for each in threads:
        each.join()
    service.settle()
    service.sweep_later(301)
    assert service.state(room) == ("live", "Z", 1)
