"""Series on Zoom with times, and their occurrences."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from conformance.changes import change, deletion
from functions.adapters.providers.series import START_APART
from functions.adapters.providers.zoom import fields as zoom_fields
from functions.adapters.providers.zoom.provider import NEXT_LOOK_S, ZoomProvider
from functions.core.model import Ability
from local.zoom.faults import TOKEN
from tests.contract.systems.zoom import DESCRIPTION
from tests.contract.zoom_rig import MONDAYS, WEEKLY, Zoom, cancelled, one, series, single, starts
from tests.support.prism import prism


def test_a_series_with_times(zoom: Zoom, fixed: ZoomProvider) -> None:
    """With ZOOM_RECURRENCE=fixed it has its rule, at the time of its own zone."""
    name = zoom.account.make()
    outcome = fixed.apply(change(name, meeting=series(time_zone="Europe/Berlin")))
    (body,) = zoom.bodies()
    assert (body["type"], body["start_time"], body["timezone"]) == (
        8,
        "2026-03-02T10:00:00",
        "Europe/Berlin",
    )
    # Clocks change on 29 March 2026.
    assert [at.hour for at in starts(zoom, name)] == [9, 9, 9, 9, 8, 8]
    assert outcome.unsupported == ()


def test_what_a_series_needs_zoom_for(zoom: Zoom, fixed: ZoomProvider) -> None:
    """Only with times are there occurrences, and a series pushed anew has all of them again."""
    plain = zoom.provider().abilities
    assert plain.can == {Ability.TITLE, Ability.TIME}
    assert (plain.resets, plain.recreates) == (False, False)
    assert fixed.abilities.can == frozenset(Ability)
    assert (fixed.abilities.resets, fixed.abilities.recreates) == (True, False)
    assert fixed.abilities.fields == plain.fields


@pytest.mark.parametrize(
    ("fields", "lack"),
    [
        ({"recurrence": ("RRULE:FREQ=YEARLY",)}, "the times of a series: frequency"),
        ({"time_zone": "America/Detroit"}, "the times of a series in a time zone that Zoom does not list"),
        ({"time_zone": None}, "the times of a series in a time zone that Zoom does not list"),
    ],
)
def test_a_series_beyond_zoom(zoom: Zoom, fixed: ZoomProvider, fields: Any, lack: str) -> None:
    """What Zoom has no way to say is a meeting without times, and why is said."""
    name = zoom.account.make(type=8)
    assert fixed.apply(change(name, meeting=series(**fields))).unsupported == (lack,)
    assert zoom.bodies() == [{"topic": "Planning", "agenda": "What to do next", "type": 3}]


@pytest.mark.parametrize(
    ("rule", "lack"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", START_APART),
        ("FREQ=DAILY;UNTIL=20261231", zoom_fields.SERIES_CUT),
    ],
)
def test_what_a_series_loses_on_zoom(zoom: Zoom, fixed: ZoomProvider, rule: str, lack: str) -> None:
    """It has its times, and what is missing of them is said."""
    name = zoom.account.make()
    assert fixed.apply(change(name, meeting=series(recurrence=(f"RRULE:{rule}",)))).unsupported == (lack,)
    assert zoom.bodies()[0]["type"] == 8


def test_a_series_in_a_zone_named_by_its_offset(zoom: Zoom, fixed: ZoomProvider) -> None:
    """No hour off is one that Zoom lists; others it has no name for, and the series has no times."""
    name = zoom.account.make()
    assert fixed.apply(change(name, meeting=series(time_zone="GMT+00:00"))).unsupported == ()
    assert zoom.bodies()[0]["timezone"] == "Etc/Greenwich"
    outcome = fixed.apply(change(name, meeting=series(time_zone="GMT+02:00")))
    assert outcome.unsupported == ("the times of a series in a time zone that Zoom does not list",)


def test_a_series_that_the_add_on_scheduled(zoom: Zoom, fixed: ZoomProvider) -> None:
    """Zoom gives fixed times to no meeting of its own Calendar add-on."""
    name = zoom.account.make(pre_schedule=True)
    assert fixed.apply(change(name, meeting=series())).unsupported == (zoom_fields.PRESCHEDULED,)


def test_a_series_that_is_over(zoom: Zoom, fixed: ZoomProvider) -> None:
    """Its times stay as they are."""
    name = zoom.account.make()
    fixed.apply(change(name, meeting=series()))
    zoom.now = MONDAYS[5] + timedelta(days=1)
    assert fixed.apply(change(name, meeting=series(title="It was"))).unsupported == ()
    assert zoom.bodies()[1] == {"topic": "It was", "agenda": "What to do next"}


def test_dates_taken_out_of_a_series(zoom: Zoom, fixed: ZoomProvider) -> None:
    """They are deleted after each update, which recreates them."""
    name = zoom.account.make()
    lines = (*WEEKLY, "EXDATE:20260309T090000Z", "EXDATE:20260323T090000Z")
    for title in ("One", "Two"):
        fixed.apply(change(name, meeting=series(title=title, recurrence=lines)))
        assert starts(zoom, name) == [MONDAYS[0], MONDAYS[2], MONDAYS[4], MONDAYS[5]]


def test_a_date_to_be_taken_out_that_zoom_did_not_make(zoom: Zoom, fixed: ZoomProvider) -> None:
    """Zoom's description has 60 occurrences in one place and 50 in another: what it lists is what counts."""
    name, listed = zoom.account.make(), [MONDAYS[0] + timedelta(days=day) for day in range(50)]
    raw = [{"occurrence_id": f"{at.timestamp() * 1_000:.0f}", "start_time": at.isoformat()} for at in listed]
    zoom.fault("GET", status=200, text=json.dumps({"type": 8, "id": int(name), "occurrences": raw}), count=2)
    lines = ("RRULE:FREQ=DAILY", "EXDATE:20260425T090000Z")
    assert fixed.apply(change(name, meeting=series(recurrence=lines))).unsupported == (
        zoom_fields.EXCLUDED_LATER,
    )


def laid(zoom: Zoom, fixed: ZoomProvider) -> str:
    name = zoom.account.make()
    fixed.apply(change(name, meeting=series()))
    zoom.account.calls.clear()
    return name


def test_a_moved_instance(zoom: Zoom, fixed: ZoomProvider) -> None:
    """It gets its own time and text; the others and the series keep theirs. Its title Zoom cannot have."""
    name, to = laid(zoom, fixed), MONDAYS[1] + timedelta(days=1)
    outcome = fixed.apply(one(name, MONDAYS[1], title="Only this", start=to, end=to + timedelta(hours=2)))
    assert zoom.bodies() == [
        {"agenda": "What to do next", "start_time": "2026-03-10T09:00:00Z", "duration": 120}
    ]
    assert starts(zoom, name) == [MONDAYS[0], to, *MONDAYS[2:]]
    assert (zoom.account.find(name) or {})["topic"] == "Planning"
    assert outcome.unsupported == (zoom_fields.OCCURRENCE_TITLE,)


def test_a_moved_instance_moves_again(zoom: Zoom, fixed: ZoomProvider) -> None:
    """It is found by what it was when the series was made, wherever it is now."""
    name = laid(zoom, fixed)
    for days in (1, 2):
        to = MONDAYS[1] + timedelta(days=days)
        fixed.apply(one(name, MONDAYS[1], start=to, end=to + timedelta(hours=1)))
    assert starts(zoom, name) == [MONDAYS[0], MONDAYS[1] + timedelta(days=2), *MONDAYS[2:]]
    fixed.apply(cancelled(name, MONDAYS[1]))
    assert starts(zoom, name) == [MONDAYS[0], *MONDAYS[2:]]


def test_an_instance_in_anothers_place(zoom: Zoom, fixed: ZoomProvider) -> None:
    """One that was moved to where another begins is not taken for that one."""
    name = laid(zoom, fixed)
    fixed.apply(one(name, MONDAYS[1], start=MONDAYS[2], end=MONDAYS[2] + timedelta(hours=1)))
    fixed.apply(cancelled(name, MONDAYS[2]))
    live = [each.id for each in zoom.account.meeting(name).occurrences if each.live]
    assert str(int(MONDAYS[1].timestamp() * 1000)) in live
    assert str(int(MONDAYS[2].timestamp() * 1000)) not in live


def test_instances_that_all_moved_on(zoom: Zoom, fixed: ZoomProvider) -> None:
    """Each in the next one's place: the one that is called off goes, not the one in its place."""
    name = laid(zoom, fixed)
    for at, to in ((2, 3), (1, 2)):
        fixed.apply(one(name, MONDAYS[at], start=MONDAYS[to], end=MONDAYS[to] + timedelta(hours=1)))
    for _ in range(2):
        fixed.apply(cancelled(name, MONDAYS[2]))
    assert sorted(starts(zoom, name)) == [MONDAYS[0], MONDAYS[2], MONDAYS[3], MONDAYS[4], MONDAYS[5]]
    live = [each.id for each in zoom.account.meeting(name).occurrences if each.live]
    assert str(int(MONDAYS[2].timestamp() * 1000)) not in live


ENDLESS = ("RRULE:FREQ=DAILY",)
DAYS = [MONDAYS[0] + timedelta(days=day) for day in range(100)]


def test_an_instance_that_zoom_has_yet_to_make(zoom: Zoom, fixed: ZoomProvider) -> None:
    """Called off or changed beyond the last that Zoom has, it is said not to have been; made, it is."""
    name = zoom.account.make()
    fixed.apply(change(name, meeting=series(recurrence=ENDLESS)))
    for told in (cancelled(name, DAYS[60]), one(name, DAYS[60])):
        outcome = fixed.apply(told)
        assert (outcome.unsupported, outcome.again_in) == ((zoom_fields.OCCURRENCE_AHEAD,), NEXT_LOOK_S)
    zoom.account.meeting(name).make_more(1)
    outcome = fixed.apply(cancelled(name, DAYS[60]))
    assert (outcome.unsupported, outcome.again_in) == ((), None)
    assert starts(zoom, name) == DAYS[:60]


@pytest.mark.parametrize(
    ("rule", "day", "ahead"),
    [
        ("FREQ=DAILY;UNTIL=20260505", 62, True),
        ("FREQ=DAILY;UNTIL=20260505", 70, False),
        ("FREQ=DAILY;COUNT=60", 60, False),
        ("FREQ=DAILY", -1, False),
    ],
)
def test_what_zoom_will_not_make(
    zoom: Zoom, fixed: ZoomProvider, rule: str, day: int, *, ahead: bool
) -> None:
    """Beyond the end of a series, or gone by, nothing has to be called off."""
    name, at = zoom.account.make(), MONDAYS[0] + timedelta(days=day)
    fixed.apply(change(name, meeting=series(recurrence=(f"RRULE:{rule}",))))
    assert fixed.apply(cancelled(name, at)).unsupported == ((zoom_fields.OCCURRENCE_AHEAD,) if ahead else ())


def test_a_moved_instance_is_not_the_end_of_what_zoom_has(zoom: Zoom, fixed: ZoomProvider) -> None:
    """One that was moved far ahead says nothing of how far Zoom has made the others."""
    name, to = zoom.account.make(), MONDAYS[0] + timedelta(days=90)
    fixed.apply(change(name, meeting=series(recurrence=ENDLESS)))
    fixed.apply(one(name, MONDAYS[0], start=to, end=to + timedelta(hours=1)))
    assert fixed.apply(cancelled(name, DAYS[61])).unsupported == (zoom_fields.OCCURRENCE_AHEAD,)


def test_the_last_instance_that_there_is(zoom: Zoom, fixed: ZoomProvider) -> None:
    """What Zoom does with a meeting that has none left is not known: it stays, and that is said."""
    name = zoom.account.make()
    fixed.apply(change(name, meeting=series(recurrence=("RRULE:FREQ=WEEKLY;COUNT=2",))))
    assert fixed.apply(cancelled(name, MONDAYS[0])).unsupported == ()
    assert fixed.apply(cancelled(name, MONDAYS[1])).unsupported == (zoom_fields.OCCURRENCE_LAST,)
    assert starts(zoom, name) == [MONDAYS[1]]


@pytest.mark.parametrize("odd", ["", " ", None, 0])
def test_an_occurrence_without_an_id(zoom: Zoom, fixed: ZoomProvider, odd: Any) -> None:
    """A deletion that names none would be that of the whole series, so there is none."""
    name = laid(zoom, fixed)
    listed = [
        {"occurrence_id": odd if at == MONDAYS[1] else "x", "start_time": at.isoformat()} for at in MONDAYS
    ]
    zoom.fault("GET", status=200, text=json.dumps({"type": 8, "id": int(name), "occurrences": listed}))
    assert fixed.apply(cancelled(name, MONDAYS[1])).unsupported == ()
    assert zoom.told("DELETE") == []


def test_an_instance_for_all_day_that_is_cancelled(zoom: Zoom, fixed: ZoomProvider) -> None:
    """Nothing of a series with times is called off by a date, and that is said."""
    name = laid(zoom, fixed)
    off = replace(cancelled(name, MONDAYS[1]), occurrence="2026-03-09")
    assert fixed.apply(off).unsupported == (zoom_fields.OCCURRENCE_UNTIMED,)
    assert zoom.told("DELETE") == []


def test_an_instance_that_went_meanwhile(zoom: Zoom, fixed: ZoomProvider) -> None:
    """One that Zoom listed and then does not know says nothing of the meeting: it is not gone."""
    name = laid(zoom, fixed)
    for method in ("PATCH", "DELETE"):
        zoom.fault(method, status=404, text='{"code": 3001, "message": "Meeting does not exist."}')
    assert fixed.apply(cancelled(name, MONDAYS[1])).unsupported == ()
    assert fixed.apply(one(name, MONDAYS[1])).unsupported == (zoom_fields.OCCURRENCE_GONE,)


def test_a_cancelled_instance(zoom: Zoom, fixed: ZoomProvider) -> None:
    """It goes alone, and twice is once."""
    name = laid(zoom, fixed)
    for _ in range(2):
        fixed.apply(cancelled(name, MONDAYS[3]))
    assert starts(zoom, name) == [at for at in MONDAYS if at != MONDAYS[3]]
    (call,) = zoom.told("DELETE")
    assert call.query["occurrence_id"] == str(int(MONDAYS[3].timestamp() * 1000))


@pytest.mark.parametrize("at", [datetime(2027, 1, 4, 9, tzinfo=UTC), MONDAYS[0] + timedelta(minutes=1)])
def test_an_instance_that_zoom_does_not_have(zoom: Zoom, fixed: ZoomProvider, at: datetime) -> None:
    """An id is never made up: cancelled, it is as wished; changed, what is missing is said."""
    name = laid(zoom, fixed)
    assert fixed.apply(cancelled(name, at)).unsupported == ()
    assert fixed.apply(one(name, at)).unsupported == (zoom_fields.OCCURRENCE_GONE,)
    assert {call.method for call in zoom.account.calls} == {"GET"}


def test_an_instance_of_a_series_without_times(zoom: Zoom, fixed: ZoomProvider) -> None:
    """There is nothing to change or delete, least of all the meeting."""
    name = zoom.account.make(type=3)
    for told in (cancelled(name, MONDAYS[1]), one(name, MONDAYS[1])):
        assert fixed.apply(told).unsupported == (zoom_fields.OCCURRENCE_UNTIMED,)
    assert {call.method for call in zoom.account.calls} == {TOKEN, "GET"}


def test_an_instance_for_all_day(zoom: Zoom, fixed: ZoomProvider) -> None:
    """Its time stays, and that is said."""
    name, day = laid(zoom, fixed), date(2026, 3, 9)
    outcome = fixed.apply(one(name, MONDAYS[1], start=day, end=day + timedelta(days=1), all_day=True))
    assert (starts(zoom, name), outcome.unsupported) == (MONDAYS, (zoom_fields.ALL_DAY,))


@pytest.mark.node
@pytest.mark.descriptions
def test_a_series_by_zooms_description(zoom: Zoom) -> None:
    """A series made, moved, shortened and ended keeps to Zoom's description, both ways."""
    with prism(DESCRIPTION, zoom.server.api_url) as front, front.held():
        zoom.url, zoom.front = front.url, front
        provider, name = zoom.provider(recurrence="fixed"), zoom.account.make(settings={"use_pmi": False})
        lines = (*WEEKLY, "EXDATE:20260323T090000Z")
        provider.apply(change(name, meeting=series(recurrence=lines)))
        to = MONDAYS[1] + timedelta(days=1)
        provider.apply(one(name, MONDAYS[1], start=to, end=to + timedelta(hours=1)))
        provider.apply(cancelled(name, MONDAYS[2]))
        assert starts(zoom, name) == [MONDAYS[0], to, MONDAYS[4], MONDAYS[5]]
        provider.apply(change(name, meeting=series(recurrence=ENDLESS)))
        assert provider.apply(cancelled(name, DAYS[80])).unsupported == (zoom_fields.OCCURRENCE_AHEAD,)
        provider.apply(change(name, meeting=single(title="x" * 500, description="x" * 5_000)))
        provider.apply(deletion(name))
        personal = zoom.account.make_personal()
        provider.apply(deletion(personal))
    assert zoom.account.find(name) is None
