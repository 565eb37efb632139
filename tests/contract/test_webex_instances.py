"""Which instance of a Webex series is changed or deleted, and which never is."""

import json
from datetime import timedelta

import pytest

from conformance.changes import change, deletion
from functions.core.errors import Gone
from tests.support.webex import HOUR, MONDAY, SECOND, THIRD, TUESDAY, Site, cancelled, event, moved, series


def test_an_instance_that_is_not_there(site: Site) -> None:
    """Cancelled: so it should be. Changed: it is said, and the series goes on, if there is one."""
    name, told = site.make(), site.provider()
    told.apply(change(name, meeting=series()))
    for _ in range(2):
        told.apply(cancelled(name, SECOND))
    assert told.apply(moved(name, SECOND)).unsupported == ("an instance that Webex does not have",)
    told.apply(deletion(name))
    told.apply(cancelled(name, THIRD))
    with pytest.raises(Gone):
        told.apply(moved(name, THIRD))


def test_an_instance_of_a_single_meeting(site: Site) -> None:
    """To Webex it is a series of one instance: as an instance it is neither deleted nor changed."""
    name, told = site.make(), site.provider()
    told.apply(change(name, meeting=event()))
    held, only = site.of(name), "2031-01-06T09:00:00Z"
    assert told.apply(cancelled(name, only)).unsupported == (
        "the cancellation of the only instance that a meeting has",
    )
    assert told.apply(moved(name, only, title="Moved")).unsupported == (
        "an instance that Webex does not have",
    )
    assert site.of(name) == held


@pytest.mark.parametrize(
    ("rule", "which"),
    [("FREQ=WEEKLY;COUNT=1", "2031-01-06T09:00:00Z"), ("FREQ=WEEKLY;UNTIL=20310108", "2031-01-06T09:00:00Z")],
)
def test_the_last_instance_of_a_series(plain: Site, rule: str, which: str) -> None:
    """Nobody knows what Webex does with a series that has none left: the meeting stays, and that is said."""
    name = plain.make()
    plain.apply(name, recurrence=(f"RRULE:{rule}",))
    unsupported = plain.provider().apply(cancelled(name, which)).unsupported
    assert unsupported == ("the cancellation of the only instance that a meeting has",)
    assert plain.asked("DELETE") == []


def test_the_last_of_the_dates_to_come(plain: Site) -> None:
    """Those gone by do not keep a series alive."""
    name = plain.make()
    plain.apply(name, recurrence=("RRULE:FREQ=WEEKLY;COUNT=3",))
    told = plain.provider(now=lambda: TUESDAY + timedelta(7))
    assert told.apply(cancelled(name, THIRD)).unsupported == (
        "the cancellation of the only instance that a meeting has",
    )
    assert plain.asked("DELETE") == []


@pytest.mark.parametrize(
    "found",
    [
        {"meetingType": "meetingSeries"},
        {"meetingType": "meeting"},
        {"meetingSeriesId": "another"},
        {"id": "SERIES"},
        {},
    ],
)
def test_an_id_that_names_no_instance_of_the_series(plain: Site, found: dict[str, str]) -> None:
    """What Webex does not call an instance to come of this very series is neither deleted nor changed."""
    name, told = plain.make(), plain.provider()
    told.apply(change(name, meeting=series()))
    usual = {"id": f"{name}_20310113T090000Z", "meetingSeriesId": name, "meetingType": "scheduledMeeting"}
    odd = {**usual, **found, **({"id": name} if "id" in found else {})} if found else {"title": "odd"}
    for one in (cancelled(name, SECOND), moved(name, SECOND)):
        plain.order(f"{name}_20310113T090000Z", status=200, text=json.dumps(odd))
        assert told.apply(one).unsupported == ("an instance that Webex does not have",)
    assert plain.asked("DELETE") == []
    assert len(plain.asked("PATCH")) == 1


def test_a_rule_that_only_webex_knows(plain: Site) -> None:
    """Of a series that somebody else made an instance is cancelled all the same."""
    name = plain.make(start="2031-01-06T09:00:00Z", end="2031-01-06T10:00:00Z")
    plain.server.meetings.put(name, recurrence="FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2")
    assert plain.provider().apply(cancelled(name, SECOND)).unsupported == ()
    assert f"{name}_20310113T090000Z" not in plain.server.meetings.instances(name)


def test_instances_of_a_series_in_a_personal_room(site: Site) -> None:
    """They stay as they are, too."""
    name = site.make(scheduledType="personalRoomMeeting", recurrence="FREQ=WEEKLY;COUNT=6")
    for one in (cancelled(name, SECOND), moved(name, SECOND)):
        assert site.provider().apply(one).unsupported == ("changes of a meeting in a personal room",)
    assert site.asked("PATCH", "DELETE") == []


def test_an_instance_of_a_series_with_seconds(site: Site) -> None:
    """Webex keeps none, nor has them in its names."""
    name, told, start = site.make(), site.provider(), MONDAY + timedelta(seconds=30)
    told.apply(change(name, meeting=series(start=start, end=start + HOUR)))
    assert told.apply(cancelled(name, "2031-01-13T09:00:30Z")).unsupported == ()
    assert f"{name}_20310113T090000Z" not in site.server.meetings.instances(name)
    assert len(site.server.meetings.instances(name)) == 5


@pytest.mark.parametrize("odd", ["2031-01-13", "", "2031-01-13T09:00:00+01:00", "../x"])
def test_an_instance_that_cannot_be_named(plain: Site, odd: str) -> None:
    """No call at all: least of all one that would reach the series."""
    name = plain.make()
    for one in (moved(name, odd), cancelled(name, odd)):
        assert plain.provider().apply(one).unsupported == ("an instance of an all-day series",)
    assert plain.asked("GET", "PATCH", "DELETE") == []
