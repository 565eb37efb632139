"""Insert, import, update, patch, delete: what is stored, what is ignored, what is refused."""

from datetime import datetime

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import all_day, conference, series, timed


def test_a_new_event_looks_like_a_real_one(events: Events) -> None:
    """An inserted event comes back with the fields Google fills in."""
    made = events.insert(timed())

    assert made["status"] == "confirmed"
    assert made["iCalUID"] == f"{made['id']}@google.com"
    assert made["organizer"] == {"email": "owner@example.com", "self": True}
    assert made["creator"] == {"email": "owner@example.com", "self": True}
    assert made["sequence"] == 0
    assert made["eventType"] == "default"
    assert made["htmlLink"].startswith("https://www.google.com/calendar/event?eid=")
    assert made["created"] == f"{made['updated'][:19]}.000Z"


def test_etag_is_twice_a_time_of_which_updated_shows_the_milliseconds(
    standin: Server, events: Events
) -> None:
    """The etag is, in quotes, twice the microseconds of a change; `updated` has the milliseconds."""
    standin.control("POST", "clock", {"now": "2030-05-01T12:00:00.123456Z", "stop": True})

    made = events.insert(timed())

    moment = datetime.fromisoformat("2030-05-01T12:00:00.123456+00:00")
    assert made["etag"] == f'"{round(moment.timestamp() * 1_000_000) * 2}"'
    assert made["updated"] == "2030-05-01T12:00:00.123Z"


def test_fields_of_google_cannot_be_set(events: Events) -> None:
    """Etag, creator, organizer and the like are ignored where a caller sends them."""
    made = events.insert(
        timed(etag='"1"', creator={"email": "x@example.com"}, created="2020-01-01T00:00:00Z")
    )

    assert made["creator"]["email"] == "owner@example.com"
    assert made["created"] > "2021"


def test_patch_merges_objects_and_overwrites_arrays(events: Events) -> None:
    """Patch merges objects, replaces arrays whole, and removes what is null."""
    people = [{"email": "a@example.com"}, {"email": "b@example.com"}]
    shared: Json = {"extendedProperties": {"shared": {"a": "1", "b": "2"}}}
    made = events.insert(timed(description="x", attendees=people, **shared))

    change = {
        "description": None,
        "attendees": [{"email": "c@example.com"}],
        "extendedProperties": {"shared": {"b": None, "c": "3"}},
    }
    patched = events.patch(made["id"], change)

    assert "description" not in patched
    assert [person["email"] for person in patched["attendees"]] == ["c@example.com"]
    assert patched["extendedProperties"] == {"shared": {"a": "1", "c": "3"}}
    assert patched["summary"] == "Meeting"


def test_update_resets_what_it_omits(events: Events) -> None:
    """Update replaces the event: fields it does not name are gone."""
    made = events.insert(timed(description="x", location="y"))

    updated = events.update(made["id"], timed(summary="New"))

    assert updated["summary"] == "New"
    assert not {"description", "location"} & updated.keys()
    assert updated["iCalUID"] == made["iCalUID"]
    assert updated["created"] == made["created"]


def test_conference_data_is_ignored_without_the_version(events: Events) -> None:
    """Without conferenceDataVersion=1 conferenceData in a body is ignored, on insert as on update."""
    plain = events.insert(timed(conferenceData=conference()))
    held = events.insert(timed(conferenceData=conference()), conferenceDataVersion=1)

    assert "conferenceData" not in plain
    assert events.update(held["id"], timed())["conferenceData"] == conference()
    assert events.patch(held["id"], {"conferenceData": None})["conferenceData"] == conference()


def test_conference_data_is_cleared_with_the_version(events: Events) -> None:
    """With conferenceDataVersion=1 a PUT without conferenceData removes the conference, as does a null."""
    first, second = (
        events.insert(timed(conferenceData=conference()), conferenceDataVersion=1) for _ in range(2)
    )

    assert "conferenceData" not in events.update(first["id"], timed(), conferenceDataVersion=1)
    assert "conferenceData" not in events.patch(
        second["id"], {"conferenceData": None}, conferenceDataVersion=1
    )


def test_create_request_makes_a_meet(events: Events) -> None:
    """A create request makes a Google Meet; of an add-on's kind it is refused."""
    request = {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    made = events.insert(timed(conferenceData={"createRequest": request}), conferenceDataVersion=1)

    assert made["hangoutLink"] == made["conferenceData"]["entryPoints"][0]["uri"]
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    other = timed(
        conferenceData={"createRequest": {"requestId": "r2", "conferenceSolutionKey": {"type": "addOn"}}}
    )
    assert events.refused("POST", body=other, conferenceDataVersion=1) == (400, "invalid")


def test_conference_limits(events: Events) -> None:
    """A conference needs a solution and an entry point, at most one video, and short codes."""
    no_points = conference() | {"entryPoints": []}
    two_videos = conference() | {"entryPoints": conference()["entryPoints"] * 2}
    long_pin = conference() | {"entryPoints": [conference()["entryPoints"][0] | {"pin": "1" * 129}]}

    for wrong in (no_points, two_videos, long_pin):
        body = timed(conferenceData=wrong)
        assert events.refused("POST", body=body, conferenceDataVersion=1) == (400, "invalid")


def test_sequence_grows_with_significant_changes(events: Events) -> None:
    """The sequence grows when an event is moved, not when it is renamed, and cannot be set back."""
    made = events.insert(timed())

    assert events.patch(made["id"], {"summary": "New"})["sequence"] == 0
    moved = events.patch(made["id"], {"end": {"dateTime": "2026-01-05T12:00:00Z"}})
    assert moved["sequence"] == 1
    assert events.refused("PATCH", made["id"], {"sequence": 0}) == (400, "invalid")


def test_reminders_alone_do_not_change_updated(events: Events) -> None:
    """`updated` stays when only reminders change; the etag does not."""
    made = events.insert(timed())

    patched = events.patch(made["id"], {"reminders": {"useDefault": False}})

    assert patched["updated"] == made["updated"]
    assert patched["etag"] != made["etag"]


WRONG_ZONE = {"dateTime": "2026-01-05T10:00:00Z", "timeZone": "Mars/Base"}
NO_SUCH_ANSWER = {"email": "a@example.com", "responseStatus": "maybe"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param({"summary": "x"}, "required", id="no times"),
        pytest.param(timed() | {"end": {}}, "required", id="empty end"),
        pytest.param(timed(start="2026-01-05T10:00:00"), "required", id="neither offset nor zone"),
        pytest.param(timed(end="2026-01-05T09:00:00Z"), "timeRangeEmpty", id="ends before it starts"),
        pytest.param(timed() | {"end": {"date": "2026-01-06"}}, "invalid", id="date and dateTime mixed"),
        pytest.param(timed(start="yesterday"), "invalid", id="not a time"),
        pytest.param(timed(start="2026-01-05"), "invalid", id="date as dateTime"),
        pytest.param(timed() | {"start": WRONG_ZONE}, "invalid", id="zone"),
        pytest.param(timed(recurrence=["RRULE:FREQ=DAILY"]), "required", id="series without a zone"),
        pytest.param(series("FREQ=HOURLY"), "invalid", id="hourly"),
        pytest.param(series("FREQ=DAILY;COUNT=x"), "invalid", id="rule"),
        pytest.param(series() | {"recurrence": ["DTSTART:20260105"]}, "invalid", id="DTSTART in recurrence"),
        pytest.param(timed(attendees=[{"displayName": "A"}]), "required", id="attendee without address"),
        pytest.param(timed(attendees=[NO_SUCH_ANSWER]), "invalid", id="answer"),
        pytest.param(timed(eventType="party"), "invalid", id="event type"),
        pytest.param(timed(status="done"), "invalid", id="status"),
        pytest.param(timed(id="A_1"), "invalid", id="id"),
        pytest.param(timed(summary=7), "invalid", id="type of a field"),
        pytest.param(timed(attendees=[None]), "invalid", id="null in a list"),
    ],
)
def test_refused_bodies(events: Events, body: Json, reason: str) -> None:
    """What Google refuses of an event is refused with the same reason, and nothing is stored."""
    assert events.refused("POST", body=body) == (400, reason)
    assert events.page()["items"] == []


def test_an_id_can_be_given_once(events: Events) -> None:
    """A given id is kept; the same id or iCalUID again is a duplicate, even of a deleted event's id."""
    made = events.insert(timed(id="abcde12345", iCalUID="uid-1"))

    assert made["id"] == "abcde12345"
    assert events.refused("POST", body=timed(iCalUID="uid-1")) == (409, "duplicate")
    events.delete("abcde12345")
    assert events.refused("POST", body=timed(id="abcde12345")) == (409, "duplicate")


def test_delete_twice(events: Events) -> None:
    """A deleted event is still there as cancelled; deleting it again is 410 `deleted`."""
    made = events.insert(timed())
    events.delete(made["id"])

    assert events.get(made["id"])["status"] == "cancelled"
    assert events.get(made["id"])["summary"] == "Meeting"
    assert events.refused("DELETE", made["id"]) == (410, "deleted")
    assert events.refused("DELETE", "unknown") == (404, "notFound")


def test_a_deleted_event_is_restored(events: Events) -> None:
    """Setting the status back to confirmed restores a deleted event."""
    made = events.insert(timed())
    events.delete(made["id"])

    events.patch(made["id"], {"status": "confirmed"})

    assert [event["id"] for event in events.page()["items"]] == [made["id"]]


def test_import_is_by_icaluid(caller: Caller, events: Events) -> None:
    """An import needs an iCalUID, keeps the foreign organizer, and updates what it made before."""
    path = f"{events.path}/import"
    boss, me = {"email": "boss@elsewhere.example"}, {"email": "owner@example.com"}
    foreign = timed(iCalUID="x@elsewhere", organizer=boss, attendees=[me])

    first = caller.ok("POST", path, foreign)
    second = caller.ok("POST", path, foreign | {"summary": "Again"})

    assert first["id"].startswith("_")
    assert first["organizer"] == {"email": "boss@elsewhere.example"}
    assert (second["id"], second["summary"]) == (first["id"], "Again")
    assert caller.call("POST", path, timed()).refusal == (400, "required")


def test_all_day_events_keep_their_dates(events: Events) -> None:
    """An all-day event has dates and no times, whatever zone it is read in."""
    made = events.insert(all_day())

    assert events.get(made["id"], timeZone="Asia/Tokyo")["start"] == {"date": "2026-01-05"}


def test_times_are_told_in_the_readers_zone(events: Events) -> None:
    """Times carry the offset of the zone asked for; the event's own zone stays named."""
    made = events.insert(timed())

    assert events.get(made["id"], timeZone="Asia/Tokyo")["start"] == {
        "dateTime": "2026-01-05T19:00:00+09:00",
        "timeZone": "UTC",
    }


def test_quick_add_is_told_by_name(caller: Caller, events: Events) -> None:
    """What the stand-in does not do is 501 with its name, never an empty result."""
    got = caller.call("POST", f"{events.path}/quickAdd", text="Lunch")

    assert got.refusal == (501, "notImplemented")
    assert "calendar.events.quickAdd" in got.body["error"]["message"]


def test_unknown_paths_and_bodies(caller: Caller, events: Events) -> None:
    """A path Google does not have is 404; a body that is no JSON object is a parse error."""
    assert caller.call("GET", "calendar").refusal == (404, "notFound")
    assert caller.call("GET", "calendars/nobody@example.com/events").refusal == (404, "notFound")
    assert events.refused("POST", body=[]) == (400, "parseError")  # type: ignore[arg-type]
