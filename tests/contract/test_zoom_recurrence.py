"""A series as Zoom's recurrence object, row by row."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.adapters.providers.zoom.recurrence import Fixed, fixed
from functions.adapters.providers.zoom.rule import Why
from functions.core.model import Meeting
from tests.contract.zoom_rows import (
    APART,
    BEFORE,
    EXCLUDED,
    EXPRESSIBLE,
    INEXPRESSIBLE,
    NEW_YORK,
    UNDER_WAY,
    Recurrence,
    at,
    daily,
    ruled,
    series,
)

DESCRIBED = Path(__file__).parents[3] / "shared" / "contracts" / "zoom-meetings.slim.json"


def told(meeting: Meeting, now: datetime = BEFORE) -> Fixed:
    result = fixed(meeting, now)
    assert isinstance(result, Fixed), result
    return result


def by_id(rows: list[Any]) -> list[Any]:
    return [pytest.param(*row, id=name) for name, *row in rows]


@pytest.mark.parametrize(("meeting", "recurrence"), by_id(EXPRESSIBLE))
def test_a_rule_that_zoom_has_a_form_for_is_told_in_it(meeting: Meeting, recurrence: Recurrence) -> None:
    """The series starts where the event does, as wall-clock time in its zone."""
    assert isinstance(meeting.start, datetime)
    begin = meeting.start.astimezone(ZoneInfo(str(meeting.time_zone))).replace(tzinfo=None)
    assert told(meeting) == Fixed(start=begin, recurrence=recurrence)


@pytest.mark.parametrize(("meeting", "now", "start", "recurrence"), by_id(UNDER_WAY))
def test_a_series_under_way_is_told_from_its_next_occurrence_on(
    meeting: Meeting, now: str, start: str, recurrence: Recurrence
) -> None:
    """A start in the past is ignored, and the series would stay where it was."""
    assert told(meeting, at(now)) == Fixed(start=at(start), recurrence=recurrence)


@pytest.mark.parametrize(("meeting", "start", "recurrence"), by_id(APART))
def test_a_start_that_its_rule_leaves_out_is_not_told(
    meeting: Meeting, start: str, recurrence: Recurrence
) -> None:
    """The rest is, from the first date that the rule makes, and that the event has one more is known."""
    said = {name: value for name, value in recurrence.items() if value is not None}
    assert told(meeting) == Fixed(start=at(start), recurrence=said, apart=True)


def test_a_start_outside_its_rule_that_is_excluded() -> None:
    """It is no occurrence, so nothing is missing."""
    assert not told(series("RRULE:FREQ=WEEKLY;BYDAY=TU", "EXDATE:20260302T080000Z")).apart


def test_a_zone_named_by_its_offset() -> None:
    """Its hours are those of that offset, the year round."""
    found = told(ruled("FREQ=DAILY", "2026-03-02T09:00:00+02:00", "GMT+02:00"))
    assert found == Fixed(start=at("2026-03-02T09:00"), recurrence=daily())


@pytest.mark.parametrize(
    ("rule", "cut"),
    [
        ("FREQ=DAILY;UNTIL=20260430T090000", False),
        ("FREQ=DAILY;UNTIL=20260501T090000", True),
        ("FREQ=DAILY", False),
        ("FREQ=DAILY;COUNT=60", False),
    ],
)
def test_an_end_beyond_zooms_occurrences_is_known(rule: str, *, cut: bool) -> None:
    """Zoom makes 60 of a series; of one without an end it is not said that it makes no more later."""
    assert told(ruled(rule)).cut is cut


@pytest.mark.parametrize(("meeting", "why"), by_id(INEXPRESSIBLE))
def test_a_rule_that_zoom_has_no_form_for_is_not_bent(meeting: Meeting, why: Why) -> None:
    """Not even to the nearest one: the reason is said instead."""
    now = at("2026-03-05T12:00:00Z") if meeting.time_zone == NEW_YORK else BEFORE
    assert fixed(meeting, now) is why


@pytest.mark.parametrize(("line", "starts"), by_id(EXCLUDED))
def test_an_excluded_date_is_deleted_where_it_is_an_occurrence_ahead(line: str, starts: list[str]) -> None:
    """Zoom's object has no way to leave one out: it is made with the rest, and counted, as in the rule."""
    found = told(series("RRULE:FREQ=DAILY;COUNT=40", line))
    assert found == Fixed(
        start=at("2026-03-02T09:00"), recurrence=daily(end_times=40), excluded=tuple(map(at, starts))
    )


CLOCK_CHANGES = [
    ("forward", "2026-03-01T02:30:00-05:00", "2026-03-08T07:30:00Z"),
    ("back", "2026-10-30T01:30:00-04:00", "2026-11-01T05:30:00Z"),
]


@pytest.mark.parametrize(("start", "when"), by_id(CLOCK_CHANGES))
def test_an_hour_that_never_comes_is_the_one_after_it_and_of_two_the_first(start: str, when: str) -> None:
    """RFC 5545 3.3.5. Where a whole series would begin so, it is not pushed: see the table above."""
    line = f"EXDATE:{at(when):%Y%m%dT%H%M%SZ}"
    assert told(series("RRULE:FREQ=DAILY", line, start=start, zone=NEW_YORK)).excluded == (at(when),)


LATER = [
    ("60th", "FREQ=DAILY", "20260430T070000Z", ["2026-04-30T07:00:00Z"], False),
    ("61st", "FREQ=DAILY", "20260501T070000Z", [], True),
    ("after-the-last", "FREQ=DAILY;COUNT=59", "20260501T070000Z", [], False),
]


@pytest.mark.parametrize(("rule", "exdate", "starts", "later"), by_id(LATER))
def test_what_is_excluded_beyond_zooms_occurrences_is_said(
    rule: str, exdate: str, starts: list[str], *, later: bool
) -> None:
    """Only 60 are there at a time, so that none further ahead can be deleted."""
    found = told(series(f"RRULE:{rule}", f"EXDATE:{exdate}"))
    assert (found.excluded, found.later) == (tuple(map(at, starts)), later)


def test_reasons_hold_no_more_than_a_few_words() -> None:
    """They go into logs, where nothing of an event may stand; and each stands in the table above."""
    assert all(re.fullmatch(r"[A-Za-z-]+( [a-z-]+){0,3}", why) for why in Why)
    assert {why for _, _, why in INEXPRESSIBLE} == set(Why)


def test_what_is_told_is_what_zoom_describes() -> None:
    """Each row's object is held against the vendor's description, where that is at hand."""
    if not DESCRIBED.exists():
        pytest.skip("needs Zoom's description of its API, which is not ours to keep")
    operation = json.loads(DESCRIBED.read_text())["paths"]["/meetings/{meetingId}"]["patch"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
    for _, meeting, _ in EXPRESSIBLE:
        _conforms(told(meeting).recurrence, body["recurrence"])


def _conforms(value: Recurrence, schema: dict[str, Any]) -> None:
    assert value.keys() <= schema["properties"].keys()
    assert value.keys() >= set(schema["required"])
    for name, one in value.items():
        wanted = schema["properties"][name]
        assert type(one) is {"integer": int, "string": str}[wanted["type"]], name
        assert one in wanted.get("enum", [one]), name
        assert re.search(wanted.get("pattern", ""), str(one)), name
        if isinstance(one, int):
            assert wanted.get("minimum", one) <= one <= wanted.get("maximum", one), name
