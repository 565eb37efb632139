"""An event's recurrence, read as RFC 5545 has it: its lines, a rule's parts, moments, occurrences. Pure.

What of it a conference system can carry, its own adapter knows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

LINES = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE"})  # those that mean something in `recurrence`
PASSED_MAX = 20_000  # occurrences gone by: every day for half a century

_NAME = re.compile(r"[A-Z][A-Z-]*")
_OWN = "X-"  # what vendors call things of their own
_OFFSET = re.compile(r"(?:GMT|UTC)(?P<sign>[+-])(?P<hours>[0-9]{1,2})(?::?00)?")
_WESTWARD = {"+": "-", "-": "+"}
_DAY = re.compile("[0-9]{8}")
_MOMENT = re.compile(r"(?P<day>[0-9]{8})(?:T(?P<time>[0-9]{6})(?P<utc>Z?))?")


class Unreadable(ValueError):
    """It is not what RFC 5545 allows there. Repeats nothing of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`RRULE:...` or `EXDATE;TZID=...:...`; names are in capitals, the value is as it stands. Unknown options
    are ignored (RFC 5545 3.2).
    """

    name: str
    options: Mapping[str, str]
    value: str

    def zone(self, own: tzinfo) -> tzinfo | None:
        """The zone of its times: `own` if it names none, None if it names an unknown one."""
        return zone(self.options["TZID"]) if "TZID" in self.options else own


def line(text: str) -> Line:
    head, _, value = text.strip().partition(":")
    name, *options = head.split(";")
    pairs = [option.partition("=") for option in options]
    named = {each.upper(): said.strip('"') for each, _, said in pairs}
    return Line(name=name.upper(), options=named, value=value)


def lines(texts: Iterable[str]) -> dict[str, list[Line]]:
    """By name. Lines that are a vendor's own are left out: nobody else knows what they mean."""
    named: dict[str, list[Line]] = {}
    for each in map(line, texts):
        if not each.name.startswith(_OWN):
            named.setdefault(each.name, []).append(each)
    return named


def zone(name: str) -> ZoneInfo | None:
    """The zone in the tz database. `GMT+02:00` is its `Etc/GMT-2`: there hours are counted westward (its file
    `etcetera`). None if it has none, as for an offset of half an hour, or a name of Windows.
    """
    try:
        return ZoneInfo(_fixed(name) or name)
    except (KeyError, ValueError, OSError):
        return None


def _fixed(name: str) -> str | None:
    """The tz database's name for a zone that is named by its offset."""
    found = _OFFSET.fullmatch(name)
    if not found:
        return None
    hours = int(found["hours"])
    return f"Etc/GMT{_WESTWARD[found['sign']]}{hours}" if hours else "Etc/GMT"


def parts(text: str) -> dict[str, str]:
    """The parts of a rule, which is the text after `RRULE:`, in capitals. A vendor's own parts, which RFC
    2445 4.3.10 allows, are left out. Unreadable, also if a part comes twice.
    """
    pairs = [part.partition("=") for part in text.upper().split(";") if part and not part.startswith(_OWN)]
    found = {name: value for name, _, value in pairs}
    if len(found) < len(pairs) or not all(_NAME.fullmatch(name) and value for name, value in found.items()):
        raise Unreadable
    if {"COUNT", "UNTIL"} <= found.keys():
        raise Unreadable
    return found


def is_day(text: str) -> bool:
    """A date without a time."""
    return _DAY.fullmatch(text) is not None


def moment(text: str, own: tzinfo) -> datetime:
    """A date or time in UTC; for a date, its last second. `own` is the zone unless the text says UTC.

    Unreadable; OverflowError.
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        raise Unreadable
    try:
        when = datetime.fromisoformat(f"{found['day']}T{found['time'] or '235959'}")
    except ValueError:
        raise Unreadable from None
    return utc(when, UTC if found["utc"] else own)


def utc(wall: datetime, own: tzinfo) -> datetime:
    """A wall-clock time in UTC. An hour that a change of clocks leaves out becomes the one after it; of an
    hour that comes twice, the first counts (RFC 5545 3.3.5).
    """
    return wall.replace(tzinfo=own, fold=0).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The next occurrence: how many went by before it, its wall-clock time, its start in UTC, what follows
    it. `shifted`: clocks leave its hour out, and a series that begins there would keep another hour.
    """

    passed: int
    wall: datetime
    when: datetime
    shifted: bool
    later: Iterator[datetime]


class Occurrences:
    """The occurrences that a rule makes from `begin`, excluded ones too, each at the same wall-clock time in
    the event's own zone. `begin` itself may be none of them: see `start_apart`. All values in `rule` must be
    known to be sound, except UNTIL. Unreadable.
    """

    def __init__(self, rule: Mapping[str, str], begin: datetime, own: tzinfo) -> None:
        self.begin = begin.astimezone(own).replace(microsecond=0)
        self.first = self.begin.replace(tzinfo=None, fold=0)
        self.until = moment(rule["UNTIL"], own) if "UNTIL" in rule else None
        self.count = int(rule["COUNT"]) if "COUNT" in rule else None
        self._text = ";".join(f"{name}={rule[name]}" for name in rule if name not in {"COUNT", "UNTIL"})
        self._own = own

    def __iter__(self) -> Iterator[tuple[datetime, datetime]]:
        """Wall-clock time, and UTC."""
        for wall in islice(self._walls(), self.count):
            when = utc(wall, self._own)
            if self.until is not None and when > self.until:
                return
            yield wall, when

    def keep_start(self) -> bool:
        """Whether the rule makes the start itself. If not, it is an occurrence all the same: Calendar was
        recorded to show it as the first. Whether COUNT counts it then is not known.
        """
        return next((wall for wall, _ in self), None) == self.first

    def start_apart(self, now: datetime, excluded: frozenset[datetime] = frozenset()) -> bool:
        """Whether the start is an occurrence ahead, not excluded, that the rule does not make."""
        begin = self.begin.astimezone(UTC)
        return begin > now and begin not in excluded and not self.keep_start()

    def begin_in_fold(self, now: datetime) -> bool:
        """Whether the start is ahead, and in the second of two equal hours, where no rule can begin."""
        return utc(self.first, self._own) != self.begin > now

    def ahead(self, now: datetime, excluded: frozenset[datetime] = frozenset()) -> Next | None:
        """The first after `now` that is not excluded; None if none is left. OverflowError if too many have
        gone by to count them.
        """
        every = iter(self)
        for passed, (wall, when) in enumerate(islice(every, PASSED_MAX)):
            if when > now and when not in excluded:
                shifted = when.astimezone(self._own).replace(tzinfo=None) != wall
                later = (other for _, other in every)
                return Next(passed=passed, wall=wall, when=when, shifted=shifted, later=later)
        if next(every, None) is not None:
            raise OverflowError
        return None

    def _walls(self) -> Iterator[datetime]:
        return iter(rrulestr(self._text, dtstart=self.first))
