"""Series: their instances over changes of clocks, their exceptions, and what becomes of both."""

import pytest

from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import all_day, conference, on, series, timed


def starts(items: list[Json]) -> list[str]:
    return [item["start"].get("dateTime") or item["start"]["date"] for item in items]


def instances(events: Events, event_id: str, **more: object) -> list[Json]:
    found: list[Json] = events.get(f"{event_id}/instances", **more)["items"]
    return found


def test_local_hour_survives_the_change_of_clocks(events: Events) -> None:
    """A weekly meeting at ten in Berlin is at nine UTC in winter and at eight in summer."""
    made = events.insert(series("FREQ=WEEKLY;BYDAY=SU;COUNT=3") | on("2026-03-22", "Europe/Berlin"))

    assert starts(instances(events, made["id"])) == [
        "2026-03-22T09:00:00Z",
        "2026-03-29T08:00:00Z",
        "2026-04-05T08:00:00Z",
    ]


def test_an_hour_that_does_not_exist(events: Events) -> None:
    """On the day clocks go forward, an occurrence in the missing hour is the one after it."""
    times = {
        "start": {"dateTime": "2026-03-28T02:30:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-28T03:00:00", "timeZone": "Europe/Berlin"},
    }
    made = events.insert(series("FREQ=DAILY;COUNT=2") | times)

    found = instances(events, made["id"], timeZone="Europe/Berlin")

    assert starts(found) == ["2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00"]
    assert found[1]["end"]["dateTime"] == "2026-03-29T04:00:00+02:00"


BERLIN = "TZID=Europe/Berlin"


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20260107T090000Z"], [5, 6, 7], id="until in UTC"),
        pytest.param(
            ["RRULE:FREQ=DAILY;COUNT=4", f"EXDATE;{BERLIN}:20260106T100000"], [5, 7, 8], id="exdate"
        ),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260106T090000Z"], [5, 7], id="exdate in UTC"),
        pytest.param([f"RDATE;{BERLIN}:20260108T100000"], [5, 8], id="rdate alone"),
        pytest.param(["RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3"], [5, 7, 12], id="two days a week"),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=3", "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2"], [6], id="exrule"),
    ],
)
def test_recurrence_lines(events: Events, lines: list[str], days: list[int]) -> None:
    """RRULE, RDATE, EXDATE and EXRULE make the occurrences they describe."""
    made = events.insert(series() | {"recurrence": lines})

    assert starts(instances(events, made["id"])) == [f"2026-01-{day:02d}T09:00:00Z" for day in days]


def test_all_day_series(events: Events) -> None:
    """Instances of an all-day series are named by their date."""
    made = events.insert(all_day(recurrence=["RRULE:FREQ=DAILY;COUNT=2"]))

    found = instances(events, made["id"])

    assert [item["id"] for item in found] == [f"{made['id']}_20260105", f"{made['id']}_20260106"]
    assert found[1]["originalStartTime"] == {"date": "2026-01-06"}
    assert events.get(f"{made['id']}_20260106")["end"] == {"date": "2026-01-07"}


def test_instances_takes_its_parameters(events: Events) -> None:
    """`instances` pages, filters by time and original start, and shows cancelled ones when asked."""
    made = events.insert(series("FREQ=WEEKLY;COUNT=6"))
    second = f"{made['id']}_20260112T090000Z"
    events.delete(second)

    assert len(instances(events, made["id"])) == 5
    assert len(instances(events, made["id"], showDeleted=True)) == 6
    found = instances(events, made["id"], timeMin="2026-01-20T00:00:00Z", timeMax="2026-02-03T00:00:00Z")
    assert starts(found) == ["2026-01-26T09:00:00Z", "2026-02-02T09:00:00Z"]
    alone = instances(events, made["id"], originalStart="2026-01-26T10:00:00+01:00")
    assert starts(alone) == ["2026-01-26T09:00:00Z"]
    page = events.get(f"{made['id']}/instances", maxResults=2)
    rest = events.get(f"{made['id']}/instances", maxResults=10, pageToken=page["nextPageToken"])
    assert len(page["items"] + rest["items"]) == 5
    assert "nextSyncToken" not in page
    assert rest["nextSyncToken"]
    single = events.insert(timed())
    assert events.refused("GET", f"{single['id']}/instances") == (400, "invalid")


def test_instances_of_one_instance(events: Events) -> None:
    """The id of an instance gives that date alone, and nothing once it is cancelled."""
    made = events.insert(series())
    second = f"{made['id']}_20260112T090000Z"

    assert [item["id"] for item in instances(events, second)] == [second]
    events.delete(second)
    assert instances(events, second) == []


def test_original_start_of_a_whole_day(events: Events) -> None:
    """`originalStart` is a moment: of a whole day midnight in UTC, and a date alone is refused."""
    made = events.insert(all_day(recurrence=["RRULE:FREQ=DAILY;COUNT=3"]))

    found = instances(events, made["id"], originalStart="2026-01-06T00:00:00Z")

    assert starts(found) == ["2026-01-06"]
    refused = events.refused("GET", f"{made['id']}/instances", originalStart="2026-01-06")
    assert refused == (400, "badRequest")


def test_the_start_is_a_date_though_the_rule_leaves_it_out(events: Events) -> None:
    """The first occurrence is the start, whatever day the rule names; COUNT counts it."""
    made = events.insert(series("FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU;COUNT=3"))

    found = instances(events, made["id"])

    assert starts(found) == ["2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z", "2026-03-03T09:00:00Z"]


def test_a_zone_may_be_a_fixed_offset(events: Events) -> None:
    """`GMT+02:00` is a zone, keeps its offset all year, and is told as it was given."""
    made = events.insert(series("FREQ=DAILY;COUNT=2") | on("2026-03-28", "GMT+02:00"))

    assert made["start"] == {"dateTime": "2026-03-28T08:00:00Z", "timeZone": "GMT+02:00"}
    assert starts(instances(events, made["id"])) == ["2026-03-28T08:00:00Z", "2026-03-29T08:00:00Z"]


def test_an_exception_is_listed_beside_its_series(events: Events) -> None:
    """An edited instance is an item of its own; plain ones are listed only as single events."""
    made = events.insert(series())
    instance = f"{made['id']}_20260112T090000Z"
    moved = {"start": {"dateTime": "2026-01-13T15:00:00Z"}, "end": {"dateTime": "2026-01-13T16:00:00Z"}}
    events.patch(instance, moved)

    listed = {item["id"]: item for item in events.page()["items"]}
    single = events.page(singleEvents=True, orderBy="startTime")["items"]

    assert listed.keys() == {made["id"], instance}
    assert listed[instance]["recurringEventId"] == made["id"]
    assert listed[instance]["originalStartTime"]["dateTime"] == "2026-01-12T09:00:00Z"
    assert listed[instance]["iCalUID"] == made["iCalUID"]
    assert starts(single) == [
        "2026-01-05T09:00:00Z",
        "2026-01-13T15:00:00Z",
        "2026-01-19T09:00:00Z",
        "2026-01-26T09:00:00Z",
    ]


def test_an_exception_inherits_what_it_did_not_change(events: Events) -> None:
    """A new title of the series reaches an exception that only moved, not one that has its own."""
    made = events.insert(series())
    moved, named = f"{made['id']}_20260112T090000Z", f"{made['id']}_20260119T090000Z"
    events.patch(moved, {"end": {"dateTime": "2026-01-12T12:00:00Z"}})
    events.patch(named, {"summary": "Mine"})

    events.patch(made["id"], {"summary": "Theirs"})

    assert events.get(moved)["summary"] == "Theirs"
    assert events.get(moved)["end"]["dateTime"] == "2026-01-12T12:00:00Z"
    assert events.get(named)["summary"] == "Mine"


def test_an_exception_has_or_lacks_a_conference_of_its_own(events: Events) -> None:
    """Instances inherit the conference of their series; an exception may carry another or none."""
    made = events.insert(series(conferenceData=conference()), conferenceDataVersion=1)
    other, none = f"{made['id']}_20260112T090000Z", f"{made['id']}_20260119T090000Z"

    assert events.get(other)["conferenceData"] == conference()
    events.patch(other, {"conferenceData": conference("room-2")}, conferenceDataVersion=1)
    events.patch(none, {"conferenceData": None}, conferenceDataVersion=1)
    events.patch(made["id"], {"summary": "New"})

    assert events.get(other)["conferenceData"]["conferenceId"] == "room-2"
    assert "conferenceData" not in events.get(none)
    assert "conferenceData" in events.get(f"{made['id']}_20260126T090000Z")


def test_an_instance_that_is_not_in_the_series(events: Events) -> None:
    """An instance id that names no occurrence is not found."""
    made = events.insert(series())

    for wrong in ("20260113T090000Z", "20260112T100000Z", "20260202T090000Z", "20260112", "99999999T999999Z"):
        assert events.refused("GET", f"{made['id']}_{wrong}") == (404, "notFound")


def test_exceptions_outside_a_shortened_series_are_cancelled(events: Events) -> None:
    """A series that ends earlier takes the exceptions after its end with it."""
    made = events.insert(series())
    late = f"{made['id']}_20260126T090000Z"
    events.patch(late, {"summary": "Late"})

    events.patch(made["id"], {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]})

    assert events.get(late)["status"] == "cancelled"


@pytest.mark.parametrize(
    ("single", "deleted", "expected"),
    [
        pytest.param(False, False, {"series", "series-2 off", "plain"}, id="neither"),
        pytest.param(
            False, True, {"series", "series-2 off", "gone off", "plain", "single off"}, id="showDeleted"
        ),
        pytest.param(True, False, {"series-1", "series-3", "plain"}, id="singleEvents"),
        pytest.param(
            True,
            True,
            {"series-1", "series-2 off", "series-3", "gone-1 off", "gone-2 off", "plain", "single off"},
            id="both",
        ),
    ],
)
def test_show_deleted_with_single_events(
    events: Events, *, single: bool, deleted: bool, expected: set[str]
) -> None:
    """The four combinations of showDeleted and singleEvents show what the reference says."""
    names = {}
    made = events.insert(series("FREQ=WEEKLY;COUNT=3"))
    gone = events.insert(series("FREQ=WEEKLY;COUNT=2"))
    for name, event in (("series", made), ("gone", gone)):
        names[event["id"]] = name
        for number, day in enumerate(("0105", "0112", "0119"), 1):
            names[f"{event['id']}_2026{day}T090000Z"] = f"{name}-{number}"
    for name in ("plain", "single"):
        names[events.insert(timed())["id"]] = name
    off = {name: event_id for event_id, name in names.items()}
    for name in ("series-2", "gone", "single"):
        events.delete(off[name])

    items = events.page(singleEvents=single, showDeleted=deleted)["items"]

    shown = {names[i["id"]] + (" off" if i["status"] == "cancelled" else "") for i in items}
    assert shown == expected


def test_an_endless_series_has_an_end_in_lists(events: Events) -> None:
    """A series without end is shown for a limited number of occurrences, and up to timeMax when given."""
    made = events.insert(series("FREQ=DAILY"))

    assert len(events.all(singleEvents=True, maxResults=2500)[0]) == 730
    far = events.page(singleEvents=True, timeMin="2030-01-01T00:00:00Z", timeMax="2030-01-03T00:00:00Z")
    assert starts(far["items"]) == ["2030-01-01T09:00:00Z", "2030-01-02T09:00:00Z"]
    assert events.get(f"{made['id']}_20400105T090000Z")["status"] == "confirmed"


def test_long_meetings_and_odd_hours(caller: Caller) -> None:
    """In a calendar with its own zone, times are told in it, and a series over midnight stays whole."""
    calendar = caller.ok("POST", "calendars", {"summary": "Team", "timeZone": "America/New_York"})
    events = caller.events(calendar["id"])
    times = {
        "start": {"dateTime": "2026-01-05T23:00:00", "timeZone": "America/New_York"},
        "end": {"dateTime": "2026-01-06T01:00:00", "timeZone": "America/New_York"},
    }
    made = events.insert(series("FREQ=DAILY;COUNT=2") | times)

    found = events.page(singleEvents=True, timeMin="2026-01-06T05:30:00Z", timeMax="2026-01-06T06:00:00Z")

    assert starts(found["items"]) == ["2026-01-05T23:00:00-05:00"]
    assert found["items"][0]["id"] == f"{made['id']}_20260106T040000Z"
