"""What a series on Webex can keep of an event's recurrence: one RFC 2445 rule, from one first start.

Webex drops silently what it does not know, so that must be recognised here. Pure.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from itertools import islice

from functions.core import recurrence
from functions.core.fields import stamp
from functions.core.recurrence import PASSED_MAX, Line, Occurrences, Unreadable

# Of a rule that ends Webex makes no more than these (PATCH /meetings/{meetingId}), and none after five years.
OCCURRENCES_MAX: Mapping[str, int] = {"DAILY": 1_826, "WEEKLY": 261, "MONTHLY": 60, "YEARLY": 5}
HORIZON = timedelta(days=5 * 365)
NEVER = "9999"  # the last year there is, in an UNTIL

NO_RULE = "a recurrence that Webex does not know"
SEVERAL_RULES = "several recurrence rules"
SEVERAL_DAYS = "several days in a monthly or yearly rule"
ADDED_DATES = "dates added to a series"
LEFT_OUT_RULE = "a rule for what is left out of a series"
UNREAD = "lines of a recurrence that cannot be read"
START_APART = "the first date of a series whose rule leaves it out"
COUNTED_APART = "how many dates a series has that are counted and whose first its rule leaves out"
TOO_FAR = "what a series has beyond Webex's limits"
CLOCK_CHANGE = "the times of a series that begins where clocks change"

_BESIDE = {"RDATE": ADDED_DATES, "EXRULE": LEFT_OUT_RULE}
_ALWAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_PARTS: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset(),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY"}),
    "YEARLY": frozenset({"BYMONTH", "BYMONTHDAY", "BYDAY"}),
}
_DAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_NUMBER = r"[1-9][0-9]{0,8}"
_VALUES: Mapping[str, re.Pattern[str]] = {
    "FREQ": re.compile("[A-Z]+"),
    "INTERVAL": re.compile("[1-9][0-9]{0,2}"),
    "COUNT": re.compile(_NUMBER),
    "WKST": re.compile(_DAY),
    "BYMONTH": re.compile("[1-9]|1[0-2]"),
    "BYMONTHDAY": re.compile("[1-9]|[12][0-9]|3[01]"),
}
_WEEKDAYS = re.compile(f"{_DAY}(?:,{_DAY})*")
_NTH_DAY = re.compile(rf"(?:-1|\+?[1-4]){_DAY}")


class Unkept(Exception):
    """The recurrence as a whole cannot be told; the text is what lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """`start` is in `zone`, in which the rule is expanded; `lacks` is what the rule leaves out; `shifted`:
    clocks change at its start, so that Webex would make the others at another hour.
    """

    start: datetime
    zone: tzinfo
    rule: Mapping[str, str]
    lacks: tuple[str, ...] = ()
    shifted: bool = False

    @property
    def text(self) -> str:
        return ";".join(f"{name}={value}" for name, value in self.rule.items())

    def ahead(self, now: datetime, excluded: frozenset[datetime] = frozenset()) -> "Series | None":
        """From its first start after `now` that is not excluded, with so many fewer to come; None if none is
        left.
        """
        every = self._occurrences()
        found = every.ahead(now, excluded)
        if found is None:
            return None
        rest = {"COUNT": str(int(self.rule["COUNT"]) - found.passed)} if "COUNT" in self.rule else {}
        start = found.when.astimezone(self.zone)
        shifted = found.shifted or every.begin_in_fold(now)
        return replace(self, start=start, rule={**self.rule, **rest}, shifted=shifted)

    def _occurrences(self) -> Occurrences:
        return Occurrences(self.rule, self.start, self.zone)

    def missing(self, now: datetime, excluded: frozenset[datetime]) -> tuple[str, ...]:
        """What the rule as it is told leaves out of the event's dates, or may leave out or add."""
        every, ahead = self._occurrences(), self.ahead(now)
        counted = "COUNT" in self.rule and not every.keep_start()
        found = {
            START_APART: every.start_apart(now, excluded),
            COUNTED_APART: counted,
            TOO_FAR: ahead is not None and ahead.is_cut(now),
        }
        return (*self.lacks, *(each for each, so in found.items() if so))

    def is_cut(self, now: datetime) -> bool:
        """Whether Webex will make fewer than the rule says."""
        if not self.rule.keys() & {"COUNT", "UNTIL"}:
            return False
        most = OCCURRENCES_MAX[self.rule["FREQ"]]
        starts = [when for _, when in islice(self._occurrences(), most + 1)]
        return len(starts) > most or (bool(starts) and starts[-1] > now + HORIZON)


def read(lines: Sequence[str], start: datetime, zone: tzinfo) -> Series | None:
    """The series that an event's `recurrence` lines make; None if it does not recur. Unkept."""
    named = recurrence.lines(lines)
    rules, beside = named.get("RRULE", []), named.keys() - {"RRULE", "EXDATE"}
    if len(rules) > 1:
        raise Unkept(SEVERAL_RULES)
    if not rules and beside:
        raise Unkept(ADDED_DATES if "RDATE" in beside else NO_RULE)
    if not rules:
        return None
    try:
        rule, lacks = _kept(recurrence.parts(rules[0].value), start, zone)
    except Unreadable:
        raise Unkept(NO_RULE) from None
    more = dict.fromkeys(_BESIDE.get(name, UNREAD) for name in sorted(beside))
    return Series(start=start, zone=zone, rule=rule, lacks=(*lacks, *more))


def normal(text: str) -> Mapping[str, str]:
    """A rule's parts, for comparing: Webex gives them back in another order."""
    parts = dict(piece.partition("=")[::2] for piece in text.upper().removeprefix("RRULE:").split(";"))
    parts.pop("WKST", None)
    return {"INTERVAL": "1", **parts}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Starts in UTC, in order; `unread`: there are dates that cannot be read, which take out nothing."""

    starts: tuple[datetime, ...]
    unread: bool


def left_out(lines: Sequence[str], start: datetime, zone: tzinfo) -> LeftOut:
    """What EXDATE lines take out of a series."""
    found = [
        each for line in recurrence.lines(lines).get("EXDATE", ()) for each in _excluded(line, start, zone)
    ]
    return LeftOut(starts=tuple(sorted({*filter(None, found)})), unread=None in found)


def _excluded(line: Line, start: datetime, zone: tzinfo) -> Iterator[datetime | None]:
    """A date takes out what starts on that day at the usual hour; None stands for what cannot be read."""
    own = line.zone(zone)
    for value in line.value.upper().split(","):
        yield _moment(value.strip(), start, own) if own else None


def _moment(text: str, start: datetime, zone: tzinfo) -> datetime | None:
    try:
        if not recurrence.is_day(text):
            return recurrence.moment(text, zone)
        return recurrence.utc(datetime.combine(date.fromisoformat(text), start.astimezone(zone).time()), zone)
    except (ValueError, OverflowError):
        return None


def _kept(parts: dict[str, str], start: datetime, zone: tzinfo) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The rule as Webex can keep it, its end in UTC, and what that leaves out. Unkept, Unreadable."""
    if parts.get("FREQ") == "DAILY" and "BYDAY" in parts and parts.get("INTERVAL", "1") == "1":
        parts = {**parts, "FREQ": "WEEKLY"}  # each of these days is the same
    if parts.get("UNTIL", "").startswith(NEVER):
        parts = {name: value for name, value in parts.items() if name != "UNTIL"}
    if parts.keys() - _ALWAYS - _PARTS.get(parts.get("FREQ", ""), frozenset()):
        raise Unkept(NO_RULE)
    one, several = _one_day(parts, start) if parts.get("FREQ") in {"MONTHLY", "YEARLY"} else (parts, False)
    if parts.get("FREQ") not in _PARTS or not _are_sound(parts, one):
        raise Unkept(NO_RULE)
    until = _last(parts, start, zone) if several and "COUNT" in one else Occurrences(one, start, zone).until
    if until:
        one = {name: value for name, value in one.items() if name != "COUNT"}
        one["UNTIL"] = re.sub("[-:]", "", stamp(until))
    return one, (SEVERAL_DAYS,) if several else ()


def _last(parts: Mapping[str, str], start: datetime, zone: tzinfo) -> datetime:
    """Of a rule of several days, which a count of one of them would not end: its last occurrence. Unkept."""
    every = islice(Occurrences(parts, start, zone), PASSED_MAX)
    for _, when in deque(every, maxlen=1):
        return when
    raise Unkept(NO_RULE)


def _one_day(parts: dict[str, str], start: datetime) -> tuple[dict[str, str], bool]:
    """Of several days the one that the event starts on: Webex takes the first and says nothing."""
    several = False
    for name in ("BYMONTH", "BYMONTHDAY", "BYDAY"):
        days = parts.get(name, "").split(",")
        if len(days) > 1:
            choices = [{**parts, name: day} for day in days]
            parts = next((each for each in choices if _starts_on(each, start)), choices[0])
            several = True
    return parts, several


def _starts_on(parts: Mapping[str, str], start: datetime) -> bool:
    month, day, weekday = (parts.get(name, "") for name in ("BYMONTH", "BYMONTHDAY", "BYDAY"))
    names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    nth = (start.day - 1) // 7 + 1
    is_last = (start + timedelta(days=7)).month != start.month
    its = {
        f"{number}{names[start.weekday()]}" for number in (f"{nth}", f"+{nth}", *(["-1"] if is_last else []))
    }
    in_month = "," in month or month in {"", str(start.month)}
    on_day = "," in day or day in {"", str(start.day)}
    return in_month and on_day and ("," in weekday or weekday in {"", *its})


def _are_sound(parts: Mapping[str, str], one: Mapping[str, str]) -> bool:
    """Whether each of several values would do in the place of the one that is kept."""
    return all(_is_sound({**one, name: value}) for name in parts for value in parts[name].split(","))


def _is_sound(parts: Mapping[str, str]) -> bool:
    """Whether each value is one that Webex and the expansion both know."""
    day = parts.get("BYDAY")
    if day is not None:
        form = _WEEKDAYS if parts["FREQ"] == "WEEKLY" else _NTH_DAY
        if not form.fullmatch(day) or "BYMONTHDAY" in parts:
            return False
    if parts["FREQ"] == "YEARLY" and parts.keys() & {"BYDAY", "BYMONTHDAY"} and "BYMONTH" not in parts:
        return False
    return all(_VALUES[name].fullmatch(value) for name, value in parts.items() if name in _VALUES)
