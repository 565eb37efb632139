"""Recurring events: which occurrences a series has.

Rules are expanded in the event's own time zone: an occurrence keeps its local hour when clocks change.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice, takewhile

from dateutil.rrule import rrule, rruleset, rrulestr

from gcal_standin.model.errors import invalid
from gcal_standin.model.times import Json, Slot, Zone, instant, plus, slot_of, when_of, zone_of

# A series without end is shown for this many occurrences; Google's own horizon is not published.
OCCURRENCES_MAX = 730
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


class Series:
    """The occurrences of one recurring event."""

    def __init__(self, body: Json, calendar_zone: Zone) -> None:
        self._body = body
        self._zone = calendar_zone
        self._start = slot_of(body["start"], calendar_zone)
        self.length = _length(body, calendar_zone)
        self._local = _zone_of_slot(self._start, calendar_zone)
        self._rules = _ruleset(tuple(body["recurrence"]), _naive(self._start), str(self._local), self.all_day)

    @property
    def zone(self) -> Zone:
        return self._local

    @property
    def all_day(self) -> bool:
        return not isinstance(self._start, datetime)

    def originals(self, after: datetime | None = None, before: datetime | None = None) -> Iterator[Slot]:
        """Yield original starts of occurrences that end after `after` and start before `before`."""
        found = (self._slot(naive) for naive in self._from(after))
        if after is not None:
            found = (
                slot for slot in found if instant(plus(slot, self.length, self._zone), self._zone) > after
            )
        for slot in islice(found, None if before is not None else OCCURRENCES_MAX):
            if before is not None and instant(slot, self._zone) >= before:
                return
            yield slot

    def has(self, original: Slot) -> bool:
        if isinstance(original, datetime) == self.all_day:
            return False
        naive = _naive(original.astimezone(self._local) if isinstance(original, datetime) else original)
        return bool(self._rules.between(naive, naive, inc=True))

    def bounds(self) -> tuple[datetime, datetime] | None:
        """Return when the first occurrence begins and the last ends; None of a series without end."""
        dates = list(islice(self._rules, OCCURRENCES_MAX + 1)) if self._ends() else []
        if not 0 < len(dates) <= OCCURRENCES_MAX:
            return None
        first, last = self._slot(dates[0]), plus(self._slot(dates[-1]), self.length, self._zone)
        return instant(first, self._zone), instant(last, self._zone)

    def _ends(self) -> bool:
        rules = [line.upper() for line in self._body["recurrence"] if line.upper().startswith("RRULE")]
        return all("COUNT=" in rule or "UNTIL=" in rule for rule in rules)

    def counted_before(self, original: Slot) -> int:
        """Return how many of its dates the rule counts before one: those taken out too, but none added."""
        lines = tuple(line for line in self._body["recurrence"] if line.upper().startswith("RRULE"))
        rules = _ruleset(lines, _naive(self._start), str(self._local), self.all_day)
        until = _naive(self.own(original))
        return sum(1 for _ in takewhile(lambda moment: moment < until, rules))

    def own(self, original: Slot) -> Slot:
        """Return the original start in the series' own zone."""
        return original.astimezone(self._local) if isinstance(original, datetime) else original

    def instance(self, original: Slot) -> Json:
        """Return what one occurrence inherits from its series."""
        begin = self.own(original)
        zones = [self._body[name].get("timeZone") for name in ("start", "end")]
        body = {name: value for name, value in self._body.items() if name != "recurrence"}
        return body | {
            "start": when_of(begin, zones[0]),
            "end": when_of(plus(begin, self.length, self._zone), zones[1]),
            "originalStartTime": when_of(begin, zones[0]),
        }

    def _from(self, after: datetime | None) -> Iterator[datetime]:
        if after is None:
            return iter(self._rules)
        # One day more on either side covers every zone's offset.
        return iter(
            self._rules.xafter(_naive(after.astimezone(self._local) - self.length - timedelta(days=1)))
        )

    def _slot(self, naive: datetime) -> Slot:
        if self.all_day:
            return naive.date()
        # Through UTC, so that an hour that does not exist on the day clocks change becomes the next one.
        return naive.replace(tzinfo=self._local).astimezone(UTC).astimezone(self._local)


def check_recurrence(body: Json, calendar_zone: Zone) -> None:
    if not body.get("recurrence"):
        return
    if not any(line.upper().startswith(("RRULE", "RDATE")) for line in body["recurrence"]):
        raise invalid("Invalid recurrence rule.")
    Series(body, calendar_zone)


def _length(body: Json, zone: Zone) -> timedelta:
    begin, finish = slot_of(body["start"], zone), slot_of(body["end"], zone)
    if isinstance(begin, datetime) and isinstance(finish, datetime):
        return finish.astimezone(UTC) - begin.astimezone(UTC)
    return instant(finish, zone_of("UTC")) - instant(begin, zone_of("UTC"))


def _zone_of_slot(slot: Slot, calendar_zone: Zone) -> Zone:
    return (slot.tzinfo if isinstance(slot, datetime) else None) or calendar_zone


def _naive(slot: Slot) -> datetime:
    if isinstance(slot, datetime):
        return slot.replace(tzinfo=None, fold=0)
    return datetime(slot.year, slot.month, slot.day)  # noqa: DTZ001 - dateutil counts in local, naive time


@lru_cache(maxsize=4096)
def _ruleset(lines: tuple[str, ...], start: datetime, zone: str, all_day: bool) -> rruleset:  # noqa: FBT001 - a key
    rules = rruleset(cache=True)
    for line in lines:
        name, _, value = line.partition(":")
        kind = name.upper().partition(";")[0]
        if kind == "RRULE":
            rules.rrule(_rule(value, start, zone))
        elif kind == "EXRULE":
            rules.exrule(_rule(value, start, zone))
        elif kind in {"RDATE", "EXDATE"}:
            for moment in listed_dates(line, zone_of(zone), all_day=all_day):
                (rules.rdate if kind == "RDATE" else rules.exdate)(moment)
        else:
            raise invalid("Invalid recurrence rule.")
    rules.rdate(start)  # the start is a date of the series even where the rule leaves it out
    return rules


def _rule(value: str, start: datetime, zone: str) -> rrule:
    parts = dict(part.upper().partition("=")[::2] for part in value.split(";") if part)
    if parts.get("FREQ") not in _FREQUENCIES:
        raise invalid("Invalid recurrence rule.")
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_local(parts['UNTIL'], zone):%Y%m%dT%H%M%S}"
    try:
        rule = rrulestr(";".join(f"{name}={text}" for name, text in parts.items()), dtstart=start)
    except ValueError as error:
        raise invalid("Invalid recurrence rule.") from error
    if not isinstance(rule, rrule):
        raise invalid("Invalid recurrence rule.")
    count = int(parts.get("COUNT", 0))
    # The start is the first that COUNT counts (RFC 5545, 3.3.10), also where the rule leaves it out.
    return rule.replace(count=count - 1) if count and next(iter(rule), start) != start else rule


def listed_dates(line: str, zone: Zone, *, all_day: bool = False) -> list[datetime]:
    """Return the dates of an RDATE or EXDATE line, as local, naive times of the series' zone."""
    name, _, value = line.partition(":")
    options = name.split(";")[1:]
    named = next((option[5:] for option in options if option.upper().startswith("TZID=")), str(zone))
    moments = [_local(text.strip().upper(), named) for text in value.split(",")]
    if all_day:
        return [moment.replace(hour=0, minute=0, second=0) for moment in moments]
    there = zone_of(named)
    return [moment.replace(tzinfo=there).astimezone(zone).replace(tzinfo=None) for moment in moments]


def _local(text: str, zone: str) -> datetime:
    """Read an iCalendar date or time as local, naive time of the zone."""
    try:
        if "T" not in text:
            return _naive(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid("Invalid recurrence rule.") from error
    return moment.astimezone(zone_of(zone)).replace(tzinfo=None) if moment.tzinfo else moment
