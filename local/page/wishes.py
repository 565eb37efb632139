"""Reads the fields of the page. A sentence tells what is wrong with one, and what would be right."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,}")
TITLE_MAX, GUESTS_MAX = 200, 20
LONGEST = timedelta(days=14)
YEARS = range(1971, 2100)
RULES = {
    "none": [],
    "daily": ["RRULE:FREQ=DAILY;COUNT=10"],
    "weekly": ["RRULE:FREQ=WEEKLY;COUNT=10"],
}
SCOPES = ("this", "following", "all")


class BadWish(Exception):
    """Its text is for the person at the page."""


class Wish:
    """What a page sent."""

    def __init__(self, given: object) -> None:
        if not isinstance(given, Mapping):
            raise BadWish("This is no wish of the page: send one JSON object with names and values.")
        self._given: Mapping[str, Any] = given

    def has(self, name: str) -> bool:
        return self._given.get(name) is not None

    def text(self, name: str, what: str) -> str:
        found = self._given.get(name)
        if not isinstance(found, str) or not found.strip():
            raise BadWish(f"{what} is missing.")
        return found.strip()

    def choice(self, name: str, choices: Sequence[str], what: str) -> str:
        found = self._given.get(name)
        if found not in choices:
            raise BadWish(f"{what} is “{found}”: it is one of {', '.join(choices)}.")
        return str(found)

    def title(self) -> str:
        found = self._given.get("title")
        if not isinstance(found, str) or not found.strip():
            raise BadWish("The meeting has no title: give it one, such as Planning.")
        if len(found) > TITLE_MAX:
            raise BadWish(f"The title has {len(found)} characters: {TITLE_MAX} are enough for any meeting.")
        return found.strip()

    def moment(self, name: str, what: str) -> datetime:
        """UTC, as the whole page is."""
        found = self._given.get(name)
        example = "2030-05-02T10:00"
        if not isinstance(found, str) or not found:
            raise BadWish(f"The {what} is missing: give day and time, such as {example}.")
        try:
            at = datetime.fromisoformat(found)
        except ValueError:
            raise BadWish(f"The {what}, “{found}”, is no day and time: give one such as {example}.") from None
        if at.year not in YEARS:
            raise BadWish(f"The {what} is in the year {at.year}: give one from {YEARS[0]} to {YEARS[-1]}.")
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

    def times(self) -> tuple[datetime, datetime]:
        start, end = self.moment("start", "start"), self.moment("end", "end")
        if end <= start:
            raise BadWish(
                f"The end, {_clock(end)}, is not after the start, {_clock(start)}: give a later end."
            )
        if end - start > LONGEST:
            raise BadWish(f"The meeting lasts {(end - start).days} days: {LONGEST.days} are the most here.")
        return start, end

    def address(self, name: str = "email") -> str:
        found = str(self._given.get(name) or "").strip()
        if not ADDRESS.fullmatch(found):
            said = f"“{found}” is no address" if found else "The address is missing"
            raise BadWish(f"{said}: give one such as bob@example.com.")
        return found.lower()

    def guests(self) -> list[str]:
        """Addresses, one after the other, by commas or spaces."""
        given = [one for one in re.split(r"[\s,;]+", str(self._given.get("guests") or "")) if one]
        if len(given) > GUESTS_MAX:
            raise BadWish(f"These are {len(given)} guests: {GUESTS_MAX} are the most here.")
        return list(dict.fromkeys(Wish({"email": one}).address() for one in given))

    def rule(self) -> list[str]:
        if not self.has("repeats"):
            return []
        return RULES[self.choice("repeats", list(RULES), "How it repeats")]

    def scope(self) -> str:
        if not self.has("scope"):
            return "this"
        return self.choice("scope", SCOPES, "Which dates of the series")


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
