"""What is particular to Zoom: how an event's fields are made, and whose meetings are touched."""

from datetime import date, timedelta
from typing import Any

import pytest

from conformance.changes import change, deletion
from functions.adapters.providers.zoom import fields as zoom_fields
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Link, Parties
from local.zoom.faults import TOKEN
from tests.contract.zoom_rig import MONDAYS, NOW, Zoom, series, single


def test_a_single_event(zoom: Zoom) -> None:
    """Title, text, start in UTC, zone and minutes are sent, and nothing else of the event."""
    name = zoom.account.make()
    outcome = zoom.provider().apply(change(name, meeting=single()))
    assert zoom.bodies() == [
        {
            "topic": "Planning",
            "agenda": "What to do next",
            "start_time": "2026-03-02T09:00:00Z",
            "timezone": "Europe/Berlin",
            "duration": 60,
        }
    ]
    assert outcome.unsupported == ()


def test_an_update_that_changes_nothing_costs_nothing(zoom: Zoom) -> None:
    """What is so already is not sent again: a host's updates are counted by Zoom."""
    name, provider = zoom.account.make(), zoom.provider()
    provider.apply(change(name, meeting=single()))
    provider.apply(change(name, meeting=single()))
    assert len(zoom.bodies()) == 1


@pytest.mark.parametrize(
    ("fields", "sent", "unsupported"),
    [
        pytest.param({"title": ""}, {"topic": "Zoom Meeting"}, (), id="untitled"),
        pytest.param(
            {"title": "x" * 201}, {"topic": "x" * 200}, ("a title beyond 200 characters",), id="long title"
        ),
        pytest.param(
            {"title": "\N{PARTY POPPER}" * 101},
            {"topic": "\N{PARTY POPPER}" * 100},
            ("a title beyond 200 characters",),
            id="pairs count twice",
        ),
        pytest.param(
            {"description": "x" * 2_001},
            {"agenda": "x" * 2_000},
            ("a description beyond 2,000 characters",),
            id="long text",
        ),
        pytest.param({"description": ""}, {"agenda": ""}, (), id="no text"),
        pytest.param(
            {"end": MONDAYS[0] + timedelta(minutes=30, seconds=1)}, {"duration": 31}, (), id="minutes begun"
        ),
        pytest.param({"end": MONDAYS[0]}, {"duration": 1}, (), id="no time at all"),
        pytest.param({"end": MONDAYS[0] + timedelta(hours=24)}, {"duration": 1_440}, (), id="a day"),
        pytest.param(
            {"end": MONDAYS[0] + timedelta(hours=25)},
            {"duration": 1_440},
            (zoom_fields.DAY_CUT,),
            id="more than a day",
        ),
        pytest.param({"time_zone": "Europe/Kyiv"}, {"timezone": "Europe/Kiev"}, (), id="by its other name"),
        pytest.param(
            {"time_zone": "America/Detroit"}, {"timezone": None}, (zoom_fields.ZONE,), id="unlisted"
        ),
        pytest.param({"time_zone": None}, {"timezone": None}, (), id="no zone"),
        pytest.param(
            {"start": NOW, "end": NOW + timedelta(hours=2)},
            {"start_time": None, "timezone": None, "duration": 120},
            (zoom_fields.PAST,),
            id="begun",
        ),
    ],
)
def test_how_a_field_is_made(zoom: Zoom, fields: Any, sent: Any, unsupported: tuple[str, ...]) -> None:
    """Limits are kept, cuts are said, and what Zoom would refuse or ignore is not sent."""
    name = zoom.account.make(agenda="old")
    outcome = zoom.provider().apply(change(name, meeting=single(**fields)))
    (body,) = zoom.bodies()
    assert {field: body.get(field) for field in sent} == sent
    assert outcome.unsupported == unsupported


def test_a_meeting_that_has_begun_lacks_nothing(zoom: Zoom) -> None:
    """A start in the past is not said to be missing where Zoom has it."""
    name = zoom.account.make(start_time="2026-03-01T11:00:00Z", duration=60)
    begun = single(title="New", start=NOW - timedelta(hours=1), end=NOW)
    assert zoom.provider().apply(change(name, meeting=begun)).unsupported == ()
    assert "start_time" not in zoom.bodies()[0]


@pytest.mark.parametrize("kind", [2, 3, 8])
def test_an_all_day_event(zoom: Zoom, kind: int) -> None:
    """It can be joined at any time; its kind is only pushed if it changes."""
    name = zoom.account.make(type=kind)
    day = single(all_day=True, start=date(2026, 3, 2), end=date(2026, 3, 3), time_zone=None)
    outcome = zoom.provider().apply(change(name, meeting=day))
    usual = {"topic": "Planning", "agenda": "What to do next"}
    assert zoom.bodies() == [usual if kind == 3 else {**usual, "type": 3}]
    assert outcome.unsupported == (zoom_fields.ALL_DAY,)


def test_a_series_without_times(zoom: Zoom) -> None:
    """By default a series can be joined at any time, and that its times are missing is said."""
    name = zoom.account.make()
    outcome = zoom.provider().apply(change(name, meeting=series()))
    assert zoom.bodies() == [{"topic": "Planning", "agenda": "What to do next", "type": 3}]
    assert outcome.unsupported == (zoom_fields.SERIES,)


def test_a_series_that_becomes_one_event(zoom: Zoom) -> None:
    """A meeting without times gets them when its event has no rule any more."""
    name = zoom.account.make(type=3)
    zoom.provider().apply(change(name, meeting=single()))
    found = zoom.account.find(name)
    assert found
    assert (found["type"], found["start_time"]) == (2, "2026-03-02T09:00:00Z")


def test_registration_is_not_lost(zoom: Zoom) -> None:
    """A meeting for which people register keeps its kind: without times Zoom would drop them silently."""
    name = zoom.account.make(settings={"approval_type": 0})
    outcome = zoom.provider().apply(change(name, meeting=series()))
    assert "type" not in zoom.bodies()[0]
    assert outcome.unsupported == (zoom_fields.REGISTRATION,)


def test_an_instant_meeting_keeps_its_kind(zoom: Zoom) -> None:
    """It gets title and text."""
    name = zoom.account.make(type=1)
    assert zoom.provider().apply(change(name, meeting=single())).unsupported == (zoom_fields.KIND,)
    assert zoom.bodies() == [{"topic": "Planning", "agenda": "What to do next"}]


def test_the_link(zoom: Zoom) -> None:
    """How to join is as Zoom has it, with the passcode that a host may have changed; one read, one update."""
    name = zoom.account.make()
    zoom.account.meeting(name).fields["password"] = "new-code"
    outcome = zoom.provider().apply(change(name, meeting=single()))
    assert outcome.link == Link(f"{zoom.server.url}/j/{name}?pwd=hidden-new-code", "new-code")
    assert [call.method for call in zoom.account.calls] == [TOKEN, "GET", "PATCH"]


@pytest.mark.parametrize("make", [change, deletion], ids=["update", "deletion"])
def test_a_personal_room_is_never_touched(zoom: Zoom, make: Any) -> None:
    """Many events may share it: it is neither renamed nor deleted, and not tried again."""
    name = zoom.account.make_personal()
    assert zoom.provider().apply(make(name)).unsupported == (zoom_fields.PERSONAL_ROOM,)
    assert [call.method for call in zoom.account.calls] == [TOKEN, "GET"]


@pytest.mark.parametrize("code", [3018, 3037])
def test_a_room_that_zoom_does_not_delete(zoom: Zoom, code: int) -> None:
    """Where only the answer to the deletion says that it is a personal room, that is the end of it."""
    name = zoom.account.make()
    zoom.fault("DELETE", status=400, text=f'{{"code": {code}, "message": "Not allowed."}}')
    assert zoom.provider().apply(deletion(name)).unsupported == (zoom_fields.PERSONAL_ROOM,)


@pytest.mark.parametrize("make", [change, deletion], ids=["update", "deletion"])
def test_meetings_of_others(zoom: Zoom, make: Any) -> None:
    """With ZOOM_HOSTS only their meetings are changed, whatever the case of letters."""
    provider = zoom.provider(hosts="Ada@example.com, bob@example.com")
    ours, other = zoom.account.make("ada@Example.com"), zoom.account.make("eve@example.com")
    provider.apply(make(ours))
    with pytest.raises(Rejected, match="ZOOM_HOSTS"):
        provider.apply(make(other))
    assert (zoom.account.find(other) or {})["topic"] == "as made"


@pytest.mark.parametrize("make", [change, deletion], ids=["update", "deletion"])
def test_whose_the_meeting_is(zoom: Zoom, make: Any) -> None:
    """It is looked at again right before each change: whose it is may have changed since."""
    provider = zoom.provider(hosts="calendar")
    other = zoom.account.make("eve@example.com")
    assert provider.owners(other, []) == frozenset({"eve@example.com"})
    with pytest.raises(Rejected, match="belongs to nobody for whom its event speaks"):
        provider.apply(make(other))
    assert zoom.told("PATCH") == zoom.told("DELETE") == []
    provider.apply(make(other, parties=Parties(creator="eve@example.com")))


@pytest.mark.parametrize("make", [change, deletion], ids=["update", "deletion"])
@pytest.mark.parametrize("code", [1001, 1120])
def test_a_missing_host_is_not_a_missing_meeting(zoom: Zoom, make: Any, code: int) -> None:
    """A host whom Zoom does not know is somebody's mistake, and must not count as gone."""
    name = zoom.account.make()
    zoom.fault("GET", status=404, text=f'{{"code": {code}, "message": "User does not exist."}}')
    with pytest.raises(Rejected, match="was the user removed"):
        zoom.provider().apply(make(name))


@pytest.mark.parametrize("make", [change, deletion], ids=["update", "deletion"])
@pytest.mark.parametrize("name", ["abc", "1.5", "../users/me", "", "1" * 19])
def test_ids_that_are_no_numbers(zoom: Zoom, make: Any, name: str) -> None:
    """They are rejected before anything is asked."""
    with pytest.raises(Rejected, match="no meeting number"):
        zoom.provider().apply(make(name))
    assert zoom.account.calls == []


def test_a_number_as_people_read_it(zoom: Zoom) -> None:
    """Its spaces and hyphens are gone before a change is made of it: with them, it is refused."""
    name = zoom.account.make()
    with pytest.raises(Rejected, match="meeting number"):
        zoom.provider().apply(deletion(f"{name[:3]} {name[3:7]}-{name[7:]}"))
    assert zoom.account.find(name) is not None


def test_nobody_is_mailed(zoom: Zoom) -> None:
    """A deletion says that neither host nor guests are to be reminded."""
    zoom.provider().apply(deletion(zoom.account.make()))
    (call,) = zoom.told("DELETE")
    assert call.query == {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}


@pytest.mark.parametrize("known", [True, False], ids=["by its state", "by its answer"])
def test_a_meeting_that_is_going_on(zoom: Zoom, *, known: bool) -> None:
    """People are not thrown out: its deletion comes again when some time has passed."""
    name = zoom.account.make()
    if known:
        zoom.account.meeting(name).started = True
    else:
        zoom.fault("DELETE", status=400, text='{"code": 3002, "message": "In progress."}')
    with pytest.raises(RetryLater) as trouble:
        zoom.provider().apply(deletion(name))
    assert trouble.value.delay == 900
    zoom.account.meeting(name).started = False
    zoom.provider().apply(deletion(name))
    assert zoom.account.find(name) is None


def test_a_second_deletion_says_gone(zoom: Zoom) -> None:
    """Zoom's 3001 is how a deletion finds that it was done before."""
    name, provider = zoom.account.make(), zoom.provider()
    provider.apply(deletion(name))
    with pytest.raises(Gone, match="3001"):
        provider.apply(deletion(name))


def webinars_too(zoom: Zoom) -> None:
    zoom.account.app.scopes |= {f"webinar:{verb}:webinar:admin" for verb in ("read", "update", "delete")}


def test_a_webinar(zoom: Zoom) -> None:
    """Its number is found to be a webinar's, which has kinds and a path of its own."""
    webinars_too(zoom)
    name = zoom.account.make(webinar=True)
    provider = zoom.provider()
    provider.apply(change(name, meeting=single()))
    found = zoom.account.find(name)
    assert found
    assert (found["topic"], found["type"]) == ("Planning", 5)
    provider.apply(change(name, meeting=series()))
    assert (zoom.account.find(name) or {})["type"] == 6
    provider.apply(deletion(name))
    assert zoom.account.find(name) is None
    assert {call.path for call in zoom.told("DELETE")} == {f"/v2/webinars/{name}"}


def test_a_webinar_without_its_scopes(zoom: Zoom) -> None:
    """Scopes for webinars are not needed for meetings: their lack sets aside the webinar alone, by name."""
    name = zoom.account.make(webinar=True)
    with pytest.raises(Rejected, match="webinar:read:webinar:admin"):
        zoom.provider().apply(change(name))
