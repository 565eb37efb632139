"""A series as it is pushed to Webex, drawn at random: what Webex makes of it is what the event has."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import event, given

from functions.adapters.providers.series import CLOCK_CHANGE, START_APART
from functions.adapters.providers.webex.meeting import ALL_LEFT_OUT, PAST, SOON, whole
from functions.adapters.providers.webex.recurrence import NO_RULE
from functions.core.model import Meeting
from tests.contract.series_drawn import meetings
from tests.contract.zoom_reading import after, calendar_makes
from tests.contract.zoom_rows import at

MANY = 100


@given(meetings())
def test_webex_makes_the_occurrences_that_the_event_has(drawn: tuple[Meeting, ZoneInfo, datetime]) -> None:
    """Those ahead, to the second, over changes of clocks; no schedule only where one of them would differ, or
    none is left. What is missing of them is said: a start that its rule leaves out.
    """
    meeting, zone, now = drawn
    rule, *exdates = [line.partition(":")[2] for line in meeting.recurrence]
    assert isinstance(meeting.start, datetime)
    own = after(calendar_makes(rule, meeting.start, zone), now, MANY + 1)
    wish = whole(meeting, {}, now - SOON)
    body: Any = wish.fields
    event("told" if "start" in body else wish.unsupported[-1])
    if "start" not in body:
        assert wish.unsupported[-1] in {PAST, CLOCK_CHANGE, NO_RULE, ALL_LEFT_OUT, START_APART}
        left = {*own} - {*map(at, exdates)}
        assert (wish.unsupported[-1] == PAST) <= (left == set())
        assert (wish.unsupported[-1] == ALL_LEFT_OUT) <= (left == set())
        assert (wish.unsupported[-1] == START_APART) <= (left == {meeting.start})
        return
    if own[0] == meeting.start != datetime.fromisoformat(body["start"]):
        left_out = own.pop(0) in map(at, exdates)
        assert left_out or START_APART in wish.unsupported
    start = datetime.fromisoformat(body["start"])
    assert meeting.start <= start == own[0]
    assert start.replace(tzinfo=None) == start.astimezone(zone).replace(tzinfo=None)
    assert body["timezone"] == zone.key
    assert after(calendar_makes(body["recurrence"], start, zone), now, MANY) == own[:MANY]
    assert {*wish.without} == {when for when in map(at, exdates) if when > now - SOON}
