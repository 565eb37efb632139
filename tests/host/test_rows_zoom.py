"""Stories of series on Zoom, with their times and without: what the calendar's changes come to there."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.core.aside import set_aside
from functions.core.conference import Conference
from functions.core.model import ConferenceKey
from local.zoom.server import Server, start
from tests.host.service import Service
from tests.host.weekly import (
    AT_THIRD,
    SECOND,
    THIRD,
    add_tail,
    an_hour,
    begun,
    dated,
    hours,
    instance,
    shorten,
    split,
)
from tests.support.rig import SOLUTION

FIRST = datetime(2031, 1, 6, 9, tzinfo=UTC)
MONDAYS = [FIRST + timedelta(weeks=week) for week in range(6)]


def settings(server: Server) -> Mapping[str, str]:
    app = server.account.app
    return {
        "CONFERENCE_SOLUTIONS": f"{SOLUTION}=zoom",
        "ZOOM_API_URL": server.api_url,
        "ZOOM_TOKEN_URL": server.token_url,
        "ZOOM_ACCOUNT_ID": app.account_id,
        "ZOOM_CLIENT_ID": app.client_id,
        "ZOOM_CLIENT_SECRET": app.client_secret,
    }


@pytest.fixture
def zoom(service: Service) -> Iterator[Server]:
    """The service pushes to it."""
    server = start()
    service.set(**settings(server))
    yield server
    server.stop()


@pytest.fixture
def fixed(service: Service, zoom: Server) -> Server:
    """And gives series their times."""
    service.set(ZOOM_RECURRENCE="fixed")
    return zoom


def weekly(service: Service, name: str) -> str:
    rule = ["RRULE:FREQ=WEEKLY;COUNT=6"]
    made = service.people().add(name, summary="Weekly", recurrence=rule, **hours("2031-01-06"))
    service.settle()
    return made


def starts(server: Server, name: str) -> list[datetime]:
    return [each.start for each in server.account.meeting(name).occurrences if each.live]


def seen(server: Server, name: str) -> dict[str, Any]:
    found = server.account.find(name)
    assert found
    return found


def record(service: Service, name: str) -> Conference:
    (kept,) = service.store.known([], [ConferenceKey("zoom", name)])
    return kept.value


def test_e02_e03_e05_one_event(service: Service, zoom: Server) -> None:
    """Made, moved, renamed and deleted; a place changed is no call."""
    name = zoom.account.make()
    event = service.people().add(name, summary="Planning", **hours("2031-01-06"))
    service.settle()
    assert (seen(zoom, name)["topic"], seen(zoom, name)["start_time"]) == ("Planning", "2031-01-06T09:00:00Z")
    service.people().change(event, summary="Planned", **hours("2031-01-07"))
    service.settle()
    assert (seen(zoom, name)["topic"], seen(zoom, name)["start_time"]) == ("Planned", "2031-01-07T09:00:00Z")
    service.people().change(event, location="Room 5")
    with service.silence():
        service.settle()
    service.people().delete(event)
    service.settle()
    assert zoom.account.find(name) is None


def test_e13_e14_instances_with_times(service: Service, fixed: Server) -> None:
    """One instance is moved, one cancelled: so they are on Zoom; the series keeps its name and the rest."""
    name = fixed.account.make()
    master = weekly(service, name)
    assert starts(fixed, name) == MONDAYS
    service.people().change(instance(master, SECOND), **hours("2031-01-14"))
    service.people().delete(instance(master, THIRD))
    service.settle()
    assert starts(fixed, name) == [FIRST, MONDAYS[1] + timedelta(days=1), *MONDAYS[3:]]
    assert seen(fixed, name)["topic"] == "Weekly"
    assert record(service, name).unsupported == ()


def test_e13_e14_instances_without_times(service: Service, zoom: Server) -> None:
    """They change nothing on Zoom, and that is said once."""
    name = zoom.account.make()
    master = weekly(service, name)
    service.people().change(instance(master, SECOND), **hours("2031-01-14"))
    service.people().delete(instance(master, THIRD))
    service.settle()
    assert (seen(zoom, name)["type"], seen(zoom, name)["topic"]) == (3, "Weekly")
    assert {"occurrence cancel", "occurrence update"} <= set(record(service, name).unsupported)
    assert not set_aside(record(service, name))


def test_a_personal_room_outlives_its_events(service: Service, zoom: Server) -> None:
    """It is neither renamed nor deleted with an event that shows it."""
    name = zoom.account.make_personal()
    event = service.people().add(name, summary="Chat", **hours("2031-01-06"))
    service.settle()
    service.people().delete(event)
    service.settle()
    assert seen(zoom, name)["topic"] == "as made"
    assert not set_aside(record(service, name))


def test_a_series_changed_after_its_instances(service: Service, fixed: Server) -> None:
    """A series pushed anew has all its usual times again, so its instances are pushed again after it."""
    name = fixed.account.make()
    master = weekly(service, name)
    service.people().change(instance(master, SECOND), **hours("2031-01-14"))
    service.people().delete(instance(master, THIRD))
    service.settle()
    service.people().change(master, summary="Renamed")
    service.settle()
    assert seen(fixed, name)["topic"] == "Renamed"
    assert starts(fixed, name) == [FIRST, MONDAYS[1] + timedelta(days=1), *MONDAYS[3:]]


def test_the_limit_of_a_day_holds_up_one_host(service: Service, zoom: Server) -> None:
    """Meetings of a host at the limit wait, those of others in the same calendar do not."""
    busy, idle = zoom.account.make("busy@example.com"), zoom.account.make("idle@example.com")
    zoom.account.spend("busy@example.com")
    service.set(ZOOM_HOSTS="any")
    service.people().add(busy, summary="Later", **hours("2031-01-06"))
    service.people().add(idle, summary="Now", **hours("2031-01-06"))
    service.settle()
    assert (seen(zoom, busy)["topic"], seen(zoom, idle)["topic"]) == ("as made", "Now")
    assert record(service, busy).due_at is not None


def test_e12_a_later_part_at_another_hour(service: Service, fixed: Server) -> None:
    """The meeting is the later part's, with its name, hour and dates."""
    name = fixed.account.make()
    master = weekly(service, name)
    split(service, master, summary="Tail", **hours("2031-01-20", at="08"))
    service.settle()
    assert seen(fixed, name)["topic"] == "Tail"
    assert starts(fixed, name) == [each - timedelta(hours=2) for each in MONDAYS[2:]]


@pytest.mark.parametrize("hours_later", [0, 2])
def test_e12_the_first_part_is_over(service: Service, fixed: Server, hours_later: int) -> None:
    """The later part alone is pushed: a series that is over has no times that could be pushed."""
    name = fixed.account.make()
    master, date = begun(service, name)
    service.settle()
    at = date - timedelta(weeks=2)
    tail = an_hour(at + timedelta(hours=hours_later))
    split(service, master, f"{at:%Y-%m-%dT%H:%M:%SZ}", summary="Tail", **tail)
    service.settle()
    assert (seen(fixed, name)["topic"], seen(fixed, name)["type"]) == ("Tail", 8)
    assert starts(fixed, name)[0].hour == 9 + hours_later
    assert record(service, name).unsupported == ()


def test_e12_a_program_splits(service: Service, fixed: Server) -> None:
    """By two requests, one read after each."""
    name = fixed.account.make()
    master = weekly(service, name)
    shorten(service, master)
    service.settle()
    add_tail(service, name)
    service.settle()
    assert (seen(fixed, name)["topic"], starts(fixed, name)) == ("Tail", MONDAYS[2:])


def test_a_series_becomes_a_single_event(service: Service, fixed: Server) -> None:
    """Its old instances call nothing off."""
    name = fixed.account.make()
    master = weekly(service, name)
    service.people().delete(dated(service, master, AT_THIRD))
    service.settle()
    service.people().change(master, recurrence=[])
    service.settle()
    service.sweep_later()
    assert (seen(fixed, name)["topic"], seen(fixed, name)["start_time"]) == ("Weekly", "2031-01-06T09:00:00Z")
    assert not set_aside(record(service, name))


def test_e14_a_date_that_zoom_has_yet_to_make(service: Service, fixed: Server) -> None:
    """It is said that Zoom does not have it; it holds up nothing; and when Zoom has it, it is called off."""
    name, far = fixed.account.make(), FIRST + timedelta(days=63)
    rule = ["RRULE:FREQ=DAILY"]
    master = service.people().add(name, summary="Daily", recurrence=rule, **hours("2031-01-06"))
    service.settle()
    for day in (far, FIRST + timedelta(days=7)):
        service.people().delete(dated(service, master, f"{day:%Y-%m-%dT%H:%M:%SZ}"))
    service.settle()
    assert len(starts(fixed, name)) == 59
    assert record(service, name).unsupported == ("an occurrence further ahead than Zoom has made them",)
    service.sweep_later(90_000)
    assert (record(service, name).parked, record(service, name).due_at is None) == (None, False)
    fixed.account.meeting(name).make_more(10)
    assert far in starts(fixed, name)
    service.sweep_later(90_000)
    assert far not in starts(fixed, name)
    assert len(starts(fixed, name)) == 68
    assert record(service, name).due_at is None


def spelled(name: str) -> list[str]:
    return [name, f"{name[:3]} {name[3:7]} {name[7:]}", f"{name[:3]}-{name[3:7]}-{name[7:]}"]


@pytest.mark.parametrize("deleted", [0, 1, 2])
def test_two_spellings_are_one_meeting(service: Service, zoom: Server, deleted: int) -> None:
    """Whichever event goes, the meeting stays while another one carries it, however that spells it."""
    name = zoom.account.make()
    events = [service.people().add(each, summary="Planning") for each in spelled(name)]
    service.settle()
    service.people().delete(events.pop(deleted))
    service.settle()
    assert zoom.account.find(name) is not None
    assert [hold.ref.event_id for hold in record(service, name).holds] == events
    for event in events:
        service.people().delete(event)
    service.settle()
    assert zoom.account.find(name) is None


def test_what_is_no_meeting_number(service: Service, zoom: Server) -> None:
    """It is not ours: the event is set aside with the reason, and Zoom is asked for nothing."""
    zoom.account.calls.clear()
    event = service.people().add("81234500000/../me", summary="Planning")
    service.settle()
    assert service.enrolment().unreadable == {event: "conferenceData.conferenceId is no id of zoom"}
    assert zoom.account.calls == []
