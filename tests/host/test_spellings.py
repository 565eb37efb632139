"""Ids that are spelled as people write them: one conference has one record, and its guards see all events."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.host.service import Service
from tests.host.test_owners import STRANGER, OnWebex, OnZoom, held, late, on, system
from tests.support.janus import API_SECRET, Janus
from tests.support.rig import SOLUTION

__all__ = ["system"]


def test_two_spellings_are_one_meeting(service: Service, tmp_path: Path) -> None:
    """Deleting the event that has one of them leaves the meeting to the event that has the other."""
    with on("zoom", service, tmp_path) as system:
        meeting = system.make()
        first = service.people().add(f"{meeting[:3]}-{meeting[3:7]} {meeting[7:]}", summary="First")
        service.people().add(meeting, summary="Second")
        service.settle()
        service.people().delete(first)
        service.settle()
        late(service)
        assert system.title(meeting) == "Second"


@pytest.mark.janus
def test_two_spellings_are_one_room(service: Service, tmp_path: Path) -> None:
    """Zeros before a number are no other room."""
    server = Janus(tmp_path / "janus", string_ids=False)
    with ExitStack() as stack:
        stack.callback(server.stop)
        server.start()
        server.make_room(1234)
        service.set(CONFERENCE_SOLUTIONS=f"{SOLUTION}=janus", JANUS_URL=server.url)
        service.set(JANUS_API_SECRET=API_SECRET, JANUS_STRING_IDS="false")
        first = service.people().add("0001234", summary="First")
        service.people().add("1234", summary="Second")
        service.settle()
        service.people().delete(first)
        service.settle()
        late(service)
        assert server.title(1234) == "Second"


def test_a_stranger_in_another_spelling(service: Service, system: OnZoom | OnWebex) -> None:
    """It is the same meeting on Zoom, and borrowed; a date of a series is none on Webex, and set aside."""
    meeting = system.make()
    on_zoom = isinstance(system, OnZoom)
    spelled = f"{meeting[:3]} {meeting[3:7]} {meeting[7:]}" if on_zoom else f"{meeting}_20310113T090000Z"
    service.people().add(meeting, summary="Planning")
    theirs = service.people(STRANGER).add(spelled, summary="Pwned")
    service.settle()
    assert held(service, system, meeting)[0] == ["owner@example.com"]
    assert len(held(service, system, meeting)[1]) == on_zoom
    service.people(STRANGER).delete(theirs)
    service.settle()
    late(service)
    assert system.title(meeting) == "Planning"
