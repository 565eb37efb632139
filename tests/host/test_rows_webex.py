"""Stories of series on Webex, held to its own description: what the calendar's changes come to there."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from functions.core.aside import set_aside
from functions.core.conference import Conference
from functions.core.model import ConferenceKey
from local.webex.meetings import Refusal
from local.webex.server import Server
from tests.host.service import Service
from tests.host.weekly import AT_THIRD, SECOND, THIRD, add_tail, dated, hours, instance, shorten, split
from tests.support.prism import prism
from tests.support.webex import description, environment

DESCRIBED = pytest.param("described", marks=[pytest.mark.node, pytest.mark.descriptions])


@pytest.fixture(params=["direct", DESCRIBED])
def webex(request: pytest.FixtureRequest, tmp_path: Path, service: Service) -> Iterator[Server]:
    """The service pushes to it; what breaks the description is refused, so that no story would end well."""
    server = Server(tmp_path)
    try:
        if request.param == "direct":
            service.set(**environment(server.url))
            yield server
        else:
            with prism(description(tmp_path), server.url) as between:
                service.set(**environment(between.url))
                yield server
    finally:
        server.stop()


def made(server: Server) -> str:
    return server.meetings.create("as made")


def weekly(service: Service, name: str) -> str:
    rule = ["RRULE:FREQ=WEEKLY;COUNT=6"]
    event = service.people().add(name, summary="Weekly", recurrence=rule, **hours("2031-01-06"))
    service.settle()
    return event


def seen(server: Server, name: str) -> Mapping[str, Any]:
    return server.meetings.get(name)


def record(service: Service, name: str) -> Conference:
    (kept,) = service.store.known([], [ConferenceKey("webex", name)])
    return kept.value


def test_e02_e03_e05_one_event(service: Service, webex: Server) -> None:
    """Made, moved and renamed, deleted; a place changed is no call, and nobody is mailed."""
    name = made(webex)
    event = service.people().add(name, summary="Planning", **hours("2031-01-06"))
    service.settle()
    assert (seen(webex, name)["title"], seen(webex, name)["start"]) == (
        "Planning",
        "2031-01-06T10:00:00+01:00",
    )
    service.people().change(event, summary="Planned", **hours("2031-01-07"))
    service.settle()
    assert (seen(webex, name)["title"], seen(webex, name)["start"]) == (
        "Planned",
        "2031-01-07T10:00:00+01:00",
    )
    service.people().change(event, location="Room 5")
    with service.silence():
        service.settle()
    service.people().delete(event)
    service.settle()
    with pytest.raises(Refusal):
        seen(webex, name)
    assert webex.meetings.mails() == []


def test_e13_e14_instances(service: Service, webex: Server) -> None:
    """One instance is moved with a name of its own, one cancelled: so they are there, and the rest stays."""
    name = made(webex)
    master = weekly(service, name)
    service.people().change(instance(master, SECOND), summary="Only this", **hours("2031-01-14"))
    service.people().delete(instance(master, THIRD))
    service.settle()
    moved = seen(webex, f"{name}_{SECOND}")
    assert (moved["title"], moved["start"]) == ("Only this", "2031-01-14T10:00:00+01:00")
    assert f"{name}_{THIRD}" not in webex.meetings.instances(name)
    assert len(webex.meetings.instances(name)) == 5
    assert seen(webex, name)["title"] == "Weekly"
    assert record(service, name).unsupported == ()


def test_e14_an_instance_of_what_webex_has_as_one_meeting(service: Service, webex: Server) -> None:
    """Webex does not know the rule, and keeps a single meeting: it outlives instances that are called off."""
    name = webex.meetings.create("as made", start="2031-01-06T09:00:00Z", end="2031-01-06T10:00:00Z")
    rule = ["RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1;COUNT=3"]
    event = service.people().add(name, summary="Monthly", recurrence=rule, **hours("2031-01-06"))
    service.settle()
    service.people().delete(instance(event, "20310106T090000Z"))
    service.settle()
    assert seen(webex, name)["title"] == "Monthly"
    assert set(record(service, name).unsupported) == {
        "a recurrence that Webex does not know",
        "the cancellation of the only instance that a meeting has",
    }
    assert not set_aside(record(service, name))


def test_instances_outlive_a_new_schedule_of_their_series(service: Service, webex: Server) -> None:
    """Webex forgets them with the old schedule, and they are pushed again."""
    name = made(webex)
    master = weekly(service, name)
    service.people().change(instance(master, SECOND), summary="Only this")
    service.people().delete(instance(master, THIRD))
    service.settle()
    service.people().change(master, recurrence=["RRULE:FREQ=WEEKLY;COUNT=8"])
    service.settle()
    service.sweep_later()
    assert seen(webex, f"{name}_{SECOND}")["title"] == "Only this"
    assert f"{name}_{THIRD}" not in webex.meetings.instances(name)
    assert len(webex.meetings.instances(name)) == 7


def test_a_personal_room_outlives_its_events(service: Service, webex: Server) -> None:
    """It is neither renamed nor deleted with an event that shows it, and nothing is set aside."""
    name = webex.meetings.create("as made", scheduledType="personalRoomMeeting")
    event = service.people().add(name, summary="Chat", **hours("2031-01-06"))
    service.settle()
    service.people().delete(event)
    service.settle()
    assert seen(webex, name)["title"] == "as made"
    assert record(service, name).unsupported == ("changes of a meeting in a personal room",)
    assert not set_aside(record(service, name))


def test_a_refresh_token_that_has_ended(service: Service, webex: Server) -> None:
    """Nothing is set aside and nothing lost: with a new one the change arrives."""
    name = made(webex)
    service.set(WEBEX_REFRESH_TOKEN="ended")
    service.people().add(name, summary="Planning", **hours("2031-01-06"))
    answer = service.clients["sweep_calendars"].post("/")
    assert answer.status_code == 200
    assert seen(webex, name)["title"] == "as made"
    service.set(WEBEX_REFRESH_TOKEN=webex.keys.refresh_token)
    service.settle()
    assert seen(webex, name)["title"] == "Planning"


def test_e12_a_later_part_at_another_hour(service: Service, webex: Server) -> None:
    """The meeting is the later part's, with its name, hour and dates."""
    name = made(webex)
    master = weekly(service, name)
    split(service, master, summary="Tail", **hours("2031-01-20", at="08"))
    service.settle()
    assert (seen(webex, name)["title"], seen(webex, name)["start"]) == ("Tail", "2031-01-20T08:00:00+01:00")
    assert len(webex.meetings.instances(name)) == 4


def test_e12_a_program_splits(service: Service, webex: Server) -> None:
    """By two requests, one read after each."""
    name = made(webex)
    master = weekly(service, name)
    shorten(service, master)
    service.settle()
    add_tail(service, name)
    service.settle()
    assert (seen(webex, name)["title"], len(webex.meetings.instances(name))) == ("Tail", 4)


@pytest.mark.parametrize("at", ["2031-01-06T09:00:00Z", AT_THIRD])
def test_a_series_becomes_a_single_event(service: Service, webex: Server, at: str) -> None:
    """Its old instances delete nothing of the only meeting there is."""
    name = made(webex)
    master = weekly(service, name)
    service.people().delete(dated(service, master, at))
    service.settle()
    service.people().change(master, recurrence=[])
    service.settle()
    service.sweep_later()
    assert (seen(webex, name)["title"], seen(webex, name)["start"]) == ("Weekly", "2031-01-06T10:00:00+01:00")
    assert not set_aside(record(service, name))
