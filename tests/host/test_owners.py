"""Whose conference is it? Somebody who writes the id of another's meeting into an event of their own, on the
systems that say whose a meeting is: nothing of that meeting changes, is told, shown or ended (E29).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.core.conference import Conference
from functions.core.model import ConferenceKey
from local.webex.meetings import Refusal
from local.webex.server import Server as Webex
from local.zoom.server import Server as Zoom
from local.zoom.server import start
from tests.host.service import Service
from tests.host.test_rows_zoom import settings
from tests.support.rig import OWNER, WITH_CONFERENCES, conference_data, usual
from tests.support.webex import environment

STRANGER = "mallory@example.com"
BOB = "bob@example.com"


@dataclass(frozen=True, kw_only=True)
class OnZoom:
    server: Zoom
    name: str = "zoom"

    def make(self, host: str = OWNER, **more: Any) -> str:
        return self.server.account.make(host, **more)

    def title(self, meeting: str) -> str | None:
        found = self.server.account.find(meeting)
        return found["topic"] if found else None

    def changed(self) -> int:
        return sum(call.method in {"PATCH", "DELETE"} for call in self.server.account.calls)


@dataclass(frozen=True, kw_only=True)
class OnWebex:
    server: Webex
    name: str = "webex"

    def make(self, host: str = OWNER) -> str:
        return self.server.meetings.create("as made", hostEmail=host)

    def title(self, meeting: str) -> str | None:
        try:
            return str(self.server.meetings.get(meeting)["title"])
        except Refusal:
            return None

    def changed(self) -> int:
        return sum(asked.method in {"PATCH", "DELETE"} for asked in self.server.log)


@contextmanager
def on(name: str, service: Service, folder: Path) -> Iterator[OnZoom | OnWebex]:
    server = start() if name == "zoom" else Webex(folder)
    try:
        if isinstance(server, Zoom):
            service.set(**settings(server))
            yield OnZoom(server=server)
        else:
            service.set(**{**environment(server.url), "WEBEX_HOST_EMAIL": "calendar"})
            yield OnWebex(server=server)
    finally:
        server.stop()


@pytest.fixture(params=["zoom", "webex"])
def system(request: pytest.FixtureRequest, service: Service, tmp_path: Path) -> Iterator[OnZoom | OnWebex]:
    """The service pushes to it, and writes changed links; a stranger has enrolled a calendar of their own."""
    with on(request.param, service, tmp_path) as made:
        service.set(WRITE_BACK="location")
        service.user(STRANGER)
        yield made


def record(service: Service, system: OnZoom | OnWebex, meeting: str) -> Conference:
    (kept,) = service.store.known([], [ConferenceKey(system.name, meeting)])
    return kept.value


def held(service: Service, system: OnZoom | OnWebex, meeting: str) -> tuple[list[str], list[str]]:
    """In whose calendars it is held, and in whose borrowed."""
    found = record(service, system, meeting)
    return (
        [hold.ref.calendar_id for hold in found.holds],
        [hold.ref.calendar_id for hold in found.borrowed],
    )


def late(service: Service) -> None:
    """All graces are over."""
    for _ in range(3):
        service.sweep_later()


@pytest.mark.parametrize("first", [OWNER, STRANGER])
def test_a_stranger_plants_edits_and_deletes(service: Service, system: OnZoom | OnWebex, first: str) -> None:
    """Whichever event was seen first: the meeting goes on as its owner's event says."""
    meeting = system.make()
    titles = {OWNER: "Planning", STRANGER: "Pwned"}
    events = {}
    for name in sorted(titles, key=lambda each: each != first):
        events[name] = service.people(name).add(meeting, summary=titles[name])
        service.settle()
    assert (system.title(meeting), held(service, system, meeting)) == ("Planning", ([OWNER], [STRANGER]))
    service.people(STRANGER).change(events[STRANGER], summary="Pwned again", start=at(9), end=at(10))
    service.settle()
    service.people().change(events[OWNER], summary="Planning, anew")
    service.settle()
    assert system.title(meeting) == "Planning, anew"
    service.people(STRANGER).delete(events[STRANGER])
    service.settle()
    late(service)
    assert (system.title(meeting), held(service, system, meeting)) == ("Planning, anew", ([OWNER], []))


def at(hour: int) -> dict[str, str]:
    return {"dateTime": f"2031-01-06T{hour:02}:00:00Z"}


def test_a_meeting_of_nobody_here(service: Service, system: OnZoom | OnWebex) -> None:
    """Whose events we do not see: a stranger's event comes, changes and goes, and not one change is made."""
    meeting = system.make("elsewhere@example.com")
    event = service.people(STRANGER).add(meeting, summary="Pwned")
    service.settle()
    service.people(STRANGER).change(event, summary="Pwned again")
    service.settle()
    late(service)
    service.people(STRANGER).delete(event)
    service.settle()
    late(service)
    assert (system.title(meeting), system.changed()) == (system.title(system.make()), 0)


@pytest.mark.parametrize("before", ["location", "off"])
def test_no_link_is_shown(service: Service, system: OnZoom | OnWebex, before: str) -> None:
    """Neither link nor passcode comes into the stranger's event, though the owner's shows them; nor when
    links are written from now on, and everything is read anew.
    """
    service.set(WRITE_BACK=before)
    meeting = system.make()
    mine = service.people().add(meeting)
    theirs = service.people(STRANGER).add(meeting)
    service.settle()
    service.set(WRITE_BACK="location")
    for name in (OWNER, STRANGER):
        service.people(name).add(summary="Reads it anew")
    service.settle()
    late(service)
    assert service.people().get(mine)["location"]
    assert "location" not in service.people(STRANGER).get(theirs)


def test_it_keeps_from_deletion(service: Service, system: OnZoom | OnWebex) -> None:
    """While a live event carries it, whoever's it is, the meeting stays; then what its owner did goes on."""
    meeting = system.make()
    mine = service.people().add(meeting)
    theirs = service.people(STRANGER).add(meeting)
    service.settle()
    service.people().delete(mine)
    service.settle()
    late(service)
    assert system.title(meeting) == "Planning"
    service.people(STRANGER).delete(theirs)
    service.settle()
    late(service)
    assert system.title(meeting) is None


def test_an_owner_who_enrols_later_leads(service: Service, system: OnZoom | OnWebex) -> None:
    """Nothing of the stranger's event is there when the owner's calendar is read for the first time."""
    meeting = system.make(BOB)
    service.people(STRANGER).add(meeting, summary="Pwned")
    service.settle()
    service.user(BOB)
    service.people(BOB).add(meeting, summary="Bob's")
    service.settle()
    assert (system.title(meeting), held(service, system, meeting)) == ("Bob's", ([BOB], [STRANGER]))


def test_who_made_the_event_speaks(service: Service, system: OnZoom | OnWebex) -> None:
    """An assistant's meeting in their principal's calendar."""
    service.control("users", email=BOB)
    meeting = system.make(BOB)
    calendar = f"{service.calendar.url}/calendar/v3/calendars/{OWNER}"
    rule = {"role": "writer", "scope": {"type": "user", "value": BOB}}
    httpx.post(f"{calendar}/acl", json=rule).raise_for_status()
    wish = {**usual(), "summary": "By Bob", "conferenceData": conference_data(meeting)}
    answer = httpx.post(
        f"{calendar}/events",
        json=wish,
        params=WITH_CONFERENCES,
        headers={"Authorization": f"Bearer {BOB}"},
    )
    made = answer.raise_for_status().json()
    service.settle()
    assert made["creator"]["email"] == BOB
    assert (system.title(meeting), held(service, system, meeting)) == ("By Bob", ([OWNER], []))


def test_a_secondary_calendar(service: Service, system: OnZoom | OnWebex) -> None:
    """Its organizer is the calendar, who made the event is a person."""
    team, meeting = service.team(), system.make()
    service.people(team).add(meeting, summary="Team's")
    service.settle()
    assert (system.title(meeting), held(service, system, meeting)) == ("Team's", ([team], []))


def test_moved_to_anothers_calendar(service: Service, system: OnZoom | OnWebex) -> None:
    """It goes on speaking for who made it."""
    service.set(DELETE_GRACE_SECONDS="300")
    service.user(BOB)
    meeting = system.make()
    event = service.people().add(meeting, summary="Planning")
    service.settle()
    service.people().move(event, BOB)
    service.people(BOB).change(event, summary="With Bob")
    service.settle()
    late(service)
    assert (system.title(meeting), held(service, system, meeting)) == ("With Bob", ([BOB], []))


def test_an_unreadable_event_of_a_stranger(service: Service, system: OnZoom | OnWebex) -> None:
    """It sets nothing aside, and keeps nothing."""
    meeting = system.make()
    mine = service.people().add(meeting)
    service.settle()
    broken = {
        **usual(),
        "id": "broken1",
        "conferenceData": conference_data(meeting),
        "start": {"dateTime": "soon"},
    }
    service.control("events", calendarId=STRANGER, event=broken)
    service.settle()
    found = record(service, system, meeting)
    assert (found.refused, found.borrowed, len(found.holds)) == (None, (), 1)
    service.people().delete(mine)
    service.settle()
    late(service)
    assert system.title(meeting) is None


def test_alternative_hosts_speak(service: Service, tmp_path: Path) -> None:
    """As Zoom names them, in whatever case."""
    with on("zoom", service, tmp_path) as system:
        assert isinstance(system, OnZoom)
        service.user(STRANGER)
        meeting = system.make(BOB, settings={"alternative_hosts": "ann@example.com;Owner@Example.com"})
        service.people().add(meeting, summary="By the other host")
        service.settle()
        assert system.title(meeting) == "By the other host"


@pytest.mark.parametrize("odd", ["", "OWNER", ["owner@example.com"], None, 7])
def test_odd_owners_open_nothing(service: Service, tmp_path: Path, odd: object) -> None:
    """A system that names no sound address names nobody."""
    with on("webex", service, tmp_path) as system:
        assert isinstance(system, OnWebex)
        meeting = system.server.meetings.create("as made", hostEmail=odd)
        service.people().add(meeting, summary="Pwned")
        service.settle()
        assert (system.title(meeting), system.changed()) == ("as made", 0)


@pytest.mark.parametrize("first", [STRANGER, OWNER])
def test_a_token_that_asks_on_behalf_of_others(service: Service, tmp_path: Path, first: str) -> None:
    """Webex finds another's meeting for nobody else: what a stranger's event does to it leaves no trace."""
    with on("webex", service, tmp_path) as system:
        assert isinstance(system, OnWebex)
        system.server.user = "service@example.com"
        service.user(STRANGER)
        meeting = system.make()
        if first == OWNER:
            service.people().add(meeting, summary="Planning")
            service.settle()
        theirs = service.people(STRANGER).add(meeting, summary="Pwned")
        service.settle()
        service.people(STRANGER).delete(theirs)
        service.settle()
        late(service)
        if first == STRANGER:
            service.people().add(meeting, summary="Planning")
            service.settle()
        assert (system.title(meeting), held(service, system, meeting)) == ("Planning", ([OWNER], []))


def test_a_host_in_another_spelling(service: Service, tmp_path: Path) -> None:
    """Case does not count."""
    with on("webex", service, tmp_path) as system:
        assert isinstance(system, OnWebex)
        meeting = system.make("Owner@Example.com")
        service.people().add(meeting, summary="Planning")
        service.settle()
        assert system.title(meeting) == "Planning"


def test_any_may_speak_if_that_is_asked_for(service: Service, system: OnZoom | OnWebex) -> None:
    """With the settings that say so."""
    service.set(ZOOM_HOSTS="any", WEBEX_HOST_EMAIL="any")
    meeting = system.make(BOB)
    service.people().add(meeting, summary="Anybody's")
    service.settle()
    assert system.title(meeting) == "Anybody's"
