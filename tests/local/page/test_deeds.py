"""What people do on the page reaches Calendar as from Google's own page, or a sentence says why not."""

import pytest

from local.page.wishes import BadWish
from tests.local.page.conftest import BOB, OWNER, Outside

SERIES = {"repeats": "daily"}


def test_a_new_meeting_carries_a_new_conference(outside: Outside) -> None:
    """Made in the conference system first, as an add-on does."""
    event = outside.event(outside.make(guests=f"{BOB}, eve@example.com"))
    [room] = outside.conferences.rooms.all()
    assert event["conferenceData"]["conferenceId"] == room["id"]
    assert [one["email"] for one in event["attendees"]] == [OWNER, BOB, "eve@example.com"]
    assert (event["start"]["dateTime"][:16], event["end"]["dateTime"][:16]) == (
        "2030-05-02T10:00",
        "2030-05-02T11:00",
    )


def test_one_date_of_a_series_is_changed(outside: Outside) -> None:
    """The others stay as they were."""
    series = outside.make(**SERIES)
    second = outside.dates()[1]["id"]
    outside.do("change", event=second, scope="this", start="2030-05-03T15:00", end="2030-05-03T16:00")
    assert [one["start"]["dateTime"][11:13] for one in outside.dates()[:3]] == ["10", "15", "10"]
    assert outside.event(series)["start"]["dateTime"][11:13] == "10"


def test_all_dates_of_a_series_move_by_as_much(outside: Outside) -> None:
    """By what its one date was moved, wherever that is in the series."""
    outside.make(**SERIES)
    third = outside.dates()[2]["id"]
    outside.do("change", event=third, scope="all", start="2030-05-04T12:30", end="2030-05-04T14:00")
    hours = {(one["start"]["dateTime"][11:16], one["end"]["dateTime"][11:16]) for one in outside.dates()}
    assert hours == {("12:30", "14:00")}
    assert outside.dates()[0]["start"]["dateTime"][:10] == "2030-05-02"


def test_this_and_following(outside: Outside) -> None:
    """Two series with one conference, and what is deleted so ends the first."""
    series = outside.make(**SERIES)
    third = outside.dates()[2]["id"]
    later = outside.do("change", event=third, scope="following", title="Later")
    assert later != series
    assert [one["summary"] for one in outside.dates()[1:3]] == ["Planning", "Later"]
    assert outside.event(later)["conferenceData"] == outside.event(series)["conferenceData"]
    second = outside.dates()[1]["id"]
    assert outside.do("delete", event=second, scope="following") == series
    assert [one["summary"] for one in outside.dates()[:2]] == ["Planning", "Later"]


@pytest.mark.parametrize(("scope", "left"), [("this", 9), ("all", 0)])
def test_deleted_and_restored(outside: Outside, scope: str, left: int) -> None:
    """One date, or the series; and back."""
    outside.make(**SERIES)
    gone = outside.do("delete", event=outside.dates()[1]["id"], scope=scope)
    assert len(outside.dates()) == left
    outside.do("restore", event=gone)
    assert len(outside.dates()) == 10


def test_a_copy_carries_the_same_conference(outside: Outside) -> None:
    """A day later, and as long."""
    event = outside.make()
    copy = outside.event(outside.do("copy", event=event))
    assert copy["conferenceData"]["conferenceId"] == outside.conferences.rooms.all()[0]["id"]
    assert (copy["summary"], copy["start"]["dateTime"][:16]) == ("Planning (copy)", "2030-05-03T10:00")


def test_a_guest_answers(outside: Outside) -> None:
    """In their own copy, and the organizer's event says so."""
    outside.deeds.add_user(BOB)
    event = outside.make()
    outside.do("invite", event=event, email=BOB)
    outside.do("answer", BOB, event=event, answer="accepted")
    answers = {one["email"]: one["responseStatus"] for one in outside.event(event)["attendees"]}
    assert answers == {OWNER: "accepted", BOB: "accepted"}


def test_a_conference_is_taken_away(outside: Outside) -> None:
    event = outside.make()
    outside.do("detach", event=event)
    assert "conferenceData" not in outside.event(event)
    with pytest.raises(BadWish, match="no conference"):
        outside.do("copy", event=event)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"deed": "burn"}, "The deed is “burn”: it is one of create, change"),
        (
            {"user": "eve@example.com"},
            "Nobody here is called eve@example.com: choose one of owner@",
        ),
        ({"deed": "delete"}, "The meeting's id is missing"),
        ({"deed": "delete", "event": "unknown"}, "Calendar refuses: Not Found"),
        ({"title": "  "}, "has no title"),
        ({"start": "tomorrow"}, "“tomorrow”, is no day and time: give one such as 2030-05-02T10:00"),
        ({"start": "0001-01-01T10:00"}, "is in the year 1"),
        ({"end": "2030-05-02T10:00"}, "The end, 2030-05-02 10:00, is not after the start, 2030-05-02 10:00"),
        ({"end": "2030-06-02T10:00"}, "lasts 31 days: 14 are the most"),
        ({"guests": "bob@example.com bob"}, "“bob” is no address"),
        ({"repeats": "hourly"}, "How it repeats is “hourly”: it is one of none, daily, weekly"),
    ],
)
def test_what_cannot_be_done(outside: Outside, wish: dict[str, str], sentence: str) -> None:
    """The sentence says what is wrong, and mostly what would be right; nothing is done."""
    asked = {"deed": "create", "title": "Planning", "start": "2030-05-02T10:00", "end": "2030-05-02T11:00"}
    with pytest.raises(BadWish) as told:
        outside.do(**{**asked, **wish})
    assert sentence in str(told.value)
    assert outside.dates() == []


def test_who_is_here_is_not_added_twice(outside: Outside) -> None:
    with pytest.raises(BadWish, match="is here already"):
        outside.deeds.add_user(OWNER)


def test_who_is_invited_is_not_invited_twice(outside: Outside) -> None:
    event = outside.make(guests=BOB)
    with pytest.raises(BadWish, match="bob is invited already"):
        outside.do("invite", event=event, email=BOB)
