"""E28, and E19 with it: the new way into a conference is written where people find it, and echoes."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.host.service import Service
from tests.support.rig import OWNER, conference_data

BOB = "bob@example.com"
GUESTS = [{"email": BOB, "responseStatus": "accepted"}, {"email": "eve@example.com", "optional": True}]
PLACES = pytest.mark.parametrize("place", ["location", "description"])


def linked(service: Service, room: str) -> dict[str, Any]:
    """The conference as the add-on writes it into an event, with its system's own link."""
    link = {"entryPoints": [{"entryPointType": "video", "uri": service.seen(room)["join_url"]}]}
    return conference_data(room) | link


def meeting(service: Service, room: str, **fields: Any) -> str:
    return service.people().add(None, conferenceData=linked(service, room), **fields)


def restore(service: Service, *events: str) -> None:
    for event in events:
        service.people().change(event, status="confirmed")


@PLACES
def test_e28_the_new_link_is_written(service: Service, place: str) -> None:
    """Recreated, it has another link: the event shows it, on the version as read; guests and texts stay,
    and the echo costs nothing.
    """
    service.set(WRITE_BACK=place)
    room = service.room()
    event = meeting(service, room, attendees=GUESTS, location="Room 7", description="<b>Agenda</b>")
    service.settle()
    assert service.writes() == []
    before = service.people().get(event)
    service.people().delete(event)
    service.settle()
    restore(service, event)
    service.sync()
    after = service.people().get(event)
    assert service.seen(room)["join_url"] in after[place]
    assert "Room 7" in after["location"]
    assert "<b>Agenda</b>" in after["description"]
    assert (after["attendees"], after["conferenceData"]) == (before["attendees"], before["conferenceData"])
    (write,) = service.writes()
    assert write["HTTP_IF_MATCH"].startswith('"')
    service.control("notifications/send", calendarId=OWNER)
    with service.silence():
        service.settle()
    assert service.seen(room)["event"]["location"] == "Room 7"
    assert service.seen(room)["event"]["description"] == "Agenda"


@PLACES
def test_e28_changed_meanwhile(service: Service, place: str) -> None:
    """Calendar answers 412 once: the event is read again, and then written."""
    service.set(WRITE_BACK=place)
    room, event = deleted(service)
    service.control("faults", method="events.patch", status=412, reason="conditionNotMet")
    service.control("events", calendarId=OWNER, event={**service.people().get(event), "status": "confirmed"})
    service.settle()
    assert len(service.writes()) == 2
    assert service.seen(room)["join_url"] in service.people().get(event)[place]


def deleted(service: Service) -> tuple[str, str]:
    """A conference that was deleted with its event."""
    room = service.room()
    event = meeting(service, room)
    service.settle()
    service.people().delete(event)
    service.settle()
    assert service.state(room)[0] == "deleted"
    service.told()
    return room, event


@PLACES
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["original first", "copy first"])
@pytest.mark.parametrize("together", [False, True], ids=["two reads", "one read"])
def test_e28_both_of_two_events(
    service: Service, place: str, order: Sequence[int], *, together: bool
) -> None:
    """Original and copy are restored, in either order, in one read or two: both show the new link."""
    service.set(WRITE_BACK=place)
    room = service.room()
    events = [meeting(service, room, summary=title) for title in ("Original", "Copy")]
    service.settle()
    for event in events:
        service.people().delete(event)
    service.settle()
    assert service.state(room)[0] == "deleted"
    for number in order:
        restore(service, events[number])
        if not together:
            service.settle()
    service.settle()
    service.sweep()
    link = service.seen(room)["join_url"]
    assert [link in service.people().get(event).get(place, "") for event in events] == [True, True]
    assert len(service.writes()) == 2


@PLACES
def test_e28_made_anew_twice(service: Service, place: str) -> None:
    """The newest link takes the place of the one before."""
    service.set(WRITE_BACK=place)
    room, event = deleted(service)
    restore(service, event)
    service.settle()
    second = service.seen(room)["join_url"]
    service.people().delete(event)
    service.settle()
    restore(service, event)
    service.settle()
    third = service.seen(room)["join_url"]
    text = service.people().get(event)[place]
    assert (service.state(room)[2], third in text, second in text) == (3, True, False)


@PLACES
@pytest.mark.parametrize("first", [OWNER, BOB])
def test_e28_with_a_guest(service: Service, place: str, first: str) -> None:
    """The guest's copy shows it too, and its notification costs nothing, whichever calendar is read first."""
    service.set(WRITE_BACK=place)
    service.user(BOB)
    room = service.room()
    event = meeting(service, room, attendees=GUESTS)
    service.settle()
    service.people().delete(event)
    service.settle()
    restore(service, event)
    service.settle(first)
    assert service.seen(room)["join_url"] in service.people(BOB).get(event)[place]
    assert service.state(room)[2] == 2
    assert len(service.writes()) == 1


def locked(service: Service, room: str, event: str, code: str) -> None:
    """Its system has another passcode, which is answered to the next update."""
    service.conferences.rooms.lock(room, code)
    service.people().change(event, summary=f"Code {code}")


def refused(service: Service, place: str) -> tuple[str, str]:
    """A conference whose new link its event was refused for now."""
    service.set(WRITE_BACK=place)
    room = service.room()
    event = meeting(service, room)
    service.settle()
    locked(service, room, event, "code-1")
    service.control("faults", method="events.patch", status=403, reason="requiredAccessLevel")
    service.settle()
    return room, event


def links_refused(service: Service) -> dict[str, str]:
    answer = service.clients["initialize_syncing"].get("/", query_string={"calendar_id": OWNER})
    found: dict[str, str] = answer.json["links_refused"] if answer.json else {}
    return found


@PLACES
def test_e28_refused_for_now(service: Service, place: str) -> None:
    """The calendar's state says so meanwhile; then allowed, the link is written."""
    _, event = refused(service, place)
    assert "requiredAccessLevel" in links_refused(service)[event]
    service.sweep_later()
    assert "code-1" in service.people().get(event)[place]
    assert links_refused(service) == {}


@PLACES
def test_e28_a_sweep_that_pauses(service: Service, place: str) -> None:
    """It has read the event to write the first link; a sync learns and writes the second, which stands."""
    room, event = refused(service, place)

    def second() -> None:
        locked(service, room, event, "code-2")
        service.sync()

    service.let_pass(3_601)
    service.meanwhile["get"] += [lambda: None, second]  # the first look at it is the conference's own
    service.sweep()
    assert service.meanwhile["get"] == []
    service.sweep_later()
    text = service.people().get(event)[place]
    assert ("code-2" in text, "code-1" in text) == (True, False)
