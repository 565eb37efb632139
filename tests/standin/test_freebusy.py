"""Free and busy times, from the documentation and from what Google was seen to answer."""

from typing import Any

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Events, Json
from tests.standin.samples import all_day, series, timed

OWNER = "owner@example.com"
JANUARY = {"timeMin": "2026-01-01T00:00:00Z", "timeMax": "2026-02-01T00:00:00Z"}


def asked(caller: Caller, *names: str, **more: Any) -> Json:
    body = JANUARY | {"items": [{"id": name} for name in names or ("primary",)]} | more
    answer: Json = caller.ok("POST", "freeBusy", body)
    return answer


def spans(caller: Caller, name: str = "primary", **more: Any) -> list[tuple[str, str]]:
    found = asked(caller, name, **more)["calendars"][name]["busy"]
    return [(each["start"], each["end"]) for each in found]


def test_an_answer_as_recorded(caller: Caller, events: Events) -> None:
    """The window in UTC with milliseconds, times in UTC without, the calendar under the name asked for."""
    events.insert(timed())

    assert asked(caller, timeMin="2026-01-01T01:00:00+01:00") == {
        "kind": "calendar#freeBusy",
        "timeMin": "2026-01-01T00:00:00.000Z",
        "timeMax": "2026-02-01T00:00:00.000Z",
        "calendars": {
            "primary": {"busy": [{"start": "2026-01-05T10:00:00Z", "end": "2026-01-05T11:00:00Z"}]}
        },
    }


def test_times_are_joined_and_cut(caller: Caller, events: Events) -> None:
    """What overlaps or touches is one span, what reaches beyond the window ends with it."""
    for begin, end in (("08", "09"), ("09", "10"), ("09", "12"), ("13", "14"), ("23", "23:59")):
        day = "2026-01-05T"
        events.insert(timed(f"{day}{begin}:00:00Z", f"{day}{end if ':' in end else end + ':00'}:00Z"))
    window = {"timeMin": "2026-01-05T08:30:00Z", "timeMax": "2026-01-05T13:15:00Z"}

    assert spans(caller, **window) == [
        ("2026-01-05T08:30:00Z", "2026-01-05T12:00:00Z"),
        ("2026-01-05T13:00:00Z", "2026-01-05T13:15:00Z"),
    ]


def test_what_takes_time_and_what_does_not(standin: Server, caller: Caller, events: Events) -> None:
    """Free, cancelled and declined events and working places do not; tentative and private ones do."""
    standin.control("POST", "users", {"email": "bob@example.com"})
    invited = events.insert(timed(attendees=[{"email": "bob@example.com"}]))
    with Caller(standin.url, "bob@example.com") as bob:
        assert len(spans(bob)) == 1
        answer = {"attendees": [{"email": "bob@example.com", "responseStatus": "declined"}]}
        bob.events().patch(invited["id"], answer)
        assert spans(bob) == []
    events.delete(invited["id"])
    events.insert(timed(transparency="transparent"))
    place: Json = {"workingLocationProperties": {"type": "homeOffice", "homeOffice": {}}}
    events.insert(timed(eventType="workingLocation", visibility="public") | place)
    assert spans(caller) == []

    events.insert(timed(status="tentative"))
    events.insert(timed("2026-01-06T10:00:00Z", "2026-01-06T11:00:00Z", visibility="private"))
    assert [begin for begin, _ in spans(caller)] == ["2026-01-05T10:00:00Z", "2026-01-06T10:00:00Z"]


def test_series_and_days(caller: Caller, events: Events) -> None:
    """Each date of a series counts where it is now; a day begins at midnight of its calendar's zone."""
    caller.ok("PATCH", f"calendars/{OWNER}", {"timeZone": "America/New_York"})
    made = events.insert(series("FREQ=WEEKLY;COUNT=3"))
    events.delete(f"{made['id']}_20260112T090000Z")
    events.insert(all_day())

    assert spans(caller, timeZone="America/New_York") == [
        ("2026-01-05T00:00:00-05:00", "2026-01-06T00:00:00-05:00"),
        ("2026-01-19T04:00:00-05:00", "2026-01-19T05:00:00-05:00"),
    ]


def test_others_calendars(standin: Server, caller: Caller) -> None:
    """Who may see free and busy times sees them; any other calendar is an error in its place alone."""
    standin.control("POST", "users", {"email": "bob@example.com"})
    caller.events().insert(timed())
    missing = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    with Caller(standin.url, "bob@example.com") as bob:
        found = asked(bob, OWNER, "primary", "nobody@example.com", OWNER)["calendars"]
        assert found == {OWNER: missing, "primary": {"busy": []}, "nobody@example.com": missing}
        rule = {"role": "freeBusyReader", "scope": {"type": "default"}}
        caller.ok("POST", "calendars/primary/acl", rule)
        assert spans(bob, OWNER) == [("2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z")]


def test_limits_that_a_call_sets(caller: Caller) -> None:
    """Calendars beyond the limit that the call names are an error each; without one there is none."""
    names = [f"c{number}@group.calendar.google.com" for number in range(51)]

    assert len(asked(caller, *names)["calendars"]) == 51
    found = asked(caller, "primary", *names[:2], calendarExpansionMax=1)["calendars"]
    assert [each.get("errors", [{}])[0].get("reason") for each in found.values()] == [
        None,
        "tooManyCalendarsRequested",
        "tooManyCalendarsRequested",
    ]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"timeMin": None}, (400, "required")),
        ({"timeMax": None}, (400, "required")),
        ({"timeMin": "2026-01-01T00:00:00"}, (400, "badRequest")),
        ({"timeMax": "2026-01-01T00:00:00Z"}, (400, "timeRangeEmpty")),
        ({"timeMax": "2026-05-01T00:00:00Z"}, (400, "timeRangeTooLong")),
        ({"timeZone": "No/Where"}, (400, "invalid")),
        ({"items": [{}]}, (400, "required")),
        ({"calendarExpansionMax": 51}, (400, "invalid")),
        ({"groupExpansionMax": 101}, (400, "invalid")),
    ],
)
def test_refused_questions(caller: Caller, change: Json, refusal: tuple[int, str]) -> None:
    """No window, one without an offset, an empty or a too long one; limits beyond the documented."""
    body = JANUARY | {"items": [{"id": "primary"}]} | change
    assert caller.call("POST", "freeBusy", body).refusal == refusal
