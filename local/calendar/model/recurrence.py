"""Recurring events: which occurrences a series has, and the ids of its instances.

Rules are expanded in the event's own time zone: an occurrence keeps its local hour when clocks change.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from local.calendar.model.errors import invalid
from local.calendar.model.times import Json, Slot, instant, plus, slot_of, when_of, zone_of

# A series without end is shown for this many occurrences; Google's own horizon is not published.
OCCURRENCES_MAX = 730
INSTANCE_ID = re.compile(r"^(?P<master>.+)_(?P<stamp>\d{8}(T\d{6}Z)?)$")
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


def split_instance_id(event_id: str) -> tuple[str, Slot] | None:
    found = INSTANCE_ID.match(event_id)
    if not found:
        return None
    text = found["stamp"]
    try:
        if "T" not in text:
            return found["master"], datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
        return found["master"], datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def instance_id(master_id: str, original: Slot) -> str:
    if isinstance(original, datetime):
        return f"{master_id}_{original.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{master_id}_{original:%Y%m%d}"


class Series:
    """The occurrences of one recurring event."""

    def __init__(self, body: Json, calendar_zone: ZoneInfo) -> None:
        self._body = body
        self._zone = calendar_zone
        self._start = slot_of(body["start"], calendar_zone)
        self.length = _length(body, calendar_zone)
        self._local = _zone_of_slot(self._start, calendar_zone)
        self._rules = _ruleset(tuple(body["recurrence"]), _naive(self._start), str(self._local), self.all_day)

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


def check_recurrence(body: Json, calendar_zone: ZoneInfo) -> None:
    if not body.get("recurrence"):
        return
    if not any(line.upper().startswith(("RRULE", "RDATE")) for line in body["recurrence"]):
        raise invalid("Invalid recurrence rule.")
    Series(body, calendar_zone)


def _length(body: Json, zone: ZoneInfo) -> timedelta:
    begin, finish = slot_of(body["start"], zone), slot_of(body["end"], zone)
    if isinstance(begin, datetime) and isinstance(finish, datetime):
        return finish.astimezone(UTC) - begin.astimezone(UTC)
    return instant(finish, zone_of("UTC")) - instant(begin, zone_of("UTC"))


def _zone_of_slot(slot: Slot, calendar_zone: ZoneInfo) -> ZoneInfo:
    return slot.tzinfo if isinstance(slot, datetime) and isinstance(slot.tzinfo, ZoneInfo) else calendar_zone


def _naive(slot: Slot) -> datetime:
    if isinstance(slot, datetime):
        return slot.replace(tzinfo=None, fold=0)
    return datetime(slot.year, slot.month, slot.day)  # noqa: DTZ001 - dateutil counts in local, naive time


@lru_cache(maxsize=4096)
def _ruleset(lines: tuple[str, ...], start: datetime, zone: str, all_day: bool) -> rruleset:  # noqa: FBT001 - a key
    rules = rruleset(cache=True)
    for line in lines:
        name, _, value = line.partition(":")
        kind, *options = name.upper().split(";")
        if kind == "RRULE":
            rules.rrule(_rule(value, start, zone))
        elif kind == "EXRULE":
            rules.exrule(_rule(value, start, zone))
        elif kind in {"RDATE", "EXDATE"}:
            for moment in _dates(value, name, options, zone, all_day=all_day):
                (rules.rdate if kind == "RDATE" else rules.exdate)(moment)
        else:
            raise invalid("Invalid recurrence rule.")
    if not any(line.upper().startswith("RRULE") for line in lines):
        rules.rdate(start)
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
    return rule


def _dates(value: str, name: str, options: list[str], zone: str, *, all_day: bool) -> Iterator[datetime]:
    named = next((name.split(";")[at + 1][5:] for at, o in enumerate(options) if o.startswith("TZID=")), zone)
    for text in value.split(","):
        moment = _local(text.strip().upper(), named)
        if all_day:
            yield moment.replace(hour=0, minute=0, second=0)
        else:
            yield moment.replace(tzinfo=zone_of(named)).astimezone(zone_of(zone)).replace(tzinfo=None)


def _local(text: str, zone: str) -> datetime:
    """Read an iCalendar date or time as local, naive time of the zone."""
    try:
        if "T" not in text:
            return _naive(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid("Invalid recurrence rule.") from error
    return moment.astimezone(zone_of(zone)).replace(tzinfo=None) if moment.tzinfo else moment
