"""What a Webex meeting is told of an event, and what of the event has no place there. Pure.

Limits are those of `PATCH /meetings/{meetingId}` in Cisco's description.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from functions.adapters.providers.series import CLOCK_CHANGE, START_APART, ahead, at_clock_change
from functions.adapters.providers.webex.recurrence import Unkept, missing, normal, read
from functions.adapters.providers.wish import Wish, if_so, text
from functions.core import zones
from functions.core.model import Meeting
from functions.core.recurrence import Series

TITLE_CHARACTERS_MAX, AGENDA_CHARACTERS_MAX = 128, 1_300
LENGTH_MIN, LENGTH_MAX = timedelta(minutes=10), timedelta(hours=23, minutes=59)
SOON = timedelta(minutes=1)  # what is not in the past now must not be so when it arrives
LEFT_OUT_MAX = 25  # two calls each
UNTITLED = "(No title)"  # as Calendar shows it

ALL_DAY = "the time of an all-day event"
TOO_LONG = "the time of an event of 24 hours or more"
TOO_SHORT = "a length under 10 minutes"
PAST = "a time in the past"
NO_TIME = "a time that no calendar has"
ZONE = "a time zone that the tz database does not have"
SERIES_ZONE = f"the times of a series in {ZONE}"
ALL_LEFT_OUT = "a series of which all dates are left out"
UNREAD_LEFT_OUT = "dates left out of a series that cannot be read"
MANY_LEFT_OUT = f"more than {LEFT_OUT_MAX} dates left out of a series"

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    start: datetime
    length: timedelta
    zone: str
    unsupported: tuple[str, ...] = ()

    def at(self, start: datetime) -> dict[str, object]:
        times: dict[str, object] = {
            "start": _iso(start),
            "end": _iso((start.astimezone(UTC) + self.length).astimezone(start.tzinfo)),
        }
        return {**times, "timezone": self.zone} if self.zone else times


def whole(meeting: Meeting, held: Json, now: datetime) -> Wish:
    """For a meeting or a series of which Webex says that it is as in `held`.

    What Webex has already of the schedule is left out: a series' exceptions end when it is sent another.
    """
    return _words(meeting) | _if_told(lambda: _schedule(meeting, held, now))


def occurrence(meeting: Meeting, now: datetime) -> Wish:
    """For one instance of a series."""
    return _words(meeting) | _if_told(lambda: _single(_span(meeting), {}, now))


def _words(meeting: Meeting) -> Wish:
    title = text("title", meeting.title, TITLE_CHARACTERS_MAX, what="a title", empty=UNTITLED)
    what = "a description"
    return title | text("agenda", meeting.description, AGENDA_CHARACTERS_MAX, what=what, empty=None)


def _if_told(schedule: Callable[[], Wish]) -> Wish:
    try:
        return schedule()
    except Unkept as lacking:
        return Wish(unsupported=(str(lacking),))
    except OverflowError:  # at the ends of what can be counted
        return Wish(unsupported=(NO_TIME,))


def _schedule(meeting: Meeting, held: Json, now: datetime) -> Wish:
    """Unkept, OverflowError."""
    span = _span(meeting)
    found, lost = read(meeting.recurrence, span.start, span.start.tzinfo or UTC)
    if found is None:
        return _single(span, held, now)
    if not span.zone:
        raise Unkept(SERIES_ZONE)
    fields = _recurring(span, found, held, now)
    without = tuple(sorted(each for each in found.excluded if each > now))
    rest = if_so({MANY_LEFT_OUT: len(without) > LEFT_OUT_MAX, UNREAD_LEFT_OUT: found.unread})
    unsupported = (*span.unsupported, *lost, *missing(found, now), *rest)
    return Wish(fields=fields, unsupported=unsupported, without=without[:LEFT_OUT_MAX])


def _span(meeting: Meeting) -> _Span:
    start, end = meeting.start, meeting.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        raise Unkept(ALL_DAY)
    length = end - start
    if length > LENGTH_MAX:
        raise Unkept(TOO_LONG)
    zone = zones.named(meeting.time_zone or "")
    span = _Span(
        start=start.astimezone(zone) if zone else start,
        length=length,
        zone=zone.key if zone else "",
        unsupported=(ZONE,) if meeting.time_zone and not zone else (),
    )
    # Longer is better than not at all: people join at the right time.
    return (
        replace(span, length=LENGTH_MIN, unsupported=(*span.unsupported, TOO_SHORT))
        if length < LENGTH_MIN
        else span
    )


def _single(span: _Span, held: Json, now: datetime) -> Wish:
    times, recurs = span.at(span.start), bool(held.get("recurrence"))
    same = _same_times(times, held) if span.start <= now + SOON else _same(times, held)
    if same and not recurs:
        return Wish(unsupported=span.unsupported)
    if span.start <= now + SOON:
        raise Unkept(PAST)
    return Wish(fields={**times, **({"recurrence": None} if recurs else {})}, unsupported=span.unsupported)


def _recurring(span: _Span, found: Series, held: Json, now: datetime) -> Json:
    """From its next occurrence on, if it has begun: Webex takes no start in the past."""
    rest, left = ahead(found, now + SOON), ahead(found, now + SOON, found.excluded)
    choices = [{**span.at(each.start), "recurrence": each.rule.text} for each in (found, rest) if each]
    if (left or not rest) and any(_same(choice, held) for choice in choices):
        return {}
    if not rest or not left:
        raise Unkept(_none_left(found, now))
    if at_clock_change(rest):
        raise Unkept(CLOCK_CHANGE)
    return choices[-1]


def _none_left(found: Series, now: datetime) -> str:
    """Why there is nothing to tell: a series that has no instance left might be no meeting any more."""
    if START_APART in missing(found, now + SOON):
        return START_APART
    return ALL_LEFT_OUT if ahead(found, now + SOON) else PAST


def _same(wanted: Json, held: Json) -> bool:
    """Whether Webex has this schedule. One in another zone is another: it differs when clocks change."""
    rules = [normal(str(each.get("recurrence") or "")) for each in (wanted, held)]
    return (
        rules[0] == rules[1] and wanted.get("timezone") == held.get("timezone") and _same_times(wanted, held)
    )


def _same_times(wanted: Json, held: Json) -> bool:
    return all(_minute(wanted.get(name)) == _minute(held.get(name)) is not None for name in ("start", "end"))


def _minute(text: object) -> datetime | None:
    """Webex keeps no seconds."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        return found.astimezone(UTC).replace(second=0, microsecond=0) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _iso(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
