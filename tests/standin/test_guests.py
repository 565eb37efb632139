"""Copies of an event on its guests' calendars."""

from collections.abc import Iterator

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events
from tests.standin.samples import conference, series, timed

BOB, EVE = "bob@example.com", "eve@example.com"


@pytest.fixture
def bob(standin: Server) -> Iterator[Events]:
    standin.control("POST", "users", {"email": BOB})
    with Caller(standin.url, BOB) as caller:
        yield caller.events()


@pytest.fixture
def eve(standin: Server) -> Iterator[Events]:
    standin.control("POST", "users", {"email": EVE})
    with Caller(standin.url, EVE) as caller:
        yield caller.events()


def invite(*people: str) -> dict[str, list[dict[str, str]]]:
    return {"attendees": [{"email": person} for person in people]}


def test_an_invitation_appears_under_the_same_id(events: Events, bob: Events) -> None:
    """A guest's copy has the event's id, iCalUID and conference, and says whose copy it is."""
    made = events.insert(
        timed(conferenceData=conference()) | invite("owner@example.com", BOB), conferenceDataVersion=1
    )

    copy = bob.get(made["id"])

    assert copy["iCalUID"] == made["iCalUID"]
    assert copy["conferenceData"] == conference()
    assert copy["organizer"] == {"email": "owner@example.com"}
    assert [person.get("self", False) for person in copy["attendees"]] == [False, True]
    assert [person.get("self", False) for person in made["attendees"]] == [True, False]
    assert made["attendees"][0]["organizer"] is True


def test_copies_follow_the_organizer(events: Events, bob: Events, eve: Events) -> None:
    """What the organizer changes reaches the copies; who is no longer invited gets a tombstone."""
    made = events.insert(timed() | invite(BOB, EVE))
    (_, to_bob), (_, to_eve) = bob.all(), eve.all()

    events.patch(made["id"], {"summary": "New"} | invite(EVE))

    assert [(i["id"], i["status"]) for i in bob.page(syncToken=to_bob)["items"]] == [
        (made["id"], "cancelled")
    ]
    assert [i["summary"] for i in eve.page(syncToken=to_eve)["items"]] == ["New"]


def test_a_deleted_event_leaves_every_calendar(events: Events, bob: Events) -> None:
    """When the organizer deletes an event, its copies are deleted; when they restore it, the copies come
    back.
    """
    made = events.insert(timed() | invite(BOB))
    events.delete(made["id"])
    assert bob.page()["items"] == []

    events.patch(made["id"], {"status": "confirmed"})
    assert [item["id"] for item in bob.page()["items"]] == [made["id"]]


def test_an_answer_reaches_the_others(events: Events, bob: Events, eve: Events) -> None:
    """A guest's answer is told on the organizer's copy and on the other guests'."""
    made = events.insert(timed() | invite(BOB, EVE))

    answer = {"email": BOB, "responseStatus": "accepted"}
    bob.patch(made["id"], {"attendees": [answer, {"email": EVE}]})

    for calendar in (events, eve):
        assert calendar.get(made["id"])["attendees"][0]["responseStatus"] == "accepted"


def test_an_answer_is_all_that_is_told(events: Events, bob: Events) -> None:
    """Of what guests write about themselves only their answer and comment reach the organizer."""
    invited = {"email": BOB, "displayName": "Bob", "optional": True}
    made = events.insert(timed(attendees=[invited]))

    answer = {"responseStatus": "tentative", "comment": "late"}
    bob.patch(made["id"], {"attendees": [{"email": BOB, "displayName": "Bobby"} | answer]})

    assert events.get(made["id"])["attendees"] == [invited | answer]


def test_a_guest_deletes_his_copy(events: Events, bob: Events) -> None:
    """A guest who deletes the copy has declined; the event stays, and later changes do not bring it back."""
    made = events.insert(timed() | invite(BOB))

    bob.delete(made["id"])
    events.patch(made["id"], {"summary": "New"})

    assert events.get(made["id"])["status"] == "confirmed"
    assert events.get(made["id"])["attendees"][0]["responseStatus"] == "declined"
    assert bob.page()["items"] == []


def test_what_is_the_guests_own_stays(events: Events, bob: Events) -> None:
    """Colour, reminders and private properties of a copy are the guest's and survive later changes."""
    shared = {"extendedProperties": {"private": {"mine": "1"}, "shared": {"ours": "1"}}}
    made = events.insert(timed() | invite(BOB) | shared)
    assert bob.get(made["id"])["extendedProperties"] == {"shared": {"ours": "1"}}

    bob.patch(made["id"], {"colorId": "5", "extendedProperties": {"private": {"his": "1"}}})
    events.patch(made["id"], {"summary": "New"})

    copy = bob.get(made["id"])
    assert (copy["summary"], copy["colorId"]) == ("New", "5")
    assert copy["extendedProperties"] == {"private": {"his": "1"}, "shared": {"ours": "1"}}
    assert "colorId" not in events.get(made["id"])


def test_only_the_organizer_sets_shared_properties(events: Events, bob: Events) -> None:
    """A guest may not set what only organizers set; with guestsCanModify their changes reach everybody."""
    closed = events.insert(timed() | invite(BOB))
    refused = bob.refused("PATCH", closed["id"], {"guestsCanInviteOthers": False})
    assert refused == (403, "forbiddenForNonOrganizer")

    open_ = events.insert(timed(guestsCanModify=True) | invite(BOB))
    assert bob.patch(open_["id"], {"summary": "His", "colorId": "5"})["summary"] == "His"
    assert events.get(open_["id"])["summary"] == "His"
    assert "colorId" not in events.get(open_["id"])


def test_series_and_their_exceptions(events: Events, bob: Events, eve: Events) -> None:
    """Guests get the series with its exceptions; who is invited to one instance gets that alone."""
    made = events.insert(series() | invite(BOB))
    moved, off, both = (f"{made['id']}_202601{day}T090000Z" for day in ("12", "19", "26"))
    events.patch(moved, {"summary": "Moved"})
    events.delete(off)
    events.patch(both, invite(BOB, EVE))

    assert bob.get(moved)["summary"] == "Moved"
    assert bob.get(off)["status"] == "cancelled"
    assert [item["id"] for item in eve.page()["items"]] == [both]
    assert eve.page()["items"][0]["recurringEventId"] == made["id"]

    events.delete(made["id"])
    assert bob.page()["items"] == []
    assert eve.page()["items"] == []


def test_each_copy_is_notified_and_logged_once(standin: Server, events: Events, bob: Events) -> None:
    """One change of the organizer is one change on each guest's calendar, and none when nothing differs."""
    made = events.insert(timed() | invite(BOB))
    _, token = bob.all()

    events.patch(made["id"], {"colorId": "3"})
    assert bob.page(syncToken=token)["items"] == []

    events.patch(made["id"], {"summary": "New"})
    assert len(bob.page(syncToken=token)["items"]) == 1
