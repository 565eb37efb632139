"""What arrives at Webex of a change, held to its own description; and what is not touched."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance.changes import change, deletion
from functions.adapters.providers.webex.provider import WebexProvider
from functions.core.errors import Gone, Rejected
from functions.core.model import Ability, Link, Outcome, Parties
from tests.support.webex import HOUR, SECOND, THIRD, TUESDAY, Site, cancelled, event, moved, series


def test_what_arrives_of_an_event(site: Site) -> None:
    """Title, description and times with their zone; the answer says how to join."""
    name = site.make()
    outcome = site.apply(name, title="Planning", description="What to do")
    held = site.of(name)
    assert (held["title"], held["agenda"], held["timezone"]) == ("Planning", "What to do", "Europe/Berlin")
    assert (held["start"], held["end"]) == ("2031-01-06T10:00:00+01:00", "2031-01-06T11:00:00+01:00")
    assert outcome == Outcome(link=Link(held["webLink"], "BgJep@43"))


def test_a_series_and_its_instances(site: Site) -> None:
    """One is moved with a title of its own, one cancelled; the others stay, and so does the series."""
    name, told = site.make(), site.provider()
    told.apply(change(name, meeting=series()))
    told.apply(
        moved(name, SECOND, title="Only this", start=TUESDAY + timedelta(7), end=TUESDAY + timedelta(7, 3600))
    )
    told.apply(cancelled(name, THIRD))
    instance = site.of(f"{name}_20310113T090000Z")
    assert (instance["title"], instance["start"]) == ("Only this", "2031-01-14T10:00:00+01:00")
    stamps = ("06", "13", "27", "0203", "0210")
    ids = [f"{name}_2031{stamp if len(stamp) > 2 else '01' + stamp}T090000Z" for stamp in stamps]
    assert site.server.meetings.instances(name) == ids
    assert site.of(name)["title"] == "Planning"


def test_a_series_that_became_a_single_event(site: Site) -> None:
    """Its recurrence is cleared."""
    name = site.make()
    site.apply(name, recurrence=("RRULE:FREQ=DAILY;COUNT=3",))
    site.apply(name)
    assert "recurrence" not in site.of(name)


def test_a_description_that_was_removed(site: Site) -> None:
    """The agenda goes, too."""
    name = site.make()
    site.apply(name, description="once")
    site.apply(name, description="")
    assert "agenda" not in site.of(name)


def test_a_deletion(site: Site) -> None:
    """The second says that it is gone."""
    name, told = site.make(), site.provider()
    told.apply(deletion(name))
    with pytest.raises(Gone, match="404"):
        told.apply(deletion(name))


def test_nobody_is_mailed(site: Site) -> None:
    """Whatever is pushed, Webex mails nobody: Calendar has mailed its guests."""
    name, told = site.make(), site.provider()
    told.apply(
        change(name, meeting=series(recurrence=("RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE:20310127T090000Z")))
    )
    told.apply(moved(name, SECOND))
    told.apply(cancelled(name, THIRD))
    told.apply(deletion(name))
    assert len(site.asked("PATCH", "DELETE")) == 5
    assert site.server.meetings.mails() == []


def test_on_behalf_of_the_host(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call names the host: one address, or who the event speaks for if the token's user sees none."""
    name = site.make(hostEmail="owner@example.com")
    monkeypatch.setattr(site.server, "user", "service@example.com")
    for host in ("owner@example.com", "calendar"):
        told = site.provider(host_email=host)
        told.apply(change(name, meeting=series()))
        told.apply(cancelled(name, THIRD))
    told.check()
    told.apply(deletion(name))
    hosts = {(each.method, (each.query | each.body).get("hostEmail")) for each in site.server.log}
    assert hosts == {(each, "owner@example.com") for each in ("GET", "PATCH", "DELETE")} | {("GET", None)}


def test_whose_the_meeting_is(site: Site) -> None:
    """It is looked at again right before each change: whose it is may have changed since."""
    name, told = site.make(hostEmail="eve@example.com"), site.provider(host_email="calendar")
    assert told.owners(name, []) == frozenset({"eve@example.com"})
    for refused in (change(name, meeting=series()), cancelled(name, THIRD), deletion(name)):
        with pytest.raises(Rejected, match="belongs to nobody for whom its event speaks"):
            told.apply(refused)
    assert site.asked("PATCH", "DELETE") == []
    told.apply(change(name, meeting=series(), parties=Parties(creator="eve@example.com")))


def test_a_title_alone_leaves_the_instances(site: Site) -> None:
    """The schedule is not sent where Webex has it: what was pushed of instances stays."""
    name, told = site.make(), site.provider()
    told.apply(change(name, meeting=series()))
    told.apply(cancelled(name, SECOND))
    told.apply(change(name, meeting=series(title="Renamed")))
    assert f"{name}_20310113T090000Z" not in site.server.meetings.instances(name)
    assert site.of(name)["title"] == "Renamed"
    assert site.asked("PATCH")[-1].body.keys() & {"start", "end", "timezone", "recurrence"} == set()
    assert told.abilities.resets


def test_a_running_event_that_is_renamed(plain: Site) -> None:
    """Its times are past, and as Webex has them: nothing lacks."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - HOUR
    name = plain.make(start=f"{start:%Y-%m-%dT%H:%M:%SZ}", end=f"{start + 2 * HOUR:%Y-%m-%dT%H:%M:%SZ}")
    outcome = plain.apply(name, title="Renamed", start=start, end=start + 2 * HOUR)
    assert (outcome.unsupported, plain.of(name)["title"]) == ((), "Renamed")


def test_personal_rooms_stay_as_they_are(site: Site) -> None:
    """Neither changed nor deleted; that is said, and nothing is set aside."""
    name = site.make(scheduledType="personalRoomMeeting")
    before, told = site.of(name), site.provider()
    for one in (change(name, meeting=event()), deletion(name)):
        assert told.apply(one).unsupported == ("changes of a meeting in a personal room",)
    assert site.of(name) == before
    assert site.asked("PATCH", "DELETE") == []


@pytest.mark.parametrize(
    ("made", "word"),
    [
        ({"connector": True}, "a Webex calendar connector made this meeting"),
        ({"state": "inProgress"}, "it is running"),
        ({"state": "ended"}, "it is over"),
    ],
)
def test_meetings_that_webex_lets_nobody_change(site: Site, made: Any, word: str) -> None:
    """Refused with the reason, in an update and a deletion."""
    name = site.make(**made)
    for one in (change(name, meeting=event()), deletion(name)):
        with pytest.raises(Rejected, match=word):
            site.provider().apply(one)
    assert site.of(name)["title"] == "as made"


def test_an_id_that_is_no_meeting_to_come(plain: Site) -> None:
    """An id of an instance that runs or has run is refused before anything is changed."""
    name = plain.make(meetingType="meeting")
    with pytest.raises(Rejected, match="one running or past instance"):
        plain.apply(name)
    assert plain.asked("PATCH") == []


def test_links_that_nobody_should_click_on(plain: Site) -> None:
    """Only a sound link and code are passed on."""
    name, told = plain.make(), plain.provider()
    for link in ("javascript:alert(1)", "https://site.example.com/a b", ""):
        plain.server.meetings.put(name, webLink=link)
        assert told.apply(change(name, meeting=event())).link is None
    plain.server.meetings.put(name, webLink="https://site.example.com/x", password="two\nlines")
    assert told.apply(change(name, meeting=event())).link is None


def test_a_change_that_touches_nothing_of_it_costs_no_call() -> None:
    """Guests and location have no place in a meeting that we change."""
    abilities = WebexProvider.abilities
    assert abilities.fields == {
        "title",
        "description",
        "start",
        "end",
        "time_zone",
        "all_day",
        "recurrence",
    }
    assert (abilities.can, abilities.recreates) == (frozenset(Ability), False)


@pytest.mark.parametrize("odd", ["../people/me?x=1", "..", ".", "A1B2", "a1b2_20310113T090000Z", ""])
def test_what_is_no_id_of_a_series(plain: Site, odd: str) -> None:
    """It is refused, and nothing is asked for."""
    with pytest.raises(Rejected, match="no id of a Webex series"):
        plain.provider().apply(deletion(odd))
    assert plain.asked("GET") == []
