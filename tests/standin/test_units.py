"""A series, its exceptions and its later parts: what is told together, under which ids, and how little."""

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import all_day, on, series, timed

OWNER = "owner@example.com"
PLACE = {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}
BARE = {"kind", "etag", "id", "status"}


def day(base: str, number: int) -> str:
    """The id of a Monday of January 2026."""
    return f"{base}_202601{number:02d}T090000Z"


def split(standin: Server, instance: str, **change: object) -> str:
    told = {"calendarId": OWNER, "instanceId": instance, "change": change}
    return str(standin.control("POST", "split", told)["id"])


def one_time(items: list[Json]) -> bool:
    """Whether all bear one etag, and one `updated` where they have any."""
    stamps = {item["updated"] for item in items if "updated" in item}
    return len({item["etag"] for item in items}) == 1 and len(stamps) <= 1


def shown(items: list[Json]) -> dict[str, str]:
    return {item["id"]: item["status"] for item in items}


def test_an_edit_of_one_instance_tells_its_series_anew(events: Events) -> None:
    """Series and all exceptions come with one etag and time; of the series nothing else differs."""
    made = events.insert(series())
    events.patch(day(made["id"], 12), {"summary": "First"})
    before = events.get(made["id"])
    _, token = events.all()

    events.patch(day(made["id"], 19), {"summary": "Second"})
    items, _ = events.all(syncToken=token)

    assert [item["id"] for item in items] == [made["id"], day(made["id"], 12), day(made["id"], 19)]
    assert one_time(items)
    assert items[0]["etag"] != before["etag"]
    assert items[0] == before | {name: items[0][name] for name in ("etag", "updated")}
    assert items[1]["summary"] == "First"


@pytest.mark.parametrize("change", ["cancel", "restore", "master"])
def test_whatever_changes_the_whole_unit_is_told(events: Events, change: str) -> None:
    """A cancellation, a restoration and a change of the series tell series and exceptions alike."""
    made = events.insert(series())
    one, other = day(made["id"], 12), day(made["id"], 19)
    events.patch(one, {"summary": "Mine"})
    events.delete(other)
    _, token = events.all()

    if change == "cancel":
        events.delete(one)
    elif change == "restore":
        events.patch(other, {"status": "confirmed"})
    else:
        events.patch(made["id"], {"location": "Room 7"})
    items, _ = events.all(syncToken=token)

    assert shown(items).keys() == {made["id"], one, other}
    assert one_time(items)


def test_an_etag_of_the_series_is_stale_after_an_edit_of_an_instance(caller: Caller, events: Events) -> None:
    """If-Match with the series' etag from before is 412."""
    made = events.insert(series())
    events.patch(day(made["id"], 12), {"summary": "Mine"})

    headers = {"If-Match": made["etag"]}
    stale = caller.call("PATCH", f"{events.path}/{made['id']}", {"summary": "New"}, headers=headers)

    assert stale.refusal == (412, "conditionNotMet")


def test_a_later_part_is_told_with_the_first(standin: Server, events: Events) -> None:
    """Where the hour stays, any edit of either part tells both and their exceptions."""
    made = events.insert(series())
    events.patch(day(made["id"], 12), {"summary": "Mine"})
    tail = split(standin, day(made["id"], 19))
    for edited in (made["id"], tail, day(made["id"], 12), day(made["id"], 26)):
        _, token = events.all()
        events.patch(edited, {"location": f"Room of {edited}"})
        items, _ = events.all(syncToken=token)
        assert {made["id"], tail, day(made["id"], 12), edited} == shown(items).keys()
        assert one_time(items)


def test_this_and_following_at_the_same_hour(standin: Server, events: Events) -> None:
    """The later part is named by the start in UTC, and bears the times of the first part."""
    made = events.insert(series("FREQ=WEEKLY;COUNT=4"))
    _, token = events.all()

    tail = split(standin, day(made["id"], 19), summary="Tail")
    items, _ = events.all(syncToken=token)

    assert [item["id"] for item in items] == [made["id"], tail]
    assert tail == f"{made['id']}_R20260119T090000"
    assert one_time(items)
    head, later = items
    assert (later["created"], later["sequence"]) == (head["created"], head["sequence"])
    assert head["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20260118T225959Z"]
    assert later["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=2"]
    assert later["iCalUID"] == f"{tail}@google.com"


def test_this_and_following_at_another_hour(standin: Server, events: Events) -> None:
    """The later part has an id without relation and the next sequence, and is a unit of its own."""
    made = events.insert(series("FREQ=WEEKLY"))
    _, token = events.all()
    later = {"start": {"dateTime": "2026-01-19T08:00:00"}, "end": {"dateTime": "2026-01-19T09:00:00"}}

    tail = split(standin, day(made["id"], 19), **later)
    items, token = events.all(syncToken=token)

    parts = {item["id"]: item for item in items}
    assert made["id"] not in tail
    assert len(tail) == 26
    assert one_time(items)
    assert parts[tail]["created"] == parts[made["id"]]["created"]
    assert (parts[made["id"]]["sequence"], parts[tail]["sequence"]) == (0, 1)
    events.patch(made["id"], {"location": "Room 7"})
    assert shown(events.all(syncToken=token)[0]).keys() == {made["id"]}


def test_a_later_part_is_split_again(standin: Server, events: Events) -> None:
    """The parts of a part are named after the first one, and all are one unit."""
    made = events.insert(series("FREQ=WEEKLY"))
    middle = split(standin, day(made["id"], 12))

    last = split(standin, day(made["id"], 26))

    assert last == f"{made['id']}_R20260126T090000"
    assert events.get(middle)["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20260125T225959Z"]
    assert one_time([events.get(part) for part in (made["id"], middle, last)])


def test_what_is_left_of_a_count(standin: Server, events: Events) -> None:
    """Dates that were taken out count, dates that were added do not, and each part keeps those it has."""
    berlin = "TZID=Europe/Berlin"
    lines = [
        "RRULE:FREQ=WEEKLY;COUNT=4",
        f"EXDATE;{berlin}:20260112T100000",
        f"RDATE;{berlin}:20260107T100000,20260121T100000",
    ]
    made = events.insert(series() | {"recurrence": lines})

    tail = split(standin, day(made["id"], 19))

    assert events.get(tail)["recurrence"] == [
        "RRULE:FREQ=WEEKLY;COUNT=2", lines[1], f"RDATE;{berlin}:20260121T100000",
    ]  # fmt: skip
    assert events.get(made["id"])["recurrence"] == [
        "RRULE:FREQ=WEEKLY;UNTIL=20260118T225959Z", lines[1], f"RDATE;{berlin}:20260107T100000",
    ]  # fmt: skip


def test_this_and_following_is_deleted(standin: Server, events: Events) -> None:
    """The series ends the day before, and from its first date on it is deleted."""
    made = events.insert(series("FREQ=WEEKLY"))

    for number in (19, 5):
        standin.control("POST", "end", {"calendarId": OWNER, "instanceId": day(made["id"], number)})
        if number == 19:
            assert events.get(made["id"])["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20260118T225959Z"]
            assert len(events.page()["items"]) == 1
    assert events.get(made["id"])["status"] == "cancelled"


def test_dates_beyond_the_cut_leave_by_their_ids_alone(standin: Server, events: Events) -> None:
    """Exceptions beyond the new end, cancelled or live, are told bare once; those before keep their place."""
    made = events.insert(series("FREQ=WEEKLY"))
    events.delete(day(made["id"], 12))
    events.delete(day(made["id"], 19))
    events.patch(day(made["id"], 26), {"summary": "Mine"})
    _, token = events.all()

    split(standin, day(made["id"], 19))
    items, token = events.all(syncToken=token)

    keys = {item["id"]: item.keys() for item in items if item["status"] == "cancelled"}
    assert keys == {day(made["id"], 12): PLACE, day(made["id"], 19): BARE, day(made["id"], 26): BARE}
    assert one_time(items)
    events.patch(made["id"], {"summary": "Later"})
    assert day(made["id"], 26) not in shown(events.all(syncToken=token)[0])


def test_an_id_means_one_part_and_then_the_other(standin: Server, events: Events) -> None:
    """After a split the id of a date is that of the later part; it can be edited, cancelled and read."""
    made = events.insert(series("FREQ=WEEKLY"))
    third = day(made["id"], 26)
    events.patch(third, {"summary": "Mine"})
    tail = split(standin, day(made["id"], 19))

    assert (events.get(third)["recurringEventId"], events.get(third)["summary"]) == (tail, "Series")
    instances = events.get(f"{tail}/instances", timeMax="2026-02-01T00:00:00Z")["items"]
    assert [item["id"] for item in instances] == [day(made["id"], 19), third]
    _, token = events.all()
    events.delete(third)
    items, _ = events.all(syncToken=token)
    assert [item["recurringEventId"] for item in items if item["status"] == "cancelled"] == [tail]
    assert len(events.get(f"{tail}/instances", timeMax="2026-02-01T00:00:00Z")["items"]) == 1
    assert events.refused("GET", f"{tail}_20260126T090000Z") == (404, "notFound")


def test_bare_tombstones(standin: Server, events: Events) -> None:
    """With `bareTombstones` lists tell a cancelled instance by its id alone; get still knows its place."""
    made = events.insert(series())
    standin.control("POST", "settings", {"bareTombstones": True})
    events.delete(day(made["id"], 12))

    listed = {item["id"]: item for item in events.page()["items"]}

    assert listed[day(made["id"], 12)].keys() == BARE
    assert events.get(day(made["id"], 12))["recurringEventId"] == made["id"]


def test_opaque_ids_of_instances(standin: Server, events: Events) -> None:
    """With `opaqueInstanceIds` nothing can be read in an id, and every method takes it."""
    standin.control("POST", "settings", {"opaqueInstanceIds": True})
    made = events.insert(series())

    ids = [item["id"] for item in events.get(f"{made['id']}/instances")["items"]]
    again = events.page(singleEvents=True, orderBy="startTime")["items"]
    events.patch(ids[1], {"summary": "Mine"})
    events.delete(ids[2])

    assert ids == [item["id"] for item in again]
    assert all(len(event_id) == 26 and made["id"] not in event_id for event_id in ids)
    assert events.get(ids[1])["originalStartTime"]["dateTime"] == "2026-01-12T09:00:00Z"
    assert events.get(ids[3])["summary"] == "Series"
    listed = events.page()["items"]
    assert shown(listed) == {made["id"]: "confirmed", ids[1]: "confirmed", ids[2]: "cancelled"}
    assert events.refused("GET", day(made["id"], 26)) == (404, "notFound")
    tail = split(standin, ids[2])
    assert events.get(f"{tail}/instances")["items"][0]["id"] not in ids


def test_a_series_that_stops_to_recur_loses_its_exceptions(events: Events) -> None:
    """What was edited or cancelled is told by its id alone, and is off when the event recurs again."""
    made = events.insert(series())
    events.patch(day(made["id"], 12), {"summary": "Mine"})
    events.delete(day(made["id"], 19))
    _, token = events.all()

    events.patch(made["id"], {"recurrence": None})
    items, _ = events.all(syncToken=token)

    keys = {item["id"]: item.keys() for item in items if item["status"] == "cancelled"}
    assert keys == {day(made["id"], 12): BARE, day(made["id"], 19): BARE}
    assert [item["id"] for item in events.page()["items"]] == [made["id"]]
    events.patch(made["id"], {"recurrence": made["recurrence"]})
    assert len(events.page(singleEvents=True)["items"]) == 2
    assert {item["id"] for item in events.page()["items"]} == {made["id"], *keys}


@pytest.mark.parametrize("verb", ["PATCH", "PUT"])
def test_what_changes_nothing_is_no_change(caller: Caller, events: Events, verb: str) -> None:
    """A write of what is there moves neither etag nor `updated`, and there is nothing to tell."""
    for body in (timed(), series(), all_day()):
        made = events.insert(body)
        _, token = events.all()

        again = caller.ok(
            verb, f"{events.path}/{made['id']}", made if verb == "PUT" else {"start": made["start"]}
        )

        assert again == made
        assert events.all(syncToken=token)[0] == []


def test_an_unchanged_instance_stays_plain(events: Events) -> None:
    """A patch of an instance with what its series has makes no exception."""
    made = events.insert(series())
    _, token = events.all()

    events.patch(day(made["id"], 12), {"summary": "Series"})

    assert events.all(syncToken=token)[0] == []


def test_the_sequence_counts_moves(events: Events) -> None:
    """The sequence grows with the times, not with texts or the rule; an instance has its own."""
    made = events.insert(series())

    assert events.patch(made["id"], {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})["sequence"] == 0
    moved = events.patch(day(made["id"], 12), on("2026-01-13", "Europe/Berlin"))
    assert (moved["sequence"], events.get(made["id"])["sequence"]) == (1, 0)


def test_a_whole_day_reminds_of_nothing(events: Events) -> None:
    """An all-day event made by a call does not use the calendar's reminders; a timed one does."""
    assert events.insert(all_day())["reminders"] == {"useDefault": False}
    assert events.insert(timed())["reminders"] == {"useDefault": True}


def test_copies_of_guests_are_a_unit_too(standin: Server, events: Events) -> None:
    """On a guest's calendar series, exceptions and later parts bear one time, and dates leave it, as well."""
    bob = "bob@example.com"
    standin.control("POST", "users", {"email": bob})
    made = events.insert(series("FREQ=WEEKLY", attendees=[{"email": bob}]))
    events.patch(day(made["id"], 12), {"summary": "Mine"})
    events.delete(day(made["id"], 26))
    with Caller(standin.url, bob) as caller:
        copies = caller.events()
        _, token = copies.all()
        tail = split(standin, day(made["id"], 19))
        items, token = copies.all(syncToken=token)
        assert [item.keys() for item in items if item["status"] == "cancelled"] == [BARE]
        assert one_time(items)
        events.patch(made["id"], {"location": "Room 7"})
        items, _ = copies.all(syncToken=token)

    assert shown(items).keys() == {made["id"], day(made["id"], 12), tail}
    assert one_time(items)


def test_a_date_of_a_deleted_part_is_off(standin: Server, events: Events) -> None:
    """When the later part is deleted its dates are, while the first part and its dates stay."""
    made = events.insert(series("FREQ=WEEKLY"))
    tail = split(standin, day(made["id"], 19))

    events.delete(tail)

    assert events.get(day(made["id"], 12))["status"] == "confirmed"
    assert events.get(day(made["id"], 26))["status"] == "cancelled"
    assert len(events.page(singleEvents=True, timeMax="2026-03-01T00:00:00Z")["items"]) == 2
