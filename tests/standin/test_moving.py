"""events.move."""

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events
from tests.standin.samples import conference, series, timed

BOB = "bob@example.com"


@pytest.fixture
def bob(standin: Server, caller: Caller) -> Events:
    standin.control("POST", "users", {"email": BOB})
    return caller.events(BOB)


def test_a_moved_event_keeps_its_id(caller: Caller, events: Events, bob: Events) -> None:
    """The event arrives under its id with a new organizer; its old calendar keeps an id alone."""
    made = events.insert(timed(conferenceData=conference()), conferenceDataVersion=1)
    _, token = events.all()

    caller.ok("POST", f"{events.path}/{made['id']}/move", destination=BOB)

    moved = bob.get(made["id"])
    assert (moved["status"], moved["iCalUID"]) == ("confirmed", made["iCalUID"])
    assert moved["organizer"] == {"email": BOB, "self": True}
    assert moved["conferenceData"] == conference()
    tombstone = events.page(syncToken=token, showDeleted=True)["items"][0]
    assert tombstone.keys() == {"kind", "etag", "id", "status"}
    assert events.page()["items"] == []

    caller.ok("POST", f"{bob.path}/{made['id']}/move", destination="primary")
    assert [item["organizer"]["email"] for item in events.page()["items"]] == ["owner@example.com"]


def test_a_move_answers_the_copy_that_is_left(caller: Caller, events: Events, bob: Events) -> None:
    """The answer is the event as it was, times and etag too, but cancelled and organized by the target."""
    made = events.insert(timed())

    answer = caller.ok("POST", f"{events.path}/{made['id']}/move", destination=BOB)

    assert answer == made | {"status": "cancelled", "organizer": {"email": BOB}}


def test_a_stale_move_is_refused(caller: Caller, events: Events, bob: Events) -> None:
    """`move` honours If-Match: with an old etag it is 412 and nothing moves."""
    made = events.insert(timed())
    newer = events.patch(made["id"], {"summary": "Newer"})
    path = f"{events.path}/{made['id']}/move"

    stale = caller.call("POST", path, destination=BOB, headers={"If-Match": made["etag"]})
    assert stale.refusal == (412, "conditionNotMet")
    assert events.get(made["id"])["organizer"]["email"] == "owner@example.com"

    assert caller.call("POST", path, destination=BOB, headers={"If-Match": newer["etag"]}).status == 200


def test_an_organizer_who_attends_keeps_a_copy(caller: Caller, events: Events, bob: Events) -> None:
    """Who organized and attends stays as a guest."""
    made = events.insert(timed(attendees=[{"email": "owner@example.com"}, {"email": BOB}]))

    caller.ok("POST", f"{events.path}/{made['id']}/move", destination=BOB)

    mine, his = events.get(made["id"]), bob.get(made["id"])
    assert mine["status"] == "confirmed"
    assert mine["organizer"] == {"email": BOB}
    assert his["organizer"] == {"email": BOB, "self": True}


def test_a_series_moves_with_its_exceptions(caller: Caller, events: Events, bob: Events) -> None:
    """Exceptions go with their series."""
    made = events.insert(series())
    instance = f"{made['id']}_20260112T090000Z"
    events.patch(instance, {"summary": "Mine"})

    caller.ok("POST", f"{events.path}/{made['id']}/move", destination=BOB)

    assert bob.get(instance)["summary"] == "Mine"
    assert events.page()["items"] == []


def test_what_cannot_be_moved(caller: Caller, events: Events, bob: Events) -> None:
    """Instances, other types than default, guests' copies and deleted events cannot be moved."""
    weekly = events.insert(series())["id"]
    focus = events.insert(timed(eventType="focusTime"))["id"]
    guest = bob.insert(timed(attendees=[{"email": "owner@example.com"}]))["id"]
    gone = events.insert(timed())["id"]
    events.delete(gone)

    refusals = {
        f"{weekly}_20260112T090000Z": (400, "cannotChangeOrganizerOfInstance"),
        focus: (400, "eventTypeRestriction"),
        guest: (403, "forbiddenForNonOrganizer"),
        gone: (410, "deleted"),
        "unknown": (404, "notFound"),
    }
    for event_id, refusal in refusals.items():
        assert events.refused("POST", f"{event_id}/move", destination=BOB) == refusal
    assert events.refused("POST", f"{weekly}/move") == (400, "required")
    assert events.refused("POST", f"{weekly}/move", destination="nowhere@example.com") == (404, "notFound")
