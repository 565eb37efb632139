"""What a series is does not depend on whom it is told."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.adapters.providers.webex.meeting import SOON, whole
from functions.adapters.providers.zoom.recurrence import Fixed, fixed
from tests.contract.zoom_reading import after, calendar_makes, zoom_makes
from tests.contract.zoom_rows import BEFORE, series

BERLIN, AT_ONCE = ZoneInfo("Europe/Berlin"), 60
RULES = (
    "FREQ=DAILY", "FREQ=DAILY;BYDAY=MO,TU,MO", "freq=weekly", "FREQ=WEEKLY;BYDAY=WE,MO", "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=+02", "FREQ=MONTHLY;BYDAY=01MO", "FREQ=MONTHLY;BYDAY=2TU",
)  # fmt: skip
MORE = ("", ";INTERVAL=02", ";WKST=SU;INTERVAL=2", ";X-A=B")
ENDS = ("", ";COUNT=07", ";COUNT=60", ";UNTIL=20260402", ";UNTIL=20260329T020000", ";UNTIL=99991231T235959Z")
BESIDE = (
    "EXDATE:20260309T080000Z, 20260310T080000Z", "EXDATE;VALUE=DATE:20260311", "EXDATE:20260316T090000",
    "exdate;tzid=Asia/Tokyo:20260302T170000", "X-A:1", "EXDATE:20260329T010000Z",
)  # fmt: skip
STARTS = ("2026-03-02T09:00:00+01:00", "2026-03-02T02:30:00+01:00", "2026-10-25T02:30:00+02:00")


@given(*(st.sampled_from(each) for each in (RULES, MORE, ENDS, STARTS)), st.sets(st.sampled_from(BESIDE)))
@settings(max_examples=50)
def test_zoom_and_webex_are_told_the_same_series(
    rule: str, more: str, end: str, start: str, beside: set[str]
) -> None:
    """Where both can be told of it, however oddly it is written: the same dates, and the same taken out."""
    meeting = series(f"RRULE:{rule}{more}{end}", *beside, start=start)
    zoom, webex = fixed(meeting, BEFORE), whole(meeting, {}, BEFORE - SOON)
    body: Any = webex.fields
    assume(isinstance(zoom, Fixed) and "start" in body)
    assert isinstance(zoom, Fixed)
    on_zoom = {*zoom_makes(zoom.recurrence, zoom.start, BERLIN, AT_ONCE)} - {*zoom.excluded}
    every = calendar_makes(body["recurrence"], datetime.fromisoformat(body["start"]), BERLIN)
    on_webex = {*after(every, BEFORE, 2 * AT_ONCE)} - {*webex.without}
    assert on_zoom
    assert on_zoom == {when for when in on_webex if when <= max(on_zoom)}
