"""events.list: filters, order, pages and masks."""

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import all_day, series, timed


def ids(items: list[Json]) -> list[str]:
    return [item["id"] for item in items]


def in_order(*events: Json) -> list[str]:
    return sorted(event["id"] for event in events)


def test_time_range(events: Events) -> None:
    """A range bounds end and start, both exclusive; a series counts when one of its occurrences does."""
    made = events.insert(timed())
    weekly = events.insert(series("FREQ=WEEKLY;COUNT=4"))
    day = events.insert(all_day("2026-01-20", "2026-01-21"))

    assert ids(events.page(timeMin="2026-01-05T11:00:00Z")["items"]) == in_order(weekly, day)
    assert ids(events.page(timeMax="2026-01-05T10:00:00Z")["items"]) == [weekly["id"]]
    inside = events.page(timeMin="2026-01-05T10:30:00Z", timeMax="2026-01-05T10:31:00Z")
    assert ids(inside["items"]) == [made["id"]]
    assert ids(events.page(timeMin="2026-01-20T23:00:00Z")["items"]) == in_order(weekly, day)
    assert events.page(timeMin="2026-03-01T00:00:00Z")["items"] == []


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"timeMin": "2026-01-05"}, (400, "badRequest")),
        ({"timeMin": "2026-01-05T10:00:00"}, (400, "badRequest")),
        ({"timeMin": "2026-01-05T10:00:00Z", "timeMax": "2026-01-05T10:00:00Z"}, (400, "timeRangeEmpty")),
        ({"maxResults": 0}, (400, "invalidParameter")),
        ({"maxResults": "many"}, (400, "invalidParameter")),
        ({"singleEvents": "perhaps"}, (400, "invalidParameter")),
        ({"eventTypes": "party"}, (400, "invalidParameter")),
        ({"orderBy": "summary"}, (400, "invalidParameter")),
        ({"orderBy": "startTime"}, (400, "invalidParameter")),
        ({"pageToken": "nowhere"}, (400, "invalidParameter")),
        ({"privateExtendedProperty": "novalue"}, (400, "invalidParameter")),
        ({"timeZone": "Mars/Base"}, (400, "invalid")),
        ({"fields": "items(nothing)"}, (400, "invalidParameter")),
        ({"fields": "items("}, (400, "invalidParameter")),
        ({"fields": "items,,kind"}, (400, "invalidParameter")),
        ({"updatedMin": "2020-01-01T00:00:00Z"}, (410, "updatedMinTooLongAgo")),
    ],
)
def test_refused_parameters(events: Events, params: Json, refusal: tuple[int, str]) -> None:
    """What Google refuses is refused with the same reason."""
    assert events.refused("GET", **params) == refusal


def test_search(events: Events) -> None:
    """`q` finds all its words anywhere in title, text, place and people, whatever their case."""
    one = events.insert(timed(summary="Budget review", location="Room Blue"))
    two = events.insert(timed(attendees=[{"email": "blue@example.com", "displayName": "B. Lue"}]))

    assert ids(events.page(q="blue")["items"]) == in_order(one, two)
    assert ids(events.page(q="BUDGET blue")["items"]) == [one["id"]]
    assert events.page(q="nothing like it")["items"] == []


def test_lookup_by_uid_and_properties(events: Events) -> None:
    """An iCalUID finds an event with its exceptions; extended properties must all match."""
    made = events.insert(series(extendedProperties={"private": {"a": "1"}, "shared": {"b": "2", "c": "3"}}))
    events.patch(f"{made['id']}_20260112T090000Z", {"summary": "x"})
    events.insert(timed(extendedProperties={"shared": {"b": "2"}}))

    assert len(events.page(iCalUID=made["iCalUID"])["items"]) == 2
    assert len(events.page(sharedExtendedProperty=["b=2", "c=3"])["items"]) == 2
    assert len(events.page(sharedExtendedProperty="b=2")["items"]) == 3
    assert events.page(privateExtendedProperty="b=2")["items"] == []


def test_event_types(events: Events) -> None:
    """Event types may be repeated, and keeps only those types."""
    plain = events.insert(timed())
    focus = events.insert(timed(eventType="focusTime"))
    events.insert(timed(eventType="outOfOffice"))

    assert ids(events.page(eventTypes="default")["items"]) == [plain["id"]]
    assert ids(events.page(eventTypes=["default", "focusTime"])["items"]) == in_order(plain, focus)
    assert len(events.page()["items"]) == 3


def test_order(events: Events) -> None:
    """Events are ordered by their start or by their last change; without an order they ascend by id."""
    late = events.insert(timed("2026-02-01T10:00:00Z", "2026-02-01T11:00:00Z"))
    early = events.insert(timed())
    events.patch(late["id"], {"summary": "Changed"})

    assert ids(events.page()["items"]) == in_order(late, early)
    assert ids(events.page(orderBy="updated")["items"]) == [early["id"], late["id"]]
    assert ids(events.page(orderBy="startTime", singleEvents=True)["items"]) == [early["id"], late["id"]]


def test_updated_min(standin: Server, events: Events) -> None:
    """An updatedMin keeps what changed since, deleted events included."""
    standin.control("POST", "clock", {"now": "2026-01-01T00:00:00Z", "stop": True})
    events.insert(timed())
    gone = events.insert(timed())
    standin.control("POST", "clock", {"advanceSeconds": 60})
    events.delete(gone["id"])

    items = events.page(updatedMin="2026-01-01T00:00:30Z")["items"]

    assert [(item["id"], item["status"]) for item in items] == [(gone["id"], "cancelled")]


def test_pages(events: Events) -> None:
    """Only the last page has a sync token, and a page token is good for its read alone."""
    made = in_order(*(events.insert(timed()) for _ in range(7)))

    first = events.page(maxResults=3)
    second = events.page(maxResults=3, pageToken=first["nextPageToken"])
    third = events.page(maxResults=3, pageToken=second["nextPageToken"])

    assert ids(first["items"] + second["items"] + third["items"]) == made
    assert "nextSyncToken" not in first
    assert "nextSyncToken" not in second
    assert "nextPageToken" not in third
    assert third["nextSyncToken"]
    other = events.refused("GET", singleEvents=True, pageToken=first["nextPageToken"])
    assert other == (400, "invalidParameter")


def test_an_empty_page_may_have_a_successor(standin: Server, events: Events) -> None:
    """With `emptyPageEvery` a page without items is followed by the rest, and nothing is lost."""
    standin.control("POST", "settings", {"emptyPageEvery": 2})
    made = in_order(*(events.insert(timed()) for _ in range(5)))

    first = events.page(maxResults=2)
    second = events.page(maxResults=2, pageToken=first["nextPageToken"])
    rest, token = events.all(maxResults=2)

    assert second["items"] == []
    assert second["nextPageToken"]
    assert ids(rest) == made
    assert token


def test_pages_are_cut_before_rows_are_left_out(events: Events) -> None:
    """Deleted events, other types and other days take room on a page; nothing else is lost by it."""
    made = in_order(*(events.insert(timed()) for _ in range(8)))
    for gone in made[:4]:
        events.delete(gone)

    first = events.page(maxResults=3)
    second = events.page(maxResults=3, pageToken=first["nextPageToken"])
    rest, token = events.all(maxResults=3)

    assert first["items"] == []
    assert ids(second["items"]) == made[4:6]
    assert ids(rest) == made[4:]
    assert token
    assert events.page(maxResults=3, eventTypes="focusTime")["nextPageToken"]
    other = events.page(maxResults=3, timeMin="2026-01-05T12:00:00Z", timeMax="2026-01-06T00:00:00Z")
    assert (other["items"], "nextPageToken" in other) == ([], True)


def test_what_a_page_says_of_its_calendar(events: Events) -> None:
    """A page has its calendar's name, text, zone and role, and the time of its newest change."""
    made = events.insert(timed())

    page = events.page()

    assert page.keys() == {
        "kind", "etag", "summary", "description", "updated", "timeZone", "accessRole", "defaultReminders",
        "nextSyncToken", "items",
    }  # fmt: skip
    assert page["updated"] == made["updated"]


def test_fields(events: Events) -> None:
    """A mask keeps what it names, at any depth, and nothing else, tokens included."""
    events.insert(timed())

    whole = events.page(fields="*")
    some = events.page(fields="kind,items(id,start/dateTime),nextSyncToken")
    nested = events.page(fields="items/organizer/email")

    assert whole["items"][0]["summary"] == "Meeting"
    assert some.keys() == {"kind", "items", "nextSyncToken"}
    assert some["items"][0].keys() == {"id", "start"}
    assert some["items"][0]["start"].keys() == {"dateTime"}
    assert nested == {"items": [{"organizer": {"email": "owner@example.com"}}]}


def test_max_attendees(events: Events) -> None:
    """With more attendees than maxAttendees only the reader is listed, and that some are left out."""
    people = [{"email": f"{name}@example.com"} for name in ("owner", "a", "b")]
    made = events.insert(timed(attendees=people))

    few = events.get(made["id"], maxAttendees=1)

    assert few["attendeesOmitted"] is True
    assert [person["email"] for person in few["attendees"]] == ["owner@example.com"]
    assert len(events.get(made["id"], maxAttendees=3)["attendees"]) == 3


def test_a_long_query_comes_as_a_post(caller: Caller, events: Events) -> None:
    """A GET too long for a URL is a POST with X-HTTP-Method-Override and the query as its form."""
    made = events.insert(timed())

    got = caller.call("POST", events.path, headers={"X-HTTP-Method-Override": "GET"})

    assert ids(got.body["items"]) == [made["id"]]
