"""The functions as processes of their own, on the real parts: what a change in a calendar comes to."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.system.system import System
from local.webex.server import Server as Webex
from local.zoom.server import Server as Zoom
from local.zoom.server import start as start_zoom
from tests.contract.systems.zoom import DESCRIPTION
from tests.host.processes import WAIT_S, cloud, enrol, people, until
from tests.host.weekly import hours, instance
from tests.support.janus import API_SECRET, Janus
from tests.support.prism import prism
from tests.support.rig import SOLUTION
from tests.support.webex import environment

AT_TEN = datetime(2031, 1, 7, 9, tzinfo=UTC)  # in Berlin
WEEKLY = ["RRULE:FREQ=WEEKLY;COUNT=6"]
pytestmark = [pytest.mark.emulators, pytest.mark.slow]


@pytest.mark.janus
def test_a_change_in_the_calendar_reaches_the_janus_room(project: str, tmp_path: Path) -> None:
    """A series' title is the room's description; moved or without one instance it stays; deleted, it goes."""
    janus = Janus(tmp_path / "janus")
    janus.start()
    try:
        janus.make_room("weekly")
        settings = {
            "CONFERENCE_SOLUTIONS": f"{SOLUTION}=janus",
            "JANUS_URL": janus.url,
            "JANUS_API_SECRET": API_SECRET,
        }
        with cloud(project, settings) as system:
            enrol(system)
            event = people(system).add(
                "weekly", summary="Weekly meeting", recurrence=WEEKLY, **hours("2031-01-06")
            )
            until(lambda: janus.title("weekly") == "Weekly meeting", "the first title")
            people(system).delete(instance(event, "20310113T090000Z"))
            people(system).change(event, summary="Renamed — wöchentlich", **hours("2031-01-07"))
            until(lambda: janus.title("weekly") == "Renamed — wöchentlich", "the new title")
            people(system).delete(event)
            until(lambda: swept(system) and janus.title("weekly") is None, "the room's end")
        janus.stop()
        janus.start()
        assert janus.title("weekly") is None
    finally:
        janus.stop()


def test_a_change_in_the_calendar_reaches_the_webhook(project: str) -> None:
    """A series pushed, moved and renamed, with one instance cancelled, and deleted."""
    with cloud(project) as system:
        enrol(system)
        rooms = system.conferences.rooms
        name = rooms.create("as made").id

        def held(what: str) -> Any:
            return (rooms.find(name) or {})[what]

        event = people(system).add(name, summary="Weekly", recurrence=WEEKLY, **hours("2031-01-06"))
        until(lambda: held("title") == "Weekly", "the first title")
        people(system).change(event, summary="Renamed — wöchentlich", **hours("2031-01-07"))
        until(lambda: datetime.fromisoformat(held("event")["start"]) == AT_TEN, "the new time")
        assert held("title") == "Renamed — wöchentlich"
        people(system).delete(instance(event, "20310114T090000Z"))
        until(lambda: "2031-01-14T09:00:00Z" in held("occurrences"), "the cancelled instance")
        assert held("occurrences")["2031-01-14T09:00:00Z"]["status"] == "cancelled"
        people(system).delete(event)
        until(lambda: swept(system) and held("status") == "deleted", "the conference's end")


@pytest.mark.node
@pytest.mark.descriptions
def test_a_change_in_the_calendar_reaches_the_zoom_meeting(project: str) -> None:
    """A series moved, renamed, with one instance cancelled, and deleted: on Zoom by its own description."""
    zoom = start_zoom()
    try:
        with prism(DESCRIPTION, zoom.api_url) as front:
            app, name = zoom.account.app, zoom.account.make()
            settings = {
                "CONFERENCE_SOLUTIONS": f"{SOLUTION}=zoom",
                "ZOOM_API_URL": front.url,
                "ZOOM_TOKEN_URL": zoom.token_url,
                "ZOOM_ACCOUNT_ID": app.account_id,
                "ZOOM_CLIENT_ID": app.client_id,
                "ZOOM_CLIENT_SECRET": app.client_secret,
                "ZOOM_RECURRENCE": "fixed",
            }
            with cloud(project, settings) as system:
                enrol(system)
                event = people(system).add(name, summary="Weekly", recurrence=WEEKLY, **hours("2031-01-06"))
                until(lambda: days(zoom, name) == [6, 13, 20, 27, 3, 10], "the first times")
                people(system).change(event, summary="Renamed — wöchentlich", **hours("2031-01-07"))
                until(lambda: days(zoom, name) == [7, 14, 21, 28, 4, 11], "the new times")
                assert (zoom.account.find(name) or {})["topic"] == "Renamed — wöchentlich"
                people(system).delete(instance(event, "20310114T090000Z"))
                until(lambda: days(zoom, name) == [7, 21, 28, 4, 11], "the instance's end")
                people(system).delete(event)
                until(lambda: swept(system) and zoom.account.find(name) is None, "the meeting's end")
    finally:
        zoom.stop()


def days(zoom: Zoom, name: str) -> list[int]:
    return [each.start.day for each in zoom.account.meeting(name).occurrences if each.live]


def test_a_change_in_the_calendar_reaches_the_webex_meeting(project: str, tmp_path: Path) -> None:
    """A series is pushed, moved, one instance of it cancelled, and deleted; nobody is mailed."""
    webex = Webex(tmp_path)
    name = webex.meetings.create("as made")
    try:
        with cloud(project, environment(webex.url)) as system:
            enrol(system)
            event = people(system).add(name, summary="Weekly", recurrence=WEEKLY, **hours("2031-01-06"))
            until(lambda: webex.meetings.get(name)["title"] == "Weekly", "the first title")
            people(system).change(event, summary="Renamed", **hours("2031-01-07"))
            until(lambda: webex.meetings.get(name)["start"].startswith("2031-01-07T10:00"), "the new time")
            people(system).delete(instance(event, "20310114T090000Z"))
            until(lambda: len(webex.meetings.instances(name)) == 5, "the cancelled instance")
            assert webex.meetings.get(name)["title"] == "Renamed"
            people(system).delete(event)
            until(lambda: swept(system) and webex.meetings.listed() == [], "the meeting's end")
        assert webex.meetings.mails() == []
    finally:
        webex.stop()


def swept(system: System) -> bool:
    answer = system.call("sweep_calendars")
    assert answer.status_code == 200, answer.text
    return True


def test_a_burst_of_notifications_on_the_real_parts(project: str) -> None:
    """Three hundred notifications at once cost at most two reads of the calendar, and nothing is lost."""
    with cloud(project) as system:
        enrol(system)
        room = system.conferences.rooms.create("Room").id
        system.calendar.control("POST", "notifications", {"duplicateNext": 299})
        system.calendar.control("DELETE", "requests", None)
        people(system).add(room, summary="Once")
        until(lambda: len(system.conferences.rooms.log()) > 0, "the call")
        system.quiet(WAIT_S)
        started = time.monotonic()
        reads = -1
        while reads != (now := lists(system)) or time.monotonic() - started < 5:
            reads = now
            time.sleep(1)
        assert 1 <= reads <= 2
        assert len(system.conferences.rooms.log()) == 1


def lists(system: System) -> int:
    calls: dict[str, int] = system.calendar.control("GET", "requests", None)["calls"]
    return calls.get("events.list", 0)
