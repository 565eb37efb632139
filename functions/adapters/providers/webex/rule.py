"""One rule as Webex can keep it: RFC 2445, with one day in a month or year. Pure.

Webex drops silently what it does not know, so that must be recognised here.
"""

import re
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from itertools import islice

from functions.core.hold import stamp
from functions.core.recurrence import PASSED_MAX, Occurrences

NEVER = "9999"  # the last year there is, in an UNTIL

NO_RULE = "a recurrence that Webex does not know"
SEVERAL_DAYS = "several days in a monthly or yearly rule"

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


def kept(parts: dict[str, str], start: datetime, zone: tzinfo) -> tuple[Mapping[str, str], tuple[str, ...]]:
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


def normal(text: str) -> Mapping[str, str]:
    """A rule's parts, for comparing: Webex gives them back in another order."""
    parts = dict(piece.partition("=")[::2] for piece in text.upper().removeprefix("RRULE:").split(";"))
    parts.pop("WKST", None)
    return {"INTERVAL": "1", **parts}
