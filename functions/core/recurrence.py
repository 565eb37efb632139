"""An event's recurrence as RFC 5545 has it: read once, into one value, with the starts that it makes. Pure.

What of it a conference system can carry, its own adapter knows.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import TypeVar

from dateutil.rrule import rrulestr

from functions.core import zones

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NEVER = "9999"  # the last year there is, in an UNTIL

_FREQUENCIES = frozenset({"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_WITH_WEEKS = frozenset({"MONTHLY", "YEARLY"})
_NUMBER_MAX = 999_999_999
_NAME = re.compile(r"[A-Z][A-Z-]*")
_OWN = "X-"  # what vendors call things of their own
_MOMENT = re.compile(r"(?P<day>[0-9]{8})(?:T(?P<time>[0-9]{6})(?P<utc>Z?))?")
_UNSIGNED, _SIGNED = re.compile("[0-9]{1,9}"), re.compile("[+-]?[0-9]{1,9}")

T = TypeVar("T", int, tuple[int, int])


class Unreadable(ValueError):
    """It is not what RFC 5545 has there, or not one rule. Holds nothing of the event.

    `line`: the name of the lines that there are instead of one rule, if that is the reason.
    """

    def __init__(self, line: str = "") -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What an RRULE says (RFC 5545 3.3.10); lists are in order, and empty where it says nothing.

    `days`: a week of the month or year, 0 for each, and a day of the week, 0 being Monday, as for
    `week_start`. `until`: in UTC. `others`: the parts that are not read here, as they stand.
    """

    frequency: str
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    week_start: int = 0
    count: int | None = None
    until: datetime | None = None
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def picks(self) -> frozenset[str]:
        """The names of its parts that say which days, and of `others`."""
        said = {"BYDAY": self.days, "BYMONTHDAY": self.month_days, "BYMONTH": self.months, **self.others}
        return frozenset(name for name, values in said.items() if values)

    @property
    def text(self) -> str:
        """As it stands after `RRULE:`."""
        said = {
            "FREQ": self.frequency,
            "INTERVAL": self.interval if self.interval > 1 else "",
            "BYMONTH": ",".join(map(str, self.months)),
            "BYMONTHDAY": ",".join(map(str, self.month_days)),
            "BYDAY": ",".join(f"{week or ''}{DAY_CODES[day]}" for week, day in self.days),
            **self.others,
            "WKST": DAY_CODES[self.week_start] if self.week_start else "",
            "COUNT": self.count or "",
            "UNTIL": f"{self.until.astimezone(UTC):%Y%m%dT%H%M%SZ}" if self.until else "",
        }
        return ";".join(f"{name}={value}" for name, value in said.items() if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """`start`: in `zone`, where the rule keeps its hour; an occurrence even where the rule leaves it out.
    `excluded`: starts in UTC. `unread`: more is excluded that cannot be read. `beside`: the names of further
    lines, such as RDATE, which may change what there is.
    """

    start: datetime
    zone: tzinfo
    rule: Rule
    excluded: frozenset[datetime] = frozenset()
    unread: bool = False
    beside: frozenset[str] = frozenset()

    @property
    def wall(self) -> datetime:
        """The start on the clock, without a zone."""
        return self.start.replace(tzinfo=None, fold=0)

    def made(self) -> Iterator[tuple[datetime, datetime]]:
        """What the rule makes, excluded ones too: each as wall-clock time, and in UTC. ValueError if there
        are `others` that nobody knows.
        """
        text = replace(self.rule, count=None, until=None).text
        for wall in islice(iter(rrulestr(text, dtstart=self.wall)), self.rule.count):
            when = utc(wall, self.zone)
            if self.rule.until is not None and when > self.rule.until:
                return
            yield wall, when


def read(lines: Iterable[str], start: datetime, zone: tzinfo) -> Series | None:
    """What an event's `recurrence` lines make of it; None if it happens once. Unreadable.

    Names of lines and parts that begin with `X-` are vendors' own, and say nothing to others.
    """
    named: dict[str, list[_Line]] = {}
    for each in map(_line, lines):
        if not each.name.startswith(_OWN):
            named.setdefault(each.name, []).append(each)
    rules, excluding = named.pop("RRULE", []), named.pop("EXDATE", [])
    if len(rules) > 1:
        raise Unreadable("RRULE")
    if not rules and named:
        raise Unreadable("RDATE" if "RDATE" in named else "")
    if not rules:
        return None
    excluded = {when for each in excluding for when in _excluded(each, zone)}
    return Series(
        start=start.astimezone(zone).replace(microsecond=0),
        zone=zone,
        rule=rule(rules[0].value, zone),
        excluded=frozenset(filter(None, excluded)),
        unread=None in excluded,
        beside=frozenset(named),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """`RRULE:...` or `EXDATE;TZID=...:...`; names are in capitals. An option that nobody here knows says
    nothing (RFC 5545 3.2).
    """

    name: str
    options: Mapping[str, str]
    value: str


def _line(text: str) -> _Line:
    head, _, value = text.strip().partition(":")
    name, *options = head.split(";")
    pairs = [option.partition("=") for option in options]
    named = {each.upper(): said.strip('"') for each, _, said in pairs}
    return _Line(name=name.upper(), options=named, value=value.upper())


def _excluded(line: _Line, zone: tzinfo) -> Iterator[datetime | None]:
    """Starts in UTC; None stands for what cannot be read. A date excludes nothing from a series of times:
    RFC 5545 3.8.5.1 wants both of a kind, and in Calendar such an event takes place.
    """
    own = zones.named(line.options["TZID"]) if "TZID" in line.options else zone
    for value in map(str.strip, line.value.split(",")):
        when = _moment(value, own) if own else None
        if when is None or "T" in value:
            yield when


def rule(text: str, zone: tzinfo) -> Rule:
    """What stands after `RRULE:`; an end that does not say UTC is in `zone`. Unreadable."""
    said = _parts(text.upper())
    frequency, days = said.pop("FREQ", ""), _list(said.pop("BYDAY", ""), _day)
    if frequency not in _FREQUENCIES or (frequency not in _WITH_WEEKS and any(week for week, _ in days)):
        raise Unreadable
    return Rule(
        frequency=frequency,
        interval=_number(said.pop("INTERVAL", "1")),
        days=days,
        month_days=_list(said.pop("BYMONTHDAY", ""), lambda text: _number(text, 31, signed=True)),
        months=_list(said.pop("BYMONTH", ""), lambda text: _number(text, 12)),
        week_start=_weekday(said.pop("WKST", DAY_CODES[0])),
        count=_number(said.pop("COUNT")) if "COUNT" in said else None,
        until=_until(said.pop("UNTIL", NEVER), zone),
        others=said,
    )


def _parts(text: str) -> dict[str, str]:
    """Each thing that a rule says, once, but for vendors' own parts (RFC 2445 4.3.10 lets them have some)."""
    pairs = [part.partition("=") for part in text.split(";") if part and not part.startswith(_OWN)]
    found = {name: value for name, _, value in pairs}
    if len(found) < len(pairs) or not all(_NAME.fullmatch(name) and value for name, value in found.items()):
        raise Unreadable
    if {"COUNT", "UNTIL"} <= found.keys():
        raise Unreadable
    return found


def _list(text: str, read_one: Callable[[str], T]) -> tuple[T, ...]:
    """Each once, in order."""
    return tuple(sorted({read_one(each) for each in text.split(",")})) if text else ()


def _number(text: str, most: int = _NUMBER_MAX, *, signed: bool = False) -> int:
    """Not 0."""
    found = int(text) if (_SIGNED if signed else _UNSIGNED).fullmatch(text) else 0
    if not 1 <= abs(found) <= most:
        raise Unreadable
    return found


def _day(text: str) -> tuple[int, int]:
    week = text[:-2]
    return _number(week, 53, signed=True) if week else 0, _weekday(text[-2:])


def _weekday(code: str) -> int:
    if code not in DAY_CODES:
        raise Unreadable
    return DAY_CODES.index(code)


def _until(text: str, zone: tzinfo) -> datetime | None:
    """None, too, for the last year that there is."""
    if text.startswith(NEVER):
        return None
    until = _moment(text, zone)
    if until is None:
        raise Unreadable
    return until


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """A date or time in UTC; of a date, its last second. `zone`: of one that does not say UTC."""
    found = _MOMENT.fullmatch(text)
    try:
        when = datetime.fromisoformat(f"{found['day']}T{found['time'] or '235959'}") if found else None
        return utc(when, UTC if found and found["utc"] else zone) if when else None
    except (ValueError, OverflowError):
        return None


def utc(wall: datetime, zone: tzinfo) -> datetime:
    """An hour that a change of clocks leaves out is the one after it, of one that comes twice the first
    counts (RFC 5545 3.3.5).
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
