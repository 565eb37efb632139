"""What a series on Webex can keep of an event's recurrence: one RFC 2445 rule, from one first start.

What Webex would drop of it silently is said here. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from itertools import islice

from functions.adapters.providers.webex.rule import NO_RULE, Unkept, kept
from functions.core import recurrence
from functions.core.recurrence import Line, Occurrences, Unreadable

# Of a rule that ends Webex makes no more than these (PATCH /meetings/{meetingId}), and none after five years.
OCCURRENCES_MAX: Mapping[str, int] = {"DAILY": 1_826, "WEEKLY": 261, "MONTHLY": 60, "YEARLY": 5}
HORIZON = timedelta(days=5 * 365)

SEVERAL_RULES = "several recurrence rules"
ADDED_DATES = "dates added to a series"
LEFT_OUT_RULE = "a rule for what is left out of a series"
UNREAD = "lines of a recurrence that cannot be read"
START_APART = "the first date of a series whose rule leaves it out"
COUNTED_APART = "how many dates a series has that are counted and whose first its rule leaves out"
TOO_FAR = "what a series has beyond Webex's limits"
CLOCK_CHANGE = "the times of a series that begins where clocks change"

_BESIDE = {"RDATE": ADDED_DATES, "EXRULE": LEFT_OUT_RULE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """`start` is in `zone`, in which the rule is expanded; `unsupported` is what the rule leaves out;
    `shifted`: clocks change at its start, so that Webex would make the others at another hour.
    """

    start: datetime
    zone: tzinfo
    rule: Mapping[str, str]
    unsupported: tuple[str, ...] = ()
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
        """What the rule as it is told leaves out of the event's dates, or may."""
        ahead = self.ahead(now)
        found = {
            START_APART: self._occurrences().start_apart(now, excluded),
            TOO_FAR: ahead is not None and ahead.is_cut(now),
        }
        return (*self.unsupported, *(each for each, so in found.items() if so))

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
        parts = recurrence.parts(rules[0].value)
        rule, unsupported = kept(parts, start, zone)
    except Unreadable:
        raise Unkept(NO_RULE) from None
    if "COUNT" in parts and not Occurrences(rule, start, zone).keep_start():
        unsupported = (*unsupported, COUNTED_APART)
    more = dict.fromkeys(_BESIDE.get(name, UNREAD) for name in sorted(beside))
    return Series(start=start, zone=zone, rule=rule, unsupported=(*unsupported, *more))


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
