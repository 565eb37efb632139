"""An event as the fields of a Zoom meeting, and what of it cannot be carried. Pure.

Fields and their limits: https://developers.zoom.us/docs/api/meetings/, "Update a meeting".
"""

from datetime import datetime, timedelta

from functions.adapters.providers.series import CLOCK_CHANGE, START_APART
from functions.adapters.providers.wish import Wish, if_so, text
from functions.adapters.providers.zoom.found import FIXED, NO_TIME, SINGLE, WEBINAR, Found, Occurrence
from functions.adapters.providers.zoom.recurrence import AHEAD_MAX, Fixed, fixed
from functions.adapters.providers.zoom.rule import Why
from functions.adapters.providers.zoom.zones import listed
from functions.core.hold import stamp
from functions.core.model import Meeting

TOPIC_MAX, AGENDA_MAX = 200, 2_000
DURATION_MAX_MINUTES = 1_440
UNTITLED = "Zoom Meeting"  # as Zoom itself calls one without a name

# What is said of an event after "cannot carry".
DAY_CUT = "what lasts longer than 24 hours"
ALL_DAY = "the days of an all-day event"
PAST = "a start in the past"
ZONE = "a time zone that Zoom does not list"
SERIES = "the times of a series"
EXCLUDED_LATER = "dates taken out of a series far ahead"
SERIES_CUT = f"what a series has beyond Zoom's {AHEAD_MAX} occurrences"
PRESCHEDULED = "the times of a series that Zoom's add-on scheduled"
REGISTRATION = "the times of a meeting with registration"
KIND = "the times of an instant meeting"
OCCURRENCE_TITLE = "the title of one occurrence"
OCCURRENCE_GONE = "an occurrence that Zoom does not have"
OCCURRENCE_AHEAD = "an occurrence further ahead than Zoom has made them"
OCCURRENCE_LAST = "the cancellation of the only occurrence that a meeting has"
OCCURRENCE_UNTIMED = "one occurrence of a series without times"
PERSONAL_ROOM = "anything to a personal room"

_WHY = {
    Why.ZONE: "the times of a series in a time zone that Zoom does not list",
    Why.CLOCK_CHANGE: CLOCK_CHANGE,
}


def whole(meeting: Meeting, found: Found, now: datetime, *, fixed_times: bool) -> Wish:
    """The update of a meeting; of a series as a whole."""
    return _topic(meeting) | _agenda(meeting) | _times(meeting, found, now, fixed_times=fixed_times)


def one(meeting: Meeting, found: Found, occurrence: Occurrence, now: datetime) -> Wish:
    """The update of one occurrence, whose title stays that of its series."""
    topic = _topic(meeting).fields["topic"]
    unsupported = (OCCURRENCE_TITLE,) if topic != found.raw.get("topic") else ()
    told = _agenda(meeting) | Wish(unsupported=unsupported)
    if not isinstance(meeting.start, datetime):
        return told | Wish(unsupported=(ALL_DAY,))
    if meeting.start <= now:
        return told | (Wish(unsupported=(PAST,)) if meeting.start != occurrence.start else Wish())
    return told | Wish(fields={"start_time": stamp(meeting.start)}) | _duration(meeting)


def _topic(meeting: Meeting) -> Wish:
    return text("topic", meeting.title, TOPIC_MAX, what="a title", empty=UNTITLED)


def _agenda(meeting: Meeting) -> Wish:
    return text("agenda", meeting.description, AGENDA_MAX, what="a description")


def _times(meeting: Meeting, found: Found, now: datetime, *, fixed_times: bool) -> Wish:
    if found.kind not in WEBINAR:
        return Wish(unsupported=(KIND,))
    if not isinstance(meeting.start, datetime):
        return _without(found, ALL_DAY)
    told = fixed(meeting, now)
    if told is Why.NO_RULE:
        return _single(meeting, meeting.start, found, now)
    return _series(meeting, told, found) if fixed_times else _without(found, SERIES)


def _without(found: Found, lack: str) -> Wish:
    """A meeting that may be joined at any time."""
    if found.registered and found.kind != NO_TIME:
        return Wish(unsupported=(REGISTRATION,))
    return Wish(fields=_kind(found, NO_TIME), unsupported=(lack,))


def _kind(found: Found, kind: int) -> dict[str, object]:
    """Nothing if it is of this kind."""
    return {} if found.kind == kind else {"type": WEBINAR[kind] if found.webinar else kind}


def _single(meeting: Meeting, start: datetime, found: Found, now: datetime) -> Wish:
    """In UTC; the zone is for showing. A start in the past Zoom would ignore, with what depends on it."""
    if start <= now:
        known = found.kind == SINGLE and found.start == start
        rest = _duration(meeting) if found.kind == SINGLE else Wish()
        return rest | Wish(unsupported=() if known else (PAST,))
    zone = listed(meeting.time_zone) if meeting.time_zone else None
    times = {**_kind(found, SINGLE), "start_time": stamp(start), **({"timezone": zone} if zone else {})}
    unsupported = (ZONE,) if meeting.time_zone and not zone else ()
    return Wish(fields=times, unsupported=unsupported) | _duration(meeting)


def _series(meeting: Meeting, told: Fixed | Why, found: Found) -> Wish:
    """In the time of its own zone, so that its hour stays when clocks change."""
    if found.raw.get("pre_schedule"):
        return _without(found, PRESCHEDULED)
    zone = listed(meeting.time_zone or "")
    if isinstance(told, Why):
        over = told is Why.OVER and found.kind == FIXED
        return Wish() if over else _without(found, _WHY.get(told, f"{SERIES}: {told}"))
    if zone is None:
        return _without(found, _WHY[Why.ZONE])
    times = {**_kind(found, FIXED), "start_time": told.start.isoformat(timespec="seconds"), "timezone": zone}
    unsupported = if_so({EXCLUDED_LATER: told.later, START_APART: told.apart, SERIES_CUT: told.cut})
    fields = {**times, "recurrence": told.recurrence}
    return Wish(fields=fields, unsupported=unsupported, without=told.excluded) | _duration(meeting)


def _duration(meeting: Meeting) -> Wish:
    """In minutes begun."""
    lasts = -((meeting.start - meeting.end) // timedelta(minutes=1))  # type: ignore[operator]
    minutes = min(max(lasts, 1), DURATION_MAX_MINUTES)
    return Wish(fields={"duration": minutes}, unsupported=(DAY_CUT,) if lasts > DURATION_MAX_MINUTES else ())
