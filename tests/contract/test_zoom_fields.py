"""Zoom's zones, and meetings that are not as they should be."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.changes import meeting
from functions.adapters.providers.zoom.fields import one, whole
from functions.adapters.providers.zoom.found import Found, occurrence_at
from functions.adapters.providers.zoom.zones import listed
from tests.contract.zoom_rig import MONDAYS, NOW, single

NAMES = (
    "type",
    "pmi",
    "id",
    "status",
    "settings",
    "join_url",
    "password",
    "start_time",
    "occurrences",
    "recurrence",
    "topic",
)


def links() -> dict[str, str]:
    """Each other name of a zone, and the zone, as the tz database has them."""
    text = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text()
    pairs = (line.split()[1:] for line in text.splitlines() if line.startswith("L "))
    return {name: zone for zone, name in pairs}


def zone_of(name: str, known: dict[str, str]) -> str:
    while name in known:
        name = known[name]
    return name


def test_another_name_is_the_same_zone() -> None:
    """What a zone is called for Zoom is a link to or from it in the tz database, and nothing else."""
    known = links()
    names = (files("tzdata").joinpath("zones").read_text()).split()
    found = {name: zoom for name in names if (zoom := listed(name))}
    assert len(found) > 300
    assert {name for name, zoom in found.items() if zone_of(name, known) != zone_of(zoom, known)} == set()


@pytest.mark.parametrize(
    ("name", "zoom"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("Asia/Kolkata", "Asia/Kolkata"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("Asia/Ho_Chi_Minh", "Asia/Saigon"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Europe/Minsk", None),
        ("europe/berlin", None),
        ("", None),
    ],
)
def test_what_a_zone_is_called(name: str, zoom: str | None) -> None:
    """Its own name if Zoom lists it, else the other one, else none."""
    assert listed(name) == zoom


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
OCCURRENCES = st.lists(
    JSON | st.fixed_dictionaries({"occurrence_id": JSON, "start_time": JSON, "status": JSON}), max_size=3
)


@given(
    raw=st.fixed_dictionaries({}, optional={**dict.fromkeys(NAMES, JSON), "occurrences": JSON | OCCURRENCES})
)
def test_whatever_zoom_says_of_a_meeting(raw: dict[str, object]) -> None:
    """Odd fields are as good as missing ones: nothing breaks, and what is to be sent has its usual form."""
    for webinar in (False, True):
        found = Found(path="/x", raw=raw, webinar=webinar)
        assert found.personal in {True, False}
        assert found.link is None or found.link.join_url.startswith("http")
        for told in (single(), meeting(), single(start=NOW - timedelta(days=1), end=NOW)):
            for fixed_times in (False, True):
                wish = whole(told, found, NOW, fixed_times=fixed_times)
                assert {"topic", "agenda"} <= wish.fields.keys()
                assert found.has(wish.fields) in {True, False}
        for occurrence in found.occurrences:
            assert one(single(), found, occurrence, NOW).fields["agenda"]
        assert occurrence_at(found, MONDAYS[1]) in {None, *found.occurrences}
        assert found.will_make(MONDAYS[1], NOW) in {True, False}


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    seconds=st.integers(0, 200_000),
    kind=st.sampled_from([2, 3, 8]),
)
def test_times_are_within_zooms_limits(start: datetime, seconds: int, kind: int) -> None:
    """No start in the past, at least a minute, at most a day, and never shorter than the event up to that."""
    told = single(start=start, end=start + timedelta(seconds=seconds))
    fields = whole(told, Found(path="/x", raw={"type": kind}), NOW, fixed_times=False).fields
    assert ("start_time" in fields) == (start > NOW)
    minutes = fields.get("duration", 1)
    assert isinstance(minutes, int)
    assert 1 <= minutes <= 1_440
    if start > NOW:
        assert minutes * 60 >= min(seconds, 86_400)


def test_ids_that_are_no_times() -> None:
    """Where Zoom's ids say nothing of the original start, the start that it lists has to do."""
    listed = [{"occurrence_id": f"x{at.day}", "start_time": at.isoformat()} for at in MONDAYS]
    found = Found(path="/x", raw={"occurrences": listed})
    occurrence = occurrence_at(found, MONDAYS[1])
    assert occurrence is not None
    assert occurrence.id == "x9"
    assert occurrence_at(found, MONDAYS[1] + timedelta(seconds=1)) is None


@pytest.mark.parametrize("fixed_times", [True, False])
def test_dates_left_out_without_a_rule_make_no_series(*, fixed_times: bool) -> None:
    """The event happens once (RFC 5545 3.8.5), and is told with its time."""
    once = meeting(
        recurrence=("EXDATE:20310113T090000Z",), start=NOW + timedelta(days=1), end=NOW + timedelta(days=2)
    )
    wish = whole(once, Found(path="", raw={"type": 2}), NOW, fixed_times=fixed_times)
    assert (wish.fields["duration"], wish.unsupported) == (1_440, ())
