"""Sync tokens: what changed since, how little a tombstone tells, and when a token is no longer good."""

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import series, timed


def told(items: list[Json]) -> dict[str, str]:
    return {item["id"]: item["status"] for item in items}


def test_only_changes_are_told(events: Events) -> None:
    """An incremental read has what was made, changed or deleted since, each once, and nothing else."""
    kept, changed, gone = (events.insert(timed())["id"] for _ in range(3))
    _, token = events.all()

    made = events.insert(timed())["id"]
    for title in ("a", "b"):
        events.patch(changed, {"summary": title})
    events.delete(gone)
    items, newer = events.all(syncToken=token)

    assert kept not in told(items)
    assert len(items) == 3
    assert told(items) == {made: "confirmed", changed: "confirmed", gone: "cancelled"}
    assert next(item["summary"] for item in items if item["id"] == changed) == "b"
    assert events.all(syncToken=newer)[0] == []


def test_tombstones_are_sparse(events: Events) -> None:
    """A deleted event is told by id alone, a cancelled instance by its place in the series too."""
    gone = events.insert(timed())["id"]
    weekly = events.insert(series())["id"]
    _, token = events.all()
    events.delete(gone)
    events.delete(f"{weekly}_20260112T090000Z")

    found = {item["id"]: item for item in events.page(syncToken=token)["items"]}

    assert found[gone].keys() == {"kind", "etag", "id", "status"}
    instance = found[f"{weekly}_20260112T090000Z"]
    assert instance.keys() == {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}


def test_details_of_deleted_events_when_asked_for(events: Events) -> None:
    """With showDeleted=true an incremental read tells the details of deleted events."""
    gone = events.insert(timed())["id"]
    _, token = events.all()
    events.delete(gone)

    assert events.page(syncToken=token, showDeleted=True)["items"][0]["summary"] == "Meeting"


def test_an_old_token_replays(events: Events) -> None:
    """A token can be used again, and tells everything since it was made."""
    _, token = events.all()
    first = events.insert(timed())["id"]
    assert list(told(events.page(syncToken=token)["items"])) == [first]

    second = events.insert(timed())["id"]
    assert told(events.page(syncToken=token)["items"]).keys() == {first, second}


def test_pages_of_an_incremental_read(events: Events) -> None:
    """Later pages take the same sync token and a page token; the new sync token is on the last."""
    _, token = events.all()
    made = [events.insert(timed())["id"] for _ in range(5)]

    items, newer = events.all(syncToken=token, maxResults=2)

    assert [item["id"] for item in items] == sorted(made)
    assert events.page(syncToken=newer)["items"] == []
    first = events.page(syncToken=token, maxResults=2)
    without = events.refused("GET", pageToken=first["nextPageToken"], maxResults=2)
    assert without == (400, "invalidParameter")


def test_changes_while_paging_are_not_missed(events: Events) -> None:
    """What changes between two pages is in the read or in the next incremental one."""
    made = sorted(events.insert(timed())["id"] for _ in range(4))
    first = events.page(maxResults=2)
    new = events.insert(timed())["id"]
    events.patch(made[0], {"summary": "Changed"})
    events.delete(made[3])

    second = events.page(maxResults=2, pageToken=first["nextPageToken"])
    items, _ = events.all(syncToken=second["nextSyncToken"])

    assert [item["id"] for item in first["items"] + second["items"]] == made
    assert told(items) == {new: "confirmed", made[0]: "confirmed", made[3]: "cancelled"}


@pytest.mark.parametrize(
    "params",
    [
        {"orderBy": "updated"},
        {"orderBy": "startTime", "singleEvents": True},
        {"updatedMin": "2099-01-01T00:00:00Z"},
        {"q": "x"},
        {"iCalUID": "x"},
        {"sharedExtendedProperty": "a=b"},
        {"privateExtendedProperty": "a=b"},
    ],
)
def test_reads_that_cannot_be_continued_give_no_token(events: Events, params: Json) -> None:
    """A read with orderBy, updatedMin or a search ends without a sync token."""
    assert "nextSyncToken" not in events.page(**params)


@pytest.mark.parametrize(
    "params",
    [
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"privateExtendedProperty": "a=b"},
        {"q": "x"},
        {"sharedExtendedProperty": "a=b"},
        {"timeMin": "2026-01-01T00:00:00Z"},
        {"timeMax": "2026-01-01T00:00:00Z"},
        {"updatedMin": "2099-01-01T00:00:00Z"},
        {"showDeleted": False},
        {"singleEvents": True},
        {"eventTypes": "default"},
        {"maxAttendees": 1},
        {"timeZone": "Asia/Tokyo"},
    ],
)
def test_a_token_belongs_to_its_parameters(events: Events, params: Json) -> None:
    """A sync token is refused with other restrictions than those of the read that made it."""
    _, token = events.all()

    assert events.refused("GET", syncToken=token, **params) == (400, "invalid")


def test_a_time_range_does_not_stick_to_the_token(events: Events) -> None:
    """A read from timeMin on gives a token, and what it is used for later is not filtered by time."""
    old = events.insert(timed())["id"]
    items, token = events.all(timeMin="2026-06-01T00:00:00Z")
    events.patch(old, {"summary": "Changed"})

    assert items == []
    assert list(told(events.page(syncToken=token)["items"])) == [old]


def test_tokens_expire(standin: Server, caller: Caller, events: Events) -> None:
    """Expired tokens are 410 `fullSyncRequired`, of one calendar or of all; a new read gives a good one."""
    other = caller.events(standin.control("POST", "calendars", {"summary": "Other"})["id"])
    (_, mine), (_, theirs) = events.all(), other.all()

    standin.control("POST", "expire", {"calendarId": "owner@example.com"})
    assert events.refused("GET", syncToken=mine) == (410, "fullSyncRequired")
    assert other.page(syncToken=theirs)["items"] == []

    standin.control("POST", "expire")
    assert other.refused("GET", syncToken=theirs) == (410, "fullSyncRequired")
    _, renewed = events.all()
    assert events.page(syncToken=renewed)["items"] == []


def test_foreign_tokens_are_refused(standin: Server, caller: Caller, events: Events) -> None:
    """A token of another calendar, or none at all, is 400."""
    other = caller.events(standin.control("POST", "calendars", {"summary": "Other"})["id"])

    assert events.refused("GET", syncToken=other.all()[1]) == (400, "invalid")
    assert events.refused("GET", syncToken="nonsense") == (400, "invalid")


def test_an_incremental_read_of_single_instances(events: Events) -> None:
    """A reader of single instances is told of every instance a change of the series makes or takes."""
    weekly = events.insert(series("FREQ=WEEKLY;COUNT=3"))["id"]
    _, token = events.all(singleEvents=True)

    events.patch(weekly, {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]})
    items, token = events.all(singleEvents=True, syncToken=token)
    stamps = {item["id"].rpartition("_")[2]: item["status"] for item in items}
    assert stamps == {
        "20260105T090000Z": "confirmed",
        "20260112T090000Z": "confirmed",
        "20260119T090000Z": "cancelled",
    }

    events.delete(weekly)
    items, _ = events.all(singleEvents=True, syncToken=token)
    assert {item["status"] for item in items} == {"cancelled"}
    assert len(items) == 2
