"""Many notifications at once, and many changes with little time for a delivery, over the served functions."""

from functions.core.slices import SLICE_EVENTS
from local.conferences.faults import Fault
from tests.host.service import Service, held
from tests.support.rig import OWNER, conference_data, usual

BURST = 30


def test_a_burst_costs_at_most_two_reads(service: Service) -> None:
    """All published before the first is delivered, within less than the clocks may differ by."""
    service.people().add(service.room())
    service.settle()
    service.calendar.control("DELETE", "requests")
    for _ in range(BURST):
        service.control("notifications/send", calendarId=OWNER)
    service.settle()
    assert service.calls() <= 2


def test_what_comes_right_after_a_read_costs_one_more(service: Service) -> None:
    """The first of them waits for the others, and all they told of is told."""
    room, event = held(service)
    service.calendar.control("DELETE", "requests")
    for number in range(BURST):
        service.people().change(event, summary=f"Planning {number}")
    service.settle()
    assert service.calls() == 1
    assert service.state(room)[1] == f"Planning {BURST - 1}"


def test_a_large_page_gets_done_however_short_a_delivery_is(service: Service) -> None:
    """One of all changes together takes several deliveries, and each goes on where the last one stood."""
    service.set(TIME_LIMIT_SECONDS="1", PROVIDER_CONCURRENCY="1")
    rooms = [service.room(str(number)) for number in range(SLICE_EVENTS + 50)]
    for number, room in enumerate(rooms):
        body = {**usual(), "id": f"event{number:04}", "conferenceData": conference_data(room)}
        service.control("events", calendarId=OWNER, event=body)
    for room in rooms[::20]:
        service.conferences.faults.add(Fault(kind="slow", seconds=0.5, conference_id=room))
    service.settle()
    assert {service.seen(room)["title"] for room in rooms} == {"Planning"}
    assert sorted(room for _, room, _ in service.told()) == sorted(rooms)
