"""Cuts the recurrence of a series in two: what ends before a date, and what goes on from it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from gcal_standin.model.recurrence import Series, listed_dates
from gcal_standin.model.times import Slot, Zone


def ended(lines: list[str], begin: Slot, zone: Zone) -> list[str]:
    """Return the lines of a series that ends with the local day before `begin`.

    As Google ends one: a COUNT gives way to an UNTIL, which is the last second of that day, in UTC.
    """
    until = f"UNTIL={_day_before(begin, zone)}"
    rules = [_until(line, until) if line.upper().startswith("RRULE") else line for line in lines]
    return _dates_where(rules, series_zone=zone, wanted=lambda moment: moment < _local(begin))


def remaining(lines: list[str], begin: Slot, series: Series) -> list[str]:
    """Return the lines of a series that goes on from `begin`; a COUNT is what is left of it."""
    past = series.counted_before(begin)
    rules = [re.sub(r"COUNT=(\d+)", lambda found: f"COUNT={int(found[1]) - past}", line) for line in lines]
    return _dates_where(rules, series_zone=series.zone, wanted=lambda moment: moment >= _local(begin))


def _day_before(begin: Slot, zone: Zone) -> str:
    if not isinstance(begin, datetime):
        return f"{begin - timedelta(days=1):%Y%m%d}"
    midnight = datetime.combine(begin.astimezone(zone).date(), time(), zone)
    return f"{midnight.astimezone(UTC) - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"


def _until(line: str, until: str) -> str:
    name, _, rule = line.partition(":")
    kept = [part for part in rule.split(";") if not part.upper().startswith(("COUNT=", "UNTIL="))]
    return f"{name}:{';'.join([*kept, until])}"


def _local(slot: Slot) -> datetime:
    return slot.replace(tzinfo=None) if isinstance(slot, datetime) else datetime.combine(slot, time())


def _dates_where(lines: list[str], *, series_zone: Zone, wanted: Callable[[datetime], bool]) -> list[str]:
    return [kept for line in lines if (kept := _kept(line, series_zone, wanted))]


def _kept(line: str, zone: Zone, wanted: Callable[[datetime], bool]) -> str:
    """Return an RDATE line with the wanted dates alone, empty if there are none; any other as it is."""
    name, _, value = line.partition(":")
    if not name.upper().startswith("RDATE"):
        return line
    found = [text for text in value.split(",") if wanted(listed_dates(f"{name}:{text}", zone)[0])]
    return f"{name}:{','.join(found)}" if found else ""
