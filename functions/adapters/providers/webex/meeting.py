"""What a Webex meeting is told of an event, and what of the event has no place there. Pure.

Limits are those of `PATCH /meetings/{meetingId}` in Cisco's description.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from functions.adapters.providers.texts import clean, cut
from functions.adapters.providers.webex import recurrence as webex_recurrence
from functions.adapters.providers.webex.recurrence import LeftOut, Series
from functions.adapters.providers.webex.rule import Unkept, normal
from functions.core import recurrence
from functions.core.model import Meeting

TITLE_CHARACTERS_MAX, AGENDA_CHARACTERS_MAX = 128, 1_300
LENGTH_MIN, LENGTH_MAX = timedelta(minutes=10), timedelta(hours=23, minutes=59)
SOON = timedelta(minutes=1)  # what is not in the past now must not be so when it arrives
LEFT_OUT_MAX = 25  # two calls each
UNTITLED = "(No title)"  # as Calendar shows it

LONG_TITLE = f"a title beyond {TITLE_CHARACTERS_MAX} characters"
LONG_AGENDA = f"a description beyond {AGENDA_CHARACTERS_MAX:,} characters"
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
class Wish:
    """`body` is what to send; `without` the starts in UTC that the series should not have."""

    body: Json
    unsupported: tuple[str, ...] = ()
    without: tuple[datetime, ...] = ()


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
    words, cut = _words(meeting)
    try:
        schedule, unsupported, without = _schedule(meeting, held, now)
    except Unkept as unsupported_by:
        return Wish(body=words, unsupported=(*cut, str(unsupported_by)))
    except OverflowError:  # at the ends of what can be counted
        return Wish(body=words, unsupported=(*cut, NO_TIME))
    return Wish(body={**words, **schedule}, unsupported=(*cut, *unsupported), without=without)


def _schedule(
    meeting: Meeting, held: Json, now: datetime
) -> tuple[Json, tuple[str, ...], tuple[datetime, ...]]:
    """What to send of it, what lacks, what is then to be taken out. Unkept, OverflowError."""
    span = _span(meeting)
    lines, zone = meeting.recurrence, span.start.tzinfo or UTC
    found = webex_recurrence.read(lines, span.start, zone)
    if found is None:
        return _single(span, held, now), span.unsupported, ()
    if not span.zone:
        raise Unkept(SERIES_ZONE)
    out = webex_recurrence.left_out(lines, span.start, zone)
    sent = _recurring(span, found, held, now, frozenset(out.starts))
    without = tuple(each for each in out.starts if each > now)
    unsupported = (
        *span.unsupported,
        *found.missing(now, frozenset(out.starts)),
        *_not_left_out(out, len(without)),
    )
    return sent, unsupported, without[:LEFT_OUT_MAX]


def _not_left_out(out: LeftOut, many: int) -> tuple[str, ...]:
    unsupported = {MANY_LEFT_OUT: many > LEFT_OUT_MAX, UNREAD_LEFT_OUT: out.unread}
    return tuple(each for each, so in unsupported.items() if so)


def occurrence(meeting: Meeting, now: datetime) -> Wish:
    """For one instance of a series."""
    words, cut = _words(meeting)
    try:
        span = _span(meeting)
        times = _single(span, {}, now)
    except Unkept as unsupported_by:
        return Wish(body=words, unsupported=(*cut, str(unsupported_by)))
    except OverflowError:  # at the ends of what can be counted
        return Wish(body=words, unsupported=(*cut, NO_TIME))
    return Wish(body={**words, **times}, unsupported=(*cut, *span.unsupported))


def _words(meeting: Meeting) -> tuple[dict[str, object], tuple[str, ...]]:
    title, agenda = clean(meeting.title), clean(meeting.description)
    words: dict[str, str] = {
        "title": cut(title, TITLE_CHARACTERS_MAX),
        "agenda": cut(agenda, AGENDA_CHARACTERS_MAX),
    }
    unsupported = [LONG_TITLE] if words["title"] != title else []
    unsupported += [LONG_AGENDA] if words["agenda"] != agenda else []
    body: dict[str, object] = {"title": words["title"] or UNTITLED, "agenda": words["agenda"] or None}
    return body, tuple(unsupported)


def _span(meeting: Meeting) -> _Span:
    start, end = meeting.start, meeting.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        raise Unkept(ALL_DAY)
    length = end - start
    if length > LENGTH_MAX:
        raise Unkept(TOO_LONG)
    zone = recurrence.zone(meeting.time_zone or "")
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


def _single(span: _Span, held: Json, now: datetime) -> Json:
    times = span.at(span.start)
    if span.start <= now + SOON:
        if not held.get("recurrence") and _same_times(times, held):
            return {}
        raise Unkept(PAST)
    recurs = {"recurrence": None} if held.get("recurrence") else {}
    return {} if not recurs and _same(times, held) else {**times, **recurs}


def _recurring(span: _Span, found: Series, held: Json, now: datetime, excluded: frozenset[datetime]) -> Json:
    """From its next occurrence on, if it has begun: Webex takes no start in the past."""
    ahead, left = found.ahead(now + SOON), found.ahead(now + SOON, excluded)
    choices = [{**span.at(each.start), "recurrence": each.text} for each in (found, ahead) if each]
    if (left or not ahead) and any(_same(choice, held) for choice in choices):
        return {}
    if not ahead or not left:
        raise Unkept(_none_left(found, now, excluded))
    if ahead.shifted:
        raise Unkept(webex_recurrence.CLOCK_CHANGE)
    return choices[-1]


def _none_left(found: Series, now: datetime, excluded: frozenset[datetime]) -> str:
    """Why there is nothing to tell: a series that has no instance left might be no meeting any more."""
    if webex_recurrence.START_APART in found.missing(now + SOON, excluded):
        return webex_recurrence.START_APART
    return ALL_LEFT_OUT if found.ahead(now + SOON) else PAST


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
