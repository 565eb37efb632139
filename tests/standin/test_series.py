"""What becomes of whole series: deleted, restored, split, turned into a single event."""

from gcal_standin.server import Server
from tests.standin.caller import Events
from tests.standin.samples import all_day, conference, on, series, timed


def test_deleting_a_series_cancels_its_exceptions(events: Events) -> None:
    """A deleted series and its exceptions come as tombstones; restored, they come back as they were."""
    made = events.insert(series())
    instance = f"{made['id']}_20260112T090000Z"
    events.patch(instance, {"summary": "Mine"})
    _, token = events.all()

    events.delete(made["id"])
    gone, token = events.all(syncToken=token)
    events.patch(made["id"], {"status": "confirmed"})
    back, _ = events.all(syncToken=token)

    assert {(i["id"], i["status"]) for i in gone} == {(made["id"], "cancelled"), (instance, "cancelled")}
    assert {(i["id"], i["status"]) for i in back} == {(made["id"], "confirmed"), (instance, "confirmed")}
    assert events.get(instance)["summary"] == "Mine"


def test_exceptions_of_a_deleted_series_can_go_untold(standin: Server, events: Events) -> None:
    """With `listsExceptionsOfDeleted` off only the series is told; restored, all come back."""
    standin.control("POST", "settings", {"listsExceptionsOfDeleted": False})
    made = events.insert(series())
    events.patch(f"{made['id']}_20260112T090000Z", {"summary": "Mine"})
    _, token = events.all()

    events.delete(made["id"])
    gone, token = events.all(syncToken=token)
    events.patch(made["id"], {"status": "confirmed"})
    back, _ = events.all(syncToken=token)

    assert [i["id"] for i in gone] == [made["id"]]
    assert len(back) == 2


def test_this_and_following_as_two_requests(events: Events) -> None:
    """An UNTIL on the old series and a new series from there on are two events with ids of their own."""
    made = events.insert(series("FREQ=WEEKLY;COUNT=4"))

    events.patch(made["id"], {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260118T225959Z"]})
    tail = events.insert(series("FREQ=WEEKLY;COUNT=2") | on("2026-01-19", "Europe/Berlin"))

    shown = events.page(singleEvents=True, orderBy="startTime")["items"]
    assert [item["recurringEventId"] for item in shown] == [made["id"]] * 2 + [tail["id"]] * 2


def test_this_and_following_in_the_page(standin: Server, events: Events) -> None:
    """`split` makes `<id>_R<start in UTC>`, with an iCalUID of its own and the same conference."""
    made = events.insert(series("FREQ=WEEKLY;COUNT=4", conferenceData=conference()), conferenceDataVersion=1)
    events.patch(f"{made['id']}_20260126T090000Z", {"summary": "Reset"})

    told = {"calendarId": "owner@example.com", "instanceId": f"{made['id']}_20260119T090000Z"}
    tail = events.get(standin.control("POST", "split", told | {"change": {"summary": "Tail"}})["id"])

    assert tail["id"] == f"{made['id']}_R20260119T090000"
    assert tail["iCalUID"] == f"{tail['id']}@google.com"
    assert tail["conferenceData"] == conference()
    assert tail["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=2"]
    assert events.get(made["id"])["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20260118T225959Z"]
    shown = events.page(singleEvents=True, orderBy="startTime")["items"]
    assert [item["summary"] for item in shown] == ["Series", "Series", "Tail", "Tail"]


def test_an_all_day_series_is_split_by_date(standin: Server, events: Events) -> None:
    """The new part of an all-day series is named by its date, and the old one ends the day before."""
    made = events.insert(all_day(recurrence=["RRULE:FREQ=DAILY"]))

    told = {"calendarId": "owner@example.com", "instanceId": f"{made['id']}_20260108"}
    tail = standin.control("POST", "split", told)["id"]

    assert tail == f"{made['id']}_R20260108"
    assert events.get(made["id"])["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20260107"]
    assert events.get(tail)["start"] == {"date": "2026-01-08"}


def test_from_the_first_on_is_the_whole_series(standin: Server, events: Events) -> None:
    """Splitting at the first instance changes the series itself and makes no other."""
    made = events.insert(series())

    told = {"calendarId": "owner@example.com", "instanceId": f"{made['id']}_20260105T090000Z"}
    changed = standin.control("POST", "split", told | {"change": {"summary": "All"}})["id"]

    assert changed == made["id"]
    assert [item["summary"] for item in events.page()["items"]] == ["All"]


def test_a_series_becomes_a_single_event_and_back(events: Events) -> None:
    """Readers of single instances are told when an event starts or stops to recur."""
    made = events.insert(timed())
    _, token = events.all(singleEvents=True)

    zone = {"timeZone": "UTC"}
    events.patch(made["id"], {"recurrence": ["RRULE:FREQ=DAILY;COUNT=2"], "start": zone, "end": zone})
    items, token = events.all(singleEvents=True, syncToken=token)
    told = {item["id"]: item["status"] for item in items}
    first, second = (f"{made['id']}_2026010{day}T100000Z" for day in (5, 6))
    assert told == {made["id"]: "cancelled", first: "confirmed", second: "confirmed"}

    events.patch(made["id"], {"recurrence": None})
    items, _ = events.all(singleEvents=True, syncToken=token)
    told = {item["id"]: item["status"] for item in items}
    assert told == {made["id"]: "confirmed", first: "cancelled", second: "cancelled"}
