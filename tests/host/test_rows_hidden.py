"""E22 where nothing can be seen: our role sinks to free or busy, and no event is found by its id."""

import pytest

from tests.host.service import Service, held
from tests.host.weekly import series
from tests.support.rig import OWNER


def hide(service: Service) -> None:
    """Who may only see when somebody is busy gets 404 for an event, as if it never had been."""
    service.control("role", calendarId=OWNER, role="freeBusyReader")
    service.control("expire", calendarId=OWNER)
    service.control("faults", method="events.get", times=1_000, status=404, reason="notFound")
    service.control("notifications/send", calendarId=OWNER)


def show(service: Service) -> None:
    service.calendar.control("DELETE", "faults", None)
    service.control("role", calendarId=OWNER, role=None)
    service.control("expire", calendarId=OWNER)
    service.control("notifications/send", calendarId=OWNER)


@pytest.mark.parametrize("grace", ["0", "300"])
def test_e22_what_is_not_found_is_not_gone(service: Service, grace: str) -> None:
    """No conference of a live event is let go, whatever the sweep looks at; all is as before afterwards."""
    service.set(DELETE_GRACE_SECONDS=grace)
    room, _ = held(service)
    other = service.room()
    series(service, other)
    hide(service)
    service.settle()
    for _ in range(3):
        service.sweep_later()
    assert service.enrolment().details_hidden
    assert [service.state(name)[0] for name in (room, other)] == ["live", "live"]
    assert service.told() == []
    show(service)
    service.settle()
    service.sweep_later()
    assert (service.enrolment().details_hidden, service.told()) == (False, [])
    assert [service.state(name)[0] for name in (room, other)] == ["live", "live"]


def test_e22_a_deletion_waits_until_it_can_be_seen(service: Service) -> None:
    """Deleted before, restored where we could not see it, or not: that is found out when we can."""
    service.set(DELETE_GRACE_SECONDS="300")
    (room, event), (gone, deleted) = held(service), held(service)
    for each in (event, deleted):
        service.people().delete(each)
    service.settle()
    service.people().change(event, status="confirmed")
    service.lose(OWNER)
    hide(service)
    service.settle()
    for _ in range(3):
        service.sweep_later()
    assert [service.state(name)[0] for name in (room, gone)] == ["live", "live"]
    show(service)
    service.settle()
    service.sweep_later(30_000)
    assert [service.state(name)[0] for name in (room, gone)] == ["live", "deleted"]


def test_e05_deleted_while_nothing_could_be_seen(service: Service) -> None:
    """It is let go when all is seen again."""
    room, event = held(service)
    hide(service)
    service.settle()
    service.control("role", calendarId=OWNER, role=None)
    service.people().delete(event)
    service.control("role", calendarId=OWNER, role="freeBusyReader")
    service.settle()
    assert service.state(room)[0] == "live"
    show(service)
    service.settle()
    service.sweep_later()
    assert service.state(room)[0] == "deleted"
