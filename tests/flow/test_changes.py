"""What each change of an event means, from the calendar's side to the conference's; one test for each row."""

import pytest

from functions.flow.status import set_aside
from tests.support.rig import OWNER, Rig, conference_data, usual

UPDATED, DELETED = "conference.updated", "conference.deleted"
CANCELLED, MOVED = "occurrence.cancelled", "occurrence.updated"
WEEKLY = ["RRULE:FREQ=WEEKLY;COUNT=6"]


def weekly(house: Rig, room: str | None) -> tuple[str, str]:
    """A series that the conference system knows, and the id of its second instance."""
    start = "2031-01-06T10:00:00+01:00"
    zone = "Europe/Berlin"
    series = house.people().add(
        room,
        recurrence=WEEKLY,
        start={"dateTime": start, "timeZone": zone},
        end={"dateTime": "2031-01-06T11:00:00+01:00", "timeZone": zone},
    )
    house.sync()
    house.told()
    return series, f"{series}_20310113T090000Z"


def test_e01_new_event_is_held_and_told(house: Rig) -> None:
    """A live event with our conference, seen first, is held and its conference updated."""
    room = house.room()
    event = house.people().add(room, summary="First")
    assert house.sync() == "synced"
    assert house.told() == [(UPDATED, room, None)]
    assert house.seen(room)["title"] == "First"
    assert [hold.ref.event_id for hold in house.record(room).holds] == [event]


def test_e01_on_a_full_sync_old_events_are_only_held(house: Rig) -> None:
    """On a full sync an event changed before the lookback is held, not pushed; a later change of it is
    pushed.
    """
    room = house.room("Old")
    event = house.people().add(room)
    house.with_policy(lookback=0)
    house.drop()
    house.enrol()
    assert house.told() == []
    assert house.record(room).holds
    house.people().change(event, summary="Changed")
    house.sync()
    assert house.told() == [(UPDATED, room, None)]


@pytest.mark.parametrize(
    "change",
    [
        {"summary": "Renamed"},
        {"description": "<b>Bring</b> cake"},
        {"location": "Room 7"},
        {"start": {"dateTime": "2031-03-01T10:00:00Z"}, "end": {"dateTime": "2031-03-01T12:00:00Z"}},
        {"recurrence": WEEKLY},
        {"attendees": [{"email": "guest@example.com"}]},
    ],
    ids="-".join,
)
def test_e02_a_mapped_change_is_one_update(house: Rig, change: dict[str, object]) -> None:
    """Title, text, location, times, recurrence or attendees changed: one update with the new content."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.told()
    house.people().change(event, **change)
    house.sync()
    house.sync()
    assert house.told() == [(UPDATED, room, None)]


def test_e03_a_change_that_is_not_mapped_costs_nothing(house: Rig) -> None:
    """Colour and reminders are not the conference's business: no call, nothing written."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.told()
    before = house.record(room)
    house.people().change(event, colorId="5")
    house.sync()
    assert (house.told(), house.record(room)) == ([], before)


def test_e04_an_event_without_our_conference_is_nobodys_business(house: Rig) -> None:
    """An event without a conference, or with our link in its text only, leaves no trace."""
    house.people().add(None, description="https://meet.example.com/abc My Web Conference")
    house.sync()
    assert house.told() == []
    assert list(house.context.store.conferences()) == []


def test_e05_a_deleted_event_releases_and_the_last_one_deletes(house: Rig) -> None:
    """The tombstone has only an id; the conference goes when the grace is over, not before."""
    house.with_policy(grace=300)
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().delete(event)
    house.sync()
    assert house.seen(room)["status"] == "live"
    house.sweep_later(299)
    assert house.seen(room)["status"] == "live"
    house.sweep_later(2)
    assert house.seen(room)["status"] == "deleted"
    assert house.told() == [(UPDATED, room, None), (DELETED, room, None)]


def test_e06_a_tombstone_never_held_is_nothing(house: Rig) -> None:
    """Deleting an event that carried no conference of ours leaves no trace."""
    event = house.people().add(None)
    house.sync()
    house.people().delete(event)
    house.sync()
    assert list(house.context.store.conferences()) == []


def test_e07_a_removed_conference_is_deleted(house: Rig) -> None:
    """The event lives on, its conference does not."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().change(event, conferenceData=None)
    house.sync()
    assert house.seen(room)["status"] == "deleted"


def test_e08_replaced_by_another_of_ours(house: Rig) -> None:
    """The old conference is released, the new one held and pushed."""
    old, new = house.room("Old"), house.room("New")
    event = house.people().add(old)
    house.sync()
    house.told()
    house.people().change(event, conferenceData=conference_data(new))
    house.sync()
    assert sorted(house.told()) == [(DELETED, old, None), (UPDATED, new, None)]
    assert house.record(new).holds[0].ref.event_id == event


def test_e09_replaced_by_a_foreign_one(house: Rig) -> None:
    """Another system's conference in its place is a removal of ours."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().change(event, conferenceData=conference_data("abc-defg-hij", "Google Meet"))
    house.sync()
    assert house.seen(room)["status"] == "deleted"
    assert len(list(house.context.store.conferences())) == 1


def test_e10_e11_a_copy_keeps_the_conference_alive(house: Rig) -> None:
    """The conference stays with the original; when that goes, it follows the copy, pushed once."""
    room = house.room()
    original = house.people().add(room, summary="Original")
    house.sync()
    copy = house.people().add(room, summary="Copy")
    house.sync()
    assert house.seen(room)["title"] == "Original"
    house.told()
    house.people().delete(original)
    house.sync()
    assert house.told() == [(UPDATED, room, None)]
    assert house.seen(room)["title"] == "Copy"
    house.people().delete(copy)
    house.sync()
    assert house.seen(room)["status"] == "deleted"


def test_copies_first_seen_together_belong_to_the_oldest(house: Rig) -> None:
    """When several events with one conference are first seen in one read, the one made first is primary."""
    room = house.room()
    oldest = house.people().add(room, summary="Oldest")
    house.calendar.control("POST", "clock", {"advanceSeconds": 1})  # `created` has whole seconds
    for name in ("b", "a"):
        house.people().add(room, summary=name)
    house.sync()
    assert house.record(room).holds[0].ref.event_id == oldest
    assert house.seen(room)["title"] == "Oldest"


def test_e12_this_and_following_makes_the_tail_primary(house: Rig) -> None:
    """The split-off part takes the conference over; deleting it gives it back to the first part."""
    room = house.room()
    series, _ = weekly(house, room)
    tail = house.calendar.control(
        "POST",
        "split",
        {"calendarId": OWNER, "instanceId": f"{series}_20310120T090000Z", "change": {"summary": "Tail"}},
    )["id"]
    house.sync()
    assert [hold.ref.event_id for hold in house.record(room).holds] == [tail, series]
    assert house.seen(room)["title"] == "Tail"
    house.people().delete(tail)
    house.sync()
    assert (house.seen(room)["status"], house.seen(room)["title"]) == ("live", "Planning")


def test_e13_a_moved_instance_is_told_as_an_occurrence(house: Rig) -> None:
    """One instance moved: its original start names it, the series' conference stays as it was."""
    room = house.room()
    _, instance = weekly(house, room)
    house.people().change(instance, summary="Only this one")
    house.sync()
    house.sync()
    assert house.told() == [(MOVED, room, "2031-01-13T09:00:00Z")]
    assert house.seen(room)["title"] == "Planning"


def test_e14_a_cancelled_instance_never_deletes_the_series_conference(house: Rig) -> None:
    """One instance deleted: that occurrence is off, the conference lives."""
    room = house.room()
    _, instance = weekly(house, room)
    house.people().delete(instance)
    house.sync()
    house.sweep_later()
    house.sync()
    assert house.told() == [(CANCELLED, room, "2031-01-13T09:00:00Z")]
    assert house.seen(room)["status"] == "live"


def test_e15_e16_an_instance_with_another_conference(house: Rig) -> None:
    """The instance holds its own, the series' conference knows that this occurrence is off."""
    room, other = house.room(), house.room("Other")
    series, instance = weekly(house, room)
    house.people().change(instance, conferenceData=conference_data(other))
    house.sync()
    assert sorted(house.told()) == [(UPDATED, other, None), (CANCELLED, room, "2031-01-13T09:00:00Z")]
    assert house.record(other).holds[0].series_id == series
    house.people().delete(series)
    house.sync()
    assert {house.seen(one)["status"] for one in (room, other)} == {"deleted"}


def test_e16_an_instance_loses_the_conference(house: Rig) -> None:
    """Removing the conference from one instance cancels that occurrence only."""
    room = house.room()
    _, instance = weekly(house, room)
    house.people().change(instance, conferenceData=None)
    house.sync()
    assert house.told() == [(CANCELLED, room, "2031-01-13T09:00:00Z")]


@pytest.mark.parametrize("lists_exceptions", [True, False])
def test_e17_a_deleted_series_releases_all_of_it(house: Rig, *, lists_exceptions: bool) -> None:
    """Whether or not Calendar lists the exceptions of a deleted series, no hold stays behind."""
    house.calendar.control("POST", "settings", {"listsExceptionsOfDeleted": lists_exceptions})
    room, other = house.room(), house.room("Other")
    series, instance = weekly(house, room)
    house.people().change(instance, conferenceData=conference_data(other))
    house.sync()
    house.people().delete(series)
    house.sync()
    assert (house.record(room).holds, house.record(other).holds) == ((), ())
    assert {house.seen(one)["status"] for one in (room, other)} == {"deleted"}


def test_e18_restored_within_the_grace(house: Rig) -> None:
    """Undo brings the hold back and withdraws the deletion, without a call."""
    house.with_policy(grace=300)
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().delete(event)
    house.sync()
    house.told()
    house.people().change(event, status="confirmed")
    house.sync()
    house.sweep_later()
    assert house.told() == []
    assert house.seen(room)["status"] == "live"


def test_e19_restored_after_deletion_invites_the_system_to_make_it_anew(house: Rig) -> None:
    """For a provider that can recreate a conference, the event is pushed again."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.people().delete(event)
    house.sync()
    assert house.seen(room)["status"] == "deleted"
    house.people().change(event, status="confirmed")
    house.sync()
    assert house.seen(room)["status"] == "live"


def test_e21_an_attendees_copy_means_nothing(house: Rig) -> None:
    """The guest's calendar is enrolled too: the guest's copy, declining it and deleting it change nothing."""
    house.calendar.control("POST", "users", {"email": "guest@example.com"})
    house.enrol("guest@example.com")
    room = house.room()
    event = house.people().add(room, attendees=[{"email": "guest@example.com"}])
    house.sync()
    house.told()
    house.sync("guest@example.com")
    house.people("guest@example.com").delete(event)
    house.sync("guest@example.com")
    assert house.told() == []
    assert [hold.ref.calendar_id for hold in house.record(room).holds] == [OWNER]


def test_e22_hidden_details_are_no_removal(house: Rig) -> None:
    """Our role no longer shows details: a missing conference releases nothing, the calendar is marked."""
    room = house.room()
    event = house.people().add(room, visibility="private")
    house.sync()
    house.told()
    house.people().change(event, colorId="4")
    house.calendar.control("POST", "role", {"calendarId": OWNER, "role": "reader"})
    house.sync()
    house.sweep_later()
    assert house.told() == []
    assert house.record(room).holds
    assert house.enrolment().details_hidden


@pytest.mark.parametrize("kind", ["focusTime", "outOfOffice", "workingLocation", "birthday", "fromGmail"])
def test_e23_other_kinds_of_event_mean_nothing(house: Rig, kind: str) -> None:
    """Even with our conference in it, such an event is not a meeting."""
    event = {**usual(), "eventType": kind, "conferenceData": conference_data(house.room())}
    house.calendar.control("POST", "events", {"calendarId": OWNER, "event": event})
    house.sync()
    assert house.told() == []
    assert list(house.context.store.conferences()) == []


def test_e24_an_event_that_cannot_be_read_is_parked_alone(house: Rig) -> None:
    """Its conference is set aside with the field's name, the other's is pushed; mended, it is pushed too."""
    odd, good = house.room("Odd"), house.room("Good")
    broken = {
        **usual(),
        "id": "broken1",
        "conferenceData": conference_data(odd),
        "start": {"dateTime": "soon"},
    }
    house.calendar.control("POST", "events", {"calendarId": OWNER, "event": broken})
    house.people().add(good)
    house.sync()
    assert house.told() == [(UPDATED, good, None)]
    refused = house.record(odd).refused
    assert refused is not None
    assert refused.reason == "start is neither a time nor a date"
    house.people().change("broken1", start=usual()["start"], end=usual()["end"])
    house.sync()
    assert house.told() == [(UPDATED, odd, None)]
    assert not set_aside(house.record(odd))


def test_e24_a_held_event_broken_and_mended_costs_no_call(house: Rig) -> None:
    """Parked while it could not be read; read again and unchanged, it is in step without a word."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.told()
    good = house.people().get(event)
    house.calendar.control("POST", "events", {"calendarId": OWNER, "event": {**good, "start": {}}})
    house.sync()
    assert set_aside(house.record(room))
    house.calendar.control("POST", "events", {"calendarId": OWNER, "event": good})
    house.sync()
    assert not set_aside(house.record(room))
    assert house.told() == []


def test_e24_an_unreadable_event_of_no_conference_is_kept_with_the_calendar(house: Rig) -> None:
    """Nothing tells whose conference it carries, so the calendar's record says what is wrong with it."""
    event = {**usual(), "id": "broken2", "conferenceData": {"conferenceId": 7}}
    house.calendar.control("POST", "events", {"calendarId": OWNER, "event": event})
    house.sync()
    assert house.enrolment().unreadable == {"broken2": "conferenceData.conferenceId is not a text"}
    house.people().change("broken2", conferenceData=None)
    house.sync()
    assert house.enrolment().unreadable == {}


def test_a_solution_taken_out_of_the_settings_deletes_nothing(house: Rig) -> None:
    """A conference whose solution we no longer know is still carried by its event."""
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.told()
    house.name_solutions()
    house.people().change(event, summary="Changed")
    house.sync()
    house.sweep_later()
    assert house.told() == []
    assert house.seen(room)["status"] == "live"


def test_e20_moved_to_another_calendar_of_the_same_user(house: Rig) -> None:
    """The old calendar is read first: the conference is seen in the other one, and survives."""
    other = house.calendar.control("POST", "calendars", {"owner": OWNER, "summary": "Team"})["id"]
    house.drop()
    house.enrol(OWNER, OWNER)
    house.enrol(other, OWNER)
    room = house.room()
    event = house.people().add(room)
    house.sync()
    house.told()
    house.people().move(event, other)
    house.sync()
    house.sweep_later()
    assert house.seen(room)["status"] == "live"
    house.sync(other)
    house.sweep_later()
    assert [hold.ref.calendar_id for hold in house.record(room).holds] == [other]
    assert house.seen(room)["status"] == "live"
